from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.branch.schema import HoursException
from bot.branch.service import Branch
from bot.errors import Conflict, DataError, Invalid, NotFound, TooMany
from bot.settings import DATA
from bot.visits import rules
from bot.visits import service as visits
from bot.visits.rules import AnotherDay, BookingNeeded, MistypedCode, SlotTaken, VisitOver
from tests.visits.trip import Trip

TUESDAY = date(2026, 11, 24)


def ready(trip: Trip, service_id: str = "loan") -> tuple[str, ...]:
    """All that everybody brings for a service."""
    return tuple(paper.id for paper in trip.branch.services[service_id].bring if paper.when is None)


# --- preparing --------------------------------------------------------------------------------


def test_visit_says_what_is_missing_until_all_is_held(trip: Trip) -> None:
    needed = ready(trip, "card_service")
    visit = trip.prepare("card_service", needed[0])
    assert (visit.missing, visit.complete, visit.state) == (needed[1:], False, "open")
    visit = trip.revise(visit.code, *needed)
    assert (visit.missing, visit.complete) == ((), True)
    assert trip.look(visit.code) == visit


def test_code_is_good_until_the_end_of_its_last_day_in_the_branch(trip: Trip) -> None:
    visit = trip.prepare()
    assert visit.valid_until == trip.at("2026-12-08 00:00")
    trip.now = visit.valid_until - timedelta(seconds=1)
    assert trip.look(visit.code).state == "open"
    trip.later(seconds=1)
    assert trip.look(visit.code).state == "expired"
    for use in (trip.check_in, trip.revise):
        with pytest.raises(VisitOver):
            use(visit.code)


def test_free_text_is_masked_before_it_is_stored(trip: Trip) -> None:
    visit = trip.prepare(note="打我电话 13800138000，卡号 6222021234567890128")
    assert "13800138000" not in str(visit.fields)
    assert "6222021234567890128" not in str(visit.fields)
    assert str(visit.fields["note"]).startswith("打我电话 ⟨phone:1⟩")
    assert trip.look(visit.code).fields == visit.fields


def test_amount_is_kept_to_the_cent(trip: Trip) -> None:
    assert str(trip.prepare("transfer", amount="12345.67").amount) == "12345.67"


def test_unknown_service_paper_or_field_is_refused(trip: Trip) -> None:
    with pytest.raises(Invalid):
        trip.prepare("car_wash")
    with pytest.raises(Invalid):
        trip.prepare("loan", "ghost")
    with pytest.raises(Invalid):
        trip.prepare("loan", id_number="1")


def test_unknown_and_mistyped_codes_are_told_apart(trip: Trip) -> None:
    code = trip.prepare().code
    with pytest.raises(MistypedCode):
        trip.check_in(code[:-1] + ("A" if code[-1] != "A" else "B"))
    with pytest.raises(NotFound):
        trip.look(rules.new_code(random.Random(0).choice))


# --- appointments -----------------------------------------------------------------------------


def test_slots_fill_the_opening_hours(trip: Trip) -> None:
    slots = trip.slots(TUESDAY)
    assert slots[0].at == trip.at("2026-11-24 09:00")
    assert slots[-1].at == trip.at("2026-11-24 16:30")
    assert len(slots) == 16
    assert {slot.free for slot in slots} == {trip.plan.seats["D"]}


def test_today_begins_after_the_notice(trip: Trip) -> None:
    assert trip.now == trip.at("2026-11-23 14:00")
    assert trip.slots(date(2026, 11, 23))[0].at == trip.at("2026-11-23 14:30")


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-29", "2026-12-01", "9999-12-31", "0001-01-01"])
def test_no_slots_on_past_closed_or_distant_days(trip: Trip, day: str) -> None:
    assert trip.slots(date.fromisoformat(day)) == []


def test_short_day_has_fewer_slots(trip: Trip) -> None:
    label = trip.branch.name
    early = HoursException(date=TUESDAY, label=label, open=time(9), close=time(10, 45))
    trip.branch = replace(trip.branch, exceptions={TUESDAY: early})
    assert [slot.at for slot in trip.slots(TUESDAY)] == [
        trip.at(f"2026-11-24 {clock}") for clock in ("09:00", "09:30", "10:00")
    ]


def test_service_without_seats_has_no_appointments(trip: Trip) -> None:
    trip.plan = replace(trip.plan, seats={"A": 1})
    assert trip.slots(TUESDAY) == []
    with pytest.raises(SlotTaken):
        trip.book(trip.prepare().code, trip.at("2026-11-24 10:00"))


