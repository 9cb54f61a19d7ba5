"""What foreign money is worth: so much in another currency, or what the bank buys and sells at today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.calculation import (
    Calculation,
    amount_said,
    chosen,
    currency_label,
    done,
    is_elliptic,
    number,
    person,
)
from actions.turn import Events, Turn
from bot.knowledge import exchange
from bot.knowledge.exchange import Exchange
from bot.knowledge.rules import YUAN, NotOffered, OutOfDate, require_valid

# Between two foreign currencies without an amount, so much is worked out to show the rate.
SAMPLE = Decimal(100)

CASH = re.compile(r"现[钞金]|現[鈔金]|钞票|鈔票|纸币|紙幣|\b(?:cash|notes?|banknotes?|bills)\b", re.IGNORECASE)
RATE = re.compile(r"汇率|匯率|牌价|牌價|价格|價格|\brates?\b", re.IGNORECASE)
# Before an amount: the customer wants to have it. Before a currency: it is what the money is changed into.
_BUYS = re.compile(
    r"(?:换|換|兑|兌|买|買|购|購)(?:个|個|点|點|一些|大概|大约)?\s*$|"
    r"\b(?:buy|get|need|want|like|purchase)(?: about| some)?\s*$|\bneed\b.{0,15}\bfor\s*$",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"(?:多少|几多|幾多|多少钱的?|换|換|换成|換成|兑|兌|兑换|兌換|成|为|為|到|等于|等於|值|合)\s*$|"
    r"\b(?:in|into|to|how many|how much)\s*$",
    re.IGNORECASE,
)
_FOR = re.compile(r"[成为為]|\b(?:to|into|in)\b", re.IGNORECASE)
_YUAN = re.compile(r"[元块塊圆圓钱錢]")


@dataclass(frozen=True)
class _Named:
    """A currency as it stands in the text."""

    code: str
    start: int
    end: int


def read(turn: Turn, last: Calculation | None) -> dict[str, Any]:
    """What a message says of an exchange: amount, currency, to, wanted, cash.

    A question for the rate alone clears the amount, so that the table answers it.
    """
    said: dict[str, Any] = {**amount_said(turn, last)}
    if CASH.search(turn.text):
        said["cash"] = True
    if turn.is_choice:
        return said | _of_choice(turn)
    if RATE.search(turn.text) and not said.get("amount"):
        said["amount"] = None
    return said | _currencies(turn, last)


def answer(turn: Turn, asked: Calculation) -> Events:
    """The amount in the other currency; today's table without one."""
    table = turn.edge.knowledge.tables.exchange_rates
    try:
        _answer(turn, asked)
    except NotOffered as error:
        refused = next(code for code in (asked.currency, asked.to) if code and code not in error.offered)
        offered = turn.label("and").join(currency_label(turn, code) for code in error.offered if code != YUAN)
        turn.say(
            "utter_exchange_currency",
            currency=currency_label(turn, refused),
            offered=offered,
            cards=[exchange.exchange_card(table, None, turn.locale)],
        )
        asked = asked.changed(currency=None, to=None)
    except OutOfDate:
        turn.say("utter_exchange_out_of_date", choices=[person(turn)])
    return done(turn, asked)


def _answer(turn: Turn, asked: Calculation) -> None:
    table, today = turn.edge.knowledge.tables.exchange_rates, turn.edge.branch.day(turn.now)
    foreign = [code for code in (asked.currency, asked.to) if code and code != YUAN]
    cards = [exchange.exchange_card(table, None, turn.locale)]
    if not foreign:
        require_valid(table, today)
        codes = [rate.currency for rate in table.rates]
        if asked.amount is None:
            choices = [chosen(turn, asked, currency_label(turn, code), currency=code, to=YUAN) for code in codes]
            turn.say("utter_exchange_table", cards=cards, choices=choices)
        else:
            choices = [chosen(turn, asked, currency_label(turn, code), currency=YUAN, to=code) for code in codes]
            turn.say("utter_exchange_need_currency", amount=f"{asked.amount:,f}", choices=choices)
        return
    if asked.amount is None and len(foreign) == 1:
        quote = exchange.quote_of(table, foreign[0], today=today)
        turn.say(
            "utter_exchange_rate",
            unit=str(quote.unit),
            currency=currency_label(turn, quote.currency),
            buy=f"{quote.buy:f}",
            cash=f"{quote.buy_cash:f}",
            sell=f"{quote.sell:f}",
            cards=cards,
            choices=number(turn, "exchange"),
        )
        return
    _work_out(turn, asked)


