"""A trained model's understanding in this process, without a server: what `lobby parse` and `lobby answers` use."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import SetupError
from bot.knowledge.retrieval import AnswerIndex, Ranked, phrasings
from bot.knowledge.service import load_knowledge
from bot.nlu import capabilities
from bot.nlu.encoders import encode, load_encoders
from bot.nlu.normalise import FEATURE_CHARS
from bot.nlu.understood import answer_of
from bot.privacy import rules as privacy

# Rasa takes a text that begins so for a command.
_COMMAND, _NO_COMMAND = "/", "\u2215"


class Interpreter:
    """Loads the newest model of a folder once. Calls may come from several threads; they run one after another."""

    def __init__(self, models: Path) -> None:
        """Raises SetupError where there is no model, or it does not load."""
        self._lock = threading.Lock()
        self._run = _load(newest(models))

    def parse(self, text: str, locale: str | None = None) -> dict[str, Any]:
        """`text`, `capability`, `intent`, `confidence`, `entities` and `faq`, as the contract has them.

        Personal values are masked before the model sees the text, and given back as entities with the value itself.
        `faq` is an answer's id or None, see `answer_of`.
        """
        masked = _Masked.of(text)
        with self._lock:
            parsed = self._run(masked.text, {"locale": locale} if locale else {})
        intent = parsed["intent"]["name"]
        index = capabilities.index()
        return {
            "text": text,
            "capability": index.of_intent(intent),
            "intent": intent,
            "confidence": round(parsed["intent"]["confidence"], 4),
            "entities": [masked.entity(entity) for entity in parsed["entities"] if entity["entity"] != "locale"],
            "faq": answer_of(parsed),
        }


class Answers:
    """Searches any folder in the form of `data/knowledge`, with the encoders of this process and no model."""

    def __init__(self, folder: Path) -> None:
        """Raises DataError where the folder is wrong."""
        knowledge = load_knowledge(folder)
        self._encoders = load_encoders()
        self._index = AnswerIndex(knowledge, encode(phrasings(knowledge), self._encoders))

    def rank(self, text: str, *, today: date, n: int = 10) -> list[Ranked]:
        """The best answers that hold today, best first."""
        vectors = [rows[0] for rows in encode([text], self._encoders)]
        return self._index.rank(text[:FEATURE_CHARS], vectors, today=today, n=n)


def newest(models: Path) -> Path:
    """The newest model file in a folder. SetupError where there is none."""
    found = sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise SetupError(f"there is no model in {models}", "run `lobby train`")
    return found[-1]


def _load(model: Path) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    """A function of text and metadata that gives Rasa's parse data."""
    # Importing Rasa takes seconds: only who parses pays for it.
    from rasa.core.channels.channel import UserMessage
    from rasa.engine import loader
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    from bot.rasa.runner import DirectGraphRunner

    folder = tempfile.TemporaryDirectory(prefix="lobby-model-")
    try:
        metadata, runner = loader.load_predict_graph_runner(
            Path(folder.name), model, LocalModelStorage, DirectGraphRunner
        )
    except Exception as error:
        raise SetupError(f"the model {model} does not load: {error}", "run `lobby train`") from error
    target = metadata.nlu_target

    def run(text: str, about: Mapping[str, Any], _keep: Any = folder) -> dict[str, Any]:
        message = UserMessage(text=text, metadata=dict(about))
        parsed = runner.run(inputs={PLACEHOLDER_MESSAGE: [message]}, targets=[target])[target][0]
        return {"entities": [], **parsed.as_dict(only_output_properties=True)}

    return run


@dataclass(frozen=True)
class _Masked:
    """A text with tokens in place of personal values, and the way back."""

    text: str
    original: str
    # (start in text, end in text, start in original, end in original) of each token
    tokens: Sequence[tuple[int, int, int, int]]

    @classmethod
    def of(cls, text: str) -> _Masked:
        parts: list[str] = []
        tokens = []
        length = done = 0
        for number, span in enumerate(privacy.find(text), 1):
            parts.append(text[done : span.start])
            length += span.start - done
            token = f"⟨{span.type}:{number}⟩"
            tokens.append((length, length + len(token), span.start, span.end))
            parts.append(token)
            length += len(token)
            done = span.end
        masked = "".join([*parts, text[done:]])
        if masked.lstrip().startswith(_COMMAND):
            masked = masked.replace(_COMMAND, _NO_COMMAND, 1)
        return cls(masked, text, tokens)

    def entity(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        """An entity in the contract's form, with offsets into the original."""
        start, end = self._offset(entity["start"]), self._offset(entity["end"])
        is_ours = any(entity["start"] == token[0] for token in self.tokens)
        value = privacy.canonical(entity["entity"], self.original[start:end]) if is_ours else entity["value"]
        found = {"type": entity["entity"], "value": value, "start": start, "end": end}
        return found | ({"resolved": entity["resolved"]} if "resolved" in entity else {})

    def _offset(self, at: int) -> int:
        shift = 0
        for start, end, original_start, original_end in self.tokens:
            if at >= end:
                shift = original_end - end
            elif at > start:
                return original_start
        return at + shift
