"""What a loan costs in monthly instalments: pure, from the table passed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.errors import Invalid
from bot.knowledge.rules import YUAN, NotOffered, require_usable, require_valid, term_label, to_cent
from bot.knowledge.schema import LoanRate, LoanRates, Texts, Way, months_of
from bot.locales import pick


class OutOfRange(Invalid):
    """The loan exists, but not for so little or so much: it runs from `minimum` to `maximum` yuan."""

    def __init__(self, product: Texts, minimum: Decimal, maximum: Decimal) -> None:
        self.product = product
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(f"{product['en']} is from {minimum} to {maximum} {YUAN}")


class TermTooLong(Invalid):
    """The loan exists, but for `longest` (ISO 8601) at most."""

    def __init__(self, product: Texts, longest: str) -> None:
        self.product = product
        self.longest = longest
        super().__init__(f"{product['en']} runs {longest} at most")


@dataclass(frozen=True)
class Instalments:
    """What is paid month after month, in yuan to the cent; `interest` and `total` are sums of just these payments."""

    way: Way
    payments: tuple[Decimal, ...]
    interest: Decimal
    total: Decimal

    @property
    def first(self) -> Decimal:
        return self.payments[0]

    @property
    def last(self) -> Decimal:
        return self.payments[-1]


@dataclass(frozen=True)
class LoanCost:
    """A loan of `amount` yuan over `months` at `rate` percent a year, repaid in either way."""

    product: str
    label: Texts
    amount: Decimal
    term: str
    months: int
    rate: Decimal
    ways: tuple[Instalments, Instalments]
    demo: bool

    def by(self, way: Way) -> Instalments:
        return next(instalments for instalments in self.ways if instalments.way == way)


def loans_fitting(
    table: LoanRates,
    *,
    amount: Decimal | None = None,
    term: str | None = None,
    product: str | None = None,
    today: date,
) -> list[LoanRate]:
    """Loans that take what is known of a wish, in the order of the table; at least one.

    `amount` in yuan; `term` is ISO 8601 in months or years. What is not known, None, fits every loan.
    Raises NotOffered (product, or a term in days), OutOfRange and TermTooLong, both of the loan that comes nearest,
    OutOfDate, Invalid.
    """
    require_valid(table, today)
    loans = [loan for loan in table.rates if product in (None, loan.product)]
    if not loans:
        raise NotOffered("product", str(product), (loan.product for loan in table.rates))
    if amount is not None:
        require_usable(table, amount, today)
        loans = _taking(loans, amount)
    if term is None:
        return loans
    months = months_of(term)
    if months is None:
        raise NotOffered("term", term, (offered for loan in loans for offered in loan.terms))
    fitting = [loan for loan in loans if months <= loan.longest_months]
    if not fitting:
        longest = max(loans, key=lambda loan: loan.longest_months)
        raise TermTooLong(longest.label, longest.longest)
    return fitting


def loan_cost(table: LoanRates, *, amount: Decimal, term: str, product: str | None = None, today: date) -> LoanCost:
    """Instalments of a loan; without `product` of the first loan in the table that takes amount and term.

    Raises what `loans_fitting` raises.
    """
    loan = loans_fitting(table, amount=amount, term=term, product=product, today=today)[0]
    months = months_of(term)
    assert months is not None
    return LoanCost(
        product=loan.product,
        label=loan.label,
        amount=amount,
        term=term,
        months=months,
        rate=loan.rate,
        ways=(equal_payment(amount, loan.rate, months), equal_principal(amount, loan.rate, months)),
        demo=table.demo,
    )


def equal_payment(amount: Decimal, rate: Decimal, months: int) -> Instalments:
    """The same sum every month, rounded half up to the cent (等额本息). `rate` in percent a year.

    Interest of a month is that of the balance, rounded half up to the cent; the last payment takes the rest of the
    balance, so it differs from the others by what rounding has left.
    """
    monthly = rate / 1200
    if monthly:
        growth = (1 + monthly) ** months
        payment = to_cent(amount * monthly * growth / (growth - 1))
    else:
        payment = to_cent(amount / months)
    balance, payments = amount, []
    for _ in range(months - 1):
        interest = to_cent(balance * monthly)
        principal = min(payment - interest, balance)
        balance -= principal
        payments.append(interest + principal)
    return _instalments("equal_payment", amount, [*payments, balance + to_cent(balance * monthly)])


def equal_principal(amount: Decimal, rate: Decimal, months: int) -> Instalments:
    """The same part of the loan every month and the interest of the balance (等额本金). `rate` in percent a year.

    The part and the interest are rounded half up to the cent; the last payment takes the rest of the balance.
    """
    monthly = rate / 1200
    part = to_cent(amount / months)
    balance, payments = amount, []
    for _ in range(months - 1):
        principal = min(part, balance)
        payments.append(principal + to_cent(balance * monthly))
        balance -= principal
    return _instalments("equal_principal", amount, [*payments, balance + to_cent(balance * monthly)])


def loan_card(table: LoanRates, cost: LoanCost, locale: str) -> dict[str, Any]:
    """The card `loan`: one row a way of repayment, amounts as text without grouping."""
    return {
        "kind": "loan",
        "product": pick(cost.label, locale),
        "amount": f"{cost.amount:f}",
        "term": term_label(cost.term, locale),
        "rate": f"{cost.rate:f}%",
        "rows": [
            {
                "way": pick(table.labels[instalments.way], locale),
                "first": f"{instalments.first:f}",
                "last": f"{instalments.last:f}",
                "interest": f"{instalments.interest:f}",
                "total": f"{instalments.total:f}",
            }
            for instalments in cost.ways
        ],
        "valid_from": table.valid_from.isoformat(),
        "valid_until": table.valid_until.isoformat(),
        "source": table.source_in(locale),
        "demo": table.demo,
    }


def _taking(loans: Sequence[LoanRate], amount: Decimal) -> list[LoanRate]:
    taking = [loan for loan in loans if loan.minimum <= amount <= loan.maximum]
    if not taking:
        larger = [loan for loan in loans if amount < loan.minimum]
        nearest = min(larger, key=lambda loan: loan.minimum) if larger else max(loans, key=lambda loan: loan.maximum)
        raise OutOfRange(nearest.label, nearest.minimum, nearest.maximum)
    return taking


def _instalments(way: Way, amount: Decimal, payments: Iterable[Decimal]) -> Instalments:
    paid = tuple(payments)
    total = sum(paid, Decimal(0))
    return Instalments(way, paid, total - amount, total)
