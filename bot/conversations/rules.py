"""Pure decisions about messages and turns."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

TEXT_LIMIT = 2000  # characters, contract
PENDING_TURNS = 20  # unanswered messages of one customer before more are refused
LEASE = timedelta(seconds=25)  # longer than web waits for Rasa
HANDOVER_LIFE = timedelta(minutes=10)
# A turn that killed its worker this many times is answered with an apology instead.
ATTEMPTS = 3


def clean_text(text: str) -> str:
    """`text` without control, surrogate and unassigned direction characters; line breaks and tabs stay.

    A leading slash would be an intent to Rasa, whatever white space or width it comes in: it becomes U+2215.
    Empty when nothing readable is left.
    """
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")).strip()
    visible = kept.strip(
        "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069 \n\t"
    )
    if not visible:
        return ""
    if unicodedata.normalize("NFKC", visible)[0] == "/":
        return "\u2215" + visible[1:]
    return kept


def may_claim(*, state: str, lease_until: datetime | None, now: datetime) -> bool:
    """Whether a worker may take this turn: it waits, or the worker that had it is gone."""
    return state == "queued" or (state == "running" and (lease_until is None or lease_until < now))


def place_in_line(waiting_before: int) -> int:
    """1 for the next to be served."""
    return waiting_before + 1
