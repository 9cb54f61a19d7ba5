from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.branch.service import Branch
from bot.errors import Conflict, Invalid, NotFound
from bot.queueing import service as queueing
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


def test_closed_window_shortens_nobodys_wait(hall: Hall) -> None:
    for _ in range(6):
        last = hall.take_ticket("open_account")
    closed = hall.branch.windows["4"].copy(update={"open": False})
    hall.branch = replace(hall.branch, windows={**hall.branch.windows, "4": closed})
    assert hall.look(last.code).wait_high > last.wait_high


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
    assert hall.look(forgotten.code).state == "done"


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
    with hall.store.begin() as session:
        again = queueing.recall(session, hall.branch, window_id="7", by=STAFF, now=hall.tick())
    assert first is not None
    assert first.called_at is not None
    assert again.called_at is not None
    assert again.called_at > first.called_at
    assert [notice.kind for notice in hall.notices(customer)] == ["ticket_called", "ticket_called"]
    assert [kind for kind, _ in hall.events(ticket.code)] == ["taken", "called", "recalled"]


@pytest.mark.parametrize(("step", "state"), [("finish_ticket", "done"), ("no_show", "no_show")])
def test_called_ticket_leaves_its_window(hall: Hall, step: str, state: str) -> None:
    customer = hall.customer()
    ticket = hall.take_ticket("loan", session_id=customer)
    hall.call_next("7")
    leave = getattr(queueing, step)
    with hall.store.begin() as session:
        leave(session, hall.branch, window_id="7", by=STAFF, now=hall.tick())
    assert hall.look(ticket.code).state == state
    assert hall.notices(customer)[-1].kind == "ticket_updated"
    assert hall.notices(customer)[-1].data["state"] == state
    with hall.store.begin() as session, pytest.raises(Conflict):
        leave(session, hall.branch, window_id="7", by=STAFF, now=hall.tick())


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
        for step in (hall.look, hall.cancel, hall.delay):
            with pytest.raises(NotFound):
                step(code)


# --- board and lists --------------------------------------------------------------------------


def test_board_shows_calls_and_waits_but_no_people(hall: Hall) -> None:
    for _ in range(3):
        hall.take_ticket("loan")
    hall.take_ticket("corporate")
    hall.call_next("7")
    hall.call_next("7")
    hall.call_next("6")
    with hall.store.read() as session:
        board = queueing.board(session, hall.branch, now=hall.now)
    assert [(call.window_id, call.number) for call in board.calling] == [("6", "C001"), ("7", "D002")]
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
    assert not windows["8"].open


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
            "wait_minutes": [view.wait_low, view.wait_high],
            "code": view.code,
            "state": "waiting",
        }
