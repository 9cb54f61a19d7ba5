"""How often a question that is not in the data finds its answer. `-s` shows the figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import yaml

from bot.knowledge.retrieval import AnswerIndex, faq_card
from bot.knowledge.service import Knowledge, load_knowledge
from bot.nlu.encoders import encode, load_encoders
from tests.knowledge.conftest import answer, write
from tests.vectors import Watched


class Question(NamedTuple):
    locale: str
    text: str
    id: str


class Found(NamedTuple):
    """Shares of the questions whose answer came first, and among the first three."""

    first: float
    in_three: float


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    file = Path(__file__).with_name("questions.yml")
    by_locale = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [Question(locale, row["text"], row["id"]) for locale, rows in by_locale.items() for row in rows]


@pytest.fixture(scope="module")
def sparse(knowledge: Knowledge) -> AnswerIndex:
    return AnswerIndex(knowledge)


@pytest.fixture(scope="module")
def dense(knowledge: Knowledge, sparse: AnswerIndex) -> AnswerIndex:
    return AnswerIndex(knowledge, encode(sparse.phrasings, load_encoders()))


def find(index: AnswerIndex, questions: list[Question], vectors: Sequence[np.ndarray], *, told: bool = False) -> Found:
    """`told`: the index is told the right capability, as by a classifier that is never wrong."""
    first = in_three = 0
    for number, question in enumerate(questions):
        hits = index.rank(
            question.text,
            [of_one[number] for of_one in vectors],
            capabilities={question.id.partition(".")[0]: 1.0} if told else None,
            today=date(2026, 11, 23),
            n=3,
        )
        ids = [hit.id for hit in hits]
        first += ids[:1] == [question.id]
        in_three += question.id in ids
    return Found(first / len(questions), in_three / len(questions))


def test_questions_are_of_known_answers_and_not_in_the_data(knowledge: Knowledge, questions: list[Question]) -> None:
    written = {text.lower() for a in knowledge.answers.values() for texts in a.questions.values() for text in texts}
    assert len(questions) >= 800
    for question in questions:
        knowledge.answer(question.id)
        assert question.text.lower() not in written


def test_letters_alone_find_most_answers(sparse: AnswerIndex, questions: list[Question]) -> None:
    found, told = find(sparse, questions, []), find(sparse, questions, [], told=True)
    print(f"\nn-grams: {found}, capability told: {told}")
    assert found.first >= 0.65
    assert found.in_three >= 0.85
    assert told.first >= 0.71
    assert told.in_three >= 0.89


def test_meaning_finds_more(dense: AnswerIndex, questions: list[Question]) -> None:
    vectors = encode([question.text for question in questions], load_encoders())
    found, told = find(dense, questions, vectors), find(dense, questions, vectors, told=True)
    print(f"\nn-grams and vectors: {found}, capability told: {told}")
    for locale in ("zh-Hans", "zh-Hant", "en"):
        places = [number for number, question in enumerate(questions) if question.locale == locale]
        print(
            f"  {locale}: {find(dense, [questions[place] for place in places], [of_one[places] for of_one in vectors])}"
        )
    assert found.first >= 0.88
    assert found.in_three >= 0.94
    assert told.first >= 0.89
    assert told.in_three >= 0.95


def test_question_of_the_data_finds_its_answer(sparse: AnswerIndex, knowledge: Knowledge, today: date) -> None:
    asked = [(a.id, a.questions["zh-Hans"][0]) for a in knowledge.answers.values()]
    right = sum(sparse.rank(text, today=today, n=1)[0].id == answer_id for answer_id, text in asked)
    print(f"\nquestions of the data: {right / len(asked)}")
    assert right / len(asked) >= 0.96


def test_traditional_and_simplified_find_the_same(sparse: AnswerIndex, today: date) -> None:
    simplified = sparse.rank("提前还房贷要违约金吗", today=today, n=3)
    assert sparse.rank("提前還房貸要違約金嗎", today=today, n=3) == simplified
    assert simplified[0].id == "loan.early_repayment"


def test_full_width_and_case_make_no_difference(sparse: AnswerIndex, today: date) -> None:
    assert sparse.rank("ＬＰＲ是什么", today=today) == sparse.rank("lpr是什么", today=today)


def test_expired_answer_never_comes(folder: Path) -> None:
    write(folder / "loan.yml", answer("loan.overview", until="2026-06-30"), answer("loan.rate", question="利率多少"))
    index = AnswerIndex(load_knowledge(folder))
    before = index.rank("怎么贷款", today=date(2026, 6, 30))
    after = index.rank("怎么贷款", today=date(2026, 7, 1))
    assert before[0].id == "loan.overview"
    assert [hit.id for hit in after] == ["loan.rate"]


def test_capability_puts_its_answers_forward_and_leaves_others_in(sparse: AnswerIndex, today: date) -> None:
    text = "手续费多少"
    free, told = sparse.rank(text, today=today), sparse.rank(text, capabilities={"corporate": 0.9}, today=today)
    place = [hit.id for hit in free].index("corporate.fees") if "corporate.fees" in [h.id for h in free] else 99
    assert [hit.id for hit in told].index("corporate.fees") <= place
    assert any(not hit.id.startswith("corporate.") for hit in told)


@pytest.mark.parametrize("text", ["", "   ", "？！", "😀😀", "\u200b"])
def test_text_without_letters_finds_nothing(sparse: AnswerIndex, today: date, text: str) -> None:
    assert sparse.rank(text, today=today) == []


@pytest.mark.parametrize("text", ["ქართული", "𠮷", "a" * 2000, "取" * 2000, "'; DROP TABLE tickets; --"])
def test_strange_text_is_ranked_without_harm(sparse: AnswerIndex, today: date, text: str) -> None:
    hits = sparse.rank(text, today=today, n=5)
    assert len(hits) <= 5
    assert all(0 <= hit.score <= 1.001 for hit in hits)


def test_scores_fall_and_the_same_words_score_one(folder: Path, today: date) -> None:
    index = AnswerIndex(load_knowledge(folder))
    hits = index.rank("利率多少", today=today)
    assert [hit.id for hit in hits] == ["loan.rate", "loan.overview"]
    assert hits[0].score > hits[1].score


def test_a_text_that_lacks_an_encoder_is_found_by_letters(
    knowledge: Knowledge, sparse: AnswerIndex, today: date
) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(sparse.phrasings), 4)).astype(np.float32)
    index = AnswerIndex(knowledge, [vectors, vectors])
    assert index.rank("提前还房贷要违约金吗", [vectors[0]], today=today, n=1)[0].id == "loan.early_repayment"


def test_the_dearer_encoder_is_asked_only_where_the_first_is_unsure(
    knowledge: Knowledge, sparse: AnswerIndex, dense: AnswerIndex, today: date
) -> None:
    encoders = load_encoders()
    if len(encoders) < 2:
        pytest.skip("one of the encoders is not installed here")

    def asked_for(text: str) -> tuple[str, set[int]]:
        vectors = Watched([of_one[0] for of_one in encode([text], encoders)])
        return dense.rank(text, vectors, today=today, n=1)[0].id, vectors.asked

    known = knowledge.answer("loan.early_repayment").questions["zh-Hans"][0]
    assert asked_for(known) == ("loan.early_repayment", {0})
    assert asked_for("那个什么来着")[1] == {0, 1}


def test_vectors_of_other_data_are_refused(knowledge: Knowledge, sparse: AnswerIndex) -> None:
    with pytest.raises(ValueError, match="phrasings"):
        AnswerIndex(knowledge, [np.zeros((3, 8), dtype=np.float32)])
    with pytest.raises(ValueError, match="phrasings"):
        AnswerIndex(knowledge, [np.zeros(len(sparse.phrasings), dtype=np.float32)])


def test_card_speaks_one_locale(knowledge: Knowledge) -> None:
    report = knowledge.answer("card_loss.report")
    card = faq_card(report, "zh-Hant")
    assert card["kind"] == "faq"
    assert card["id"] == "card_loss.report"
    assert card["title"] == report.title["zh-Hant"]
    assert card["source"] == report.source_in("zh-Hant")
    assert card["valid_until"] == report.valid_until.isoformat()


def test_a_source_is_said_in_the_customers_language(knowledge: Knowledge) -> None:
    notes = [a for a in knowledge.answers.values() if not isinstance(a.source, str)]
    assert len(notes) > 100
    assert all(note.source_in("zh-Hans") != note.source_in("en") for note in notes)
