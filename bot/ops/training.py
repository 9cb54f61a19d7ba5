"""Training: a model file named after the data it was trained on, so that an old one is never served."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.errors import SetupError
from bot.settings import DATA, ROOT, Settings

# What a model depends on: Rasa's files, the data, and the code of the components inside the model.
SOURCES = (
    ROOT / "config.yml",
    ROOT / "domain.yml",
    *(DATA / name for name in ("nlu", "rules", "stories", "jieba", "knowledge", "branch", "capabilities.yml")),
    ROOT / "bot" / "nlu",
    ROOT / "bot" / "knowledge",
    ROOT / "bot" / "linear.py",
    ROOT / "bot" / "locales.py",
)
SUFFIXES = {".yml", ".py", ".txt"}
KEEP = 3


def fingerprint() -> str:
    """Twelve hex digits over all that a model is trained from."""
    digest = hashlib.sha256(os.environ.get("LOBBY_BRANCH", "").encode())
    for file in _files(SOURCES):
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def model_path(settings: Settings) -> Path:
    """Where the model of the present data is, or will be."""
    return settings.models / f"lobby-{fingerprint()}.tar.gz"


def train(settings: Settings, log_file: Path) -> Path:
    """Train with Rasa in a process of its own. Returns the model; raises SetupError with the end of Rasa's log."""
    model = model_path(settings)
    model.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *[sys.executable, "-m", "rasa", "train", "--force", "--skip-validation"],
        *["--domain", "domain.yml", "--config", "config.yml", "--data", "data/nlu", "data/rules", "data/stories"],
        *["--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz")],
    ]
    with log_file.open("w") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0 or not model.is_file():
        tail = "\n    ".join(log_file.read_text(errors="replace").strip().splitlines()[-12:])
        raise SetupError(
            f"training failed; the end of {log_file}:\n    {tail}",
            "mend the data it names (`rasa data validate` tells more), then start again",
        )
    _forget_old(settings)
    return model


def _files(places: Iterable[Path]) -> Iterable[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(f for f in place.rglob("*") if f.suffix in SUFFIXES)
        else:
            yield place


def _forget_old(settings: Settings) -> None:
    models = sorted(settings.models.glob("lobby-*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in models[KEEP:]:
        old.unlink(missing_ok=True)
