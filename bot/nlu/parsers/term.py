"""Lengths of time money is placed or borrowed for, as ISO 8601."""

from __future__ import annotations

import re

from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS, ENGLISH_COUNT, small_integer

# One numeral, so that 三万五三年 is 三万五 for three years.
_COUNT = rf"(?:\d+(?:\.\d+)?|[{DIGITS}]?十[{DIGITS}]?|[{DIGITS}])"
_ZH = re.compile(
    rf"(?P<halfyear>半年)|(?P<n>{_COUNT})\s?(?:个)?\s?"
    rf"(?P<unit>年(?!\d*月)|季度|月(?!\d|[{DIGITS}十]+[日号])|星期|礼拜|周|天|日)(?P<half>半)?(?P<span>期)?"
)
_EN = re.compile(
    rf"(?P<halfyear>half a year|half[ -]year)"
    rf"|\b(?P<n>{ENGLISH_COUNT}|an?)(?P<before> and a half)?[ -]"
    r"(?P<unit>year|month|week|day|quarter)s?\b(?P<after> and a half)?"
)
_SHORT = re.compile(r"(?<![a-z\d.,])(?P<n>\d{1,2})(?P<unit>yr|mo|y)s?(?![a-z\d])")
# Time that has passed or will pass is no term: three days ago, in two weeks, waited three days.
_AGO = re.compile(r"\s?(?:之前|以前|前|之后|以后|后|之内|以内|内|没|了(?!解)|来|ago|later|before|earlier)")
_ENDURED = re.compile(
    r"(?:等|过|拖|耗|来|开|办|跑)了?(?:我|快|整整|足足|差不多)?\s?$|(?:上|这|下|每|第|近|今|去|明|前|后|大) ?$"
    r"|\b(?:within|every|past|last|next|waited|waiting)(?: for)? $|\bin $(?<!cash in )(?<!money in )"
)
_LETTERS = {
    "年": "Y",
    "year": "Y",
    "yr": "Y",
    "y": "Y",
    "月": "M",
    "month": "M",
    "mo": "M",
    "天": "D",
    "日": "D",
    "day": "D",
}
_WEEKS = ("周", "星期", "礼拜", "week")


def find(text: str) -> list[Found]:
    """Terms in either language; dates, ages of an event and waiting times are left out."""
    return [
        Found("term", match.start(), match.end(), value)
        for pattern in (_ZH, _EN, _SHORT)
        for match in pattern.finditer(text)
        if (value := _value(match))
        and not _AGO.match(text, match.end())
        and not _ENDURED.search(text[max(0, match.start() - 12) : match.start()])
    ]


def _value(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    if parts.get("halfyear"):
        return "P6M"
    said, unit = parts["n"], parts["unit"]
    half = any(parts.get(name) for name in ("half", "before", "after")) or said.endswith(" and a half")
    count = 1 if said in ("a", "an", "a and a half") else small_integer(said.removesuffix(" and a half"))
    fraction = re.fullmatch(r"(\d+)\.5", said)
    if fraction:
        count, half = int(fraction[1]), True
    if count is None or not 0 < count < 400:
        return None
    # 3月 and 5日 are dates; a term of months is 3个月, of days 5天.
    if unit in ("月", "日") and "个" not in match[0] and not parts.get("span"):
        return None
    if unit in _WEEKS:
        return f"P{7 * count}D"
    if unit in ("季度", "quarter"):
        return f"P{3 * count}M"
    letter = _LETTERS[unit]
    if half:
        return {"Y": f"P{12 * count + 6}M", "M": f"P{30 * count + 15}D", "D": None}[letter]
    return f"P{count}{letter}"
