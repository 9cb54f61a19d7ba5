"""Rasa intent classifier: which intent, how sure, and whether it is one of ours at all."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from bot.nlu import fingerprint
from bot.nlu.featurizer import vectors_of
from bot.nlu.intent_model import OOS, IntentModel, ngrams
from bot.nlu.normalise import FEATURE_CHARS, feature_text

logger = logging.getLogger(__name__)

RANKING_LENGTH = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LobbyClassifier(IntentClassifier, GraphComponent):
    """Counts n-grams itself: characters and words in one pass and one tf-idf, where Rasa would take two featurizers."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: IntentModel | None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        """The tokens are half of the n-grams. A dense featurizer is welcome, not required."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Rasa puts their versions into the cache key."""
        return ["sklearn"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu`."""
        return fingerprint.of()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """An untrained classifier."""
        return cls(model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """The classifier of a model."""
        # For the whole process, as long as it lives: one message is no work to share.
        threadpool_limits(limits=1, user_api="blas")
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on every example with a text and an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        by_encoder = zip(*(vectors_of(example) for example in examples), strict=True)
        self._model = IntentModel.fit(
            [_grams_of(example) for example in examples],
            [np.stack(vectors) for vectors in by_encoder],
            [example.get(INTENT) for example in examples],
        )
        logger.info("Rejects what it is less sure of than %.3f.", self._model.threshold)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `intent` and `intent_ranking` (five).

        A rejected message has the intent `oos` in front; what it would have been is the ranking after it.
        """
        if self._model is None:
            return messages
        for message in messages:
            ranking = self._ranking(message, self._model)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    @staticmethod
    def _ranking(message: Message, model: IntentModel) -> list[dict[str, Any]]:
        if not feature_text(message.get(TEXT) or ""):
            return [{"name": OOS, "confidence": 1.0}]
        confidences = model.confidences(_grams_of(message), vectors_of(message))
        guesses = model.ranking(confidences)[:RANKING_LENGTH]
        return [{"name": name, "confidence": confidence} for name, confidence in guesses]


def _grams_of(message: Message) -> Any:
    text = feature_text(message.get(TEXT))
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    return ngrams(text, [token.text for token in tokens[:FEATURE_CHARS]])
