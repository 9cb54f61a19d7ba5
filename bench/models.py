"""Rasa models for measuring: trained, loaded and asked in processes of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench import datasets
from bench.datasets import Example
from bench.scores import Guess
from bot.cli import QUIET
from bot.errors import SetupError
from bot.settings import ROOT

OURS = ROOT / "config.yml"
STOCK = ROOT / "bench" / "stock" / "nlu.yml"


@dataclass(frozen=True)
class Parsed:
    """What one text was understood as: `entities` with kind and value, `answers` with id and score, best first."""

    guess: Guess
    entities: list[tuple[str, str]]
    answers: list[tuple[str, float]]


@dataclass(frozen=True)
class Cost:
    """`training_s` from the command to its end, on all cores. The rest on one: `load_s` after imports, `parse_cpu_ms`
    the median of processor time, `memory_mb` resident with the model loaded.
    """

    training_s: float
    load_s: float
    parse_median_ms: float
    parse_p95_ms: float
    parse_cpu_ms: float
    memory_mb: float


@dataclass(frozen=True)
class Measured:
    parsed: list[Parsed]
    cost: Cost


def measure(config: Path, nlu: Path, folder: Path, texts: Sequence[str], timed: int | None = None) -> Measured:
    """Trains on `nlu` (file or folder) from clean and parses `texts`, of which the first `timed` count for the times.

    `folder` is for the files of this measurement alone. Raises SetupError with the end of the log where Rasa fails.
    """
    begun = time.perf_counter()
    model = folder / "model.tar.gz"
    command = ["rasa", "train", "nlu", "--config", str(config), "--nlu", str(nlu)]
    _python(*command, "--out", str(folder), "--fixed-model-name", "model", folder=folder, makes=model)
    training_s = time.perf_counter() - begun
    (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")
    files = [str(model), str(folder / "texts.json"), str(folder / "parsed.json")]
    _python("bench.parsing", *files, folder=folder, makes=folder / "parsed.json")
    result = json.loads((folder / "parsed.json").read_text(encoding="utf-8"))
    parsed = [Parsed(Guess.of(one["ranking"]), _pairs(one["entities"]), _pairs(one["faq"])) for one in result["parsed"]]
    median, p95 = np.percentile([one["ms"] for one in result["parsed"][:timed]], [50, 95]).tolist()
    busy = float(np.median([one["cpu_ms"] for one in result["parsed"][:timed]]))
    return Measured(parsed, Cost(training_s, result["load_s"], median, p95, busy, result["memory_mb"]))


def _pairs(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, Any]]:
    return [(first, second) for first, second in rows]


def stock_config(texts: Iterable[str], epochs: int, folder: Path) -> Path:
    """Writes stock Rasa's config for data like `texts` and returns it."""
    config = yaml.safe_load(STOCK.read_text(encoding="utf-8"))
    if any("\u4e00" <= char <= "\u9fff" for text in texts for char in text):
        config |= {"language": "zh", "pipeline": [{"name": "JiebaTokenizer"}, *config["pipeline"][1:]]}
    for component in config["pipeline"]:
        if component["name"] == "DIETClassifier":
            component["epochs"] = epochs
    return _write(folder / "stock.yml", config)


def nlu_file(examples: Iterable[Example], folder: Path) -> Path:
    """Writes examples in Rasa's form and returns the file."""
    entries = [
        {"intent": category, "examples": [{"text": _unmarked(text)} for text, _ in own]}
        for category, own in datasets.by_category(examples).items()
    ]
    return _write(folder / "nlu.yml", {"version": "3.1", "nlu": entries})


def _unmarked(text: str) -> str:
    """On one line, and with nothing in it that Rasa takes for the mark of an entity: [text](kind)."""
    return re.sub(r"\](?=[({])", "] ", " ".join(text.split()))


def _write(file: Path, content: Any) -> Path:
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def _python(module: str, *arguments: str, folder: Path, makes: Path) -> None:
    environment = {
        **QUIET,
        **os.environ,
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),  # from clean: nothing of an earlier training is taken
        "RASA_TELEMETRY_ENABLED": "false",
    }
    log = folder / "log"
    with log.open("w") as out:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode or not makes.is_file():
        tail = "\n    ".join(log.read_text(errors="replace").strip().splitlines()[-12:])
        raise SetupError(f"`{module} {arguments[0]}` failed; the end of its log:\n    {tail}", "mend what it names")
