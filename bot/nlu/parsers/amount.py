"""Sums of money, as a plain number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import CHINESE, DIGITS, ENGLISH, number, plain

LARGEST = Decimal(10**12)

# A number that is only digits may be longer than any sum: an account, a reference.
_LONGEST_BARE = 8

_TENTHS = DIGITS.replace("零", "").replace("〇", "")
# How far back and ahead a reason to take a number for a sum is looked for.
_NEAR = 30

_NUMBER = re.compile(rf"(?<![\d.:/])(?:{CHINESE})")
_ENGLISH = re.compile(rf"(?<![a-z\d.:/])(?:{ENGLISH})(?![a-z])")
_MONEY = re.compile(
    rf"\s?(?:多|来)?\s?(?:元整|圆整|元钱|块钱|大洋|"
    rf"(?:块|元)(?P<jiao>[1-9{_TENTHS}])(?:毛|角)?(?![\d百千万月年天日个点]|[{DIGITS}])|元|块|圆|(?P<mao>毛钱?|角))"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s?(?:号|楼|层|个|人|位|次|张|天|年|月|日|点|分|刻|小时|岁|%|％|折|期|笔|级|类|路|颗|台|条|件|份|项|秒|周|星期|礼拜|倍|种|家|步|把|只|"
    r"星|度|米|斤|积分|里程|成|半|下|些|直|样|般|起|定|会|旦|边|遍|趟|句|声|共|切|律|致|姓|代|两个|口|本|部|卡|"
    r"st\b|nd\b|rd\b|th\b|percent|per cent|people|persons?|minutes?|mins?|hours?|times?|days?|weeks?|months?|years?|"
    r"points?|pieces?|o'clock|am\b|pm\b|a\.m|p\.m|of (?:you|us|them)|more (?:people|questions?)|customers?|others?|"
    r"cards?|accounts?|questions?|windows?|counters?|floors?|steps?|clock)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:第|周|星期|礼拜|百分之|尾号|编号|号码|账号|卡号|拨打?|打|致电|热线|电话|no\.?|number|window|counter|line|floor|room|step|"
    r"type|class|article|call|dial|hotline|[./:#])\s?$"
)
_VERB_BEFORE = re.compile(
    r"(?:取|提|领|存|转|汇|换|兑|借|贷|还|付|交|缴|买|投|充|花|给|支|拿|攒|挣|赚|亏|扣|收|有|要|打|攞|入|汇出|需要|额度|金额|本金)"
    r"(?:款|钱|现金|现|出来|出去|出|进去|进|入|走|掉|了|过|点|个|上|到|我|你|他|她|它|卡里|里|大概|大约|差不多|约|近|至少|最多|超过|不到|"
    r"是|为|成|给.{1,4}|\s|:|,)*$"
    r"|\b(?:withdraw|deposit|transfer|send|exchange|borrow|take|put|pay|invest|save|change|lend|remit|wire|move|cash|spend|"
    r"owe|lost|repay|have|got|need|want|of|about|around|roughly|than|amount|sum|total|only|for|loan|is)"
    r"(?: (?:out|in|away|about|around|roughly|of|me|us|him|her|them|my|just|only|cash|over|back|to|is|than|a|the))* $"
)
_NOUN_AFTER = re.compile(
    r"\s?(?:的?(?:利息|存款|现金|额度|贷款|定期|活期|外币|本金|存单)|放|存|"
    r"(?:in|of) cash|cash|into? (?:my|the|a|an)|deposit|loan|(?:to|from) my|"
    r"(?:for|over) (?:\d|one|two|three|five|six|a) ?(?:years?|months?|days?))"
)
_LARGE = re.compile(
    r"[万亿wk]|[\d零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖][千百仟佰]|,\d{3}|thousand|million|billion|hundred|grand|lakh|\dm\b"
)
_HOTLINE = re.compile(r"95\d{3}|12\d{3}|1[12][0-9]|400\d+|800\d+|0\d+")
_FILLERS = re.compile(
    r"大概|大约|差不多|左右|约|是|就|吧|呢|啊|哦|呀|嗯|呃|的|了|共|总共|一共|about|around|roughly|approximately|just|only|please|maybe|it's|"
    r"[\s,.。，!！?？~、]"
)


def find(text: str, currencies: Sequence[Found] = ()) -> list[Found]:
    """Sums in `text`, from which all that is something else (terms, dates, windows …) is blanked out.

    A bare number is a sum when a verb, a noun, a unit, a currency or its size says so, or when it is all there is.
    """
    before = {found.end for found in currencies}
    after = {found.start for found in currencies}
    found = []
    for start, end in _candidates(text):
        value = number(text[start:end])
        if value is None:
            continue
        money = _MONEY.match(text, end)
        if money and money["jiao"]:
            tenth = number(money["jiao"])
            value += (tenth or Decimal(0)) / 10
        elif money and money["mao"]:
            value /= 10
        beside = _beside(text, start, before, -1) or _beside(text, end, after, 1)
        if not 0 < value < LARGEST or not (money or beside or _is_sum(text, start, end, value)):
            continue
        found.append(Found("amount", start, money.end() if money else end, plain(value)))
    return found


def _candidates(text: str) -> list[tuple[int, int]]:
    """Numbers that do not overlap, the longer one where two readings do."""
    spans = {(m.start(), m.end()) for pattern in (_NUMBER, _ENGLISH) for m in pattern.finditer(text)}
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
        elif end - start > chosen[-1][1] - chosen[-1][0]:
            chosen[-1] = (start, end)
    return chosen


def _beside(text: str, at: int, places: set[int], step: int) -> bool:
    """Whether a currency ends or begins at `at`, or one blank from it."""
    blank = at - 1 if step < 0 else at
    return at in places or (0 <= blank < len(text) and text[blank] == " " and at + step in places)


def _is_sum(text: str, start: int, end: int, value: Decimal) -> bool:
    said = text[start:end]
    if start and re.match(r"[a-z_]", text[start - 1]):
        return False
    before = text[max(0, start - _NEAR) : start]
    if _NOT_MONEY_AFTER.match(text, end) or _NOT_MONEY_BEFORE.search(before):
        return False
    if said.isascii() and said.isdigit() and (len(said) > _LONGEST_BARE or _HOTLINE.fullmatch(said)):
        return False
    around = before + text[end : end + _NEAR]
    if len(text) <= len(said) + len(around) and not _FILLERS.sub("", around):
        return said not in ("a", "an")
    if value < 10 or said in ("十", "百", "拾", "佰"):
        return False
    if _LARGE.search(said):
        return True
    return bool(_VERB_BEFORE.search(before) or _NOUN_AFTER.match(text, end))
