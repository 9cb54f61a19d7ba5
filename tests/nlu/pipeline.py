"""A small pipeline of the real components, trained in memory on a handful of lines of each intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path

from bot.settings import DATA, ROOT

LINES_PER_INTENT = 12


class Pipeline:
    """`config.yml`, component by component: created, trained, loaded again, as Rasa does it."""

    def __init__(self, folder: Path) -> None:
        storage = LocalModelStorage.create(folder)
        data = TrainingData(_examples())
        self._components = []
        for number, entry in enumerate(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]):
            kind = class_from_module_path(entry.pop("name"))
            context = ExecutionContext(GraphSchema({}), node_name=f"{kind.__name__}{number}")
            given = ({**kind.get_default_config(), **entry}, storage, Resource(context.node_name), context)
            component = kind.create(*given)
            if hasattr(component, "train"):
                component.train(data)
                component = kind.load(*given)
            if hasattr(component, "process_training_data"):
                component.process_training_data(data)
            self._components.append(component)

    def parse(self, text: str, **metadata: Any) -> dict[str, Any]:
        """Parse data of one message."""
        messages = [Message({"text": text, "metadata": metadata})]
        for component in self._components:
            messages = component.process(messages)
        return messages[0].as_dict(only_output_properties=True)


def _examples() -> list[Message]:
    examples = []
    for file in sorted((DATA / "nlu").glob("*/*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in entry["examples"].splitlines() if line.startswith("- ")]
            examples += [Message.build(line, entry["intent"]) for line in lines[:LINES_PER_INTENT]]
    return examples
