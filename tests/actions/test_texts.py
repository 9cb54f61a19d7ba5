"""Texts of the dialogue: whole in three locales, none missing, none left over."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from bot.locales import EN, LOCALES, ZH_HANS
from bot.settings import DATA, ROOT

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
LABELS = yaml.safe_load((DATA / "labels.yml").read_text(encoding="utf-8"))
INTENTS = [
    i for c in yaml.safe_load((DATA / "capabilities.yml").read_text())["capabilities"].values() for i in c["intents"]
]
CODE = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "actions").glob("*.py"))
# Names that code puts together, and what Rasa itself looks for.
COMPOSED = re.compile(
    r"utter_(praise|suggestion|default|reason_\w+|visit_(early|late)|ask_(complaint|recommendation)_\w+)$"
)


def by_locale(variations: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for variation in variations:
        conditions = variation.get("condition", [])
        found[conditions[0]["value"] if conditions else ZH_HANS].append(variation)
    return found


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", DOMAIN["responses"])
def test_every_response_says_the_same_in_three_locales(name: str) -> None:
    variations = by_locale(DOMAIN["responses"][name])
    if name == "utter_answer":  # passes a text of data/knowledge through
        return
    assert set(variations) == set(LOCALES)
    assert len({len(found) for found in variations.values()}) == 1
    for same in zip(*variations.values(), strict=True):
        assert len({frozenset(braces(variation["text"])) for variation in same}) == 1
        intents = {tuple(b["payload"].partition("{")[0] for b in variation.get("buttons", [])) for variation in same}
        assert len(intents) == 1
    assert not any(re.search(r"[\u4e00-\u9fff]", variation["text"]) for variation in variations[EN])


def test_actions_say_what_the_domain_has_and_the_domain_has_nothing_else() -> None:
    said = set(re.findall(r'"(utter_\w+)"', CODE))
    has = set(DOMAIN["responses"])
    assert said <= has
    assert {name for name in has - said if not COMPOSED.match(name)} == set()


def test_every_action_is_in_the_domain_and_has_code() -> None:
    made = set(re.findall(r'action_name = "(\w+)"', CODE))
    assert made == set(DOMAIN["actions"])


def test_every_intent_has_one_general_rule() -> None:
    rules = [r for f in (DATA / "rules").glob("*.yml") for r in yaml.safe_load(f.read_text())["rules"]]
    ruled = [step["intent"] for rule in rules for step in rule["steps"] if "intent" in step]
    assert sorted(ruled) == sorted(INTENTS)
    assert sorted(next(iter(i)) if isinstance(i, dict) else i for i in DOMAIN["intents"]) == sorted(INTENTS)


def test_buttons_lead_to_intents_and_entities_of_the_domain() -> None:
    payloads = [
        button["payload"]
        for variations in DOMAIN["responses"].values()
        for variation in variations
        for button in variation.get("buttons", [])
    ]
    assert payloads
    for payload in payloads:
        intent, _, entities = payload.lstrip("/").partition("{{")
        assert intent in INTENTS
        assert set(re.findall(r'"(\w+)":', entities)) <= set(DOMAIN["entities"])


def test_labels_are_whole_and_name_every_guess() -> None:
    for name, texts in LABELS.items():
        assert set(texts) == set(LOCALES), name
        assert len({frozenset(re.findall(r"\{(\w+)", text)) for text in texts.values()}) == 1, name
    from actions.talk import NOT_GUESSED

    assert {f"intent_{intent}" for intent in INTENTS if intent not in NOT_GUESSED} <= set(LABELS)


def test_nothing_happens_when_actions_are_imported() -> None:
    """No call at module level but definitions: no settings, data or database is touched."""
    import ast

    for file in Path(ROOT / "actions").glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)] if isinstance(node, ast.Expr) else []
            assert not calls, f"{file.name}, line {node.lineno}"
