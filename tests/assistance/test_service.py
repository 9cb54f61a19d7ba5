from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.assistance.models import Loan, LobbyRequest
from bot.assistance.rules import NoneLeft
from bot.conversations import service as conversations
from bot.errors import Conflict, Invalid, NotFound
from bot.locales import LOCALES
from tests.assistance.lobby import CHEN, LIN, Lobby


def test_a_request_has_a_place_and_a_promise(lobby: Lobby) -> None:
    view = lobby.ask("wheelchair_help", words="my mother is at the ramp")
    assert (view.state, view.zone_id, view.words) == ("open", "entrance", "my mother is at the ramp")
    assert view.promise_minutes == 3
    assert view.due_at == view.asked_at + timedelta(minutes=3)
    assert (view.by, view.overdue, view.urgent) == (None, False, False)


def test_a_customer_elsewhere_is_met_there(lobby: Lobby) -> None:
    assert lobby.ask("form_help", zone_id="wealth").zone_id == "wealth"


def test_same_turn_asks_once(lobby: Lobby) -> None:
    first = lobby.ask("form_help", turn_id="t1")
    assert lobby.ask("cleaning", turn_id="t1") == first
    assert lobby.ask("form_help", session_id="s2", turn_id="t1").id != first.id
    assert len(lobby.requests()) == 2


@pytest.mark.parametrize(
    ("kind", "item", "zone_id"),
    [
        ("dance", None, None),
        ("form_help", "umbrella", None),
        ("lend_item", "ladder", None),
        ("form_help", None, "roof"),
    ],
)
def test_what_the_branch_has_not_is_refused(lobby: Lobby, kind: str, item: str | None, zone_id: str | None) -> None:
    with pytest.raises(Invalid):
        lobby.ask(kind, item, zone_id=zone_id)
    assert lobby.requests() == []


def test_staff_see_urgent_ones_first_then_the_promise_that_ends_first(lobby: Lobby) -> None:
    slow, quick, urgent = lobby.ask("comfort"), lobby.ask("form_help"), lobby.ask("first_aid")
    assert [view.id for view in lobby.requests()] == [urgent.id, quick.id, slow.id]


def test_an_urgent_request_alerts_staff_at_once_and_one_time(lobby: Lobby) -> None:
    for _ in range(2):
        lobby.ask("first_aid", session_id="s1", turn_id="t1")
    lobby.ask("form_help")
    with lobby.store.read() as session:
        alerts = [(alert.conversation_id, alert.kind) for alert in conversations.open_alerts(session)]
    assert alerts == [("s1", "request_urgent")]
    assert lobby.told_staff() == ["alert", "request_asked", "request_asked"]


def test_the_customer_is_told_the_first_name_of_who_comes(lobby: Lobby) -> None:
    customer = lobby.customer("en")
    view = lobby.take(lobby.ask("wheelchair_help", session_id=customer, locale="en"))
    assert (view.state, view.by) == ("taken", "Lin")
    [notice] = lobby.notices(customer)
    assert notice.kind == "request_updated"
    assert notice.data == lobby.card(view, "en")
    assert notice.data["text"].startswith("Lin is coming to meet you at the Entrance.")
    assert "Zhang" not in str(notice.data)


def test_a_request_is_taken_by_one_colleague(lobby: Lobby) -> None:
    request = lobby.ask()
    assert lobby.take(request, LIN) == lobby.take(request, LIN)
    with pytest.raises(Conflict):
        lobby.take(request, CHEN)
    assert lobby.finish(request, CHEN).by == "Lin"


def test_who_does_it_without_a_word_has_taken_it(lobby: Lobby) -> None:
    view = lobby.finish(lobby.ask(), CHEN)
    assert (view.state, view.by) == ("done", "陈静")
    with lobby.store.read() as session:
        row = session.execute(select(LobbyRequest)).scalar_one()
    assert (row.asked_by, row.taken_by, row.closed_by, row.closed_at) == ("customer", "chen", "chen", lobby.now)


def test_what_is_over_stays_so(lobby: Lobby) -> None:
    done, cancelled = lobby.finish(lobby.ask()), lobby.cancel(lobby.ask())
    for change in (lobby.take, lobby.finish, lobby.cancel):
        with pytest.raises(Conflict):
            change(done)
    for change in (lobby.take, lobby.finish):
        with pytest.raises(Conflict):
            change(cancelled)
    assert lobby.cancel(cancelled) == cancelled
    assert lobby.requests() == []
    assert [view.id for view in lobby.requests("done")] == [done.id]


