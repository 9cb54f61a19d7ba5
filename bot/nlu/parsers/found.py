"""What every finder returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """`start` and `end` count characters of the searched text, `end` excluded; `value` is as the contract says.

    `resolved` is what a value that stays as said comes to: an ISO date or a 24-hour time.
    """

    kind: str
    start: int
    end: int
    value: str
    resolved: str | None = None
