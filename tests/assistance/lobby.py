"""What is asked for and lent in a bank hall, in the words of the tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.assistance import service as assistance
from bot.assistance.service import LoanView, RequestView, Stock
from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.conversations.models import Message
from bot.settings import DATA
from bot.staff.service import StaffIdentity
from bot.store import Store
from bot.store.outbox import OutboxRow

LIN = StaffIdentity(id=1, name="lin", role="agent", display_name="Lin Zhang")
CHEN = StaffIdentity(id=2, name="chen", role="agent", display_name="陈静")


class Lobby:
    """A branch on a store, and a clock that goes on one second at every step."""

    def __init__(self, store: Store, branch: Branch, now: datetime) -> None:
        self.store = store
        self.branch = branch
        self.catalogue = assistance.load_catalogue(DATA / "branch" / branch.id)
        self.now = now
        self.turns = 0

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def wait(self, **period: float) -> None:
        self.now += timedelta(**period)

    def customer(self, locale: str = "zh-Hans") -> str:
        """A customer with an open conversation; returns its id."""
        with self.store.begin() as session:
            conversation, _ = conversations.open_conversation(
                session, channel="kiosk", device=None, locale=locale, now=self.tick()
            )
            return str(conversation.id)

    def ask(
        self,
        kind: str = "form_help",
        item: str | None = None,
        *,
        zone_id: str | None = None,
        words: str | None = None,
        session_id: str = "s1",
        turn_id: str | None = None,
        locale: str = "en",
    ) -> RequestView:
        self.turns += 1
        with self.store.begin() as session:
            return assistance.ask(
                session,
                self.branch,
                self.catalogue,
                kind=kind,
                item=item,
                zone_id=zone_id,
                words=words,
                session_id=session_id,
                turn_id=turn_id or f"t{self.turns}",
                locale=locale,
                now=self.tick(),
            )

    def enter(self, kind: str = "form_help", words: str | None = None) -> RequestView:
        with self.store.begin() as session:
            return assistance.enter_request(
                session,
                self.branch,
                self.catalogue,
                kind=kind,
                item=None,
                zone_id=None,
                words=words,
                by=LIN,
                now=self.tick(),
            )

    def take(self, request: RequestView, by: StaffIdentity = LIN) -> RequestView:
        with self.store.begin() as session:
            return assistance.take(session, self.branch, self.catalogue, request_id=request.id, by=by, now=self.tick())

    def finish(self, request: RequestView, by: StaffIdentity = LIN) -> RequestView:
        with self.store.begin() as session:
            return assistance.finish(
                session, self.branch, self.catalogue, request_id=request.id, by=by, now=self.tick()
            )

    def cancel(self, request: RequestView, by: StaffIdentity = LIN) -> RequestView:
        with self.store.begin() as session:
            return assistance.cancel(
                session, self.branch, self.catalogue, request_id=request.id, by=by, now=self.tick()
            )

    def withdraw(self, session_id: str) -> RequestView:
        with self.store.begin() as session:
            return assistance.withdraw(session, self.branch, self.catalogue, session_id=session_id, now=self.tick())

    def unfinished_of(self, session_id: str) -> RequestView | None:
        with self.store.read() as session:
            return assistance.unfinished_of_session(
                session, self.branch, self.catalogue, session_id=session_id, now=self.now
            )

    def requests(self, state: Any = None) -> list[RequestView]:
        with self.store.read() as session:
            return assistance.list_requests(session, self.branch, self.catalogue, state=state, now=self.now)

    def card(self, view: RequestView, locale: str = "en") -> dict[str, Any]:
        return assistance.request_card(self.branch, self.catalogue, view, locale)

    def lend(self, item: str, reference: str | None = None, by: StaffIdentity = LIN) -> LoanView:
        with self.store.begin() as session:
            return assistance.lend(
                session, self.branch, self.catalogue, item=item, reference=reference, by=by, now=self.tick()
            )

    def give_back(self, loan: LoanView, by: StaffIdentity = LIN) -> LoanView:
        with self.store.begin() as session:
            return assistance.return_item(session, self.branch, loan_id=loan.id, by=by, now=self.tick())

    def write_off(self, loan: LoanView, by: StaffIdentity = LIN) -> LoanView:
        with self.store.begin() as session:
            return assistance.write_off(session, self.branch, loan_id=loan.id, by=by, now=self.tick())

    def loans(self) -> list[LoanView]:
        with self.store.read() as session:
            return assistance.list_loans(session, self.branch, now=self.now)

    def stock(self, item: str) -> Stock:
        with self.store.read() as session:
            stocks = assistance.list_stock(session, self.branch, self.catalogue)
        return next(stock for stock in stocks if stock.item_id == item)

    def notices(self, session_id: str) -> list[Message]:
        with self.store.read() as session:
            return [row for row in conversations.messages_after(session, session_id, 0) if row.kind != "message"]

    def told_staff(self) -> list[str]:
        """Kinds of news for staff since the beginning, oldest first."""
        query = select(OutboxRow.payload).where(OutboxRow.topic == "staff").order_by(OutboxRow.id)
        with self.store.read() as session:
            return [payload["kind"] for payload in session.execute(query).scalars()]
