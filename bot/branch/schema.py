"""What a branch is, as read from `data/branch/<id>/*.yml`: one model a file, and `Branch`, all of it together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, root_validator, validator

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
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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


class Service(Strict):
    """An errand. Called at `windows`, and at those of `express` when it is small enough for them."""

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
    unbooked_up_to: Limit | None = None

    @validator("id")
    def _known(cls, value: str) -> str:
        if value not in SERVICE_IDS:
            raise ValueError(f"{value!r} is not one of {', '.join(SERVICE_IDS)}")
        return value

    @property
    def depends_on_amount(self) -> bool:
        """Whether the amount decides where the customer should go."""
        ways = (self.express, self.machine, self.phone)
        return self.unbooked_up_to is not None or any(way is not None and way.up_to is not None for way in ways)


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


class Zone(Strict):
    """An area of the floor plan. `polygon` in plan units, origin at the upper left."""

    id: str
    label: Texts
    directions: Texts
    aliases: Aliases
    polygon: list[Point] = Field(..., min_items=3)


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

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(..., min_items=1)
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
    demo: bool
    weekly: list[OpenHours] = Field(..., min_items=1)
    exceptions: list[HoursException] = []


class ServicesFile(Strict):
    demo: bool
    groups: list[Group]
    services: list[Service]


class WindowsFile(Strict):
    demo: bool
    windows: list[Window] = Field(..., min_items=1)


class ZonesFile(Strict):
    demo: bool
    zones: list[Zone] = Field(..., min_items=1)


class MachinesFile(Strict):
    demo: bool
    machines: list[Machine]


class AmenitiesFile(Strict):
    demo: bool
    amenities: list[Amenity]


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
    weekly: tuple[OpenHours, ...]
    exceptions: Mapping[date, HoursException]
    groups: Mapping[str, Group]
    services: Mapping[str, Service]
    windows: Mapping[str, Window]
    zones: Mapping[str, Zone]
    machines: Mapping[str, Machine]
    amenities: Mapping[str, Amenity]

    def day(self, now: datetime) -> date:
        """The branch-local date of an aware time: the day that numbers and deadlines count by."""
        return now.astimezone(self.timezone).date()
