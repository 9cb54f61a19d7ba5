"""Engine and transactions.

SQLite: pysqlite's own transaction handling gave duplicate ticket numbers under several writers, and a
deferred BEGIN gave "database is locked"; so autocommit at the driver and BEGIN IMMEDIATE from SQLAlchemy
(figures in the design). Reads use a deferred BEGIN: in WAL mode they never wait for the writer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from bot.errors import SetupError

BUSY_SECONDS = 15
POOL = 10


class Store:
    """One database. `begin()` is a write transaction, `read()` a read-only one."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._write = sessionmaker(self.engine, future=True, expire_on_commit=False)
        # Writers of one process take turns here; SQLite itself would let them sleep and try again.
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()
        # Own options, same pool: marks connections whose BEGIN must not take the write lock.
        reading = self.engine.execution_options(lobby_read=True)
        self._read = sessionmaker(reading, future=True, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return bool(self.engine.dialect.name == "sqlite")

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session whose transaction commits at the end of the block, or rolls back on an error."""
        with self._one_writer, self._write.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; never waits for a writer, never commits."""
        with self._read() as session:
            yield session

    def check(self) -> None:
        """Raises SetupError unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as error:
            shown = self.engine.url.render_as_string(hide_password=True)
            raise SetupError(
                f"the database {shown} does not answer: {str(error.orig).strip().splitlines()[0]}",
                "check LOBBY_DATABASE_URL, and that the server runs and lets this user in",
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError("only sqlite and postgresql are supported")
        if url.get_backend_name() == "sqlite":
            if url.database and url.database != ":memory:":
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(
                url,
                future=True,
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
                # Kept open: SQLAlchemy's default for files opens and closes one a transaction, and the last to close
                # writes the whole log back to the file.
                poolclass=QueuePool,
                pool_size=POOL,
                max_overflow=POOL,
            )
            event.listen(engine, "connect", _sqlite_connect)
            event.listen(engine, "begin", _sqlite_begin)
            return engine
        return create_engine(url, future=True, pool_pre_ping=True, pool_size=POOL, max_overflow=POOL)
    except (ArgumentError, NoSuchModuleError, OSError) as error:
        raise SetupError(
            f"LOBBY_DATABASE_URL is not a database address: {error}",
            "use sqlite:///path/to/file.db or postgresql+psycopg2://user:password@host/name",
        ) from error


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means stored, power loss included
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("lobby_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
