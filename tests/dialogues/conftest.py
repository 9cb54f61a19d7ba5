"""A trained model, a Rasa server and an action server of our own, and `Talk`: one customer in conversation.

The model is the one of the present data (`bot.ops.training`): trained when there is none, and shared with `make run`.
LOBBY_TEST_MODEL names another one.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot import settings as settings_module
from bot.branch.service import Branch, load_branch
from bot.conversations import service as conversations
from bot.locales import ZH_HANS, detect
from bot.ops import training
from bot.ops.supervisor import free_port, is_up
from bot.privacy import service as privacy
from bot.privacy.service import Vault
from bot.settings import ROOT, Settings
from bot.store import Store, utc_now
from bot.store.migrate import upgrade
from tests.processes import environment, running


@dataclass
class Assistant:
    """The two running servers, and the database they share with the test."""

    settings: Settings
    store: Store
    branch: Branch
    vault: Vault
    environment: dict[str, str]
    action_port: int
    rasa_url: str
    actions: ExitStack = field(default_factory=ExitStack)
    has_actions: bool = False

    @property
    def turn_url(self) -> str:
        return f"{self.rasa_url}/webhooks/lobby/turn"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.derive_text('rasa-channel')}"}

    def start_actions(self) -> None:
        command = [sys.executable, "-m", "actions.server", "--port", str(self.action_port)]
        up = f"http://127.0.0.1:{self.action_port}/health"
        self.actions.enter_context(running("actions", command, self.environment, lambda: is_up(up)))
        self.has_actions = True

    def stop_actions(self) -> None:
        self.actions.close()
        self.has_actions = False


@dataclass(frozen=True)
class Reply:
    """The answer to one turn."""

    body: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.body["messages"])

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [choice for message in self.body["messages"] for choice in message["choices"]]

    @property
    def labels(self) -> list[str]:
        return [choice["label"] for choice in self.choices]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for message in self.body["messages"] for card in message["cards"]]

    def card(self, kind: str) -> dict[str, Any]:
        found = [card for card in self.cards if card["kind"] == kind]
        assert found, f"no card {kind} in {self.cards}; text: {self.text}"
        return found[0]

    @property
    def intent(self) -> str:
        return str(self.body["understood"]["intent"])

    @property
    def asks(self) -> str | None:
        return self.body["asks"]

    @property
    def form(self) -> str | None:
        return self.body["form"]


@dataclass
class Talk:
    """One customer's conversation. Masks and detects the locale as `web` does before it asks Rasa."""

    assistant: Assistant
    client: httpx.AsyncClient
    session: str
    locale: str = ZH_HANS
    channel: str = "kiosk"
    turns: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    last: Reply | None = None

    async def say(self, text: str, *, turn: str | None = None) -> Reply:
        self.locale = detect(text, self.locale)
        with self.assistant.store.begin() as session:
            masked = privacy.mask_message(
                session, self.assistant.vault, session_id=self.session, text=text, now=utc_now()
            )
        return await self._send(text=masked, turn=turn)

    async def choose(self, label: str, *, turn: str | None = None) -> Reply:
        """Press the choice of the last reply whose label holds `label`."""
        assert self.last is not None
        found = [choice for choice in self.last.choices if label in choice["label"]]
        assert found, f"no choice {label!r} among {self.last.labels}"
        return await self._send(choice={key: found[0][key] for key in ("intent", "entities")}, turn=turn)

    async def post(self, **body: Any) -> httpx.Response:
        """One raw turn."""
        turn = body.pop("turn", None) or f"m{next(self.turns)}"
        metadata = {"locale": self.locale, "channel": self.channel}
        body = {"sender": self.session, "turn": turn, "metadata": metadata, **body}
        return await self.client.post(self.assistant.turn_url, json=body, headers=self.assistant.headers)

    async def _send(self, **body: Any) -> Reply:
        response = await self.post(**body)
        assert response.status_code == 200, response.text
        reply = Reply(response.json())
        assert reply.body["messages"], f"no answer to {body}"
        self.last = reply
        return reply


@pytest.fixture(scope="session")
def model() -> Path:
    given = os.environ.get("LOBBY_TEST_MODEL")
    if given:
        return Path(given)
    here = settings_module.load()
    found = training.model_path(here)
    if not found.is_file():
        here.logs.mkdir(parents=True, exist_ok=True)
        training.train(here, here.logs / "train-for-tests.log")
    return found


@pytest.fixture(scope="session")
def assistant(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("assistant")
    action_port, rasa_port = free_port(), free_port()
    env = environment(home, f"sqlite:///{home / 'lobby.db'}", TF_CPP_MIN_LOG_LEVEL="3")
    here = settings_module.load(env)
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{action_port}/webhook"
    (home / "endpoints.yml").write_text(yaml.safe_dump(endpoints))
    store = Store(here.database_url)
    upgrade(store)
    made = Assistant(
        settings=here,
        store=store,
        branch=load_branch(here.branch_dir),
        vault=Vault.from_settings(here),
        environment=env,
        action_port=action_port,
        rasa_url=f"http://127.0.0.1:{rasa_port}",
    )
    command = [
        *[sys.executable, "-m", "rasa", "run", "--model", str(model), "--endpoints", str(home / "endpoints.yml")],
        *["--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(rasa_port)],
    ]
    with running("rasa", command, env, lambda: _has_model(made.rasa_url), seconds=120), made.actions:
        made.start_actions()
        yield made
    store.close()


def _has_model(rasa_url: str) -> bool:
    try:
        return bool(httpx.get(f"{rasa_url}/webhooks/lobby/", timeout=5, trust_env=False).json()["model"])
    except (httpx.HTTPError, ValueError, KeyError):
        return False


@pytest.fixture
async def talk(assistant: Assistant) -> Any:
    """A new customer at the kiosk."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        yield new_talk(assistant, client)


def new_talk(assistant: Assistant, client: httpx.AsyncClient, channel: str = "kiosk") -> Talk:
    with assistant.store.begin() as session:
        conversation, _ = conversations.open_conversation(
            session, channel=channel, device=None, locale=ZH_HANS, now=utc_now()
        )
        return Talk(assistant, client, session=conversation.id, channel=channel)
