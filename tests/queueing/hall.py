"""What happens in a bank hall, in the words of the tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.conversations.models import Message
from bot.queueing import service as queueing
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.service import TicketView
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
            )

    def call_next(self, window_id: str) -> TicketView | None:
        with self.store.begin() as session:
            return queueing.call_next(session, self.branch, window_id=window_id, by=STAFF, now=self.tick())

    def called(self, window_id: str) -> str | None:
        """Call the next number and return it."""
        view = self.call_next(window_id)
        return view.number if view else None

    def delay(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.delay_ticket(session, self.branch, code=code, now=self.tick())

    def cancel(self, code: str) -> TicketView:
        with self.store.begin() as session:
            return queueing.cancel_ticket(session, self.branch, code=code, now=self.tick(), by=queueing.CUSTOMER)

    def look(self, code: str) -> TicketView:
        with self.store.read() as session:
            return queueing.ticket_by_code(session, self.branch, code=code, now=self.now)

    def line(self) -> list[str]:
        """Numbers that wait, in order."""
        with self.store.read() as session:
            views = queueing.list_tickets(session, self.branch, state="waiting", now=self.now)
        return [view.number for view in views]

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
