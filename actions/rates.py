"""What a deposit earns: from the bank's table, for the amount and term the customer names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from actions import faq
from actions.calculation import (
    Calculation,
    amount_said,
    chosen,
    currency_label,
    currency_name,
    done,
    number,
    person,
    said_of,
    values,
)
from actions.turn import Events, Turn
from bot.knowledge import deposits
from bot.knowledge.deposits import BelowMinimum, Interest
from bot.knowledge.rules import YUAN, NotOffered, OutOfDate, term_label
from bot.knowledge.schema import Kind
from bot.knowledge.service import Answer

CHOICES = 6
# Products of data/knowledge by the kind of deposit that the table of rates knows.
KINDS: dict[str, Kind] = {
    "demand_deposit": "demand",
    "notice_deposit": "notice",
    "fixed_deposit": "fixed",
    "certificate": "certificate",
}


def read(turn: Turn, last: Calculation | None) -> dict[str, Any]:
    """What a message says of a deposit."""
    return {
        **amount_said(turn, last),
        **said_of("term", values(turn, "term"), last),
        **said_of("currency", values(turn, "currency"), last),
        **said_of("product", [product for product in values(turn, "product") if product in KINDS], last),
    }


def explained(turn: Turn) -> Answer | None:
    """The answer to a question about deposits that names no figure; None where the table is the answer."""
    if turn.entity("amount", "term", "currency") is not None:
        return None
    asked = faq.best_answer(turn, "deposit_rates") if turn.entity("answer") else faq.retrieved(turn, "deposit_rates")
    return None if asked is None or asked.id.endswith(".overview") else asked


def answer(turn: Turn, asked: Calculation) -> Events:
    """The interest where amount and term are known; else the table, and what is missing is asked for."""
    currency = asked.currency or YUAN
    try:
        _answer(turn, asked, currency)
    except NotOffered as error:
        _say_not_offered(turn, error, asked, currency)
        asked = asked.changed(**{"product" if error.what == "kind" else error.what: None})
    except BelowMinimum as error:
        minimum = f"{error.minimum:,f}"
        unit = currency_label(turn, currency)
        turn.say("utter_rates_minimum", product=turn.pick(error.product), minimum=minimum, unit=unit)
    except OutOfDate:
        turn.say("utter_rates_out_of_date", choices=[person(turn)])
    return done(turn, asked)


def _answer(turn: Turn, asked: Calculation, currency: str) -> None:
    table = turn.edge.knowledge.tables.deposit_rates
    card = deposits.rates_card(table, currency, turn.locale)
    kind = KINDS.get(asked.product or "")
    unit = currency_label(turn, currency)
    if asked.term is None and kind != "demand":
        choices = _term_choices(turn, asked, currency)
        if not choices:
            raise NotOffered("kind", kind or "fixed", [])
        if asked.amount is None:
            turn.say("utter_rates_table", cards=[card], choices=choices)
        else:
            turn.say("utter_rates_need_term", choices=choices, amount=f"{asked.amount:,f}", unit=unit)
        return
    # Without an amount only the rate is said: a sum above every minimum finds it.
    found = deposits.deposit_interest(
        table,
        amount=asked.amount or Decimal(10**9),
        term=asked.term,
        currency=currency,
        kind=kind,
        today=turn.edge.branch.day(turn.now),
    )
    if asked.amount is None:
        what = turn.pick(found.product) if kind == "demand" else term_label(found.term, turn.locale)
        turn.say("utter_rates_need_amount", term=what, rate=f"{found.rate:f}", cards=[card])
        return
    turn.say(
        "utter_rates_interest",
        amount=f"{asked.amount:,f}",
        unit=unit,
        product=turn.pick(found.product),
        term=term_label(found.period, turn.locale),
        rate=f"{found.rate:f}",
        interest=f"{found.interest:,f}",
        total=f"{found.total:,f}",
        cards=[{**card, "result": _result(turn, found)}],
        choices=number(turn, "deposit"),
    )


def _result(turn: Turn, found: Interest) -> dict[str, Any]:
    return {
        "amount": f"{found.amount:f}",
        "term": term_label(found.period, turn.locale),
        "rate": f"{found.rate:f}%",
        "interest": f"{found.interest:f}",
        "total": f"{found.total:f}",
    }


def _say_not_offered(turn: Turn, error: NotOffered, asked: Calculation, currency: str) -> None:
    unit = currency_name(turn, currency)
    if error.what == "term" and asked.term is not None:
        label = term_label(asked.term, turn.locale)
        turn.say("utter_rates_no_term", term=label, unit=unit, choices=_term_choices(turn, asked, currency))
    elif error.what == "kind":
        turn.say("utter_rates_no_kind", unit=unit, choices=_term_choices(turn, asked.changed(product=None), currency))
    else:
        offered = turn.label("and").join(currency_name(turn, code) for code in error.offered)
        turn.say("utter_rates_currency", offered=offered)


def _term_choices(turn: Turn, asked: Calculation, currency: str) -> list[dict[str, str]]:
    """The terms of the kind of deposit that is asked for, fixed ones where none is."""
    table = turn.edge.knowledge.tables.deposit_rates
    terms = deposits.terms_offered(table, currency, kind=KINDS.get(asked.product or "", "fixed"))[:CHOICES]
    return [chosen(turn, asked, term_label(term, turn.locale), term=term) for term in terms]
