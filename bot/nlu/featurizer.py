"""Rasa featurizer: dense sentence vectors of a message, the cheap one at once, dearer ones when they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, overload

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
from bot.nlu.encoders import DEFAULT, Encoder, load_encoders, signature
from bot.nlu.normalise import feature_text

_VECTORS = "sentence_vectors"


class Vectors(Sequence[np.ndarray]):
    """The vectors of one text, (d,) float32 of length 1 each, one an encoder; made when first asked for."""

    def __init__(self, text: str, encoders: Sequence[Encoder], known: Sequence[np.ndarray] = ()) -> None:
        self._text = text
        self._encoders = encoders
        self._known = dict(enumerate(known))

    def __len__(self) -> int:
        return len(self._encoders)

    @overload
    def __getitem__(self, number: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[np.ndarray]: ...
    def __getitem__(self, number: int | slice) -> np.ndarray | Sequence[np.ndarray]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        if number not in self._known:
            self._known[number] = self._encoders[number].encode([self._text])[0]
        return self._known[number]

    def fingerprint(self) -> str:
        """What Rasa's training cache tells one from another by."""
        return hashlib.sha256(f"{len(self)} {self._text}".encode(errors="replace")).hexdigest()


def vectors_of(message: Message) -> Sequence[np.ndarray]:
    """The vectors of a message; none where no encoder is installed."""
    found: Sequence[np.ndarray] = message.get(_VECTORS) or ()
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Without an encoder it adds nothing, and the components after it do without.

    The first encoder's vector is a dense feature of Rasa's too, for other components that want one.
    """

    def __init__(self, config: dict[str, Any], name: str, encoders: Sequence[Encoder]) -> None:
        super().__init__(name, config)
        self._encoders = encoders

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer, as for every Rasa featurizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoders`, cheapest first: `use`, `e5`, or folders relative to the project (`encoders/folder.py`)."""
        return {**DenseFeaturizer.get_default_config(), "encoders": list(DEFAULT)}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu`, and which encoders there are."""
        return fingerprint.of() + signature(_names(config))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """Loads the encoders of this process."""
        return cls(config, execution_context.node_name, load_encoders(_names(config)))

    def process(self, messages: list[Message]) -> list[Message]:
        """Gives each message its vectors, and the first of them as a sentence feature."""
        if self._encoders:
            for message in messages:
                self._give(message, Vectors(feature_text(message.get(TEXT) or ""), self._encoders))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples, in one batch an encoder."""
        messages = [example for example in training_data.training_examples if example.get(TEXT)]
        texts = [feature_text(message.get(TEXT)) for message in messages]
        if self._encoders and messages:
            known = zip(*(encoder.encode(texts) for encoder in self._encoders), strict=True)
            for message, text, vectors in zip(messages, texts, known, strict=True):
                self._give(message, Vectors(text, self._encoders, vectors))
        return training_data

    def _give(self, message: Message, vectors: Vectors) -> None:
        message.set(_VECTORS, vectors)
        feature = Features(vectors[0][None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
        message.add_features(feature)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa could check: `load_encoders` says what is wrong with a folder."""


def _names(config: dict[str, Any]) -> tuple[str, ...]:
    return tuple(config.get("encoders") or DEFAULT)
