"""What the bank knows, as read from `data/knowledge`: answers, one file a capability, and tables of figures.

An answer is shown as it is written; a table is what a rule computes from. Every fact has a source, says whether
somebody has checked it there (`verified`) and whether it was invented for the demo (`demo`), and is shown only
from `valid_from` to `valid_until`, both days included, in the branch's zone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from pydantic import Field, root_validator, validator

from bot.datafiles import Strict, Texts
from bot.locales import LOCALES, pick

Kind = Literal["demand", "notice", "fixed", "certificate"]
Way = Literal["equal_payment", "equal_principal"]
Channel = Literal["phone", "online", "machine", "counter"]
Bank = Literal["own_bank", "other_bank"]
ProductKind = Literal["deposit", "bond", "wealth", "fund", "insurance", "loan", "card"]
RiskLevel = Literal["R1", "R2", "R3", "R4", "R5"]
# What the money is for: to be at hand, to grow safely, to grow with ups and downs, for a house, wedding or the like, …
Need = Literal["handy", "steady", "growth", "goal", "child", "pension", "insure"]
# What takes no savings.
NOT_SAVED = ("loan", "card")

_TERM = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")


class Phrases(dict[str, list[str]]):
    """Lists of non-empty texts by locale. A locale may be left out, all of them may not."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], "Phrases"]]:
        yield cls.checked

    @classmethod
    def checked(cls, value: Any) -> "Phrases":
        if not isinstance(value, Mapping):
            raise TypeError("must be lists under zh-Hans, zh-Hant and en")
        unknown = [str(locale) for locale in value if locale not in LOCALES]
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is not one of {', '.join(LOCALES)}")
        for locale, texts in value.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise ValueError(f"{locale} must be a list of texts")
        if not any(value.values()):
            raise ValueError("must hold at least one text")
        return cls(value)


class Fact(Strict):
    """Where something is known from, and for how long it holds."""

    source: Texts | str  # the name of a rule as it is, or a note in every locale
    verified: bool
    demo: bool
    valid_from: date
    valid_until: date

    def source_in(self, locale: str) -> str:
        """The source as a customer reads it: the name of a rule as it is, a note in the customer's locale."""
        return self.source if isinstance(self.source, str) else pick(self.source, locale)

    @validator("source")
    def _named(cls, value: Any) -> Any:
        if not value:
            raise ValueError("must name where this is known from")
        return value

    @validator("valid_from", "valid_until", pre=True)
    def _iso(cls, value: Any) -> Any:
        # pydantic would take 20260101 for seconds since 1970.
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError(f"{value!r} is not a date, such as 2026-01-31")
        return value

    @validator("valid_until")
    def _ordered(cls, value: date, values: dict[str, Any]) -> date:
        if "valid_from" in values and value < values["valid_from"]:
            raise ValueError("is before valid_from")
        return value

    def holds(self, today: date) -> bool:
        return self.valid_from <= today <= self.valid_until


