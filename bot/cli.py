"""The `lobby` command. Each command is thin: it reads settings, calls a room, prints."""

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, Optional

import typer

from bot import settings as settings_module
from bot.errors import DataError, SetupError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Lobby, an assistant for bank branches.")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONWARNINGS": "ignore"}

staff_app = typer.Typer(no_args_is_help=True, help="Staff accounts.")
app.add_typer(staff_app, name="staff")

branch_app = typer.Typer(no_args_is_help=True, help="The branch as data.")
app.add_typer(branch_app, name="branch")


def main() -> None:
    """Console script. A setup error is cause and mend, without a stack trace."""
    # Rasa's many dependencies warn about each other at import; none of it is for who types a command.
    warnings.simplefilter("ignore")
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        app()
    except SetupError as error:
        _fail(error)


@app.command()
def up() -> None:
    """Set everything up that is not yet, and run the assistant until Ctrl-C."""
    from bot.ops import supervisor

    settings = settings_module.get()
    model, password = supervisor.prepare(settings, _say)
    if password is not None:
        _say(f"\nstaff login, shown this once:   name admin   password {password}\n")
    supervisor.run(settings, model, _say)


@app.command()
def web() -> None:
    """Run the public web process alone (the supervisor does this for you)."""
    import uvicorn

    from bot.privacy import logs
    from bot.web.app import make_app

    settings = settings_module.get()
    logs.install()
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line a request is what /metrics is for
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        ws="websockets",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        loop="uvloop",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=4,
        server_header=False,
    )


@app.command()
def train() -> None:
    """Train a model on the present data."""
    from bot.ops import supervisor, training

    settings = settings_module.get()
    settings.logs.mkdir(parents=True, exist_ok=True)
    supervisor.check_data(settings)
    supervisor.Step(_say, 1).run(
        "training the assistant", 150, lambda: training.train(settings, settings.logs / "train.log")
    )
    _say(f"model: {training.model_path(settings)}")


@app.command()
def build() -> None:
    """Build the pages, unless they are built from the present sources."""
    from bot.ops import frontend, supervisor

    settings = settings_module.get()
    if frontend.is_built():
        return
    settings.logs.mkdir(parents=True, exist_ok=True)
    supervisor.Step(_say, 1).run(
        "building the pages", 40, lambda: frontend.build(settings, settings.logs / "frontend.log")
    )


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from bot.store import Store
    from bot.store.migrate import upgrade

    store = Store(settings_module.get().database_url)
    store.check()
    upgrade(store)
    _say("the database has the newest schema")


@app.command()
def doctor() -> None:
    """Say what is wrong on this machine, and how to mend it."""
    from bot.ops.doctor import examine

    marks = {"ok": "ok  ", "note": "note", "wrong": "BAD "}
    bad = 0
    for finding in examine(settings_module.get()):
        bad += finding.level == "wrong"
        _say(f"{marks[finding.level]}  {finding.what}" + (f"\n      -> {finding.mend}" if finding.mend else ""))
    _say("\neverything is in order" if not bad else f"\n{bad} to mend")
    raise typer.Exit(1 if bad else 0)


@app.command()
def chat(
    locale: Optional[str] = typer.Option(None, help="zh-Hans, zh-Hant or en; by default told from what you type"),
) -> None:
    """Talk to a running assistant in the terminal, over the same socket as the pages."""
    import asyncio

    from bot.ops.terminal import talk

    asyncio.run(talk(settings_module.get(), locale))


@app.command()
def parse() -> None:
    """JSON lines {"text"} in; text, capability, intent, confidence, entities, faq out. Needs no server."""
    from bot.nlu.interpreter import Interpreter

    interpreter = Interpreter(settings_module.get().models)
    _each_line(lambda line: interpreter.parse(line["text"], line.get("locale")))


@app.command()
def answers(
    knowledge: Optional[Path] = typer.Option(None, help="a folder in the form of data/knowledge"),
) -> None:
    """JSON lines {"text"} in; the ten best answers with scores out. Needs no server."""
    from bot.nlu.interpreter import Answers
    from bot.store import utc_now

    index = Answers(knowledge or settings_module.DATA / "knowledge")

    def best(line: dict[str, Any]) -> dict[str, Any]:
        ranked = index.rank(line["text"], today=utc_now().date())
        return {"answers": [{"id": found.id, "score": round(found.score, 4)} for found in ranked]}

    _each_line(best)


@app.command()
def redact() -> None:
    """JSON lines {"text"} in; masked text and spans (offsets into the input) out."""
    from bot.privacy.service import redact as redact_text

    _each_line(lambda line: redact_text(line["text"]))


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the HTTP routes."""
    from bot.web.app import make_app

    typer.echo(json.dumps(make_app().openapi(), ensure_ascii=False, indent=1))


@staff_app.command("add")
def staff_add(name: str, display_name: str = typer.Option("", help="as customers see it"), role: str = "agent") -> None:
    """Add a member of staff; asks for the password."""
    from bot.staff import service as staff
    from bot.store import Store, utc_now

    password = typer.prompt("password", hide_input=True, confirmation_prompt=True)
    store = Store(settings_module.get().database_url)
    with store.begin() as session:
        staff.add_member(
            session, name=name, password=password, role=role, display_name=display_name or name, now=utc_now()
        )
    _say(f"{name} may sign in as {role}")


@branch_app.command("check")
def branch_check(
    folder: Optional[Path] = typer.Argument(None, help="a folder in the form of data/branch/demo"),
) -> None:
    """Say everything that is wrong with a branch's data; if nothing is, show the branch.

    What may be prepared at home and what is lent refer to the branch, so they are judged once that is in order.
    """
    from bot.assistance.service import load_catalogue
    from bot.branch.report import overview
    from bot.branch.service import examine
    from bot.store import utc_now
    from bot.visits.service import load_visit_plan

    place = folder or settings_module.get().branch_dir
    branch, faults = examine(place)
    if branch is not None:
        faults = [*_faults(lambda: load_visit_plan(place, branch)), *_faults(lambda: load_catalogue(place))]
        if not faults:
            _say(overview(branch, utc_now()))
            return
    for fault in faults:
        _say(fault.cause)
    _say(f"\n{len(faults)} to correct")
    raise typer.Exit(1)


def _faults(load: Callable[[], object]) -> Iterator[DataError]:
    try:
        load()
    except DataError as error:
        yield error


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def _fail(error: SetupError) -> NoReturn:
    typer.echo(f"{error.cause}\n  -> {error.mend}", err=True)
    raise SystemExit(1)


def _lines() -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(sys.stdin, 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except ValueError:
            line = None
        if not isinstance(line, dict) or not isinstance(line.get("text"), str):
            _fail(SetupError(f'line {number} is not {{"text": "..."}}', "give one JSON object a line"))
        yield line


def _each_line(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    try:
        for line in _lines():
            sys.stdout.write(json.dumps(answer(line), ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)  # the reader has seen enough


if __name__ == "__main__":
    main()
