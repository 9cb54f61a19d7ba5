"""A turn as an action sees it, without servers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.edge import Edge
from actions.turn import Turn
from bot.assistance.service import load_catalogue
from bot.branch.service import Branch
from bot.conversations.moods import Moods
from bot.knowledge.amusement import load_amusement
from bot.knowledge.retrieval import AnswerIndex
from bot.knowledge.service import load_knowledge
from bot.privacy.service import Vault
from bot.settings import DATA
from bot.store import Store
from bot.texts import Texts
from bot.visits.service import load_visit_plan


@dataclass
class Heard:
    """A turn, and what was answered in it."""

    turn: Turn
    dispatcher: CollectingDispatcher
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.dispatcher.messages]

    @property
    def choices(self) -> list[str]:
        return [button["payload"] for message in self.dispatcher.messages for button in message["buttons"]]


@dataclass
class Said:
    """A customer's message with what was understood of it."""

    text: str = ""
    intent: str = "inform"
    confidence: float = 0.95
    entities: dict[str, str] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    locale: str = "zh-Hans"
    events: list[dict[str, Any]] = field(default_factory=list)
    ranking: list[dict[str, Any]] = field(default_factory=list)
    faq: list[dict[str, Any]] = field(default_factory=list)
    channel: str = "kiosk"
    turn: str = "m1"


Hear = Callable[[Said], Heard]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: what actions call is tested on both databases where it lives."""
    shutil.copy(sqlite_template, tmp_path / "lobby.db")
    return f"sqlite:///{tmp_path / 'lobby.db'}"


@pytest.fixture(scope="session")
def labels() -> Texts:
    return Texts(DATA / "labels.yml")


@pytest.fixture(scope="session")
def read_data(labels: Texts) -> dict[str, Any]:
    """What an edge reads from `data/`, once for all tests."""
    knowledge = load_knowledge(DATA / "knowledge")
    return {
        "knowledge": knowledge,
        "labels": labels,
        "amusement": load_amusement(DATA / "amusement.yml"),
        "moods": Moods(DATA / "moods.yml"),
        "index": AnswerIndex(knowledge),
    }


@pytest.fixture
def edge(store: Store, branch: Branch, vault: Vault, read_data: dict[str, Any], now: datetime) -> Edge:
    folder = DATA / "branch" / "demo"
    return Edge(
        store=store,
        branch=branch,
        visits=load_visit_plan(folder, branch),
        assistance=load_catalogue(folder),
        vault=vault,
        clock=lambda: now,
        **read_data,
    )


@pytest.fixture
def hear(edge: Edge) -> Hear:
    """Makes the turn of a message."""

    def make(said: Said) -> Heard:
        message = {
            "text": said.text or f"/{said.intent}",
            "intent": {"name": said.intent, "confidence": said.confidence},
            "entities": [_entity(said, name, value) for name, value in said.entities.items()],
            "metadata": {"locale": said.locale, "channel": said.channel, "turn": said.turn},
            "intent_ranking": said.ranking,
            "faq": said.faq,
        }
        loop = {"name": said.form} if said.form else {}
        tracker = Tracker("s1", said.slots, message, [{"event": "user"}, *said.events], False, None, loop, None)
        dispatcher = CollectingDispatcher()
        return Heard(Turn(dispatcher, tracker, edge), dispatcher)

    return make


def _entity(said: Said, name: str, value: str) -> dict[str, Any]:
    """`value` may be "as said=normalised"."""
    words, _, normal = value.partition("=")
    start = max(said.text.find(words), 0)
    return {"entity": name, "value": normal or words, "start": start, "end": start + len(words)}
