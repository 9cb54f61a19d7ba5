from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.branch.schema import SERVICE_IDS
from bot.branch.service import load_branch
from bot.errors import DataError
from bot.settings import DATA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo branch that a test may break."""
    return Path(shutil.copytree(DATA / "branch" / "demo", tmp_path / "branch"))


def broken(folder: Path, name: str, old: str, new: str) -> DataError:
    """Replace one piece of a file, load, and return the complaint."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_branch(folder)
    return caught.value


def line_of(folder: Path, name: str, piece: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if piece in line)


def test_demo_branch_has_all_services_and_says_it_is_invented() -> None:
    branch = load_branch(DATA / "branch" / "demo")
    assert set(branch.services) == set(SERVICE_IDS)
    assert branch.demo
    assert len(branch.windows) >= 6
    assert branch.timezone.key == "Asia/Shanghai"


def test_broken_yaml_names_file_and_line(folder: Path) -> None:
    error = broken(folder, "zones.yml", "  - id: corporate", "  - id: [corporate")
    assert error.file.endswith("zones.yml")
    assert error.line is not None


def test_misspelt_key_names_its_line(folder: Path) -> None:
    line = line_of(folder, "services.yml", "mean_minutes: 15")
    error = broken(folder, "services.yml", "mean_minutes: 15", "mean_minuts: 15")
    assert error.line in (line, line_of(folder, "services.yml", "id: open_account"))
    assert "mean_minut" in error.cause


def test_wrong_value_names_its_line(folder: Path) -> None:
    line = line_of(folder, "services.yml", "mean_minutes: 15")
    error = broken(folder, "services.yml", "mean_minutes: 15", "mean_minutes: soon")
    assert error.line == line


def test_limit_must_say_whether_it_is_inclusive(folder: Path) -> None:
    error = broken(folder, "services.yml", "inclusive: true, ", "")
    assert "inclusive" in error.cause


@pytest.mark.parametrize(
    ("name", "old", "new", "cause"),
    [
        ("services.yml", 'windows: ["7"]', 'windows: ["77"]', "no window 77"),
        ("services.yml", 'windows: ["7"]', 'windows: ["8"]', "none of these windows is open"),
        ("services.yml", "machines: [cash_machine]", "machines: [slot_machine]", "no machine slot_machine"),
        ("services.yml", "id: wealth", "id: loan", "loan is there twice"),
        ("services.yml", "id: wealth", "id: karaoke", "'karaoke' is not one of"),
        ("services.yml", "letter: E, label", "letter: Z, label", "no service has the letter Z"),
        ("windows.yml", "zone: corporate", "zone: roof", "no zone roof"),
        ("machines.yml", "zone: amenities", "zone: roof", "no zone roof"),
        ("amenities.yml", "zone: waiting", "zone: roof", "no zone roof"),
        ("zones.yml", "[980, 20]", "[1980, 20]", "outside the plan"),
        ("zones.yml", "en: Cash area", "en: ''", "text of en is missing"),
        ("zones.yml", "zh-Hant: 現金區, ", "", "exactly zh-Hans, zh-Hant and en"),
        ("hours.yml", "days: [sat]", "days: [sat, mon]", "mon has hours already"),
        ("hours.yml", 'close: "16:00"', 'close: "08:00"', "later than open"),
        ("branch.yml", "timezone: Asia/Shanghai", "timezone: Asia/Atlantis", "not a time zone"),
    ],
)
def test_what_does_not_fit_together_is_refused(folder: Path, name: str, old: str, new: str, cause: str) -> None:
    error = broken(folder, name, old, new)
    assert error.file.endswith(name)
    assert cause in error.cause
    assert error.line is not None


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "windows.yml").unlink()
    with pytest.raises(DataError, match=r"windows\.yml: cannot be read"):
        load_branch(folder)


def test_empty_file_is_refused(folder: Path) -> None:
    (folder / "windows.yml").write_text("")
    with pytest.raises(DataError, match=r"windows\.yml"):
        load_branch(folder)
