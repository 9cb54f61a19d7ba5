"""The tables of the queue over their migrations: tickets of the first house stay usable, and there is a way back."""

from __future__ import annotations

from datetime import datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.branch.service import Branch
from bot.store import Store
from bot.store.migrate import SCRIPTS
from tests.queueing.hall import Hall

FIRST_HOUSE = "0001"
TAKE = text(
    "INSERT INTO tickets (branch_id, day, number, code, letter, service_id, route, rank, state, locale, taken_at) "
    "VALUES (:branch_id, '2026-11-23', :number, :number, 'D', 'loan', 'counter', 1, 'waiting', 'en', :taken_at)"
)

TAKEN = text(
    "INSERT INTO ticket_events (ticket_id, at, kind, by) SELECT id, :taken_at, 'taken', 'customer' FROM tickets "
    "WHERE number = :number"
)


def test_ticket_of_the_first_house_is_called_after_the_upgrade(store: Store, branch: Branch, now: datetime) -> None:
    config = migrations(store)
    command.downgrade(config, FIRST_HOUSE)
    with store.begin() as session:
        taken_at = now.replace(tzinfo=None) if store.is_sqlite else now
        session.execute(TAKE, {"branch_id": branch.id, "number": "D900", "taken_at": taken_at})
        session.execute(TAKEN, {"number": "D900", "taken_at": taken_at})
    command.upgrade(config, "head")
    hall = Hall(store, branch, now)
    hall.take_ticket("loan")
    ticket = hall.look("D900")
    assert (ticket.state, ticket.customer_class, ticket.ahead, ticket.taken_at) == ("waiting", "individual", 0, now)
    assert hall.called("7") == "D900"


def test_way_back_leaves_states_that_the_first_house_knows(store: Store, branch: Branch, now: datetime) -> None:
    hall = Hall(store, branch, now)
    for _ in range(3):
        hall.take_ticket("loan")
    hall.call_next("7")
    hall.at_window("park", "7")
    hall.call_next("7")
    hall.at_window("start", "7")
    command.downgrade(migrations(store), FIRST_HOUSE)
    with store.read() as session:
        states = session.execute(text("SELECT number, state FROM tickets ORDER BY number")).all()
    assert states == [("D001", "waiting"), ("D002", "done"), ("D003", "waiting")]


def migrations(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = store.engine
    return config
