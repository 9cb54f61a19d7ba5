from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.branch.service import Branch
from bot.errors import Conflict, Invalid, NotFound
from bot.queueing import service as queueing
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.rules import WindowStatus
from bot.queueing.service import NoWindow
from bot.store import Store
from tests.queueing.hall import STAFF, Hall


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


# --- taking a number --------------------------------------------------------------------------


def test_ticket_has_number_zone_windows_place_and_wait(hall: Hall) -> None:
    first = hall.take_ticket(amount=30_000)
    second = hall.take_ticket(amount=30_000)
    assert (first.number, second.number) == ("A001", "A002")
    assert second.window_ids == ("1", "2", "3")
    assert second.zone_id == "cash"
    assert (first.ahead, second.ahead) == (0, 1)
    assert second.wait_low <= second.wait_high
    assert second.state == "waiting"
    assert len(second.code) >= 16
    assert first.code != second.code


def test_each_letter_counts_for_itself(hall: Hall) -> None:
    assert [hall.take_ticket(service_id).number for service_id in ("corporate", "loan", "wealth")] == [
        "C001",
        "D001",
        "D002",
    ]


def test_numbers_begin_anew_on_the_next_branch_day(hall: Hall) -> None:
    hall.now = datetime.fromisoformat("2026-11-23T15:59:00+00:00")  # 23:59 in Shanghai
    assert hall.take_ticket().number == "A001"
    hall.now = datetime.fromisoformat("2026-11-23T16:00:00+00:00")  # midnight in Shanghai
    assert hall.take_ticket().number == "A001"


def test_same_turn_gets_the_same_ticket(hall: Hall) -> None:
    first = hall.take_ticket(session_id="s1", turn_id="t1")
    again = hall.take_ticket(session_id="s1", turn_id="t1")
    other_session = hall.take_ticket(session_id="s2", turn_id="t1")
    assert again == first
    assert other_session.number != first.number
    assert hall.line() == ["A001", "A002"]


def test_amount_is_kept_to_the_cent(hall: Hall) -> None:
    assert str(hall.take_ticket(amount="12345.67").amount) == "12345.67"


def test_large_withdrawal_gets_a_ticket_at_the_counter(hall: Hall) -> None:
    view = hall.take_ticket(amount=60_000)
    assert (view.route, view.window_ids) == ("counter", ("2", "3"))


@pytest.mark.parametrize(("service_id", "amount"), [("car_wash", None), ("cash_withdrawal", -5)])
def test_impossible_ticket_is_refused_and_uses_no_number(hall: Hall, service_id: str, amount: int | None) -> None:
    with pytest.raises(Invalid):
        hall.take_ticket(service_id, amount)
    assert hall.take_ticket().number == "A001"


def test_closed_branch_gives_no_ticket_unless_its_data_say_so(hall: Hall) -> None:
    hall.now = datetime.fromisoformat("2026-11-29T03:00:00+00:00")  # a Sunday
    assert hall.take_ticket().number == "A001"
    hall.branch = replace(hall.branch, tickets_outside_hours=False)
    with pytest.raises(Conflict):
        hall.take_ticket()


def test_failed_transaction_leaves_no_ticket(hall: Hall) -> None:
    def take_and_crash() -> None:
        with hall.store.begin() as session:
            queueing.take_ticket(
                session,
                hall.branch,
                service_id="loan",
                amount=None,
                session_id=None,
                turn_id=None,
                locale="en",
                now=hall.now,
            )
            raise RuntimeError("the process dies")

    with pytest.raises(RuntimeError):
        take_and_crash()
    assert hall.line() == []
    assert hall.topics() == []


# --- ahead and wait ---------------------------------------------------------------------------


def test_ahead_counts_only_who_competes_for_the_same_windows(hall: Hall) -> None:
    hall.take_ticket("corporate")  # window 6
    hall.take_ticket("forex")  # window 5
    hall.take_ticket(amount=60_000)  # windows 2 and 3
    assert hall.take_ticket("loan").ahead == 0  # window 7
    assert hall.take_ticket("card_service").ahead == 2  # windows 3, 4 and 5


def test_wait_of_a_newcomer_counts_everybody_who_waits(hall: Hall) -> None:
    for _ in range(3):
        hall.take_ticket("loan")
    with hall.store.read() as session:
        found = queueing.current_wait(session, hall.branch, service_id="wealth", now=hall.now)
        assert found.ahead == 3
        assert 0 < found.low < found.high
        with pytest.raises(NotFound):
            queueing.current_wait(session, hall.branch, service_id="car_wash", now=hall.now)


