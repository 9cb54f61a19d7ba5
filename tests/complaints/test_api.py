from __future__ import annotations

from datetime import datetime

import pytest

from bot.branch.service import Branch
from bot.complaints import service as complaints
from bot.complaints.api import router
from bot.complaints.service import ComplaintView
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.store import Store
from tests.routes import Routes


@pytest.fixture
def routes(store: Store, branch: Branch, vault: Vault, settings: Settings, now: datetime) -> Routes:
    return Routes(router, store=store, branch=branch, vault=vault, settings=settings, now=now)


@pytest.fixture
def filed(store: Store, branch: Branch, vault: Vault, now: datetime) -> ComplaintView:
    with store.begin() as session:
        return complaints.file_complaint(
            session,
            branch,
            vault,
            what="The clerk was rude",
            when_text="yesterday",
            where_text="window 3",
            who_text=None,
            contact="13812345678",
            session_id="s1",
            turn_id="t1",
            locale="en",
            now=now,
        )


def test_complaint_page_shows_progress_but_not_the_story(routes: Routes, filed: ComplaintView) -> None:
    answer = routes.client.get(f"/api/complaints/{filed.code}")
    shown = answer.json()
    assert (shown["number"], shown["state"]) == ("C20261123-0001", "received")
    assert (shown["due_on"], shown["days_left"]) == ("2026-12-08", 15)
    assert "rude" not in answer.text
    assert "5678" not in answer.text


def test_unknown_complaint_is_not_found(routes: Routes) -> None:
    assert routes.client.get("/api/complaints/NOSUCHCODE").json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/api/staff/complaints", "/api/staff/complaints/C20261123-0001"])
def test_stranger_cannot_read_the_files(routes: Routes, filed: ComplaintView, path: str) -> None:
    assert routes.client.get(path).status_code in (401, 403)


def test_staff_see_list_and_file_with_the_contact_masked(routes: Routes, filed: ComplaintView) -> None:
    routes.sign_in()
    [line] = routes.client.get("/api/staff/complaints").json()["items"]
    assert (line["number"], line["days_left"], line["what"]) == (filed.number, 15, "The clerk was rude")
    answer = routes.client.get(f"/api/staff/complaints/{filed.number}")
    shown = answer.json()
    assert (shown["when"], shown["where"], shown["who"]) == ("yesterday", "window 3", None)
    assert shown["contact"] == "•••5678"
    assert "13812345678" not in answer.text
    assert shown["events"][0]["kind"] == "received"
