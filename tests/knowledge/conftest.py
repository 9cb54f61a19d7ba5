from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.schema import Tables
from bot.knowledge.service import Knowledge, load_knowledge
from bot.settings import DATA

ANSWER = """\
  - id: {id}
    title: {{zh-Hans: 标题, zh-Hant: 標題, en: Title}}
    questions:
      zh-Hans: [{question}]
    answer:
      zh-Hans: 答案
      zh-Hant: 答案
      en: Answer
    next: [{next}]
    source: the test
    verified: false
    demo: true
    valid_from: 2026-01-01
    valid_until: {until}
"""

LABEL = {"zh-Hans": "存款", "zh-Hant": "存款", "en": "Deposit"}
FACT = {
    "source": "the test",
    "verified": False,
    "demo": True,
    "valid_from": date(2026, 1, 1),
    "valid_until": date(2026, 12, 31),
}
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(DATA / "knowledge")


@pytest.fixture
def tables(knowledge: Knowledge) -> Tables:
    return knowledge.tables


@pytest.fixture
def today() -> date:
    return date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two answers, and no tables."""
    write(tmp_path / "loan.yml", answer("loan.overview", next="loan.rate"), answer("loan.rate", question="利率多少"))
    return tmp_path


def answer(id: str, *, question: str = "怎么贷款", next: str = "", until: str = "2027-12-31") -> str:
    return ANSWER.format(id=id, question=question, next=next, until=until)


def write(file: Path, *answers: str) -> None:
    file.write_text("answers:\n" + "".join(answers), encoding="utf-8")
