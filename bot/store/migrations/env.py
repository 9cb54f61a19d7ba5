"""Alembic's environment: migrations run on the engine that the caller passes in."""

from alembic import context

from bot.settings import get
from bot.store.engine import Store
from bot.store.tables import metadata

engine = context.config.attributes.get("engine")
if engine is None:  # the `alembic` command line
    engine = Store(get().database_url).engine

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
