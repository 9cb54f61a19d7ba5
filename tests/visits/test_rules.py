from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branch.service import Branch
from bot.datafiles import Texts
from bot.errors import Invalid
from bot.visits import rules
from bot.visits.rules import MistypedCode
from bot.visits.schema import FormField, VisitPlan

TEN = datetime(2026, 11, 24, 2, 0, tzinfo=timezone.utc)
BEFORE, AFTER = timedelta(minutes=20), timedelta(minutes=10)

codes = st.integers(0, 10**9).map(lambda seed: rules.new_code(random.Random(seed).choice))


# --- codes ------------------------------------------------------------------------------------


@given(codes)
def test_code_has_eight_characters_that_nobody_takes_for_another(code: str) -> None:
    assert len(code) == 8
    assert not set(code) & set("OILU")
    assert rules.read_code(code) == code


@given(codes, st.integers(0, 7), st.sampled_from(rules.ALPHABET))
def test_one_wrong_character_is_always_found(code: str, place: int, character: str) -> None:
    typed = code[:place] + character + code[place + 1 :]
    if typed == code:
        assert rules.read_code(typed) == code
    else:
        with pytest.raises(MistypedCode):
            rules.read_code(typed)


@given(codes)
def test_code_is_read_however_it_is_typed_or_scanned(code: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    sloppy = code.lower().replace("0", "o").replace("1", "l")
    for typed in (
        f" {code[:4]} {code[4:]}\n",
        f"{code[:4]}-{code[4:]}",
        f"{code[:4]}—{code[4:]}",
        wide,
        sloppy,
        sloppy.replace("l", "I"),
        f"https://lobby.example/v/{code}",
        f"https://lobby.example/v/{code.lower()}?from=qr#top",
    ):
        assert rules.read_code(typed) == code


@given(st.text(max_size=40))
def test_what_is_no_code_is_refused_and_never_breaks(typed: str) -> None:
    with suppress(MistypedCode):
        assert len(rules.read_code(typed)) == 8


def test_attempts_are_let_in_again_when_the_oldest_is_ten_minutes_old() -> None:
    attempts = [TEN + timedelta(seconds=second) for second in range(3)]
    assert rules.retry_after(attempts, 4, TEN + timedelta(seconds=2)) == 0
    assert rules.retry_after(attempts, 3, TEN + timedelta(seconds=2)) == 598
    assert rules.retry_after(attempts, 3, TEN + timedelta(minutes=10)) == 0


# --- papers -----------------------------------------------------------------------------------


def test_only_what_everybody_brings_can_be_missing(branch: Branch) -> None:
    service = branch.services["loan"]
    always = [paper.id for paper in service.bring if paper.when is None]
    only_some = [paper.id for paper in service.bring if paper.when is not None]
    assert always
    assert only_some
    assert rules.missing(service, []) == tuple(always)
    assert rules.missing(service, always) == ()
    assert rules.missing(service, only_some) == tuple(always)


def test_held_papers_keep_the_order_of_the_list_and_strange_ones_are_refused(branch: Branch) -> None:
    service = branch.services["card_service"]
    listed = [paper.id for paper in service.bring]
    assert rules.checked_held(service, set(reversed(listed))) == listed
    with pytest.raises(Invalid):
        rules.checked_held(service, {"passport_of_the_moon"})


def test_form_is_checked_field_by_field(plan: VisitPlan) -> None:
    form = plan.form("loan")
    given_fields = {"note": "  靠窗\x00 ", "amount": "300000.50", "people": "2", "loan_purpose": "home"}
    filled = rules.checked_fields(form, given_fields)
    assert filled == {"loan_purpose": "home", "amount": Decimal("300000.50"), "people": 2, "note": "靠窗"}
    assert rules.checked_fields(form, {"note": " \n", "amount": ""}) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "0.001"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("amount", "1e13"),
        ("amount", "五万"),
        ("people", "0"),
        ("people", "11"),
        ("people", "1.5"),
        ("people", "²"),
        ("people", "9" * 5000),
        ("loan_purpose", "moon"),
        ("note", "长" * 101),
        ("id_number", "110101199003070134"),
    ],
)
def test_value_out_of_its_domain_is_refused(plan: VisitPlan, field: str, value: str) -> None:
    with pytest.raises(Invalid):
        rules.checked_fields(plan.form("loan"), {field: value})


def test_a_field_is_one_of_four_kinds_with_what_that_needs() -> None:
    label = Texts({"zh-Hans": "a", "zh-Hant": "a", "en": "a"})
    for wrong in (
        {"id": "amount", "kind": "text", "most": 5},
        {"id": "sum", "kind": "amount"},
        {"id": "kind", "kind": "choice"},
        {"id": "people", "kind": "count"},
        {"id": "note", "kind": "text", "most": 5, "options": [{"id": "a", "label": label}]},
    ):
        with pytest.raises(ValueError):
            FormField(label=label, **wrong)


@pytest.mark.parametrize(
    ("service_id", "amount", "needed"),
    [
        ("cash_withdrawal", None, False),
        ("cash_withdrawal", "50000", False),
        ("cash_withdrawal", "50000.01", True),
        ("cash_deposit", "900000", False),
    ],
)
def test_only_large_withdrawals_need_booking(branch: Branch, service_id: str, amount: str | None, needed: bool) -> None:
    sum_of_money = None if amount is None else Decimal(amount)
    assert rules.needs_booking(branch.services[service_id], sum_of_money) is needed


# --- times ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "timing"), [(-21, "early"), (-20, "on_time"), (0, "on_time"), (10, "on_time"), (11, "late")]
)
def test_appointment_is_kept_within_its_window(minutes: int, timing: str) -> None:
    now = TEN + timedelta(minutes=minutes)
    assert rules.timing(TEN, now, before=BEFORE, after=AFTER) == timing
    assert rules.timing(None, now, before=BEFORE, after=AFTER) == "none"


def test_slots_end_by_closing_time() -> None:
    starts = rules.slot_starts(TEN, TEN + timedelta(minutes=100), timedelta(minutes=30))
    assert starts == [TEN, TEN + timedelta(minutes=30), TEN + timedelta(minutes=60)]


def test_day_ends_at_midnight_of_the_branch() -> None:
    assert rules.end_of_day(date(2026, 11, 23), ZoneInfo("Asia/Shanghai")) == datetime(
        2026, 11, 23, 16, 0, tzinfo=timezone.utc
    )


@pytest.mark.parametrize(
    ("cancelled", "has_ticket", "hours", "state"),
    [
        (False, False, 1, "open"),
        (False, False, 0, "expired"),
        (False, True, 0, "checked_in"),
        (True, False, 1, "cancelled"),
    ],
)
def test_state_of_a_visit(cancelled: bool, has_ticket: bool, hours: int, state: str) -> None:
    valid_until = TEN + timedelta(hours=hours)
    assert rules.state(cancelled=cancelled, has_ticket=has_ticket, valid_until=valid_until, now=TEN) == state
