from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataError, NotFound
from bot.knowledge.service import Knowledge, load_knowledge
from bot.settings import DATA
from tests.knowledge.conftest import answer, write


def refused(folder: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load_knowledge(folder)
    return caught.value


def change(file: Path, old: str, new: str) -> int:
    """Changes the first `old` and returns the number of its line, from 1."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_folder_without_tables_is_enough_for_answers(folder: Path) -> None:
    knowledge = load_knowledge(folder)
    assert list(knowledge.answers) == ["loan.overview", "loan.rate"]
    with pytest.raises(NotFound):
        _ = knowledge.tables


def test_answer_of_unknown_id_is_not_found(knowledge: Knowledge) -> None:
    with pytest.raises(NotFound):
        knowledge.answer("loan.nothing")


def test_last_day_of_validity_still_counts(folder: Path) -> None:
    write(folder / "card.yml", answer("card.one", until="2026-11-23"))
    knowledge = load_knowledge(folder)
    on_last_day = knowledge.valid_answers(date(2026, 11, 23))
    on_next_day = knowledge.valid_answers(date(2026, 11, 24))
    assert "card.one" in [a.id for a in on_last_day]
    assert "card.one" not in [a.id for a in on_next_day]


def test_overview_is_the_first_answer_that_holds(folder: Path, today: date) -> None:
    write(folder / "loan.yml", answer("loan.old", until="2026-02-01"), answer("loan.rate"))
    overview = load_knowledge(folder).overview("loan", today)
    assert overview is not None
    assert overview.id == "loan.rate"
    assert load_knowledge(folder).overview("card", today) is None


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("    source: the test", "    sauce: the test", "sauce"),
        ("title: {zh-Hans: 标题, zh-Hant: 標題, en: Title}", "title: {zh-Hans: 标题, en: Title}", "zh-Hant"),
        ("      en: Answer", '      en: ""', "en"),
        ("    valid_until: 2027-12-31", "    valid_until: 2027-02-30", "valid_until"),
        ("    valid_until: 2027-12-31", "    valid_until: 20271231", "not a date"),
        ("    valid_until: 2027-12-31", "    valid_until: 2025-12-31", "before valid_from"),
        ("    verified: false", "    verified: perhaps", "verified"),
        ("    next: [loan.rate]", "    next: [loan.gone]", "loan.gone"),
        ("  - id: loan.rate", "  - id: loan.overview", "already in loan.yml, line 2"),
        ("      zh-Hans: [怎么贷款]", "      zh-Hans: []", "at least one"),
        ("      zh-Hans: [怎么贷款]", "      fr: [pret]", "fr"),
        ("    demo: true", "    demo: true\n    demo: true", "twice"),
        ("    next: [loan.rate]", "    next: [loan.rate", "expected"),
    ],
)
def test_wrong_file_is_named_with_its_line(folder: Path, old: str, new: str, cause: str) -> None:
    line = change(folder / "loan.yml", old, new)
    error = refused(folder)
    assert error.file.endswith("loan.yml")
    assert cause in error.cause
    assert error.line is not None
    # A text is checked with its locales: the line is that of the field they stand under.
    assert line - 3 <= error.line <= line + 2


def test_missing_key_is_named_at_its_answer(folder: Path) -> None:
    change(folder / "loan.yml", "    source: the test\n", "")
    error = refused(folder)
    assert "source" in error.cause
    assert error.line == 2


def test_same_id_in_two_files_is_refused(folder: Path) -> None:
    write(folder / "more.yml", answer("loan.rate"))
    assert "already in loan.yml" in refused(folder).cause


def test_english_no_stays_a_word(folder: Path) -> None:
    change(folder / "loan.yml", "      en: Answer", "      en: No")
    assert load_knowledge(folder).answer("loan.overview").answer["en"] == "No"


@pytest.mark.parametrize("text", ["", "- a\n- b", "answers: []", "answers: &a [*a]", "\x00", "answers: hello"])
def test_file_that_holds_no_answers_is_refused(folder: Path, text: str) -> None:
    (folder / "loan.yml").write_text(text, encoding="utf-8")
    assert refused(folder).file.endswith("loan.yml")


def test_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "loan.yml").write_bytes("answers: 利率".encode("gb18030"))
    assert "UTF-8" in refused(folder).cause


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no file" in refused(tmp_path).cause


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        ("deposit_rates.yml", "term: P1Y, rate: 0.95", "term: P12M, rate: 0.95", "shortest form"),
        ("deposit_rates.yml", "term: P1Y, rate: 0.95", "rate: 0.95", "has a term"),
        ("deposit_rates.yml", "term: P2Y, rate: 1.05", "term: P1Y, rate: 1.05", "twice"),
        ("deposit_rates.yml", "rate: 0.95", "rate: high", "rate"),
        ("loan_rates.yml", "product: ease_loan", "product: home_loan", "twice"),
        ("loan_rates.yml", "product: ease_loan", "product: greenfield_debit", "no loan"),
        ("loan_rates.yml", "maximum: 200000", "maximum: 999", "below minimum"),
        ("loan_rates.yml", "longest: P5Y", "longest: P60M", "shortest form"),
        ("loan_rates.yml", "longest: P5Y", "longest: P99D", "shortest form"),
        ("loan_rates.yml", "terms: [P1Y, P2Y", "terms: [P6Y, P2Y", "longest"),
        ("loan_rates.yml", "terms: [P1Y, P2Y", "terms: [P7D, P2Y", "longest"),
        ("loan_rates.yml", "amounts: [20000,", "amounts: [20,", "between"),
        ("loan_rates.yml", "rate: 3.60", "rate: low", "rate"),
        ("loan_rates.yml", "  equal_principal: {", "  other: {", "labels"),
        ("transfer_fees.yml", "{fee: 2, up_to: 2000}", "{fee: 2, up_to: 6000}", "rise"),
        ("transfer_fees.yml", "{percent: 0.03, maximum: 50}", "{percent: 0.03, fee: 1}", "either"),
        ("exchange_rates.yml", "sell: 713.50", "sell: 700.00", "below"),
        ("limits.yml", "id: machine_deposit", "id: machine_withdrawal", "twice"),
        ("limits.yml", "    inclusive: true\n", "", "inclusive"),
        ("products.yml", "    risk: R1\n", "", "risk"),
        ("products.yml", "id: fixed_deposit", "id: demand_deposit", "twice"),
    ],
)
def test_wrong_table_is_named_with_its_line(tmp_path: Path, file: str, old: str, new: str, cause: str) -> None:
    shutil.copytree(DATA / "knowledge", tmp_path / "knowledge")
    change(tmp_path / "knowledge" / "tables" / file, old, new)
    error = refused(tmp_path / "knowledge")
    assert error.file.endswith(file)
    assert cause in error.cause
    assert error.line is not None


def test_missing_table_is_named(tmp_path: Path) -> None:
    shutil.copytree(DATA / "knowledge", tmp_path / "knowledge")
    (tmp_path / "knowledge" / "tables" / "limits.yml").unlink()
    assert refused(tmp_path / "knowledge").file.endswith("limits.yml")
