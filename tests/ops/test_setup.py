"""What can be wrong on a machine, and that it is said with cause and mend, without a stack trace."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import settings as settings_module
from bot.errors import DataError, SetupError
from bot.ops import doctor, supervisor, training
from bot.settings import DATA, ROOT
from bot.texts import Texts


def lobby(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "LOBBY_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        input='{"text": "打我电话 13812345678"}\n',
    )


def test_a_taken_port_is_named_before_anything_is_built(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = lobby(tmp_path, "up", LOBBY_PORT=port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "LOBBY_PORT=" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "lobby.db").exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOBBY_DATABASE_URL", "mysql://a/b"),
        ("LOBBY_PORT", "eighty"),
        ("LOBBY_HOME", "/proc/nowhere"),
        ("LOBBY_BRANCH", "none"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(tmp_path: Path, variable: str, value: str) -> None:
    environment = {"LOBBY_PORT": str(supervisor.free_port()), variable: value}
    home = Path(environment.pop("LOBBY_HOME", tmp_path))
    done = lobby(home, "up", **environment)
    assert done.returncode == 1
    assert variable in done.stderr or value in done.stderr
    assert "->" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FREE_BYTES", 2**62)
    with pytest.raises(SetupError, match="free"):
        supervisor.check_disk(tmp_path)


def test_broken_yaml_in_the_texts_is_named_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "texts.yml"
    file.write_text("away:\n  zh-Hans: [\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Texts(file)
    assert caught.value.line is not None
    file.write_text("away:\n  zh-Hans: 好\n", encoding="utf-8")
    with pytest.raises(DataError, match="away lacks zh-Hant, en"):
        Texts(file)


def test_every_text_of_the_menu_is_said_in_every_locale() -> None:
    texts = yaml.safe_load((DATA / "texts.yml").read_text(encoding="utf-8"))
    for key, by_locale in texts.items():
        fields = [sorted(set(part.split("}")[0] for part in text.split("{")[1:])) for text in by_locale.values()]
        assert fields[0] == fields[1] == fields[2], key


def test_the_doctor_names_what_is_missing_and_says_how_to_mend_it(tmp_path: Path) -> None:
    settings = settings_module.load({"LOBBY_HOME": str(tmp_path), "LOBBY_PORT": str(supervisor.free_port())})
    findings = list(doctor.examine(settings))
    wrong = {finding.what: finding.mend for finding in findings if finding.level == "wrong"}
    assert "there is no trained model" in wrong
    assert "the database lacks migrations" in wrong
    assert all(wrong.values())


def test_the_doctor_reads_the_printer_setting_and_every_file_of_the_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "DATA", tmp_path)
    whole, torn = (Path(shutil.copytree(DATA / "branch" / "demo", tmp_path / "branch" / name)) for name in ("a", "b"))
    for name in ("visits.yml", "assistance.yml"):
        (torn / name).unlink()

    def wrong(branch: Path, printer: str) -> str:
        environment = {"LOBBY_HOME": str(tmp_path), "LOBBY_BRANCH": branch.name, "LOBBY_PRINTER": printer}
        findings = doctor.examine(settings_module.load(environment))
        return "\n".join(finding.what for finding in findings if finding.level == "wrong")

    in_order = wrong(whole, "dummy:")
    assert "LOBBY_PRINTER" not in in_order
    assert str(whole) not in in_order
    to_mend = wrong(torn, "typewriter://desk")
    for cause in ("LOBBY_PRINTER is 'typewriter://desk'", str(torn / "visits.yml"), str(torn / "assistance.yml")):
        assert cause in to_mend


def test_a_model_is_stale_as_soon_as_its_data_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "SOURCES", (copy,))
    before = training.fingerprint()
    assert training.fingerprint() == before
    with (copy / "nlu" / "en" / "greet.yml").open("a") as file:
        file.write("    - ahoy\n")
    assert training.fingerprint() != before


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = settings_module.load({"LOBBY_HOME": str(tmp_path)})
    assert settings_module.load({"LOBBY_HOME": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SetupError, match="empty"):
        settings_module.load({"LOBBY_HOME": str(tmp_path)})


def test_redact_takes_json_lines_and_gives_json_lines(tmp_path: Path) -> None:
    done = lobby(tmp_path, "redact")
    assert done.stdout == '{"text": "打我电话 ⟨phone:1⟩", "spans": [{"type": "phone", "start": 5, "end": 16}]}\n'


def test_the_command_lists_what_it_can(tmp_path: Path) -> None:
    listed = lobby(tmp_path, "--help").stdout
    for command in ("up", "train", "chat", "doctor", "parse", "answers", "redact"):
        assert f" {command} " in listed
