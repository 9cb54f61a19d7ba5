"""Rasa tokenizer for mixed Chinese and English, with the bank's own words."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint
from bot.nlu.normalise import normalise
from bot.settings import ROOT

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
# A masked value, a Latin word, a number, a run of Chinese, or one other character.
_PIECE = re.compile(rf"⟨[a-z_]+:\d+⟩|[a-z]+(?:'[a-z]+)*|\d+(?:[.,:]\d+)*|[{_HAN}]+|\S")
_IS_HAN = re.compile(rf"[{_HAN}]")
_USERDICT = "userdict.txt"

jieba.setLogLevel(logging.WARNING)


def cut(text: str, words: jieba.Tokenizer) -> list[tuple[str, int, int]]:
    """Words of a normalised text with their offsets in it; jieba cuts the Chinese runs."""
    pieces: list[tuple[str, int, int]] = []
    for match in _PIECE.finditer(text):
        if not _IS_HAN.match(match[0]):
            pieces.append((match[0], match.start(), match.end()))
            continue
        at = match.start()
        for word in words.cut(match[0]):
            pieces.append((word, at, at + len(word)))
            at += len(word)
    return pieces


def tokenise(text: str, words: jieba.Tokenizer) -> list[Token]:
    """Tokens with normalised text and the offsets of the original."""
    normal = normalise(text)
    return [Token(word, *normal.span(start, end)) for word, start, end in cut(normal.text, words)]


def load_words(userdict: Path | None) -> jieba.Tokenizer:
    """Jieba with its own dictionary and, where the file exists, the bank's (one word a line, frequency optional)."""
    words = jieba.Tokenizer()
    words.initialize()
    if userdict is not None and userdict.is_file():
        with userdict.open(encoding="utf-8") as lines:
            words.load_userdict(lines)
    return words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class LobbyTokenizer(Tokenizer):
    """Keeps the bank dictionary in the model, so that a model understands what it was trained with."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, words: jieba.Tokenizer
    ) -> None:
        super().__init__(config)
        self._storage = storage
        self._resource = resource
        self._words = words

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`dictionary_path`: the bank's words, relative to the project."""
        return {
            "dictionary_path": "data/jieba/userdict.txt",
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Rasa puts their versions into the cache key."""
        return ["jieba"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu` and the dictionary."""
        return fingerprint.of(_userdict({**cls.get_default_config(), **config}))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """A tokenizer with the dictionary of the project."""
        return cls(config, model_storage, resource, load_words(_userdict(config)))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """A tokenizer with the dictionary of the model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, load_words(folder / _USERDICT))

    def train(self, training_data: TrainingData) -> Resource:
        """Copies the dictionary into the model; learns nothing."""
        with self._storage.write_to(self._resource) as folder:
            userdict = _userdict(self._config)
            if userdict.is_file():
                shutil.copyfile(userdict, folder / _USERDICT)
            else:
                (folder / _USERDICT).touch()
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute of a message; none for an empty one."""
        return tokenise(message.get(attribute), self._words)


def _userdict(config: dict[str, Any]) -> Path:
    return ROOT / config["dictionary_path"]
