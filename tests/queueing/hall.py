"""What happens in a bank hall, in the words of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.conversations.models import Message
from bot.queueing import service as queueing
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.rules import WindowStatus
from bot.queueing.service import QueueView, TicketView, WindowView
from bot.store import Store
from bot.store.outbox import OutboxRow

STAFF = "Lin"


class Hall:
    """A branch on a store, and a clock that goes on one second at every step."""

    def __init__(self, store: Store, branch: Branch, now: datetime) -> None:
        self.store = store
        self.branch = branch
        self.now = now

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def customer(self, locale: str = "zh-Hans") -> str:
        """A customer with an open conversation; returns its id."""
        with self.store.begin() as session:
            conversation, _ = conversations.open_conversation(
                session, channel="kiosk", device=None, locale=locale, now=self.tick()
            )
            return str(conversation.id)

    def take_ticket(
        self,
        service_id: str = "cash_withdrawal",
        amount: int | str | None = None,
        *,
        session_id: str | None = None,
        turn_id: str | None = None,
        locale: str = "zh-Hans",
        customer_class: str = "individual",
        wants_window: str | None = None,
        further: Sequence[str] = (),
        rank_at: datetime | None = None,
    ) -> TicketView:
        with self.store.begin() as session:
            return queueing.take_ticket(
                session,
                self.branch,
                service_id=service_id,
                amount=None if amount is None else Decimal(amount),
                session_id=session_id,
                turn_id=turn_id,
                locale=locale,
                now=self.tick(),
                customer_class=customer_class,
                wants_window=wants_window,
                further=further,
                rank_at=rank_at,
            )

    # --- what customers do ---

    def delay(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.delay(session, self.branch, code=code, now=self.tick())

    def cancel(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.cancel(session, self.branch, code=code, now=self.tick())

    def hold(self, code: str, minutes: int = 5) -> TicketView:
        with self.store.begin() as session:
            return queueing.hold(session, self.branch, code=code, minutes=minutes, now=self.tick())

    def here(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.here(session, self.branch, code=code, now=self.tick())

    def rejoin(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.rejoin(session, self.branch, code=code, now=self.tick())

    # --- what staff do ---

    def call_next(self, window_id: str) -> TicketView | None:
        with self.store.begin() as session:
            return queueing.call_next(session, self.branch, window_id=window_id, by=STAFF, now=self.tick())

    def called(self, window_id: str) -> str | None:
        """Call the next number and return it."""
        view = self.call_next(window_id)
        return view.number if view else None

    def call(self, window_id: str, number: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.call_ticket(
                session, self.branch, window_id=window_id, number=number, by=STAFF, now=self.tick()
            )

    def at_window(self, step: str, window_id: str) -> TicketView:
        """One of recall, start, finish_ticket, no_show, park."""
        with self.store.begin() as session:
            view: TicketView = getattr(queueing, step)(
                session, self.branch, window_id=window_id, by=STAFF, now=self.tick()
            )
            return view

    def miss(self, window_id: str) -> TicketView:
        """The number at this window is called until its customer may be set down as not having come."""
        current = self.window(window_id).current
        assert current is not None
        for _ in range(self.branch.queue.calls_before_no_show - current.calls):
            self.at_window("recall", window_id)
        return self.at_window("no_show", window_id)

    def transfer(self, window_id: str, service_id: str | None = None, to_window: str | None = None) -> TicketView:
        with self.store.begin() as session:
            return queueing.transfer(
                session,
                self.branch,
                window_id=window_id,
                service_id=service_id,
                to_window=to_window,
                by=STAFF,
                now=self.tick(),
            )

    def set_window(self, window_id: str, state: WindowStatus) -> WindowView:
        with self.store.begin() as session:
            return queueing.set_window_state(
                session, self.branch, window_id=window_id, state=state, by=STAFF, now=self.tick()
            )

    # --- what there is to see ---

    def look(self, code: str) -> TicketView:
        with self.store.read() as session:
            return queueing.ticket_by_code(session, self.branch, code=code, now=self.now)

    def tickets(self, state: str | None = None) -> list[TicketView]:
        with self.store.read() as session:
            return queueing.list_tickets(session, self.branch, state=state, now=self.now)

    def line(self) -> list[str]:
        """Numbers that wait, in order."""
        return [view.number for view in self.tickets("waiting")]

    def window(self, window_id: str) -> WindowView:
        with self.store.read() as session:
            (view,) = queueing.list_windows(session, self.branch, now=self.now, only=window_id)
        return view

    def queue(self, service_id: str) -> QueueView:
        with self.store.read() as session:
            lines = queueing.queues(session, self.branch, now=self.now)
        return next(line for line in lines if line.service_id == service_id)

    def topics(self) -> list[str]:
        """Topics told since the beginning, oldest first."""
        with self.store.read() as session:
            return list(session.execute(select(OutboxRow.topic).order_by(OutboxRow.id)).scalars())

    def notices(self, session_id: str) -> list[Message]:
        with self.store.read() as session:
            return [row for row in conversations.messages_after(session, session_id, 0) if row.kind != "message"]

    def events(self, code: str) -> list[tuple[str, str]]:
        """What happened to a ticket and by whom, oldest first."""
        query = select(TicketEvent.kind, TicketEvent.by).join(Ticket).where(Ticket.code == code)
        with self.store.read() as session:
            return [(kind, by) for kind, by in session.execute(query.order_by(TicketEvent.id))]
