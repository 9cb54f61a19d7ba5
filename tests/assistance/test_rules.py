from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.assistance import rules
from bot.assistance.schema import Catalogue
from bot.assistance.service import load_catalogue
from bot.errors import Conflict, Invalid
from bot.settings import DATA


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(DATA / "branch" / "demo")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("孩子擦伤了", ("first_aid", None)),
        ("my mother's wheelchair is at the ramp", ("wheelchair_help", None)),
        ("借把伞", ("lend_item", "umbrella")),
        ("能帮我填单吗", ("form_help", None)),
        ("太冷了", ("comfort", None)),
        ("the AC leaks", ("cleaning", None)),
        ("小朋友跌傷了，有沒有OK繃", ("first_aid", None)),
        ("外面下雨，有伞吗", ("lend_item", "umbrella")),
        ("可以借老花眼鏡嗎", ("lend_item", "reading_glasses")),
        ("Can I borrow a wheelchair?", ("lend_item", "wheelchair")),
        ("我妈坐轮椅，上不去台阶", ("wheelchair_help", None)),
        ("有沒有會手語的人", ("interpreter", None)),
        ("Does anybody here speak English?", ("interpreter", None)),
        ("我的雨伞丢了", ("lost_item", None)),
        ("I lost my umbrella", ("lost_item", None)),
        ("找不到孩子了", ("child", None)),
        ("I can’t find my son", ("child", None)),
        ("行動電源可以借嗎", ("lend_item", "power_bank")),
        ("有人吐了", ("cleaning", None)),
        ("CAN I BORROW SOMETHING", ("lend_item", None)),
        ("月亮真圆", ("other", None)),
        ("", ("other", None)),
    ],
)
def test_words_of_a_customer_become_a_kind_of_request(
    catalogue: Catalogue, text: str, wanted: tuple[str, str | None]
) -> None:
    assert rules.recognise(catalogue, text) == wanted


def test_somebody_who_bleeds_goes_before_a_form_with_the_longer_words(catalogue: Catalogue) -> None:
    assert rules.recognise(catalogue, "流血了，填写的单子也请帮忙填一下") == ("first_aid", None)


def test_to_borrow_and_the_thing_count_together(catalogue: Catalogue) -> None:
    assert rules.recognise(catalogue, "太冷了，借条毯子") == ("lend_item", "blanket")
    assert rules.recognise(catalogue, "borrow a pen to fill in the slip") == ("lend_item", "pen")


@pytest.mark.parametrize("text", ["please open the door", "a platform", "macaroni", "umbrellastand", "一笔钱"])
def test_a_word_inside_another_is_not_meant(catalogue: Catalogue, text: str) -> None:
    assert rules.recognise(catalogue, text) == ("other", None)


def test_either_script_and_full_width_letters_are_understood(catalogue: Catalogue) -> None:
    assert rules.recognise(catalogue, "借雨傘") == rules.recognise(catalogue, "借雨伞")
    assert rules.recognise(catalogue, "ｕｍｂｒｅｌｌａ") == ("lend_item", "umbrella")


def test_only_what_nobody_took_in_time_is_overdue(now: datetime) -> None:
    late = now + timedelta(seconds=1)
    assert not rules.overdue("open", now, now)
    assert rules.overdue("open", now, late)
    assert rules.overdue("out", now, late)
    assert not rules.overdue("taken", now, late)
    assert not rules.overdue("returned", now, late)


def test_what_is_late_already_is_not_awaited(now: datetime) -> None:
    hour = timedelta(hours=1)
    assert rules.next_due_back([now + 2 * hour, now - hour, now + hour], now) == now + hour
    assert rules.next_due_back([now - hour], now) is None


@pytest.mark.parametrize(("shown", "first"), [("Lin Zhang", "Lin"), ("陈静", "陈静"), (" Admin ", "Admin")])
def test_a_customer_is_told_the_first_name_only(shown: str, first: str) -> None:
    assert rules.first_name(shown) == first


@pytest.mark.parametrize(
    ("given", "kept"),
    [("A001", "A001"), (" b12 ", "B12"), ("Ａ００１", "A001"), ("", None), (None, None), ("  ", None)],
)
def test_a_ticket_number_is_kept_as_it_is_printed(given: str | None, kept: str | None) -> None:
    assert rules.reference(given) == kept


@pytest.mark.parametrize("given", ["13800138000", "王小明", "A", "A001 Wang", "6222021234567890128", "ABC"])
def test_a_person_is_no_reference(given: str) -> None:
    with pytest.raises(Invalid):
        rules.reference(given)


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_is_over_is_refused(state: str) -> None:
    with pytest.raises(Conflict, match=state):
        rules.require_unfinished(state)
