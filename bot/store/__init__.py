"""The ticket store: engine, transactions, outbox, migrations. Domains own their tables."""

from bot.store.base import Base, JsonText, UtcDateTime, new_code, utc_now
from bot.store.engine import Store

__all__ = ["Base", "JsonText", "Store", "UtcDateTime", "new_code", "utc_now"]
