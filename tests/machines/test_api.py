from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.branch.service import Branch
from bot.errors import SetupError
from bot.locales import LOCALES
from bot.machines import service as machines
from bot.machines.api import router
from bot.privacy.service import Vault
from bot.settings import Settings, load
from bot.store import Store
from tests.routes import AGENT, Routes

TOKEN = "monitor-token-for-tests"
AS_MONITOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime) -> Routes:
    with_monitor = replace(settings, monitor_token=TOKEN)
    return Routes(router, store=store, branch=branch, vault=vault, settings=with_monitor, now=now)


def report(routes: Routes, what: str = "card_kept", unit: int | None = 2) -> int:
    with routes.app.state.edge.store.begin() as session:
        view = machines.report_fault(
            session,
            routes.app.state.edge.branch,
            machine_id="cash_machine",
            unit=unit,
            what=what,
            session_id="conversation1",
            turn_id="t1",
            locale="en",
            now=routes.now,
        )
    return view.id


def states(routes: Routes) -> dict[str, list[str]]:
    shown = routes.client.get("/api/branch/machines").json()["items"]
    return {machine["id"]: [unit["state"] for unit in machine["units"]] for machine in shown}


def test_everybody_sees_the_states_and_nothing_else(routes: Routes) -> None:
    routes.sign_in()
    body = {"state": "broken", "note": "屏幕碎了"}
    assert routes.client.post("/api/staff/machines/cash_machine/2/state", json=body).status_code == 200
    assert states(routes)["cash_machine"] == ["in_order", "broken", "in_order", "in_order"]
    assert states(routes)["coin_machine"] == ["in_order"]
    machine = routes.client.get("/api/branch/machines").json()["items"][0]
    assert set(machine["units"][0]) == {"unit", "state"}


def test_a_guide_speaks_all_locales_and_names_the_units_that_can_do_it(routes: Routes) -> None:
    routes.sign_in()
    routes.client.post("/api/staff/machines/cash_machine/3/state", json={"state": "out_of_cash"})
    guide: dict[str, Any] = routes.client.get("/api/machines/cash_machine/guides/withdraw").json()
    assert 4 <= len(guide["steps"]) <= 8
    for text in (guide["title"], guide["warning"], guide["machine_label"], guide["zone"], *guide["steps"]):
        assert set(text) == set(LOCALES)
    assert (guide["units"], guide["able"]) == (4, [1, 2, 4])
    assert routes.client.get("/api/machines/cash_machine/guides/deposit").json()["able"] == [1, 2, 3, 4]


@pytest.mark.parametrize("path", ["coffee_machine/guides/withdraw", "coin_machine/guides/withdraw"])
def test_a_guide_that_does_not_exist_is_not_found(routes: Routes, path: str) -> None:
    assert routes.client.get(f"/api/machines/{path}").status_code == 404


def test_a_guide_of_a_machine_that_this_branch_lacks_is_not_found(routes: Routes) -> None:
    edge = routes.app.state.edge
    rest = {machine_id: each for machine_id, each in edge.branch.machines.items() if machine_id != "cash_machine"}
    routes.app.state.edge = replace(edge, branch=replace(edge.branch, machines=rest))
    assert routes.client.get("/api/machines/cash_machine/guides/withdraw").status_code == 404


def monitor(routes: Routes, headers: dict[str, Any] = AS_MONITOR, **body: object) -> Any:
    body = {"state": "out_of_cash", "at": routes.now.isoformat(), **body}
    return routes.client.post("/api/machines/cash_machine/1/state", json=body, headers=headers)


def test_a_monitor_reports_a_state_and_learns_what_became_of_it(routes: Routes) -> None:
    assert monitor(routes, event_id="e1").json() == {"outcome": "applied"}
    assert monitor(routes, event_id="e1").json() == {"outcome": "repeated"}
    earlier = (routes.now - timedelta(minutes=1)).isoformat()
    assert monitor(routes, state="in_order", at=earlier).json() == {"outcome": "older"}
    assert states(routes)["cash_machine"][0] == "out_of_cash"
    assert routes.woken == 3


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer 密钥".encode()},
    ],
)
def test_who_lacks_the_token_changes_nothing(routes: Routes, headers: dict[str, Any]) -> None:
    assert monitor(routes, headers).status_code == 403
    assert states(routes)["cash_machine"][0] == "in_order"


