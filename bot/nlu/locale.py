"""Rasa component: the locale of a message as an entity, which a `from_entity` slot follows at every turn."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.locales import LOCALES, detect


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LocaleDetector(GraphComponent, EntityExtractorMixin):
    """Takes the locale that the channel sends in the metadata; detects it from the text where none is sent.

    A text that tells nothing and comes without metadata (`rasa shell`) gives no entity: the slot stays as it is.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """It has nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entity `locale` of no width to each message."""
        for message in messages:
            locale = _locale_of(message)
            if locale:
                entity = {"entity": "locale", "value": locale, "start": 0, "end": 0}
                found = message.get(ENTITIES, []) + self.add_extractor_name([entity])
                message.set(ENTITIES, found, add_to_output=True)
        return messages


def _locale_of(message: Message) -> str:
    sent = (message.get("metadata") or {}).get("locale")
    return sent if sent in LOCALES else detect(message.get(TEXT) or "", "")
