from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.branch.api import router
from bot.branch.service import Branch
from bot.locales import LOCALES
from bot.privacy.service import Vault
from bot.settings import load
from bot.store import Store
from tests.routes import Routes


@pytest.fixture
def routes(tmp_path: Path, branch: Branch, now: datetime) -> Routes:
    settings = load({"LOBBY_HOME": str(tmp_path), "LOBBY_SECRET_KEY": "test"})
    vault = Vault.from_settings(settings)
    return Routes(router, store=Store("sqlite://"), branch=branch, vault=vault, settings=settings, now=now)


def test_branch_is_described_in_all_locales(routes: Routes) -> None:
    shown: dict[str, Any] = routes.client.get("/api/branch").json()
    assert shown["open"] is True
    assert set(shown["name"]) == set(LOCALES)
    assert [window["label"]["zh-Hant"] for window in shown["windows"]][2] == "3號櫃檯"
    withdrawal = next(service for service in shown["services"] if service["id"] == "cash_withdrawal")
    assert withdrawal["machine_up_to"] == {"amount": "20000", "inclusive": True, "per": "card_day"}


def test_branch_says_what_to_bring_and_who_is_served_how(routes: Routes) -> None:
    shown: dict[str, Any] = routes.client.get("/api/branch").json()
    loan = next(service for service in shown["services"] if service["id"] == "loan")
    assert loan["manager"] is True
    assert [paper["id"] for paper in loan["bring"]][:2] == ["id_card", "income"]
    assert loan["bring"][0]["when"] is None
    assert "elderly" in [known["id"] for known in shown["classes"]]
    cash = next(zone for zone in shown["zones"] if zone["id"] == "cash")
    assert cash["accessible"]["step_free"] is True


def test_special_days_of_the_next_two_weeks_are_shown(routes: Routes) -> None:
    routes.now = datetime(2026, 9, 18, 6, 0, tzinfo=timezone.utc)
    days = routes.client.get("/api/branch").json()["special_days"]
    assert [(day["date"], day["open"]) for day in days] == [
        ("2026-09-20", "09:00:00"),
        ("2026-09-25", None),
        ("2026-10-01", None),
    ]
    assert (days[0]["label"], days[2]["label"]["zh-Hant"]) == (None, "國慶日")


def test_way_is_told_in_sentences_with_its_plan(routes: Routes) -> None:
    asked = {"zone": "cash", "from": "street", "step_free": "true", "locale": "en"}
    way = routes.client.get("/api/branch/way", params=asked).json()
    assert way["zone"] == "Cash area"
    assert way["start"] == "Outside the main door"
    assert way["steps"][0] == "Go to the ramp on the left of the steps; it has a handrail."
    assert way["step_free"] is True
    assert way["metres"] > 0
    assert "Window 2 is a low counter" in way["accessible"]
    plan = routes.client.get(way["plan"])
    assert plan.status_code == 200
    assert "data-way" in plan.text
    assert "You are here" in plan.text


def test_way_begins_at_the_kiosk_and_speaks_the_branchs_locale(routes: Routes) -> None:
    way = routes.client.get("/api/branch/way", params={"zone": "wealth"}).json()
    assert (way["start"], way["zone"]) == ("导览屏", "理财贷款区")


@pytest.mark.parametrize("asked", [{"zone": "roof"}, {"zone": "cash", "from": "roof"}])
def test_way_between_unknown_places_is_not_found(routes: Routes, asked: dict[str, str]) -> None:
    assert routes.client.get("/api/branch/way", params=asked).status_code == 404
    assert routes.client.get("/api/branch/plan.svg", params=asked).status_code == 404


def test_plan_is_an_svg_image(routes: Routes) -> None:
    answer = routes.client.get("/api/branch/plan.svg", params={"zone": "cash", "locale": "zh-Hant"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "現金區" in answer.text


def test_plan_of_an_unknown_zone_is_not_found(routes: Routes) -> None:
    assert routes.client.get("/api/branch/plan.svg", params={"zone": "roof"}).status_code == 404


def test_labels_have_three_named_locales_in_the_api_description(routes: Routes) -> None:
    schema = routes.app.openapi()["components"]["schemas"]["BranchInfo"]["properties"]["name"]
    assert set(schema["required"]) == set(LOCALES)
