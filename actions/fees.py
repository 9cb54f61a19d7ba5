"""What a transfer costs, by every channel, to our own bank and to another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from actions import faq
from actions.calculation import Calculation, amount_said, chosen, done, number, person, said_of, values
from actions.turn import Events, Turn
from bot.knowledge import fees
from bot.knowledge.fees import FeeQuote
from bot.knowledge.rules import YUAN, OutOfDate
from bot.knowledge.schema import Bank, Channel

BANKS: dict[Bank, re.Pattern[str]] = {
    "other_bank": re.compile(
        r"跨行|他行|(?:别|別|其他|另|不同|外|第二).{0,3}(?:银行|銀行|行)|(?:工商|农业|農業|建设|建設|交通|招商|邮储|郵儲)(?:银行|銀行)|"
        r"[工农農建交招中]行|\b(?:an)?other banks?\b|\bdifferent banks?\b|\binter-?bank\b|\bcross[- ]bank\b",
        re.IGNORECASE,
    ),
    "own_bank": re.compile(
        r"本行|同行|行内|行內|同一家|同一间|同一間|自家|你们(?:银行|行)|你們(?:銀行|行)|"
        r"\b(?:same|own|your|this) bank\b|\bwithin the bank\b",
        re.IGNORECASE,
    ),
}
CHANNELS: dict[Channel, re.Pattern[str]] = {
    "phone": re.compile(r"手机|手機|行动银行|行動銀行|\bapp\b|\bmobile\b|\bphone\b", re.IGNORECASE),
    "online": re.compile(
        r"网银|網銀|网上|網上|网络银行|網路銀行|电脑|電腦|\bonline\b|\binternet\b|\bweb", re.IGNORECASE
    ),
    "machine": re.compile(r"机器|機器|自助|提款机|提款機|取款机|柜员机|櫃員機|\batms?\b|\bmachines?\b", re.IGNORECASE),
    "counter": re.compile(
        r"柜台|柜面|櫃檯|櫃台|临柜|臨櫃|窗口|人工|\bcounter\b|\btellers?\b|\bwindow\b|\bin (?:the )?branch\b",
        re.IGNORECASE,
    ),
}
_ABROAD = re.compile(
    r"国外|國外|境外|海外|跨境|外币|外幣|电汇到|\b(?:abroad|overseas|international|foreign|swift)\b", re.IGNORECASE
)


def read(turn: Turn, last: Calculation | None) -> dict[str, Any]:
    """What a message says of a transfer within the country."""
    return {
        **amount_said(turn, last),
        **said_of("to", [bank for bank, words in BANKS.items() if words.search(turn.text)], last),
        **said_of("channel", [channel for channel, words in CHANNELS.items() if words.search(turn.text)], last),
    }


def is_abroad(turn: Turn) -> bool:
    """Whether a message is about money sent abroad, which this table knows nothing of."""
    foreign = any(currency != YUAN for currency in values(turn, "currency"))
    return foreign or bool(_ABROAD.search(turn.text))


def answer_abroad(turn: Turn) -> Events:
    found = faq.retrieved(turn, "forex_and_cash_exchange")
    if found is not None:
        return faq.give(turn, found)
    turn.say("utter_fees_abroad", choices=[*number(turn, "exchange"), person(turn)])
    return []


def answer(turn: Turn, asked: Calculation) -> Events:
    """What the channels cost for the amount, or from what to what without one."""
    tables = turn.edge.knowledge.tables
    try:
        quotes = fees.transfer_fees(
            tables.transfer_fees, tables.limits, amount=asked.amount, today=turn.edge.branch.day(turn.now)
        )
    except OutOfDate:
        turn.say("utter_fees_out_of_date", choices=[person(turn)])
        return done(turn, asked)
    banks: list[Bank] = [bank for bank in get_args(Bank) if asked.to in (None, bank)]
    told = [quote for quote in quotes if asked.channel in (None, quote.channel)]
    lines = "\n".join(_line(turn, bank, [quote for quote in told if quote.to == bank]) for bank in banks)
    card = _card(turn, asked, quotes, banks)
    if asked.amount is None:
        amounts = fees.amounts_that_matter(tables.transfer_fees)
        choices = [chosen(turn, asked, turn.label("yuan", amount=f"{amount:,f}"), amount=amount) for amount in amounts]
        turn.say("utter_fees_general", lines=lines, cards=[card], choices=choices)
    else:
        choices = number(turn, "fee")
        turn.say("utter_fees", amount=f"{asked.amount:,f}", lines=lines, cards=[card], choices=choices)
    return done(turn, asked)


def _line(turn: Turn, bank: Bank, quotes: Sequence[FeeQuote]) -> str:
    """Such as "To another bank: mobile app free, counter 15.00 yuan"."""
    if len(quotes) > 1 and all(quote.is_free and quote.over is None for quote in quotes):
        told = turn.label("fee_all_free")
    else:
        pairs = [(turn.label(f"channel_{quote.channel}"), _fee(turn, quote)) for quote in quotes]
        told = turn.label("and").join(turn.label("fee_item", channel=channel, fee=fee) for channel, fee in pairs)
    return turn.label("fee_line", bank=turn.label(bank), fees=told)


def _card(turn: Turn, asked: Calculation, quotes: Sequence[FeeQuote], banks: Sequence[Bank]) -> dict[str, Any]:
    """The card `fees`: one row a channel, one column a bank, all as text."""
    table = turn.edge.knowledge.tables.transfer_fees
    channels = dict.fromkeys(quote.channel for quote in quotes)
    cells = {(quote.channel, quote.to): _fee(turn, quote) for quote in quotes}
    return {
        "kind": "fees",
        "amount": None if asked.amount is None else f"{asked.amount:f}",
        "columns": [turn.label(bank) for bank in banks],
        "rows": [
            {
                "channel": turn.label(f"channel_{channel}"),
                "fees": [cells.get((channel, bank), turn.label("fee_not_offered")) for bank in banks],
            }
            for channel in channels
        ],
        "valid_from": table.valid_from.isoformat(),
        "valid_until": table.valid_until.isoformat(),
        "source": table.source_in(turn.locale),
        "demo": table.demo,
    }


def _fee(turn: Turn, quote: FeeQuote) -> str:
    if quote.over is not None:
        return turn.label("fee_over", limit=f"{quote.over.amount:,f}")
    if quote.is_free:
        return turn.label("fee_free")
    if quote.high is None:
        return turn.label("fee_from", low=f"{quote.low:f}")
    if quote.low == quote.high:
        return turn.label("fee_amount", fee=f"{quote.low:f}")
    return turn.label("fee_span", low=f"{quote.low:f}", high=f"{quote.high:f}")
