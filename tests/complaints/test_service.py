from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.branch.service import Branch
from bot.complaints import service as complaints
from bot.complaints.models import Complaint, ComplaintEvent
from bot.complaints.service import ComplaintView
from bot.errors import Invalid, NotFound
from bot.privacy.service import Vault
from bot.store import Store
from bot.store.outbox import OutboxRow


class Desk:
    """Where complaints are filed, in the words of the tests."""

    def __init__(self, store: Store, branch: Branch, vault: Vault, now: datetime) -> None:
        self.store = store
        self.branch = branch
        self.vault = vault
        self.now = now

    def file_complaint(
        self,
        what: str = "等了两个小时没人理",
        *,
        contact: str | None = None,
        session_id: str | None = None,
        turn_id: str | None = None,
    ) -> ComplaintView:
        with self.store.begin() as session:
            return complaints.file_complaint(
                session,
                self.branch,
                self.vault,
                what=what,
                when_text="今天上午",
                where_text="3号窗口",
                who_text=None,
                contact=contact,
                session_id=session_id,
                turn_id=turn_id,
                locale="zh-Hans",
                now=self.now,
            )

    def detail(self, number: str) -> complaints.ComplaintDetail:
        with self.store.read() as session:
            return complaints.complaint_detail(session, self.branch, self.vault, number=number, now=self.now)


@pytest.fixture
def desk(store: Store, branch: Branch, vault: Vault, now: datetime) -> Desk:
    return Desk(store, branch, vault, now)


def test_complaint_has_number_code_and_due_date(desk: Desk) -> None:
    first, second = desk.file_complaint(), desk.file_complaint()
    assert (first.number, second.number) == ("C20261123-0001", "C20261123-0002")
    assert first.due_on == date(2026, 12, 8)
    assert first.state == "received"
    assert first.code != second.code
    assert len(first.code) >= 16


def test_file_numbers_begin_anew_on_the_next_branch_day(desk: Desk) -> None:
    desk.file_complaint()
    desk.now = datetime.fromisoformat("2026-11-23T16:00:00+00:00")  # midnight in Shanghai
    assert desk.file_complaint().number == "C20261124-0001"


def test_same_turn_files_one_complaint(desk: Desk) -> None:
    first = desk.file_complaint(session_id="s1", turn_id="t1")
    assert desk.file_complaint("another text", session_id="s1", turn_id="t1") == first
    assert desk.file_complaint(session_id="s2", turn_id="t1").number != first.number


def test_contact_is_stored_encrypted_and_shown_masked(desk: Desk) -> None:
    number = desk.file_complaint(contact=" 13812345678 ").number
    with desk.store.read() as session:
        stored = session.execute(select(Complaint.contact)).scalar_one()
    assert "5678" not in stored
    assert desk.vault.decrypt(stored) == "13812345678"
    assert desk.detail(number).contact_masked == "•••5678"


def test_complaint_without_a_contact_is_taken(desk: Desk) -> None:
    assert desk.detail(desk.file_complaint(contact="  ").number).contact_masked is None


def test_empty_complaint_is_refused(desk: Desk) -> None:
    for what in ("", "  ", "\n\u3000"):
        with pytest.raises(Invalid):
            desk.file_complaint(what)
    assert desk.file_complaint().number == "C20261123-0001"


def test_filing_is_told_to_staff_and_leaves_a_trace(desk: Desk) -> None:
    view = desk.file_complaint()
    with desk.store.read() as session:
        rows = session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars().all()
        events = session.execute(select(ComplaintEvent.kind, ComplaintEvent.by)).all()
    assert [row.topic for row in rows] == [f"complaint:{view.code}", "staff"]
    assert [row.payload for row in rows] == [{"kind": "complaint_received"}] * 2
    assert [tuple(event) for event in events] == [("received", "customer")]


def test_customer_finds_the_complaint_by_code_and_by_conversation(desk: Desk) -> None:
    desk.file_complaint(session_id="s1", turn_id="t1")
    newest = desk.file_complaint(session_id="s1", turn_id="t2")
    with desk.store.read() as session:
        assert complaints.complaint_by_code(session, desk.branch, code=newest.code) == newest
        assert complaints.latest_of_session(session, session_id="s1") == newest
        assert complaints.latest_of_session(session, session_id="s2") is None
        with pytest.raises(NotFound):
            complaints.complaint_by_code(session, desk.branch, code="NOSUCHCODE")
    with pytest.raises(NotFound):
        desk.detail("C20261123-9999")


def test_list_has_the_complaint_that_is_due_first_on_top(desk: Desk) -> None:
    desk.file_complaint("first")
    desk.now += timedelta(days=1)
    desk.file_complaint("second")
    desk.now += timedelta(days=15)
    with desk.store.read() as session:
        lines = complaints.list_complaints(session, desk.branch, now=desk.now)
    assert [(line.what, line.days_left) for line in lines] == [("first", -1), ("second", 0)]


def test_card_has_what_the_contract_says(desk: Desk) -> None:
    view = desk.file_complaint()
    card = complaints.complaint_card(view, "en")
    assert card == {
        "kind": "complaint",
        "number": "C20261123-0001",
        "code": view.code,
        "due_on": "2026-12-08",
        "state": "received",
    }


def test_hostile_text_is_stored_as_it_is(desk: Desk) -> None:
    text = "<script>alert(1)</script>'; DROP TABLE complaints; --"
    assert desk.detail(desk.file_complaint(text).number).line.what == text