def test_without_a_token_in_the_settings_there_is_no_such_route(routes: Routes) -> None:
    edge = routes.app.state.edge
    routes.app.state.edge = replace(edge, settings=replace(edge.settings, monitor_token=None))
    assert monitor(routes).status_code == 404
    assert monitor(routes, {"Authorization": "Bearer None"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"state": "tired"},
        {"state": "suspect"},
        {"at": "2026-11-23T06:00:00"},
        {"at": None},
        {"event_id": ""},
        {"note": "x" * 201},
        {"at": "2026-11-23T07:00:00+00:00"},
    ],
)
def test_a_report_that_is_not_as_it_should_be_is_invalid(routes: Routes, body: dict[str, Any]) -> None:
    assert monitor(routes, **body).status_code == 422
    assert states(routes)["cash_machine"][0] == "in_order"


@pytest.mark.parametrize("token", ["short", "密码密码密码密码密码密码密码密码密码密码密码"])
def test_a_weak_monitor_token_is_refused_at_the_start(tmp_path: Any, token: str) -> None:
    with pytest.raises(SetupError, match="LOBBY_MONITOR_TOKEN"):
        load({"LOBBY_HOME": str(tmp_path), "LOBBY_SECRET_KEY": "test", "LOBBY_MONITOR_TOKEN": token})


def test_the_monitor_token_comes_from_the_environment(tmp_path: Any) -> None:
    env = {"LOBBY_HOME": str(tmp_path), "LOBBY_SECRET_KEY": "test"}
    assert load({**env, "LOBBY_MONITOR_TOKEN": TOKEN}).monitor_token == TOKEN
    assert load(env).monitor_token is None


def test_staff_see_who_set_a_state_and_its_history(routes: Routes) -> None:
    routes.sign_in()
    monitor(routes)
    path = "/api/staff/machines/cash_machine/1"
    answer = routes.client.post(f"{path}/state", json={"state": "in_order", "note": "已加钞"})
    assert answer.json()["by"] == AGENT
    unit = routes.client.get("/api/staff/machines").json()["items"][0]["units"][0]
    assert (unit["state"], unit["by"], unit["note"], unit["reports"]) == ("in_order", AGENT, "已加钞", 0)
    changes = routes.client.get(f"{path}/history").json()["items"]
    assert [(change["state"], change["by"]) for change in changes] == [("in_order", AGENT), ("out_of_cash", "monitor")]


def test_staff_confirm_or_dismiss_what_customers_report(routes: Routes) -> None:
    routes.sign_in()
    fault_id = report(routes)
    line = routes.client.get("/api/staff/faults").json()["items"][0]
    assert (line["machine"]["en"], line["unit"], line["units"], line["urgent"]) == ("Cash machine", 2, 4, True)
    assert line["conversation"] == "conversation1"
    confirmed = routes.client.post(f"/api/staff/faults/{fault_id}/confirm", json={})
    assert confirmed.json()["state"] == "confirmed"
    assert states(routes)["cash_machine"][1] == "suspect"
    assert routes.client.get("/api/staff/faults").json() == {"items": []}
    answer = routes.client.post(f"/api/staff/faults/{fault_id}/dismiss")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_a_report_without_a_unit_is_confirmed_with_one(routes: Routes) -> None:
    routes.sign_in()
    fault_id = report(routes, "not_working", unit=None)
    path = f"/api/staff/faults/{fault_id}/confirm"
    assert routes.client.post(path, json={}).status_code == 422
    assert routes.client.post(path, json={"unit": 4}).json()["unit"] == 4
    assert states(routes)["cash_machine"] == ["in_order", "in_order", "in_order", "broken"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/staff/machines"),
        ("GET", "/api/staff/machines/cash_machine/1/history"),
        ("GET", "/api/staff/faults"),
        ("POST", "/api/staff/machines/cash_machine/1/state"),
        ("POST", "/api/staff/faults/1/confirm"),
        ("POST", "/api/staff/faults/1/dismiss"),
    ],
)
def test_a_stranger_cannot_use_the_routes_of_staff(routes: Routes, method: str, path: str) -> None:
    report(routes)
    body = {"state": "broken"} if method == "POST" else None
    assert routes.client.request(method, path, json=body).status_code in (401, 403)
    assert states(routes)["cash_machine"] == ["in_order"] * 4
