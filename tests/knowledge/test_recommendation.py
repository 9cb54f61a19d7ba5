"""What is recommended for whom, and what never is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.recommendation import (
    ANY_TIME,
    MOST,
    NEEDS,
    RISKS,
    Advice,
    Wishes,
    ceiling,
    days_of,
    product_card,
    recommend,
)
from bot.knowledge.rules import OutOfDate
from bot.knowledge.schema import Products
from bot.knowledge.service import Knowledge, load_knowledge
from bot.locales import LOCALES
from bot.settings import DATA

TODAY = date(2026, 11, 23)
LEVELS = [None, "R1", "R2", "R3", "R4", "R5"]
TEXT = {"zh-Hans": "名", "zh-Hant": "名", "en": "Name"}
KINDS = ["deposit", "bond", "wealth", "fund", "insurance", "loan", "card"]


@pytest.fixture(scope="module")
def products() -> Products:
    return load_knowledge(DATA / "knowledge").tables.products


def ids(advice: Advice) -> list[str]:
    return [pick.product.id for pick in advice.picks]


def left(advice: Advice) -> dict[str, str]:
    return {item.product.id: item.cause for item in advice.left_out}


# --- tables and wishes of every sort ------------------------------------------------------------

terms = st.one_of(
    st.just(ANY_TIME), st.builds("P{}{}".format, st.integers(min_value=1, max_value=30), st.sampled_from("YMD"))
)
wishes = st.builds(
    Wishes,
    need=st.none() | st.sampled_from(NEEDS),
    horizon=st.none() | terms,
    amount=st.none() | st.decimals(min_value="0.01", max_value=10**7, places=2),
    risk=st.none() | st.sampled_from(RISKS),
    elderly=st.booleans(),
)


@st.composite
def tables(draw: st.DrawFn) -> Products:
    made = []
    for number in range(draw(st.integers(min_value=0, max_value=12))):
        kind = draw(st.sampled_from(KINDS))
        product = {"id": f"p{number}", "kind": kind, "name": TEXT, "aliases": {"en": [f"p{number}"]}, "about": TEXT}
        if kind not in ("loan", "card"):
            product["minimum"] = draw(st.integers(min_value=1, max_value=500_000))
            product["needs"] = draw(st.lists(st.sampled_from(NEEDS), min_size=1, unique=True))
            product["locked"] = draw(st.none() | st.sampled_from(["P1D", "P7D", "P3M", "P1Y", "P3Y", "P10Y"]))
            product["term"] = product["caveat"] = TEXT
        if kind not in ("deposit", "loan", "card"):
            product["risk"] = draw(st.sampled_from(LEVELS[1:]))
        made.append(product)
    return Products.parse_obj(
        {
            "labels": {kind: TEXT for kind in KINDS},
            "products": made,
            "source": "the test",
            "verified": False,
            "demo": True,
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
        }
    )


@given(tables(), wishes)
def test_nothing_unsuitable_is_ever_recommended(table: Products, told: Wishes) -> None:
    advice = recommend(table, told, today=TODAY)
    assert len(advice.picks) <= MOST
    assert len(set(ids(advice))) == len(advice.picks)
    highest = LEVELS.index(ceiling(told))
    for product in (pick.product for pick in advice.picks):
        assert product.kind not in ("loan", "card")
        assert LEVELS.index(product.risk) <= highest
        assert product.minimum is not None
        if told.amount is not None:
            assert product.minimum <= told.amount
        if told.horizon is not None and product.locked is not None:
            assert days_of(product.locked) <= days_of(told.horizon)


@given(tables(), wishes)
def test_what_fits_and_what_was_left_out_are_two_things(table: Products, told: Wishes) -> None:
    advice = recommend(table, told, today=TODAY)
    assert not set(ids(advice)) & set(left(advice))
    for pick in advice.picks:
        assert ("need" in pick.reasons) == (told.need in pick.product.needs)


@given(tables(), wishes)
def test_who_cannot_lose_or_is_elderly_gets_deposits_and_r1_at_the_most(table: Products, told: Wishes) -> None:
    if told.elderly or told.risk in (None, "none"):
        advice = recommend(table, told, today=TODAY)
        assert all(pick.product.kind == "deposit" or pick.product.risk == "R1" for pick in advice.picks)
    if told.elderly:
        assert all(pick.product.kind != "insurance" for pick in advice.picks)


@given(tables(), wishes)
def test_insurance_only_for_who_asks_for_it(table: Products, told: Wishes) -> None:
    for pick in recommend(table, told, today=TODAY).picks:
        assert pick.product.kind != "insurance" or told.need in pick.product.needs


@given(tables(), wishes)
def test_the_same_wishes_get_the_same_advice(table: Products, told: Wishes) -> None:
    assert recommend(table, told, today=TODAY) == recommend(table, told, today=TODAY)


# --- the demo bank's products -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Wishes("handy", ANY_TIME, Decimal(30000), "none"), ["demand_deposit", "daily_cash"]),
        (Wishes("steady", "P3Y", Decimal(100000), "none"), ["fixed_deposit", "savings_bond"]),
        (Wishes("steady", "P3Y", Decimal(100000), "little"), ["fixed_deposit", "savings_bond", "steady_bond"]),
        (Wishes("child", "P5Y", Decimal(300000), "none"), ["certificate", "fixed_deposit", "savings_bond"]),
        (Wishes("growth", "P5Y", Decimal(50000), "much"), ["index_fund", "balanced_mix", "steady_bond"]),
        (Wishes("growth", "P5Y", Decimal(50000), "some"), ["balanced_mix", "steady_bond"]),
        (Wishes("growth", "P1Y", Decimal(5000), "none"), ["fixed_deposit", "demand_deposit"]),
        (Wishes("insure", None, Decimal(1000), None), ["accident_cover", "medical_cover"]),
        (Wishes("pension", "P10Y", Decimal(50000), "little"), ["fixed_deposit", "savings_bond", "pension_annuity"]),
    ],
)
def test_the_demo_banks_products_for(products: Products, told: Wishes, expected: list[str]) -> None:
    assert ids(recommend(products, told, today=TODAY))[: len(expected)] == expected


def test_what_does_not_fit_is_said_with_its_cause(products: Products) -> None:
    advice = recommend(products, Wishes("steady", "P6M", Decimal(100000), "none"), today=TODAY)
    assert left(advice) == {"certificate": "minimum", "savings_bond": "locked", "steady_bond": "risk"}


def test_an_elderly_customer_who_likes_risk_still_gets_the_careful_ones(products: Products) -> None:
    advice = recommend(products, Wishes("growth", "P5Y", Decimal(500000), "much", elderly=True), today=TODAY)
    assert advice.picks
    assert {pick.product.kind for pick in advice.picks} <= {"deposit", "bond"}


def test_without_a_horizon_only_what_can_be_broken_off(products: Products) -> None:
    advice = recommend(products, Wishes("steady", None, Decimal(100000), "much"), today=TODAY)
    assert {pick.product.kind for pick in advice.picks if pick.product.locked} == {"deposit"}
    assert left(advice)["savings_bond"] == "locked"


def test_reasons_are_of_what_was_told(products: Products) -> None:
    advice = recommend(products, Wishes("steady", "P3Y", Decimal(100000), "little"), today=TODAY)
    reasons = {pick.product.id: pick.reasons for pick in advice.picks}
    assert reasons["fixed_deposit"] == ("need", "insured", "in_time")
    assert reasons["steady_bond"] == ("need", "in_time", "within_risk")
    untold = recommend(products, Wishes(), today=TODAY)
    assert {reason for pick in untold.picks for reason in pick.reasons} <= {"insured", "at_hand"}


def test_nothing_is_recommended_from_a_table_that_no_longer_holds(products: Products) -> None:
    with pytest.raises(OutOfDate):
        recommend(products, Wishes(), today=date(2030, 1, 1))


def test_no_money_at_all_fits_nothing(products: Products) -> None:
    assert recommend(products, Wishes("steady", "P3Y", Decimal("0.001"), "none"), today=TODAY).picks == ()


@pytest.mark.parametrize(("term", "days"), [("P0D", 0), ("P3M", 90), ("P1Y", 360), ("P1Y6M", 540), ("P2W", 14)])
def test_length_of_a_term(term: str, days: int) -> None:
    assert days_of(term) == days


@pytest.mark.parametrize("term", ["", "P", "3Y", "PT5H", "P1Y junk"])
def test_what_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match="not a term"):
        days_of(term)


@pytest.mark.parametrize("locale", LOCALES)
def test_card_holds_texts_of_its_locale(products: Products, locale: str) -> None:
    for product in products.products:
        card = product_card(products, product, locale)
        assert card["kind"] == "product"
        assert card["name"] == product.name[locale]
        assert card["category"] == products.labels[product.kind][locale]
        assert card["demo"] is True
        assert card["source"]


def test_everything_savings_can_go_into_is_told_honestly(knowledge: Knowledge) -> None:
    for product in knowledge.tables.products.products:
        if product.kind in ("loan", "card"):
            assert not product.needs
            continue
        assert product.caveat is not None
        assert product.term is not None
        for text in (*product.caveat.values(), *product.about.values()):
            assert "guaranteed return" not in text
            assert "稳赚" not in text
