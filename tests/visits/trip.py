"""What customers prepare at home and do with it at the branch, in the words of the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bot.branch.service import Branch
from bot.queueing import service as queueing
from bot.queueing.service import TicketView
from bot.settings import DATA
from bot.store import Store
from bot.store.outbox import OutboxRow
from bot.visits import service as visits
from bot.visits.schema import VisitPlan
from bot.visits.service import CheckIn, Slot, VisitView


def demo_plan(branch: Branch) -> VisitPlan:
    return visits.load_visit_plan(DATA / "branch" / "demo", branch)


class Trip:
    """A branch on a store, and a clock that stands still until it is set."""

    def __init__(self, store: Store, branch: Branch, plan: VisitPlan, now: datetime) -> None:
        self.store = store
        self.branch = branch
        self.plan = plan
        self.now = now

    def at(self, local: str) -> datetime:
        """A time in the branch's zone, such as "2026-11-24 10:00"."""
        return datetime.fromisoformat(local).replace(tzinfo=self.branch.timezone)

    def prepare(
        self, service_id: str = "loan", *held: str, amount: str | None = None, locale: str = "zh-Hans", **fields: object
    ) -> VisitView:
        if amount is not None:
            fields["amount"] = amount
        with self.store.begin() as session:
            return visits.prepare(
                session,
                self.branch,
                self.plan,
                service_id=service_id,
                held=set(held),
                fields=fields,
                locale=locale,
                now=self.now,
            )

    def revise(self, code: str, *held: str, **fields: object) -> VisitView:
        with self.store.begin() as session:
            return visits.revise(
                session, self.branch, self.plan, code=code, held=set(held), fields=fields, now=self.now
            )

    def book(self, code: str, slot_at: datetime | None) -> VisitView:
        with self.store.begin() as session:
            return visits.book(session, self.branch, self.plan, code=code, slot_at=slot_at, now=self.now)

    def book_cash(self, amount: str) -> VisitView:
        with self.store.begin() as session:
            return visits.book_cash(
                session,
                self.branch,
                self.plan,
                service_id="cash_withdrawal",
                amount=Decimal(amount),
                locale="zh-Hans",
                now=self.now,
            )

    def slots(self, day: date, service_id: str = "loan", amount: str | None = None) -> list[Slot]:
        with self.store.read() as session:
            return visits.free_slots(
                session,
                self.branch,
                self.plan,
                service_id=service_id,
                day=day,
                now=self.now,
                amount=None if amount is None else Decimal(amount),
            )

    def free(self, slot_at: datetime, service_id: str = "loan") -> int:
        """Seats left of one slot."""
        return next(slot.free for slot in self.slots(self.branch.day(slot_at), service_id) if slot.at == slot_at)

    def cancel(self, code: str) -> VisitView:
        with self.store.begin() as session:
            return visits.cancel(session, self.branch, self.plan, code=code, now=self.now)

    def check_in(self, code: str, customer_class: str = queueing.INDIVIDUAL) -> CheckIn:
        with self.store.begin() as session:
            return visits.check_in(
                session,
                self.branch,
                self.plan,
                code=code,
                session_id=None,
                turn_id=None,
                locale=None,
                now=self.now,
                customer_class=customer_class,
            )

    def look(self, code: str) -> VisitView:
        with self.store.read() as session:
            return visits.visit_by_code(session, self.branch, code=code, now=self.now)

    def walk_in(self, service_id: str = "loan") -> TicketView:
        """Somebody without an appointment takes a number."""
        with self.store.begin() as session:
            return queueing.take_ticket(
                session,
                self.branch,
                service_id=service_id,
                amount=None,
                session_id=None,
                turn_id=None,
                locale="zh-Hans",
                now=self.now,
            )

    def call_next(self, window_id: str) -> str | None:
        with self.store.begin() as session:
            view = queueing.call_next(session, self.branch, window_id=window_id, by="Lin", now=self.now)
        return None if view is None else view.number

    def finish(self, window_id: str) -> None:
        with self.store.begin() as session:
            queueing.finish_ticket(session, self.branch, window_id=window_id, by="Lin", now=self.now)

    def give_number_up(self, code: str) -> None:
        with self.store.begin() as session:
            queueing.cancel(session, self.branch, code=code, now=self.now, by=queueing.CUSTOMER)

    def later(self, **time: int) -> None:
        self.now += timedelta(**time)

    def told_staff(self) -> list[str]:
        """What staff were told about visits, oldest first."""
        query = select(OutboxRow).where(OutboxRow.topic == "staff").order_by(OutboxRow.id)
        with self.store.read() as session:
            kinds = [str(row.payload["kind"]) for row in session.execute(query).scalars()]
        return [kind for kind in kinds if kind.startswith("visit_")]
