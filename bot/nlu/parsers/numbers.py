"""Numbers as people say them in Chinese and English."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零〇一二两俩三四五六七八九壹贰叁参肆伍陆柒捌玖"
_DIGIT_VALUES = dict(zip(DIGITS, (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20}
_BIG_UNITS = {"万": 10**4, "w": 10**4, "亿": 10**8, "k": 1000, "m": 10**6, "b": 10**9}

# The groups of thousands first, so that 35,000.00 is one number.
ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# 3万5千, 三万五, 3w5, 2.5万, 三个亿, 十几万; a letter counts as a unit only where no word goes on.
CHINESE = (
    rf"(?:{ARABIC}|[{DIGITS}十拾廿百佰])"
    rf"(?:\s?个?[万亿]|\s?(?:[wk]|百万|千万|[千百十佰仟拾])(?![a-z])|[多来几余](?=[十百千万亿])|点(?=[{DIGITS}]+[万亿千百])"
    rf"|[{DIGITS}]|(?<=[万亿千百wk零]){ARABIC}(?![\d.年月日号点个天]))*"
)

_BELOW_TWENTY = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDS = {word: value for value, word in enumerate(re.split(r"\|", _BELOW_TWENTY))}
_WORDS |= {word: 10 * value for value, word in enumerate(re.split(r"\|", _TENS), 2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "grand": 1000,
    "k": 1000,
    "million": 10**6,
    "mil": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "lakh": 10**5,
}
_SCALE = "|".join(f"{word}s?" for word in _SCALES if len(word) > 1)
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
# five, twenty five, 18: a count of years or windows
ENGLISH_COUNT = rf"(?:\d+(?:\.\d+)?|(?:{_WORD})(?:[ -](?:{_WORD}))?)"
# fifty thousand, two hundred and five, 1.5 million, half a million, one and a half million, a hundred
ENGLISH = (
    rf"(?:half a (?:{_SCALE})"
    rf"|(?:{ARABIC}|\b(?:{_WORD}|an?)\b)(?: and a half)?"
    rf"(?:[ -](?:and )?(?:{_WORD}|{_SCALE})\b| ?[km]\b)*)"
)


def chinese_number(text: str) -> Decimal | None:
    """三万五 → 35000, 3w5 → 35000, 叁万伍仟 → 35000, 两百零五 → 205, 三点五万 → 35000; None where it is no number."""
    text = re.sub(r"[\s,个多来余几]", "", text)
    if not text:
        return None
    total = section = Decimal(0)
    pending: Decimal | None = None
    unit = Decimal(0)
    after_zero = False
    for piece in re.findall(rf"\d+(?:\.\d+)?|[{DIGITS}]+点[{DIGITS}]+|.", text):
        if piece[0] in "0123456789":
            if pending is not None and pending != 0:
                return None
            pending = Decimal(piece)
        elif "点" in piece[1:]:
            whole, _, fraction = piece.partition("点")
            pending = Decimal(f"{_digits(whole)}.{_digits(fraction)}")
        elif piece in _DIGIT_VALUES:
            value = _DIGIT_VALUES[piece]
            # 两三万: two neighbours mean "about"; the larger is taken, so that nobody is sent to too small a window.
            pending = Decimal(value)
            after_zero = after_zero or value == 0
        elif piece == "廿":
            section += 20
            unit = Decimal(10)
        elif piece in _SMALL_UNITS:
            unit = Decimal(_SMALL_UNITS[piece])
            section += (Decimal(1) if pending is None else pending) * unit
            pending, after_zero = None, False
        elif piece in _BIG_UNITS:
            unit = Decimal(_BIG_UNITS[piece])
            section += pending or 0
            if section == 0:
                return None
            total = (total + section) * unit if unit > total > 0 else total + section * unit
            section, pending, after_zero = Decimal(0), None, False
        else:
            return None
    if pending is not None:
        # 三万五 is 35,000, 一百零五 is 105, 3万500 is 30,500.
        short = 0 < pending < 10 and unit >= 100 and not after_zero
        section += pending * unit / 10 if short else pending
    return total + section


def digit_string(text: str) -> str:
    """一二三 → 123, 5 → 5: digits one by one."""
    return "".join(char if char.isdigit() and char.isascii() else str(_DIGIT_VALUES[char]) for char in text)


def english_number(text: str) -> Decimal | None:
    """Fifty thousand → 50000, 1.5 million → 1500000, half a million → 500000; None where it is no number."""
    total = section = Decimal(0)
    seen = False
    for piece in re.findall(r"\d[\d,]*(?:\.\d+)?|[a-z]+", text):
        singular = piece.removesuffix("s") if piece.removesuffix("s") in _SCALES else piece
        if piece[0].isdigit():
            section += Decimal(piece.replace(",", ""))
            seen = True
        elif piece in _WORDS:
            section += _WORDS[piece]
            seen = True
        elif singular in _SCALES:
            scale = _SCALES[singular]
            if scale == 100:
                section = (section or Decimal(1)) * 100
            else:
                total += (section or Decimal(1)) * scale
                section = Decimal(0)
            seen = True
        elif piece == "half":
            section += Decimal("0.5")
            seen = True
        elif piece not in ("a", "an", "and"):
            return None
    return total + section if seen else None


def number(text: str) -> Decimal | None:
    """Either language; None where it is no number."""
    plain = text.strip().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    return english_number(text) if re.search(r"[a-z]{2}|\d ?[m]\b", text) else chinese_number(text)


def small_integer(text: str) -> int | None:
    """A count such as those of windows, months and hours: 5, 十二, twelve; None where it is none."""
    value = number(text)
    return int(value) if value is not None and value == int(value) and value < 10000 else None


def plain(value: Decimal) -> str:
    """35000, 3.5: no exponent, no zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(text: str) -> str:
    return "".join(str(_DIGIT_VALUES[char]) for char in text)
