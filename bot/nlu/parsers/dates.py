"""Days and longer stretches of the calendar: as said, with the day they resolve to where that is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.nlu.parsers.bare import is_bare
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS, ENGLISH_COUNT, digit_string, small_integer

Match = re.Match[str]

_N = rf"(?:\d{{1,2}}|[{DIGITS}]?十[{DIGITS}]?|[廿卅][{DIGITS}]?|[{DIGITS}])"
_WEEKDAYS_ZH = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WEEKDAYS_EN = {name: number for number, name in enumerate(_WEEKDAY.split("|"))}
_MONTHS_EN = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = _MONTHS_EN + "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_FIRST_TO_NINTH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_TENTH_TO_NINETEENTH = (
    "tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
)
_ORDINALS_EN = [
    *_FIRST_TO_NINTH.split("|"),
    *_TENTH_TO_NINETEENTH.split("|"),
    "twentieth",
    *(f"twenty-{ones}" for ones in _FIRST_TO_NINTH.split("|")),
    "thirtieth",
    "thirty-first",
]
_ORDINAL_VALUES = {word: value for value, word in enumerate(_ORDINALS_EN, 1)}
_ORDINAL = "|".join(sorted(_ORDINALS_EN, key=len, reverse=True))

# 噚日 is 㖊日 in simplified script.
_DAYS_AWAY = {
    -4: "大大前天",
    -3: "大前天|大前日",
    -2: "前天|前日|前晚|前夜|前儿个|前儿|the day before yesterday|day before yesterday",
    -1: "昨天|昨日|昨儿个|昨儿|昨晚|昨早|昨夜|昨晨|琴日|寻日|㖊日|琴晚|寻晚|㖊晚|yesterday|yday|last night",
    0: (
        "今天|今日|今儿个|今儿|今个儿|今早|今晚|今夜|今晨|今朝早|今朝|today|tonight|tonite|this morning|"
        "this afternoon|this evening|this arvo"
    ),
    1: "明天|明日|明儿个|明儿|明早|明晚|明晨|听日|听朝早|听朝|听晚|听早|tomorrow|tommorow|tomorow|tmrw|tmr|2moro",
    2: "后天|后日|后晚|后儿个|后儿|the day after tomorrow|day after tomorrow",
    3: "大后天|大后日",
    4: "大大后天",
}
_AWAY_OF = {re.sub(r"\W", "", word): away for away, words in _DAYS_AWAY.items() for word in words.split("|")}


def _day_words() -> str:
    words = sorted((word for words in _DAYS_AWAY.values() for word in words.split("|")), key=len, reverse=True)
    han = "|".join(word for word in words if not word.isascii())
    latin = "|".join(word for word in words if word.isascii())
    # 以后天气, 五年前天天, 提前日期: the words around lend their characters.
    return rf"(?<![提以之今])(?:{han})(?!(?<=[前后]天)天|(?<=日)期)|\b(?:{latin})\b"


@dataclass(frozen=True)
class _Form:
    """A way to say a day. It is looked for only in a text that has one of `signs`, for speed."""

    signs: frozenset[str]
    pattern: re.Pattern[str]
    resolve: Callable[[Match, date], date | None]
    accept: Callable[[str, Match], bool] = lambda text, match: True


def find(text: str, today: date | None) -> list[Found]:
    """今天, 上周三, 3月5号, last Friday: value as said, resolved to an ISO date if one day and `today` known."""
    found = []
    signs = set(text)
    for form in _FORMS:
        if form.signs.isdisjoint(signs):
            continue
        for match in form.pattern.finditer(text):
            if _is_plausible(match) and form.accept(text, match):
                day = form.resolve(match, today) if today else None
                found.append(Found("date", *match.span(), match[0], day.isoformat() if day else None))
    return found


def _is_plausible(match: Match) -> bool:
    """Whether day and month, where the form has them, can be such."""
    said = match.groupdict()
    day, month = said.get("d") or said.get("d2"), said.get("m")
    if day and day not in _ORDINAL_VALUES and not 1 <= (small_integer(day) or 0) <= 31:
        return False
    return not month or (month.isalpha() and month.isascii()) or 1 <= (small_integer(month) or 0) <= 12


_MONTHS_AWAY = {"上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "last": -1, "this": 0, "the": 0, "next": 1}
_YEARS_AWAY = {"前": -2, "去": -1, "今": 0, "明": 1}
_WEEKS_AWAY = {None: 0, "上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _vague(match: Match, today: date) -> None:
    """No single day."""


def _days_away(match: Match, today: date) -> date | None:
    away = _AWAY_OF.get(re.sub(r"\W", "", match[0]))
    return today + timedelta(days=away) if away is not None else None


def _iso(match: Match, today: date) -> date | None:
    return _date(int(match["y"]), int(match["m"]), int(match["d"]))


def _slashes(match: Match, today: date) -> date | None:
    """Month first, as here; day first where the first cannot be a month."""
    first, second = int(match["first"]), int(match["second"])
    year = int(match["y"]) % 100 + 2000 if match["y"] else today.year
    return _date(year, second, first) if first > 12 else _date(year, first, second)


def _is_slashed_date(text: str, match: Match) -> bool:
    """12/3, not 24/7 or a half, unless that is all there is."""
    first, second = int(match["first"]), int(match["second"])
    if not (min(first, second) in range(1, 13) and max(first, second) <= 31) or {first, second} == {24, 7}:
        return False
    if match["y"] or is_bare(text, *match.span()):
        return True
    if re.match(r" of\b|的|号窗|小时", text[match.end() :]):
        return False
    return (
        second > 5
        or first > second
        or bool(re.search(r"\b(?:on|by|before|until|since) $|[在到于从]$", text[: match.start()]))
    )


def _full(match: Match, today: date) -> date | None:
    said = match["y"]
    if said is None:
        year = today.year
    elif said in _YEARS_AWAY:
        year = today.year + _YEARS_AWAY[said]
    else:
        year = int(digit_string(said))
        year += 0 if year > 99 else 1900 if year > 50 else 2000
    return _date(year, small_integer(match["m"]) or 0, small_integer(match["d"]) or 0)


def _day_of_month(match: Match, today: date) -> date | None:
    month = today.year * 12 + today.month - 1 + _MONTHS_AWAY[match["month"].rstrip("个")]
    return _date(month // 12, month % 12 + 1, small_integer(match["d"]) or 0)


def _bare_day(match: Match, today: date) -> date | None:
    return _date(today.year, today.month, small_integer(match["d"]) or 0)


# 叫到8号 is how far the queue has come, 去8号 a window.
_DAY_BEFORE = re.compile(r"(?:[在于从至]|(?<![叫排轮看喊走去一到])到)$")
_DAY_AFTER = re.compile(
    r"的?(?:上午|下午|早上|晚上|中午|凌晨|那天|那日|之前|以前|之后|以后|发工资|发薪|还款|扣款|出账|到账|放假|"
    r"开门|营业|上班)|[到至~-](?:\d|[一二三四五六七八九十]){1,3}[日号](?!窗)"
    r"|(?:就|才)?[来去办取存转汇交还开扣打收丢买签][的过了]"
)


def _is_bare_day(text: str, match: Match) -> bool:
    """5号 is a day where nothing else is said, or where what stands beside it tells so; else a window or a ticket."""
    start, end = match.span()
    # 我是12号 tells a ticket.
    return (is_bare(text, start, end) and "我" not in text) or bool(
        (_DAY_BEFORE.search(text[max(0, start - 2) : start]) and not re.match("[窗柜楼线台机了]", text[end:]))
        or _DAY_AFTER.match(text, end)
    )


def _weekday_zh(match: Match, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=_WEEKS_AWAY[match["week"]], days=_WEEKDAYS_ZH[match["day"]])


def _weekday_en(match: Match, today: date) -> date:
    """Last Friday is the nearest one that has passed, next Friday the nearest to come, Friday that of this week."""
    wanted = next(number for name, number in _WEEKDAYS_EN.items() if name.startswith(match["day"][:3]))
    week = match["week"] or ""
    if match["later"]:
        weeks = {"last": -1, "this": 0, "next": 1}[match["later"]]
        return today + timedelta(weeks=weeks, days=wanted - today.weekday())
    if week.endswith(("last", "past")):
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    if week.endswith(("next", "coming")):
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return today + timedelta(days=wanted - today.weekday())


_DAY_FOLLOWS = re.compile(r" (?:morning|afternoon|evening|night|noon|\d)|[-–]| to (?:mon|tue|wed|thu|fri|sat|sun)\b")


def _is_short_day(text: str, match: Match) -> bool:
    start, end = match.span()
    return is_bare(text, start, end) or text.endswith("on ", 0, start) or bool(_DAY_FOLLOWS.match(text, end))


def _is_weekday_word(text: str, match: Match) -> bool:
    """Mon and Sat only behind a word such as "on", or alone: "sat down", "the sun"."""
    return len(match["day"]) > 5 or bool(match["week"]) or _is_short_day(text, match)


def _month_en(match: Match, today: date) -> date | None:
    name = match["m"] or match["m2"]
    month = next(number for number, full in enumerate(_MONTHS_EN.split("|"), 1) if full.startswith(name[:3]))
    return _date(int(match["y"] or today.year), month, _nth(match["d"] or match["d2"]))


def _nth_en(match: Match, today: date) -> date | None:
    month = today.year * 12 + today.month - 1 + _MONTHS_AWAY[match["month"] or "this"]
    return _date(month // 12, month % 12 + 1, _nth(match["d"]))


def _nth(said: str) -> int:
    return _ORDINAL_VALUES.get(said) or int(said)


def _away(match: Match, today: date) -> date | None:
    """三天前, two weeks ago; months and years ago are not one day."""
    count = 1 if match["n"] in ("a", "an") else small_integer(match["n"])
    days = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7, "fortnight": 14}.get(match["unit"])
    if count is None or days is None:
        return None
    return today + timedelta(days=-count * days if match["side"] in ("前", "ago") else count * days)


def _signs(chars: str) -> frozenset[str]:
    return frozenset(chars)


_YEAR = rf"(?P<y>\d{{4}}|[{DIGITS}]{{4}}|(?<!\d)\d{{2}}|今|去|明|前)年"
# A month's name that is no verb or wish: in May, last March.
_MONTH_BEFORE = r"(?:(?<=\bin )|(?<=\bsince )|(?<=\buntil )|(?<=\bby )|\b(?:last|next|this|early|late|mid|end of)[ -])"
# What may follow "the 5th" when it is a day: no floor, window or customer.
_AFTER_NTH = (
    r"(?=$|[^\w ]| (?:and|or|at|in|to|till|until|please|not|i|my|we|is|was|it|then|when|around|before|after|between"
    r"|last|this|next|for|from|by|if)\b)"
)
_FORMS = (
    _Form(
        _signs("2"),
        re.compile(r"(?<![\d.])(?P<y>20\d\d)(?P<sep>[-/.]?)(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d.]\d|\d)"),
        _iso,
        lambda text, match: bool(match["sep"]) or len(match[0]) == 8,
    ),
    _Form(
        _signs("/"),
        re.compile(r"(?<![\d./])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<y>20\d\d|\d\d))?(?![\d/])"),
        _slashes,
        _is_slashed_date,
    ),
    _Form(
        _signs("月"),
        re.compile(
            rf"(?:{_YEAR})?的?(?P<m>{_N})月(?:份)?的?(?P<d>{_N})(?:日|号)?(?!\d|[{DIGITS}个十百千万块元%]|点|年|天)"
        ),
        _full,
    ),
    _Form(
        _signs("月"),
        re.compile(rf"(?P<month>上个?|这个?|本|下个?|当)月的?(?P<d>{_N})(?:日|号)"),
        _day_of_month,
    ),
    _Form(_signs("月"), re.compile(rf"每个?月的?(?P<d>{_N})(?:日|号)"), _vague),
    _Form(_signs("号日"), re.compile(rf"(?<![{DIGITS}\da-z十月])(?P<d>{_N})(?:日|号)(?!\d)"), _bare_day, _is_bare_day),
    _Form(_signs("天日晚早夜儿晨朝个yont"), re.compile(_day_words()), _days_away),
    _Form(
        _signs("周期拜"),
        re.compile(
            r"(?P<week>上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
            r"(?![期次趟遍笔岁块万千百]|个|天(?!气)|回(?![家来去访]))"
        ),
        _weekday_zh,
    ),
    _Form(
        _signs("前后"),
        re.compile(
            rf"(?P<n>[{DIGITS}]{{1,2}}|{_N}|半|几|好几)(?:多|来|几)?(?:个)?(?P<unit>天|日|周|星期|礼拜|月|"
            rf"年)(?:之|以)?(?P<side>前|后)(?!台)"
        ),
        _away,
    ),
    _Form(_signs("天"), re.compile(r"(?<!提)[前这](?:两|几|些|阵)天"), _vague),
    _Form(
        _signs("初正腊三廿除"),
        re.compile(
            r"(?:农历|阴历)?(?:大年|正月|腊月|(?<![这本上下个])[一二三四五六七八九十]{1,2}月|"
            r"(?<![月年最当起其]))初[一二三四五六七八九十](?![学班年]|的?(?:学生|孩子))"
            r"|(?:大年|年)(?:三十|廿[八九])|除夕|(?:正月|腊月)(?:[二三]?十[一二三四五六七八九]?|"
            r"廿[一二三四五六七八九]?)"
        ),
        _vague,
    ),
    _Form(
        _signs("月"),
        re.compile(
            rf"(?:{_YEAR})的?(?P<m>{_N})月(?:份|底|初|中旬?|上旬|下旬|末)?(?!供)"
            rf"|(?<![{DIGITS}十\d])(?P<d2>(?!\d*[两俩]){_N})月(?P<part>份(?!额)|底|"
            rf"初(?![一二三四五六七八九十])|中旬|上旬|下旬|末)?"
        ),
        _vague,
        # 三月 alone may be three months.
        lambda text, match: bool(match["y"] or match["part"]) or is_bare(text, *match.span()),
    ),
    _Form(
        _signs("周星礼月双工年节国春过大元中端清重七劳妇儿情圣五十暑寒小黄法当平冬季"),
        re.compile(
            r"(?:大上|上上|上|这|本|下|下下|今)个?(?:周末|周|星期(?![一二三四五六日天])|"
            r"礼拜(?![一二三四五六日天])|月(?:底|初|中|末)?)|"
            r"周末|双休日|工作日|月底|月初|月中|月末|月头|月尾|年底|年初|年末|年中|年尾|[上下]半年|"
            r"[上本下]季度|节假日|法定假日|小长假|黄金周|"
            r"(?:[今去明前后]年的?)?(?:国庆节?|春节|过年|大年夜?|元旦|中秋节?|端午节?|清明节?|元宵节?|重阳节|"
            r"七夕|劳动节|妇女节|儿童节|情人节|圣诞节?|"
            r"平安夜|冬至)|[今去明前后旧出]年(?:年?[底初末中])?|"
            r"五一(?=假|节|放|开|营|上|长|期|的)|^五一$|十一(?=期间|假|长假|放假|黄金)|双十一|双十二|暑假|寒假|当天"
        ),
        _vague,
    ),
    _Form(
        _signs("a"),
        re.compile(
            rf"\b(?P<n>{ENGLISH_COUNT}|an?|a few|a couple of|several|half an?|couple of) "
            r"(?P<unit>day|week|month|year|fortnight)s? (?P<side>ago|later|from now|from today)\b"
        ),
        _away,
    ),
    _Form(
        _signs("mtwfs"),
        re.compile(
            rf"\b(?:(?P<week>last|this|next|past|coming|(?:this|the) (?:coming|past)) )?"
            rf"(?P<day>{_WEEKDAY}|mon|tues?|wed|thurs?|thu|fri|sat|sun)(?:(?<=day)s)?\b(?: (?P<later>last|"
            rf"this|next) week)?"
        ),
        _weekday_en,
        _is_weekday_word,
    ),
    _Form(
        _signs("jfmasond"),
        re.compile(
            rf"\b(?:(?P<m>{_MONTH})\.? (?:the )?(?P<d>\d{{1,2}}(?=(?:st|nd|rd|th)?\b)|{_ORDINAL})(?:st|nd|rd|th)?"
            rf"|(?:the )?(?P<d2>\d{{1,2}}(?=(?:st|nd|rd|th)?\b)|{_ORDINAL})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH}))\b"
            r"(?:,? (?P<y>20\d\d))?(?!:\d)"
        ),
        _month_en,
    ),
    _Form(
        _signs("t"),
        re.compile(
            rf"\b(?:the |(?=\d{{1,2}}th of (?:last|this|next) month))(?P<d>\d{{1,2}}(?=st|nd|rd|th)|"
            rf"(?<=on the )(?:{_ORDINAL}))(?:st|nd|rd|th)?"
            rf"(?: of (?P<month>last|this|next|the) month)?\b{_AFTER_NTH}"
        ),
        _nth_en,
    ),
    _Form(
        _signs("jfmasond"),
        re.compile(
            rf"{_MONTH_BEFORE}(?:{_MONTHS_EN})\b(?! \d)|\b(?:{_MONTH}) (?:20\d\d|last year|next year|this year)\b"
        ),
        _vague,
    ),
    _Form(
        _signs("wmydce"),
        re.compile(
            r"\bthe other day\b|\bthe (?:week|month|weekend) before last\b|"
            r"\b(?:the )?(?:end|beginning|start|middle) of (?:the|this|next|last) (?:week|month|year)\b|"
            r"\b(?:last|this|next) (?:week(?:end)?|month|year)\b|\b(?:the )?weekends?\b|\bpublic holidays?\b|"
            r"\b(?:national day|golden week|spring festival|mid-autumn(?: festival)?|dragon boat festival|"
            r"lunar new year|"
            r"chinese new year|christmas(?: day| eve)?|new year(?:'s)?(?: day| eve)?|labou?r day|may day)\b"
        ),
        _vague,
    ),
)
