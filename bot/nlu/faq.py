"""Rasa component: the answers nearest to a message, as `faq` in its parse data."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.retrieval import AnswerIndex, Ranked, phrasings
from bot.knowledge.service import load_knowledge
from bot.linear import VectorClassifier
from bot.nlu import capabilities, fingerprint
from bot.nlu.encoders import DEFAULT, load_encoders, signature
from bot.nlu.featurizer import vectors_of
from bot.nlu.intent_model import OOS
from bot.nlu.normalise import FEATURE_CHARS, feature_text
from bot.settings import ROOT, branch_folder

logger = logging.getLogger(__name__)

FAQ = "faq"
HOW_MANY = 5
# A message that is so surely of a capability without answers (a number, small talk) is not searched for: the dearer
# encoder, which the search needs, would take as long as all else.
_SURE = 0.9

_VECTORS = "vectors.npz"
_PHRASINGS = "phrasings_"
_CLASSIFIER = "answers_"
_ANSWERS = "knowledge"
_ZONE = "timezone.txt"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerRanker(GraphComponent):
    """Keeps a copy of the answers beside their vectors, so that a model never ranks other answers than it was made of.

    The texts that a customer reads come from `data/knowledge`, by id, when the action answers.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, index: AnswerIndex | None, zone: str
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._index = index
        self._zone = ZoneInfo(zone)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Folders relative to the project; the branch's is by default that of LOBBY_BRANCH.

        `encoders` are those of the featurizer.
        """
        return {"knowledge": "data/knowledge", "branch": None, "encoders": list(DEFAULT)}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu`, the knowledge, its code, and whether there is an encoder."""
        config = {**cls.get_default_config(), **config}
        places = (ROOT / config["knowledge"], branch_folder(config["branch"]), ROOT / "bot" / "knowledge")
        return fingerprint.of(*places) + signature(tuple(config["encoders"]))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """A ranker without answers, until it is trained."""
        return cls(config, model_storage, resource, None, "UTC")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """The answers and vectors of a model."""
        with model_storage.read_from(resource) as folder:
            zone = (folder / _ZONE).read_text(encoding="utf-8")
            answers = folder / _ANSWERS
            vectors = folder / _VECTORS
            index = None
            if answers.is_dir():
                arrays = dict(np.load(vectors, allow_pickle=False)) if vectors.is_file() else {}
                known = [arrays[name].astype(np.float32) for name in sorted(arrays) if name.startswith(_PHRASINGS)]
                fitted = (VectorClassifier.of_arrays(f"{_CLASSIFIER}{number}", arrays) for number in range(len(known)))
                index = AnswerIndex(load_knowledge(answers), known, [one for one in fitted if one is not None])
        return cls(config, model_storage, resource, index, zone)

    def train(self, training_data: TrainingData) -> Resource:
        """Encodes all phrasings of all answers. Raises DataError where the knowledge is wrong."""
        source = ROOT / self._config["knowledge"]
        with self._storage.write_to(self._resource) as folder:
            (folder / _ZONE).write_text(
                _timezone(branch_folder(self._config["branch"]) / "branch.yml"), encoding="utf-8"
            )
            files = sorted(source.glob("*.yml"))
            if not files:
                logger.warning("%s holds no answers: no question will find one.", source)
                return self._resource
            (folder / _ANSWERS).mkdir()
            for file in files:
                shutil.copyfile(file, folder / _ANSWERS / file.name)
            knowledge = load_knowledge(source)
            vectors = self._vectors(phrasings(knowledge), training_data)
            # Half precision: nearness needs no more, and the model is half as large.
            arrays = {f"{_PHRASINGS}{n}": of_one.astype(np.float16) for n, of_one in enumerate(vectors)}
            for number, classifier in enumerate(AnswerIndex(knowledge, vectors).classifiers):
                arrays |= classifier.arrays(f"{_CLASSIFIER}{number}")
            if arrays:
                np.savez(folder / _VECTORS, **arrays)
        return self._resource

    def _vectors(self, said: Sequence[str], training_data: TrainingData) -> list[np.ndarray]:
        """One matrix (phrasings, d) an encoder. Many phrasings are examples too, and encoded already."""
        encoders = load_encoders(tuple(self._config["encoders"]))
        texts = [feature_text(text) for text in said]
        known = {
            feature_text(example.get(TEXT)): vectors
            for example in training_data.training_examples
            if example.get(TEXT) and len(vectors := vectors_of(example)) == len(encoders)
        }
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, zip(*(encoder.encode(new) for encoder in encoders), strict=True), strict=False))
        return [np.stack([known[text][number] for text in texts]) for number in range(len(encoders))]

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `faq`: the five best [{"id", "score"}]; none where the message surely wants no answer."""
        today = datetime.now(self._zone).date()
        for message in messages:
            ranked = self._ranked(message, today) if self._index is not None else []
            message.set(FAQ, [{"id": hit.id, "score": hit.score} for hit in ranked], add_to_output=True)
        return messages

    def _ranked(self, message: Message, today: date) -> list[Ranked]:
        assert self._index is not None
        likely: dict[str, float] = {}
        for guess in message.get(INTENT_RANKING_KEY) or []:
            capability = capabilities.index().of_intent(guess["name"])
            likely[capability] = likely.get(capability, 0.0) + guess["confidence"]
        best = max(likely, key=lambda capability: likely[capability], default=OOS)
        if best != OOS and likely[best] > _SURE and best not in self._index.covered:
            return []
        text = (message.get(TEXT) or "")[:FEATURE_CHARS]
        return self._index.rank(text, vectors_of(message), today=today, capabilities=likely or None, n=HOW_MANY)


def _timezone(file: Path) -> str:
    content = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return str((content or {}).get("timezone", "UTC"))
