"""Lengths of time money is placed or borrowed for, as ISO 8601."""

from __future__ import annotations

import re

from bot.nlu.parsers.bare import is_bare
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import ABOUT, DIGITS, ENGLISH_COUNT, small_integer

# One numeral, so that 三万五三年 is 三万五 for three years; two neighbours that rise mean "about": 两三年.
_COUNT = (
    rf"(?:\d+(?:\.\d+)?|[{DIGITS}]?百零?[{DIGITS}]?十?[{DIGITS}]?|[{DIGITS}]?十[{DIGITS}]?|[廿卅][{DIGITS}]?"
    rf"|(?<![万千百亿])(?:{ABOUT})|[{DIGITS}])"
)
# 三年级, 年费, 三天气: the unit begins another word. 26年3月 is a date.
_YEAR = r"年(?![级代度轻龄终会假检报薪化初底末货]|费(?!用)|\d{1,2}月(?!供)|[一二三四五六七八九十]{1,2}月(?!供))"
_MONTH = r"月(?![薪底初末饼台亮球均]|份(?!额)|\d|[一二三四五六七八九十]+[日号])"
_DAY = r"天(?![气津府猫然线空地堂数])"
_WEEK = "星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|周(?![一二三四五六日末岁年围边转])"
_ZH = re.compile(
    rf"(?P<halfyear>半\s?年(?!报))|(?P<halfmonth>半\s?个\s?月)|(?P<both>[俩仨])月"
    rf"|(?P<n>{_COUNT})\s?(?:个(?P<inner>半)?)?\s?(?:整)?"
    rf"(?:(?P<unit>{_YEAR}|季度|{_MONTH}|{_WEEK}|{_DAY}|日(?=期|通知))(?P<half>半)?"
    rf"(?:(?<=年)\s?(?:[零又加]\s?(?P<more>{_COUNT})|(?!一)(?P<and>{_COUNT}))\s?个\s?月)?(?P<span>期)?"
    r"|(?P<instalments>期)(?![限间望待货权]))"
)
_UNIT_EN = r"(?P<unit>years?|yrs?|months?|mths?|mos?|weeks?|wks?|days?|quarters?(?! of)|fortnights?)\b"
_N_EN = (
    rf"(?:(?:an?|one|two|three) hundred(?: and)? {ENGLISH_COUNT}|{ENGLISH_COUNT}"
    rf"|an?(?: couple(?: of)?)?|couple(?: of)?)"
)
_EN = re.compile(
    r"(?P<halfyear>\b(?:half a year|half[ -]year)\b)"
    rf"|(?<![\d.,a-z])(?P<n>{_N_EN})(?P<before> and a half)?[ -]?(?<![a-z](?=[a-z])){_UNIT_EN}"
    rf"(?:(?P<after> and a half)\b|(?: and|,)? (?P<more>{_N_EN}) months?\b)?"
    r"|\b(?P<yearhalf>year and a half)\b"
    rf"|(?<![\d.,a-z])(?P<payments>{ENGLISH_COUNT}) (?:monthly |equal )*(?:instal+ments?|monthly payments)\b"
    r"|(?<![a-z\d.,])(?P<short>\d{1,2})y\b"
)
# Time that has passed or will pass is no term: three days ago, in two weeks, waited three days.
_PASSED = re.compile(
    r"\s?(?:之前|以前|前|之后|以后|后|之内|以内|内|没|了(?!解)|以来|多了|来(?!存|办|的)|"
    r"多?的?(?:交易)?(?:流水|账单|明细|记录|对账单|工资|社保|话费|经验|工龄|楼龄|房龄|历史|会员|管理费|孩子|"
    r"小孩|娃|宝宝|婴儿|老?客户|签证|病假|质保|保修|假期))"
    r"|[ -]?olds?\b"
    r"|'?s? (?:ago|later|before|earlier|back(?! in)|since|late|overdue|away|already|in a row"
    r"|of (?:waiting|history|statements?|experience|records?|account)|(?:work )?permit|visa|warranty|statements?)\b"
)
_SPENT = re.compile(
    r"(?:(?:等|拖|耗|排|催|晚|迟|欠|过|住|病|躺|跑|干|教|结婚|工作|上班|打工|认识|交往|怀孕|怀|逾期|冻结|停|"
    r"(?<![有相])关|失联|退休|抱|刚|刚开|刚来|刚做|刚成立|刚换工作)"
    r"(?:了|着|我|快|整整|足足|差不多|已经|都|有|过)*"
    r"|(?<![存放贷借买签定做投办])了(?:快|整整|足足|差不多|我|他|她|我们)?"
    r"|(?:(?<!加)上|(?<!剩)下|[这每第近今去明前后大头哪隔]|(?<=[^\s,，])那|最近|过去|未来|整整|足足|已经|都))\s?$"
)
_SPENT_EN = re.compile(
    r"\b(?:within|every|each|past|last|next|previous|first|this|per|older than) $"
    r"|(?<!cash )(?<!money )(?<!back )(?<!off )(?<!pay )(?<!paid )(?<!it )(?<!interested )\bin $"
    r"|\b(?:wait(?:ed|ing)?|been|lived?|living|worked|working|known|married|overdue|took|takes|stuck|pregnant|customer|"
    r"queu(?:ed|ing)|stood|standing|sitting|sat|staying|stayed|closed|blocked|locked out|frozen|ill|sick|visiting)\b"
    # Who wants, takes or looks for *a* three-year deposit has not spent the time.
    r"(?: (?:a customer|(?!(?:an?|to|out|and)\b|want|need|would|like|think|look|tell|told|plan|consider|"
    r"offer)[a-z']+)){0,5} $"
)
_PLACED = re.compile(
    r"(?:[存放借贷锁选搁]|[存放搁][这那你]\S{1,3}?|期限|定期|封闭|改成|改为|存期|周期|还是|或者?|和|"
    r"[\d万亿千百kw元块钱币])(?:了|是|为|个|:|的|就|满|上|入|款|整|它)*[\s,]?$"
)
_PLACED_EN = re.compile(
    r"\b(?:for|over|of|than|or|by|after|make it|make that|deposit|is|just|only|term) (?:about |just |only )?$"
)
_LENDING = re.compile(
    r"期|左右$|\s?的?(?:定期|定存|存款|理财|大额|通知|利率|存单|国债|贷)|\s?(?:通知|到期|和|或|还是|"
    r"[-'’]?s? (?:notice|fixed|term|deposit))"
)
_OFTEN = re.compile(
    r"\s?(?:[一几两三四五\d]次|[一几]趟|(?:要|得|会|再)?(?:扣|收|给|交|缴|刷|花|挣|赚|做|过|来)|最多|最少|"
    r"管理费|多少(?:钱|次|管理|年费)|能(?!有|拿|得|存|生|吃))"
)
_MISSED = re.compile(r"\b(?:missed|last|first|next|late|skip(?:ped)?) $")
_LETTERS = {"年": "Y", "y": "Y", "月": "M", "m": "M", "天": "D", "日": "D", "d": "D"}
_DAYS = {"星": 7, "礼": 7, "周": 7, "w": 7, "f": 14}
# The longest mortgage, and as many days.
_LONGEST = {"Y": 50, "M": 600, "D": 1900}
# 一个月还多少 and "5,000 a month" tell how often; one of them is a term only where money is put or lent for it.
_ONE = ("一", "1", "a", "an", "one")
# How far back what tells of time spent is looked for.
_NEAR = 40


