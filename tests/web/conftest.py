"""Real `web` processes without Rasa: what customers and staff have while the assistant is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.ops.supervisor import free_port
from bot.staff import service as staff
from bot.store import Store, utc_now
from bot.store.migrate import upgrade
from tests import processes


@dataclass
class Installation:
    """Two `web` processes on one database; Rasa does not exist."""

    url: str
    second_url: str
    store: Store
    home: Path

    def sign_in(self) -> httpx.Client:
        """A signed-in staff console of the second process."""
        console = httpx.Client(base_url=self.second_url, timeout=10)
        password = processes.environment(self.home, "")["LOBBY_ADMIN_PASSWORD"]
        me = console.post("/api/staff/login", json={"name": "admin", "password": password})
        assert me.status_code == 200, me.text
        console.headers["X-Lobby-CSRF"] = me.json()["csrf"]
        return console


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("web")
    database_url = f"sqlite:///{home / 'lobby.db'}"
    nowhere = f"http://127.0.0.1:{free_port()}"
    env = processes.environment(home, database_url, LOBBY_RASA_URL=nowhere, LOBBY_ACTION_URL=f"{nowhere}/webhook")
    store = Store(database_url)
    upgrade(store)
    with store.begin() as session:
        staff.ensure_admin(session, password=env["LOBBY_ADMIN_PASSWORD"], now=utc_now())
    with ExitStack() as stack:
        stack.callback(store.close)
        first, second = stack.enter_context(processes.web(env)), stack.enter_context(processes.web(env))
        yield Installation(first, second, store, home)


@pytest.fixture
def lonely(installation: Installation) -> str:
    """Base URL of a `web` process whose Rasa does not exist."""
    return installation.url


@pytest.fixture
def lonely_store(installation: Installation) -> Store:
    """The database behind `lonely`."""
    return installation.store
