"""What all tests share: a real store on SQLite and on PostgreSQL, a clock, the demo branch."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from bot.branch.service import Branch, load_branch
from bot.privacy.service import Vault
from bot.settings import DATA, Settings, load
from bot.store import Store
from bot.store.migrate import upgrade
from tests import postgres

# A Monday, 14:00 in Shanghai: the demo branch is open.
NOON = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """A throw-away PostgreSQL server on loopback, or None where the machine has none."""
    given = os.environ.get("LOBBY_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    initdb = postgres.program("initdb")
    if initdb is None:
        yield None
        return
    with postgres.server(initdb, durable=False) as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    file = tmp_path_factory.mktemp("template") / "lobby.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str | None) -> str | None:
    """Name of a migrated PostgreSQL database, to be copied."""
    if postgres_url is None:
        return None
    _migrate(postgres.create_database(postgres_url, "lobby_template"))
    return "lobby_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "lobby.db")
        yield f"sqlite:///{tmp_path / 'lobby.db'}"
        return
    server: str | None = request.getfixturevalue("postgres_url")
    template = request.getfixturevalue("postgres_template")
    if server is None:
        if os.environ.get("LOBBY_TEST_REQUIRE_ALL"):
            pytest.fail("PostgreSQL must be installed here")
        pytest.skip("PostgreSQL is not installed on this machine")
    name = f"t{uuid.uuid4().hex[:12]}"
    yield postgres.create_database(server, name, template)
    with _as_admin(server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _migrate(url: str) -> None:
    made = Store(url)
    upgrade(made)
    made.close()


@contextmanager
def _as_admin(server: str) -> Iterator[Connection]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store."""
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load({"LOBBY_HOME": str(tmp_path / "home"), "LOBBY_DATABASE_URL": database_url, "LOBBY_SECRET_KEY": "test"})


@pytest.fixture(scope="session")
def branch() -> Branch:
    return load_branch(DATA / "branch" / "demo")


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault.from_settings(settings)


@pytest.fixture
def now() -> datetime:
    return NOON
