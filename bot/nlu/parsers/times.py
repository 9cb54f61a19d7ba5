"""Times of day: as said, with the minute they resolve to where that is one."""

from __future__ import annotations

import re

from bot.nlu.parsers.bare import is_bare
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS, small_integer

Match = re.Match[str]

_N = rf"(?:\d{{1,2}}|[{DIGITS}]?十[{DIGITS}]?|[{DIGITS}])"
_PART_OF_DAY = (
    "三更半夜|大清早|一清早|凌晨|清晨|清早|早晨|早上|一早|朝早|今朝早|上午|上昼|头晌|晌午|中午|正午|午间|"
    "晏昼|下午|午后|下昼|后晌|"
    "傍晚|傍黑|擦黑|黄昏|晚上|晚间|晚黑|夜里|夜间(?![柜金银])|夜晚|半夜|深夜"
)
_GREETING = r"(?!好|安(?![排全]))"
_PART_ZH = rf"(?P<part>(?:{_PART_OF_DAY}|早|晚)(?:\s?(?:的|大概|大约|差不多|约|快|到))?\s?)"
_HALF_EN = r"(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
_MINUTES_ZH = (
    rf"半(?![年个天价])|[一三]刻钟?|零[{DIGITS}]分?|"
    rf"[二三四五]?十[一二三四五六七八九]?(?:分钟?)?(?![万千百块元个])|[{DIGITS}]分(?!之)|[0-5]\d分?(?!\d)|"
    rf"\d分"
)
_CLOCK_ZH = re.compile(
    rf"{_PART_ZH}?(?P<to>差(?:(?P<less>{_N})分钟?|一刻)(?:就|到)?)?(?<!\d)(?P<h>{_N})\s?(?P<unit>点|"
    rf"时(?![候间段长代常机]))钟?\s?"
    rf"(?P<m>{_MINUTES_ZH})?(?P<late>差(?:(?P<less2>{_N})分钟?|一刻))?"
    r"(?P<sure>整|左右|多钟?|来钟|前后|之前|之后|前(?!面|台)|后(?!面|台|天))?"
)
_COLON = re.compile(rf"{_PART_ZH}?(?<![\d:])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?![\d:])(?: ?{_HALF_EN})?")
_HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_LATE_HOUR_WORDS = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_HOUR_EN = rf"(?:\d{{1,2}}|{_HOUR_WORDS})"
_ABOUT = (
    r"(?<=\bat )|(?<=\bby )|(?<=\baround )|(?<=\babout )|(?<=\buntil )|(?<=\btill )|(?<=\bsince )|"
    r"(?<=\bbefore )|(?<=\bafter )|(?<=\bfrom )"
)
_PART_EN = (
    r"(?P<part>in the (?:early |late )?(?:morning|afternoon|evening)|at night|this (?:morning|afternoon|evening))"
)
_WORD_MINUTES = (
    r"(?:oh|o) (?:one|two|three|four|five|six|seven|eight|nine)|fifteen|thirty(?:[- ]five)?|forty(?:[- ]five)?|ten|"
    r"twenty(?:[- ]five)?|fifty(?:[- ]five)?"
)
# fifteen dollars, thirty-five thousand, 2 thirty-year: the words before belong to another number.
_NO_MINUTES_AFTER = (
    r"(?![- ](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million|k|yuan|kuai|rmb|dollars?|euros?|"
    r"pounds?|percent|per cent|years?|months?|days?|people|and)\b)"
)
_CLOCK_EN = re.compile(
    rf"(?<![\d.,:])\b(?:(?P<past>half|(?:a )?quarter|five|ten|twenty(?:[- ]five)?|"
    rf"\d{{1,2}})(?P<minutes> minutes)? (?P<side>past|after|to|till?|before) )?"
    rf"(?P<h>{_HOUR_EN}|(?:{_LATE_HOUR_WORDS})(?= (?:{_WORD_MINUTES})\b))"
    rf"(?:[ .](?P<m>(?:{_WORD_MINUTES})\b{_NO_MINUTES_AFTER}|[0-5]\d(?!\d|[.,]\d)))?(?P<clock> ?o['’]?clock\b)?"
    rf"(?: ?{_HALF_EN}| {_PART_EN}\b)?"
)
_HALF_TWO = re.compile(
    rf"(?:{_ABOUT}|^)half (?P<h>{_HOUR_WORDS})\b(?=$|[,.!?]| (?:today|tomorrow|yesterday|this|in)\b)"
)
_AT = re.compile(rf"\b(?P<at>at|around|about|by|before|after|until|till|from) (?P<h>{_HOUR_EN})\b")
# They are at 12: the number that is being called.
_CALLING = re.compile(r"\b(?:they|you|we|it|now|currently|queue|number|screen)(?:'s|'re|’s|’re| is| are| shows?)? at $")
_PART_ONLY = re.compile(
    rf"(?:{_PART_OF_DAY}){_GREETING}"
    r"|\b(?:noon|midnight|midday|lunch ?time)\b"
    r"|(?<!good )\b(?:in the |this )?(?:(?:early|late|mid)[ -])?(?:morning|afternoon|evening|arvo)\b"
    r"|\b(?:late )?at night\b"
)
# 快一点, 有一点, 一点儿: a little, not one o'clock.
_ONE_AT = re.compile(
    r"(?:到|在|从|至|等|约|[今明昨后听]天?|[一二三四五六日天]|号|大概|大约|差不多|中午|下午|^|[,。、])\s?$"
)
_A_LITTLE_AFTER = re.compile(r"儿|也|都|点|不|没|就[^行来去]|钱|事|别|忙|用|心|小|的|几|吧.")
# 提三点建议, 第二点, 四点二: points that are numbered, counted or follow a decimal.
_POINTS_AFTER = re.compile(
    rf"\s?(?:建议|意见|问题|要求|原因|理由|说明|想法|感受|注意|疑问|不满|小|也不|都不|几|[{DIGITS}\d]|个?百分)"
)
_POINTS_BEFORE = re.compile(
    r"(?:第|这|那|哪|以上|以下|上面|利率|年化|收益率?|利息|汇率|[涨跌降升高低多少]了?|提|有|说|讲|补充)\s?$"
)
_LATE = re.compile(r"下午|午后|下昼|晏昼|后晌|傍|擦黑|黄昏|晚|夜|p\.?m|afternoon|evening|night|tonight|tonite")
_NOON = re.compile(r"中午|正午|晌午|午间")
# The day that was said beside the hour may tell the half of it: 今晚八点, "tonight at eight", "at 8 tonight".
_DAY_BEFORE = re.compile(
    r"(?:[今昨明听琴寻㖊前后](?P<part>[晚夜早晨朝])(?:的|大概|大约|差不多|约)?|\b(?:tonight|last night|"
    r"this (?:afternoon|evening))(?: at| around| about| by)*)[\s,]*$"
)
_DAY_AFTER = re.compile(r" (?:tonight|tomorrow night|last night|(?:this|tomorrow|yesterday) (?:afternoon|evening))")
_DAY_WORD = re.compile(
    r"today|tomorrow|yesterday|tonight|morning|afternoon|evening|night|day\b|[上下中]午|[今明昨]天|早上|晚上|"
    r"closing|opening|open|close"
)
_ANNOUNCED = re.compile(r"\b(?:at|by|around|about|until|till|since|before|after|from|is|was|it's) $")
_QUARTERS = ("fifteen", "thirty", "forty-five", "forty five", "thirty-five", "thirty five")
_LATIN = re.compile("[a-z]")
_AFTER_HOUR = re.compile(
    r"(?=$|[,.!?;](?!\d)| (?:sharp|today|tomorrow|tonight|last night|yesterday|this|on|and|or|please|exactly|"
    r"i|we|but|to|till|until|then|when|for my)\b)"
)


