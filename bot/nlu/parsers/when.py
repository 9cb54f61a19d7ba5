"""Dates and times of day: as said, with what they resolve to where that is one day or minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS, digit_string, small_integer

Resolve = Callable[["re.Match[str]", date], "date | None"]

_N = rf"(?:\d{{1,2}}|[{DIGITS}]?十[{DIGITS}]?|[{DIGITS}])"
_WEEKDAYS_ZH = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WEEKDAYS_EN = {name: number for number, name in enumerate(_WEEKDAY.split("|"))}
_MONTHS_EN = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = _MONTHS_EN + "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"


def _in_days(away: int) -> Resolve:
    return lambda match, today: today + timedelta(days=away)


_DAYS: list[tuple[re.Pattern[str], Resolve]] = [
    (re.compile(said), _in_days(away))
    for away, said in (
        (-3, r"大前天"),
        (-2, r"前天|前日|前晚|\b(?:the )?day before yesterday\b"),
        (-1, r"昨天|昨日|昨儿个?|昨晚|昨早|琴日|寻日|噚日|\byesterday\b|\blast night\b"),
        (0, r"今天|今日|今儿个?|今早|今晚|当天|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b"),
        (1, r"明天|明日|明儿个?|明早|明晚|听日|\btomorrow\b"),
        (2, r"后天|后日|\b(?:the )?day after tomorrow\b"),
        (3, r"大后天"),
    )
]
_ISO = re.compile(r"(?<![\d.])(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d.])")
_FULL = re.compile(
    rf"(?:(?P<y>\d{{4}}|[{DIGITS}]{{4}}|今|去|明|前)年)?的?(?P<m>{_N})月(?:份)?的?(?P<d>{_N})(?:日|号)?(?!\d|[{DIGITS}个]|点)"
)
_DAY_OF_MONTH = re.compile(rf"(?P<month>上个?|这个?|本|下个?|当)月的?(?P<d>{_N})(?:日|号)")
_BARE_DAY = re.compile(
    rf"^\W*(?:是|在|就是)?(?P<d>{_N})(?:日|号)\W*(?:吧|的)?\W*$|(?<=[在到于从])(?P<d2>\d{{1,2}})(?:日|号)(?![窗柜楼线台机])"
)
_WEEKDAY_ZH = re.compile(r"(?P<week>上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![期])")
_AGO_ZH = re.compile(rf"(?P<n>{_N}|半)(?:个)?(?P<unit>天|日|周|星期|礼拜|月|年)(?:之|以)?(?P<side>前|后)")
_AGO_EN = re.compile(
    r"\b(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|ten) (?P<unit>day|week|month|year)s? "
    r"(?P<side>ago|later|from now)\b"
)
_WEEKDAY_EN = re.compile(rf"\b(?:(?P<week>last|this|next|on|past|coming) )?(?P<day>{_WEEKDAY})s?\b")
_MONTH_EN = re.compile(
    rf"\b(?:(?P<m>{_MONTH})\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH}))\b(?:,? (?P<y>20\d\d))?"
)
_NTH_EN = re.compile(r"\b(?:on )?the (?P<d>\d{1,2})(?:st|nd|rd|th)\b")
# Said like a date, but not one day.
_VAGUE = re.compile(
    r"(?:上上|上|这|本|下)个?(?:周末|周|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月)|周末|双休日|工作日|月底|月初|年底|年初|去年|今年|明年|前年|"
    r"节假日|法定假日|国庆节?|春节|过年|大年|元旦|中秋节?|端午节?|清明节?|劳动节|五一(?=假|节|放|开|营|上|长|期|的)|"
    r"\b(?:last|this|next) (?:week(?:end)?|month|year)\b|\b(?:on |at )?(?:the )?weekends?\b|\bpublic holidays?\b|"
    r"\b(?:national day|spring festival|chinese new year|christmas|new year(?:'s)?(?: day| eve)?|labou?r day)\b"
)

_PART_OF_DAY = "凌晨|早上|早晨|清晨|清早|一早|朝早|上午|中午|正午|下午|午后|下昼|傍晚|黄昏|晚上|夜里|夜晚|半夜|深夜"
_PART_ZH = _PART_OF_DAY + "|今早|今晚|昨晚|明早|明晚|早|晚"
_CLOCK_ZH = re.compile(
    rf"(?P<part>{_PART_ZH})?(?:的)?(?P<h>{_N})点(?![\d{DIGITS}]+[万亿千百])钟?"
    rf"(?P<m>半|一刻|三刻|[{DIGITS}十]{{1,3}}分?|[0-5]?\d分?(?!\d))?(?P<sure>整|左右|多|前|后|之前|之后)?"
)
_COLON = re.compile(
    rf"(?P<part>{_PART_ZH})?(?<![\d:])(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?![\d:])"
    r"(?: ?(?P<half>a\.?m\b\.?|p\.?m\b\.?))?"
)
_HOUR_EN = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK_EN = re.compile(
    rf"\b(?:(?P<past>half past|quarter past|quarter to) )?(?P<h>\d{{1,2}}|{_HOUR_EN})"
    r"(?:[ .](?P<m>thirty|fifteen|forty-five|forty five|[0-5]\d))?(?P<clock> ?o'clock)?"
    r"(?: ?(?P<half>a\.?m|p\.?m)\b\.?| (?P<part>in the morning|in the afternoon|in the evening|at night))?"
)
_PART_ONLY = re.compile(
    rf"(?:{_PART_OF_DAY})|\b(?:noon|midnight|midday)\b"
    r"|\b(?:in the |this )?(?:morning|afternoon|evening)\b"
)
# 快一点, 有一点, 一点儿: a little, not one o'clock.
_A_LITTLE_BEFORE = re.compile(r"(?:[有快早晚多少高低大小慢好差近便宜简单清楚]|能|再|这)\s?$")
_A_LITTLE_AFTER = re.compile(r"儿|也|都|点|不|没|建议|意见|问题|要求|原因|小|钱|事")
_LATE = re.compile(r"下午|午后|下昼|傍晚|黄昏|晚|夜|p\.?m|afternoon|evening|night")
_NOON = re.compile(r"中午|正午")


def find_dates(text: str, today: date | None) -> list[Found]:
    """今天, 上周三, 3月5号, last Friday: value as said, resolved to an ISO date if one day and `today` known."""
    found = []
    for match, resolve in _dates(text):
        day = resolve(match, today) if today else None
        found.append(Found("date", match.start(), match.end(), match[0].strip(), day.isoformat() if day else None))
    return found


def find_times(text: str) -> list[Found]:
    """下午三点, 14:30, half past ten, 上午: value as said; resolved to HH:MM where it is one minute."""
    found = []
    for match in _COLON.finditer(text):
        hour = _hour(int(match["h"]), (match["part"] or "") + (match["half"] or ""))
        found.append(Found("time", match.start(), match.end(), match[0], f"{hour:02d}:{match['m']}"))
    for match in _CLOCK_ZH.finditer(text):
        resolved = None if _is_a_little(text, match) else _clock_zh(match)
        if resolved:
            found.append(Found("time", match.start(), match.end(), match[0], resolved))
    for match in _CLOCK_EN.finditer(text):
        resolved = _clock_en(match)
        if resolved:
            found.append(Found("time", match.start(), match.end(), match[0], resolved))
    found += [Found("time", match.start(), match.end(), match[0]) for match in _PART_ONLY.finditer(text)]
    return found


def _dates(text: str) -> Iterator[tuple[re.Match[str], Resolve]]:
    forms: list[tuple[re.Pattern[str], Resolve]] = [
        (_ISO, _iso),
        (_FULL, _full),
        (_DAY_OF_MONTH, _day_of_month),
        (_BARE_DAY, _bare_day),
        *_DAYS,
        (_WEEKDAY_ZH, _weekday_zh),
        (_AGO_ZH, _away),
        (_AGO_EN, _away),
        (_WEEKDAY_EN, _weekday_en),
        (_MONTH_EN, _month_en),
        (_NTH_EN, _bare_day),
        (_VAGUE, lambda match, today: None),
    ]
    for pattern, resolve in forms:
        for match in pattern.finditer(text):
            said = match.groupdict()
            day, month = said.get("d") or said.get("d2"), said.get("m")
            if (day and not _plausible(day, 31)) or (month and not month.isalpha() and not _plausible(month, 12)):
                continue
            yield match, resolve


_MONTHS_AWAY = {"上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_YEARS_AWAY = {"前": -2, "去": -1, "今": 0, "明": 1}
_WEEKS_AWAY = {None: 0, "上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}


def _plausible(said: str, largest: int) -> bool:
    return 1 <= (small_integer(said) or 0) <= largest


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], today: date) -> date | None:
    return _date(int(match["y"]), int(match["m"]), int(match["d"]))


def _full(match: re.Match[str], today: date) -> date | None:
    said = match["y"]
    year = (
        today.year
        if said is None
        else today.year + _YEARS_AWAY[said]
        if said in _YEARS_AWAY
        else int(digit_string(said))
    )
    return _date(year, small_integer(match["m"]) or 0, small_integer(match["d"]) or 0)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    month = today.year * 12 + today.month - 1 + _MONTHS_AWAY[match["month"].rstrip("个")]
    return _date(month // 12, month % 12 + 1, small_integer(match["d"]) or 0)


def _bare_day(match: re.Match[str], today: date) -> date | None:
    said = match.groupdict()
    return _date(today.year, today.month, small_integer(said["d"] or said.get("d2") or "") or 0)


def _weekday_zh(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=_WEEKS_AWAY[match["week"]], days=_WEEKDAYS_ZH[match["day"]])


def _weekday_en(match: re.Match[str], today: date) -> date:
    """Last Friday is the nearest one that has passed, next Friday the nearest to come, Friday that of this week."""
    wanted, week = _WEEKDAYS_EN[match["day"]], match["week"]
    if week in ("last", "past"):
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    if week in ("next", "coming"):
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return today + timedelta(days=wanted - today.weekday())


def _month_en(match: re.Match[str], today: date) -> date | None:
    name = match["m"] or match["m2"]
    month = next(number for number, full in enumerate(_MONTHS_EN.split("|"), 1) if full.startswith(name[:3]))
    return _date(int(match["y"] or today.year), month, int(match["d"] or match["d2"]))


def _away(match: re.Match[str], today: date) -> date | None:
    """三天前, two weeks ago; months and years ago are not one day."""
    said = match["n"]
    count = 1 if said in ("a", "an") else small_integer(said) if said != "半" else None
    days = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7}.get(match["unit"])
    if count is None or days is None:
        return None
    return today + timedelta(days=-count * days if match["side"] in ("前", "ago") else count * days)


def _is_a_little(text: str, match: re.Match[str]) -> bool:
    if match["part"] or match["m"] or match["sure"] or "钟" in match[0]:
        return False
    return bool(_A_LITTLE_BEFORE.search(text[: match.start()]) or _A_LITTLE_AFTER.match(text, match.end())) or (
        match["h"] == "一" and match.end() == len(text) and match.start() > 0
    )


def _clock_zh(match: re.Match[str]) -> str | None:
    hour = small_integer(match["h"])
    if hour is None or hour > 24:
        return None
    said = match["m"]
    quarters = {None: 0, "半": 30, "一刻": 15, "三刻": 45}
    minute = quarters[said] if said in quarters else small_integer(said.rstrip("分"))
    if minute is None or minute > 59:
        return None
    return f"{_hour(hour, match['part'] or ''):02d}:{minute:02d}"


def _clock_en(match: re.Match[str]) -> str | None:
    """None for a bare number: an hour needs minutes in words, half past, o'clock, or a half of the day."""
    in_words = match["m"] is not None and not match["m"].isdigit()
    if not (match["past"] or match["clock"] or match["half"] or match["part"] or in_words):
        return None
    hour = small_integer(match["h"])
    if hour is None or hour > 24:
        return None
    minute = small_integer(match["m"].replace("-", " ")) if match["m"] else 0
    if match["past"]:
        minute = 30 if match["past"].startswith("half") else 15
        if match["past"].endswith(" to"):
            hour, minute = hour - 1, 45
    return f"{_hour(hour, (match['half'] or '') + (match['part'] or '')):02d}:{minute or 0:02d}"


def _hour(hour: int, part: str) -> int:
    """On the clock of 24 hours: three in the afternoon is 15, twelve at night 0."""
    if _LATE.search(part) and hour <= 12:
        is_night = hour == 12 and not re.search(r"下午|午后|p\.?m|afternoon", part)
        return 0 if is_night else 12 if hour == 12 else hour + 12
    if _NOON.search(part) and hour < 4:
        return hour + 12
    if re.search(r"凌晨|半夜|a\.?m", part) and hour == 12:
        return 0
    return hour % 24
