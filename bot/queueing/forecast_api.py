"""HTTP routes of the forecast: the wait before one joins, when it is usually quiet, how the estimates came out."""

from datetime import date

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from bot.branch.schema import Texts
from bot.http import Edge, edge
from bot.queueing import forecast
from bot.queueing import service as queueing
from bot.staff.api import StaffIdentity, signed_in

router = APIRouter(prefix="/api", tags=["queueing"])


class UsualHourInfo(BaseModel):
    """An hour of the branch's day, 0 to 23, and the mean wait of who took a number in it, in minutes."""

    hour: int
    wait_minutes: float


class WaitInfo(BaseModel):
    """The wait of somebody who takes a number now, in minutes: the range it is in four times of five, and the point.

    `today` is what is usual on this weekday, `quieter` the hour still to come that usually is, null for none.
    """

    service: Texts
    ahead: int
    wait_minutes: tuple[int, int]
    wait_point: int
    today: list[UsualHourInfo]
    quieter: UsualHourInfo | None


class TestedDay(BaseModel):
    """Estimates of a branch day against what happened: share inside the range, mean error of the point in minutes."""

    day: date
    tickets: int
    coverage: float
    mean_absolute_error: float


class TestedDays(BaseModel):
    items: list[TestedDay]


@router.get("/wait")
def show_wait(service: str = Query(..., max_length=40), e: Edge = Depends(edge)) -> WaitInfo:
    """How long it would be now, without taking a number."""
    now = e.clock()
    with e.store.read() as session:
        wait = queueing.current_wait(session, e.branch, service_id=service, now=now)
        usual = forecast.usual_hours(session, e.branch)
        quieter = forecast.quieter_hour(session, e.branch, now=now, than_minutes=wait.point)
    weekday = now.astimezone(e.branch.timezone).weekday()
    return WaitInfo(
        service=e.branch.services[service].label,
        ahead=wait.ahead,
        wait_minutes=(wait.low, wait.high),
        wait_point=wait.point,
        today=[
            UsualHourInfo(hour=hour.hour, wait_minutes=round(hour.wait_minutes, 1))
            for hour in usual
            if hour.weekday == weekday
        ],
        quieter=None
        if quieter is None
        else UsualHourInfo(hour=quieter.hour, wait_minutes=round(quieter.wait_minutes, 1)),
    )


@router.get("/staff/estimates")
def list_tested_days(_: StaffIdentity = Depends(signed_in), e: Edge = Depends(edge)) -> TestedDays:
    """How the waits that were told came out, newest day first."""
    with e.store.read() as session:
        found = forecast.tested_days(session, e.branch)
    return TestedDays(
        items=[
            TestedDay(
                day=day,
                tickets=tested.tickets,
                coverage=round(tested.coverage, 3),
                mean_absolute_error=round(tested.mean_absolute_error, 1),
            )
            for day, tested in found.items()
        ]
    )
