"""What `data/branch/<id>/visits.yml` says: how long a code is good, the slots, the fields of every service's form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field, root_validator

from bot.datafiles import Strict, Texts

LONGEST_TEXT = 500  # characters of one field


class Option(Strict):
    id: str = Field(..., regex="^[a-z0-9_]{1,40}$")
    label: Texts


class FormField(Strict):
    """Something the window would ask anyway. Always optional, and never who somebody is.

    kind       filled in with
    amount     a sum of money in yuan, as a decimal string; its id is "amount"
    choice     the id of one of `options`
    count      a whole number from 1 to `most`
    text       up to `most` characters, masked before they are stored
    """

    id: str = Field(..., regex="^[a-z0-9_]{1,40}$")
    kind: Literal["amount", "choice", "count", "text"]
    label: Texts
    options: list[Option] = []
    most: int | None = Field(None, ge=1, le=LONGEST_TEXT)

    @root_validator(skip_on_failure=True)
    def _whole(cls, values: dict[str, object]) -> dict[str, object]:
        kind = values["kind"]
        if (kind == "amount") != (values["id"] == "amount"):
            raise ValueError("a field of kind amount is called amount, and no other is")
        if (kind == "choice") != bool(values["options"]):
            raise ValueError("a choice has options, and nothing else has")
        if (kind in ("count", "text")) != (values["most"] is not None):
            raise ValueError("count and text have `most`, and nothing else has")
        return values


class ServiceForm(Strict):
    service: str
    fields_: list[str] = Field(..., alias="fields", min_items=1)


class Appointments(Strict):
    """Slots of `slot_minutes` within opening hours; `seats` of each, by the letter of the service group.

    A letter without seats has no appointments. Who checks in from `check_in_before_minutes` before the slot to
    `check_in_after_minutes` after it gets a place in line as if come `head_start_minutes` before the slot.
    """

    slot_minutes: int = Field(..., ge=5, le=240)
    days_ahead: int = Field(..., ge=1, le=60)
    notice_minutes: int = Field(..., ge=0, le=1440)
    check_in_before_minutes: int = Field(..., ge=0, le=240)
    check_in_after_minutes: int = Field(..., ge=0, le=240)
    head_start_minutes: int = Field(..., ge=0, le=240)
    seats: dict[str, int]
    source: str

    @root_validator(skip_on_failure=True)
    def _someone_fits(cls, values: dict[str, object]) -> dict[str, object]:
        seats = values["seats"]
        if isinstance(seats, dict) and not all(1 <= count <= 100 for count in seats.values()):
            raise ValueError("seats of a slot are from 1 to 100")
        return values


class CodeLife(Strict):
    days: int = Field(..., ge=1, le=90)
    source: str


class VisitsFile(Strict):
    demo: bool
    code: CodeLife
    appointments: Appointments
    fields_: list[FormField] = Field(..., alias="fields")
    forms: list[ServiceForm]


@dataclass(frozen=True)
class VisitPlan:
    """How one trip is prepared at a branch, checked against it. `forms` by service id; a service may have none."""

    demo: bool
    code_days: int
    slot: timedelta
    days_ahead: int
    notice: timedelta
    check_in_before: timedelta
    check_in_after: timedelta
    head_start: timedelta
    seats: Mapping[str, int]
    forms: Mapping[str, tuple[FormField, ...]]

    def form(self, service_id: str) -> tuple[FormField, ...]:
        return self.forms.get(service_id, ())
