"""What the knowledge of this repository must hold, beyond what its form demands."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
import yaml

from bot.branch.service import load_branch
from bot.knowledge.service import Knowledge
from bot.locales import ZH_HANS, ZH_HANT, detect
from bot.nlu.normalise import normalise
from bot.settings import DATA

ANSWERS = 250
PHRASINGS = {"zh-Hans": 4, "zh-Hant": 2, "en": 3}
# Taiwan's own form, which OpenCC's table has as the simplified one of 牀.
ALSO_TRADITIONAL = "床"
ALSO_ANSWERED = {"deposit_rates", "anti_fraud", "accessibility_and_amenities"}


def capabilities() -> set[str]:
    index = yaml.safe_load((DATA / "capabilities.yml").read_text(encoding="utf-8"))["capabilities"]
    return {name for name, entry in index.items() if entry["kind"] == "answer"} | ALSO_ANSWERED


def test_there_are_enough_answers_that_hold(knowledge: Knowledge, today: date) -> None:
    assert len(list(knowledge.valid_answers(today))) >= ANSWERS


def test_every_capability_has_six_answers_and_a_general_one(knowledge: Knowledge, today: date) -> None:
    count = Counter(answer.capability for answer in knowledge.valid_answers(today))
    assert set(count) == capabilities()
    assert min(count.values()) >= 6
    for capability in count:
        overview = knowledge.overview(capability, today)
        assert overview is not None
        assert overview.id == f"{capability}.overview"


def test_file_holds_the_answers_of_its_capability() -> None:
    for file in (DATA / "knowledge").glob("*.yml"):
        ids = re.findall(r"^  - id: (\S+)", file.read_text(encoding="utf-8"), re.M)
        assert ids
        assert all(answer_id.startswith(f"{file.stem}.") for answer_id in ids)


def test_every_answer_is_asked_for_in_three_locales(knowledge: Knowledge) -> None:
    for answer in knowledge.answers.values():
        for locale, least in PHRASINGS.items():
            assert len(set(answer.questions.get(locale, ()))) >= least, (answer.id, locale)
            assert all(texts.get(locale) for texts in (answer.title, answer.answer, *answer.steps)), answer.id


def test_no_question_belongs_to_two_answers(knowledge: Knowledge) -> None:
    owners: dict[str, set[str]] = {}
    for answer in knowledge.answers.values():
        for questions in answer.questions.values():
            for question in questions:
                owners.setdefault(question.lower().strip("？?。. "), set()).add(answer.id)
    assert {question: ids for question, ids in owners.items() if len(ids) > 1} == {}


def test_texts_are_written_in_their_script(knowledge: Knowledge) -> None:
    for answer in knowledge.answers.values():
        for texts in (answer.title, answer.answer, *answer.steps):
            assert detect(texts[ZH_HANS], ZH_HANS) == ZH_HANS, texts
            assert detect(texts[ZH_HANT], ZH_HANT) == ZH_HANT, texts
            assert detect(texts["en"], "en") == "en", texts


def test_traditional_texts_hold_no_simplified_characters(knowledge: Knowledge) -> None:
    for answer in knowledge.answers.values():
        for texts in (answer.title, answer.answer, *answer.steps):
            simplified = [char for char in texts[ZH_HANT] if detect(char, ZH_HANT) == ZH_HANS]
            assert set(simplified) <= set(ALSO_TRADITIONAL), answer.id


def test_answers_are_short(knowledge: Knowledge) -> None:
    for answer in knowledge.answers.values():
        assert len(answer.answer[ZH_HANS]) <= 160, answer.id
        assert len(answer.answer["en"].split()) <= 90, answer.id
        assert len(answer.title[ZH_HANS]) <= 20, answer.id


def test_answers_lead_on_to_others(knowledge: Knowledge) -> None:
    for answer in knowledge.answers.values():
        assert 1 <= len(answer.next) <= 4, answer.id
        assert len(set(answer.next)) == len(answer.next)
        assert answer.id not in answer.next


def test_service_of_an_answer_is_one_of_the_branch(knowledge: Knowledge) -> None:
    services = load_branch(DATA / "branch" / "demo").services
    named = {answer.service for answer in knowledge.answers.values() if answer.service}
    assert named <= set(services)


def test_limits_agree_with_the_branch(knowledge: Knowledge) -> None:
    services, limits = load_branch(DATA / "branch" / "demo").services, knowledge.tables.limits
    withdrawal, transfer = services["cash_withdrawal"], services["transfer"]
    pairs = [
        (limits["machine_withdrawal"], withdrawal.machine and withdrawal.machine.up_to),
        (limits["cash_without_booking"], withdrawal.unbooked_up_to),
        (limits["machine_transfer"], transfer.machine and transfer.machine.up_to),
        (limits["phone_transfer"], transfer.phone and transfer.phone.up_to),
    ]
    for ours, theirs in pairs:
        assert theirs
        assert (ours.amount, ours.inclusive) == (theirs.amount, theirs.inclusive), ours.id


@pytest.mark.parametrize(
    ("answer_id", "limit_id"),
    [
        ("which_channel.cash_at_machine", "machine_withdrawal"),
        ("which_channel.cash_at_machine", "machine_deposit"),
        ("transfer_limits_fees.large_cash", "cash_without_booking"),
        ("transfer_limits_fees.limits", "phone_transfer"),
        ("transfer_limits_fees.limits", "machine_transfer"),
        ("transfer_limits_fees.limits", "class2_day"),
        ("open_account_or_card.classes", "class2_year"),
        ("open_account_or_card.classes", "class3_balance"),
        ("credit_card.cash", "credit_card_cash"),
        ("forex_and_cash_exchange.quota", "exchange_quota"),
        ("forex_and_cash_exchange.cash", "foreign_cash_withdrawal"),
        ("forex_and_cash_exchange.carry", "foreign_cash_abroad"),
        ("consumer_rights_and_education.deposit_insurance", "deposit_insurance"),
        ("deposit_rates.insurance", "deposit_insurance"),
        ("social_security_and_pension.personal_pension", "personal_pension"),
    ],
)
def test_answer_says_the_figure_of_the_table(knowledge: Knowledge, answer_id: str, limit_id: str) -> None:
    figure = f"{knowledge.tables.limits[limit_id].amount:,}"
    for text in knowledge.answer(answer_id).answer.values():
        assert figure in text


def test_answers_promise_no_returns_and_ask_for_no_secrets(knowledge: Knowledge) -> None:
    # 稳赚 may be said of what is called a swindle (骗) in the same sentence.
    promises = re.compile(
        r"保证收益|稳赚(?![^。]*骗)|guaranteed return of|risk-free|请(?:告诉|输入|提供).{0,6}(?:密码|验证码)"
    )
    assert promises.search("带您炒币稳赚。别信骗子")
    for answer in knowledge.answers.values():
        for text in answer.answer.values():
            assert not promises.search(normalise(text).text), answer.id


def test_wealth_products_carry_a_risk_level(knowledge: Knowledge) -> None:
    products = knowledge.tables.products.products
    assert {product.kind for product in products} == {"deposit", "bond", "wealth", "fund", "insurance", "loan", "card"}
    assert {p.risk for p in products if p.kind in ("wealth", "fund")} == {"R1", "R2", "R3", "R4"}


def test_alias_names_one_product(knowledge: Knowledge) -> None:
    owners: dict[str, set[str]] = {}
    for product in knowledge.tables.products.products:
        for aliases in product.aliases.values():
            for alias in aliases:
                owners.setdefault(alias.lower(), set()).add(product.id)
    assert [alias for alias, ids in owners.items() if len(ids) > 1] == []


def test_loans_agree_with_the_products(knowledge: Knowledge) -> None:
    products = {product.id: product for product in knowledge.tables.products.products}
    for loan in knowledge.tables.loan_rates.rates:
        assert products[loan.product].maximum in (None, loan.maximum), loan.product
        assert products[loan.product].minimum in (None, loan.minimum), loan.product


@pytest.mark.parametrize(("answer_id", "product"), [("loan.consumer", "ease_loan")])
def test_answer_says_the_largest_loan_of_the_table(knowledge: Knowledge, answer_id: str, product: str) -> None:
    loan = next(loan for loan in knowledge.tables.loan_rates.rates if loan.product == product)
    for text in knowledge.answer(answer_id).answer.values():
        assert f"{loan.maximum:,}" in text
