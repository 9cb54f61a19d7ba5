from __future__ import annotations

from datetime import timedelta

import pytest

from bot.locales import LOCALES
from bot.machines import rules
from bot.machines.schema import MachineFacts, State
from bot.machines.service import facts
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def known() -> MachineFacts:
    return facts()


@pytest.mark.parametrize(
    ("state", "able", "unable"),
    [
        ("in_order", ["withdraw", "deposit", "statement"], []),
        ("out_of_cash", ["deposit", "balance", "transfer"], ["withdraw", "notes_to_coins", "coins_to_notes"]),
        ("out_of_paper", ["withdraw", "deposit", "change_pin"], ["statement", "update"]),
        ("suspect", [], ["withdraw", "deposit", "balance"]),
        ("broken", [], ["withdraw", "deposit", "update"]),
        ("closed", [], ["withdraw", "deposit", "statement"]),
    ],
)
def test_a_state_stops_the_tasks_that_need_what_is_missing(
    known: MachineFacts, state: State, able: list[str], unable: list[str]
) -> None:
    assert [task for task in able if not rules.can_do(known, state, task)] == []
    assert [task for task in unable if rules.can_do(known, state, task)] == []


def test_a_task_of_which_nothing_is_known_needs_a_machine_that_does_anything(known: MachineFacts) -> None:
    assert rules.can_do(known, "out_of_cash", None)
    assert not rules.can_do(known, "broken", None)


def test_an_errand_has_its_task(known: MachineFacts) -> None:
    assert rules.task_of_service(known, "cash_withdrawal") == "withdraw"
    assert rules.task_of_service(known, "loan") is None


@pytest.mark.parametrize(
    ("reporters", "suspected"),
    [([], False), (["a"], False), (["a", "a"], False), ([None, None], False), (["a", "b"], True), (["a", None], True)],
)
def test_a_unit_is_suspect_once_two_customers_say_so(reporters: list[str | None], suspected: bool) -> None:
    assert rules.is_suspected(reporters) is suspected


@pytest.mark.parametrize(
    ("before", "confirmed", "after"),
    [
        ("in_order", "out_of_cash", "out_of_cash"),
        ("out_of_paper", "out_of_cash", "out_of_cash"),
        ("out_of_cash", "suspect", "suspect"),
        ("broken", "out_of_cash", "broken"),
        ("broken", "closed", "closed"),
    ],
)
def test_a_confirmed_fault_never_makes_a_machine_look_better(
    known: MachineFacts, before: State, confirmed: State, after: State
) -> None:
    assert rules.state_on_confirmation(known, before, confirmed) == after


@pytest.mark.parametrize(
    ("state", "reported", "minutes_later", "outcome"),
    [
        ("in_order", "broken", 1, "applied"),
        ("broken", "in_order", 1, "applied"),
        ("in_order", "broken", 0, "applied"),
        ("in_order", "broken", -1, "older"),
        ("broken", "broken", 1, "unchanged"),
        ("broken", "broken", -1, "older"),
        ("suspect", "in_order", 1, "held"),
        ("closed", "out_of_cash", 1, "held"),
        ("closed", "closed", 1, "unchanged"),
    ],
)
def test_a_report_of_a_monitor_is_judged_by_its_time_and_by_who_may_lift_a_state(
    state: State, reported: State, minutes_later: int, outcome: str
) -> None:
    at = NOON + minutes_later * MINUTE
    assert rules.judge_report(state=state, heard_at=NOON, reported=reported, at=at) == outcome


def test_the_first_report_on_a_unit_is_taken_however_old() -> None:
    assert rules.judge_report(state="in_order", heard_at=None, reported="broken", at=NOON - 60 * MINUTE) == "applied"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("3号取款机把我卡吞了，卡退不出来", "card_kept"),
        ("提款機沒吐錢", "cash_missing"),
        ("The ATM ate my card!", "card_kept"),
        ("the machine doesn’t work", "not_working"),
        ("ＡＴＭ缺钞", "out_of_cash"),
        ("机器上好像装了摄像头", "tampered"),
        ("補摺機卡紙", "out_of_paper"),
        ("今天天气不错", None),
        ("I was heartbroken", None),
    ],
)
def test_a_fault_is_found_in_what_a_customer_says(known: MachineFacts, text: str, fault: str | None) -> None:
    found = rules.fault_in(known, text)
    assert (found.id if found else None) == fault


@pytest.mark.parametrize("locale", LOCALES)
def test_a_guide_card_speaks_one_locale_and_leads_to_its_page(known: MachineFacts, locale: str) -> None:
    guide = known.guides["cash_machine", "withdraw"]
    card = rules.guide_card(guide, locale)
    assert card["kind"] == "guide"
    assert (card["machine"], card["task"]) == ("cash_machine", "withdraw")
    assert card["title"] == guide.title[locale]
    assert card["steps"] == [step[locale] for step in guide.steps]
    assert guide.warning is not None
    assert card["warning"] == guide.warning[locale]
    assert card["address"] == "/guide/cash_machine/withdraw"


def test_a_guide_without_danger_has_no_warning(known: MachineFacts) -> None:
    assert rules.guide_card(known.guides["coin_machine", "notes_to_coins"], "en")["warning"] is None
