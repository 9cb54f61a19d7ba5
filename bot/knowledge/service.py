"""Loads what the bank knows, and looks answers up by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.datafiles import DataFile, Where, read
from bot.errors import DataError, NotFound
from bot.knowledge.schema import (
    Answer,
    AnswersFile,
    DepositRates,
    ExchangeRates,
    LimitsFile,
    LoanRates,
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
    places: dict[str, tuple[DataFile, Where]] = {}
    links: list[tuple[str, DataFile, Where]] = []
    for source in sources:
        file = read(source)
        for index, answer in enumerate(file.parse(AnswersFile).answers):
            here = ("answers", index, "id")
            if answer.id in places:
                first, there = places[answer.id]
                raise file.error(f"id {answer.id} is already in {first.file.name}, line {first.line(there)}", here)
            places[answer.id] = (file, here)
            answers[answer.id] = answer
            links += [
                (target, file, ("answers", index, "next", position)) for position, target in enumerate(answer.next)
            ]
    for target, file, where in links:
        if target not in answers:
            raise file.error(f"next: there is no answer {target}", where)
    tables = folder / "tables"
    return Knowledge(answers, _load_tables(tables) if tables.is_dir() else None)


def _load_tables(folder: Path) -> Tables:
    deposit_rates = read(folder / "deposit_rates.yml").parse(DepositRates)
    loans_file = read(folder / "loan_rates.yml")
    loan_rates = loans_file.parse(LoanRates)
    transfer_fees = read(folder / "transfer_fees.yml").parse(TransferFees)
    exchange_rates = read(folder / "exchange_rates.yml").parse(ExchangeRates)
    limits_file = read(folder / "limits.yml")
    limits = limits_file.parse(LimitsFile).limits
    products_file = read(folder / "products.yml")
    products = products_file.parse(Products)
    _require_unique(limits_file, "limits", [limit.id for limit in limits])
    _require_unique(products_file, "products", [product.id for product in products.products])
    loans = {product.id for product in products.products if product.kind == "loan"}
    for index, loan in enumerate(loan_rates.rates):
        if loan.product not in loans:
            raise loans_file.error(f"{loan.product} is no loan of products.yml", ("rates", index, "product"))
    return Tables(
        deposit_rates=deposit_rates,
        loan_rates=loan_rates,
        transfer_fees=transfer_fees,
        exchange_rates=exchange_rates,
        limits={limit.id: limit for limit in limits},
        products=products,
    )


def _require_unique(file: DataFile, key: str, ids: Sequence[str]) -> None:
    for index, value in enumerate(ids):
        if value in ids[:index]:
            raise file.error(f"id {value} is there twice", (key, index, "id"))
