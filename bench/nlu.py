"""How well and how fast messages are understood, ours and, with `--stock`, by stock Rasa's default pipeline.

    python -m bench.nlu [--stock [--stock-epochs 100]] [--banking77 DIR] [--shots N] [--seeds 5] [--misses FILE]

trains on the present data, from clean, and measures the assistant's own test lines, and accuracy on BANKING77 with 5
and 10 examples a category and with all (or with N). Prints a table and writes results/nlu.json.

    python -m bench.nlu --train T.csv --test S.csv [--oos O.csv] [--shots N] [--seeds 5] [--no-names] [--stock]

trains the pipeline's own classes on anybody's data: columns `text` and `category` (O.csv: `text`). A category `oos` is
what is out of scope. A category's name, read as words, counts as one more example of it, but for --no-names.

Both sides get the same lines in the same run, in processes of their own; parse times are on one core. Times are for
comparison with each other, on this machine. Of several seeds: the mean, and the standard deviation as spread.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from bench import datasets, figures, models, tables
from bench.datasets import Example, Line
from bench.figures import Assistant, FewShot, Miss, Results
from bench.scores import Scores
from bot.cli import QUIET
from bot.errors import SetupError
from bot.nlu.encoders import DEFAULT, load_encoders
from bot.nlu.intent_model import OOS
from bot.settings import DATA, ROOT

if TYPE_CHECKING:
    from bench.pipeline import Run

BANKING77 = ROOT.parent / "shared" / "data" / "banking77"
BANKING77_SHOTS = (5, 10, None)
RESULTS = ROOT / "results" / "nlu.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's exit code. What is wrong with a file or setting is said with cause and mend, without a trace."""
    options = _options(arguments)
    try:
        if options.misses and not options.misses.absolute().parent.is_dir():
            raise SetupError(f"there is no folder for {options.misses}", "make it, or name another file")
        print(measure_files(options) if options.train else measure_assistant(options))
    except SetupError as error:
        print(f"{error.cause}\n  -> {error.mend}", file=sys.stderr)
        return 1
    return 0


def measure_assistant(options: argparse.Namespace) -> str:
    """The table. Figures are stored after each part: a run with stock takes hours."""
    banking = _banking77(options.banking77)
    shots = BANKING77_SHOTS if options.shots is None else (options.shots,)
    lines = datasets.assistant_lines()
    with tempfile.TemporaryDirectory() as folder:
        # One copy for both sides: in hours somebody may write to the data.
        nlu = Path(shutil.copytree(DATA / "nlu", Path(folder) / "nlu"))
        results = _ours(nlu, lines, options.misses)
        if banking is None:
            results = _noted(results, f"BANKING77 is left out: {BANKING77} is absent (--banking77 DIR)")
        else:
            results = _with_banking77(results, *banking, shots, range(options.seeds))
        if options.stock:
            results = _with_stock(results, nlu, lines, options.stock_epochs)
    if options.stock and banking is not None:
        results = _noted(results, "stock is trained on BANKING77's draws of seed 0 alone, and not on all of it")
        for number in shots:
            if number is not None:
                few = _stock_files(*banking, number, options.stock_epochs)
                results = _stored(replace(results, stock_banking77=[*results.stock_banking77, few]))
    return tables.of_assistant(_stored(results))


def measure_files(options: argparse.Namespace) -> str:
    """The table of somebody's own data."""
    train, test = datasets.read_examples(options.train), datasets.read_examples(options.test)
    if options.oos:
        test += [Example(text, OOS) for text in datasets.read_texts(options.oos)]
    known = set(datasets.by_category(train))
    if len(known) < 2:
        raise SetupError(f"{options.train} has a single category", "there must be two to tell apart")
    notes = [*_thin(train, options.shots), *_absent_encoders()]
    unknown = {category for _, category in test} - known - {OOS}
    if unknown:
        lines = sum(category in unknown for _, category in test)
        notes.append(f"{lines} test lines can only be wrong: no training line is of {_listed(unknown)}")

    # Importing Rasa takes seconds: a wrong file is named before.
    from bench import pipeline

    with_names = not options.no_names
    features = pipeline.Features()
    runs = pipeline.runs(features, train, test, options.shots, range(options.seeds), with_names=with_names)
    if any(run.threshold == 0 for run in runs):
        notes.append("no threshold was chosen: a category has too few examples to hold some out")
    if options.misses:
        _write_misses(options.misses, figures.missed_examples(test, runs[0].guesses))
    measured = {"lobby": _few_shot(options.shots, runs, names=with_names)}
    if options.stock:
        epochs = options.stock_epochs
        measured[f"stock, {epochs} epochs"] = _stock_files(train, test, options.shots, epochs)
        notes.append("stock is trained once, on the lines of seed 0 without names; its seconds count Rasa's start")
    return tables.of_files(measured, notes)


# --- parts of a run -------------------------------------------------------------------------------


def _ours(nlu: Path, lines: Sequence[Line], misses: Path | None) -> Results:
    cases, questions = datasets.entity_cases(), datasets.questions()
    texts = [*(line.text for line in lines), *(case.text for case in cases), *(one.text for one in questions)]
    _say(f"training on data/nlu, then parsing {len(texts)} texts on one core ...")
    with tempfile.TemporaryDirectory() as folder:
        ours = models.measure(models.OURS, nlu, Path(folder), texts, timed=len(lines))
    parsed = iter(ours.parsed)
    of_lines, of_cases, of_questions = ([next(parsed) for _ in part] for part in (lines, cases, questions))
    if misses:
        found = [*figures.missed_lines(lines, of_lines), *figures.missed_entities(cases, of_cases)]
        _write_misses(misses, [*found, *figures.missed_answers(questions, of_questions)])
    results = Results(
        lobby=Assistant.of(lines, of_lines, ours.cost),
        entities=figures.entities(cases, of_cases),
        answers=figures.answers(questions, of_questions),
    )
    if not hasattr(os, "sched_setaffinity"):
        results = _noted(results, "this system binds no process to one core: all cores were used")
    return _stored(_noted(results, *_absent_encoders()))


