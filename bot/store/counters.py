"""Numbers given one after another, each once: a row of a domain's table holds the `last` one of its key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def next_count(session: Session, counter: Any, **key: object) -> int:
    """The number after `counter.last` in the row of `key`, all of its primary key; 1 where there is no row yet.

    On PostgreSQL the row stays locked until the transaction ends, so that the next one counts on from a number
    that holds; SQLite has one writer at a time. A rollback takes the number back.
    """
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(counter).values(**key, last=1)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"last": counter.last + 1}))
    return int(session.execute(select(counter.last).filter_by(**key)).scalar_one())
