"""Text as the features see it, with the way back to the customer's own offsets.

Pure. The normalised text is for features and parsers only: it never goes into a message's `text`,
since a full-width slash would become one that Rasa takes for a command.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.locales import to_simplified

# An encoder needs 0.1 ms a character; what a customer wants is said long before this many.
FEATURE_CHARS = 600
MASKED = re.compile(r"⟨([a-z_]+):(\d+)⟩")

# Traditional script writes one of these where banks of the mainland write the other.
_BANK_VARIANTS = {"帐": "账", "滙": "汇", "戸": "户", "証": "证", "著": "着"}
# Repeating these changes a number, so they are never squeezed.
_NUMERALS = frozenset("0123456789零〇一二三四五六七八九十百千万亿")


@dataclass(frozen=True)
class Normalised:
    """`starts[i]` is the offset in the original of the character that `text[i]` came from, `ends[i]` the end of it."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the original of `text[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> Normalised:
    """NFKC, lower case, simplified script, no invisible characters, white space and repeats squeezed."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for offset, original in enumerate(text):
        for char in _plain(original):
            if _is_surplus(chars, char):
                if ends:
                    ends[-1] = offset + 1
                continue
            chars.append(char)
            starts.append(offset)
            ends.append(offset + 1)
    while chars and chars[-1] == " ":
        del chars[-1], starts[-1], ends[-1]
    return Normalised("".join(chars), tuple(starts), tuple(ends))


def feature_text(text: str) -> str:
    """What the encoder and the n-grams are given: normalised, cut, masked values without their number."""
    return MASKED.sub(r"⟨\1⟩", normalise(text[: 2 * FEATURE_CHARS]).text[:FEATURE_CHARS])


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    """One character as zero or more plain ones."""
    category = unicodedata.category(char)
    if char.isspace():
        return " "
    # Control, format (zero-width, direction) and lone surrogate characters, variation selectors.
    if category in ("Cc", "Cf", "Cs") or "\ufe00" <= char <= "\ufe0f":
        return ""
    simplified = to_simplified()
    plain = "".join(simplified.get(c, c) for c in unicodedata.normalize("NFKC", char).lower())
    plain = "".join(_BANK_VARIANTS.get(c, c) for c in plain)
    return "".join(" " if c.isspace() else c for c in plain)


def _is_surplus(chars: list[str], char: str) -> bool:
    """Whether `char` only repeats: a second blank or mark, a third of anything but numerals."""
    if not chars:
        return char == " "
    if chars[-1] != char or char in _NUMERALS:
        return False
    if char == " " or unicodedata.category(char)[0] in "PS":
        return True
    return len(chars) > 1 and chars[-2] == char