def _with_banking77(
    results: Results,
    train: Sequence[Example],
    test: Sequence[Example],
    every_shots: Sequence[int | None],
    seeds: Sequence[int],
) -> Results:
    from bench import pipeline

    features = pipeline.Features()
    for shots in every_shots:
        for names in (True, False):
            _say(f"BANKING77, {shots or 'all'} examples a category, {'with' if names else 'without'} names ...")
            runs = pipeline.runs(features, train, test, shots, seeds, with_names=names)
            results = replace(results, banking77=[*results.banking77, _few_shot(shots, runs, names=names)])
        results = _stored(_noted(results, *_thin(train, shots)))
    return results


def _with_stock(results: Results, nlu: Path, lines: Sequence[Line], epochs: int) -> Results:
    texts = [line.text for line in lines]
    _say(f"training stock Rasa on data/nlu, {epochs} epochs ...")
    with tempfile.TemporaryDirectory() as folder:
        config = models.stock_config(texts, epochs, Path(folder))
        stock = models.measure(config, nlu, Path(folder), texts)
    return _stored(replace(results, stock=Assistant.of(lines, stock.parsed, stock.cost), stock_epochs=epochs))


def _stock_files(train: Sequence[Example], test: Sequence[Example], shots: int | None, epochs: int) -> FewShot:
    drawn = train if shots is None else datasets.draw(train, shots, seed=0)
    _say(f"training stock Rasa on {len(drawn)} examples, {epochs} epochs ...")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = models.stock_config([text for text, _ in drawn], epochs, folder)
        stock = models.measure(config, models.nlu_file(drawn, folder), folder, [text for text, _ in test])
    scores = Scores.of((wanted, one.guess) for (_, wanted), one in zip(test, stock.parsed, strict=True))
    return FewShot(shots, False, [scores], [stock.cost.training_s])


def _few_shot(shots: int | None, runs: Sequence[Run], *, names: bool) -> FewShot:
    scores, seconds = [run.scores for run in runs], [run.training_s for run in runs]
    return FewShot(shots, names, scores, seconds, [run.threshold for run in runs])


def _banking77(given: Path | None) -> tuple[list[Example], list[Example]] | None:
    """Training and test examples; None where nobody named a folder and the usual one is absent."""
    folder = given or BANKING77
    if given is None and not folder.is_dir():
        return None
    return datasets.read_examples(folder / "train.csv"), datasets.read_examples(folder / "test.csv")


def _thin(train: Sequence[Example], shots: int | None) -> list[str]:
    """The note on categories with fewer examples than wanted, if there are any."""
    thin = [] if shots is None else [name for name, own in datasets.by_category(train).items() if len(own) < shots]
    return [f"fewer than {shots} examples, so all there are, of {_listed(thin)}"] if thin else []


def _absent_encoders() -> list[str]:
    """The note on encoders that are not installed, if there are any."""
    absent = DEFAULT[len(load_encoders()) :]
    return [f"without the encoder {_listed(absent)}, which is not installed"] if absent else []


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")


def _noted(results: Results, *notes: str) -> Results:
    return replace(results, notes=tuple(dict.fromkeys([*results.notes, *notes])))


def _stored(results: Results) -> Results:
    machine = {"at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cores": os.cpu_count()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**machine, **asdict(results)}, ensure_ascii=False, indent=1), encoding="utf-8")
    return results


def _write_misses(file: Path, misses: Iterable[Miss]) -> None:
    file.write_text("".join(json.dumps(miss, ensure_ascii=False) + "\n" for miss in misses), encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- the command line -----------------------------------------------------------------------------


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.nlu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, metavar="CSV", help="examples to train on, instead of the assistant's")
    parser.add_argument("--test", type=Path, metavar="CSV", help="lines to measure")
    parser.add_argument("--oos", type=Path, metavar="CSV", help="lines that are out of scope")
    parser.add_argument("--shots", type=_count, metavar="N", help="examples a category, drawn by chance")
    parser.add_argument("--seeds", type=_count, default=5, metavar="K", help="draws to take the mean of (default 5)")
    parser.add_argument("--no-names", action="store_true", help="do not take a category's name for an example of it")
    parser.add_argument("--banking77", type=Path, metavar="DIR", help=f"folder of train.csv, test.csv ({BANKING77})")
    parser.add_argument("--misses", type=Path, metavar="FILE", help="write what was got wrong, as JSON lines")
    parser.add_argument("--stock", action="store_true", help="train and measure stock Rasa in the same run")
    parser.add_argument("--stock-epochs", type=_count, default=100, metavar="N", help="DIET's epochs (default 100)")
    options = parser.parse_args(arguments)
    if bool(options.train) != bool(options.test):
        parser.error("--train and --test belong together")
    if not options.train and (options.oos or options.no_names):
        parser.error("--oos and --no-names go with --train and --test")
    if options.train and options.banking77:
        parser.error("--banking77 does not go with --train and --test")
    return options


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


if __name__ == "__main__":
    # Rasa's libraries warn about each other at import, and set filters anew.
    warnings.showwarning = lambda *_, **__: None
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    sys.exit(main())