def find(text: str) -> list[Found]:
    """Terms in either language; dates, ages, rates a month and time that has passed are left out."""
    return [
        Found("term", match.start(), match.end(), value)
        for pattern in (_ZH, _EN)
        for match in pattern.finditer(text)
        if (value := _value(match)) and _is_term(text, match, value)
    ]


def _is_term(text: str, match: re.Match[str], value: str) -> bool:
    start, end = match.span()
    before = text[max(0, start - _NEAR) : start]
    said = match.groupdict()
    if said.get("instalments"):
        return _is_instalments(said["n"], before)
    if _PASSED.match(text, end) or _SPENT.search(before) or _SPENT_EN.search(before):
        return False
    if said.get("payments"):
        return value not in ("P1M", "P2M") and not _MISSED.search(before)
    counted = said.get("n")
    if (
        counted not in _ONE
        or said.get("more")
        or said.get("and")
        or value not in ("P1Y", "P1M", "P7D", "P1D")
        or said.get("span")
    ):
        return True
    if is_bare(text, start, end):
        return True
    if counted in ("a", "an"):
        return value in ("P1Y", "P1M") and bool(_PLACED_EN.search(before))
    if value == "P1Y" or (value == "P1M" and counted == "one"):
        return not _OFTEN.match(text, end) or bool(_PLACED.search(before))
    return bool(_PLACED.search(before) or _LENDING.match(text, end))


def _is_instalments(count: str, before: str) -> bool:
    """分三期, 36期, not 第三期 or 二期."""
    if re.search(r"[第本上下每]\s?$", before):
        return False
    return len(count) > 1 or bool(re.search(r"[分办做还]\s?(?:成|个)?\s?$", before))


def _value(match: re.Match[str]) -> str | None:
    said = match.groupdict()
    if said.get("halfyear"):
        return "P6M"
    if said.get("yearhalf"):
        return "P18M"
    if said.get("halfmonth"):
        return "P15D"
    if said.get("both"):
        return "P2M" if said["both"] == "俩" else "P3M"
    if said.get("short"):
        return _of("Y", small_integer(said["short"]))
    if said.get("payments") or said.get("instalments"):
        return _of("M", _count(said.get("payments") or said["n"]))
    return _of_unit(match, said["n"], said["unit"])


def _of_unit(match: re.Match[str], number: str, unit: str) -> str | None:
    said = match.groupdict()
    half = any(said.get(name) for name in ("half", "inner", "before", "after"))
    fraction = re.fullmatch(r"(\d+)\.5", number)
    count = int(fraction[1]) if fraction else _count(number)
    if count is None:
        return None
    half = half or bool(fraction)
    # 3月 is a date; a term of months is 3个月 or 3月期.
    if unit == "月" and "个" not in match[0] and not said.get("span"):
        return None
    if unit[0] in _DAYS:
        return _of("D", _DAYS[unit[0]] * count)
    if unit.startswith(("季", "q")):
        return _of("M", 3 * count) if "个" in match[0] or unit[0] == "q" else None
    letter = _LETTERS[unit[0]]
    months = said.get("more") or said.get("and")
    more = _count(months) if months else None
    if letter == "Y" and (half or more):
        return _of("M", 12 * count + (more or 6))
    if half:
        return _of("D", 30 * count + 15) if letter == "M" else None
    return _of(letter, count)


def _count(said: str) -> int | None:
    if said in ("a", "an"):
        return 1
    if "couple" in said:
        return 2
    return small_integer(said)


def _of(letter: str, count: int | None) -> str | None:
    return f"P{count}{letter}" if count and count <= _LONGEST[letter] else None
