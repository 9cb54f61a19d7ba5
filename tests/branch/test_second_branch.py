"""A second branch is a second folder: other ids, another country, another time zone, nothing of the demo."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from bot.branch import paths, plan, rules
from bot.branch.report import overview
from bot.branch.service import Branch, load_branch

FILES = {
    "branch.yml": """
        demo: true
        id: broadway
        name: {zh-Hans: 百老汇支行, zh-Hant: 百老匯分行, en: Broadway Branch}
        address: {zh-Hans: 百老汇 9 号, zh-Hant: 百老匯 9 號, en: 9 Broadway}
        phone: 555-0100
        timezone: America/New_York
        locale: en
        tickets_outside_hours: false
        plan: {width: 300, height: 200, title: {zh-Hans: 平面图, zh-Hant: 平面圖, en: Plan}}
        """,
    "hours.yml": """
        demo: true
        country: US
        subdivision: NY
        weekly:
          - {days: [mon, tue, wed, thu, fri], open: "08:30", close: "15:00"}
        """,
    "services.yml": """
        demo: true
        booking_days_ahead: {value: 2, source: invented}
        groups:
          - {letter: K, label: {zh-Hans: 柜台, zh-Hant: 櫃檯, en: Tellers}}
        services:
          - id: cash_withdrawal
            letter: K
            label: {zh-Hans: 取款, zh-Hant: 提款, en: Withdrawal}
            aliases: {zh-Hans: [取款], zh-Hant: [提款], en: [withdraw]}
            windows: [T1]
            zone: tellers
            mean_minutes: 4
            machine:
              machines: [wall]
              up_to: {amount: 800, inclusive: false, per: card_day, source: invented}
        """,
    "windows.yml": """
        demo: true
        windows:
          - {id: T1, zone: tellers, at: [150, 60], label: {zh-Hans: 一号, zh-Hant: 一號, en: Teller 1}}
        """,
    "zones.yml": """
        demo: true
        zones:
          - id: tellers
            label: {zh-Hans: 柜台, zh-Hant: 櫃檯, en: Tellers}
            directions: {zh-Hans: 直走, zh-Hant: 直走, en: Straight ahead}
            aliases: {zh-Hans: [], zh-Hant: [], en: [teller line]}
            polygon: [[10, 10], [290, 10], [290, 90], [10, 90]]
        """,
    "ways.yml": """
        demo: true
        metres_per_unit: 0.1
        here: {zh-Hans: 您在这里, zh-Hant: 您在這裡, en: You are here}
        starts: {kiosk: porch, web: porch}
        nodes:
          - {id: porch, at: [150, 190], label: {zh-Hans: 门廊, zh-Hant: 門廊, en: Porch}}
          - {id: line, at: [150, 90], zone: tellers, label: {zh-Hans: 队, zh-Hant: 隊, en: Line}}
        ways:
          - {start: porch, end: line, step_free: false, words: {zh-Hans: 上台阶, zh-Hant: 上台階, en: Up the steps.}}
        """,
    "machines.yml": """
        demo: true
        machines:
          - id: wall
            zone: tellers
            count: 1
            label: {zh-Hans: 取款机, zh-Hant: 提款機, en: Cash point}
            about: {zh-Hans: 在墙上, zh-Hant: 在牆上, en: In the wall}
            aliases: {zh-Hans: [], zh-Hant: [], en: []}
        """,
    "amenities.yml": """
        demo: true
        amenities: []
        """,
    "classes.yml": """
        demo: true
        classes:
          - id: individual
            label: {zh-Hans: 客户, zh-Hant: 客戶, en: Customer}
            aliases: {zh-Hans: [], zh-Hant: [], en: []}
            head_start_minutes: 0
            source: invented
          - id: veteran
            label: {zh-Hans: 退伍军人, zh-Hant: 退伍軍人, en: Veteran}
            aliases: {zh-Hans: [], zh-Hant: [], en: [veteran]}
            head_start_minutes: 5
            source: invented
        """,
    "queue.yml": """
        demo: true
        calls_before_no_show: {value: 3, source: invented}
        rejoin_minutes: {value: 10, source: invented}
        rejoin_behind: {value: 1, source: invented}
        hold_minutes: {value: [7], source: invented}
        promise_minutes: {value: {K: 12}, source: invented}
        """,
    "triage.yml": """
        demo: true
        rows:
          - classes: [veteran]
            offer:
              - {way: counter, reasons: [priority_counter]}
          - offer:
              - {way: machine, reasons: [machine_no_queue]}
              - {way: counter, reasons: [counter_window]}
        """,
}


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_branch(tmp_path)


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-05:00").astimezone(timezone.utc)


def test_it_opens_by_its_own_clock_and_closes_on_its_own_holidays(branch: Branch) -> None:
    assert rules.is_open(branch, new_york("2026-11-25T08:30:00"))
    assert not rules.is_open(branch, new_york("2026-11-25T15:00:00"))
    assert rules.hours_on(branch, date(2026, 11, 26)) is None  # Thanksgiving
    assert rules.hours_on(branch, date(2026, 2, 12)) is None  # Lincoln's birthday, in New York
    assert rules.hours_on(branch, date(2026, 10, 1)) is not None


def test_its_clock_change_moves_the_opening(branch: Branch) -> None:
    friday, monday = datetime(2026, 10, 30, 21, tzinfo=timezone.utc), datetime(2026, 3, 6, 21, tzinfo=timezone.utc)
    after_summer, after_winter = rules.next_opening(branch, friday), rules.next_opening(branch, monday)
    assert after_summer is not None
    assert after_winter is not None
    assert after_summer.astimezone(timezone.utc) == datetime(2026, 11, 2, 13, 30, tzinfo=timezone.utc)
    assert after_winter.astimezone(timezone.utc) == datetime(2026, 3, 9, 12, 30, tzinfo=timezone.utc)


def test_it_books_over_its_own_weekend(branch: Branch) -> None:
    # A Wednesday; Thursday is Thanksgiving, so two opening days on is Monday.
    assert rules.next_booking_day(branch, new_york("2026-11-25T10:00:00")) == date(2026, 11, 30)


def test_it_sends_customers_by_its_own_table(branch: Branch) -> None:
    small = rules.triage(branch, "cash_withdrawal", Decimal("799.99"), "web")
    assert (small.route, small.machine_ids) == ("machine", ("wall",))
    limit = rules.triage(branch, "cash_withdrawal", Decimal(800), "web")
    assert (limit.route, limit.reasons) == ("counter", ("counter_only",))
    veteran = rules.triage(branch, "cash_withdrawal", Decimal(20), "kiosk", customer_class="veteran")
    assert (veteran.route, veteran.reasons) == ("counter", ("priority_counter",))


def test_its_plan_and_its_places_are_its_own(branch: Branch) -> None:
    found = rules.find_place(branch, "where is the teller line")
    assert found is not None
    card = rules.place_card(branch, found, "en")
    assert card["steps"] == ["Up the steps."]
    assert card["step_free"]["steps"] == []
    assert paths.route(branch, "porch", "tellers", False).metres == pytest.approx(10.0)
    assert 'data-zone="tellers"' in plan.plan_svg(branch, "tellers", "en", start="porch")


def test_it_is_shown_at_a_glance(branch: Branch) -> None:
    lines = overview(branch, new_york("2026-11-25T10:00:00")).splitlines()
    assert "Broadway Branch (America/New_York)" in lines[0]
    assert any(line.startswith("hours") and "wed 2026-11-25" in line and "08:30–15:00" in line for line in lines)
    assert any("thu 2026-11-26" in line and "closed  Thanksgiving" in line for line in lines)
    assert sum(line.startswith("hours") for line in lines) == 7
