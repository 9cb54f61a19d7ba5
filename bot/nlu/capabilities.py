"""The index of what a message can want: `data/capabilities.yml`, and the check that all else agrees with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.datafiles import read
from bot.errors import DataError
from bot.settings import DATA

KINDS = ("service", "answer", "talk", "form")


@dataclass(frozen=True)
class Intent:
    """`kind` is that of its capability; a choice whose intent `changes_state` works once."""

    name: str
    capability: str
    kind: str
    about: str
    changes_state: bool


@dataclass(frozen=True)
class Capabilities:
    """All intents by name, in the order of the file."""

    intents: Mapping[str, Intent]

    def of_intent(self, intent: str) -> str:
        """The capability an intent belongs to; `oos` for one that is not in the index."""
        known = self.intents.get(intent)
        return known.capability if known else "oos"

    def is_answer(self, intent: str) -> bool:
        """Whether an intent is answered from `data/knowledge`."""
        known = self.intents.get(intent)
        return known is not None and known.kind == "answer"

    def is_talk(self, capability: str) -> bool:
        """Whether a capability is small talk, steers the conversation or answers a question of ours."""
        return any(each.capability == capability and each.kind in ("talk", "form") for each in self.intents.values())

    def changes_state(self, intent: str) -> bool:
        """Whether a choice with this intent works once."""
        known = self.intents.get(intent)
        return known is not None and known.changes_state

    def names(self) -> list[str]:
        """The capabilities, in the order of the file."""
        return list(dict.fromkeys(intent.capability for intent in self.intents.values()))


def load(file: Path = DATA / "capabilities.yml") -> Capabilities:
    """The index as the file has it. DataError names what is wrong."""
    found: dict[str, Intent] = {}
    for intent in _intents(file):
        if intent.name in found:
            raise DataError(str(file), f"the intent {intent.name} is there twice")
        found[intent.name] = intent
    return Capabilities(found)


@lru_cache(maxsize=1)
def index() -> Capabilities:
    """The index of this project, read once."""
    return load()


def disagreements(capabilities: Capabilities, nlu: Path, domain: Path) -> list[str]:
    """What the folder of NLU data and the domain have that the index has not, and the other way round.

    One readable line each; none where all agree.
    """
    found = []
    examples: set[str] = set()
    for file in sorted(nlu.glob("*/*.yml")):
        for intent in _example_intents(file):
            examples.add(intent)
            if capabilities.of_intent(intent) != file.stem:
                found.append(f"{file}: {intent} does not belong to the capability {file.stem}")
    listed = {_name(intent) for intent in read(domain).content.get("intents", [])}
    for place, names in ((str(nlu), examples), (str(domain), listed)):
        found += [f"{place} lacks the intent {name}" for name in capabilities.intents if name not in names]
        found += [f"{place} has the unknown intent {name}" for name in sorted(names - set(capabilities.intents))]
    return found


def _intents(file: Path) -> Iterator[Intent]:
    source = read(file)
    content = source.content.get("capabilities")
    if not isinstance(content, dict) or not content:
        raise source.error("`capabilities` must be a mapping", ("capabilities",))
    for capability, facts in content.items():
        here = ("capabilities", capability)
        if not isinstance(facts, dict) or facts.get("kind") not in KINDS:
            raise source.error(f"the kind of {capability} must be one of {', '.join(KINDS)}", (*here, "kind"))
        intents = facts.get("intents")
        if not isinstance(intents, dict) or not intents:
            raise source.error(f"{capability} has no intents", (*here, "intents"))
        for name, about in intents.items():
            if not isinstance(about, dict) or not isinstance(about.get("about"), str):
                raise source.error(f"the intent {name} does not say what it is about", (*here, "intents", name))
            changes_state = about.get("changes_state", False)
            if not isinstance(changes_state, bool):
                where = (*here, "intents", name, "changes_state")
                raise source.error(f"changes_state of {name} must be true or false", where)
            yield Intent(name, capability, facts["kind"], about["about"], changes_state)


def _example_intents(file: Path) -> list[str]:
    source = read(file)
    entries = source.content.get("nlu")
    if not isinstance(entries, list):
        raise source.error("`nlu` must be a list", ("nlu",))
    return [entry["intent"] for entry in entries if isinstance(entry, dict) and "intent" in entry]


def _name(intent: Any) -> str:
    """A domain lists an intent by name, or as a mapping of its name to its settings."""
    return intent if isinstance(intent, str) else next(iter(intent))
