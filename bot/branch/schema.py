"""What a branch is, as read from `data/branch/<id>/*.yml`: one model a file, and `Branch`, all of it together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PositiveInt, root_validator, validator

from bot.branch import public_holidays
from bot.datafiles import Strict, Texts
from bot.locales import LOCALES

Locale = Literal["zh-Hans", "zh-Hant", "en"]

SERVICE_IDS = (
    "cash_withdrawal",
    "cash_deposit",
    "transfer",
    "open_account",
    "card_service",
    "loan",
    "wealth",
    "forex",
    "corporate",
    "social_security",
    "credit_card",
    "mobile_banking",
    "other",
)
# What a triage can recommend. A queue number is given for the lanes only; the other two need none.
COUNTER, EXPRESS, MANAGER, MACHINE, PHONE = "counter", "express", "manager", "machine", "phone"
LANES = (COUNTER, EXPRESS, MANAGER)
Route = Literal["counter", "express", "manager", "machine", "phone"]
# What a triage can give as a reason. Those that are told with a number are utter_reason_<key> in domain.yml.
Reason = Literal[
    "machine_no_queue",
    "machine_with_help",
    "machine_out_of_order",
    "phone_no_queue",
    "express_window",
    "counter_window",
    "counter_only",
    "priority_counter",
    "business_counter",
    "manager_premium",
    "manager_consults",
    "booking_needed",
    "amount_decides",
]
# The class of a customer of whom nothing else is known; every branch has it.
INDIVIDUAL = "individual"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Point = tuple[int, int]


class Aliases(dict[str, list[str]]):
    """What people call a thing, a list in every locale."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], "Aliases"]]:
        yield cls.checked

    @classmethod
    def checked(cls, value: Any) -> "Aliases":
        if not isinstance(value, Mapping) or set(value) != set(LOCALES):
            raise ValueError("must be lists under zh-Hans, zh-Hant and en")
        for locale, names in value.items():
            if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
                raise ValueError(f"{locale} must be a list of names")
        return cls(value)


class Limit(Strict):
    """An upper limit in yuan. `inclusive` says whether the amount itself is still within it."""

    amount: Decimal = Field(..., gt=0)
    inclusive: bool
    per: Literal["transaction", "card_day", "account_day"]
    source: str

    def holds(self, amount: Decimal) -> bool:
        return amount <= self.amount if self.inclusive else amount < self.amount


class ExpressWay(Strict):
    windows: list[str] = Field(..., min_items=1)
    up_to: Limit


class MachineWay(Strict):
    """`up_to` left out: any amount, or no amount is concerned."""

    machines: list[str] = Field(..., min_items=1)
    up_to: Limit | None = None


class PhoneWay(Strict):
    """`up_to` left out: any amount, or no amount is concerned."""

    up_to: Limit | None = None


class ManagerWay(Strict):
    """Windows of the customer managers, who have more time for one person."""

    windows: list[str] = Field(..., min_items=1)


class Paper(Strict):
    """Something to bring. `when`: only in this case; left out, always."""

    id: str = Field(..., regex="^[a-z_]{1,40}$")
    label: Texts
    when: Texts | None = None


class Service(Strict):
    """An errand. Called at `windows`; small ones also at those of `express`, some also at those of `manager`.

    `papers_first`: so often in vain for want of papers that these are asked for before a number is given.
    """

    id: str
    letter: str
    label: Texts
    aliases: Aliases
    windows: list[str] = Field(..., min_items=1)
    zone: str
    mean_minutes: float = Field(..., gt=0, le=240)
    express: ExpressWay | None = None
    machine: MachineWay | None = None
    phone: PhoneWay | None = None
    manager: ManagerWay | None = None
    unbooked_up_to: Limit | None = None
    bring: list[Paper] = []
    papers_first: bool = False

    @validator("id")
    def _known(cls, value: str) -> str:
        if value not in SERVICE_IDS:
            raise ValueError(f"{value!r} is not one of {', '.join(SERVICE_IDS)}")
        return value

    @property
    def limits(self) -> list[Limit]:
        """Every amount at which what can be done, or where, changes."""
        limits = [way.up_to for way in (self.express, self.machine, self.phone) if way is not None]
        return [limit for limit in (*limits, self.unbooked_up_to) if limit is not None]

    @property
    def depends_on_amount(self) -> bool:
        """Whether the amount decides where the customer should go."""
        return bool(self.limits)


