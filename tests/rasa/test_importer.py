"""The importer reads as Rasa's own does, but once."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.importers.importer import TrainingDataImporter

from bot.rasa.importer import ReadOnceImporter
from bot.settings import ROOT

NLU = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - 你好
    - hello
"""


def test_the_files_are_read_once(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(NLU, encoding="utf-8")
    importer = ReadOnceImporter(training_data_paths=[str(file)])
    before = importer.get_nlu_data().fingerprint()
    file.unlink()
    assert importer.get_nlu_data(language="zh").fingerprint() == before


def test_a_change_of_what_rasa_was_given_reaches_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    (tmp_path / "config.yml").write_text("importers: [{name: bot.rasa.importer.ReadOnceImporter}]", encoding="utf-8")
    importer = TrainingDataImporter.load_from_config(str(tmp_path / "config.yml"), None, [str(tmp_path / "nlu.yml")])
    said = [one for one in importer.get_nlu_data("zh").training_examples if one.get("text") == "hello"]
    said[0].set("text", "changed")
    assert "hello" in {one.get("text") for one in importer.get_nlu_data("en").training_examples}


def test_rasa_is_told_of_the_importer() -> None:
    importer = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"))
    assert isinstance(importer.importer._importer._importers[0], ReadOnceImporter)
