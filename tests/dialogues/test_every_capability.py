"""Every capability has a useful answer in every locale, and none is met with silence in any state."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bot.locales import LOCALES
from bot.settings import DATA
from tests.dialogues.conftest import Reply, Talk

pytestmark = pytest.mark.rasa

CAPABILITIES = yaml.safe_load((DATA / "capabilities.yml").read_text())["capabilities"]
INTENTS = [intent for capability in CAPABILITIES.values() for intent in capability["intents"]]
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3,}")


def examples(locale: str) -> list[tuple[str, str]]:
    """One sentence an intent, from the corpus: the longest of the first ten, which says most."""
    found = []
    for file in sorted((DATA / "nlu" / locale).glob("*.yml")):
        for block in yaml.safe_load(file.read_text())["nlu"]:
            lines = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            found.append((block["intent"], max(lines[:10], key=len)))
    return found


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_intent_is_answered_in_the_customers_language(talk: Talk, locale: str) -> None:
    said = dict(examples(locale))
    assert set(said) == set(INTENTS)
    talk.locale = locale
    for intent, text in said.items():
        talk.session = f"{locale}-{intent}"
        response = await talk.post(text=text)
        assert response.status_code == 200, intent
        reply = Reply(response.json())
        assert reply.text, intent
        assert "{" not in reply.text, reply.text
        wanted = LATIN if locale == "en" else HAN
        assert wanted.search(reply.text), f"{intent}: {reply.text}"
        if locale == "en":
            assert not HAN.search(reply.text), f"{intent}: {reply.text}"


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_choice_that_is_offered_works(talk: Talk, locale: str) -> None:
    """One step deep from every intent: each button leads to an answer."""
    talk.locale = locale
    seen: set[str] = set()
    for intent in INTENTS:
        talk.session = f"choices-{locale}-{intent}"
        first = Reply((await talk.post(choice={"intent": intent, "entities": {}})).json())
        assert first.text, intent
        for offered in first.choices:
            key = str(sorted(offered["entities"].items())) + offered["intent"]
            if key in seen:
                continue
            seen.add(key)
            assert await answer_to(talk, offered), offered


@pytest.mark.parametrize("form", ["我要投诉", "帮我取个号", "理财产品推荐一下"])
async def test_every_intent_is_answered_inside_a_form(talk: Talk, form: str) -> None:
    for intent in INTENTS:
        talk.session = f"inside-{form}-{intent}"
        await talk.say(form)
        assert await answer_to(talk, {"intent": intent, "entities": {}}), intent


async def answer_to(talk: Talk, choice: dict[str, Any]) -> str:
    response = await talk.post(choice={"intent": choice["intent"], "entities": choice["entities"]})
    assert response.status_code == 200, response.text
    return Reply(response.json()).text
