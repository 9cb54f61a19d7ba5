"""A file a component reads is part of what it was made of."""

from __future__ import annotations

from pathlib import Path

from bot.nlu import fingerprint


def test_it_changes_with_a_file_and_not_with_its_absence(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    absent = fingerprint.of(file)
    assert absent == fingerprint.of()
    file.write_text("a: 1")
    first = fingerprint.of(tmp_path)
    file.write_text("a: 2")
    assert len({absent, first, fingerprint.of(tmp_path)}) == 3
