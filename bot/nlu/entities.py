"""Rasa entity extractor on `bot.nlu.finder`, with the words of the bank's services and products."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import fingerprint, words
from bot.nlu.finder import EntityFinder
from bot.settings import ROOT, branch_folder

_WORDS = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LobbyEntities(GraphComponent, EntityExtractorMixin):
    """Reads aliases at training and keeps them in the model, with the zone in which dates are resolved."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, facts: dict[str, Any]
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._zone = ZoneInfo(facts["timezone"])
        self._finder = EntityFinder(facts["words"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Paths relative to the project: the branch's folder (else that of LOBBY_BRANCH), the table of products."""
        return {"branch": None, "products": "data/knowledge/tables/products.yml"}

    @staticmethod
    def required_packages() -> list[str]:
        """Rasa puts their versions into the cache key."""
        return ["spacy"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Code of `bot/nlu` and the files with the aliases."""
        config = {**cls.get_default_config(), **config}
        return fingerprint.of(branch_folder(config["branch"]), ROOT / config["products"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """An extractor without the bank's words, until it is trained."""
        return cls(config, model_storage, resource, {"timezone": "UTC", "words": {}})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> GraphComponent:
        """An extractor with the words of the model."""
        with model_storage.read_from(resource) as folder:
            facts = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, facts)

    def train(self, training_data: TrainingData) -> Resource:
        """Copies the aliases into the model; learns nothing. Raises DataError where a file is wrong."""
        branch = branch_folder(self._config["branch"])
        facts = {
            "timezone": words.timezone(branch),
            "words": words.of_bank(branch, ROOT / self._config["products"]),
        }
        with self._storage.write_to(self._resource) as folder:
            (folder / _WORDS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message's text. `date` and `time` carry `resolved` beside the value as said."""
        today = datetime.now(self._zone).date()
        for message in messages:
            entities: list[dict[str, Any]] = []
            for found in self._finder.find(message.get(TEXT) or "", today):
                entity = {"entity": found.type, "value": found.value, "start": found.start, "end": found.end}
                entities.append(entity | ({"resolved": found.resolved} if found.resolved else {}))
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
        return messages
