"""Alembic from Python: bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.engine import Store

SCRIPTS = Path(__file__).resolve().parent / "migrations"


def _config(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = store.engine
    return config


def upgrade(store: Store) -> None:
    """Migrate to the newest schema. Safe to call by several processes: the second one finds nothing to do."""
    command.upgrade(_config(store), "head")


def is_current(store: Store) -> bool:
    """Whether the database has the newest schema."""
    newest = ScriptDirectory.from_config(_config(store)).get_current_head()
    with store.engine.connect() as connection:
        return bool(MigrationContext.configure(connection).get_current_revision() == newest)
