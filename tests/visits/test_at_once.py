"""Many at once on one store, each with a connection of its own: no seat twice, one ticket a code."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import TypeVar

from bot.branch.service import Branch
from bot.store import Store
from bot.visits.rules import SlotTaken
from bot.visits.schema import VisitPlan
from tests.visits.trip import Trip

PEOPLE = 6
T = TypeVar("T")


def all_at_once(trip: Trip, database_url: str, doings: list[Callable[[Trip], T]]) -> list[T]:
    """Each on a store of its own, as processes have; a refused booking is left out."""
    ready = Barrier(len(doings))

    def run(doing: Callable[[Trip], T]) -> list[T]:
        store = Store(database_url)
        ready.wait()
        try:
            return [doing(Trip(store, trip.branch, trip.plan, trip.now))]
        except SlotTaken:
            return []
        finally:
            store.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [one for found in pool.map(run, doings) for one in found]


def booking(code: str, slot_at: datetime) -> Callable[[Trip], str]:
    return lambda trip: trip.book(code, slot_at).code


def test_last_seat_of_a_slot_is_given_once(trip: Trip, database_url: str) -> None:
    slot = trip.at("2026-11-24 10:00")
    codes = [trip.prepare("card_service").code for _ in range(PEOPLE)]
    booked = all_at_once(trip, database_url, [booking(code, slot) for code in codes])
    assert len(booked) == trip.plan.seats["B"]
    assert [code for code in codes if trip.look(code).slot_at == slot] == [code for code in codes if code in booked]
    assert trip.free(slot, "card_service") == 0


def test_customers_who_swap_slots_never_wait_for_each_other(trip: Trip, database_url: str) -> None:
    early, late = trip.at("2026-11-24 10:00"), trip.at("2026-11-24 11:00")
    first, second = trip.prepare("card_service").code, trip.prepare("card_service").code
    for _ in range(5):
        trip.book(first, early)
        trip.book(second, late)
        assert len(all_at_once(trip, database_url, [booking(first, late), booking(second, early)])) == 2
    seats = trip.plan.seats["B"]
    assert [trip.free(slot, "card_service") for slot in (early, late)] == [seats - 1, seats - 1]


def test_code_scanned_at_several_kiosks_becomes_one_ticket(trip: Trip, database_url: str) -> None:
    code = trip.prepare().code
    seen = all_at_once(trip, database_url, [lambda kiosk: kiosk.check_in(code)] * 4)
    assert len({check_in.ticket.code for check_in in seen}) == 1
    assert sorted(check_in.again for check_in in seen) == [False, True, True, True]


def test_many_bookings_of_cash_never_overfill_a_slot(
    trip: Trip, branch: Branch, plan: VisitPlan, database_url: str
) -> None:
    booked = all_at_once(trip, database_url, [lambda home: home.book_cash("80000").slot_at] * PEOPLE)
    seats = plan.seats["A"]
    assert len(booked) == PEOPLE
    assert max(booked.count(slot_at) for slot_at in booked) == seats
    assert len(set(booked)) == PEOPLE / seats
