"""Measuring understanding: what is counted, what is printed, and what a wrong file is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bench import datasets, figures, models, nlu, pipeline, tables
from bench.datasets import Case, Example, Line, Question
from bench.figures import ALL, PLACES, Answers, Assistant, FewShot, Results
from bench.models import Cost, Measured, Parsed
from bench.scores import FALLBACK, Guess, Scores, Share
from bot.nlu import classifier
from bot.nlu.encoders import Encoder
from bot.nlu.tokenizer import load_words, tokenise
from bot.settings import DATA

SAID = {
    "card_loss": [
        "I lost my card", "my card is gone", "card stolen", "someone took my bank card", "block my lost card", "卡丢了",
        "can't find my debit card", "my card was stolen yesterday",
    ],
    "opening_hours": [
        "when do you open", "opening times please", "are you open on Sunday", "what time do you close", "几点关门",
        "open on holidays?", "closing time today", "how late are you open",
    ],
    "exchange_rate": [
        "dollar rate today", "how many yuan for a euro", "what is the exchange rate", "rate for pounds", "美元汇率",
        "yen to yuan", "price of one dollar", "convert euros at what rate",
    ],
}  # fmt: skip
ASKED = [
    ("the card I had is lost", "card_loss"),
    ("are you open tomorrow", "opening_hours"),
    ("rate of the dollar", "exchange_rate"),
]
TRAIN = [(text, category) for category, texts in SAID.items() for text in texts]
OUTSIDE = ["sing me a song", "who won the football match", "红烧肉怎么做"]
COST = Cost(training_s=12.34, load_s=1.5, parse_median_ms=4.26, parse_p95_ms=9.0, parse_cpu_ms=4.0, memory_mb=640.0)


def write(file: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = ("text", "category")) -> str:
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
    return str(file)


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """Options that name good files."""
    return ["--train", write(tmp_path / "train.csv", TRAIN), "--test", write(tmp_path / "test.csv", ASKED)]


def cells(table: str, label: str) -> list[str]:
    """The cells of the line with this label."""
    (line,) = [line for line in table.splitlines() if line.startswith(label)]
    return line.removeprefix(label).split()


# --- on anybody's data ----------------------------------------------------------------------------


def test_the_command_prints_how_many_are_right(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert nlu.main(given) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("all examples")
    assert float(cells(printed, "in scope: right, if nothing could be rejected, %")[0]) > 60
    assert cells(printed, "out of scope: recognised, %") == ["-"]


def test_several_draws_give_mean_and_spread(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert nlu.main([*given, "--shots", "3", "--seeds", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("3-shot, mean ± spread of 2 seeds")
    assert "±" in cells(printed, "in scope: right, if nothing could be rejected, %")


def test_lines_out_of_scope_are_counted_apart(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    oos = write(tmp_path / "oos.csv", [[text] for text in OUTSIDE], header=["text"])
    misses = tmp_path / "misses.jsonl"
    assert nlu.main([*given, "--oos", oos, "--misses", str(misses)]) == 0
    printed = capsys.readouterr().out
    missed = [json.loads(line) for line in misses.read_text(encoding="utf-8").splitlines()]
    lost = sum(miss["wanted"] == "oos" for miss in missed)
    assert cells(printed, "out of scope: recognised, %") == [f"{100 * (3 - lost) / 3:.1f}"]
    assert cells(printed, "in scope: right, %") == [f"{100 * (3 - len(missed) + lost) / 3:.1f}"]
    assert all(miss.keys() == {"measure", "locale", "text", "wanted", "got", "confidence"} for miss in missed)


def test_a_training_file_may_teach_what_is_out_of_scope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs = [("sing a song", "oos"), ("sing for me", "oos"), ("play me a song", "oos"), ("a song please", "oos")]
    train = write(tmp_path / "train.csv", [*TRAIN, *songs])
    test = write(tmp_path / "test.csv", [*ASKED, ("sing me a song please", "oos")])
    assert nlu.main(["--train", train, "--test", test]) == 0
    assert cells(capsys.readouterr().out, "out of scope: recognised, %") == ["100.0"]


def test_where_there_are_fewer_examples_than_wanted_all_are_taken_and_it_says_so(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert nlu.main([*given, "--shots", "50", "--seeds", "1"]) == 0
    printed = capsys.readouterr().out
    assert "note: fewer than 50 examples, so all there are, of card_loss, exchange_rate, opening_hours" in printed


def test_a_category_that_nothing_was_taught_of_is_said(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = write(tmp_path / "more.csv", [*ASKED, ("a loan please", "loan")])
    assert nlu.main([*given[:2], "--test", test]) == 0
    assert "note: 1 test lines can only be wrong: no training line is of loan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"text,category\n", "is empty"),
        (b"text,label\nhello,greet\n", "has no column `category`, only text, label"),
        (b"text,category\nhello,greet\nhi\n", "line 3: `category` is empty"),
        (b"text,category\n  ,greet\n", "line 2: `text` is empty"),
        ("text,category\n你好,greet\n".encode("gbk"), "is not UTF-8"),
        (b"text,category\nhello,greet\n", "has a single category"),
    ],
)
def test_a_wrong_file_is_named_with_cause_and_mend(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, cause: str
) -> None:
    file = tmp_path / "wrong.csv"
    if content is not None:
        file.write_bytes(content)
    assert nlu.main(["--train", str(file), *given[2:]]) == 1
    said = capsys.readouterr().err
    assert f"{file}" in said
    assert cause in said
    assert "->" in said


def test_a_file_out_of_excel_is_read(tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_bytes('\ufeffcategory,text\r\ngreet,"hello,\r\nyou"\r\n'.encode())
    assert datasets.read_examples(file) == [Example("hello,\r\nyou", "greet")]


@pytest.mark.parametrize(
    "options",
    [
        ["--train", "a.csv"],
        ["--oos", "a.csv"],
        ["--train", "a.csv", "--test", "b.csv", "--shots", "0"],
        ["--seeds", "x"],
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        nlu.main(options)
    assert caught.value.code == 2


def test_misses_for_which_there_is_no_folder_are_refused_before_the_work(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nlu.main([*given, "--misses", str(tmp_path / "nowhere" / "misses.jsonl")]) == 1
    assert "there is no folder for" in capsys.readouterr().err


# --- draws and features ---------------------------------------------------------------------------


def test_a_draw_takes_so_many_of_each_category_and_is_the_same_for_the_same_seed() -> None:
    examples = [Example(text, category) for text, category in TRAIN]
    drawn = datasets.draw(examples, 3, seed=1)
    assert {category: len(own) for category, own in datasets.by_category(drawn).items()} == dict.fromkeys(SAID, 3)
    assert len(set(drawn)) == 9
    assert drawn == datasets.draw(examples, 3, seed=1) != datasets.draw(examples, 3, seed=2)


def test_a_categorys_name_is_one_more_example_of_it() -> None:
    taught = [Example("x", name) for name in ("card_arrival", "PlayMusic", "查询余额", "oos", "17", "card_arrival")]
    assert datasets.names(taught) == [
        Example("Play Music", "PlayMusic"),
        Example("card arrival", "card_arrival"),
        Example("查询余额", "查询余额"),
    ]


def test_a_text_is_encoded_once_over_all_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    real = pipeline.encode

    def encode(texts: Sequence[str], encoders: Sequence[Encoder]) -> list[np.ndarray]:
        encoded.extend(texts)
        return real(texts, encoders)

    monkeypatch.setattr(pipeline, "encode", encode)
    train, test = [Example(*row) for row in TRAIN], [Example(*row) for row in ASKED]
    runs = pipeline.runs(pipeline.Features(), train, test, 4, range(3), with_names=True)
    assert len(runs) == 3
    assert len(encoded) == len(set(encoded))


def test_features_are_those_of_the_classifier_in_rasas_graph() -> None:
    words, features = load_words(DATA / "jieba" / "userdict.txt"), pipeline.Features()
    for text in ("我要取３萬塊钱！！", "Can I withdraw 5,000?", "打我电话⟨phone:12⟩", "长" * 900, ""):
        message = Message({TEXT: text, TOKENS_NAMES[TEXT]: tokenise(text, words)})
        grams, _ = features.of([text])
        assert grams == [classifier._grams_of(message)]


def test_rasa_reads_the_examples_that_were_written_for_stock(tmp_path: Path) -> None:
    odd = [Example("where is my [card](thing)?", "a"), Example("two\nlines: yes", "a"), Example("- 卡{丢}了 # no", "b")]
    data = load_data(str(models.nlu_file(odd, tmp_path)))
    found = [(example.get("text"), example.get("intent")) for example in data.intent_examples]
    assert found == [("where is my [card] (thing)?", "a"), ("two lines: yes", "a"), ("- 卡{丢}了 # no", "b")]
    assert not data.entities


@pytest.mark.parametrize(
    ("texts", "tokenizer"), [(["hello"], "WhitespaceTokenizer"), (["hello", "卡丢了"], "JiebaTokenizer")]
)
def test_stock_has_the_tokenizer_for_the_data_and_the_epochs_it_is_told(
    tmp_path: Path, texts: list[str], tokenizer: str
) -> None:
    config = yaml.safe_load(models.stock_config(texts, 7, tmp_path).read_text(encoding="utf-8"))
    assert config["pipeline"][0] == {"name": tokenizer}
    assert [entry["epochs"] for entry in config["pipeline"] if entry["name"] == "DIETClassifier"] == [7]


# --- figures --------------------------------------------------------------------------------------


def guess(*ranking: tuple[str, float]) -> Guess:
    return Guess.of(ranking)


def parsed(name: str, entities: list[tuple[str, str]] | None = None, *answers: str) -> Parsed:
    return Parsed(guess((name, 0.9)), entities or [], [(answer, 0.5) for answer in answers])


def test_a_rejected_line_in_scope_is_wrong_but_its_best_guess_is_kept() -> None:
    scores = Scores.of(
        [
            ("loan", guess(("loan", 0.9), ("oos", 0.1))),
            ("loan", guess(("oos", 0.6), ("loan", 0.4))),
            ("loan", guess((FALLBACK, 0.3), ("greet", 0.2), ("loan", 0.1))),
            ("oos", guess((FALLBACK, 0.3), ("loan", 0.2))),
            ("oos", guess(("loan", 0.8))),
        ]
    )
    assert scores == Scores(accuracy=Share(2, 3), in_scope=Share(1, 3), rejected=Share(2, 3), oos_recall=Share(1, 2))


def test_an_intent_counts_as_its_capability() -> None:
    lines = [
        Line("en", "am I next", "ticket_status"),
        Line("en", "song", "oos"),
        Line("zh-Hans", "几点", "opening_hours"),
    ]
    understood = [parsed("ticket_delay"), parsed(FALLBACK), parsed("oos")]
    of_lines = Assistant.of(lines, understood, COST)
    assert of_lines.capabilities["ticket_status_or_delay"] == {"en": Share(1, 1)}
    assert of_lines.scores["en"].oos_recall == Share(1, 1)
    assert of_lines.scores["zh-Hans"].rejected == Share(1, 1)
    assert of_lines.scores[ALL].in_scope == Share(1, 2)
    assert [miss["text"] for miss in figures.missed_lines(lines, understood)] == ["几点"]


def test_only_exactly_the_right_values_of_a_kind_count() -> None:
    cases = [Case("amount", "3万", ["30000"]), Case("amount", "两次", []), Case("term", "三年5万", ["P3Y"])]
    understood = [
        parsed("inform", [("amount", "30000"), ("currency", "CNY")]),
        parsed("inform", [("amount", "2")]),
        parsed("inform", [("term", "P3Y"), ("amount", "50000")]),
    ]
    assert figures.entities(cases, understood) == {"amount": Share(1, 2), "term": Share(1, 1), ALL: Share(2, 3)}
    (miss,) = figures.missed_entities(cases, understood)
    assert (miss["measure"], miss["wanted"], miss["got"]) == ("amount", [], ["2"])


def test_answers_count_first_and_among_three() -> None:
    asked = [Question("en", "a", "loan.a"), Question("en", "b", "loan.b"), Question("zh-Hant", "c", "loan.c")]
    understood = [
        parsed("loan", None, "loan.a"),
        parsed("loan", None, "loan.x", "loan.y", "loan.b"),
        parsed("loan", None, "loan.x", "loan.y", "loan.z", "loan.c"),
    ]
    found = figures.answers(asked, understood)
    assert found["en"] == Answers(Share(1, 2), Share(2, 2))
    assert found[ALL] == Answers(Share(1, 3), Share(2, 3))
    assert found["zh-Hans"] == Answers(Share(0, 0), Share(0, 0))
    assert [(miss["text"], miss["got"]) for miss in figures.missed_answers(asked, understood)] == [
        ("b", "loan.x"),
        ("c", "loan.x"),
    ]


def test_a_question_without_any_answer_is_a_miss() -> None:
    (miss,) = figures.missed_answers([Question("en", "a", "loan.a")], [parsed("greet")])
    assert (miss["got"], miss["confidence"]) == (None, None)


# --- tables ---------------------------------------------------------------------------------------


def scores(right: int, of: int) -> Scores:
    return Scores(Share(right, of), Share(right, of), Share(0, of), Share(1, 2))


def assistant(right: int) -> Assistant:
    return Assistant({"loan": {"en": Share(right, 4)}}, {place: scores(right, 4) for place in PLACES}, COST)


def results(**more: object) -> Results:
    answers = {place: Answers(Share(3, 4), Share(4, 4)) for place in PLACES}
    return Results(lobby=assistant(3), entities={"term": Share(1, 3), ALL: Share(1, 3)}, answers=answers, **more)  # type: ignore[arg-type]


def test_the_table_shows_capabilities_by_locale() -> None:
    printed = tables.of_assistant(results(notes=["BANKING77 is left out"]))
    assert cells(printed, "loan") == ["-", "-", "75.0", "75.0", "4"]
    assert cells(printed, "term") == ["33.3", "3"]
    assert cells(printed, "among the first three") == ["100.0"] * 4
    assert cells(printed, "parse on one core, median, ms") == ["4.3"]
    assert cells(printed, "memory with the model loaded, MB") == ["640.0"]
    assert printed.endswith("\n\nnote: BANKING77 is left out")


def test_the_table_shows_stock_beside_us_and_banking77_both_ways() -> None:
    few = [
        FewShot(5, True, [scores(8, 10), scores(6, 10)], [1, 1]),
        FewShot(5, False, [scores(7, 10), scores(5, 10)], [1, 1]),
        FewShot(None, False, [scores(9, 10)], [1]),
    ]
    stock = [FewShot(5, False, [scores(4, 10)], [300])]
    printed = tables.of_assistant(results(banking77=few, stock=assistant(2), stock_banking77=stock, stock_epochs=100))
    assert "stock, 100 epochs" in printed
    assert cells(printed, "in scope: right, en, %") == ["75.0", "50.0"]
    assert cells(printed, "lobby, names as examples too") == ["70.0", "±", "14.1", "-"]
    assert cells(printed, "lobby, without names  ") == ["60.0", "±", "14.1", "90.0"]
    assert cells(printed, "lobby, without names, seed 0 alone") == ["70.0", "-"]
    assert cells(printed, "stock, 100 epochs, without names, seed 0 alone") == ["40.0", "-"]
    assert cells(printed, "stock: training, s") == ["300.0", "-"]


# --- on the assistant's own data ------------------------------------------------------------------


def test_the_assistants_run_prints_a_table_and_stores_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(config: Path, data: Path, folder: Path, texts: Sequence[str], timed: int | None = None) -> Measured:
        return Measured([parsed("take_ticket") for _ in texts], COST)

    monkeypatch.setattr(models, "measure", measure)
    monkeypatch.setattr(nlu, "RESULTS", tmp_path / "results" / "nlu.json")
    monkeypatch.setattr(nlu, "BANKING77", tmp_path / "absent")
    misses = tmp_path / "misses.jsonl"
    assert nlu.main(["--misses", str(misses)]) == 0
    printed = capsys.readouterr().out
    assert cells(printed, "take_ticket")[:4] == ["100.0"] * 4
    assert cells(printed, "wait_time")[:4] == ["0.0"] * 4
    assert f"BANKING77 is left out: {tmp_path / 'absent'} is absent" in printed
    stored = json.loads((tmp_path / "results" / "nlu.json").read_text(encoding="utf-8"))
    assert stored["lobby"]["cost"]["training_s"] == COST.training_s
    assert stored["lobby"]["scores"]["all"]["oos_recall"]["right"] == 0
    missed = [json.loads(line) for line in misses.read_text(encoding="utf-8").splitlines()]
    assert {miss["measure"] for miss in missed} > {"capability", "answer", "amount"}


def test_a_folder_of_banking77_that_is_named_must_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert nlu.main(["--banking77", str(tmp_path)]) == 1
    assert str(tmp_path / "train.csv") in capsys.readouterr().err


def test_the_files_of_the_assistant_hold_all_its_locales() -> None:
    assert {line.locale for line in datasets.assistant_lines()} == set(PLACES) - {ALL}
    assert {question.locale for question in datasets.questions()} == set(PLACES) - {ALL}
    assert len({case.kind for case in datasets.entity_cases()}) >= 10


@pytest.mark.rasa
def test_stock_rasa_is_trained_and_asked_beside_us(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert nlu.main([*given, "--stock", "--stock-epochs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "stock, 1 epochs" in printed.splitlines()[0]
    assert len(cells(printed, "in scope: right, %")) == 2