def test_full_slot_is_refused_and_the_earlier_booking_stays(trip: Trip) -> None:
    nine, ten = trip.at("2026-11-24 09:00"), trip.at("2026-11-24 10:00")
    first, second = trip.prepare().code, trip.prepare().code
    trip.book(first, ten)
    trip.book(second, nine)
    with pytest.raises(SlotTaken):
        trip.book(second, ten)
    assert trip.look(second).slot_at == nine
    assert (trip.free(nine), trip.free(ten)) == (0, 0)


def test_moving_or_giving_up_frees_the_seat(trip: Trip) -> None:
    nine, ten = trip.at("2026-11-24 09:00"), trip.at("2026-11-24 10:00")
    code = trip.prepare().code
    for slot_at in (ten, nine, nine, ten):
        assert trip.book(code, slot_at).slot_at == slot_at
    assert (trip.free(nine), trip.free(ten)) == (1, 0)
    assert trip.book(code, None).slot_at is None
    assert trip.free(ten) == 1
    trip.book(code, ten)
    cancelled = trip.cancel(code)
    assert (cancelled.state, cancelled.slot_at, trip.free(ten)) == ("cancelled", None, 1)
    assert trip.cancel(code) == cancelled
    assert trip.free(ten) == 1
    for use in (trip.check_in, trip.revise):
        with pytest.raises(VisitOver):
            use(code)


@pytest.mark.parametrize(
    "slot", ["2026-11-24 10:10", "2026-11-23 14:00", "2026-11-24 17:00", "2026-11-29 10:00", "9999-12-31 23:59"]
)
def test_what_is_no_slot_cannot_be_booked(trip: Trip, slot: str) -> None:
    code = trip.prepare().code
    with pytest.raises(SlotTaken):
        trip.book(code, trip.at(slot))
    assert trip.look(code).slot_at is None


def test_code_is_good_for_its_appointment_at_least(trip: Trip) -> None:
    trip.plan = replace(trip.plan, code_days=1)
    code = trip.prepare().code
    assert trip.book(code, trip.at("2026-11-28 10:00")).valid_until == trip.at("2026-11-29 00:00")


def test_staff_hear_of_appointments_and_see_them_by_time(trip: Trip) -> None:
    late, early = trip.prepare("wealth").code, trip.prepare("loan", *ready(trip)).code
    trip.book(late, trip.at("2026-11-24 15:00"))
    trip.book(early, trip.at("2026-11-24 09:00"))
    with trip.store.read() as session:
        listed = visits.appointments_on(session, trip.branch, day=TUESDAY, now=trip.now)
        other_day = visits.appointments_on(session, trip.branch, day=date(2026, 11, 25), now=trip.now)
        with pytest.raises(Invalid):
            visits.appointments_on(session, trip.branch, day=date.max, now=trip.now)
    assert [(view.code, view.complete) for view in listed] == [(early, True), (late, False)]
    assert other_day == []
    trip.cancel(late)
    assert trip.told_staff() == ["visit_booked", "visit_booked", "visit_cancelled"]


# --- large cash -------------------------------------------------------------------------------


def test_large_cash_gets_the_first_free_slot_of_the_next_booking_day(trip: Trip) -> None:
    booked = [trip.book_cash("80000") for _ in range(trip.plan.seats["A"] + 1)]
    assert [view.slot_at for view in booked] == [
        *[trip.at("2026-11-24 09:00")] * trip.plan.seats["A"],
        trip.at("2026-11-24 09:30"),
    ]
    assert (str(booked[0].amount), booked[0].needs_booking) == ("80000", False)


@pytest.mark.parametrize("amount", ["50000", "0", "-1", "1e15"])
def test_sum_that_needs_no_booking_or_is_none_is_not_booked(trip: Trip, amount: str) -> None:
    with pytest.raises(Invalid):
        trip.book_cash(amount)


def test_large_cash_is_not_handed_out_before_it_is_there(trip: Trip) -> None:
    visit = trip.prepare("cash_withdrawal", amount="80000")
    assert visit.needs_booking
    assert trip.slots(trip.branch.day(trip.now), "cash_withdrawal", "80000") == []
    with pytest.raises(SlotTaken):
        trip.book(visit.code, trip.at("2026-11-23 15:00"))
    with pytest.raises(BookingNeeded):
        trip.check_in(visit.code)
    assert trip.walk_in("cash_withdrawal").number == "A001"
    assert not trip.book(visit.code, trip.at("2026-11-24 09:00")).needs_booking
    trip.now = trip.at("2026-11-24 09:00")
    assert trip.check_in(visit.code).ticket.number == "A001"


