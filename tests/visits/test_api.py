from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest

from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.locales import LOCALES
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.store import Store
from bot.visits import rules
from bot.visits.api import router
from bot.visits.schema import VisitPlan
from tests.queueing.hall import Hall
from tests.routes import Routes

UNKNOWN = rules.new_code(random.Random(0).choice)


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, plan: VisitPlan, now: datetime) -> Routes:
    made = Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)
    made.app.state.visit_plan = plan
    return made


def post(routes: Routes, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = routes.client.post(path, json=body or {})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(routes: Routes, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = routes.client.post(path, json=body or {})
    return answer.status_code, answer.json()["error"]["code"]


def prepared(routes: Routes, service: str = "card_service", **more: Any) -> str:
    return str(post(routes, "/api/visits", {"service": service, **more})["code"])


def test_page_gets_papers_and_form_of_every_service_in_all_locales(routes: Routes, branch: Branch) -> None:
    listed = routes.client.get("/api/visits/services").json()
    assert [item["id"] for item in listed["items"]] == list(branch.services)
    assert listed["demo"] is True
    loan = next(item for item in listed["items"] if item["id"] == "loan")
    assert [field["id"] for field in loan["fields"]] == ["loan_purpose", "amount", "people", "note"]
    assert loan["appointments"] is True
    for label in (loan["label"], loan["bring"][0]["label"], loan["fields"][0]["options"][0]["label"]):
        assert set(label) == set(LOCALES)
    assert next(item for item in listed["items"] if item["id"] == "cash_withdrawal")["unbooked_up_to"] == "50000"


def test_what_was_prepared_can_be_fetched_and_changed_with_its_code(routes: Routes) -> None:
    body = {"service": "loan", "held": ["id_card"], "fields": {"amount": "300000.5", "people": "2", "note": "a\x00b"}}
    made = post(routes, "/api/visits", body)
    assert (made["complete"], made["state"], made["slot"]) == (True, "open", None)
    assert made["fields"] == {"amount": "300000.5", "people": "2", "note": "ab"}
    assert routes.client.get(f"/api/visits/{made['code'].lower()}").json() == made
    changed = post(routes, f"/api/visits/{made['code']}/papers", {"held": [], "fields": {}})
    assert [paper["id"] for paper in changed["missing"]] == ["id_card"]
    assert changed["fields"] == {}


def test_slot_is_booked_moved_and_given_up(routes: Routes) -> None:
    code = prepared(routes)
    offered = routes.client.get("/api/visits/slots", params={"service": "card_service"}).json()
    assert (offered["day"], offered["days"][1]) == ("2026-11-23", "2026-11-24")
    slot = offered["slots"][0]
    booked = post(routes, f"/api/visits/{code}/slot", {"at": slot["at"]})
    assert booked["slot"] == slot["at"]
    day = {"service": "card_service", "day": "2026-11-23"}
    assert routes.client.get("/api/visits/slots", params=day).json()["slots"][0]["free"] == slot["free"] - 1
    assert post(routes, f"/api/visits/{code}/slot", {"at": None})["slot"] is None
    assert refused(routes, f"/api/visits/{code}/slot", {"at": "2026-11-29T10:00:00+08:00"}) == (409, "slot_taken")
    assert routes.client.post(f"/api/visits/{code}/slot", json={"at": "2026-11-24T10:00:00"}).status_code == 422
    assert routes.woken == 2


def test_large_cash_is_offered_the_days_on_which_it_is_there(routes: Routes) -> None:
    params = {"service": "cash_withdrawal", "amount": "80000"}
    assert routes.client.get("/api/visits/slots", params=params).json()["day"] == "2026-11-24"


def test_check_in_gives_the_ticket_and_says_what_became_of_the_appointment(routes: Routes) -> None:
    code = prepared(routes, locale="zh-Hant")
    first = post(routes, "/api/visits/check-in", {"code": f"https://lobby.example/v/{code}"})
    assert (first["ticket"]["kind"], first["ticket"]["number"]) == ("ticket", "B001")
    assert first["ticket"]["service"] == "掛失補卡與密碼"
    assert (first["timing"], first["again"], first["visit"]["state"]) == ("none", False, "checked_in")
    again = post(routes, "/api/visits/check-in", {"code": code, "locale": "en"})
    assert (again["ticket"]["code"], again["again"]) == (first["ticket"]["code"], True)
    assert again["ticket"]["service"] == "Lost card and PIN"
    assert refused(routes, f"/api/visits/{code}/cancel") == (409, "visit_over")


def test_kiosk_session_hears_when_its_number_is_called(
    routes: Routes, store: Store, branch: Branch, now: datetime
) -> None:
    with store.begin() as session:
        conversation, token = conversations.open_conversation(
            session, channel="kiosk", device=None, locale="en", now=now
        )
        conversation_id = str(conversation.id)
    post(routes, "/api/visits/check-in", {"code": prepared(routes), "session": token})
    hall = Hall(store, branch, now)
    assert hall.called("3") == "B001"
    assert hall.notices(conversation_id)[-1].kind == "ticket_called"
    unknown = {"code": prepared(routes), "session": "nobody"}
    assert refused(routes, "/api/visits/check-in", unknown) == (404, "not_found")


def test_cancelled_code_is_refused(routes: Routes) -> None:
    code = prepared(routes)
    assert post(routes, f"/api/visits/{code}/cancel")["state"] == "cancelled"
    assert refused(routes, "/api/visits/check-in", {"code": code}) == (409, "visit_over")


def test_large_cash_without_a_day_is_asked_to_book(routes: Routes) -> None:
    code = prepared(routes, "cash_withdrawal", fields={"amount": "80000"})
    assert refused(routes, "/api/visits/check-in", {"code": code}) == (409, "booking_needed")


def test_guessing_is_stopped_and_typing_errors_are_not(routes: Routes) -> None:
    for _ in range(2 * rules.LIMITS[rules.WRONG_CODES]):
        assert refused(routes, "/api/visits/check-in", {"code": "12345678"}) == (422, "mistyped_code")
    code = prepared(routes)
    for _ in range(rules.LIMITS[rules.WRONG_CODES]):
        assert routes.client.get(f"/api/visits/{UNKNOWN}").status_code == 404
    assert refused(routes, "/api/visits/check-in", {"code": code}) == (429, "too_many")
    routes.now += rules.WINDOW
    assert post(routes, "/api/visits/check-in", {"code": code})["ticket"]["number"] == "B001"


def test_flood_of_new_codes_is_stopped(routes: Routes) -> None:
    for _ in range(rules.LIMITS[rules.NEW_VISITS]):
        prepared(routes)
    assert refused(routes, "/api/visits", {"service": "loan"}) == (429, "too_many")


@pytest.mark.parametrize(
    "body",
    [
        {"service": "car_wash"},
        {"service": "loan", "held": ["ghost"]},
        {"service": "loan", "fields": {"note": "a" * 501}},
        {"service": "loan", "fields": {"amount": "-5"}},
        {"service": "loan", "fields": {"ghost": "1"}},
        {"service": "loan", "locale": "fr"},
        {},
    ],
)
def test_bad_form_is_refused(routes: Routes, body: dict[str, Any]) -> None:
    assert routes.client.post("/api/visits", json=body).status_code == 422


def test_text_that_no_database_holds_loses_only_that(routes: Routes) -> None:
    body = '{"service": "loan", "fields": {"note": "a\\ud800b\\u0000c"}}'
    answer = routes.client.post("/api/visits", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["fields"] == {"note": "abc"}


@pytest.mark.parametrize(
    "params",
    [
        {"service": "car_wash"},
        {"service": "loan", "day": "tomorrow"},
        {"service": "loan", "amount": "NaN"},
    ],
)
def test_bad_question_for_slots_is_refused(routes: Routes, params: dict[str, str]) -> None:
    assert routes.client.get("/api/visits/slots", params=params).status_code == 422


def test_staff_see_the_appointments_of_a_day_and_no_code(routes: Routes) -> None:
    code = prepared(routes, "cash_withdrawal", fields={"amount": "80000"})
    post(routes, f"/api/visits/{code}/slot", {"at": "2026-11-24T10:00:00+08:00"})
    assert routes.client.get("/api/staff/visits").status_code in (401, 403)
    routes.sign_in()
    assert routes.client.get("/api/staff/visits").json() == {"day": "2026-11-23", "items": []}
    answer = routes.client.get("/api/staff/visits", params={"day": "2026-11-24"})
    (item,) = answer.json()["items"]
    assert (item["slot"], item["amount"], item["state"]) == ("2026-11-24T02:00:00+00:00", "80000", "open")
    assert item["ticket_number"] is None
    assert code not in answer.text
    assert routes.client.get("/api/staff/visits", params={"day": "9999-12-31"}).status_code == 422
