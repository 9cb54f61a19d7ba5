"""The conversations of conversations.yml, turn by turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dialogues.conftest import Reply, Talk

pytestmark = pytest.mark.rasa

GROUPS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("conversations.yml").read_text(encoding="utf-8")
)
ALL = [conversation for group in GROUPS.values() for conversation in group]


@pytest.mark.parametrize("conversation", ALL, ids=[conversation["name"] for conversation in ALL])
async def test_conversation(talk: Talk, conversation: dict[str, Any]) -> None:
    for turn in conversation["turns"]:
        said = turn.get("say") or turn.get("choose")
        reply = await (talk.say(said) if "say" in turn else talk.choose(said))
        here = f"{said!r} → {reply.intent}: {reply.text} {reply.labels}"
        check(reply, turn, here)


def check(reply: Reply, turn: dict[str, Any], here: str) -> None:
    for text in turn.get("has", []):
        assert text.casefold() in reply.text.casefold(), f"lacks {text!r}: {here}"
    for text in turn.get("lacks", []):
        assert text not in reply.text, f"has {text!r}: {here}"
    if "form" in turn:
        assert reply.form == (None if turn["form"] == "none" else turn["form"]), here
    if "asks" in turn:
        assert reply.asks == turn["asks"], here
    if "card" in turn:
        assert turn["card"] in [card["kind"] for card in reply.cards], here
    if "choice" in turn:
        assert any(turn["choice"] in label for label in reply.labels), here


def test_every_key_is_one_that_is_checked() -> None:
    known = {"say", "choose", "has", "lacks", "form", "asks", "card", "choice"}
    for conversation in ALL:
        assert conversation["turns"]
        for turn in conversation["turns"]:
            assert set(turn) <= known, turn
            assert len({"say", "choose"} & set(turn)) == 1, turn
