"""Entities: a table of what people say, kind by kind, and what no table holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.finder import EntityFinder
from bot.nlu.parsers.numbers import number

MONDAY = date(2026, 11, 23)
TABLE = yaml.safe_load((Path(__file__).parent / "entities.yml").read_text(encoding="utf-8"))
WORDS = {
    "product": {
        "certificate": ["大额存单", "存单", "certificate of deposit"],
        "fixed_deposit": ["定期存款", "定期", "term deposit"],
    },
    "service": {
        "cash_withdrawal": ["取款", "取钱"],
        "cash_deposit": ["存款"],
        "card_service": ["挂失", "lost card"],
        "other": ["其他", "other"],
    },
}

FINDER = EntityFinder(WORDS)


@pytest.fixture
def finder() -> EntityFinder:
    return FINDER


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [(kind, str(text), values) for kind, cases in TABLE.items() for text, values in cases.items()],
)
def test_finds_what_the_table_says(finder: EntityFinder, kind: str, text: str, values: list[str]) -> None:
    found = finder.find(text, MONDAY)
    assert [entity.value for entity in found if entity.type == kind] == values


def test_offsets_count_characters_of_the_customers_own_text(finder: EntityFinder) -> None:
    text = "  我\u200b要　取ＲＭＢ３萬５，在Ａ０１２"
    spans = {entity.type: text[entity.start : entity.end] for entity in finder.find(text)}
    assert spans["amount"] == "３萬５"
    assert spans["currency"] == "ＲＭＢ"
    assert spans["ticket_number"] == "Ａ０１２"


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("昨天", "2026-11-22"),
        ("上周三", "2026-11-18"),
        ("下周日", "2026-12-06"),
        ("三天前", "2026-11-20"),
        ("3月5号", "2026-03-05"),
        ("去年3月5号", "2025-03-05"),
        ("上个月15号", "2026-10-15"),
        ("2月30号", None),
        ("周末", None),
        ("last Friday", "2026-11-20"),
        ("next Monday", "2026-11-30"),
        ("two weeks ago", "2026-11-09"),
        ("5th of March", "2026-03-05"),
        ("下午三点", "15:00"),
        ("晚上十二点", "00:00"),
        ("中午十二点半", "12:30"),
        ("quarter to three", "02:45"),
        ("12 am", "00:00"),
        ("下午", None),
    ],
)
def test_days_and_hours_stay_as_said_and_carry_what_they_resolve_to(
    finder: EntityFinder, text: str, resolved: str | None
) -> None:
    (found,) = finder.find(text, MONDAY)
    assert (found.value, found.resolved) == (text, resolved)


def test_a_day_is_not_resolved_without_a_clock(finder: EntityFinder) -> None:
    (found,) = finder.find("昨天")
    assert (found.value, found.resolved) == ("昨天", None)


def test_a_story_gives_each_of_its_facts_once(finder: EntityFinder) -> None:
    found = finder.find("昨天下午三点我在5号窗口取2万，姓王的柜员让我等了一个小时，号是A012", MONDAY)
    assert [(entity.type, entity.value) for entity in found] == [
        ("date", "昨天"),
        ("time", "下午三点"),
        ("window", "5"),
        ("service", "cash_withdrawal"),
        ("amount", "20000"),
        ("person_name", "王"),
        ("ticket_number", "A012"),
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("三万五十百千亿零点半年月日号个块元取存0123456789.,:wk aAone ⟨phone:1⟩\u200b"),
        max_size=60,
    )
)
def test_no_text_breaks_it_and_spans_lie_inside(text: str) -> None:
    for entity in FINDER.find(text, MONDAY):
        assert 0 <= entity.start < entity.end <= len(text)


@pytest.mark.parametrize(
    "text", ["1" * 8192, "三万" * 4096, "点一" * 4096, "1,000," * 1365, "今天" * 4096, "⟨phone:1⟩" * 900]
)
def test_an_endless_text_takes_less_than_a_second(finder: EntityFinder, text: str) -> None:
    begun = perf_counter()
    finder.find(text, MONDAY)
    # Without a limit the digits took ten seconds; the bound is wide for a busy machine.
    assert perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("said", "value"), [("", None), ("万", None), ("abc", None), ("廿五", 25), ("thirty-five thousand", 35000)]
)
def test_a_number_or_none(said: str, value: int | None) -> None:
    assert number(said) == value