def test_slot_too_soon_for_a_larger_sum_is_given_up(trip: Trip) -> None:
    code = trip.prepare("cash_withdrawal", amount="1000").code
    trip.book(code, trip.at("2026-11-23 15:00"))
    assert trip.revise(code, amount="2000").slot_at == trip.at("2026-11-23 15:00")
    grown = trip.revise(code, amount="80000")
    assert (grown.slot_at, grown.needs_booking) == (None, True)
    assert trip.free(trip.at("2026-11-23 15:00"), "cash_withdrawal") == trip.plan.seats["A"]


# --- at the branch ----------------------------------------------------------------------------


def test_code_becomes_a_ticket_and_the_window_sees_the_papers(trip: Trip) -> None:
    needed = ready(trip, "card_service")
    full = trip.check_in(trip.prepare("card_service", *needed).code)
    half = trip.check_in(trip.prepare("card_service", needed[0]).code)
    walk_in = trip.walk_in("card_service")
    assert (full.ticket.number, full.timing, full.again) == ("B001", "none", False)
    assert (full.visit.state, full.visit.ticket_number) == ("checked_in", "B001")
    ids = [view.ticket_id for view in (full.ticket, half.ticket, walk_in)]
    with trip.store.read() as session:
        papers = visits.papers_of(session, trip.branch, ids)
    assert set(papers) == set(ids[:2])
    assert (papers[ids[0]].complete, papers[ids[0]].missing) == (True, ())
    labels = [paper.label for paper in trip.branch.services["card_service"].bring if paper.id in needed[1:]]
    assert (papers[ids[1]].complete, list(papers[ids[1]].missing)) == (False, labels)
    assert trip.told_staff() == ["visit_checked_in", "visit_checked_in"]


def test_code_used_twice_gives_the_same_ticket_while_that_is_alive(trip: Trip) -> None:
    code = trip.prepare().code
    first = trip.check_in(code)
    again = trip.check_in(code.lower())
    assert (again.ticket.code, again.again) == (first.ticket.code, True)
    assert trip.call_next("7") == first.ticket.number
    assert trip.check_in(code).ticket.state == "called"
    trip.finish("7")
    with pytest.raises(VisitOver):
        trip.check_in(code)
    assert trip.walk_in().number == "D002"


def test_visit_with_a_ticket_can_be_neither_changed_nor_cancelled(trip: Trip) -> None:
    code = trip.prepare().code
    trip.check_in(code)
    for change in (trip.cancel, trip.revise, lambda code: trip.book(code, trip.at("2026-11-24 10:00"))):
        with pytest.raises(VisitOver):
            change(code)


def test_number_given_up_or_of_yesterday_can_be_taken_again(trip: Trip) -> None:
    code = trip.prepare().code
    first = trip.check_in(code).ticket
    trip.give_number_up(first.code)
    second = trip.check_in(code).ticket
    assert second.number == "D002"
    trip.later(days=1)
    third = trip.check_in(code)
    assert (third.ticket.number, third.again) == ("D001", False)


def test_kept_appointment_goes_before_those_who_came_within_the_head_start(trip: Trip) -> None:
    code = trip.prepare().code
    trip.book(code, trip.at("2026-11-24 10:00"))
    trip.now = trip.at("2026-11-24 09:20")
    assert trip.walk_in().number == "D001"
    trip.now = trip.at("2026-11-24 09:35")
    assert trip.walk_in().number == "D002"
    trip.now = trip.at("2026-11-24 10:10")
    kept = trip.check_in(code)
    assert (kept.timing, kept.ticket.number) == ("on_time", "D003")
    assert [trip.call_next("7") for _ in range(3)] == ["D001", "D003", "D002"]


@pytest.mark.parametrize(("clock", "timing"), [("09:39", "early"), ("10:11", "late")])
def test_too_early_or_late_becomes_an_ordinary_ticket_and_says_so(trip: Trip, clock: str, timing: str) -> None:
    code = trip.prepare().code
    trip.book(code, trip.at("2026-11-24 10:00"))
    trip.now = trip.at(f"2026-11-24 {clock}")
    walk_in = trip.walk_in()
    trip.later(seconds=1)
    checked_in = trip.check_in(code)
    assert checked_in.timing == timing
    assert [trip.call_next("7"), trip.call_next("7")] == [walk_in.number, checked_in.ticket.number]


def test_appointment_of_another_day_is_not_used_up_by_accident(trip: Trip) -> None:
    code = trip.prepare().code
    trip.book(code, trip.at("2026-11-24 10:00"))
    with pytest.raises(AnotherDay):
        trip.check_in(code)
    assert trip.look(code).slot_at == trip.at("2026-11-24 10:00")
    trip.book(code, None)
    assert trip.check_in(code).timing == "none"


