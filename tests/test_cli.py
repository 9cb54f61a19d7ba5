from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import DATA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "branch" / "demo", tmp_path / "branch"))


def replace_in(file: Path, old: str, new: str) -> int:
    """Replace a piece of a file; the line it stood in."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_branch_check_shows_a_branch_that_is_in_order(folder: Path) -> None:
    result = CliRunner().invoke(app, ["branch", "check", str(folder)])
    assert result.exit_code == 0, result.output
    for kind in ("service", "window", "zone", "machine", "hours"):
        assert any(line.startswith(kind) for line in result.output.splitlines()), kind


def test_branch_check_says_file_line_and_cause_of_every_fault(folder: Path) -> None:
    windows, queue = folder / "windows.yml", folder / "queue.yml"
    roof, often = replace_in(windows, "zone: wealth", "zone: roof"), replace_in(queue, "value: 2", "value: often")
    result = CliRunner().invoke(app, ["branch", "check", str(folder)])
    assert result.exit_code == 1
    assert f"{windows}, line {roof}: there is no zone roof" in result.output
    assert f"{queue}, line {often}: calls_before_no_show.value" in result.output
    assert "2 to correct" in result.output


def test_branch_check_says_what_is_wrong_with_visits_and_lending(folder: Path) -> None:
    visits, lending = folder / "visits.yml", folder / "assistance.yml"
    seats = replace_in(visits, "seats: {A: ", "seats: {Q: ")
    zone = replace_in(lending, "zone: waiting", "zone: roof")
    result = CliRunner().invoke(app, ["branch", "check", str(folder)])
    assert result.exit_code == 1
    assert f"{visits}, line {seats}: there is no group Q" in result.output
    assert f"{lending}, line {zone}: there is no zone roof" in result.output
    assert "2 to correct" in result.output


def test_branch_check_of_no_folder_is_a_fault(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["branch", "check", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "cannot be read" in result.output
