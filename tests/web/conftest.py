"""A real `web` process without Rasa: what customers get while the assistant is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ops.supervisor import free_port
from bot.store import Store
from bot.store.migrate import upgrade
from tests import processes


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a `web` process whose Rasa does not exist."""
    yield from _web(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def lonely_store(lonely: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The database behind `lonely`."""
    home = max(tmp_path_factory.getbasetemp().glob("web*"), key=lambda folder: folder.stat().st_mtime)
    store = Store(f"sqlite:///{home / 'lobby.db'}")
    yield store
    store.close()


def _web(home: Path) -> Iterator[str]:
    database_url = f"sqlite:///{home / 'lobby.db'}"
    store = Store(database_url)
    upgrade(store)
    store.close()
    nowhere = f"http://127.0.0.1:{free_port()}"
    env = processes.environment(home, database_url, LOBBY_RASA_URL=nowhere, LOBBY_ACTION_URL=f"{nowhere}/webhook")
    with processes.web(env) as url:
        yield url