class CustomerClass(Strict):
    """Who a customer is to the line. A ticket ranks as if taken `head_start_minutes` earlier."""

    id: str = Field(..., regex="^[a-z_]{1,20}$")
    label: Texts
    aliases: Aliases
    head_start_minutes: int = Field(..., ge=0, le=240)
    source: str


class Group(Strict):
    """Services that share a letter on their tickets and a line on the board."""

    letter: str = Field(..., regex="^[A-Z]$")
    label: Texts


class Window(Strict):
    """`at` is its mark on the floor plan."""

    id: str = Field(..., regex="^[0-9A-Za-z]{1,8}$")
    label: Texts
    zone: str
    open: bool = True
    at: Point


class Access(Strict):
    """Whether a zone can be used without a step, and what somebody who needs that should know."""

    step_free: bool
    about: Texts


class Zone(Strict):
    """An area of the floor plan. `polygon` in plan units, origin at the upper left."""

    id: str
    label: Texts
    directions: Texts
    aliases: Aliases
    polygon: list[Point] = Field(..., min_items=3)
    accessible: Access | None = None


class Node(Strict):
    """A point of the floor plan where ways meet. With `zone`, whoever stands there has arrived in that zone."""

    id: str = Field(..., regex="^[a-z0-9_]{1,40}$")
    at: Point
    label: Texts
    zone: str | None = None


class Stretch(Strict):
    """A piece of way between two nodes, in words for who walks it from `start` to `end`; `back`: from `end` to `start`.

    Without `back` it is walked in one direction only.
    """

    start: str
    end: str
    step_free: bool
    words: Texts
    back: Texts | None = None


class Machine(Strict):
    id: str
    label: Texts
    zone: str
    count: int = Field(..., ge=1)
    about: Texts
    aliases: Aliases


class Amenity(Strict):
    id: str
    label: Texts
    zone: str
    about: Texts
    aliases: Aliases


class OpenHours(Strict):
    """Opening hours in the branch's zone: open from `open`, closed from `close` on."""

    days: list[Day] = Field(..., min_items=1)
    open: time
    close: time

    @validator("close")
    def _ordered(cls, value: time, values: dict[str, Any]) -> time:
        if "open" in values and value <= values["open"]:
            raise ValueError("must be later than open")
        return value


class HoursException(Strict):
    """One date that differs from its weekday; without hours it is closed all day."""

    date: date
    label: Texts
    open: time | None = None
    close: time | None = None

    @root_validator(skip_on_failure=True)
    def _both_or_none(cls, values: dict[str, Any]) -> dict[str, Any]:
        opens, closes = values["open"], values["close"]
        if (opens is None) != (closes is None):
            raise ValueError("give both open and close, or neither")
        if opens is not None and closes <= opens:
            raise ValueError("close must be later than open")
        return values


class Plan(Strict):
    """Size of the floor plan in its own units, and its title."""

    width: int = Field(..., gt=0)
    height: int = Field(..., gt=0)
    title: Texts


class BranchFile(Strict):
    id: str = Field(..., regex="^[a-z0-9_-]{1,40}$")
    demo: bool
    name: Texts
    address: Texts
    phone: str
    timezone: str
    locale: Locale
    tickets_outside_hours: bool
    plan: Plan

    @validator("timezone")
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone, such as Asia/Shanghai") from None
        return value


class HoursFile(Strict):
    """`country` is an ISO 3166 code whose public holidays close the branch, `subdivision` a part of it.

    A weekend day that the country makes a working day has the hours of the weekday `working_weekend_hours`;
    without it, such a day is an ordinary weekend day.
    """

    demo: bool
    country: str | None = None
    subdivision: str | None = None
    working_weekend_hours: Day | None = None
    weekly: list[OpenHours] = Field(..., min_items=1)
    exceptions: list[HoursException] = []

    @validator("country")
    def _country(cls, value: str | None) -> str | None:
        if value is not None and value not in public_holidays.countries():
            raise ValueError(f"{value!r} is not a country whose holidays are known, such as CN")
        return value

    @validator("subdivision")
    def _subdivision(cls, value: str | None, values: dict[str, Any]) -> str | None:
        country = values.get("country")
        if value is not None and value not in public_holidays.countries().get(country or "", ()):
            raise ValueError(f"{value!r} is not a part of {country}")
        return value

    @validator("working_weekend_hours")
    def _has_country(cls, value: str | None, values: dict[str, Any]) -> str | None:
        if value is not None and values.get("country") is None:
            raise ValueError("needs the country that makes weekends working days")
        return value


