"""`lobby up`: prepare, then run the three processes and look after them until Ctrl-C."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.errors import SetupError
from bot.ops import frontend, training
from bot.settings import DATA, ROOT, Settings
from bot.staff import service as staff
from bot.store import Store, utc_now
from bot.store.migrate import upgrade

FREE_BYTES = 500 * 1024 * 1024  # a model, a database and logs need room to grow
STOP_SECONDS = 8.0
RESTARTS_A_MINUTE = 5

Say = Callable[[str], None]


@dataclass
class Step:
    """One line of progress: what is done, how long it usually takes, and how long it took."""

    say: Say
    total: int
    number: int = 0

    def run(self, what: str, usual_seconds: int, work: Callable[[], object]) -> None:
        self.number += 1
        usual = f"about {usual_seconds} s" if usual_seconds < 90 else f"about {round(usual_seconds / 60)} min"
        self.say(f"[{self.number}/{self.total}] {what} ({usual}) ...")
        start = time.monotonic()
        work()
        self.say(f"      done in {time.monotonic() - start:.0f} s")


@dataclass
class Child:
    """One process of ours; restarted when it dies."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
                preexec_fn=_die_with_parent,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def prepare(settings: Settings, say: Say) -> tuple[Path, str | None]:
    """Everything between a checkout and three running processes. Returns the model, and once a staff password.

    Raises SetupError or DataError naming the cause and the mend; what was finished stays finished.
    """
    check_port(settings)
    check_disk(settings.home)
    settings.logs.mkdir(parents=True, exist_ok=True)
    check_data(settings)
    store = Store(settings.database_url)
    store.check()
    upgrade(store)
    with store.begin() as session:
        password = staff.ensure_admin(session, password=settings.admin_password, now=utc_now())
    store.close()

    pages_stale = not frontend.is_built()
    model = training.model_path(settings)
    model_stale = not model.is_file()
    steps = Step(say, total=pages_stale + model_stale)
    if pages_stale:
        steps.run("building the pages", 40, lambda: frontend.build(settings, settings.logs / "frontend.log"))
    if model_stale:
        steps.run("training the assistant", 150, lambda: training.train(settings, settings.logs / "train.log"))
    return model, password


def run(settings: Settings, model: Path, say: Say) -> None:
    """Start the processes, tell when the assistant is ready, restart what dies. Returns after SIGINT or SIGTERM."""
    children = make_children(settings, model)
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda n, _frame: stopping.append(n))
    say("starting web, the action server and Rasa (about 20 s) ...")
    started = time.monotonic()
    for child in children:
        child.start()
    told = False
    try:
        while not stopping:
            for child in children:
                if not child.alive:
                    _restart(child, say)
            if not told and is_up(f"{settings.base_url}/readyz"):
                told = True
                say(f"ready after {time.monotonic() - started:.0f} s")
                say(addresses(settings))
            time.sleep(0.3)
    finally:
        say("stopping ...")
        stop(children)
        say("stopped")


def make_children(settings: Settings, model: Path) -> list[Child]:
    """The three processes. Rasa and the action server get free loopback ports, so two checkouts never clash."""
    rasa_port, action_port = free_port(), free_port()
    action_url = f"http://127.0.0.1:{action_port}/webhook"
    environment = {
        **os.environ,
        "LOBBY_HOME": str(settings.home),
        "LOBBY_DATABASE_URL": settings.database_url,
        "LOBBY_RASA_URL": f"http://127.0.0.1:{rasa_port}",
        "LOBBY_ACTION_URL": action_url,
        "SANIC_HOST": "127.0.0.1",
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    endpoints = write_endpoints(settings, action_url)
    python = sys.executable
    return [
        Child("web", [python, "-m", "bot.cli", "web"], environment, settings.logs / "web.log"),
        Child(
            "actions",
            [python, "-m", "actions.server", "--port", str(action_port)],
            environment,
            settings.logs / "actions.log",
        ),
        Child(
            "rasa",
            [
                *[python, "-m", "rasa", "run", "--model", str(model)],
                *["--endpoints", str(endpoints), "--credentials", "credentials.yml"],
                *["--interface", "127.0.0.1", "--port", str(rasa_port)],
            ],
            environment,
            settings.logs / "rasa.log",
        ),
    ]


def write_endpoints(settings: Settings, action_url: str) -> Path:
    """`endpoints.yml` with the address of our own action server: the committed file has Rasa's usual port."""
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = action_url
    file = settings.home / "endpoints.yml"
    file.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return file


def stop(children: list[Child]) -> None:
    """SIGTERM to all, SIGKILL to what is still there after eight seconds."""
    for child in children:
        if child.alive and child.process is not None:
            child.process.terminate()
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def addresses(settings: Settings) -> str:
    base = settings.base_url
    return "\n".join(
        [
            "",
            f"  kiosk          {base}/kiosk",
            f"  widget, demo   {base}/demo",
            f"  board          {base}/board",
            f"  staff console  {base}/staff",
            "",
            "Ctrl-C stops everything.",
        ]
    )


def check_port(settings: Settings) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SetupError(
                f"port {settings.port} on {settings.host} cannot be used: {error.strerror}",
                f"stop the program that has it, or choose another: LOBBY_PORT={settings.port + 1} make run",
            ) from error


def check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise SetupError(
            f"only {free // 2**20} MB are free on the disk of {folder}",
            f"free {FREE_BYTES // 2**20} MB, or set LOBBY_HOME to a folder on another disk",
        )


def check_data(settings: Settings) -> None:
    """Read all of `data/` that the assistant reads. Raises DataError with file and line."""
    from bot.branch.service import load_branch
    from bot.knowledge.service import load_knowledge
    from bot.nlu import capabilities
    from bot.texts import Texts

    load_branch(settings.branch_dir)
    load_knowledge(DATA / "knowledge")
    capabilities.load()
    Texts(DATA / "texts.yml")
    Texts(DATA / "labels.yml")


def is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _restart(child: Child, say: Say) -> None:
    now = time.monotonic()
    child.deaths = [at for at in child.deaths if now - at < 60] + [now]
    code = child.process.returncode if child.process else None
    if len(child.deaths) > RESTARTS_A_MINUTE:
        tail = "\n    ".join(child.log.read_text(errors="replace").strip().splitlines()[-8:])
        raise SetupError(
            f"{child.name} stops again and again (exit {code}); the end of {child.log}:\n    {tail}",
            "run `lobby doctor`",
        )
    say(f"{child.name} has stopped (exit {code}); starting it again")
    child.start()


def _die_with_parent() -> None:
    """On Linux: a supervisor that is killed leaves no process behind."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
