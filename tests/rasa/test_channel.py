"""The channel: who may come in, what a repeated turn gets, what a failure says, what is logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from bot.rasa import hotspots
from bot.rasa.channel import LobbyChannel
from bot.rasa.tracker_store import last_saved

TOKEN = "token-for-tests"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
URL = "http://rasa/webhooks/lobby/turn"
TURN = {"sender": "s", "turn": "m1", "text": "你好", "metadata": {"locale": "zh-Hans", "channel": "web"}}


class Agent:
    """Rasa's agent as far as the channel touches it: it echoes, and counts how often it ran."""

    def __init__(self) -> None:
        self.domain = Domain.from_yaml("version: '3.1'\nintents: [greet]\nentities: [amount, locale]\n")
        self.lock_store = InMemoryLockStore()
        self.tracker_store = self
        self.processor = self
        self.trackers: dict[str, DialogueStateTracker] = {}
        self.messages: list[Any] = []
        self.running = 0
        self.act: Callable[[], None] = lambda: None

    def is_ready(self) -> bool:
        return True

    async def retrieve(self, sender: str) -> DialogueStateTracker | None:
        return self.trackers.get(sender)

    async def handle_message(self, message: Any) -> None:
        self.running += 1
        assert self.running == 1, "two turns of one sender at once"
        await asyncio.sleep(0.01)
        self.messages.append(message)
        self.act()
        tracker = self.trackers.get(message.sender_id) or DialogueStateTracker(message.sender_id, [])
        parse = message.parse_data or {"intent": {"name": "greet", "confidence": 0.9}, "entities": []}
        tracker.update(
            UserUttered(message.text, parse["intent"], parse["entities"], parse, message_id=message.message_id)
        )
        tracker.update(BotUttered(f"heard {message.text}"))
        tracker.update(ActionExecuted("action_listen"))
        if not hotspots.turn_has_failed():
            self.trackers[message.sender_id] = tracker
            last_saved.set(tracker)
        self.running -= 1


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture(scope="module")
def app() -> Sanic:
    """One for all tests: Sanic rewrites its own methods at an app's start, and can do so only once a process."""
    made = Sanic("test_channel", configure_logging=False)
    made.blueprint(LobbyChannel(TOKEN).blueprint(None), url_prefix="/webhooks/lobby")
    asyncio.run(made._startup())  # httpx does not run ASGI's lifespan
    return made


@pytest.fixture
async def client(app: Sanic, agent: Agent) -> Any:
    app.ctx.agent = agent
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        yield http


async def test_a_message_is_answered(client: httpx.AsyncClient, agent: Agent) -> None:
    response = await client.post(URL, json=TURN, headers=HEADERS)
    assert response.status_code == 200
    assert response.json()["messages"] == [{"text": "heard 你好", "choices": [], "cards": []}]
    assert agent.messages[0].metadata == {"locale": "zh-Hans", "channel": "web", "turn": "m1"}
    assert agent.messages[0].input_channel == "lobby"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
async def test_without_the_token_nothing_runs(client: httpx.AsyncClient, agent: Agent, headers: dict[str, str]) -> None:
    response = await client.post(URL, json=TURN, headers=headers)
    assert response.status_code == 401
    assert agent.messages == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"sender": "s"}', b'"text"'])
async def test_a_bad_body_is_refused(client: httpx.AsyncClient, agent: Agent, content: bytes) -> None:
    response = await client.post(URL, content=content, headers={**HEADERS, "Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid"
    assert agent.messages == []


async def test_a_choice_comes_as_intent_and_entities(client: httpx.AsyncClient, agent: Agent) -> None:
    turn = {**TURN, "text": None, "choice": {"intent": "greet", "entities": {"amount": "5"}}}
    response = await client.post(URL, json=turn, headers=HEADERS)
    assert response.json()["understood"]["entities"] == [{"type": "amount", "value": "5", "start": 0, "end": 0}]
    assert agent.messages[0].parse_data["intent"] == {"name": "greet", "confidence": 1.0}


@pytest.mark.parametrize("intent", ["restart", "back", "session_start", "nothing_of_the_kind"])
async def test_a_choice_outside_the_domain_is_refused(client: httpx.AsyncClient, agent: Agent, intent: str) -> None:
    turn = {**TURN, "text": None, "choice": {"intent": intent, "entities": {}}}
    response = await client.post(URL, json=turn, headers=HEADERS)
    assert response.status_code == 400
    assert agent.messages == []


async def test_the_same_turn_again_gets_the_same_answer_without_running(
    client: httpx.AsyncClient, agent: Agent
) -> None:
    first = await client.post(URL, json=TURN, headers=HEADERS)
    second = await client.post(URL, json=TURN, headers=HEADERS)
    assert second.json() == first.json()
    assert len(agent.messages) == 1


async def test_the_same_turn_twice_at_once_runs_once(client: httpx.AsyncClient, agent: Agent) -> None:
    answers = await asyncio.gather(*(client.post(URL, json=TURN, headers=HEADERS) for _ in range(3)))
    assert len({answer.text for answer in answers}) == 1
    assert len(agent.messages) == 1


async def test_a_failed_action_is_reported_and_the_retry_runs(client: httpx.AsyncClient, agent: Agent) -> None:
    agent.act = lambda: hotspots.note_failure("action_take_ticket")
    failed = await client.post(URL, json=TURN, headers=HEADERS)
    assert (failed.status_code, failed.json()) == (503, {"error": "action_server"})
    agent.act = lambda: None
    again = await client.post(URL, json=TURN, headers=HEADERS)
    assert again.status_code == 200
    assert len(agent.messages) == 2


async def test_a_tracker_store_that_is_away_is_reported(client: httpx.AsyncClient, agent: Agent) -> None:
    agent.act = lambda: hotspots.note_failure("tracker_store")
    failed = await client.post(URL, json=TURN, headers=HEADERS)
    assert (failed.status_code, failed.json()) == (503, {"error": "tracker_store"})


async def test_an_exception_is_reported_without_what_was_said(
    client: httpx.AsyncClient, agent: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    words = "my secret words"

    def fail() -> None:
        raise ValueError(words)

    agent.act = fail
    with caplog.at_level(logging.DEBUG):
        failed = await client.post(URL, json={**TURN, "text": words}, headers=HEADERS)
    assert (failed.status_code, failed.json()) == (503, {"error": "rasa"})
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text
    assert "secret" not in failed.text


async def test_without_a_model_turns_are_refused_and_health_says_so(client: httpx.AsyncClient, agent: Agent) -> None:
    agent.is_ready = lambda: False  # type: ignore[method-assign]
    health = await client.get("http://rasa/webhooks/lobby/")
    assert health.json() == {"status": "ok", "model": False}
    response = await client.post(URL, json=TURN, headers=HEADERS)
    assert (response.status_code, response.json()) == (503, {"error": "no_model"})
