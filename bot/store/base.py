"""What all tables share: the declarative base, column types, codes."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import MetaData, Text, types
from sqlalchemy.orm import declarative_base

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Base: Any = declarative_base(metadata=MetaData(naming_convention=NAMING))

# No 0/O, 1/I/L, U: a code is read aloud and typed by tired people.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class UtcDateTime(types.TypeDecorator[datetime]):
    """A point in time: aware in, UTC in the table, aware UTC out. Naive values are refused."""

    impl = types.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored")
        utc = value.astimezone(timezone.utc)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class JsonText(types.TypeDecorator[Any]):
    """JSON kept as UTF-8 text, readable in any database tool."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


def utc_now() -> datetime:
    """The clock that edges pass into rules and services."""
    return datetime.now(timezone.utc)


def new_code(length: int = 16) -> str:
    """An unguessable code: log2(30) = 4.9 bits a character, 78 bits at 16."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
