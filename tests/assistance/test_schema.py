"""The file of a branch says in which line it is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assistance.service import load_catalogue
from bot.errors import DataError
from bot.settings import DATA

DEMO = DATA / "branch" / "demo"
Change = Callable[[str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of the demo branch's file, in which the first `old` has become `new`."""

    def change(old: str, new: str) -> Path:
        shutil.copy(DEMO / "zones.yml", tmp_path)
        text = (DEMO / "assistance.yml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "assistance.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return change


def test_a_branch_lends_what_its_file_says(changed: Change) -> None:
    catalogue = load_catalogue(changed("count: 12", "count: 7"))
    assert catalogue.items["umbrella"].count == 7
    assert catalogue.lending.id == "lend_item"


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("zone: waiting", "zone: roof", "there is no zone roof"),
        ("- id: child", "- id: first_aid", "first_aid is there twice"),
        ("- id: magnifier", "- id: umbrella", "umbrella is there twice"),
        ("- id: other", "- id: rest", "the kind other is missing"),
        ("lends: true", "lends: false", "{item}"),
        ("promise_minutes: 1\n", "promise_minutes: 0\n", "promise_minutes"),
        ("{by}带着急救箱", "{who}带着急救箱", "{who}"),
        ("{by}带着急救箱", "{by}把{item}", "{item}"),
        ("count: 12", "count: -1", "count"),
        ("counted_on: 2026-11-02", "counted_on: 2026-11-31", "counted_on"),
        ("picture: umbrella", "picture: ☂", "picture"),
        ("priority: urgent", "priority: whenever", "priority"),
        ("zh-Hant: 其他請求", "zh-HK: 其他請求", "label"),
    ],
)
def test_a_fault_is_named_with_file_and_line(changed: Change, old: str, new: str, cause: str) -> None:
    with pytest.raises(DataError) as caught:
        load_catalogue(changed(old, new))
    assert cause in str(caught.value)
    assert caught.value.file.endswith("assistance.yml")
    assert caught.value.line is not None


def test_a_branch_without_the_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_catalogue(tmp_path)