class Answer(Fact):
    """One answer. `next` are ids of answers worth offering after it; `service` one a number can be taken for."""

    id: str = Field(..., regex=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+$", max_length=80)
    title: Texts
    questions: Phrases
    answer: Texts
    steps: list[Texts] = []
    next: list[str] = []
    service: str | None = None

    @property
    def capability(self) -> str:
        return self.id.partition(".")[0]


class AnswersFile(Strict):
    answers: list[Answer] = Field(..., min_items=1)


class DepositRate(Strict):
    """`rate` in percent a year. `term` is ISO 8601, the days of notice for `notice`, nothing for `demand`."""

    currency: str = Field(..., regex="^[A-Z]{3}$")
    kind: Kind
    term: str | None = None
    rate: Decimal = Field(..., ge=0, le=100)
    minimum: Decimal = Field(..., gt=0)

    @validator("term", always=True)
    def _one_way(cls, value: str | None, values: dict[str, Any]) -> str | None:
        if (values.get("kind") == "demand") != (value is None):
            raise ValueError("every deposit but demand has a term")
        if value is not None and canonical_term(value) != value:
            raise ValueError(f"{value!r} is not a term in its shortest form, such as P6M, P1Y or P7D")
        return value


class DepositRates(Fact):
    """What deposits earn, in the order they are shown."""

    labels: dict[Kind, Texts]
    rates: list[DepositRate] = Field(..., min_items=1)

    @validator("rates")
    def _labelled(cls, value: list[DepositRate], values: dict[str, Any]) -> list[DepositRate]:
        seen = set()
        for rate in value:
            if rate.kind not in values.get("labels", {}):
                raise ValueError(f"labels lack {rate.kind}")
            key = (rate.currency, rate.kind, rate.term)
            if key in seen:
                raise ValueError(f"{' '.join(filter(None, key))} is there twice")
            seen.add(key)
        return value


class LoanRate(Strict):
    """A loan repaid in monthly instalments. `rate` in percent a year; amounts in yuan, both ends included.

    `product` is the id of a loan among the products; `longest` and `terms` are ISO 8601 in years or months.
    `amounts` and `terms` are what is offered to a customer who has named none.
    """

    product: str = Field(..., regex="^[a-z0-9_]+$")
    label: Texts
    rate: Decimal = Field(..., ge=0, le=100)
    minimum: Decimal = Field(..., gt=0)
    maximum: Decimal = Field(..., gt=0)
    longest: str
    amounts: list[Decimal] = Field(..., min_items=1)
    terms: list[str] = Field(..., min_items=1)

    @property
    def longest_months(self) -> int:
        return months_of(self.longest) or 0

    @validator("maximum")
    def _not_below(cls, value: Decimal, values: dict[str, Any]) -> Decimal:
        if value < values.get("minimum", value):
            raise ValueError("is below minimum")
        return value

    @validator("longest")
    def _in_months(cls, value: str) -> str:
        if canonical_term(value) != value or months_of(value) is None:
            raise ValueError(f"{value!r} is not a term in its shortest form, such as P6M or P30Y")
        return value

    @validator("amounts", each_item=True)
    def _within(cls, value: Decimal, values: dict[str, Any]) -> Decimal:
        if not values.get("minimum", value) <= value <= values.get("maximum", value):
            raise ValueError(f"{value} is not between minimum and maximum")
        return value

    @validator("terms", each_item=True)
    def _not_longer(cls, value: str, values: dict[str, Any]) -> str:
        months, longest = months_of(value), months_of(values.get("longest", value))
        if months is None or canonical_term(value) != value or (longest is not None and months > longest):
            raise ValueError(f"{value!r} is not a term in its shortest form, up to the longest")
        return value


class LoanRates(Fact):
    """What loans cost, in the order in which a loan whose kind is not named is taken for one of them."""

    labels: dict[Way, Texts]
    rates: list[LoanRate] = Field(..., min_items=1)

    @validator("labels")
    def _both(cls, value: dict[Way, Texts]) -> dict[Way, Texts]:
        missing = set(get_args(Way)) - set(value)
        if missing:
            raise ValueError(f"labels lack {', '.join(sorted(missing))}")
        return value

    @validator("rates")
    def _once(cls, value: list[LoanRate]) -> list[LoanRate]:
        products = [loan.product for loan in value]
        for index, product in enumerate(products):
            if product in products[:index]:
                raise ValueError(f"{product} is there twice")
        return value


class FeeTier(Strict):
    """A fixed `fee` in yuan or `percent` of the amount, for amounts up to `up_to` yuan, itself included."""

    fee: Decimal | None = Field(None, ge=0)
    percent: Decimal | None = Field(None, ge=0, le=100)
    maximum: Decimal | None = Field(None, gt=0)
    up_to: Decimal | None = Field(None, gt=0)

    @root_validator(skip_on_failure=True)
    def _fee_or_percent(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["fee"] is None) == (values["percent"] is None):
            raise ValueError("give either fee or percent")
        return values


class TransferFee(Strict):
    channel: Channel
    to: Bank
    tiers: list[FeeTier] = Field(..., min_items=1)

    @validator("tiers")
    def _rising(cls, value: list[FeeTier]) -> list[FeeTier]:
        bounds = [tier.up_to for tier in value[:-1]]
        known = [bound for bound in bounds if bound is not None]
        if len(known) != len(bounds) or known != sorted(set(known)) or value[-1].up_to is not None:
            raise ValueError("up_to must rise from tier to tier, and the last tier has none")
        return value


class TransferFees(Fact):
    fees: list[TransferFee] = Field(..., min_items=1)


class ExchangeRate(Strict):
    """Yuan for `unit` of the currency: `buy` and `buy_cash` when the bank buys it, `sell` when it sells it."""

    currency: str = Field(..., regex="^[A-Z]{3}$")
    unit: int = Field(..., gt=0)
    buy: Decimal = Field(..., gt=0)
    buy_cash: Decimal = Field(..., gt=0)
    sell: Decimal = Field(..., gt=0)

    @validator("sell")
    def _above_buy(cls, value: Decimal, values: dict[str, Any]) -> Decimal:
        if value < max(values.get("buy", value), values.get("buy_cash", value)):
            raise ValueError("is below what the bank buys at")
        return value


class ExchangeRates(Fact):
    rates: list[ExchangeRate] = Field(..., min_items=1)


class Limit(Strict):
    """An upper limit. `inclusive` says whether the amount itself is still within it."""

    id: str = Field(..., regex="^[a-z0-9_]+$")
    amount: Decimal = Field(..., gt=0)
    currency: str = Field(..., regex="^[A-Z]{3}$")
    per: Literal[
        "transaction", "card_day", "account_day", "account_year", "balance", "person_day", "person_year",
        "person_bank", "journey",
    ]  # fmt: skip
    inclusive: bool
    source: Texts | str
    verified: bool
    demo: bool

    def holds(self, amount: Decimal) -> bool:
        return amount <= self.amount if self.inclusive else amount < self.amount


class LimitsFile(Strict):
    limits: list[Limit]


class Product(Strict):
    """`minimum` and `maximum` in yuan. `risk` from R1 (low) to R5 (high) for what can lose value.

    `needs` is what the product can be recommended for. `locked` (ISO 8601) is the shortest time the money must lie,
    nothing where it can be had at any time; `term` says so in words. `caveat` is what a buyer must know first.
    """

    id: str = Field(..., regex="^[a-z0-9_]+$")
    kind: ProductKind
    risk: RiskLevel | None = None
    name: Texts
    aliases: Phrases
    minimum: Decimal | None = Field(None, gt=0)
    maximum: Decimal | None = Field(None, gt=0)
    needs: list[Need] = []
    locked: str | None = None
    term: Texts | None = None
    caveat: Texts | None = None
    about: Texts

    @validator("risk", always=True)
    def _told(cls, value: str | None, values: dict[str, Any]) -> str | None:
        if values.get("kind") not in ("deposit", *NOT_SAVED, None) and value is None:
            raise ValueError("what can lose value has a risk level")
        return value

    @validator("locked")
    def _shortest(cls, value: str | None) -> str | None:
        if value is not None and canonical_term(value) != value:
            raise ValueError(f"{value!r} is not a term in its shortest form, such as P6M, P1Y or P7D")
        return value

    @root_validator(skip_on_failure=True)
    def _advised(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["kind"] in NOT_SAVED:
            if values["needs"] or values["locked"]:
                raise ValueError("a loan or a card is never recommended for savings: it has no needs and no lock")
            return values
        lacking = [key for key in ("minimum", "needs", "term", "caveat") if not values[key]]
        if lacking:
            raise ValueError(f"what savings can go into has {', '.join(lacking)}")
        return values


class Products(Fact):
    """The products in the order they are shown, with a word for each kind."""

    labels: dict[ProductKind, Texts]
    products: list[Product]

    @validator("products")
    def _labelled(cls, value: list[Product], values: dict[str, Any]) -> list[Product]:
        unnamed = sorted({product.kind for product in value} - set(values.get("labels", {})))
        if unnamed:
            raise ValueError(f"labels lack {', '.join(unnamed)}")
        return value


class Tables(Strict):
    """The tables of one bank. `limits` and `products` are by id, in the order of the files."""

    deposit_rates: DepositRates
    loan_rates: LoanRates
    transfer_fees: TransferFees
    exchange_rates: ExchangeRates
    limits: dict[str, Limit]
    products: Products


def canonical_term(term: str) -> str | None:
    """The shortest ISO 8601 form of a term: P12M → P1Y, P1Y6M → P18M, P1W → P7D. None where it is no such term."""
    match = _TERM.fullmatch(term)
    if match is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    months += 12 * years
    days += 7 * weeks
    if (months > 0) == (days > 0):
        return None
    if days:
        return f"P{days}D"
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"


def months_of(term: str) -> int | None:
    """Length of a term in months: P1Y6M → 18. None where it is in days, or no term."""
    canonical = canonical_term(term)
    if canonical is None or canonical.endswith("D"):
        return None
    return int(canonical[1:-1]) * (12 if canonical.endswith("Y") else 1)
