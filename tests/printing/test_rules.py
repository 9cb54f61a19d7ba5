from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.branch.service import Branch
from bot.locales import LOCALES
from bot.printing import rules
from bot.store import Store
from bot.texts import Texts
from tests.printing.loopback import IS_OFFLINE, IS_ONLINE, NO_PAPER, PAPER_NEAR_END, PAPER_THERE
from tests.queueing.hall import Hall

ADDRESS = "https://bank.example/t/CODE"


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


def test_slip_says_number_service_place_people_ahead_and_wait(hall: Hall, texts: Texts, now: datetime) -> None:
    hall.take_ticket("loan")
    view = hall.take_ticket("loan")
    slip = rules.ticket_slip(view, hall.branch, texts, locale="zh-Hans", address=ADDRESS, now=now)
    assert (slip.title, slip.subtitle) == ("D002", "贷款")
    assert slip.branch == hall.branch.name["zh-Hans"]
    assert slip.address == ADDRESS
    said = "\n".join(slip.lines)
    assert f"前面还有 1 人，大约等 {view.wait_low}–{view.wait_high} 分钟" in said
    assert hall.branch.zones[view.zone_id].label["zh-Hans"] in said
    for window_id in view.window_ids:
        assert hall.branch.windows[window_id].label["zh-Hans"] in said
    assert "保留您的号" in slip.hint


def test_time_on_the_slip_is_that_of_the_branch(hall: Hall, texts: Texts, now: datetime) -> None:
    slip = rules.ticket_slip(hall.take_ticket(), hall.branch, texts, locale="en", address=ADDRESS, now=now)
    assert slip.at == "Printed 2026-11-23 14:00"


@pytest.mark.parametrize("locale", LOCALES)
def test_slip_speaks_one_locale(hall: Hall, texts: Texts, now: datetime, locale: str) -> None:
    view = hall.take_ticket("open_account")
    slip = rules.ticket_slip(view, hall.branch, texts, locale=locale, address=ADDRESS, now=now)
    assert slip.subtitle == hall.branch.services["open_account"].label[locale]
    assert slip.lines[0].startswith({"zh-Hans": "前面没有人", "zh-Hant": "前面沒有人", "en": "Nobody ahead"}[locale])
    for line in (*slip.lines, slip.hint, slip.at):
        assert line.isascii() == (locale == "en") or "–" in line
        assert "{" not in line


def test_slip_says_what_is_always_needed_and_leaves_the_cases_to_the_page(
    hall: Hall, texts: Texts, now: datetime
) -> None:
    for service in hall.branch.services.values():
        view = hall.take_ticket(service.id, 100)
        slip = rules.ticket_slip(view, hall.branch, texts, locale="zh-Hans", address=ADDRESS, now=now)
        always = [item.label["zh-Hans"] for item in service.bring if item.when is None][: rules.MOST_TO_BRING]
        brought = [line for line in slip.lines if line.startswith("请准备好")]
        assert brought == ([f"请准备好：{'、'.join(always)}"] if always else [])


def test_no_wait_is_named_while_no_window_is_open(hall: Hall, texts: Texts, now: datetime) -> None:
    view = replace(hall.take_ticket("loan"), open_windows=0)
    slip = rules.ticket_slip(view, hall.branch, texts, locale="en", address=ADDRESS, now=now)
    assert slip.lines[0].startswith("No window is open")
    assert not any("minutes" in line for line in slip.lines)


def test_ticket_called_meanwhile_says_where_to_go_and_no_wait(hall: Hall, texts: Texts, now: datetime) -> None:
    hall.take_ticket("cash_withdrawal", 60000)
    view = hall.call_next("2")
    assert view is not None
    slip = rules.ticket_slip(view, hall.branch, texts, locale="en", address=ADDRESS, now=now)
    assert slip.lines[0] == "You are being called. Please go to Window 2"
    assert not any("minutes" in line for line in slip.lines)


def measure(text: str) -> float:
    """Chinese two wide, the rest one, as on a screen of fixed width."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("   ", 10, []),
        ("短", 10, ["短"]),
        ("请准备好身份证", 8, ["请准备好", "身份证"]),
        ("请准备好，身份证", 8, ["请准备", "好，", "身份证"]),
        ("大约等 10–20 分钟", 12, ["大约等 10–20", "分钟"]),
        ("2号窗口、3号窗口、4号窗口", 22, ["2号窗口、3号窗口、", "4号窗口"]),
        ("打开 12:30", 9, ["打开", "12:30"]),
        ("Please have your card ready", 12, ["Please have", "your card", "ready"]),
        ("an extraordinarily long word", 5, ["an", "extraordinarily", "long", "word"]),
        ("去A1窗口 QR Code。", 9, ["去A1窗口", "QR Code。"]),
    ],
)
def test_lines_break_where_each_script_allows(text: str, width: float, lines: list[str]) -> None:
    assert rules.wrapped(text, width, measure) == lines


@pytest.mark.parametrize(
    ("paper", "online", "status"),
    [
        (PAPER_THERE, IS_ONLINE, "ok"),
        (PAPER_NEAR_END, IS_ONLINE, "paper_low"),
        (NO_PAPER, IS_OFFLINE, "paper_out"),
        (b"\x7e", IS_OFFLINE, "paper_out"),
        (PAPER_THERE, IS_OFFLINE, "offline"),
        (PAPER_NEAR_END, IS_OFFLINE, "offline"),
        (None, None, "ok"),
        (b"", b"", "ok"),
        # An automatic status of four bytes came in between (its first has bit 4 set, bits 0, 1 and 7 clear).
        (b"\x10\x00\x00\x0f" + NO_PAPER, IS_OFFLINE, "paper_out"),
        (b"\x00\x80", b"\xff", "ok"),
    ],
)
def test_status_bytes_are_read_as_epson_defines_them(paper: bytes | None, online: bytes | None, status: str) -> None:
    assert rules.status(paper, online) == status
