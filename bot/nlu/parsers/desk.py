"""Numbers that are names: of windows and of queue tickets; and the tokens of masked values."""

from __future__ import annotations

import re

from bot.nlu.normalise import MASKED
from bot.nlu.parsers.found import Found
from bot.nlu.parsers.numbers import DIGITS, digit_string, small_integer

_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
_WINDOW = re.compile(
    rf"(?:第\s?)?(?P<zh>\d{{1,2}}|[{DIGITS}十]{{1,3}})\s?(?:号|號)\s?(?:的)?(?:服务|人工|业务|现金)?(?:窗口|窗|柜台|柜员|柜位|柜|台(?!阶|湾|币))"
    rf"|(?:第\s?)?(?P<nth>\d{{1,2}}|[{DIGITS}十]{{1,3}})\s?(?:个)?(?:窗口|柜台)"
    rf"|(?:窗口|柜台)\s?(?P<after>\d{{1,2}}|[{DIGITS}十]{{1,2}})(?![\d.%万千百])"
    rf"|\b(?:windows?|counter|desk|teller)(?: (?:number|no\.?|#))? ?#?(?P<en>\d{{1,2}}|{_SMALL})\b(?![.,]?\d)"
    rf"|\b(?:number|no\.?|#) ?(?P<en2>\d{{1,2}}|{_SMALL}) (?:window|counter|desk)\b"
)
_TICKET = re.compile(
    rf"(?<![a-z0-9.])(?P<letter>[a-z])[ -]?(?P<digits>\d{{3}}|[{DIGITS}]{{3}})(?![\d.%]|[a-z](?![a-z]))"
    rf"|(?<![a-z0-9.])(?P<letter2>[a-z])[ -]?(?P<digits2>\d{{1,2}})(?=\s?号)"
    r"|(?:(?:号码|号|number|ticket|no\.) ?(?:是|is|为|:)?) ?(?P<letter3>[a-z])[ -]?(?P<digits3>\d{1,2})(?![\d.%a-z])"
)
# "a 100" is an article and a sum.
_ARTICLE = re.compile(r"a \d")


def find_windows(text: str) -> list[Found]:
    """5号窗口, 窗口五, window 5, counter two → "5"."""
    found = []
    for match in _WINDOW.finditer(text):
        said = next(group for group in match.groups() if group)
        number = small_integer(said)
        if number:
            found.append(Found("window", match.start(), match.end(), str(number)))
    return found


def find_tickets(text: str) -> list[Found]:
    """A012, a-12号, A零一二 → "A012"."""
    found = []
    for match in _TICKET.finditer(text):
        parts = match.groupdict()
        suffix = next(suffix for suffix in ("", "2", "3") if parts["letter" + suffix])
        letter, digits = parts["letter" + suffix], parts["digits" + suffix]
        start = match.start("letter" + suffix)
        if _ARTICLE.match(text, start):
            continue
        found.append(
            Found("ticket_number", start, match.end("digits" + suffix), letter.upper() + digit_string(digits).zfill(3))
        )
    return found


def find_masked(text: str) -> list[Found]:
    """⟨phone:1⟩ → an entity of its type with the token as value."""
    return [Found(match[1], match.start(), match.end(), match[0]) for match in MASKED.finditer(text)]
