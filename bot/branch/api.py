"""HTTP routes of the branch: what it offers, and its floor plan."""

from datetime import datetime, time

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bot.branch import rules
from bot.branch.schema import Branch, Limit, Locale, Texts
from bot.errors import NotFound
from bot.http import Edge, edge

router = APIRouter(prefix="/api/branch", tags=["branch"])


class LimitInfo(BaseModel):
    """In yuan, as a decimal string. `inclusive`: the amount itself is still within it."""

    amount: str
    inclusive: bool
    per: str


class GroupInfo(BaseModel):
    letter: str
    label: Texts


class ServiceInfo(BaseModel):
    """`machine` and `phone` say that this way exists; their limit is null where any amount goes."""

    id: str
    letter: str
    label: Texts
    zone_id: str
    window_ids: list[str]
    machine: bool
    machine_up_to: LimitInfo | None
    phone: bool
    phone_up_to: LimitInfo | None
    express_up_to: LimitInfo | None
    unbooked_up_to: LimitInfo | None


class WindowInfo(BaseModel):
    id: str
    label: Texts
    zone_id: str
    open: bool


class ZoneInfo(BaseModel):
    id: str
    label: Texts
    directions: Texts


class ThingInfo(BaseModel):
    """A machine or an amenity."""

    id: str
    label: Texts
    zone_id: str
    about: Texts


class HoursInfo(BaseModel):
    """Opening hours in the branch's zone, days as mon … sun."""

    days: list[str]
    open: time
    close: time


class BranchInfo(BaseModel):
    """The branch in all three locales. `next_opening` is null when none is known within 60 days."""

    id: str
    demo: bool
    name: Texts
    address: Texts
    phone: str
    timezone: str
    locale: Locale
    open: bool
    next_opening: datetime | None
    takes_tickets: bool
    hours: list[HoursInfo]
    groups: list[GroupInfo]
    services: list[ServiceInfo]
    windows: list[WindowInfo]
    zones: list[ZoneInfo]
    machines: list[ThingInfo]
    amenities: list[ThingInfo]


@router.get("")
def show_branch(e: Edge = Depends(edge)) -> BranchInfo:
    return _info(e.branch, e.clock())


class PlanResponse(Response):
    media_type = "image/svg+xml"


@router.get("/plan.svg", response_class=PlanResponse)
def show_plan(zone: str | None = None, locale: Locale | None = None, e: Edge = Depends(edge)) -> Response:
    """The floor plan, one zone highlighted if asked; in the branch's own locale if none is given."""
    if zone is not None and zone not in e.branch.zones:
        raise NotFound("no such zone")
    svg = rules.plan_svg(e.branch, zone, locale or e.branch.locale)
    return PlanResponse(svg, headers={"Cache-Control": "public, max-age=300"})


def _info(branch: Branch, now: datetime) -> BranchInfo:
    is_open = rules.is_open(branch, now)
    return BranchInfo(
        id=branch.id,
        demo=branch.demo,
        name=branch.name,
        address=branch.address,
        phone=branch.phone,
        timezone=branch.timezone.key,
        locale=branch.locale,
        open=is_open,
        next_opening=rules.next_opening(branch, now),
        takes_tickets=is_open or branch.tickets_outside_hours,
        hours=[HoursInfo(days=list(hours.days), open=hours.open, close=hours.close) for hours in branch.weekly],
        groups=[GroupInfo(letter=group.letter, label=group.label) for group in branch.groups.values()],
        services=[
            ServiceInfo(
                id=service.id,
                letter=service.letter,
                label=service.label,
                zone_id=service.zone,
                window_ids=service.windows,
                machine=service.machine is not None,
                machine_up_to=_limit(service.machine.up_to if service.machine else None),
                phone=service.phone is not None,
                phone_up_to=_limit(service.phone.up_to if service.phone else None),
                express_up_to=_limit(service.express.up_to if service.express else None),
                unbooked_up_to=_limit(service.unbooked_up_to),
            )
            for service in branch.services.values()
        ],
        windows=[
            WindowInfo(id=window.id, label=window.label, zone_id=window.zone, open=window.open)
            for window in branch.windows.values()
        ],
        zones=[ZoneInfo(id=zone.id, label=zone.label, directions=zone.directions) for zone in branch.zones.values()],
        machines=[
            ThingInfo(id=thing.id, label=thing.label, zone_id=thing.zone, about=thing.about)
            for thing in branch.machines.values()
        ],
        amenities=[
            ThingInfo(id=thing.id, label=thing.label, zone_id=thing.zone, about=thing.about)
            for thing in branch.amenities.values()
        ],
    )


def _limit(limit: Limit | None) -> LimitInfo | None:
    if limit is None:
        return None
    return LimitInfo(amount=str(limit.amount), inclusive=limit.inclusive, per=limit.per)
