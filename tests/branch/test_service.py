from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.branch.schema import SERVICE_IDS
from bot.branch.service import examine, load_branch
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
        ("services.yml", 'windows: ["5"]', 'windows: ["55"]', "no window 55"),
        ("services.yml", 'windows: ["5"]', 'windows: ["8"]', "none of these windows is open"),
        ("services.yml", "- *card", "- *card\n      - *card", "card is there twice"),
        ("services.yml", "{value: 1, source", "{value: 0, source", "greater than or equal to 1"),
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
        ("hours.yml", "country: CN", "country: Atlantis", "'Atlantis' is not a country"),
        ("hours.yml", "country: CN", "country: CN\nsubdivision: XX", "'XX' is not a part of CN"),
        ("hours.yml", "country: CN\n", "", "needs the country"),
        ("hours.yml", "working_weekend_hours: fri", "working_weekend_hours: sun", "sun has no hours"),
        ("classes.yml", "id: individual", "id: nobody", "the class individual is missing"),
        ("classes.yml", "id: corporate", "id: individual", "individual is there twice"),
        ("queue.yml", "A: 20", "Z: 20", "no group Z"),
        ("queue.yml", "A: 20, ", "", "the groups A have no promise"),
        ("queue.yml", "[5, 10, 15]", "[]", "hold_minutes"),
        ("queue.yml", "[5, 10, 15]", "[5, 0]", "hold_minutes"),
        ("triage.yml", "classes: [premium]", "classes: [royal]", "no class royal"),
        ("triage.yml", "classes: [premium]", "classes: []", "at least 1 item"),
        ("triage.yml", "services: [loan, wealth]", "services: [karaoke]", "no service karaoke"),
        (
            "triage.yml",
            "- {way: counter, reasons: [priority_counter]}",
            "- {way: phone, reasons: [phone_no_queue]}",
            "twice",
        ),
        (
            "triage.yml",
            "{way: counter, reasons: [amount_decides]}",
            "{way: phone, reasons: [amount_decides]}",
            "counter",
        ),
        ("triage.yml", "reasons: [amount_decides]", "reasons: [no_such_reason]", "reasons"),
        ("triage.yml", "channels: [kiosk]\n    offer", "offer", "would never count"),
        ("triage.yml", "  - offer:", "  - channels: [web]\n    offer:", "must be for all"),
        ("ways.yml", "zone: cash", "zone: roof", "no zone roof"),
        ("ways.yml", "end: kiosk", "end: roof", "no node roof"),
        ("ways.yml", "kiosk: kiosk", "kiosk: roof", "no node roof"),
        ("ways.yml", "id: desk", "id: door", "door is there twice"),
        ("ways.yml", "at: [630, 530]", "at: [1630, 530]", "outside the plan"),
        ("branch.yml", "timezone: Asia/Shanghai", "timezone: Asia/Atlantis", "not a time zone"),
    ],
)
def test_what_does_not_fit_together_is_refused(folder: Path, name: str, old: str, new: str, cause: str) -> None:
    error = broken(folder, name, old, new)
    assert error.file.endswith(name)
    assert cause in error.cause
    assert error.line is not None


def test_every_fault_is_said_not_only_the_first(folder: Path) -> None:
    for name, old, new in (
        ("services.yml", "mean_minutes: 15", "mean_minutes: soon"),
        ("windows.yml", "zone: corporate", "zone: roof"),
        ("windows.yml", "zone: wealth", "zone: cellar"),
        ("queue.yml", "demo: true", "demo: perhaps"),
    ):
        file = folder / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    (folder / "zones.yml").rename(folder / "areas.yml")
    (folder / "machines.yml").write_text("machines: [", encoding="utf-8")
    branch, faults = examine(folder)
    assert branch is None
    said = {Path(fault.file).name for fault in faults}
    # Windows cannot be held against zones that are not there.
    assert said == {"services.yml", "queue.yml", "zones.yml", "machines.yml"}
    (folder / "areas.yml").rename(folder / "zones.yml")
    causes = " ".join(fault.cause for fault in examine(folder)[1])
    assert "no zone roof" in causes
    assert "no zone cellar" in causes


def test_demo_says_what_to_bring_for_every_service() -> None:
    branch = load_branch(DATA / "branch" / "demo")
    for service in branch.services.values():
        assert service.bring, service.id
    withdrawal = branch.services["cash_withdrawal"].bring
    assert withdrawal[0].label["en"] == "Your bank card or passbook"
    assert withdrawal[0].when is None
    assert withdrawal[1].when is not None


def test_demo_has_the_rules_of_its_line() -> None:
    branch = load_branch(DATA / "branch" / "demo")
    assert set(branch.queue.promise_minutes) == set(branch.groups)
    assert branch.queue.hold_minutes == (5, 10, 15)
    assert branch.classes["individual"].head_start_minutes == 0
    assert branch.classes["elderly"].head_start_minutes > 0


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "windows.yml").unlink()
    with pytest.raises(DataError, match=r"windows\.yml: cannot be read"):
        load_branch(folder)


def test_empty_file_is_refused(folder: Path) -> None:
    (folder / "windows.yml").write_text("")
    with pytest.raises(DataError, match=r"windows\.yml"):
        load_branch(folder)
