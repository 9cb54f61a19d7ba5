from __future__ import annotations

from datetime import datetime
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


def test_plan_is_an_svg_image(routes: Routes) -> None:
    answer = routes.client.get("/api/branch/plan.svg", params={"zone": "cash", "locale": "zh-Hant"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "現金區" in answer.text


def test_plan_of_an_unknown_zone_is_not_found(routes: Routes) -> None:
    assert routes.client.get("/api/branch/plan.svg", params={"zone": "roof"}).status_code == 404


def test_labels_have_three_named_locales_in_the_api_description(routes: Routes) -> None:
    schema = routes.app.openapi()["components"]["schemas"]["BranchInfo"]["properties"]["name"]
    assert set(schema["required"]) == set(LOCALES)