def test_finished_ones_of_yesterday_are_not_listed_but_forgotten_ones_are(lobby: Lobby) -> None:
    lobby.finish(lobby.ask())
    forgotten = lobby.ask()
    lobby.wait(days=1)
    assert lobby.requests("done") == []
    [view] = lobby.requests()
    assert (view.id, view.overdue) == (forgotten.id, True)


def test_a_customer_takes_the_newest_request_back(lobby: Lobby) -> None:
    customer = lobby.customer()
    first, second = lobby.ask(session_id=customer), lobby.ask("comfort", session_id=customer)
    assert lobby.withdraw(customer).id == second.id
    left = lobby.unfinished_of(customer)
    assert left is not None
    assert left.id == first.id
    lobby.withdraw(customer)
    assert lobby.unfinished_of(customer) is None
    with pytest.raises(NotFound):
        lobby.withdraw(customer)
    assert [notice.data["state"] for notice in lobby.notices(customer)] == ["cancelled", "cancelled"]


def test_unknown_requests_and_loans_are_not_found(lobby: Lobby) -> None:
    request, loan = lobby.ask(), lobby.lend("pen")
    for change in (lobby.take, lobby.finish, lobby.cancel):
        with pytest.raises(NotFound):
            change(replace(request, id=request.id + 1))
    for turn in (lobby.give_back, lobby.write_off):
        with pytest.raises(NotFound):
            turn(replace(loan, id=loan.id + 1))


def test_words_that_staff_enter_are_stored_masked(lobby: Lobby) -> None:
    view = lobby.enter("lost_item", words="  she is at 13800138000 ")
    assert view.words == "she is at ⟨phone:1⟩"
    with lobby.store.read() as session:
        row = session.execute(select(LobbyRequest)).scalar_one()
    assert (row.words, row.asked_by, row.session_id) == (view.words, "lin", None)
    assert lobby.take(view).state == "taken"


def test_every_kind_says_in_every_locale_who_comes_where(lobby: Lobby) -> None:
    for kind in lobby.catalogue.kinds:
        view = lobby.ask(kind)
        for locale in LOCALES:
            card = lobby.card(view, locale)
            assert lobby.catalogue.staff[locale] in card["text"]
            assert card["place"] in card["text"]
            assert lobby.card(replace(view, by="Lin"), locale)["text"].startswith("Lin")
            assert lobby.card(replace(view, state="done"), locale)["text"] is None


def test_the_card_of_a_loan_names_the_thing(lobby: Lobby) -> None:
    card = lobby.card(lobby.ask("lend_item", "umbrella"), "zh-Hans")
    assert card == {
        "kind": "request",
        "label": "雨伞",
        "state": "open",
        "place": "咨询台",
        "promise_minutes": 5,
        "by": None,
        "text": "工作人员会把雨伞送到咨询台，用完还给任何一位工作人员就行。",
    }
    assert "您要的东西" in lobby.card(lobby.ask("lend_item"), "zh-Hans")["text"]


def test_an_old_request_is_shown_though_the_branch_has_lost_its_kind_and_place(lobby: Lobby) -> None:
    view = replace(lobby.ask(), kind="gone", zone_id="gone")
    assert lobby.card(view, "en")["place"] == "Help desk"


# --- loans ------------------------------------------------------------------------------------


def test_a_thing_asked_for_is_promised_and_then_lent(lobby: Lobby) -> None:
    customer = lobby.customer()
    request = lobby.ask("lend_item", "umbrella", session_id=customer)
    assert (lobby.stock("umbrella").promised, lobby.stock("umbrella").out, lobby.stock("umbrella").free) == (1, 0, 11)
    lobby.finish(request)
    assert (lobby.stock("umbrella").promised, lobby.stock("umbrella").out, lobby.stock("umbrella").free) == (0, 1, 11)
    [loan] = lobby.loans()
    assert (loan.item_id, loan.reference, loan.lent_by) == ("umbrella", customer, "lin")
    assert loan.due_at == loan.lent_at + timedelta(hours=168)


def test_a_request_cancelled_gives_the_promise_back(lobby: Lobby) -> None:
    lobby.cancel(lobby.ask("lend_item", "wheelchair"))
    assert lobby.stock("wheelchair").free == 2


