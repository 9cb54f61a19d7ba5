"""A throw-away PostgreSQL server on loopback, for tests and measurements."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.ops.supervisor import free_port

FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql")


def program(name: str) -> Path | None:
    """A program of PostgreSQL, the newest if there are several; None where the machine has none."""
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    found = [file for folder in FOLDERS for file in Path(folder).glob(f"**/bin/{name}")]
    return max(found, default=None)


@contextmanager
def server(initdb: Path, *, durable: bool) -> Iterator[str]:
    """An empty server. Yields the address of its database `postgres`; `durable`: a commit waits for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="lobby-pg-"))
    port = free_port()
    # PostgreSQL refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    make = [*as_user, str(initdb), "-D", str(data), "-U", "lobby", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder)
    options = (
        f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={folder} "
        f"-c fsync={'on' if durable else 'off'}"
    )
    control = [*as_user, str(initdb.parent / "pg_ctl"), "-D", str(data), "-w"]
    start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
    subprocess.run(start, check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql+psycopg2://lobby@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """A new database on a server, a copy of `template` if given. Returns its address."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    engine.dispose()
    return f"{server_url.rsplit('/', 1)[0]}/{name}"
