"""Decisions about complaints: numbers, the legal deadline, what of a contact is shown."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

RECEIVED = "received"
DAYS_TO_ANSWER = 15

_SHOWN = 4
_SHORTEST_SHOWN = 8
_DIGITS = re.compile(r"\d")
_MASK = "•••"


def number(day: date, count: int) -> str:
    """File number such as C20261123-0007: the branch day it was received, then a count of that day."""
    return f"C{day:%Y%m%d}-{count:04d}"


def due_on(received_at: datetime, zone: tzinfo) -> date:
    """The branch-local date by which the bank has to decide and tell the customer.

    15 calendar days, the day of receipt not counted. Source: 银行业保险业消费投诉处理管理办法 (decree 2020 No. 3 of
    the China Banking and Insurance Regulatory Commission, in force since 2020-03-01): 15 days where the facts
    are clear; 30 where they are complex, and then once 30 more. The first deadline is the one promised.
    """
    return received_at.astimezone(zone).date() + timedelta(days=DAYS_TO_ANSWER)


def days_left(due: date, now: datetime, zone: tzinfo) -> int:
    """Whole days from today in the branch to the due date; negative once it has passed."""
    return (due - now.astimezone(zone).date()).days


def mask_contact(contact: str) -> str:
    """The contact as staff see it in a list: the last four digits of a long number, else nothing of it."""
    digits = _DIGITS.findall(contact)
    if len(digits) < _SHORTEST_SHOWN:
        return _MASK
    return _MASK + "".join(digits[-_SHOWN:])
