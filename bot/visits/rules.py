"""Decisions about visits: codes, what is missing, which slots there are, what a slot is worth at check-in. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from stdnum.iso7064 import mod_37_36

from bot.branch import rules as branch_rules
from bot.branch.schema import Service
from bot.conversations.rules import clean_text
from bot.errors import Conflict, Invalid
from bot.visits.schema import FormField

# Crockford's base 32: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
_FOLDED = str.maketrans("OILU", "011V")
_PATH = re.compile(r"/v/([^/?#]+)")
_GAPS = re.compile(r"[\s\-‐-―_.]+")

# How often one address may do it within the window before it has to wait.
WINDOW = timedelta(minutes=10)
WRONG_CODES, NEW_VISITS = "wrong_code", "new_visit"
LIMITS = {WRONG_CODES: 10, NEW_VISITS: 30}

# How a visit is shown; none of it is stored.
State = Literal["open", "checked_in", "cancelled", "expired"]

# What became of an appointment at check-in; "none": there was none.
Timing = Literal["none", "early", "on_time", "late"]


class MistypedCode(Invalid):
    """No code looks like this: a character is wrong, missing or too many."""

    code = "mistyped_code"


class VisitOver(Conflict):
    """The visit was cancelled, its days have passed, or its ticket is done."""

    code = "visit_over"


class AnotherDay(Conflict):
    """The appointment is on another day."""

    code = "another_day"


class BookingNeeded(Conflict):
    """Cash of this sum has to be booked, and no day is booked."""

    code = "booking_needed"


class SlotTaken(Conflict):
    """The slot is full, past, or not one of the branch's."""

    code = "slot_taken"


# --- codes ------------------------------------------------------------------------------------


def new_code(choose: Callable[[str], str]) -> str:
    """A code of seven characters by chance (35 bits) and a check character, ISO 7064 hybrid system over 32 characters.

    `choose` picks one character of an alphabet. The check finds every single wrong character.
    """
    body = "".join(choose(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + str(mod_37_36.calc_check_digit(body, alphabet=ALPHABET))


def read_code(typed: str) -> str:
    """The code in what was typed or scanned: any case or width, spaces and dashes, O for 0, I or L for 1, or the
    address of its page. Raises MistypedCode.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    page = _PATH.search(text)
    text = (page.group(1) if page else text).upper().translate(_FOLDED)
    code = _GAPS.sub("", text)
    if len(code) != CODE_LENGTH or not mod_37_36.is_valid(code, alphabet=ALPHABET):
        raise MistypedCode("this is not a code: a character may be wrong")
    return code


def retry_after(attempts: Sequence[datetime], limit: int, now: datetime) -> float:
    """Seconds until the next attempt is let in, 0 for at once. `attempts` in any order, from any time."""
    recent = sorted(at for at in attempts if at > now - WINDOW)
    return 0.0 if len(recent) < limit else (recent[-limit] + WINDOW - now).total_seconds()


# --- papers -----------------------------------------------------------------------------------


def missing(service: Service, held: Collection[str]) -> tuple[str, ...]:
    """Ids of what everybody has to bring and this customer does not hold. What only some have to bring is no lack."""
    return tuple(item.id for item in service.bring if item.when is None and item.id not in held)


def checked_held(service: Service, held: AbstractSet[str]) -> list[str]:
    """`held` in the order of the list. Raises Invalid for what is not on it."""
    known = [item.id for item in service.bring]
    if not held <= set(known):
        raise Invalid(f"something held is not on the list of {service.id}")
    return [item_id for item_id in known if item_id in held]


def checked_fields(form: Sequence[FormField], given: Mapping[str, object]) -> dict[str, str | int | Decimal]:
    """What was filled in, by field id, in the order of the form; empty ones left out. Raises Invalid.

    A sum becomes a Decimal in yuan, a count an int; text is cleaned, but not masked yet.
    """
    by_id = {field.id: field for field in form}
    if not given.keys() <= by_id.keys():
        raise Invalid("something filled in is not on the form")
    filled = {}
    for field_id, field in by_id.items():
        value = clean_text(str(given.get(field_id) or ""))
        if value:
            filled[field_id] = _checked(field, value)
    return filled


def money(value: str) -> Decimal:
    """A sum in yuan, from a hundredth on. Raises Invalid for what is none."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise Invalid("the amount is not a sum of money") from None
    if not (amount.is_finite() and Decimal("0.01") <= amount < branch_rules.MAX_AMOUNT):
        raise Invalid("the amount is not a sum of money")
    return amount


def fen(amount: Decimal) -> int:
    """Hundredths of a yuan."""
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def needs_booking(service: Service, amount: Decimal | None) -> bool:
    """Whether so much cash has to be booked beforehand. `amount` in yuan."""
    limit = service.unbooked_up_to
    return limit is not None and amount is not None and not limit.holds(amount)


def _checked(field: FormField, value: str) -> str | int | Decimal:
    if field.kind == "amount":
        return money(value)
    if field.kind == "choice":
        if value not in {option.id for option in field.options}:
            raise Invalid(f"{field.id} has no such choice")
        return value
    most = field.most or 0
    if field.kind == "count":
        if not (value.isascii() and value.isdecimal() and len(value) <= 4 and 1 <= int(value) <= most):
            raise Invalid(f"{field.id} is from 1 to {most}")
        return int(value)
    if len(value) > most:
        raise Invalid(f"{field.id} has up to {most} characters")
    return value


# --- times ------------------------------------------------------------------------------------


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The moment, in UTC, that a branch-local day is over."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(timezone.utc)


def slot_starts(opening: datetime, closing: datetime, length: timedelta) -> list[datetime]:
    """Starts of the slots that end by closing time. In UTC: slots are of real length over a clock change too."""
    return [opening + index * length for index in range((closing - opening) // length)]


def timing(slot: datetime | None, now: datetime, *, before: timedelta, after: timedelta) -> Timing:
    """Whether an appointment is kept by a check-in at `now`, both ends of the window included."""
    if slot is None:
        return "none"
    if now < slot - before:
        return "early"
    return "on_time" if now <= slot + after else "late"


def state(*, cancelled: bool, has_ticket: bool, valid_until: datetime, now: datetime) -> State:
    if cancelled:
        return "cancelled"
    if has_ticket:
        return "checked_in"
    return "open" if now < valid_until else "expired"
