"""HTTP routes of the branch: what it offers, its floor plan, and the way to a zone."""

from datetime import date, datetime, time

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from bot.branch import paths, plan, rules
from bot.branch.schema import Branch, Limit, Locale, Texts
from bot.http import Edge, edge
from bot.locales import pick

router = APIRouter(prefix="/api/branch", tags=["branch"])

SPECIAL_DAYS_SHOWN = 14
START = Query(None, alias="from", description="id of a node of the plan")


class LimitInfo(BaseModel):
    """In yuan, as a decimal string. `inclusive`: the amount itself is still within it."""

    amount: str
    inclusive: bool
    per: str


class GroupInfo(BaseModel):
    letter: str
    label: Texts


class BringInfo(BaseModel):
    """Something to bring; `when` is null where it is needed in any case."""

    id: str
    label: Texts
    when: Texts | None


class ServiceInfo(BaseModel):
    """`machine` and `phone` say that this way exists; their limit is null where any amount goes.

    `manager`: some customers are seen by a customer manager.
    """

    id: str
    letter: str
    label: Texts
    zone_id: str
    window_ids: list[str]
    machine: bool
    machine_up_to: LimitInfo | None
    phone: bool
    phone_up_to: LimitInfo | None
    manager: bool
    bring: list[BringInfo]
    express_up_to: LimitInfo | None
    unbooked_up_to: LimitInfo | None


class WindowInfo(BaseModel):
    id: str
    label: Texts
    zone_id: str
    open: bool


class AccessInfo(BaseModel):
    step_free: bool
    about: Texts


class ZoneInfo(BaseModel):
    """`accessible` is null where nothing is known of it."""

    id: str
    label: Texts
    directions: Texts
    accessible: AccessInfo | None


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


class SpecialDayInfo(BaseModel):
    """A date unlike its weekday. Hours are null when closed all day, `label` on a working weekend."""

    date: date
    label: Texts | None
    open: time | None
    close: time | None


class ClassInfo(BaseModel):
    id: str
    label: Texts


class StartInfo(BaseModel):
    """Where a way may begin: a node of the plan."""

    id: str
    label: Texts


class BranchInfo(BaseModel):
    """The branch in all three locales. `next_opening` is null when none is known within 60 days.

    `special_days` are those of the next two weeks.
    """

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
    special_days: list[SpecialDayInfo]
    classes: list[ClassInfo]
    starts: list[StartInfo]
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
def show_plan(
    zone: str | None = None,
    locale: Locale | None = None,
    start: str | None = START,
    step_free: bool = False,
    e: Edge = Depends(edge),
) -> Response:
    """The floor plan, one zone highlighted if asked; with `from`, "you are here" and the way to the zone.

    In the branch's own locale if none is given.
    """
    svg = plan.plan_svg(e.branch, zone, locale or e.branch.locale, start=start, step_free=step_free)
    return PlanResponse(svg, headers={"Cache-Control": "public, max-age=300"})


class WayInfo(BaseModel):
    """The way to a zone in one locale: a sentence a stretch, and the address of the plan that shows it."""

    zone: str
    start: str
    steps: list[str]
    metres: int
    step_free: bool
    accessible: str | None
    plan: str


@router.get("/way")
def show_way(
    zone: str,
    start: str | None = START,
    step_free: bool = False,
    locale: Locale | None = None,
    e: Edge = Depends(edge),
) -> WayInfo:
    """The way from a node of the plan, or from where the kiosk stands; 404 where no such way is known."""
    branch, spoken = e.branch, locale or e.branch.locale
    start = start or branch.ways.starts["kiosk"]
    found = paths.route(branch, start, zone, step_free)
    access = branch.zones[zone].accessible
    return WayInfo(
        zone=pick(branch.zones[zone].label, spoken),
        start=pick(branch.ways.nodes[start].label, spoken),
        steps=[pick(step, spoken) for step in found.steps],
        metres=round(found.metres),
        step_free=step_free,
        accessible=None if access is None else pick(access.about, spoken),
        plan=rules.plan_address(zone, spoken, start, step_free=step_free),
    )


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
        special_days=[
            SpecialDayInfo(
                date=special.date,
                label=special.label,
                open=special.hours[0] if special.hours else None,
                close=special.hours[1] if special.hours else None,
            )
            for special in rules.special_days(branch, branch.day(now), SPECIAL_DAYS_SHOWN)
        ],
        classes=[ClassInfo(id=known.id, label=known.label) for known in branch.classes.values()],
        starts=[StartInfo(id=node.id, label=node.label) for node in branch.ways.nodes.values()],
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
                manager=service.manager is not None,
                bring=[BringInfo(id=paper.id, label=paper.label, when=paper.when) for paper in service.bring],
                express_up_to=_limit(service.express.up_to if service.express else None),
                unbooked_up_to=_limit(service.unbooked_up_to),
            )
            for service in branch.services.values()
        ],
        windows=[
            WindowInfo(id=window.id, label=window.label, zone_id=window.zone, open=window.open)
            for window in branch.windows.values()
        ],
        zones=[
            ZoneInfo(
                id=zone.id,
                label=zone.label,
                directions=zone.directions,
                accessible=AccessInfo(**zone.accessible.dict()) if zone.accessible else None,
            )
            for zone in branch.zones.values()
        ],
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