def find(text: str, said: str | None = None) -> list[Found]:
    """下午三点, 14:30, half past ten, 上午: value as said; resolved to HH:MM where it is one minute.

    `said` is the text with the dates that are blanked out of `text`; 今晚 tells which eight o'clock is meant.
    """
    said = text if said is None else said
    found = [
        _found(match, f"{_hour(int(match['h']), _half_of_day(match, said)):02d}:{match['m']}")
        for match in _COLON.finditer(text)
    ]
    if "点" in text or "时" in text:
        found += [
            _found(match, resolved)
            for match in _CLOCK_ZH.finditer(text)
            if not _is_points(text, match) and (resolved := _clock_zh(match, said))
        ]
    if _LATIN.search(text):
        found += [
            _found(match, resolved) for match in _CLOCK_EN.finditer(text) if (resolved := _clock_en(text, match, said))
        ]
        found += [
            _found(match, f"{_hour(small_integer(match['h']) or 0, _half_of_day(match, said)):02d}:30")
            for match in _HALF_TWO.finditer(text)
        ]
        found += [
            Found("time", *match.span("h"), match["h"], resolved)
            for match in _AT.finditer(text)
            if (resolved := _bare_hour(text, match, said))
        ]
    found += [Found("time", *match.span(), match[0]) for match in _PART_ONLY.finditer(text)]
    return found


