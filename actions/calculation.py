"""The calculation a customer is at: what is kept of it, and whether and how the next message changes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from rasa_sdk.events import SlotSet

from actions.turn import TAKE, Events, Turn, choice, offer
from bot.knowledge.rules import YUAN

Kind = Literal["deposit", "loan", "exchange", "fee"]
SLOT = "calculation"

# What must be known before there is a figure.
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    "deposit": ("amount", "term"),
    "loan": ("amount", "term"),
    "exchange": ("amount", "currency", "to"),
    "fee": ("amount",),
}
INTENTS: Mapping[Kind, str] = {
    "deposit": "deposit_rates",
    "loan": "loan_calculation",
    "exchange": "exchange_calculation",
    "fee": "transfer_fee",
}
# Errands and words by which a message says that it is about such a calculation; a number can be taken for the first.
SERVICES: Mapping[Kind, tuple[str, ...]] = {
    "deposit": ("cash_deposit",),
    "loan": ("loan",),
    "exchange": ("forex",),
    "fee": ("transfer", "mobile_banking"),
}
WORDS: Mapping[Kind, re.Pattern[str]] = {
    "deposit": re.compile(r"[定活]期|存(?![折摺在])|\b(?:deposits?|savings?)\b", re.IGNORECASE),
    "loan": re.compile(
        r"贷|貸|月供|按揭|还款|還款|等[额額]本|攤還|\b(?:loans?|mortgages?|borrow|repay\w*|instal\w+)\b", re.IGNORECASE
    ),
    "exchange": re.compile(
        r"汇率|匯率|牌价|牌價|外汇|外匯|兑|兌|\b(?:exchange|convert|conversion|forex)\b", re.IGNORECASE
    ),
    "fee": re.compile(
        r"手续费|手續費|转账|轉帳|轉賬|汇款|匯款|过数|過數|跨行|\b(?:fees?|charges?|transfers?|remit\w*)\b",
        re.IGNORECASE,
    ),
}

ELLIPSIS = re.compile(
    r"^\W*(?:那|那么|那麼|咁)?.{1,14}[呢呐吶咧]\W*$|"
    r"^\W*(?:那|那么|那麼|咁|要是|如果|换成|換成|改成|改为|改為|不对|不對|不是).{1,12}$|"
    r"^\W*(?:and|what about|how about|what if|and if|make (?:it|that)|change (?:it|that) to)\b.{1,40}$",
    re.IGNORECASE,
)
# Words that leave a bare figure as bare as it is.
FILLERS = re.compile(
    r"大概|大约|大約|差不多|左右|不对|不對|不是|错了|錯了|改成|换成|換成|[是就那的吧呢啊呀哦嗯我想要说說按分期在用到走转轉来來算]|"
    r"\b(?:i|i'm|meant?|want|no|not|sorry|it'?s|for|over|about|around|just|only|please|a|the|to|make|it|by|at|with|in|"
    r"instead|then)\b|[\W_]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Calculation:
    """What is to be worked out; None where it is not known.

    `amount` in `currency` (ISO 4217), yuan where there is none; `term` ISO 8601. `to` is the other currency of an
    exchange, or whether a transfer goes to the own bank or another. `product` is an id of data/knowledge. `way` is how
    a loan is repaid, `channel` how a transfer is made. `wanted`: the amount is what an exchange shall bring, in `to`;
    `cash`: notes are handed over.
    """

    kind: Kind
    amount: Decimal | None = None
    term: str | None = None
    currency: str | None = None
    to: str | None = None
    product: str | None = None
    way: str | None = None
    channel: str | None = None
    wanted: bool | None = None
    cash: bool | None = None

    @property
    def is_complete(self) -> bool:
        return all(getattr(self, name) is not None for name in NEEDS[self.kind])

    def changed(self, **changes: Any) -> Calculation:
        return replace(self, **changes)

    def kept(self) -> dict[str, Any]:
        """The event that keeps it for the turns to come."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return SlotSet(SLOT, known if self.amount is None else known | {"amount": str(self.amount)})


def latest(turn: Turn) -> Calculation | None:
    """The last calculation of this conversation."""
    known = turn.slot(SLOT)
    if not known:
        return None
    amount = known.get("amount")
    return Calculation(**{**known, "amount": None if amount is None else Decimal(amount)})


def goes_on(turn: Turn, last: Calculation, said: Mapping[str, Any], words: Iterable[re.Pattern[str]] = ()) -> bool:
    """Whether a message that says `said` changes the last calculation: "那五年的呢", "20万", "I meant 5 years".

    `words` are those that say something of such a calculation. A message that names an errand of its own, or another
    calculation, does not change this one.
    """
    if not said or turn.is_choice:
        return False
    named = _named(turn)
    if named and last.kind not in named:
        return False
    return is_elliptic(turn, words)


