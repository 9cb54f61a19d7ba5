"""The conversation log on a real store: numbers, turns, choices, people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.conversations import rules
from bot.conversations import service as conversations
from bot.conversations.models import Alert, Turn
from bot.conversations.service import Offer, Reply
from bot.errors import Conflict, NotFound, TooMany
from bot.store import Store, outbox


@pytest.fixture
def conversation(store: Store, now: datetime) -> tuple[str, str]:
    """Id and token of an open conversation."""
    with store.begin() as session:
        opened, token = conversations.open_conversation(session, channel="web", device=None, locale="zh-Hans", now=now)
        return opened.id, token


def say(store: Store, conversation_id: str, message_id: str, now: datetime, worker: str = "w1") -> object:
    with store.begin() as session:
        return conversations.add_customer_turn(
            session,
            conversation_id,
            message_id=message_id,
            text=message_id,
            request={"text": message_id},
            locale="zh-Hans",
            worker=worker,
            now=now,
        )


def finish(store: Store, turn: object, now: datetime, *replies: Reply) -> None:
    with store.begin() as session:
        conversations.complete_turn(
            session,
            turn,
            replies=replies,
            understood=None,
            locale="zh-Hans",
            now=now,  # type: ignore[arg-type]
        )


def texts(store: Store, conversation_id: str, after: int = 0) -> list[tuple[int, str]]:
    with store.read() as session:
        return [(m.seq, m.text) for m in conversations.messages_after(session, conversation_id, after)]


def test_a_token_opens_its_conversation_and_nothing_else(store: Store, conversation: tuple[str, str]) -> None:
    identity, token = conversation
    with store.read() as session:
        assert conversations.require_open(session, token) == identity
        for wrong in (identity, f"{identity}.", f"{identity}.x", token[:-1], "", "."):
            with pytest.raises(NotFound):
                conversations.require_open(session, wrong)


def test_messages_are_numbered_without_gaps_when_many_write_at_once(
    store: Store, conversation: tuple[str, str], now: datetime
) -> None:
    identity, _ = conversation

    def notice(index: int) -> None:
        with store.begin() as session:
            conversations.add_notice(session, session_id=identity, kind="ticket_updated", data={"n": index}, now=now)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(notice, range(40)))
    assert [seq for seq, _ in texts(store, identity)] == list(range(1, 41))


def test_the_same_message_twice_is_stored_once(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    assert say(store, identity, "a", now) is not None
    assert say(store, identity, "a", now) is None
    assert texts(store, identity) == [(1, "a")]


def test_turns_of_one_session_run_one_after_another(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    first = say(store, identity, "a", now)
    assert say(store, identity, "b", now, worker="w2") is None
    with store.begin() as session:
        assert conversations.claim_turn(session, identity, worker="w2", now=now) is None
    finish(store, first, now, Reply("to a"))
    with store.begin() as session:
        second = conversations.claim_turn(session, identity, worker="w2", now=now)
    assert second is not None
    assert second.message_id == "b"


def test_a_turn_whose_worker_died_is_taken_over_when_its_lease_ends(
    store: Store, conversation: tuple[str, str], now: datetime
) -> None:
    identity, _ = conversation
    say(store, identity, "a", now)
    later = now + rules.LEASE + timedelta(seconds=1)
    with store.begin() as session:
        assert conversations.orphaned(session, now=now) == []
        assert conversations.orphaned(session, now=later) == [identity]
        taken = conversations.claim_turn(session, identity, worker="w2", now=later)
    assert taken is not None
    assert taken.attempts == 2


def test_an_answer_that_comes_twice_is_stored_once(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    turn = say(store, identity, "a", now)
    finish(store, turn, now, Reply("once"))
    finish(store, turn, now, Reply("twice"))
    assert texts(store, identity) == [(1, "a"), (2, "once")]


def test_a_flood_of_unanswered_messages_is_refused(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    for index in range(rules.PENDING_TURNS):
        say(store, identity, f"m{index}", now)
    with pytest.raises(TooMany):
        say(store, identity, "one more", now)
    assert len(texts(store, identity)) == rules.PENDING_TURNS


def test_a_choice_belongs_to_its_session_and_a_changing_one_works_once(
    store: Store, conversation: tuple[str, str], now: datetime
) -> None:
    identity, _ = conversation
    turn = say(store, identity, "a", now)
    offers = [Offer("take", {"intent": "take_ticket"}, once=True), Offer("ask", {"intent": "loan"})]
    finish(store, turn, now, Reply("which?", offers=offers))
    with store.begin() as session:
        take, ask = (c["choice"] for c in conversations.messages_after(session, identity, 1)[0].choices)
        other, _ = conversations.open_conversation(session, channel="web", device=None, locale="en", now=now)
        other_id = other.id
    with store.begin() as session:
        assert conversations.use_choice(session, identity, take, now=now).request == {"intent": "take_ticket"}
        conversations.use_choice(session, identity, ask, now=now)
        conversations.use_choice(session, identity, ask, now=now)
    with store.begin() as session, pytest.raises(Conflict):
        conversations.use_choice(session, identity, take, now=now)
    with store.begin() as session, pytest.raises(NotFound):
        conversations.use_choice(session, other_id, ask, now=now)


def test_a_handover_moves_the_session_once_and_voids_the_old_token(
    store: Store, conversation: tuple[str, str], now: datetime
) -> None:
    identity, old_token = conversation
    with store.begin() as session:
        code, _ = conversations.make_handover(session, identity, now=now)
    with store.begin() as session:
        taken = conversations.take_handover(session, code, channel="web", device="phone", now=now)
        assert taken is not None
        moved, token = taken
        assert moved.id == identity
    with store.begin() as session:
        assert conversations.find_open(session, token) is not None
        assert conversations.find_open(session, old_token) is None
        assert conversations.take_handover(session, code, channel="web", device=None, now=now) is None


def test_a_stale_handover_moves_nothing(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    with store.begin() as session:
        code, _ = conversations.make_handover(session, conversation[0], now=now)
        late = now + rules.HANDOVER_LIFE + timedelta(seconds=1)
        assert conversations.take_handover(session, code, channel="web", device=None, now=late) is None


def test_an_ended_session_takes_nothing_more(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, token = conversation
    with store.begin() as session:
        conversations.end(session, identity, now=now)
    with store.begin() as session:
        assert conversations.find_open(session, token) is None
    with pytest.raises(Conflict):
        say(store, identity, "late", now)


def test_a_place_in_line_is_kept_and_counts_those_before(
    store: Store, conversation: tuple[str, str], now: datetime
) -> None:
    identity, _ = conversation
    with store.begin() as session:
        other, _ = conversations.open_conversation(session, channel="web", device=None, locale="en", now=now)
        ask = {"reason": "asked", "now": now}
        assert conversations.request_person(session, session_id=other.id, turn_id="t", **ask) == 1
        assert conversations.request_person(session, session_id=identity, turn_id="t", **ask) == 2
        assert conversations.request_person(session, session_id=identity, turn_id="u", **ask) == 2


def test_one_member_of_staff_at_a_time_has_a_chat(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    with store.begin() as session:
        conversations.join(session, identity, staff_id=1, staff_name="小林", now=now)
    with store.begin() as session, pytest.raises(Conflict):
        conversations.join(session, identity, staff_id=2, staff_name="小陈", now=now)
    for _ in range(2):
        with store.begin() as session:
            conversations.staff_say(session, identity, staff_id=1, message_id="s1", text="您好", now=now)
    assert [text for _, text in texts(store, identity)] == ["", "您好"]
    with store.begin() as session, pytest.raises(Conflict):
        conversations.staff_say(session, identity, staff_id=2, message_id="s2", text="x", now=now)


def test_a_turn_that_runs_again_raises_one_alert(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    for _ in range(2):
        with store.begin() as session:
            conversations.alert_staff(session, session_id=conversation[0], kind="fraud", turn_id="t", now=now)
    with store.read() as session:
        assert len(session.execute(select(Alert)).scalars().all()) == 1


def test_a_rolled_back_change_tells_nobody(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    with store.read() as session:
        before = outbox.last_id(session)
    with pytest.raises(RuntimeError), store.begin() as session:
        conversations.add_notice(session, session_id=identity, kind="ticket_called", data={}, now=now)
        raise RuntimeError
    with store.read() as session:
        assert outbox.after(session, before) == []
        assert session.execute(select(Turn)).first() is None


def test_conversations_are_found_by_their_words(store: Store, conversation: tuple[str, str], now: datetime) -> None:
    identity, _ = conversation
    say(store, identity, "100% 利率", now)
    with store.read() as session:
        for text, found in [("利率", 1), ("100%", 1), ("100%x", 0), ("_", 0)]:
            lines = conversations.list_conversations(session, before=None, text=text, limit=10)
            assert len(lines) == found, text
        line = conversations.list_conversations(session, before=None, text=None, limit=10)[0]
    assert (line.messages, line.last_text) == (1, "100% 利率")
