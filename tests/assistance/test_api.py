from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.assistance.api import router
from bot.branch.service import Branch
from bot.locales import LOCALES
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.store import Store
from tests.assistance.lobby import Lobby
from tests.routes import AGENT, Routes


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime) -> Routes:
    return Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)


def get(routes: Routes, path: str, **params: str) -> list[dict[str, Any]]:
    answer = routes.client.get(f"/api/staff/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def post(routes: Routes, path: str, body: Any = None) -> dict[str, Any]:
    answer = routes.client.post(f"/api/staff/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(routes: Routes, path: str, body: Any = None) -> tuple[int, str]:
    answer = routes.client.post(f"/api/staff/{path}", json=body)
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "requests"),
        ("GET", "request-kinds"),
        ("GET", "loans"),
        ("GET", "stock"),
        ("POST", "requests"),
        ("POST", "requests/1/take"),
        ("POST", "requests/1/done"),
        ("POST", "requests/1/cancel"),
        ("POST", "loans"),
        ("POST", "loans/1/return"),
        ("POST", "loans/1/lost"),
    ],
)
def test_stranger_can_neither_read_nor_change(lobby: Lobby, routes: Routes, method: str, path: str) -> None:
    lobby.ask()
    loan = lobby.lend("pen")
    body = {"kind": "form_help", "item": "pen"}
    assert routes.client.request(method, f"/api/staff/{path}", json=body).status_code in (401, 403)
    assert [view.state for view in lobby.requests()] == ["open"]
    assert lobby.loans() == [loan]


def test_staff_see_what_is_asked_with_place_and_words(lobby: Lobby, routes: Routes) -> None:
    lobby.ask("wheelchair_help", words="at the ramp", session_id="s1")
    routes.sign_in()
    [shown] = get(routes, "requests")
    assert (shown["kind"], shown["words"], shown["conversation"]) == ("wheelchair_help", "at the ramp", "s1")
    assert (shown["state"], shown["urgent"], shown["overdue"], shown["by"]) == ("open", False, False, None)
    assert shown["place"]["en"] == "Entrance"
    assert set(shown["label"]) == set(LOCALES)


def test_staff_take_and_finish_a_request(lobby: Lobby, routes: Routes) -> None:
    request = lobby.ask("lend_item", "umbrella")
    routes.sign_in()
    assert post(routes, f"requests/{request.id}/take")["by"] == "Lin"
    assert post(routes, f"requests/{request.id}/done")["state"] == "done"
    assert refused(routes, f"requests/{request.id}/done") == (409, "conflict")
    assert get(routes, "requests") == []
    assert [item["id"] for item in get(routes, "requests", state="done")] == [request.id]
    [loan] = get(routes, "loans")
    assert (loan["item"], loan["lent_by"], loan["state"]) == ("umbrella", AGENT, "out")
    assert routes.woken == 2


def test_staff_enter_a_request_and_cancel_it(lobby: Lobby, routes: Routes) -> None:
    routes.sign_in()
    entered = post(routes, "requests", {"kind": "cleaning", "zone_id": "restroom", "words": "call 13800138000"})
    assert (entered["place"]["en"], entered["words"], entered["conversation"]) == (
        "Restroom",
        "call ⟨phone:1⟩",
        None,
    )
    assert post(routes, f"requests/{entered['id']}/cancel")["state"] == "cancelled"
    assert [item["id"] for item in get(routes, "requests", state="cancelled")] == [entered["id"]]


def test_kinds_are_offered_in_all_locales(routes: Routes) -> None:
    routes.sign_in()
    kinds = get(routes, "request-kinds")
    assert [kind["id"] for kind in kinds if kind["lends"]] == ["lend_item"]
    assert all(set(kind["label"]) == set(LOCALES) for kind in kinds)


def test_a_loan_goes_out_comes_back_or_is_lost_and_the_stock_follows(routes: Routes) -> None:
    routes.sign_in()
    first = post(routes, "loans", {"item": "wheelchair", "reference": "A001"})
    second = post(routes, "loans", {"item": "wheelchair"})
    assert refused(routes, "loans", {"item": "wheelchair"}) == (409, "none_left")
    assert post(routes, f"loans/{first['id']}/return")["closed_by"] == AGENT
    assert post(routes, f"loans/{second['id']}/lost")["state"] == "lost"
    assert refused(routes, f"loans/{first['id']}/return") == (409, "conflict")
    line = next(line for line in get(routes, "stock") if line["item"] == "wheelchair")
    assert (line["owned"], line["out"], line["promised"], line["free"]) == (1, 0, 0, 1)
    assert line["picture"] == "wheelchair"
    assert set(line["label"]) == set(LOCALES)


def test_bad_input_is_refused_and_changes_nothing(lobby: Lobby, routes: Routes) -> None:
    routes.sign_in()
    assert refused(routes, "requests", {"kind": "dance"}) == (422, "invalid")
    assert refused(routes, "loans", {"item": "pen", "reference": "王小明"}) == (422, "invalid")
    assert refused(routes, "requests/7/take") == (404, "not_found")
    assert refused(routes, "loans/7/return") == (404, "not_found")
    for path, body in [
        ("requests", {"kind": "other", "words": "x" * 501}),
        ("requests", {}),
        ("loans", {}),
        ("requests/0/take", None),
        (f"loans/{2**63}/return", None),
        ("requests/one/take", None),
    ]:
        assert routes.client.post(f"/api/staff/{path}", json=body).status_code == 422
    assert routes.client.get("/api/staff/requests", params={"state": "asleep"}).status_code == 422
    assert lobby.requests() == []
    assert lobby.loans() == []


def test_a_loan_of_what_is_no_longer_lent_is_still_listed(lobby: Lobby, routes: Routes) -> None:
    pen = lobby.catalogue.items["pen"]
    lobby.catalogue = type(lobby.catalogue)(
        staff=lobby.catalogue.staff,
        something=lobby.catalogue.something,
        kinds=lobby.catalogue.kinds,
        items={"abacus": pen.copy(update={"id": "abacus"})},
    )
    lobby.lend("abacus")
    routes.sign_in()
    [shown] = get(routes, "loans")
    assert (shown["label"]["en"], shown["picture"]) == ("abacus", "")
