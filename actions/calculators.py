"""The four calculators, and which of them a message goes on with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actions import calculation, exchange, faq, fees, loans, rates
from actions.base import IntentAction
from actions.calculation import Calculation, Kind
from actions.turn import Events, Turn


@dataclass(frozen=True)
class Calculator:
    """`read` tells what a message says of such a calculation, `answer` works one out and keeps it.

    `words` say something of it without being an entity.
    """

    read: Callable[[Turn, Calculation | None], dict[str, Any]]
    answer: Callable[[Turn, Calculation], Events]
    words: tuple[re.Pattern[str], ...] = ()


CALCULATORS: Mapping[Kind, Calculator] = {
    "deposit": Calculator(rates.read, rates.answer),
    "loan": Calculator(loans.read, loans.answer, tuple(loans.WAYS.values())),
    "exchange": Calculator(exchange.read, exchange.answer, (exchange.CASH,)),
    "fee": Calculator(fees.read, fees.answer, (*fees.BANKS.values(), *fees.CHANNELS.values())),
}


class DepositRates(IntentAction):
    action_name = "action_deposit_rates"

    def respond(self, turn: Turn) -> Events:
        if events := go_on(turn):
            return events
        answer = rates.explained(turn)
        return begin(turn, "deposit") if answer is None else faq.give(turn, answer)


class LoanCalculation(IntentAction):
    action_name = "action_loan_calculation"

    def respond(self, turn: Turn) -> Events:
        if events := go_on(turn):
            return events
        answer = loans.explained(turn)
        return begin(turn, "loan") if answer is None else faq.give(turn, answer)


class ExchangeCalculation(IntentAction):
    action_name = "action_exchange_calculation"

    def respond(self, turn: Turn) -> Events:
        return go_on(turn) or begin(turn, "exchange")


class TransferFee(IntentAction):
    action_name = "action_transfer_fee"

    def respond(self, turn: Turn) -> Events:
        if fees.is_abroad(turn):
            return fees.answer_abroad(turn)
        return go_on(turn) or begin(turn, "fee")


def go_on(turn: Turn) -> Events:
    """The last calculation with what this message changes; nothing if the message is not about it."""
    last = calculation.latest(turn)
    if last is None:
        return []
    calculator = CALCULATORS[last.kind]
    said = calculator.read(turn, last)
    if not calculation.goes_on(turn, last, said, calculator.words):
        return []
    return calculator.answer(turn, last.changed(**said))


def begin(turn: Turn, kind: Kind) -> Events:
    """A calculation of this kind; what the message leaves out is taken from the last one where it was of this kind."""
    calculator = CALCULATORS[kind]
    last = calculation.latest(turn)
    said = calculator.read(turn, last if last is not None and last.kind == kind else None)
    return calculator.answer(turn, calculation.taken_up(turn, kind, said))