def test_missed_appointment_of_an_earlier_day_is_late(trip: Trip) -> None:
    code = trip.prepare().code
    trip.book(code, trip.at("2026-11-24 10:00"))
    trip.now = trip.at("2026-11-25 09:55")
    assert trip.check_in(code).timing == "late"


def test_appointment_is_kept_once(trip: Trip) -> None:
    code = trip.prepare().code
    trip.book(code, trip.at("2026-11-24 10:00"))
    trip.now = trip.at("2026-11-24 09:50")
    trip.give_number_up(trip.check_in(code).ticket.code)
    assert trip.check_in(code).timing == "none"


def test_customer_class_counts_at_check_in(trip: Trip) -> None:
    code = trip.prepare("card_service").code
    first = trip.walk_in("card_service")
    trip.later(seconds=1)
    elderly = trip.check_in(code, "elderly").ticket
    assert trip.branch.classes["elderly"].head_start_minutes > 0
    assert [trip.call_next("3"), trip.call_next("3")] == [elderly.number, first.number]


def test_closed_branch_gives_no_ticket_and_the_code_stays_good(trip: Trip) -> None:
    trip.branch = replace(trip.branch, tickets_outside_hours=False)
    code = trip.prepare().code
    trip.now = trip.at("2026-11-23 20:00")
    with pytest.raises(Conflict):
        trip.check_in(code)
    assert trip.look(code).state == "open"


def test_code_of_another_branch_is_unknown(trip: Trip) -> None:
    code = trip.prepare().code
    trip.branch = replace(trip.branch, id="elsewhere")
    with pytest.raises(NotFound):
        trip.check_in(code)


def test_card_speaks_one_locale(trip: Trip) -> None:
    visit = trip.book(trip.prepare("card_service").code, trip.at("2026-11-24 10:00"))
    card = visits.visit_card(trip.branch, visit, "en")
    assert card == {
        "kind": "visit",
        "code": visit.code,
        "service": "Lost card and PIN",
        "missing": [paper.label["en"] for paper in trip.branch.services["card_service"].bring if paper.when is None],
        "complete": False,
        "slot": "2026-11-24T02:00:00+00:00",
        "when": "2026-11-24 10:00",
        "address": f"/v/{visit.code}",
    }


# --- the plan ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("service: loan", "service: loans", "there is no service loans"),
        ("service: wealth", "service: loan", "loan has a form already"),
        ("service: credit_card, fields: [note]", "service: credit_card, fields: [nothing]", "no field nothing"),
        ("seats: {A: 2", "seats: {Q: 2", "there is no group Q"),
        ("seats: {A: 2", "seats: {A: 0", "from 1 to 100"),
        ("slot_minutes: 30", "slot_minutes: 0", "slot_minutes"),
        ("id: people", "id: note", "note is there twice"),
        ("days_ahead", "days_a_head", "days_a_head"),
    ],
)
def test_fault_in_the_plan_is_told_with_its_line(
    branch: Branch, tmp_path: Path, old: str, new: str, cause: str
) -> None:
    text = (DATA / "branch" / "demo" / "visits.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "visits.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        visits.load_visit_plan(tmp_path, branch)
    assert cause in str(error.value)
    assert error.value.line is not None
    assert error.value.line > 1


def test_branch_without_a_plan_is_told_so(branch: Branch, tmp_path: Path) -> None:
    shutil.copytree(DATA / "branch" / "demo", tmp_path / "b", ignore=shutil.ignore_patterns("visits.yml"))
    with pytest.raises(DataError, match=r"visits\.yml"):
        visits.load_visit_plan(tmp_path / "b", branch)


def test_every_service_of_the_demo_has_a_form(trip: Trip) -> None:
    assert set(trip.plan.forms) == set(trip.branch.services)


def test_plan_asks_for_nothing_that_says_who_somebody_is(trip: Trip) -> None:
    asked = {field.id for form in trip.plan.forms.values() for field in form}
    assert not asked & {"name", "phone", "id_card", "id_number", "bank_card", "email", "address"}


def test_attempts_of_one_address_are_counted_apart(trip: Trip) -> None:
    limit = rules.LIMITS[rules.WRONG_CODES]

    def attempt(address: str, now: datetime) -> None:
        with trip.store.begin() as session:
            visits.admit(session, kind=rules.WRONG_CODES, address=address, now=now)
            visits.note_attempt(session, kind=rules.WRONG_CODES, address=address, now=now)

    for _ in range(limit):
        attempt("10.0.0.1", trip.now)
    with pytest.raises(TooMany):
        attempt("10.0.0.1", trip.now)
    attempt("10.0.0.2", trip.now)
    attempt("10.0.0.1", trip.now + rules.WINDOW)