class ClassesFile(Strict):
    demo: bool
    classes: list[CustomerClass]


class Count(Strict):
    value: int = Field(..., ge=1, le=1000)
    source: str


class Choices(Strict):
    """Minutes to choose from, in the order they are offered."""

    value: list[PositiveInt] = Field(..., min_items=1, unique_items=True)
    source: str


class ByLetter(Strict):
    """Minutes by the letter of a group."""

    value: dict[str, PositiveInt]
    source: str


class ServicesFile(Strict):
    """`booking_days_ahead`: so many opening days before cash above `unbooked_up_to` is there."""

    demo: bool
    booking_days_ahead: Count
    groups: list[Group]
    services: list[Service] = Field(..., min_items=1)


class QueueFile(Strict):
    demo: bool
    calls_before_no_show: Count
    rejoin_minutes: Count
    rejoin_behind: Count
    hold_minutes: Choices
    promise_minutes: ByLetter


class Offer(Strict):
    """A way that a row of the triage offers, and why."""

    way: Route
    reasons: list[Reason] = Field(..., min_items=1)


class TriageRow(Strict):
    """A row of the triage: for whom it is, and the ways it offers, best first.

    A condition that is left out always holds. `amount` "unsaid": it would decide, but was not said; "booked":
    it is above what can be had without booking.
    """

    services: list[str] | None = Field(None, min_items=1)
    amount: Literal["unsaid", "booked"] | None = None
    classes: list[str] | None = Field(None, min_items=1)
    channels: list[Literal["kiosk", "web"]] | None = Field(None, min_items=1)
    offer: list[Offer] = Field(..., min_items=1)

    @property
    def is_for_all(self) -> bool:
        return not (self.services or self.amount or self.classes or self.channels)


class TriageFile(Strict):
    demo: bool
    rows: list[TriageRow] = Field(..., min_items=1)


class WindowsFile(Strict):
    demo: bool
    windows: list[Window] = Field(..., min_items=1)


class ZonesFile(Strict):
    demo: bool
    zones: list[Zone] = Field(..., min_items=1)


class Starts(Strict):
    kiosk: str
    web: str


class WaysFile(Strict):
    """`here` marks the start on the plan; `starts`, by channel: the node where its customers are thought to stand."""

    demo: bool
    metres_per_unit: float = Field(..., gt=0, le=10)
    here: Texts
    starts: Starts
    nodes: list[Node] = Field(..., min_items=1)
    ways: list[Stretch]


class MachinesFile(Strict):
    demo: bool
    machines: list[Machine]


class AmenitiesFile(Strict):
    demo: bool
    amenities: list[Amenity]


@dataclass(frozen=True)
class QueueRules:
    """The rules of the line.

    calls_before_no_show  so often a number is called before it may be a no-show
    rejoin_minutes        so long after the no-show the customer may come back with the same number
    rejoin_behind         and is called after so many others
    hold_minutes          for so long a customer may have the place held, one of these
    promise_minutes       by the letter of a group: called within so many minutes
    """

    calls_before_no_show: int
    rejoin_minutes: int
    rejoin_behind: int
    hold_minutes: tuple[int, ...]
    promise_minutes: Mapping[str, int]


@dataclass(frozen=True)
class Ways:
    """The ways through the branch. `here` marks the start; `starts`, by channel: where its customers may stand."""

    metres_per_unit: float
    here: Texts
    starts: Mapping[str, str]
    nodes: Mapping[str, Node]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Branch:
    """One branch, checked: every id it mentions exists. Mappings keep the order of the files.

    `locale` is the one a customer is greeted in before anything is known of them.
    """

    id: str
    demo: bool
    name: Texts
    address: Texts
    phone: str
    timezone: ZoneInfo
    locale: Locale
    tickets_outside_hours: bool
    plan: Plan
    ways: Ways
    country: str | None
    subdivision: str | None
    working_weekend_hours: Day | None
    weekly: tuple[OpenHours, ...]
    exceptions: Mapping[date, HoursException]
    booking_days_ahead: int
    groups: Mapping[str, Group]
    services: Mapping[str, Service]
    windows: Mapping[str, Window]
    zones: Mapping[str, Zone]
    machines: Mapping[str, Machine]
    amenities: Mapping[str, Amenity]
    classes: Mapping[str, CustomerClass]
    queue: QueueRules
    triage: tuple[TriageRow, ...]

    def day(self, now: datetime) -> date:
        """The branch-local date of an aware time: the day that numbers and deadlines count by."""
        return now.astimezone(self.timezone).date()
