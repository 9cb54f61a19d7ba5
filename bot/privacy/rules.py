"""What in a text is personal, and the tokens that stand in its place. Pure: no I/O, no clock, no chance.

Personal: mobile and landline numbers (mainland, Hong Kong, Macao, Taiwan, any written with + and a country code),
identity numbers (GB 11643: 18 characters, and the 15 digits before it), bank cards (ISO/IEC 7812) and e-mail
addresses. Amounts, rates, dates, times, hotlines, queue numbers, complaint numbers and our own codes are not.

A number is read in the groups it was typed in: "138 0013 8000" is one number, "13800138000 500" are two.
Where two readings overlap the longer one wins.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from stdnum.cn import ric

from bot.store.base import CODE_ALPHABET

TYPES = ("bank_card", "email", "id_card", "phone")

# Longest first for the same stretch of text: what a number is when it could be two things.
_PREFERENCE = {"email": 0, "id_card": 1, "phone": 2, "bank_card": 3}

_LONGEST_NUMBER = 19  # digits of the longest bank card
_MOST_GROUPS = 6  # groups a number is typed in, "+86 138 00 13 80 00"


class Span(NamedTuple):
    """`start` and `end` count characters of the text that was searched, `end` excluded."""

    type: str
    start: int
    end: int


class Masked(NamedTuple):
    """`values` maps each token in `text` to the value it stands for, in canonical form."""

    text: str
    values: dict[str, str]


class _Group(NamedTuple):
    digits: str
    start: int
    end: int


def _one_to_one() -> dict[int, str]:
    """Characters that people and keyboards put in numbers, to the plain one. Never changes a length."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for zero in (0x0660, 0x06F0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6):
        table.update({zero + value: str(value) for value in range(10)})
    table.update({0x245F + value: str(value) for value in range(1, 10)} | {0x24EA: "0"})
    # Spaces, and invisible marks that phone books put around a copied number.
    invisible = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0F, 0x20E3, *range(0x2066, 0x206A))
    spaces = (0xA0, 0x3000, 0x202F, 0x205F, *range(0x2000, 0x200B), 0x200E, 0x200F, *range(0x202A, 0x202F))
    table.update(dict.fromkeys((*spaces, *invisible), " "))
    table.update(dict.fromkeys((0xAD, *range(0x2010, 0x2016), 0x2212, 0x30FC, 0xFE58, 0xFE63), "-"))
    table[0xFE6B] = "@"
    return table


_PLAIN = _one_to_one()

_DIGITS = re.compile(r"[0-9]+")
_GAP = re.compile(r"[ ()\-]{1,3}")
_CHECK_X = re.compile(r"[ \-]?[Xx](?![A-Za-z])")

_LANDLINE_LOCAL = r"(?:(?:10|2[0-9])[1-9][0-9]{7}|[3-9][0-9]{2}[1-9][0-9]{6,7})"
_MAINLAND = re.compile(r"(?:(?:00)?86)?0?1[3-9][0-9]{9}")
_LANDLINE = re.compile(rf"(?:(?:00)?86)?0{_LANDLINE_LOCAL}|(?:00)?86(?![48]00){_LANDLINE_LOCAL}")
_HONG_KONG = re.compile(r"(?:00)?85[23][2-9][0-9]{7}")
_TAIWAN = re.compile(r"(?:0|(?:00)?8860?)9[0-9]{8}")
_PHONE = re.compile("|".join(form.pattern for form in (_MAINLAND, _LANDLINE, _HONG_KONG, _TAIWAN)))
_ANY_COUNTRY = re.compile(r"(?!86)[1-9][0-9]{9,14}")
_COUNTRY_GROUPS = {"86", "0086", "852", "00852", "853", "00853", "886", "00886"}

# 元 but not 元旦, 元月, 元宵.
_UNIT = re.compile(
    r" ?(?:元(?![旦月宵])|[圆圓块塊]|[美欧歐日韩韓港]元|美金|日[圆圓]|港[币幣]|人民[币幣]|英[镑鎊]"
    r"|(?:rmb|cny|usd|hkd|twd|eur|jpy|gbp|yuan|dollars?)(?![a-z]))",
    re.IGNORECASE,
)
_CURRENCY_BEFORE = re.compile(r"(?:[¥$€£]|(?<![a-z])(?:rmb|cny|usd|hkd|twd|eur|jpy|gbp)) ?\Z", re.IGNORECASE)
_DECIMALS = re.compile(r"\.[0-9]{1,2}(?![0-9])")
_LIST_NUMBER = re.compile(r"(?:\A|[\s,;、，。；:])[1-9][0-9]?\.\Z")

