"""The compact tracker store keeps the state of a dialogue, whatever it folds away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select

from bot.errors import SetupError
from bot.rasa import hotspots
from bot.rasa.models import RasaTracker
from bot.rasa.tracker_store import KEPT_TURNS, CompactTrackerStore, fold
from bot.store import Store

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, inform]
slots:
  locale: {type: text, initial_value: zh-Hans, mappings: [{type: custom}]}
  amount: {type: any, mappings: [{type: custom}]}
  suspended: {type: any, mappings: [{type: custom}]}
forms:
  complaint_form: {required_slots: [amount]}
  ticket_form: {required_slots: [amount]}
actions: [action_answer]
"""
)


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "lobby.db")
    return f"sqlite:///{tmp_path / 'lobby.db'}"


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What a fold must keep."""
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "loop": None if loop is None else (loop.name, loop.rejected, loop.is_interrupted),
        "action": tracker.latest_action,
        "followup": tracker.followup_action,
        "paused": tracker.is_paused(),
        "message": None if tracker.latest_message is None else tracker.latest_message.text,
    }


def said(text: str) -> UserUttered:
    intent = {"name": "inform", "confidence": 0.8}
    parse = {"intent": intent, "entities": [], "text": text, "intent_ranking": [intent] * 30, "faq": []}
    return UserUttered(text, intent, [], parse, message_id=text)


FORMS = ("complaint_form", "ticket_form")
EVENT = st.one_of(
    st.builds(SlotSet, st.sampled_from(["locale", "amount", "suspended"]), st.sampled_from([None, "en", "", 5, ["a"]])),
    st.builds(ActiveLoop, st.sampled_from([None, *FORMS])),
    st.builds(ActionExecuted, st.sampled_from(["action_answer", *FORMS])),
    st.builds(ActionExecutionRejected, st.sampled_from(FORMS)),
    st.builds(LoopInterrupted, st.booleans()),
    st.builds(FollowupAction, st.sampled_from(["action_answer", None])),
    st.builds(BotUttered, st.text(max_size=5)),
    st.just(ConversationPaused()),
    st.just(ConversationResumed()),
    st.just(Restarted()),
)
TURN = st.lists(EVENT, max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(TURN, max_size=KEPT_TURNS * 3))
async def test_state_after_folding_is_the_state_of_the_whole_tracker(url: str, turns: list[list[Event]]) -> None:
    whole, compact = InMemoryTrackerStore(DOMAIN), CompactTrackerStore(DOMAIN, host=url)
    sender = f"s{id(turns)}"
    for store in (whole, compact):
        await store.save(DialogueStateTracker.from_events(sender, [SessionStarted()], slots=DOMAIN.slots))
    for number, turn in enumerate(turns):
        for store in (whole, compact):
            tracker = await store.retrieve(sender)
            assert tracker is not None
            for event in [said(f"m{number}"), *turn, ActionExecuted("action_listen")]:
                tracker.update(event, DOMAIN)
            await store.save(tracker)
    kept, all_of_it = await compact.retrieve(sender), await whole.retrieve_full_tracker(sender)
    assert kept is not None
    assert all_of_it is not None
    assert state(kept) == state(all_of_it)
    compact.close()


async def test_two_hundred_turns_take_no_more_room_than_ten(url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("s")
    sizes = []
    for number in range(200):
        for event in (said(f"{number:03}"), ActionExecuted("action_answer"), BotUttered("x" * 80)):
            tracker.update(event, DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        await store.save(tracker)
        found = await store.retrieve("s")
        assert found is not None
        tracker = found
        sizes.append(len(tracker.events))
    assert len([e for e in tracker.events if isinstance(e, UserUttered)]) == KEPT_TURNS
    assert max(sizes[50:]) == min(sizes[50:])


async def test_a_reverted_utterance_is_gone_after_a_fold_too(url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("s")
    for number in range(KEPT_TURNS * 2):
        tracker.update(said(f"m{number}"), DOMAIN)
        tracker.update(SlotSet("amount", number), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
    tracker.update(said("nonsense"), DOMAIN)
    tracker.update(SlotSet("amount", "wrong"), DOMAIN)
    tracker.update(UserUtteranceReverted(), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)
    await store.save(tracker)
    found = await store.retrieve("s")
    assert found is not None
    assert found.get_slot("amount") == KEPT_TURNS * 2 - 1


async def test_older_turns_keep_only_what_policies_read(url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("s")
    for text in ("older", "latest"):
        tracker.update(said(text), DOMAIN)
        tracker.update(BotUttered("hello", data={"buttons": [{"title": "a", "payload": "/greet"}]}), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
    await store.save(tracker)
    found = await store.retrieve("s")
    assert found is not None
    older, latest = [e for e in found.events if isinstance(e, UserUttered)]
    assert "intent_ranking" not in older.parse_data
    assert "intent_ranking" in latest.parse_data
    first, last = [e for e in found.events if isinstance(e, BotUttered)]
    assert not first.data.get("buttons")
    assert last.data["buttons"]


async def test_a_turn_whose_action_failed_leaves_no_trace(url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("s")
    with hotspots.watching():
        hotspots.note_failure("action_answer")
        tracker.update(said("m1"), DOMAIN)
        await store.save(tracker)
    assert await store.retrieve("s") is None


async def test_other_stores_see_what_one_has_written(url: str) -> None:
    """Two Rasa replicas on one database."""
    one, other = CompactTrackerStore(DOMAIN, host=url), CompactTrackerStore(DOMAIN, host=url)
    tracker = await one.get_or_create_tracker("s")
    tracker.update(said("m1"), DOMAIN)
    await one.save(tracker)
    found = await other.retrieve("s")
    assert found is not None
    assert found.latest_message.text == "m1"
    assert list(await other.keys()) == ["s"]


async def test_both_databases_keep_a_tracker(database_url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=database_url)
    for text in ("m1", "m2"):
        tracker = await store.get_or_create_tracker("s")
        tracker.update(said(text), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        await store.save(tracker)
    found = await store.retrieve("s")
    assert found is not None
    assert found.latest_message.text == "m2"
    assert await store.retrieve("nobody") is None
    store.close()


async def test_an_empty_database_is_migrated(tmp_path: Path) -> None:
    store = CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'new.db'}")
    assert await store.retrieve("nobody") is None


async def test_rows_are_readable_json(url: str) -> None:
    store = CompactTrackerStore(DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("s")
    tracker.update(said("取钱"), DOMAIN)
    await store.save(tracker)
    database = Store(url)
    with database.read() as session:
        row = session.execute(select(RasaTracker)).scalar_one()
    assert "取钱" in row.state
    assert json.loads(row.state)["version"] == 1
    assert row.updated_at.tzinfo is not None
    database.close()


class Broker:
    """An event broker that remembers."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.published.append(event)


async def test_every_event_is_streamed_once(url: str) -> None:
    broker = Broker()
    store = CompactTrackerStore(DOMAIN, host=url, event_broker=broker)
    tracker = await store.get_or_create_tracker("s")
    for number in range(KEPT_TURNS * 3):
        tracker.update(said(f"m{number}"), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        await store.save(tracker)
        found = await store.retrieve("s")
        assert found is not None
        tracker = found
    texts = [event["text"] for event in broker.published if event["event"] == "user"]
    assert texts == [f"m{number}" for number in range(KEPT_TURNS * 3)]


def test_nothing_is_folded_in_a_short_session() -> None:
    events: list[Event] = [said(f"m{n}") for n in range(KEPT_TURNS)]
    tracker = DialogueStateTracker.from_events("s", events, slots=DOMAIN.slots)
    assert fold(tracker, DOMAIN.slots) == events


def test_a_database_that_does_not_answer_is_named() -> None:
    with pytest.raises(SetupError, match="does not answer"):
        CompactTrackerStore(DOMAIN, host="postgresql+psycopg2://nobody@127.0.0.1:1/none")
