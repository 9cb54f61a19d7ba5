"""Rasa featurizer: one dense sentence vector a message."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint
from bot.nlu.encoder import Encoder, load_encoder
from bot.nlu.normalise import feature_text


def vector_of(message: Message) -> np.ndarray | None:
    """(d,) float32 of length 1, or None where no encoder is installed."""
    _, sentence = message.get_dense_features(TEXT)
    return None if sentence is None else sentence.features[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Without an encoder it adds nothing, and the components after it do without."""

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder | None) -> None:
        super().__init__(name, config)
        self._encoder = encoder

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer, as for every Rasa featurizer."""
        return [Tokenizer]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu`, and whether there is an encoder."""
        return fingerprint.of() + str(load_encoder() is not None)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """Loads the encoder of this process."""
        return cls(config, execution_context.node_name, load_encoder())

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the vector of each message's text, as a sentence feature."""
        if self._encoder is None or not messages:
            return messages
        vectors = self._encoder.encode([feature_text(message.get(TEXT) or "") for message in messages])
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples, in one batch."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """It has nothing to configure."""