# First two digits of an identity number: provinces (GB/T 2260), and 81-83 of residence permits.
_PROVINCES = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
    *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91"),
}

_VALUE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))

_LOCAL_PART = re.compile(r"[A-Za-z0-9._%+'\-]")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9\-]{1,63}[.。]){1,8}[A-Za-z]{2,24}")
_CODE_CHARACTERS = frozenset(CODE_ALPHABET)
_CODE_LENGTH = 16


def find(text: str) -> list[Span]:
    """Personal stretches of `text`, in order, never overlapping. Time grows linearly with the text."""
    plain = text.translate(_PLAIN)
    found = _candidates(plain)
    kept = _longest(found, len(text))
    if len(kept) < len(found):
        # What lost to a longer one may leave a shorter one behind: "138 0013 8000a@b.cn".
        for span in kept:
            plain = f"{plain[: span.start]}{chr(10) * (span.end - span.start)}{plain[span.end :]}"
        kept += _longest(_candidates(plain), len(text))
        kept.sort(key=lambda span: span.start)
    return kept


def neutralise(text: str) -> str:
    """Brackets of tokens to look-alikes, so that nobody can type a token. Keeps the length."""
    return text.replace("⟨", "〈").replace("⟩", "〉")


def token(kind: str, number: int) -> str:
    """What stands in a text for the `number`th value of its type in a session, from 1."""
    return f"⟨{kind}:{number}⟩"


def canonical(kind: str, raw: str) -> str:
    """One form for all ways to type a value: digits, + where the country is not mainland China; e-mail lower case."""
    plain = raw.translate(_PLAIN)
    if kind == "email":
        return plain.replace("。", ".").lower()
    digits = "".join(_DIGITS.findall(plain))
    if kind == "id_card":
        return digits + ("X" if plain[-1] in "Xx" else "")
    if kind == "bank_card":
        return digits
    return _canonical_phone(digits, has_plus="+" in plain)


def mask(text: str, spans: Sequence[Span], counters: Mapping[str, int]) -> Masked:
    """`text` with a token in place of each span.

    `counters` holds the last number given per type. The same value gets the same token.
    """
    given: dict[tuple[str, str], str] = {}
    last = dict(counters)
    for span in spans:
        value = (span.type, canonical(span.type, text[span.start : span.end]))
        if value not in given:
            last[span.type] = last.get(span.type, 0) + 1
            given[value] = token(span.type, last[span.type])
    values = {name: value for (_, value), name in given.items()}
    return Masked(substitute(text, spans, given), values)


def substitute(text: str, spans: Sequence[Span], tokens: Mapping[tuple[str, str], str]) -> str:
    """`text` with each span replaced by the token of its (type, canonical value)."""
    parts: list[str] = []
    done = 0
    for span in spans:
        parts.append(text[done : span.start])
        parts.append(tokens[span.type, canonical(span.type, text[span.start : span.end])])
        done = span.end
    return "".join(parts) + text[done:]


def _candidates(plain: str) -> list[Span]:
    """All readings of all stretches, some of which overlap."""
    found: list[Span] = []
    if "@" in plain:
        found += _emails(plain)
    groups = [_Group(match.group(), match.start(), match.end()) for match in _DIGITS.finditer(plain)]
    if sum(len(group.digits) for group in groups) >= 10:
        found += _numbers(plain, groups)
    return found


def _longest(found: list[Span], length: int) -> list[Span]:
    """Longer spans win where some overlap; of two readings of one stretch, the preferred type."""
    found.sort(key=lambda span: (span.start - span.end, _PREFERENCE[span.type], span.start))
    taken = bytearray(length)
    kept = []
    for span in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _emails(plain: str) -> list[Span]:
    found = []
    at = plain.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < 64 and _LOCAL_PART.match(plain, start - 1):
            start -= 1
        while start < at and plain[start] in ".-'%":
            start += 1
        domain = _DOMAIN.match(plain, at + 1)
        if start < at and domain:
            found.append(Span("email", start, domain.end()))
        at = plain.find("@", at + 1)
    return found


def _numbers(plain: str, groups: list[_Group]) -> list[Span]:
    alone = [_alone(plain, group) for group in groups]
    found = [span for span in alone if span]
    gaps = [plain[left.end : right.start] for left, right in pairwise(groups)]
    linked = [gap == "." or _GAP.fullmatch(gap) is not None for gap in gaps]
    for first, group in enumerate(groups):
        digits = group.digits
        # A group that is a number by itself only takes a country code before it; but the second group of
        # "622202 1234567890128" passes for a card by itself one time in ten.
        own = alone[first] is not None
        for last in range(first + 1, min(first + _MOST_GROUPS, len(groups))):
            digits += groups[last].digits
            if len(digits) > _LONGEST_NUMBER or not linked[last - 1]:
                break
            own = own or _is_own(alone[last])
            if len(digits) >= 10:
                span = _together(plain, groups[first : last + 1], digits, gaps[first:last], own=own)
                if span:
                    found.append(span)
    return found + _spelled(plain, groups, linked)


