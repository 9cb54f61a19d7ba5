"""Numbers as people say them in Chinese, English and pinyin."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零〇一二两俩三四五六七八九壹贰叁参肆伍陆柒捌玖"
_DIGIT_VALUES = dict(zip(DIGITS, (0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9), strict=True))
# Said on the phone and for the numbers of tickets: 1, 0, 7, 9.
_DIGIT_VALUES |= {"幺": 1, "洞": 0, "拐": 7, "勾": 9}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_BIG_UNITS = {"万": 10**4, "w": 10**4, "亿": 10**8}
_TENS_ZH = {"廿": 20, "卅": 30}
# A count of windows, years, hours, up to 99.
COUNT_ZH = rf"(?:\d{{1,3}}|[{DIGITS}]?[十拾][{DIGITS}]?|[廿卅][{DIGITS}]?|[{DIGITS}])"

# The groups of thousands first, so that 35,000.00 is one number.
ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
NONZERO = DIGITS.replace("零", "").replace("〇", "")
# 两三, 七八: two that rise mean "about".
ABOUT = "一[两二]|[两二]三|三[四五]|四五|五六|六七|七八|八九"
_ONE_DIGIT = rf"(?:{ABOUT}|[{NONZERO}])"
_A_DIGIT = rf"(?:\d+(?:\.\d+)?|{_ONE_DIGIT})"
_MORE = "[多来几余]"
_LETTER_ENDS = "(?![a-z])"
_UNITS = "十拾百佰千仟万亿"
# A last digit stands for tenths of the unit before it, 三万五; none where a unit or what is counted follows.
_LAST = rf"(?:\d+(?![\d.]|\s?[{_UNITS}年月日号点个天岁楼期%:/])|{_ONE_DIGIT}(?![{_UNITS}廿卅{NONZERO}\d]))"
_TENS = rf"(?:{_A_DIGIT}?[十拾]|[廿卅]){_MORE}?(?:{_ONE_DIGIT}(?![十拾百佰千仟]))?"
_HUNDREDS = rf"{_A_DIGIT}?{_MORE}?\s?[百佰](?:{_MORE}(?=个?[万亿]))?"
_THOUSANDS = rf"{_A_DIGIT}{_MORE}?\s?(?:[千仟]|k{_LETTER_ENDS})(?:{_MORE}(?=个?[万亿]))?"
# What stands before 万 or 亿, or alone: 三千二百五, 3千, 三点五, 2.5, 五十来, 1,000.
_SECTION = (
    rf"(?:[{DIGITS}十]{{1,3}}点[{DIGITS}]+(?=\s?个?[万亿百千w])"
    rf"|{_THOUSANDS}(?:零?{_HUNDREDS})?(?:零?{_TENS})?(?:零?{_LAST})?"
    rf"|{_HUNDREDS}(?:零?{_TENS})?(?:零?{_LAST})?"
    rf"|{_TENS}"
    rf"|{ARABIC}{_MORE}?|{_ONE_DIGIT})"
)
_TEN_THOUSANDS = rf"{_SECTION}{_MORE}?\s?个?(?:万|w{_LETTER_ENDS})"
# 3万5千8, 三万五, 3w5, 2.5万, 三个亿, 十几万; units fall from left to right, so that 三万五万 is two numbers.
CHINESE = (
    rf"(?=[\d{NONZERO}十拾廿卅百佰])"
    rf"(?:{_SECTION}\s?个?亿(?:零?{_TEN_THOUSANDS})?(?:零?(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS}|{_LAST}))?"
    rf"|{_TEN_THOUSANDS}(?:[零又]?(?:{_THOUSANDS}(?:零?{_HUNDREDS})?(?:零?{_TENS})?(?:零?{_LAST})?"
    rf"|{_HUNDREDS}(?:零?{_TENS})?(?:零?{_LAST})?|{_TENS}|{_LAST}))?"
    rf"|{_SECTION})"
)

_ONES_EN = "one|two|three|four|five|six|seven|eight|nine"
_TEENS_EN = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_EN = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
_WORDS = {word: value for value, word in enumerate(re.split(r"\|", f"zero|{_ONES_EN}|{_TEENS_EN}"))}
_WORDS |= {word: 10 * value for value, word in enumerate(_TENS_EN.replace("fourty|", "").split("|"), 2)}
_WORDS |= {"fourty": 40, "couple": 2, "dozen": 12}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "grand": 1000,
    "k": 1000,
    "wan": 10**4,
    "million": 10**6,
    "mil": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "lakh": 10**5,
    "lac": 10**5,
    "crore": 10**7,
}
_THOUSAND = "thousands?|grand"
_MILLION = "millions?|mil|mn|billions?|bn|lakhs?|lacs?|crores?|wan"
# twenty five, thirty-two, seven
SMALL_EN = rf"(?:(?:{_TENS_EN})(?:[ -]?(?:{_ONES_EN}))?|{_TEENS_EN}|{_ONES_EN})"
# five, twenty five, 18: a count of years or windows
ENGLISH_COUNT = rf"(?:\d+(?:\.\d+)?|{SMALL_EN})"
# 35 000 and, as written on the continent, 35.000: one number only where it ends in noughts
_WIDE = r"\d{1,3}(?:(?: \d{3})* \d00|(?:\.\d{3})*\.000)(?![\d.,])"
_HUNDREDS_EN = rf"(?:\d{{1,2}}|\b(?:{SMALL_EN}|an?|(?:a )?couple(?: of)?))[ -]hundreds?(?:(?: and)?[ -]{SMALL_EN})?\b"
_PART_EN = rf"(?:{_HUNDREDS_EN}|{_WIDE}|{ARABIC}|\b(?:{SMALL_EN}|an?|(?:a )?couple(?: of)?)\b)"
_THOUSAND_EN = rf"(?:[ -]?(?:{_THOUSAND})\b| ?k\b)"
_MILLION_EN = rf"(?:[ -]?(?:{_MILLION})\b|(?<=\d) ?m\b)"
_HALF_EN = "(?: and a half)?"
# Scales fall from left to right, so that "five thousand, six thousand" is two numbers.
_TAIL_EN = (
    rf"(?:(?:,?(?: and)?[ -]{_HUNDREDS_EN}|(?: and)?[ -]\b{SMALL_EN}\b)(?!{_THOUSAND_EN}|{_MILLION_EN}|[ -]hundred))?"
)
# fifty thousand, two hundred and five, 1.5 million, half a million, one and a half million, a million and a half
ENGLISH = (
    rf"(?:\b(?:half an?|(?:a |three )?quarters?(?: of)?(?: an?)?) (?:{_THOUSAND}|{_MILLION}|hundred)\b"
    rf"|{_PART_EN}(?: point (?:{SMALL_EN}|zero))?{_HALF_EN}"
    rf"(?:{_MILLION_EN}{_HALF_EN}(?:(?: and)? {_PART_EN}{_THOUSAND_EN})?|{_THOUSAND_EN}{_HALF_EN}){_TAIL_EN}"
    rf"|{_HUNDREDS_EN}|{_WIDE}|{ARABIC}|\b(?:{SMALL_EN}|a dozen|an?)\b)"
)

_PINYIN_DIGITS = dict(
    zip(
        ("yi", "er", "liang", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi", "bai", "qian", "wan"),
        "一二两三四五六七八九十百千万",
        strict=True,
    )
)
_SYLLABLE = "|".join(_PINYIN_DIGITS)
# san wan, wu qian ba: needs a unit, and a reason to be read so (see `amount`).
PINYIN = rf"(?:(?:{'|'.join(list(_PINYIN_DIGITS)[:11])}) )(?:(?:{_SYLLABLE}) )*(?:{_SYLLABLE})"


def chinese_number(text: str) -> Decimal | None:
    """三万五 → 35000, 3w5 → 35000, 叁万伍仟 → 35000, 两百零五 → 205, 三点五万 → 35000; None where it is no number."""
    text = re.sub(r"[\s,个多来余几又]", "", text)
    if not text:
        return None
    total = section = Decimal(0)
    pending: Decimal | None = None
    unit = Decimal(0)
    after_zero = False
    for piece in re.findall(rf"\d+(?:\.\d+)?|[{DIGITS}十]+点[{DIGITS}]+|.", text):
        if piece[0] in "0123456789":
            if pending is not None and pending != 0:
                return None
            pending = Decimal(piece)
        elif "点" in piece[1:]:
            whole, _, fraction = piece.partition("点")
            pending = Decimal(f"{chinese_number(whole)}.{digit_string(fraction)}")
        elif piece in _DIGIT_VALUES:
            value = Decimal(_DIGIT_VALUES[piece])
            # 两三万: two neighbours mean "about"; the larger is taken, so that nobody is sent to too small a window.
            pending = max(pending or value, value)
            after_zero = after_zero or value == 0
        elif piece in _TENS_ZH:
            section += _TENS_ZH[piece]
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
    if re.fullmatch(_WIDE, text):
        return Decimal(re.sub(r"[ .]", "", text))
    total = section = Decimal(0)
    # What "and a half" is half of: of a million where it follows "a million".
    scale = Decimal(1)
    seen = half = point = False
    for piece in re.findall(r"\d[\d,]*(?:\.\d+)?|[a-z]+", text):
        singular = piece.removesuffix("s") if piece.removesuffix("s") in _SCALES else piece
        if piece[0].isdigit():
            section += Decimal(piece.replace(",", ""))
            seen = True
        elif piece in _WORDS:
            section += Decimal(_WORDS[piece]) / 10 if point else _WORDS[piece]
            seen, point = True, False
        elif singular in _SCALES:
            factor = Decimal(_SCALES[singular])
            if factor == 100:
                section = (section or Decimal(1)) * 100
            else:
                total += (section or Decimal(1)) * factor
                section, scale = Decimal(0), factor
            seen, half = True, False
        elif piece in ("quarter", "quarters"):
            section = (section or Decimal(1)) / 4
        elif piece == "half":
            section += Decimal("0.5")
            seen = half = True
        elif piece == "point":
            point = True
        elif piece not in ("a", "an", "and", "of"):
            return None
    return total + section * (scale if half else 1) if seen else None


def pinyin_number(text: str) -> Decimal | None:
    """San wan wu → 35000."""
    return chinese_number("".join(_PINYIN_DIGITS.get(syllable, "?") for syllable in text.split()))


def number(text: str) -> Decimal | None:
    """Either language; None where it is no number."""
    plain = text.strip().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain) and not re.fullmatch(_WIDE, text):
        return Decimal(plain)
    return english_number(text) if re.search(r"[a-z]{2}|\d ?m\b|\d[ .]\d{3}", text) else chinese_number(text)


def small_integer(text: str) -> int | None:
    """A count such as those of windows, months and hours: 5, 十二, twelve; None where it is none."""
    value = number(text)
    return int(value) if value is not None and value == int(value) and value < 10000 else None


def plain(value: Decimal) -> str:
    """35000, 3.5: no exponent, no zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
