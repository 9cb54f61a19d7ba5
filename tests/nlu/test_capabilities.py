"""The index of intents, and that all else agrees with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.nlu import capabilities
from bot.settings import DATA, ROOT

CONTRACT = (
    "take_ticket wait_time ticket_status_or_delay find_place which_channel opening_hours card_loss password_problem "
    "open_account_or_card deposit_rates wealth_products loan credit_card transfer_limits_fees forex_and_cash_exchange "
    "mobile_banking corporate social_security_and_pension anti_fraud consumer_rights_and_education "
    "accessibility_and_amenities complaint_new complaint_progress human praise_or_feedback chitchat greet goodbye "
    "affirm deny cancel_or_correct emergency oos inform"
)


def test_the_index_has_the_capabilities_of_the_contract() -> None:
    assert set(capabilities.index().names()) == set(CONTRACT.split())


def test_examples_and_domain_have_exactly_the_intents_of_the_index() -> None:
    assert capabilities.disagreements(capabilities.load(), DATA / "nlu", ROOT / "domain.yml") == []


def test_a_disagreement_is_named(tmp_path: Path) -> None:
    nlu = tmp_path / "en"
    nlu.mkdir()
    (nlu / "greet.yml").write_text("nlu:\n- intent: affirm\n  examples: |\n    - yes\n", encoding="utf-8")
    domain = tmp_path / "domain.yml"
    domain.write_text("intents:\n- affirm\n- dance: {use_entities: []}\n", encoding="utf-8")
    found = capabilities.disagreements(capabilities.load(), tmp_path, domain)
    assert any("affirm does not belong to the capability greet" in line for line in found)
    assert any("unknown intent dance" in line for line in found)
    assert any("lacks the intent take_ticket" in line for line in found)


def test_an_intent_knows_its_capability_and_whether_it_changes_anything() -> None:
    index = capabilities.index()
    assert index.of_intent("ticket_delay") == "ticket_status_or_delay"
    assert index.of_intent("no_such_intent") == "oos"
    assert index.changes_state("take_ticket")
    assert not index.changes_state("wait_time")
    assert index.is_answer("loan")
    assert not index.is_answer("greet")
    assert index.is_talk("greet")
    assert index.is_talk("inform")
    assert not index.is_talk("loan")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("capabilities: [", "line"),
        ("capabilities: {}", "must be a mapping"),
        ("capabilities: {a: {kind: magic, intents: {b: {about: x}}}}", "kind of a"),
        ("capabilities: {a: {kind: talk}}", "has no intents"),
        ("capabilities: {a: {kind: talk, intents: {b: {}}}}", "does not say"),
        ("capabilities: {a: {kind: talk, intents: {b: {about: x, changes_state: yes}}}}", "must be true or false"),
        ("capabilities:\n  a:\n    kind: magic\n", "line 3: the kind of a"),
        (
            "capabilities: {a: {kind: talk, intents: {b: {about: x}}}, c: {kind: talk, intents: {b: {about: x}}}}",
            "twice",
        ),
    ],
)
def test_a_broken_index_is_named_with_its_cause(tmp_path: Path, content: str, cause: str) -> None:
    file = tmp_path / "capabilities.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=cause):
        capabilities.load(file)
