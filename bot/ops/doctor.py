"""`lobby doctor`: what is wrong on this machine, and how to mend it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from bot.assistance.service import load_catalogue
from bot.branch.service import load_branch
from bot.errors import SetupError
from bot.machines import service as machines
from bot.ops import frontend, supervisor, training
from bot.printing import service as printing
from bot.settings import ROOT, Settings
from bot.store import Store
from bot.store.migrate import is_current
from bot.visits.service import load_visit_plan

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """`level`: ok, note (works without) or wrong."""

    level: str
    what: str
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, one after another; each check is independent of the others."""
    yield _python()
    yield _packages()
    yield from _raised("data files are whole", lambda: supervisor.check_data(settings))
    yield from _branch_files(settings)
    yield from _raised("machines: tasks, faults and guides are whole", machines.facts)
    yield from _raised(f"disk of {settings.home} has room", lambda: supervisor.check_disk(settings.home))
    yield _port(settings)
    yield from _printer(settings)
    yield from _database(settings)
    yield _model(settings)
    yield _pages()
    yield _browser()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 10):
        return Finding("ok", f"Python {version}")
    return Finding(
        "wrong", f"Python {version}; Rasa 3.6 needs 3.10", "delete .venv and run `make setup`: it finds or fetches 3.10"
    )


def _packages() -> Finding:
    pinned = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        name, sign, rest = line.partition("==")
        if sign and not line.startswith((" ", "#")):
            version, _, marker = rest.rstrip(" \\").partition(" ; ")
            if not marker:
                pinned[name] = version
    wrong = [name for name, version in pinned.items() if _installed(name) != version]
    if wrong:
        return Finding("wrong", f"packages not as locked: {', '.join(wrong[:5])}", "run `make setup`")
    return Finding("ok", f"{len(pinned)} packages as locked")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _branch_files(settings: Settings) -> Iterator[Finding]:
    folder = settings.branch_dir
    try:
        branch = load_branch(folder)
    except SetupError:
        return  # said with the other data files; what refers to a branch can't be judged without it
    yield from _raised("visits that can be prepared at home are whole", lambda: load_visit_plan(folder, branch))
    yield from _raised("requests and things to lend are whole", lambda: load_catalogue(folder))


def _printer(settings: Settings) -> Iterator[Finding]:
    if settings.printer is None:
        yield Finding("ok", "no printer is set: numbers are shown on the screen alone")
        return
    yield from _raised(f"printer {settings.printer}", lambda: printing.from_settings(settings))


def _raised(what: str, check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except SetupError as error:
        yield Finding("wrong", error.cause, error.mend)
    else:
        yield Finding("ok", what)


def _port(settings: Settings) -> Finding:
    if supervisor.is_up(f"{settings.base_url}/healthz"):
        return Finding("ok", f"Lobby is running at {settings.base_url}")
    try:
        supervisor.check_port(settings)
    except SetupError as error:
        return Finding("wrong", error.cause, error.mend)
    return Finding("ok", f"port {settings.port} is free")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        store = Store(settings.database_url)
        store.check()
    except SetupError as error:
        yield Finding("wrong", error.cause, error.mend)
        return
    yield Finding("ok", "the database answers")
    if is_current(store):
        yield Finding("ok", "the database has the newest schema")
    else:
        yield Finding("wrong", "the database lacks migrations", "run `lobby migrate`, or `make run`, which does it")
    store.close()


def _model(settings: Settings) -> Finding:
    if training.model_path(settings).is_file():
        return Finding("ok", "the model is trained on the present data")
    older = any(settings.models.glob("lobby-*.tar.gz"))
    what = "the model is older than its data" if older else "there is no trained model"
    return Finding("wrong", what, "run `lobby train`, or `make run`, which does it")


def _pages() -> Finding:
    if frontend.is_built():
        return Finding("ok", "the pages are built from the present sources")
    return Finding(
        "wrong", "the pages are missing or older than their sources", "run `lobby build`, or `make run`, which does it"
    )


def _browser() -> Finding:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found:
        return Finding("ok", f"Chromium for the browser tests: {found}")
    return Finding(
        "note",
        "no Chromium: the browser tests are skipped",
        "install it, on Debian `apt-get install chromium chromium-driver`",
    )
