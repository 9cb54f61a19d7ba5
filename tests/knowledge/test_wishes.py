"""What customers say of money to put away."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.knowledge import wishes


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("随时要用的钱", "handy"),
        ("留着应急", "handy"),
        ("an emergency fund", "handy"),
        ("就想找个稳当的，比存款多一点就行", "steady"),
        ("有冇稳阵啲嘅理财", "steady"),
        ("grow it safely", "steady"),
        ("想收益高一点", "growth"),
        ("I want higher returns", "growth"),
        ("這錢三年後給兒子買房用", "child"),
        ("攒着结婚用", "goal"),
        ("for a down payment", "goal"),
        ("孩子的教育金", "child"),
        ("for my daughter's college", "child"),
        ("给自己养老", "pension"),
        ("為退休準備", "pension"),
        ("買養老保險", "pension"),
        ("想买份保险", "insure"),
        ("給孩子買保險", "insure"),
        ("生病了能用的保障", "insure"),
        ("insurance for my family", "insure"),
        ("十万块买点什么好", None),
        ("存款保险是什么", None),
        ("放哪里保险一点", None),
        ("退休金放哪好", None),
        ("what should I buy", None),
    ],
)
def test_what_the_money_is_for(text: str, need: str | None) -> None:
    assert wishes.need_of(wishes.plain(text)) == need


@pytest.mark.parametrize(
    ("text", "horizon"),
    [
        ("能放三五年", "P3Y"),
        ("放個三到五年", "P3Y"),
        ("3-5年", "P3Y"),
        ("一两年吧", "P1Y"),
        ("两三个月", "P2M"),
        ("two or three years", "P2Y"),
        ("2 to 3 years", "P2Y"),
        ("三年后上大学", "P3Y"),
        ("五年之内不用", "P5Y"),
        ("半年以内要用", "P6M"),
        ("in two years", "P2Y"),
        ("within a year", "P1Y"),
        ("a couple of years", "P2Y"),
        ("隨時要用", "P0D"),
        ("I may need it any time", "P0D"),
        ("长期放着", "P5Y"),
        ("不急用", "P3Y"),
        ("几个月就要用", "P3M"),
        ("十几年", "P10Y"),
        ("十五年", None),  # a plain term is an entity already
        ("放哪里好", None),
        ("for my son", None),
    ],
)
def test_how_long_it_can_lie(text: str, horizon: str | None) -> None:
    assert wishes.horizon_of(wishes.plain(text)) == horizon


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("一分都不能亏", "none"),
        ("一分錢都不能虧", "none"),
        ("不能亏", "none"),
        ("不想担风险", "none"),
        ("亏不起", "none"),
        ("怕亏本", "none"),
        ("要保本的", "none"),
        ("唔好蝕本", "none"),
        ("亏一点也不行", "none"),
        ("I cannot lose a cent", "none"),
        ("I can't afford to lose money", "none"),
        ("no risk please", "none"),
        ("without risk", "none"),
        ("能亏一点", "little"),
        ("虧一點點可以", "little"),
        ("小幅波动能接受", "little"),
        ("不能亏太多", "little"),
        ("低风险的", "little"),
        ("I can lose a bit", "little"),
        ("a small loss is fine", "little"),
        ("not lose too much", "little"),
        ("亏百分之五以内", "little"),
        ("能接受一些亏损", "some"),
        ("风险适中", "some"),
        ("some risk is ok", "some"),
        ("最多亏10%", "some"),
        ("不怕亏", "much"),
        ("亏了也没事", "much"),
        ("高风险也行", "much"),
        ("亏一半也行", "much"),
        ("I don't mind the risk", "much"),
        ("high risk is fine", "much"),
        ("十万块放三年", None),
        ("涨百分之五", None),
        ("稳一点", None),
    ],
)
def test_how_much_could_be_lost(text: str, risk: str | None) -> None:
    assert wishes.risk_of(wishes.plain(text)) == risk


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("不能", "none"),
        ("稳一点", "none"),
        ("没有", "none"),
        ("no", "none"),
        ("一点点", "little"),
        ("a little", "little"),
        ("一些", "some"),
        ("R2", "little"),
        ("r4", "much"),
        ("5%", "little"),
        ("百分之二十", "much"),
        ("三万", None),
    ],
)
def test_a_bare_word_says_it_where_it_is_asked(text: str, risk: str | None) -> None:
    assert wishes.risk_of(wishes.plain(text), asked=True) == risk


@pytest.mark.parametrize(
    ("share", "risk"), [("0", "none"), ("0.05", "little"), ("0.1", "some"), ("0.15", "some"), ("0.3", "much")]
)
def test_share_of_the_money_that_may_be_lost(share: str, risk: str) -> None:
    assert wishes.risk_of_share(Decimal(share)) == risk


@pytest.mark.parametrize(
    "text",
    [
        "退休金想稳一点",
        "我妈七十了",
        "我今年72岁",
        "七十二歲",
        "老兩口的積蓄",
        "I am retired",
        "my mother is 78 years old",
    ],
)
def test_money_of_elderly_people(text: str) -> None:
    assert wishes.is_elderly(wishes.plain(text))


@pytest.mark.parametrize("text", ["给自己养老", "等退休以后用", "七十万", "35岁", "六十个月", "over 60% of it"])
def test_saving_for_old_age_is_not_being_old(text: str) -> None:
    assert not wishes.is_elderly(wishes.plain(text))
