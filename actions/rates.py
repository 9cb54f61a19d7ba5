"""What a deposit earns: from the bank's table, for the amount and term the customer names."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import IntentAction
from actions.faq import best_answer, give, retrieved
from actions.turn import TAKE, Events, Turn, choice, offer
from bot.knowledge import rules
from bot.knowledge.rules import YUAN, BelowMinimum, NotOffered, OutOfDate

CHOICES = 6


class DepositRates(IntentAction):
    action_name = "action_deposit_rates"

    def respond(self, turn: Turn) -> Events:
        return answer(turn)


ELLIPSIS = re.compile(
    r"^\W*(?:那|那么|那麼)?.{1,10}[呢呐吶]\W*$|^\W*(?:and|what about|how about)\b.{1,30}$", re.IGNORECASE
)


def is_ellipsis(turn: Turn) -> bool:
    """Whether a message changes one thing of the last calculation: "美元呢", "what about two years"."""
    return is_about(turn) and bool(turn.slot("rates_currency")) and bool(ELLIPSIS.match(turn.text))


def is_about(turn: Turn) -> bool:
    """Whether a bare word goes on with a deposit: it names a term, or changes the last calculation."""
    if turn.entity("term"):
        return True
    return bool(turn.slot("rates_term") or turn.slot("rates_amount")) and bool(turn.entity("amount", "currency"))


def answer(turn: Turn) -> Events:
    """The interest where amount and term are known, from this message or the last calculation; else what is missing."""
    named = turn.entity("amount", "term", "currency") is not None
    asked = best_answer(turn, "deposit_rates") if turn.entity("answer") else None
    if not named and (asked or (asked := retrieved(turn, "deposit_rates"))) and not asked.id.endswith(".overview"):
        return give(turn, asked)
    term = turn.entity("term") or (turn.slot("rates_term") if named else None)
    amount = turn.amount() or (_kept_amount(turn) if named else None)
    currency = turn.entity("currency") or (turn.slot("rates_currency") if named else None) or YUAN
    try:
        _answer(turn, amount, term, currency)
    except NotOffered as error:
        _say_not_offered(turn, error, term, currency)
        term = None if error.what == "term" else term
        currency = YUAN if error.what == "currency" else currency
    except BelowMinimum as error:
        minimum = f"{error.minimum:,f}"
        turn.say("utter_rates_minimum", product=turn.pick(error.product), minimum=minimum, unit=_unit(turn, currency))
    except OutOfDate:
        turn.say("utter_rates_out_of_date", choices=[choice(turn.label("intent_human"), "human")])
    return [
        SlotSet("rates_amount", None if amount is None else str(amount)),
        SlotSet("rates_term", term),
        SlotSet("rates_currency", currency),
        offer(TAKE, service="cash_deposit"),
    ]


def _answer(turn: Turn, amount: Decimal | None, term: str | None, currency: str) -> None:
    table = turn.edge.knowledge.tables.deposit_rates
    card = rules.rates_card(table, currency, turn.locale)
    if term is None and amount is None:
        turn.say("utter_rates_table", cards=[card], choices=_term_choices(turn, currency))
        return
    if term is None:
        money: dict[str, Any] = {"amount": f"{amount:,f}", "unit": _unit(turn, currency)}
        turn.say("utter_rates_need_term", choices=_term_choices(turn, currency), **money)
        return
    today = turn.edge.branch.day(turn.now)
    # Without an amount only the rate is said: a sum above every minimum finds it.
    found = rules.deposit_interest(table, amount=amount or Decimal(10**9), term=term, currency=currency, today=today)
    label = rules.term_label(found.term, turn.locale)
    if amount is None:
        turn.say("utter_rates_need_amount", term=label, rate=f"{found.rate:f}", cards=[card])
        return
    turn.say(
        "utter_rates_interest",
        amount=f"{amount:,f}",
        unit=_unit(turn, currency),
        product=turn.pick(found.product),
        term=label,
        rate=f"{found.rate:f}",
        interest=f"{found.interest:,f}",
        total=f"{found.total:,f}",
        cards=[{**card, "result": _result(turn, found)}],
        choices=[choice(turn.label("take_number"), "take_ticket", service="cash_deposit", option="counter")],
    )


def _result(turn: Turn, found: rules.Interest) -> dict[str, Any]:
    return {
        "amount": f"{found.amount:f}",
        "term": rules.term_label(found.term, turn.locale),
        "rate": f"{found.rate:f}%",
        "interest": f"{found.interest:f}",
        "total": f"{found.total:f}",
    }


def _say_not_offered(turn: Turn, error: NotOffered, term: str | None, currency: str) -> None:
    if error.what == "term" and term is not None:
        label = rules.term_label(term, turn.locale)
        turn.say("utter_rates_no_term", term=label, unit=_unit(turn, currency), choices=_term_choices(turn, currency))
    else:
        offered = turn.label("and").join(_unit(turn, code) for code in error.offered)
        turn.say("utter_rates_currency", offered=offered)


def _term_choices(turn: Turn, currency: str) -> list[dict[str, str]]:
    table = turn.edge.knowledge.tables.deposit_rates
    terms = rules.terms_offered(table, currency, kind="fixed")[:CHOICES]
    return [choice(rules.term_label(term, turn.locale), "deposit_rates", term=term) for term in terms]


def _kept_amount(turn: Turn) -> Decimal | None:
    kept = turn.slot("rates_amount")
    return Decimal(kept) if kept else None


def _unit(turn: Turn, currency: str) -> str:
    """The currency's name; its ISO code where there is no label for it."""
    try:
        return turn.label(f"currency_{currency}")
    except KeyError:
        return currency
