"""What plain words of a data file become, whichever YAML loader there is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot import datafiles
from bot.errors import DataError


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, request.param):
        pytest.skip(f"yaml has no {request.param}")
    monkeypatch.setattr(datafiles, "_LOADER", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"true"', "true"),
        ("'null'", "null"),
        ('""', ""),
        ("No", "No"),
        ("9:00", "9:00"),
        ("0.10", "0.10"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_only_unquoted_true_false_and_null_are_more_than_text(tmp_path: Path, written: str, value: object) -> None:
    file = tmp_path / "words.yml"
    file.write_text(f"word: {written}\n", encoding="utf-8")
    assert datafiles.read(file).content == {"word": value}


@pytest.mark.parametrize(
    ("content", "cause", "line"),
    [
        ("a: 1\nb: [\n", "expected", 3),
        ("a: 1\na: 2\n", "a is there twice", 2),
        ("a: 1\n? [b]\n: 2\n", "a key must be a word", 2),
        ("a: &a\n- *a\n", "is nested too deep", 1),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, content: str, cause: str, line: int) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=cause) as caught:
        datafiles.read(file)
    assert caught.value.line == line
