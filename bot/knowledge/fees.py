"""What a transfer costs: pure, from the tables passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.knowledge.rules import NotOffered, require_usable, require_valid, to_cent
from bot.knowledge.schema import Bank, Channel, FeeTier, Limit, TransferFee, TransferFees


@dataclass(frozen=True)
class FeeQuote:
    """What transfers by `channel` to a bank cost, in yuan.

    `low` and `high` are the same for one amount; without an amount they are the span, `high` None where nothing bounds
    it. `over` is the limit of the channel that the amount is above, None where it is within it.
    """

    channel: Channel
    to: Bank
    low: Decimal
    high: Decimal | None
    over: Limit | None = None

    @property
    def is_free(self) -> bool:
        return self.high == 0


def transfer_fee(table: TransferFees, *, amount: Decimal, channel: str, to: str, today: date) -> Decimal:
    """Fee in yuan of one transfer, rounded half up to the cent. Raises NotOffered, OutOfDate, Invalid."""
    require_usable(table, amount, today)
    found = next((fee for fee in table.fees if fee.channel == channel and fee.to == to), None)
    if found is None:
        raise NotOffered("channel", f"{channel} to {to}", (f"{fee.channel} to {fee.to}" for fee in table.fees))
    return _fee(found, amount)


def transfer_fees(
    table: TransferFees, limits: Mapping[str, Limit], *, amount: Decimal | None, today: date
) -> list[FeeQuote]:
    """What every channel costs for `amount` yuan, or in general where it is None, in the order of the table.

    A limit `<channel>_transfer` of `limits` bounds what goes by that channel. Raises OutOfDate, Invalid.
    """
    if amount is None:
        require_valid(table, today)
        return [FeeQuote(fee.channel, fee.to, *_span(fee)) for fee in table.fees]
    require_usable(table, amount, today)
    quotes = []
    for fee in table.fees:
        limit = limits.get(f"{fee.channel}_transfer")
        over = limit if limit is not None and not limit.holds(amount) else None
        cost = _fee(fee, amount)
        quotes.append(FeeQuote(fee.channel, fee.to, cost, cost, over))
    return quotes


def amounts_that_matter(table: TransferFees) -> list[Decimal]:
    """Amounts in yuan up to which some fee stays the same, rising."""
    return sorted({tier.up_to for fee in table.fees for tier in fee.tiers if tier.up_to is not None})


def _fee(fee: TransferFee, amount: Decimal) -> Decimal:
    tier = next(tier for tier in fee.tiers if tier.up_to is None or amount <= tier.up_to)
    return to_cent(_of_tier(tier, amount))


def _of_tier(tier: FeeTier, amount: Decimal) -> Decimal:
    charged = tier.fee if tier.percent is None else amount * tier.percent / 100
    assert charged is not None
    return charged if tier.maximum is None else min(charged, tier.maximum)


def _span(fee: TransferFee) -> tuple[Decimal, Decimal | None]:
    """The lowest and the highest fee, as far as the tiers bound it."""
    bounds = [_highest(tier) for tier in fee.tiers]
    known = [bound for bound in bounds if bound is not None]
    lowest = fee.tiers[0].fee or Decimal(0)  # a percentage starts at nothing
    return to_cent(lowest), to_cent(max(known)) if len(known) == len(bounds) else None


def _highest(tier: FeeTier) -> Decimal | None:
    if tier.fee is not None or tier.up_to is not None:
        return _of_tier(tier, tier.up_to or Decimal(0))
    return tier.maximum
