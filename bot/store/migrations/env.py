"""Alembic's environment: migrations run on the engine that the caller passes in."""

from typing import Any

from alembic import context

from bot.settings import get
from bot.store.base import JsonText, UtcDateTime
from bot.store.engine import Store
from bot.store.tables import metadata


def render_item(kind: str, item: Any, autogen: Any) -> Any:
    """Our own column types by their names."""
    if kind == "type" and isinstance(item, JsonText | UtcDateTime):
        autogen.imports.add("from bot.store import JsonText, UtcDateTime")
        return f"{type(item).__name__}()"
    return False


engine = context.config.attributes.get("engine")
if engine is None:  # the `alembic` command line
    engine = Store(get().database_url).engine

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