def _work_out(turn: Turn, asked: Calculation) -> None:
    table, today = turn.edge.knowledge.tables.exchange_rates, turn.edge.branch.day(turn.now)
    amount, source, target = asked.amount or SAMPLE, asked.currency or YUAN, asked.to or YUAN
    if asked.wanted:
        made = exchange.exchange_price(table, amount, source, target, today=today, cash=bool(asked.cash))
        _say(turn, "utter_exchange_price", made)
        return
    made = exchange.exchange(table, amount, source, target, today=today, cash=bool(asked.cash))
    if source == YUAN:
        _say(turn, "utter_exchange_result", made)
    elif asked.cash:
        _say(turn, "utter_exchange_cash", made)
    else:
        notes = exchange.exchange(table, amount, source, target, today=today, cash=True)
        _say(turn, "utter_exchange_both", made, notes=f"{notes.result:,f}")


def _say(turn: Turn, response: str, made: Exchange, **more: str) -> None:
    table = turn.edge.knowledge.tables.exchange_rates
    turn.say(
        response,
        amount=f"{made.amount:,f}",
        unit=currency_label(turn, made.from_currency),
        result=f"{made.result:,f}",
        currency=currency_label(turn, made.to_currency),
        cards=[exchange.exchange_card(table, made, turn.locale)],
        choices=number(turn, "exchange"),
        **more,
    )


def _of_choice(turn: Turn) -> dict[str, Any]:
    currency, to = turn.entity("currency"), turn.entity("option")
    if currency is None:
        return {}
    return {"currency": currency, "to": to or (None if currency == YUAN else YUAN)}


def _currencies(turn: Turn, last: Calculation | None) -> dict[str, Any]:
    """Which currency the amount is in, which one it is changed into, and whether the amount is what is wanted."""
    named = _named(turn)
    money = next((e for e in turn.entities if e["entity"] == "amount"), None)
    own = _own(turn, money, named) if money is not None else None
    others = [currency for currency in named if currency.code != own]
    if own is not None and money is not None:
        other = others[0].code if others else None
        if own == YUAN:
            return _full(YUAN, other or _foreign(last))
        if other in (None, YUAN) and _is_wanted(turn, money, others, last):
            return _full(YUAN, own, wanted=True)
        return _full(own, other or YUAN)
    if len(others) > 1:
        first, second = others[:2]
        swapped = _is_asked(turn, first) and not _is_asked(turn, second)
        return _full(second.code, first.code) if swapped else _full(first.code, second.code)
    if not others:
        return {}
    return _one_currency(turn, others[0], money, last)


def _one_currency(turn: Turn, named: _Named, money: dict[str, Any] | None, last: Calculation | None) -> dict[str, Any]:
    into = _is_asked(turn, named)
    if money is not None:  # an amount without a currency of its own: "1000能换多少美元"
        if named.code == YUAN:
            return _full(YUAN, _foreign(last))
        return _full(YUAN, named.code) if into or named.start > money["start"] else _full(named.code, YUAN)
    if last is not None and last.currency and last.to and is_elliptic(turn):
        return _replaced(named.code, last, into)
    return {} if named.code == YUAN else {"currency": named.code, "to": YUAN}


def _full(currency: str, to: str | None, *, wanted: bool = False) -> dict[str, Any]:
    return {"currency": currency, "to": to, "wanted": wanted}


def _replaced(code: str, last: Calculation, into: bool) -> dict[str, Any]:
    """The last exchange with one currency changed: the foreign one, or the one it is changed into."""
    if code in (last.currency, last.to):
        swapped = into and code == last.currency
        return {"currency": last.to, "to": last.currency} if swapped else {}
    if into or last.currency == YUAN:
        return {"to": code}
    return {"currency": code}


def _named(turn: Turn) -> list[_Named]:
    found = {e["value"]: _Named(e["value"], e["start"], e["end"]) for e in turn.entities if e["entity"] == "currency"}
    return sorted(found.values(), key=lambda named: named.start)


def _own(turn: Turn, money: dict[str, Any], named: list[_Named]) -> str | None:
    """The currency that the amount is in, where the text says so: "1000美元", "$500", "500块"."""
    for currency in named:
        between = turn.text[money["end"] : currency.start] if currency.start >= money["end"] else None
        if between is None:
            between = turn.text[currency.end : money["start"]]
        if not between.strip():
            return currency.code
    return YUAN if _YUAN.search(turn.text[money["start"] : money["end"]]) else None


def _is_asked(turn: Turn, named: _Named) -> bool:
    return bool(_INTO.search(turn.text[: named.start]))


def _is_wanted(turn: Turn, money: dict[str, Any], others: list[_Named], last: Calculation | None) -> bool:
    """Whether the amount of foreign money is what the customer wants to have: "换1000美元要多少钱"."""
    if _BUYS.search(turn.text[: money["start"]]):
        behind = [other for other in others if other.start > money["end"]]
        return not (behind and _FOR.search(turn.text[money["end"] : behind[0].start]))
    return last is not None and last.currency == YUAN and is_elliptic(turn)


def _foreign(last: Calculation | None) -> str | None:
    known = (last.currency, last.to) if last is not None and last.kind == "exchange" else ()
    return next((code for code in known if code not in (None, YUAN)), None)
