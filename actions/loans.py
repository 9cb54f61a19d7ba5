"""What a loan costs a month and in all: from the bank's table, in both ways of repaying it."""

from __future__ import annotations

import re
from typing import Any

from actions import faq
from actions.calculation import (
    Calculation,
    amount_said,
    chosen,
    done,
    latest,
    number,
    person,
    said_of,
    values,
)
from actions.turn import Events, Turn
from bot.knowledge import loans
from bot.knowledge.loans import Instalments, LoanCost, OutOfRange, TermTooLong
from bot.knowledge.rules import YUAN, NotOffered, OutOfDate, term_label
from bot.knowledge.schema import LoanRate, Way, months_of
from bot.knowledge.service import Answer

CHOICES = 6
A_MONTH = "P1M"  # "what do I pay a month": how often, not for how long
OTHERS = 3  # other loans that would take the same amount and term

WAYS: dict[Way, re.Pattern[str]] = {
    "equal_payment": re.compile(
        r"等[额額]本息|本息(?:平均|均)[摊攤]|(?:每月|月月)(?:还|還)?(?:一样|一樣|相同)|"
        r"\b(?:equal|level|fixed) (?:monthly )?(?:payments?|instal\w+)|\bannuity\b",
        re.IGNORECASE,
    ),
    "equal_principal": re.compile(
        r"等[额額]本金|本金(?:平均|均)[摊攤]|递减|遞減|\bequal (?:monthly )?principal\b|\b(?:decreasing|declining)\b",
        re.IGNORECASE,
    ),
}
# What is borrowed, where a message names the price and the down payment too: "首付30万贷70万".
_BORROWED = re.compile(
    r"(?:[贷貸借]款?|\bborrow(?:ing)?|\b(?:loan|mortgage) (?:of|for))(?:了|个|個|大概|大约|大約|约|約| about)?\s*$",
    re.IGNORECASE,
)


def read(turn: Turn, last: Calculation | None) -> dict[str, Any]:
    """What a message says of a loan; both ways at once are {"way": None}."""
    offered = {loan.product for loan in turn.edge.knowledge.tables.loan_rates.rates}
    said: dict[str, Any] = {
        **amount_said(turn, last, after=_BORROWED),
        **said_of("term", [term for term in values(turn, "term") if term != A_MONTH], last),
        **said_of("product", [product for product in values(turn, "product") if product in offered], last),
        **said_of("currency", [currency for currency in values(turn, "currency") if currency != YUAN], last),
    }
    ways = [way for way, words in WAYS.items() if words.search(turn.text)]
    if ways:
        said["way"] = ways[0] if len(ways) == 1 else None
    return said


def explained(turn: Turn) -> Answer | None:
    """The answer to a question about instalments that names no figure, while there is none to compare them with."""
    last = latest(turn)
    if (last is not None and last.kind == "loan") or any(read(turn, None).values()):
        return None
    asked = faq.retrieved(turn, "loan")
    return None if asked is None or asked.id.endswith(".overview") else asked


def answer(turn: Turn, asked: Calculation) -> Events:
    """The instalments where amount and term are known; else what is missing is asked for."""
    try:
        _answer(turn, asked)
    except OutOfRange as error:
        turn.say(
            "utter_loan_amount",
            product=turn.pick(error.product),
            minimum=f"{error.minimum:,f}",
            maximum=f"{error.maximum:,f}",
            choices=_amounts(turn, asked, _fitting(turn, asked.changed(amount=None, term=None))),
        )
        asked = asked.changed(amount=None)
    except TermTooLong as error:
        asked = asked.changed(term=None)
        longest = term_label(error.longest, turn.locale)
        turn.say("utter_loan_term", product=turn.pick(error.product), longest=longest, choices=_terms(turn, asked))
    except NotOffered as error:
        asked = asked.changed(**{error.what: None})
        if error.what == "currency":
            turn.say("utter_loan_currency", choices=number(turn, "loan"))
        else:
            turn.say("utter_loan_months", choices=_terms(turn, asked))
    except OutOfDate:
        turn.say("utter_loan_out_of_date", choices=[person(turn)])
    return done(turn, asked)


def _answer(turn: Turn, asked: Calculation) -> None:
    if asked.currency is not None:
        raise NotOffered("currency", asked.currency, [YUAN])
    fitting = _fitting(turn, asked)
    if asked.amount is None:
        turn.say("utter_loan_need_amount", choices=_amounts(turn, asked, fitting))
        return
    if asked.term is None:
        turn.say("utter_loan_need_term", amount=f"{asked.amount:,f}", choices=_terms(turn, asked))
        return
    table = turn.edge.knowledge.tables.loan_rates
    cost = loans.loan_cost(
        table, amount=asked.amount, term=asked.term, product=fitting[0].product, today=turn.edge.branch.day(turn.now)
    )
    others = fitting[1 : OTHERS + 1]
    choices = [
        *(
            chosen(turn, asked, turn.label("as_loan", loan=turn.pick(loan.label)), product=loan.product)
            for loan in others
        ),
        *number(turn, "loan"),
    ]
    _say_cost(turn, asked, cost, [loans.loan_card(table, cost, turn.locale)], choices)


def _say_cost(
    turn: Turn, asked: Calculation, cost: LoanCost, cards: list[dict[str, Any]], choices: list[dict[str, str]]
) -> None:
    payment, principal = cost.by("equal_payment"), cost.by("equal_principal")
    told = {
        "product": turn.pick(cost.label),
        "amount": f"{cost.amount:,f}",
        "term": term_label(cost.term, turn.locale),
        "rate": f"{cost.rate:f}",
    }
    if asked.way == "equal_payment":
        turn.say("utter_loan_equal_payment", cards=cards, choices=choices, **told, **_figures(payment))
    elif asked.way == "equal_principal":
        turn.say("utter_loan_equal_principal", cards=cards, choices=choices, **told, **_figures(principal))
    else:
        second = {f"principal_{name}": value for name, value in _figures(principal).items()}
        turn.say("utter_loan_cost", cards=cards, choices=choices, **told, **_figures(payment), **second)


def _figures(paid: Instalments) -> dict[str, str]:
    names = ("first", "last", "interest", "total")
    return {name: f"{getattr(paid, name):,f}" for name in names}


def _fitting(turn: Turn, asked: Calculation) -> list[LoanRate]:
    return loans.loans_fitting(
        turn.edge.knowledge.tables.loan_rates,
        amount=asked.amount,
        term=asked.term,
        product=asked.product,
        today=turn.edge.branch.day(turn.now),
    )


def _amounts(turn: Turn, asked: Calculation, fitting: list[LoanRate]) -> list[dict[str, str]]:
    amounts = sorted({amount for loan in fitting for amount in loan.amounts})
    return [chosen(turn, asked, turn.label("yuan", amount=f"{a:,f}"), amount=a) for a in _spread(amounts)]


def _terms(turn: Turn, asked: Calculation) -> list[dict[str, str]]:
    terms = {term for loan in _fitting(turn, asked) for term in loan.terms}
    shown = _spread(sorted(terms, key=lambda term: months_of(term) or 0))
    return [chosen(turn, asked, term_label(term, turn.locale), term=term) for term in shown]


def _spread(values: list[Any]) -> list[Any]:
    """At most CHOICES of them, evenly from the first to the last."""
    if len(values) <= CHOICES:
        return values
    return [values[round(index * (len(values) - 1) / (CHOICES - 1))] for index in range(CHOICES)]
