"""Real processes for tests: started on free loopback ports, stopped at the end, their logs in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.ops import supervisor, training
from bot.ops.supervisor import free_port, is_up
from bot.settings import ROOT, Settings, load
from bot.staff import service as staff
from bot.store import Store, utc_now
from bot.store.migrate import upgrade


def environment(home: Path, database_url: str, **more: str) -> dict[str, str]:
    """Settings of an installation under `home`, as the supervisor would pass them."""
    return {
        **os.environ,
        "LOBBY_HOME": str(home),
        "LOBBY_DATABASE_URL": database_url,
        "LOBBY_SECRET_KEY": "test",
        "LOBBY_HOST": "127.0.0.1",
        "LOBBY_ADMIN_PASSWORD": "a long password for tests",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        "OMP_NUM_THREADS": "1",
        **more,
    }


@contextmanager
def running(
    name: str, command: list[str], env: dict[str, str], up: Callable[[], bool], seconds: float = 60
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers; its output is in LOBBY_HOME/<name>.log and shown when it does not come up."""
    log = Path(env["LOBBY_HOME"]) / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        end = time.monotonic() + seconds
        while not up():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def web(env: dict[str, str]) -> Iterator[str]:
    """The public process. Yields its base URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bot.cli", "web"]
    with running("web", command, {**env, "LOBBY_PORT": str(port)}, lambda: is_up(f"{url}/healthz")):
        yield url


@dataclass(frozen=True)
class House:
    """All three processes of an installation, with the trained model, ready."""

    settings: Settings
    pids: dict[str, int]
    children: dict[str, supervisor.Child]

    @property
    def url(self) -> str:
        return self.settings.base_url


@contextmanager
def house(home: Path, password: str | None = None) -> Iterator[House]:
    """Everything `lobby up` runs, on a free port and a fresh SQLite database under `home`."""
    ours = load()
    model = training.model_path(ours)
    if not model.is_file():
        ours.logs.mkdir(parents=True, exist_ok=True)
        training.train(ours, ours.logs / "train.log")
    settings = load({"LOBBY_HOME": str(home), "LOBBY_PORT": str(free_port())})
    settings.logs.mkdir()
    store = Store(settings.database_url)
    upgrade(store)
    if password is not None:
        with store.begin() as session:
            staff.ensure_admin(session, password=password, now=utc_now())
    store.close()
    children = supervisor.make_children(settings, model)
    for child in children:
        child.environment["LOBBY_PORT"] = str(settings.port)
        child.environment["LOBBY_SECRET_KEY"] = settings.secret_key
        child.start()
    try:
        wait_for(f"{settings.base_url}/readyz", settings.logs)
        named = {child.name: child for child in children}
        yield House(settings, {name: child.process.pid for name, child in named.items() if child.process}, named)
    finally:
        supervisor.stop(children)


def wait_for(url: str, logs: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_up(url):
        if time.monotonic() > end:
            tails = "\n".join(f"{f.name}:\n{f.read_text(errors='replace')[-1500:]}" for f in logs.glob("*.log"))
            raise TimeoutError(f"{url} does not answer\n{tails}")
        time.sleep(0.2)