def test_when_none_is_left_the_customer_hears_when_one_is_back(lobby: Lobby) -> None:
    first = lobby.lend("wheelchair", "A001")
    lobby.lend("wheelchair", "A002")
    with pytest.raises(NoneLeft) as caught:
        lobby.ask("lend_item", "wheelchair")
    assert caught.value.code == "none_left"
    assert caught.value.due_back == first.due_at
    assert lobby.requests() == []
    lobby.give_back(first)
    assert lobby.ask("lend_item", "wheelchair").state == "open"


def test_nobody_counts_on_what_is_overdue(lobby: Lobby) -> None:
    for _ in range(2):
        lobby.lend("wheelchair")
    lobby.wait(hours=3)
    with pytest.raises(NoneLeft) as caught:
        lobby.lend("wheelchair")
    assert caught.value.due_back is None


def test_what_is_promised_to_others_is_not_promised_again(lobby: Lobby) -> None:
    requests = [lobby.ask("lend_item", "wheelchair", session_id=f"s{n}") for n in range(2)]
    with pytest.raises(NoneLeft) as caught:
        lobby.ask("lend_item", "wheelchair", session_id="s9")
    assert caught.value.due_back is None
    # Somebody at the desk is served all the same; then a promise cannot be kept, and the request stays.
    lobby.lend("wheelchair")
    lobby.finish(requests[0])
    with pytest.raises(NoneLeft):
        lobby.finish(requests[1])
    assert [view.id for view in lobby.requests()] == [requests[1].id]
    assert (lobby.stock("wheelchair").out, lobby.stock("wheelchair").free) == (2, 0)


def test_a_loan_knows_who_lent_and_who_took_back(lobby: Lobby) -> None:
    back = lobby.give_back(lobby.lend("pen", "B007", LIN), CHEN)
    assert (back.state, back.reference, back.lent_by, back.closed_by) == ("returned", "B007", "lin", "chen")
    assert back.closed_at == lobby.now
    assert lobby.loans() == []
    with pytest.raises(Conflict):
        lobby.give_back(back)


def test_overdue_loans_lead_the_list(lobby: Lobby) -> None:
    umbrella, pen = lobby.lend("umbrella"), lobby.lend("pen")
    lobby.wait(hours=2)
    assert [(loan.id, loan.overdue) for loan in lobby.loans()] == [(pen.id, True), (umbrella.id, False)]


def test_a_thing_written_off_is_one_less_until_it_is_found(lobby: Lobby) -> None:
    loan = lobby.lend("reading_glasses")
    assert lobby.write_off(loan).state == "lost"
    assert (lobby.stock("reading_glasses").owned, lobby.stock("reading_glasses").out) == (2, 0)
    with pytest.raises(Conflict):
        lobby.write_off(loan)
    lobby.give_back(loan)
    assert lobby.stock("reading_glasses").owned == 3


def test_what_was_lost_before_the_last_count_is_not_subtracted_again(lobby: Lobby) -> None:
    lobby.write_off(lobby.lend("pen"))
    counted = lobby.catalogue.items["pen"].copy(update={"counted_on": date(2026, 11, 24)})
    lobby.catalogue = replace(lobby.catalogue, items={**lobby.catalogue.items, "pen": counted})
    assert lobby.stock("pen").owned == 20


def test_a_person_is_never_put_on_a_loan(lobby: Lobby) -> None:
    with pytest.raises(Invalid):
        lobby.lend("pen", "13800138000")
    with pytest.raises(Invalid):
        lobby.lend("ladder")
    with lobby.store.read() as session:
        assert session.execute(select(Loan)).first() is None


def test_every_change_of_request_and_loan_is_told_to_staff(lobby: Lobby) -> None:
    request = lobby.ask("lend_item", "umbrella")
    lobby.take(request)
    lobby.finish(request)
    [loan] = lobby.loans()
    lobby.give_back(loan)
    lobby.write_off(lobby.lend("pen"))
    assert lobby.told_staff() == [
        "request_asked",
        "request_taken",
        "loan_out",
        "request_done",
        "loan_returned",
        "loan_out",
        "loan_lost",
    ]


def test_another_branch_sees_nothing_of_it(lobby: Lobby) -> None:
    request, loan = lobby.ask("lend_item", "umbrella"), lobby.lend("umbrella")
    lobby.branch = replace(lobby.branch, id="other")
    assert lobby.requests() == []
    assert lobby.loans() == []
    assert lobby.stock("umbrella").free == 12
    with pytest.raises(NotFound):
        lobby.take(request)
    with pytest.raises(NotFound):
        lobby.give_back(loan)