def _is_own(span: Span | None) -> bool:
    return span is not None and span.type != "bank_card"


def _spelled(plain: str, groups: list[_Group], linked: list[bool]) -> list[Span]:
    """Numbers typed digit by digit, "1 3 8 0 0 1 3 8 0 0 0"."""
    found = []
    first = 0
    while first < len(groups):
        last = first
        while last < len(linked) and linked[last] and len(groups[last].digits) == len(groups[last + 1].digits) == 1:
            last += 1
        if 10 <= last - first < _LONGEST_NUMBER:
            digits = "".join(group.digits for group in groups[first : last + 1])
            span = _alone(plain, _Group(digits, groups[first].start, groups[last].end))
            if span:
                found.append(span)
        first = last + 1
    return found


def _alone(plain: str, group: _Group) -> Span | None:
    """What one unbroken run of digits is."""
    digits, start, end = group
    if not 10 <= len(digits) <= _LONGEST_NUMBER:
        return None
    if len(digits) == 17:
        check = _CHECK_X.match(plain, end)
        if check and _plausible_date(digits[6:14]) and _detached(plain, start, check.end()):
            return Span("id_card", start, check.end())
    kind = _kind_alone(plain, group)
    if kind is None or _fraction(plain, start) or not _detached(plain, start, end):
        return None
    return Span(kind, _widened(plain, start, end) if kind == "phone" else start, end)


def _kind_alone(plain: str, group: _Group) -> str | None:
    digits, start, end = group
    if len(digits) == 18 and _plausible_date(digits[6:14]) and (_checks(digits) or not _luhn(digits)):
        return "id_card"
    if len(digits) == 15 and digits[:2] in _PROVINCES and _plausible_date("19" + digits[6:12]):
        return "id_card"
    plus = _plus(plain, start)
    amount = len(digits) <= 15 and not plus and digits[0] != "0" and _amount(plain, start, end)
    if not amount and _is_phone(digits, plus=plus):
        return "phone"
    if not amount and len(digits) >= 13 and _is_card(digits) and not _is_timestamp(digits):
        return "bank_card"
    return None


def _together(plain: str, groups: list[_Group], digits: str, gaps: list[str], *, own: bool) -> Span | None:
    """What several groups of digits are when read as one number."""
    start, end = groups[0].start, groups[-1].end
    parts = [group.digits for group in groups]
    sizes = tuple(map(len, parts))
    if "." in gaps and not (set(gaps) == {"."} and sizes in {(3, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4, 3)}):
        return None
    plus = _plus(plain, start)
    kind = None
    if _is_phone(digits, plus=plus) and _phone_shape(parts, plus=plus, own=own):
        if plus or digits[0] == "0" or not _amount(plain, start, end):
            kind = "phone"
            start = _widened(plain, start, end)
    elif own or _numbered(plain, start):
        return None
    elif len(digits) == 17 and sizes[0] >= 3 and _plausible_date(digits[6:14]) and _checks(digits + "X"):
        check = _CHECK_X.match(plain, end)
        if check:
            kind, end = "id_card", check.end()
    elif _is_spaced_id(digits, sizes):
        kind = "id_card"
    if kind is None and not own and _card_shape(parts, sizes) and _is_card(digits):
        kind = "bank_card"
    return Span(kind, start, end) if kind and _detached(plain, groups[0].start, end) else None


def _is_phone(digits: str, *, plus: bool) -> bool:
    if plus and _ANY_COUNTRY.fullmatch(digits):
        return True
    return digits[0] in "018" and _PHONE.fullmatch(digits) is not None


def _phone_shape(parts: list[str], *, plus: bool, own: bool) -> bool:
    """Whether somebody would type a phone number in these groups; "15 3000 20000" are three amounts."""
    coded = parts[0] in _COUNTRY_GROUPS or parts[0] == "0"
    if own:
        return coded and len(parts) == 2
    rest = parts[1:] if coded else parts
    if plus:
        return True
    if not coded and parts[0].startswith("0") and len(parts[0]) not in (3, 4):
        return False
    return (coded or len(rest[0]) >= 3) and all(len(part) >= 2 for part in rest)