def _found(match: Match, resolved: str) -> Found:
    return Found("time", *match.span(), match[0], resolved)


def _is_points(text: str, match: Match) -> bool:
    """快一点, 提三点建议, 四点二: no hour, unless something says it is one."""
    if match["m"] or match["sure"] or match["to"] or match["late"] or "钟" in match[0]:
        return False
    part, hour = (match["part"] or "").strip(), match["h"]
    if match["unit"] == "时":
        return not part and (small_integer(hour) or 0) <= 12
    if part:
        return part in ("早", "晚") and hour == "一"
    before = text[max(0, match.start() - 6) : match.start()]
    if hour == "一" and (not _ONE_AT.search(before) or _A_LITTLE_AFTER.match(text, match.end())):
        return True
    return bool(_POINTS_BEFORE.search(before) or _POINTS_AFTER.match(text, match.end()))


def _clock_zh(match: Match, said: str) -> str | None:
    hour, minute = small_integer(match["h"]), 0
    if match["h"] == "俩":
        return None
    if match["m"]:
        quarters = {"半": 30, "一": 15, "三": 45}
        words = match["m"].rstrip("钟分刻")
        minute = quarters[words] if words == "半" or "刻" in match["m"] else small_integer(words) or 0
    if hour is None or hour > 24 or minute > 59:
        return None
    hour = _hour(hour, _half_of_day(match, said))
    if match["to"] or match["late"]:
        minute = 60 - (small_integer(match["less"] or match["less2"] or "") or 15)
        hour = (hour - 1) % 24
    return f"{hour:02d}:{minute:02d}"


def _clock_en(text: str, match: Match, said: str) -> str | None:
    """None for a bare number: an hour needs minutes in words, half past, o'clock, or a half of the day."""
    past, minutes, told = match["past"], match["m"], match["clock"] or match["half"] or match["part"]
    in_words = bool(minutes) and not minutes.isdigit()
    if not (past or told or in_words):
        return None
    is_usual = past.endswith(("half", "quarter")) if past else minutes in _QUARTERS
    if not (told or is_usual or match["minutes"] or _is_announced(text, match)):
        return None
    hour, minute = small_integer(match["h"]), 0
    if hour is None or hour > 24:
        return None
    if minutes:
        minute = small_integer(re.sub(r"^oh? ", "", minutes).replace("-", " ")) or 0
    hour = _hour(hour, _half_of_day(match, said))
    if past:
        minute = 30 if past == "half" else 15 if past.endswith("quarter") else small_integer(past) or 0
        if match["side"] not in ("past", "after"):
            hour, minute = (hour - 1) % 24, 60 - minute
    return f"{hour:02d}:{minute:02d}" if minute < 60 else None


def _is_announced(text: str, match: Match) -> bool:
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_ANNOUNCED.search(before)) or is_bare(text, *match.span())


def _bare_hour(text: str, match: Match, said: str) -> str | None:
    """At three, or "around three" of a day that is named."""
    hour = small_integer(match["h"])
    if hour is None or not 0 < hour < 24 or not _AFTER_HOUR.match(said, match.end("h")):
        return None
    if match["at"] == "at" and _CALLING.search(text[: match.start("h")]):
        return None
    if match["at"] != "at" and not _DAY_WORD.search(said):
        return None
    return f"{_hour(hour, _half_of_day(match, said)):02d}:00"


def _half_of_day(match: Match, said: str) -> str:
    """What beside the hour tells the half of the day; nothing where nothing does."""
    groups = match.groupdict()
    part = (groups.get("part") or "") + (groups.get("half") or "")
    if part:
        return part
    if day := _DAY_BEFORE.search(said[max(0, match.start() - 24) : match.start()]):
        return day["part"] or day[0]
    after = _DAY_AFTER.match(said, match.end())
    return after[0] if after else ""


def _hour(hour: int, part: str) -> int:
    """On the clock of 24 hours: three in the afternoon is 15, twelve at night 0."""
    if _LATE.search(part) and hour <= 12:
        is_night = hour == 12 and not re.search(r"下午|午后|下昼|p\.?m|afternoon", part)
        return 0 if is_night else 12 if hour == 12 else hour + 12
    if _NOON.search(part) and hour < 4:
        return hour + 12
    if re.search(r"凌晨|半夜|a\.?m", part) and hour == 12:
        return 0
    return hour % 24