def test_window_that_stops_calling_shortens_nobodys_wait(hall: Hall) -> None:
    for _ in range(6):
        last = hall.take_ticket("open_account")
    for state in ("paused", "closed"):
        hall.set_window("4", state)
        assert hall.look(last.code).wait_high > last.wait_high
        hall.set_window("4", "open")
    assert hall.look(last.code).wait_high == last.wait_high


def test_active_ticket_is_the_newest_one_in_use_today(hall: Hall) -> None:
    def active() -> str | None:
        with hall.store.read() as session:
            view = queueing.active_ticket(session, hall.branch, session_id="s1", now=hall.now)
        return view.number if view else None

    assert active() is None
    hall.take_ticket("loan", session_id="s1")
    second = hall.take_ticket("corporate", session_id="s1")
    assert active() == "C001"
    hall.cancel(second.code)
    assert active() == "D001"
    hall.call_next("7")
    assert active() == "D001"
    hall.call_next("7")
    assert active() is None


# --- calling ----------------------------------------------------------------------------------


def test_window_calls_in_order_what_it_serves(hall: Hall) -> None:
    hall.take_ticket("corporate")
    hall.take_ticket(amount=60_000)  # A001, windows 2 and 3
    hall.take_ticket(amount=30_000)  # A002, express too
    hall.take_ticket("card_service")  # B001, windows 3, 4 and 5
    assert hall.called("1") == "A002"
    assert hall.called("3") == "A001"
    assert hall.called("3") == "B001"
    assert hall.called("3") is None
    assert hall.called("6") == "C001"


def test_next_finishes_the_ticket_called_before(hall: Hall) -> None:
    first, second = hall.take_ticket("loan"), hall.take_ticket("loan")
    hall.call_next("7")
    hall.call_next("7")
    assert hall.look(first.code).state == "done"
    assert hall.look(second.code).state == "called"
    assert hall.look(second.code).window_id == "7"
    assert hall.events(first.code) == [("taken", "customer"), ("called", STAFF), ("done", STAFF)]


def test_call_reaches_the_customer_and_everybody_who_watches(hall: Hall) -> None:
    customer = hall.customer("en")
    ticket = hall.take_ticket("loan", session_id=customer, locale="en")
    hall.call_next("7")
    notice = hall.notices(customer)[-1]
    assert notice.kind == "ticket_called"
    assert notice.data["number"] == "D001"
    assert notice.data["windows"] == ["Window 7"]
    assert notice.data["state"] == "called"
    assert {f"session:{customer}", f"ticket:{ticket.code}", "board", "staff"} <= set(hall.topics())


def test_calling_one_pushes_nothing_to_those_behind(hall: Hall) -> None:
    hall.take_ticket("loan")
    behind = hall.customer()
    hall.take_ticket("loan", session_id=behind)
    hall.call_next("7")
    assert hall.notices(behind) == []


def test_called_ticket_of_yesterday_does_not_block_the_window(hall: Hall) -> None:
    forgotten = hall.take_ticket("loan")
    hall.call_next("7")
    hall.now += timedelta(days=1)
    hall.take_ticket("loan")
    assert hall.called("7") == "D001"
    assert hall.look(forgotten.code).state == "expired"


