"""A durable tracker store whose cost does not grow with the session.

Rasa reads, copies, posts and writes a tracker whole at every turn. Here the last turns are kept as they are; what
is older is folded into a checkpoint: the slots, the active form and the latest action as Rasa's own events. The
archive of what was said is the conversation log's.

Not kept over a fold: a form's trigger message, which only `from_trigger_intent` slot mappings read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from bot import settings
from bot.rasa import hotspots
from bot.rasa.models import RasaTracker
from bot.store import Store, utc_now
from bot.store.migrate import upgrade

KEPT_TURNS = 3
# What a policy still reads of an utterance that is not the latest one.
KEPT_OF_PARSE = ("intent", "entities", "text", "message_id", "metadata")

# Within one turn of the channel: what it has read already, for Rasa to take up; what Rasa has written, to answer from.
read_ahead: ContextVar[DialogueStateTracker | None] = ContextVar("lobby_read_ahead", default=None)
last_saved: ContextVar[DialogueStateTracker | None] = ContextVar("lobby_last_saved", default=None)


class CompactTrackerStore(TrackerStore):
    """One row a sender in `rasa_trackers`. Database work runs in threads, never on Rasa's event loop."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """`host` is the `url` in endpoints.yml; without it the ticket store's database is used.

        Raises SetupError where that database does not answer.
        """
        super().__init__(domain, event_broker, **kwargs)
        hotspots.install()
        self._store = Store(host or settings.get().database_url)
        self._store.check()
        if not inspect(self._store.engine).has_table(RasaTracker.__tablename__):
            upgrade(self._store)  # `rasa shell` on a fresh checkout; `lobby up` has migrated before

    def close(self) -> None:
        self._store.close()

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A fresh tracker; nothing is written before its first turn is complete."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted("action_listen"))
        return tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        ahead = read_ahead.get()
        if ahead is not None and ahead.sender_id == sender_id:
            read_ahead.set(None)
            return ahead
        try:
            state = await asyncio.to_thread(self._read, sender_id)
        except Exception:
            # Rasa would go on with an empty tracker from memory; the channel refuses the turn instead.
            hotspots.note_failure("tracker_store")
            raise
        if state is None:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.events.extend(deserialise_events(json.loads(state)["events"]))
        tracker.replay_events()
        tracker.lobby_streamed = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker. A turn whose action failed leaves no trace, so that its retry begins where it began."""
        if hotspots.turn_has_failed():
            return
        await self.stream_events(tracker)
        events = fold(tracker, self.domain.slots)
        state = json.dumps({"version": 1, "events": as_dicts(events)}, ensure_ascii=False, separators=(",", ":"))
        try:
            await asyncio.to_thread(self._write, tracker.sender_id, state)
        except Exception:
            hotspots.note_failure("tracker_store")
            raise
        last_saved.set(tracker)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Publish what is new since this tracker was read or streamed; Rasa's own diff counts folded events."""
        events = list(tracker.events)
        if self.event_broker is not None:
            new = events[getattr(tracker, "lobby_streamed", 0) :]
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)
        tracker.lobby_streamed = len(events)

    async def keys(self) -> Iterable[str]:
        return await asyncio.to_thread(self._keys)

    def _read(self, sender_id: str) -> str | None:
        with self._store.read() as session:
            query = select(RasaTracker.state).where(RasaTracker.sender_id == sender_id)
            state: str | None = session.execute(query).scalar_one_or_none()
            return state

    def _write(self, sender_id: str, state: str) -> None:
        values = {"state": state, "updated_at": utc_now()}
        change = update(RasaTracker.__table__).where(RasaTracker.sender_id == sender_id).values(**values)
        with self._store.begin() as session:
            if session.execute(change).rowcount:
                return
        try:
            with self._store.begin() as session:
                session.execute(insert(RasaTracker.__table__).values(sender_id=sender_id, **values))
        except IntegrityError:  # another replica was first
            with self._store.begin() as session:
                session.execute(change)

    def _keys(self) -> list[str]:
        with self._store.read() as session:
            return list(session.execute(select(RasaTracker.sender_id)).scalars())


def fold(tracker: DialogueStateTracker, slots: Iterable[Any], keep: int = KEPT_TURNS) -> list[Event]:
    """The tracker's events, with all turns before the last `keep` replaced by a checkpoint."""
    events = list(tracker.events)
    turns = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= keep:
        return events
    cut = turns[-keep]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], slots=slots)
    return checkpoint(before) + events[cut:]


def checkpoint(tracker: DialogueStateTracker) -> list[Event]:
    """Events that bring a fresh tracker to the state of this one."""
    at = tracker.events[-1].timestamp if tracker.events else None
    loop = tracker.active_loop
    events: list[Event] = [SessionStarted(timestamp=at)]
    if loop is not None and loop.name:
        # A form's question comes before the pause in which the customer answers: policies look back to it.
        events += [ActionExecuted(loop.name, timestamp=at), ActiveLoop(loop.name, timestamp=at)]
        if loop.rejected:
            events.append(ActionExecutionRejected(loop.name, timestamp=at))
    events += [
        SlotSet(name, slot.value, timestamp=at)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value
    ]
    if tracker.is_paused():
        events.append(ConversationPaused(timestamp=at))
    if tracker.latest_action:
        name, text = tracker.latest_action.get("action_name"), tracker.latest_action.get("action_text")
        events.append(ActionExecuted(name, action_text=text, timestamp=at))
    if tracker.followup_action:
        events.append(FollowupAction(tracker.followup_action, timestamp=at))
    return events


def as_dicts(events: list[Event]) -> list[dict[str, Any]]:
    """Events as Rasa stores them; of all turns but the latest only what a policy reads."""
    latest = max((i for i, event in enumerate(events) if isinstance(event, UserUttered)), default=0)
    dicts = []
    for index, event in enumerate(events):
        found = event.as_dict()
        if index < latest and isinstance(event, UserUttered):
            found["parse_data"] = {k: v for k, v in found["parse_data"].items() if k in KEPT_OF_PARSE}
        elif index < latest and isinstance(event, BotUttered):
            found["data"] = {}
            found["metadata"] = {k: v for k, v in found["metadata"].items() if k == "utter_action"}
        dicts.append(found)
    return dicts
