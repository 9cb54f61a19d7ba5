"""What understanding is measured on: the assistant's own test lines, and CSV files of anybody's."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.datafiles import read
from bot.errors import DataError, SetupError
from bot.locales import LOCALES
from bot.nlu.intent_model import OOS
from bot.settings import ROOT

LINES = ROOT / "tests" / "nlu"
ENTITIES = LINES / "entities.yml"
QUESTIONS = ROOT / "tests" / "knowledge" / "questions.yml"

_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


class Line(NamedTuple):
    locale: str
    text: str
    intent: str


class Case(NamedTuple):
    """A text and the values of one kind of entity that it holds, in order."""

    kind: str
    text: str
    values: list[str]


class Question(NamedTuple):
    """A customer's question and the id of the answer to it."""

    locale: str
    text: str
    id: str


class Example(NamedTuple):
    text: str
    category: str


def assistant_lines(folder: Path = LINES) -> list[Line]:
    """The lines of `<locale>/<capability>.yml`. DataError names what is wrong."""
    found = []
    for locale in LOCALES:
        for file in sorted((folder / locale).glob("*.yml")):
            for entry in read(file).content["nlu"]:
                lines = entry["examples"].splitlines()
                found += [Line(locale, line[2:].strip(), entry["intent"]) for line in lines if line.startswith("- ")]
    if not found:
        raise DataError(str(folder), "holds no test lines")
    return found


def entity_cases(file: Path = ENTITIES) -> list[Case]:
    """The table of entities. DataError names what is wrong."""
    return [Case(kind, text, values) for kind, cases in read(file).content.items() for text, values in cases.items()]


def questions(file: Path = QUESTIONS) -> list[Question]:
    """The questions with the answers they should get. DataError names what is wrong."""
    return [Question(locale, row["text"], row["id"]) for locale, rows in read(file).content.items() for row in rows]


def read_examples(file: Path) -> list[Example]:
    """Rows of a CSV file with the columns `text` and `category`. SetupError names what is wrong."""
    return [Example(*row) for row in _rows(file, ("text", "category"))]


def read_texts(file: Path) -> list[str]:
    """The column `text` of a CSV file. SetupError names what is wrong."""
    return [text for (text,) in _rows(file, ("text",))]


def draw(examples: Sequence[Example], shots: int, seed: int) -> list[Example]:
    """`shots` examples of each category by chance, or all where there are fewer; the same for the same seed."""
    chance = np.random.default_rng(seed)
    return [
        own[row]
        for own in by_category(examples).values()
        for row in sorted(chance.choice(len(own), size=min(shots, len(own)), replace=False))
    ]


def by_category(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """Sorted by category, so that a draw does not hang on the order of a file's categories."""
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[example.category].append(example)
    return dict(sorted(found.items()))


def names(examples: Iterable[Example]) -> list[Example]:
    """One more example of each category: its name, read as words. Out of scope is no name for what is said there."""
    categories = sorted({example.category for example in examples} - {OOS})
    spoken = [Example(" ".join(_BOUNDARY.sub(" ", category).split()), category) for category in categories]
    return [example for example in spoken if any(char.isalpha() for char in example.text)]


def _rows(file: Path, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    wanted = " and ".join(f"`{column}`" for column in columns)
    mend = f"give a CSV file in UTF-8 with a header and the columns {wanted}"
    found = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            header = {name.strip(): name for name in reader.fieldnames or ()}
            missing = [column for column in columns if column not in header]
            if header and missing:
                lacks = " and ".join(f"`{column}`" for column in missing)
                raise SetupError(f"{file} has no column {lacks}, only {', '.join(header)}", mend)
            for row in reader:
                values = tuple((row[header[column]] or "").strip() for column in columns)
                if not all(values):
                    empty = columns[values.index("")]
                    raise SetupError(
                        f"{file}, line {reader.line_num}: `{empty}` is empty", "fill it in, or drop the row"
                    )
                found.append(values)
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}", mend) from error
    except UnicodeDecodeError as error:
        raise SetupError(f"{file} is not UTF-8 at byte {error.start}", mend) from error
    except csv.Error as error:
        raise SetupError(f"{file} is not CSV: {error}", mend) from error
    if not found:
        raise SetupError(f"{file} is empty", mend)
    return found