def test_waiting_ticket_of_yesterday_has_expired(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.now += timedelta(days=1)
    assert hall.look(ticket.code).state == "expired"
    assert hall.called("7") is None
    with pytest.raises(Conflict):
        hall.delay(ticket.code)


def test_recall_repeats_the_call_and_the_notice(hall: Hall) -> None:
    customer = hall.customer()
    ticket = hall.take_ticket("loan", session_id=customer)
    first = hall.call_next("7")
    again = hall.at_window("recall", "7")
    assert first is not None
    assert first.called_at is not None
    assert again.called_at is not None
    assert again.called_at > first.called_at
    assert [notice.kind for notice in hall.notices(customer)] == ["ticket_called", "ticket_called"]
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken", "called", "recalled"]


def test_served_ticket_leaves_its_window(hall: Hall) -> None:
    customer = hall.customer()
    ticket = hall.take_ticket("loan", session_id=customer)
    hall.call_next("7")
    assert hall.at_window("start", "7").state == "serving"
    assert hall.at_window("start", "7").state == "serving"  # pressed twice
    hall.at_window("finish_ticket", "7")
    assert hall.look(ticket.code).state == "done"
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken", "called", "started", "done"]
    assert hall.notices(customer)[-1].kind == "ticket_updated"
    assert hall.notices(customer)[-1].data["state"] == "done"
    with pytest.raises(Conflict):
        hall.at_window("finish_ticket", "7")


def test_unknown_and_closed_windows_call_nobody(hall: Hall) -> None:
    hall.take_ticket("loan")
    with pytest.raises(NotFound):
        hall.call_next("77")
    with pytest.raises(Conflict):
        hall.call_next("8")
    assert hall.line() == ["D001"]


# --- giving up and stepping out ---------------------------------------------------------------


def test_delayed_ticket_lets_three_competitors_pass(hall: Hall) -> None:
    first = hall.take_ticket("loan")
    hall.take_ticket("corporate")
    for _ in range(4):
        hall.take_ticket("wealth")
    view = hall.delay(first.code)
    assert view.ahead == 3
    assert hall.line() == ["C001", "D002", "D003", "D004", "D001", "D005"]
    assert [hall.called("7") for _ in range(5)] == ["D002", "D003", "D004", "D001", "D005"]


def test_last_in_line_may_ask_for_a_delay_too(hall: Hall) -> None:
    assert hall.delay(hall.take_ticket("loan").code).ahead == 0


def test_called_ticket_can_be_neither_delayed_nor_cancelled(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.call_next("7")
    with pytest.raises(Conflict):
        hall.delay(ticket.code)
    with pytest.raises(Conflict):
        hall.cancel(ticket.code)


def test_cancelled_ticket_leaves_the_line_and_stays_cancelled(hall: Hall) -> None:
    customer = hall.customer()
    first, second = hall.take_ticket("loan", session_id=customer), hall.take_ticket("loan")
    assert hall.cancel(first.code).state == "cancelled"
    assert hall.cancel(first.code).state == "cancelled"
    assert hall.look(second.code).ahead == 0
    assert [notice.kind for notice in hall.notices(customer)] == ["ticket_updated"]
    assert hall.called("7") == second.number


def test_unknown_code_is_not_found(hall: Hall) -> None:
    for code in ("", "NOSUCHCODE", "' OR 1=1 --"):
        for step in (hall.look, hall.cancel, hall.delay, hall.hold, hall.here, hall.rejoin):
            with pytest.raises(NotFound):
                step(code)


# --- who goes first ---------------------------------------------------------------------------


def test_head_start_goes_before_who_came_a_little_earlier_and_behind_who_came_much_earlier(hall: Hall) -> None:
    much_earlier = hall.take_ticket("loan")
    hall.now += timedelta(minutes=10)
    hall.take_ticket("loan")
    hall.now += timedelta(minutes=10)
    elderly = hall.take_ticket("loan", customer_class="elderly")  # 15 minutes
    assert (elderly.ahead, elderly.customer_class) == (1, "elderly")
    assert hall.line() == [much_earlier.number, elderly.number, "D002"]
    assert [hall.called("7") for _ in range(3)] == ["D001", "D003", "D002"]


def test_appointment_stands_in_line_as_if_taken_at_its_time(hall: Hall) -> None:
    slot = hall.now - timedelta(minutes=30)
    hall.take_ticket("loan")
    booked = hall.take_ticket("loan", rank_at=slot)
    assert booked.ahead == 0
    assert hall.called("7") == booked.number


def test_unknown_class_gets_no_ticket(hall: Hall) -> None:
    with pytest.raises(Invalid):
        hall.take_ticket(customer_class="king")
    assert hall.take_ticket().number == "A001"


def test_who_insists_on_a_window_is_called_by_that_one_only(hall: Hall) -> None:
    hall.take_ticket("card_service", wants_window="5")
    hall.take_ticket("card_service")
    assert hall.window("3").waiting == 1
    assert hall.called("3") == "B002"
    assert hall.called("3") is None
    assert hall.called("5") == "B001"


def test_who_insists_on_a_window_waits_behind_those_it_serves_only(hall: Hall) -> None:
    hall.take_ticket("card_service", wants_window="4")
    ticket = hall.take_ticket("card_service", wants_window="5")
    assert (ticket.window_ids, ticket.ahead) == (("5",), 0)


def test_window_that_does_not_serve_this_cannot_be_insisted_on(hall: Hall) -> None:
    for window_id in ("6", "77"):
        with pytest.raises(Invalid):
            hall.take_ticket("card_service", wants_window=window_id)


# --- hold and rejoin --------------------------------------------------------------------------


def test_held_place_is_passed_over_and_comes_back_at_its_old_place(hall: Hall) -> None:
    first = hall.take_ticket("loan")
    behind = hall.take_ticket("loan")
    for _ in range(2):
        hall.take_ticket("loan")
    held = hall.hold(first.code, 10)
    assert held.held_until == hall.now + timedelta(minutes=10)
    assert hall.look(behind.code).ahead == 0
    assert hall.queue("loan").held == 1
    assert hall.called("7") == "D002"
    hall.now += timedelta(minutes=10)
    assert hall.look(first.code).held_until is None
    assert hall.called("7") == "D001"


def test_customer_who_is_back_early_ends_the_hold(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.hold(ticket.code)
    assert hall.called("7") is None
    assert hall.here(ticket.code).held_until is None
    assert hall.here(ticket.code).state == "waiting"
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken", "held", "here"]
    assert hall.called("7") == "D001"


def test_place_is_held_only_for_as_long_as_the_branch_offers(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    for minutes in (-5, 0, 7, 600):
        with pytest.raises(Invalid):
            hall.hold(ticket.code, minutes)
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken"]


def test_called_ticket_cannot_be_held(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.call_next("7")
    for step in (hall.hold, hall.here, hall.rejoin):
        with pytest.raises(Conflict):
            step(ticket.code)


def test_no_show_needs_repeated_calls_and_says_how_many(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.call_next("7")
    with pytest.raises(Conflict, match="1 more time "):
        hall.at_window("no_show", "7")
    assert hall.look(ticket.code).state == "called"
    assert hall.at_window("recall", "7").calls == 2
    assert hall.at_window("no_show", "7").state == "no_show"
    assert hall.window("7").current is None


def test_customer_at_the_window_is_no_no_show(hall: Hall) -> None:
    hall.take_ticket("loan")
    hall.call_next("7")
    hall.at_window("recall", "7")
    hall.at_window("start", "7")
    for step in ("no_show", "recall"):
        with pytest.raises(Conflict):
            hall.at_window(step, "7")


def test_missed_number_rejoins_behind_two(hall: Hall) -> None:
    missed = hall.take_ticket("loan")
    for _ in range(4):
        hall.take_ticket("loan")
    hall.call_next("7")
    shown = hall.miss("7")
    assert shown.rejoin_until == hall.now + timedelta(minutes=30)
    back = hall.rejoin(missed.code)
    assert (back.state, back.ahead, back.calls, back.rejoin_until) == ("waiting", 2, 0, None)
    assert [hall.called("7") for _ in range(5)] == ["D002", "D003", "D001", "D004", "D005"]


def test_number_missed_long_ago_stays_missed(hall: Hall) -> None:
    missed = hall.take_ticket("loan")
    hall.call_next("7")
    hall.miss("7")
    hall.now += timedelta(minutes=30)
    assert hall.look(missed.code).rejoin_until == hall.now
    hall.tick()
    assert hall.look(missed.code).rejoin_until is None
    with pytest.raises(Conflict):
        hall.rejoin(missed.code)
    with pytest.raises(Conflict):
        hall.call("7", missed.number)


def test_number_missed_yesterday_cannot_rejoin(hall: Hall) -> None:
    hall.now = datetime.fromisoformat("2026-11-23T15:55:00+00:00")  # 23:55 in Shanghai
    missed = hall.take_ticket("loan")
    hall.call_next("7")
    hall.miss("7")
    hall.now += timedelta(minutes=6)
    with pytest.raises(Conflict):
        hall.rejoin(missed.code)


def test_session_finds_the_number_it_missed(hall: Hall) -> None:
    def missed() -> str | None:
        with hall.store.read() as session:
            view = queueing.missed_ticket(session, hall.branch, session_id="s1", now=hall.now)
        return view.number if view else None

    hall.take_ticket("loan", session_id="s1")
    hall.call_next("7")
    assert missed() is None
    hall.miss("7")
    assert missed() == "D001"
    hall.now += timedelta(minutes=31)
    assert missed() is None


# --- certain numbers, park and transfer -------------------------------------------------------


def test_window_calls_a_certain_number_out_of_turn(hall: Hall) -> None:
    for _ in range(3):
        hall.take_ticket("loan")
    assert hall.call("7", " d003 ").state == "called"
    assert hall.line() == ["D001", "D002"]
    assert hall.call("7", "D002").state == "called"
    assert hall.window("7").current is not None
    assert [view.number for view in hall.tickets("done")] == ["D003"]


@pytest.mark.parametrize(("number", "error"), [("D999", NotFound), ("C001", Conflict), ("D001", Conflict)])
def test_number_that_cannot_be_called_leaves_the_window_as_it_was(
    hall: Hall, number: str, error: type[Exception]
) -> None:
    hall.take_ticket("corporate")  # C001: not at window 7
    hall.take_ticket("loan")
    hall.call_next("7")  # D001: is called already
    with pytest.raises(error):
        hall.call("7", number)
    assert hall.window("7").current is not None
    assert hall.line() == ["C001"]


def test_parked_ticket_frees_the_window_and_is_called_back(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.take_ticket("loan")
    hall.call_next("7")
    hall.at_window("start", "7")
    assert hall.at_window("park", "7").state == "parked"
    assert [view.number for view in hall.window("7").parked] == ["D001"]
    assert hall.called("7") == "D002"
    assert hall.called("7") is None  # parked tickets wait for their own call
    assert hall.call("7", "D001").calls == 1
    hall.at_window("finish_ticket", "7")
    kinds = [kind for kind, _ in hall.events(ticket.code)]
    assert kinds == ["taken", "called", "started", "parked", "called", "done"]


def test_transferred_ticket_waits_for_the_other_service_with_its_rank_kept(hall: Hall) -> None:
    ticket = hall.take_ticket("loan")
    hall.call_next("7")
    hall.now += timedelta(minutes=20)
    hall.take_ticket("corporate")
    moved = hall.transfer("7", "corporate")
    assert (moved.state, moved.service_id, moved.number, moved.ahead) == ("waiting", "corporate", "D001", 0)
    assert moved.window_id is None
    assert hall.queue("corporate").longest_wait_minutes == 20
    assert hall.window("7").current is None
    assert hall.called("6") == "D001"
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken", "called", "transferred", "called"]


def test_transfer_to_a_window_is_called_there_only(hall: Hall) -> None:
    hall.take_ticket("card_service")
    hall.call_next("3")
    assert hall.transfer("3", to_window="5").wants_window == "5"
    assert hall.called("4") is None
    assert hall.called("5") == "B001"


@pytest.mark.parametrize(
    ("service_id", "to_window", "error"),
    [
        (None, None, Invalid),
        ("car_wash", None, Invalid),
        (None, "6", Invalid),
        (None, "7", Conflict),
        ("loan", None, Conflict),
        ("corporate", "7", Conflict),
        ("open_account", "4", NoWindow),
    ],
)
def test_transfer_to_nowhere_changes_nothing(
    hall: Hall, service_id: str | None, to_window: str | None, error: type[Exception]
) -> None:
    hall.set_window("4", "closed")
    hall.take_ticket("loan")
    hall.call_next("7")
    with pytest.raises(error):
        hall.transfer("7", service_id, to_window)
    current = hall.window("7").current
    assert current is not None
    assert (current.service_id, current.state) == ("loan", "called")


# --- one visit, several services --------------------------------------------------------------


def test_one_number_goes_from_service_to_service_with_its_rank_kept(hall: Hall) -> None:
    visit = hall.take_ticket("loan", further=["corporate", "loan", "forex", "corporate"])
    assert visit.further == ("corporate", "forex")
    hall.take_ticket("corporate")
    hall.call_next("7")
    going_on = hall.at_window("finish_ticket", "7")
    assert (going_on.state, going_on.service_id, going_on.further) == ("waiting", "corporate", ("forex",))
    assert (going_on.number, going_on.ahead) == ("D001", 0)
    assert hall.called("6") == "D001"
    assert hall.called("6") == "C001"  # "next" finishes the second service, too
    assert hall.look(visit.code).service_id == "forex"
    assert hall.called("5") == "D001"
    assert hall.at_window("finish_ticket", "5").state == "done"
    kinds = [kind for kind, _ in hall.events(visit.code)]
    assert kinds == ["taken", *["called", "done", "continued"] * 2, "called", "done"]


def test_history_knows_for_which_service_each_step_was(hall: Hall) -> None:
    hall.take_ticket("loan", further=["corporate"])
    hall.call_next("7")
    hall.at_window("finish_ticket", "7")
    with hall.store.read() as session:
        steps = session.execute(select(TicketEvent.kind, TicketEvent.service_id).order_by(TicketEvent.id)).all()
    assert steps == [("taken", "loan"), ("called", "loan"), ("done", "loan"), ("continued", "corporate")]


def test_window_that_serves_both_keeps_its_customer(hall: Hall) -> None:
    hall.take_ticket("loan", further=["wealth"])
    hall.take_ticket("loan")
    assert [hall.called("7") for _ in range(3)] == ["D001", "D001", "D002"]


def test_unknown_further_service_gets_no_ticket(hall: Hall) -> None:
    with pytest.raises(Invalid):
        hall.take_ticket("loan", further=["car_wash"])


# --- windows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_window_that_is_not_open_calls_nobody(hall: Hall, state: WindowStatus) -> None:
    hall.take_ticket("loan")
    view = hall.set_window("7", state)
    assert (view.state, view.since) == (state, hall.now)
    for call in (lambda: hall.call_next("7"), lambda: hall.call("7", "D001")):
        with pytest.raises(Conflict):
            call()
    hall.set_window("7", "open")
    assert hall.called("7") == "D001"


def test_window_with_a_customer_can_be_paused_but_not_closed(hall: Hall) -> None:
    hall.take_ticket("loan")
    hall.call_next("7")
    with pytest.raises(Conflict):
        hall.set_window("7", "closed")
    assert hall.set_window("7", "paused").current is not None
    hall.at_window("start", "7")
    hall.at_window("finish_ticket", "7")
    assert hall.set_window("7", "closed").state == "closed"


def test_window_opened_on_a_busy_day_serves_its_line(hall: Hall) -> None:
    helped = hall.branch.services["loan"].copy(update={"windows": ["7", "8"]})
    hall.branch = replace(hall.branch, services={**hall.branch.services, "loan": helped})
    hall.take_ticket("loan")
    hall.set_window("8", "open")
    assert hall.called("8") == "D001"


def test_window_starts_the_next_day_as_the_data_say(hall: Hall) -> None:
    hall.set_window("7", "closed")
    hall.set_window("8", "open")
    hall.now += timedelta(days=1)
    assert [hall.window(window_id).state for window_id in "78"] == ["open", "closed"]
    assert hall.set_window("7", "paused").state == "paused"


def test_customers_hear_when_their_last_window_closes_and_when_one_opens(hall: Hall) -> None:
    customer, other = hall.customer(), hall.customer()
    hall.take_ticket("loan", session_id=customer)
    hall.take_ticket("open_account", session_id=other)
    hall.set_window("7", "paused")
    hall.set_window("7", "closed")
    hall.set_window("7", "open")
    told = [(notice.kind, notice.data["open_windows"]) for notice in hall.notices(customer)]
    assert told == [("ticket_updated", 0), ("ticket_updated", 1)]
    assert hall.queue("loan").open_windows == 1
    assert hall.notices(other) == []


def test_no_ticket_without_a_window_and_no_number_is_used_up(hall: Hall) -> None:
    hall.set_window("7", "closed")
    with pytest.raises(NoWindow):
        hall.take_ticket("loan")
    hall.set_window("3", "closed")
    with pytest.raises(NoWindow):
        hall.take_ticket("card_service", wants_window="3")
    hall.set_window("7", "paused")  # comes back
    assert hall.take_ticket("loan").number == "D001"


# --- the day changes --------------------------------------------------------------------------


def test_day_change_leaves_nobody_in_line_and_every_window_free(hall: Hall) -> None:
    codes = [hall.take_ticket("loan").code for _ in range(4)]
    hall.call_next("7")
    hall.at_window("park", "7")
    hall.call_next("7")
    hall.now += timedelta(days=1)
    assert {hall.look(code).state for code in codes} == {"expired"}
    for code in codes:
        for step in (hall.cancel, hall.delay, hall.hold, hall.here, hall.rejoin):
            with pytest.raises(Conflict):
                step(code)
    assert hall.line() == []
    window = hall.window("7")
    assert (window.current, window.parked, window.waiting) == (None, (), 0)
    hall.take_ticket("loan")
    assert hall.called("7") == "D001"


def test_customer_served_past_midnight_is_still_at_the_window(hall: Hall) -> None:
    hall.now = datetime.fromisoformat("2026-11-23T15:59:00+00:00")  # 23:59 in Shanghai
    late = hall.take_ticket("loan", further=["corporate"])
    hall.call_next("7")
    hall.at_window("start", "7")
    hall.now += timedelta(minutes=2)
    assert hall.look(late.code).state == "serving"
    assert hall.at_window("finish_ticket", "7").state == "done"


# --- lines as staff see them ------------------------------------------------------------------


def test_line_shows_who_waits_longer_than_promised(hall: Hall) -> None:
    late = hall.take_ticket("loan")
    held = hall.take_ticket("loan")
    hall.now += timedelta(minutes=20)
    hall.take_ticket("wealth")
    hall.now += timedelta(minutes=11)
    hall.hold(held.code)
    line = hall.queue("loan")
    assert (line.waiting, line.held, line.open_windows) == (2, 1, 1)
    assert (line.promise_minutes, line.longest_wait_minutes) == (30, 31)
    assert line.late == (late.number,)
    assert hall.queue("wealth").late == ()


def test_wait_for_a_further_service_begins_when_the_first_is_done(hall: Hall) -> None:
    hall.take_ticket("loan", further=["corporate"])
    hall.call_next("7")
    hall.now += timedelta(minutes=50)
    hall.at_window("finish_ticket", "7")
    assert hall.queue("corporate").longest_wait_minutes == 0


def test_ticket_keeps_the_wait_it_was_told(hall: Hall) -> None:
    for _ in range(3):
        ticket = hall.take_ticket("loan")
    with hall.store.read() as session:
        row = session.execute(select(Ticket).where(Ticket.code == ticket.code)).scalar_one()
    assert (row.est_low, row.est_point, row.est_high) == (ticket.wait_low, ticket.wait_point, ticket.wait_high)


# --- board and lists --------------------------------------------------------------------------


def test_board_shows_calls_and_waits_but_no_people(hall: Hall) -> None:
    for _ in range(3):
        hall.take_ticket("loan")
    hall.take_ticket("corporate")
    hall.call_next("7")
    hall.call_next("7")
    hall.call_next("6")
    hall.at_window("start", "7")
    hall.at_window("recall", "6")
    with hall.store.read() as session:
        board = queueing.board(session, hall.branch, now=hall.now)
    calling = [(call.window_id, call.number, call.calls, call.serving) for call in board.calling]
    assert calling == [("6", "C001", 2, False), ("7", "D002", 1, True)]
    assert [call.number for call in board.last_calls] == ["C001", "D002", "D001"]
    waiting = {group.letter: group.waiting for group in board.groups}
    assert waiting == {"A": 0, "B": 0, "C": 0, "D": 1, "E": 0}
    assert all(0 <= group.low <= group.high for group in board.groups)


def test_windows_list_shows_whom_each_serves_and_may_call(hall: Hall) -> None:
    hall.take_ticket("loan")
    hall.take_ticket(amount=60_000)
    hall.take_ticket("card_service")
    hall.call_next("7")
    with hall.store.read() as session:
        windows = {view.window_id: view for view in queueing.list_windows(session, hall.branch, now=hall.now)}
    assert windows["7"].current is not None
    assert windows["7"].current.number == "D001"
    assert [windows[window_id].waiting for window_id in "12345678"] == [0, 1, 2, 1, 1, 0, 0, 0]
    assert [windows[window_id].state for window_id in "78"] == ["open", "closed"]
    assert "loan" in windows["7"].service_ids


def test_card_speaks_the_customers_locale(hall: Hall) -> None:
    view = hall.take_ticket("loan")
    for locale, window, zone in (
        ("zh-Hans", "7号窗口", "理财贷款区"),
        ("zh-Hant", "7號櫃檯", "理財貸款區"),
        ("en", "Window 7", "Wealth and loans area"),
    ):
        assert queueing.ticket_card(hall.branch, view, locale) == {
            "kind": "ticket",
            "number": "D001",
            "service": hall.branch.services["loan"].label[locale],
            "zone": zone,
            "windows": [window],
            "ahead": 0,
            "open_windows": 1,
            "wait_minutes": [view.wait_low, view.wait_high],
            "wait_point": view.wait_point,
            "code": view.code,
            "state": "waiting",
            "held_until": None,
            "further": [],
        }
