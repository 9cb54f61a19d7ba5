"""Reads the training data of the files once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData


class ReadOnceImporter(RasaFileImporter):
    """Rasa's importer, which it asks for the same data three times in a training.

    What it returns is shared: Rasa's importers around this one merge copies of it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._nlu_data = lru_cache(maxsize=1)(super().get_nlu_data)
        self._stories = lru_cache(maxsize=1)(super().get_stories)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all files; their format does not depend on the language."""
        return self._nlu_data()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Stories and rules of all files."""
        return self._stories(exclusion_percentage)
