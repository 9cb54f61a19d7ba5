"""What `lobby parse` adds to a model: masking there and back, and the contract's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import SetupError
from bot.nlu import interpreter
from bot.nlu.finder import EntityFinder
from bot.nlu.interpreter import Interpreter
from bot.nlu.understood import FAQ_SURE, FAQ_THRESHOLD, answer_of

FINDER = EntityFinder({})


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seen: list[str]) -> Interpreter:
    """An interpreter on real entities, with a model that says `inform` to everything."""

    def run(text: str, about: Any) -> dict[str, Any]:
        seen.append(text)
        entities = [{"entity": "locale", "value": "en", "start": 0, "end": 0}]
        entities += [{"entity": e.type, "value": e.value, "start": e.start, "end": e.end} for e in FINDER.find(text)]
        return {"text": text, "intent": {"name": "inform", "confidence": 0.9}, "entities": entities, "faq": []}

    monkeypatch.setattr(interpreter, "_load", lambda model: run)
    (tmp_path / "a.tar.gz").touch()
    return Interpreter(tmp_path)


def test_the_model_never_sees_a_number_that_is_personal(parser: Interpreter, seen: list[str]) -> None:
    text = "打138 0013 8000，取3万，再打13800138001"
    parsed = parser.parse(text)
    assert "138" not in seen[0]
    assert [(e["type"], e["value"], text[e["start"] : e["end"]]) for e in parsed["entities"]] == [
        ("phone", "13800138000", "138 0013 8000"),
        ("service", "cash_withdrawal", "取"),
        ("amount", "30000", "3万"),
        ("phone", "13800138001", "13800138001"),
    ]


def test_a_typed_command_is_text(parser: Interpreter, seen: list[str]) -> None:
    assert parser.parse(" /restart")["text"] == " /restart"
    assert seen == [" ∕restart"]


def test_the_form_is_the_contracts(parser: Interpreter) -> None:
    assert parser.parse("ok") == {
        "text": "ok",
        "capability": "inform",
        "intent": "inform",
        "confidence": 0.9,
        "entities": [],
        "faq": None,
    }


def test_without_a_model_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="lobby train"):
        Interpreter(tmp_path)


def test_a_file_that_is_no_model_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"no model")
    with pytest.raises(SetupError, match="lobby train"):
        Interpreter(tmp_path)


@pytest.mark.parametrize(
    ("intent", "faq", "answer"),
    [
        ("loan", [("loan.early", 0.9)], "loan.early"),
        ("loan", [("credit_card.limit", 0.9)], "credit_card.limit"),
        ("loan", [("loan.early", FAQ_THRESHOLD - 0.01)], None),
        ("loan", [], None),
        ("greet", [("loan.early", 0.9)], None),
        ("deposit_rates", [("deposit_rates.insured", 0.9)], "deposit_rates.insured"),
        ("oos", [("loan.early", 0.9)], None),
        ("take_ticket", [("loan.early", FAQ_SURE)], "loan.early"),
        ("take_ticket", [("loan.early", FAQ_SURE - 0.01)], None),
    ],
)
def test_an_answer_is_given_to_what_knowledge_answers(
    intent: str, faq: list[tuple[str, float]], answer: str | None
) -> None:
    ranked = [{"id": identity, "score": score} for identity, score in faq]
    assert answer_of({"intent": {"name": intent}, "faq": ranked}) == answer
