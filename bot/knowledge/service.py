"""Loads what the bank knows, and looks answers up by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import DataError, NotFound
from bot.knowledge import files
from bot.knowledge.schema import (
    Answer,
    AnswersFile,
    DepositRates,
    ExchangeRates,
    LimitsFile,
    Products,
    Tables,
    TransferFees,
)

__all__ = ["Answer", "Knowledge", "Tables", "load_knowledge"]


@dataclass(frozen=True)
class Knowledge:
    """Answers by id, in the order of the files. A folder without `tables/` has answers only."""

    answers: Mapping[str, Answer]
    loaded_tables: Tables | None = None

    @property
    def tables(self) -> Tables:
        """Raises NotFound where the folder holds no tables."""
        if self.loaded_tables is None:
            raise NotFound("this knowledge has no tables")
        return self.loaded_tables

    def answer(self, answer_id: str) -> Answer:
        """Raises NotFound. Whether it still holds is for the caller to ask."""
        try:
            return self.answers[answer_id]
        except KeyError:
            raise NotFound(f"there is no answer {answer_id}") from None

    def valid_answers(self, today: date) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.holds(today)]

    def overview(self, capability: str, today: date) -> Answer | None:
        """The general answer of a capability: the first of its file that holds today."""
        return next((a for a in self.answers.values() if a.capability == capability and a.holds(today)), None)


def load_knowledge(folder: Path) -> Knowledge:
    """The knowledge in `folder`: its `*.yml`, and `tables/` where there is one.

    Raises DataError with file, line and cause for anything that is wrong.
    """
    sources = sorted(folder.glob("*.yml"))
    if not sources:
        raise DataError(str(folder), "holds no file of answers (*.yml)")
    answers: dict[str, Answer] = {}
    places: dict[str, tuple[str, int]] = {}
    links: list[tuple[str, str, int]] = []
    for file in sources:
        loaded, node = files.read(file, AnswersFile)
        for index, answer in enumerate(loaded.answers):
            line = files.line(node, ("answers", index, "id"))
            if answer.id in places:
                first_file, first_line = places[answer.id]
                raise DataError(str(file), f"id {answer.id} is already in {first_file}, line {first_line}", line=line)
            places[answer.id] = (file.name, line)
            answers[answer.id] = answer
            links += [
                (target, str(file), files.line(node, ("answers", index, "next", position)))
                for position, target in enumerate(answer.next)
            ]
    for target, where, line in links:
        if target not in answers:
            raise DataError(where, f"next: there is no answer {target}", line=line)
    tables = folder / "tables"
    return Knowledge(answers, _load_tables(tables) if tables.is_dir() else None)


def _load_tables(folder: Path) -> Tables:
    deposit_rates, _ = files.read(folder / "deposit_rates.yml", DepositRates)
    transfer_fees, _ = files.read(folder / "transfer_fees.yml", TransferFees)
    exchange_rates, _ = files.read(folder / "exchange_rates.yml", ExchangeRates)
    limits, limits_node = files.read(folder / "limits.yml", LimitsFile)
    products, products_node = files.read(folder / "products.yml", Products)
    by_id = {}
    for index, limit in enumerate(limits.limits):
        if limit.id in by_id:
            line = files.line(limits_node, ("limits", index, "id"))
            raise DataError(str(folder / "limits.yml"), f"id {limit.id} is there twice", line=line)
        by_id[limit.id] = limit
    seen: set[str] = set()
    for index, product in enumerate(products.products):
        if product.id in seen:
            line = files.line(products_node, ("products", index, "id"))
            raise DataError(str(folder / "products.yml"), f"id {product.id} is there twice", line=line)
        seen.add(product.id)
    return Tables(
        deposit_rates=deposit_rates,
        transfer_fees=transfer_fees,
        exchange_rates=exchange_rates,
        limits=by_id,
        products=products,
    )