def _is_card(digits: str) -> bool:
    """Luhn, or the length and first digits of a UnionPay card: a mistyped card is still somebody's."""
    if len(set(digits)) == 1:
        return False
    return _luhn(digits) or (digits.startswith("62") and len(digits) >= 16)


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B. On bytes: this is asked of every 13 to 19 digits of a hostile text."""
    raw = digits.encode()
    total = sum(raw[-1::-2].translate(_VALUE)) + sum(raw[-2::-2].translate(_DOUBLED))
    return total % 10 == 0


def _card_shape(parts: list[str], sizes: tuple[int, ...]) -> bool:
    if not 13 <= sum(sizes) <= _LONGEST_NUMBER or parts[0][0] in "01":
        return False
    if sizes[0] not in (4, 6, 8, 12, 16) or any(size < 3 for size in sizes[1:-1]):
        return False
    return not (sizes[0] == 8 and _plausible_date(parts[0]))


def _is_spaced_id(digits: str, sizes: tuple[int, ...]) -> bool:
    if len(digits) == 15:
        return sizes == (6, 6, 3) and digits[:2] in _PROVINCES and _plausible_date("19" + digits[6:12])
    if len(digits) != 18 or sizes[0] < 3 or not _plausible_date(digits[6:14]):
        return False
    return _checks(digits) or sizes in {(6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4), (6, 12)}


def _checks(number: str) -> bool:
    """Check character of an 18-character identity number (ISO 7064 MOD 11-2)."""
    return bool(ric.calc_check_digit(number) == number[-1])


def _plausible_date(digits: str) -> bool:
    """YYYYMMDD of 1900-2099 that exists."""
    if digits[:2] not in ("19", "20"):
        return False
    month, day = int(digits[4:6]), int(digits[6:8])
    return 1 <= month <= 12 and 1 <= day <= monthrange(int(digits[:4]), month)[1]


def _is_timestamp(digits: str) -> bool:
    """YYYYMMDDhhmmss and what follows: serial numbers of receipts. No card begins like this (ISO/IEC 7812)."""
    if len(digits) < 14 or not _plausible_date(digits[:8]):
        return False
    return int(digits[8:10]) < 24 and int(digits[10:12]) < 60 and int(digits[12:14]) < 60


def _amount(plain: str, start: int, end: int) -> bool:
    if _UNIT.match(plain, end) or _DECIMALS.match(plain, end):
        return True
    return _CURRENCY_BEFORE.search(plain[max(0, start - 5) : start]) is not None


def _fraction(plain: str, start: int) -> bool:
    """Digits behind a decimal point. "1.138…" at the head of a line is item 1 of a list."""
    if not _numbered(plain, start):
        return False
    return _LIST_NUMBER.search(plain[max(0, start - 4) : start]) is None


def _numbered(plain: str, start: int) -> bool:
    return start >= 2 and plain[start - 1] == "." and plain[start - 2].isdigit()


def _plus(plain: str, start: int) -> bool:
    if start < 1 or plain[start - 1] != "+":
        return False
    return start < 2 or not _is_alphanumeric(plain[start - 2])


def _widened(plain: str, start: int, end: int) -> int:
    """Where a phone number begins, with its + and the bracket that it closes."""
    if _plus(plain, start):
        start -= 1
    if start > 0 and plain[start - 1] == "(" and ")" in plain[start:end]:
        start -= 1
    return start


def _detached(plain: str, start: int, end: int) -> bool:
    """Whether these digits are not part of one of our own codes or complaint numbers."""
    left, right = start, end
    while left > 0 and start - left < _CODE_LENGTH and _is_alphanumeric(plain[left - 1]):
        left -= 1
    while right < len(plain) and right - end < _CODE_LENGTH and _is_alphanumeric(plain[right]):
        right += 1
    word = plain[left:right].upper()
    if len(word) == _CODE_LENGTH and not word.isdigit() and _CODE_CHARACTERS.issuperset(word):
        return False
    # One letter and a number in groups: C20261123-0007.
    return not (start - left == 1 and plain[left].isalpha() and not plain[start:end].isdigit())


def _is_alphanumeric(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _canonical_phone(digits: str, *, has_plus: bool) -> str:
    abroad = digits.removeprefix("00")
    if _HONG_KONG.fullmatch(abroad):
        return "+" + abroad
    if _TAIWAN.fullmatch(abroad) and abroad.startswith("886"):
        return "0" + abroad[3:].removeprefix("0")
    if has_plus and not digits.startswith("86"):
        return "+" + digits
    if _MAINLAND.fullmatch(digits):
        return digits[-11:]
    if abroad.startswith("86"):
        return "0" + abroad[2:].removeprefix("0")
    return digits