def is_elliptic(turn: Turn, words: Iterable[re.Pattern[str]] = ()) -> bool:
    """Whether a message leaves the rest to what was said before.

    By its form, as an answer or correction with a figure in it, or since it holds nothing but figures and `words`.
    """
    has_figure = turn.entity("amount", "term", "currency", "product") is not None
    is_answer = turn.intent in ("inform", "correct") and has_figure
    return is_answer or bool(ELLIPSIS.match(turn.text)) or _is_bare(turn, words)


def taken_up(turn: Turn, kind: Kind, said: Mapping[str, Any]) -> Calculation:
    """What a question of its own asks for; what it leaves out is that of the last calculation of this kind.

    A question that says more than one thing begins anew, unless the last one still waited for what was missing. How a
    loan is repaid, a transfer made and money handed over is never taken from an earlier question.
    """
    last = latest(turn)
    if last is None or last.kind != kind:
        return Calculation(kind, **said)
    if not said:  # "what is that a month?" asks again for a loan; for the others there is a table to show
        return last if kind == "loan" else Calculation(kind)
    if turn.is_choice:
        return last.changed(**said)
    leaves_out = len(said) == 1 or not last.is_complete
    return last.changed(way=None, channel=None, cash=None).changed(**said) if leaves_out else Calculation(kind, **said)


def chosen(turn: Turn, asked: Calculation, label: str, **changes: Any) -> dict[str, str]:
    """A choice that asks for the same calculation with something changed; the other currency travels as `option`."""
    wanted = asked.changed(**changes)
    return choice(
        label,
        INTENTS[asked.kind],
        amount=None if wanted.amount is None else f"{wanted.amount:f}",
        term=wanted.term,
        currency=wanted.currency,
        product=wanted.product,
        option=changes.get("to"),
    )


def values(turn: Turn, entity: str) -> list[str]:
    """All values of an entity, in the order in which they were said."""
    return list(dict.fromkeys(str(e["value"]) for e in turn.entities if e["entity"] == entity))


def said_of(name: str, found: Sequence[Any], last: Calculation | None) -> dict[str, Any]:
    """{name: value} with the value that a message says; of several the first that is not the last one.

    "不是10年，是20年" says twenty years, whichever comes first. Nothing where `found` is empty.
    """
    known = None if last is None else getattr(last, name)
    return {name: next((value for value in found if value != known), found[0])} if found else {}


def amount_said(turn: Turn, last: Calculation | None, *, after: re.Pattern[str] | None = None) -> dict[str, Any]:
    """`said_of` for the amount. Amounts that stand right behind words matching `after` come before all others."""
    said = [(_money(str(e["value"])), turn.text[: e["start"]]) for e in turn.entities if e["entity"] == "amount"]
    amounts = [(amount, before) for amount, before in said if amount is not None]
    likely = [amount for amount, before in amounts if after is not None and after.search(before)]
    return said_of("amount", likely or [amount for amount, _ in amounts], last)


def person(turn: Turn) -> dict[str, str]:
    """The choice of a person, where no figure can be given."""
    return choice(turn.label("intent_human"), "human")


def number(turn: Turn, kind: Kind) -> list[dict[str, str]]:
    """The choice of a number for what was worked out; none where the branch has no such service."""
    service = SERVICES[kind][0]
    if service not in turn.edge.branch.services:
        return []
    return [choice(turn.label("take_number"), "take_ticket", service=service, option="counter")]


def done(turn: Turn, asked: Calculation) -> Events:
    """Events after an answer: it is kept, and a yes takes a number for it."""
    service = SERVICES[asked.kind][0]
    return [asked.kept(), *([offer(TAKE, service=service)] if service in turn.edge.branch.services else [])]


def currency_label(turn: Turn, currency: str) -> str:
    """The currency's name; its ISO code where there is no label for it."""
    try:
        return turn.label(f"currency_{currency}")
    except KeyError:
        return currency


def currency_name(turn: Turn, currency: str) -> str:
    """`currency_label`, but yuan by the name they have where no amount stands before them."""
    return turn.label("renminbi") if currency == YUAN else currency_label(turn, currency)


def _named(turn: Turn) -> set[str]:
    """Calculations that a message names, and the errands and products it names that belong to none."""
    products = {product.id: product.kind for product in turn.edge.knowledge.tables.products.products}
    kinds: dict[str, str] = {service: kind for kind, services in SERVICES.items() for service in services}
    errands = {kinds.get(service, service) for service in values(turn, "service")}
    wares = {products.get(product, product) for product in values(turn, "product")}
    words = {kind for kind, words in WORDS.items() if words.search(turn.text)}
    return errands | wares | words | ({"exchange"} if len(values(turn, "currency")) > 1 else set())


def _is_bare(turn: Turn, words: Iterable[re.Pattern[str]]) -> bool:
    """Whether a message holds nothing but what can be asked for."""
    left = list(turn.text)
    for entity in turn.entities:
        left[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    rest = "".join(left)
    for pattern in words:
        rest = pattern.sub(" ", rest)
    return not FILLERS.sub("", rest)


def _money(said: str) -> Decimal | None:
    try:
        amount = Decimal(said)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None
