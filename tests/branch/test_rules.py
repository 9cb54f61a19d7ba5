from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branch import rules
from bot.branch.schema import SERVICE_IDS, Limit, Texts, Zone
from bot.branch.service import Branch, load_branch
from bot.errors import Invalid
from bot.locales import LOCALES
from bot.settings import DATA

DEMO = load_branch(DATA / "branch" / "demo")
SVG = "{http://www.w3.org/2000/svg}"


def shanghai(text: str) -> datetime:
    """A branch-local time as the clock gives it: aware, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=DEMO.timezone).astimezone(timezone.utc)


# --- hours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00:00", False),
        ("2026-11-28T09:15:00", False),  # a Saturday opens later
        ("2026-11-28T09:30:00", True),
        ("2026-11-28T16:00:00", False),
        ("2026-11-29T11:00:00", False),  # a Sunday
        ("2026-12-31T14:59:00", True),  # closes early
        ("2026-12-31T15:00:00", False),
        ("2027-01-01T11:00:00", False),  # a Friday, but a holiday
    ],
)
def test_branch_is_open_in_its_own_zone(local: str, expected: bool) -> None:
    assert rules.is_open(DEMO, shanghai(local)) is expected


@pytest.mark.parametrize(
    ("local", "opening"),
    [
        ("2026-11-23T08:00:00", "2026-11-23T09:00:00"),
        ("2026-11-23T09:00:00", "2026-11-24T09:00:00"),
        ("2026-11-28T18:00:00", "2026-11-30T09:00:00"),  # over a Sunday
        ("2026-12-31T16:00:00", "2027-01-02T09:30:00"),  # over a holiday
    ],
)
def test_next_opening_skips_closed_days(local: str, opening: str) -> None:
    assert rules.next_opening(DEMO, shanghai(local)) == shanghai(opening)


# --- triage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "route", "reasons", "ticket_route", "ticket_windows"),
    [
        ("20000", "machine", ("machine_no_queue",), "express", ("1", "2", "3")),
        ("20000.01", "express", ("express_window",), "express", ("1", "2", "3")),
        ("30000", "express", ("express_window",), "express", ("1", "2", "3")),
        ("50000", "express", ("express_window",), "express", ("1", "2", "3")),
        ("50000.01", "counter", ("booking_needed", "counter_only"), "counter", ("2", "3")),
        ("60000", "counter", ("booking_needed", "counter_only"), "counter", ("2", "3")),
        (None, "counter", ("amount_decides",), "counter", ("2", "3")),
    ],
)
def test_withdrawal_goes_where_its_amount_belongs(
    amount: str | None, route: str, reasons: tuple[str, ...], ticket_route: str, ticket_windows: tuple[str, ...]
) -> None:
    found = rules.triage(DEMO, "cash_withdrawal", Decimal(amount) if amount else None, "kiosk")
    assert (found.route, found.reasons) == (route, reasons)
    assert (found.ticket.route, found.ticket.window_ids) == (ticket_route, ticket_windows)


def test_deposit_needs_no_booking_however_large() -> None:
    assert rules.triage(DEMO, "cash_deposit", Decimal(900_000), "kiosk").reasons == ("counter_only",)


@pytest.mark.parametrize(("channel", "route"), [("kiosk", "machine"), ("web", "phone")])
def test_transfer_is_sent_to_the_nearest_way_of_the_channel(channel: str, route: str) -> None:
    assert rules.triage(DEMO, "transfer", Decimal(50_000), channel).route == route


def test_transfer_over_the_machines_limit_still_names_the_phone() -> None:
    found = rules.triage(DEMO, "transfer", Decimal(50_001), "kiosk")
    assert (found.route, found.reasons) == ("counter", ("counter_window",))
    assert [way.route for way in found.alternatives] == ["phone"]


def test_machine_is_shown_in_its_own_zone() -> None:
    found = rules.triage(DEMO, "cash_withdrawal", Decimal(500), "kiosk")
    assert (found.zone_id, found.machine_ids) == ("self_service", ("cash_machine",))


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1e12"])
def test_impossible_amount_is_refused(amount: str) -> None:
    with pytest.raises(Invalid):
        rules.triage(DEMO, "cash_withdrawal", Decimal(amount), "kiosk")


def test_unknown_service_is_refused() -> None:
    with pytest.raises(Invalid):
        rules.triage(DEMO, "car_wash", None, "kiosk")


@given(
    service_id=st.sampled_from(SERVICE_IDS),
    amount=st.none() | st.decimals("0.01", "999999999", places=2),
    channel=st.sampled_from(["kiosk", "web"]),
)
def test_every_errand_has_a_ticket_a_reason_and_real_places(
    service_id: str, amount: Decimal | None, channel: str
) -> None:
    found = rules.triage(DEMO, service_id, amount, channel)
    assert found.ticket.route in ("counter", "express")
    for way in (found, *found.alternatives):
        assert way.reasons
        assert set(way.reasons) <= set(rules.REASONS)
        assert set(way.window_ids) <= set(DEMO.windows)
        assert way.zone_id is None or way.zone_id in DEMO.zones


@given(amount=st.decimals("0.01", "100000", places=2))
def test_inclusive_limit_holds_its_own_amount(amount: Decimal) -> None:
    def limit(*, inclusive: bool) -> Limit:
        return Limit(amount=amount, inclusive=inclusive, per="transaction", source="test")

    assert limit(inclusive=True).holds(amount)
    assert not limit(inclusive=False).holds(amount)
    assert not limit(inclusive=True).holds(amount + Decimal("0.01"))


# --- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ATM在哪里", "cash_machine"),
        ("ＡＴＭ在哪", "cash_machine"),
        ("智能柜员机怎么走", "smart_teller"),
        ("洗手間在哪裡", "restroom"),
        ("Where is Window 3?", "3"),
        ("3号窗口怎么走", "3"),
        ("do you have reading glasses", "reading_glasses"),
        ("a treatment for my back", None),
        ("window 12", None),
        ("今天天气怎么样", None),
    ],
)
def test_place_is_found_by_what_people_call_it(text: str, place: str | None) -> None:
    found = rules.find_place(DEMO, text)
    assert (found.id if found else None) == place


def test_place_card_points_to_the_plan_of_its_zone() -> None:
    found = rules.find_place(DEMO, "取款机")
    assert found is not None
    card = rules.place_card(DEMO, found, "en")
    assert (card["kind"], card["zone"], card["label"]) == ("place", "Self-service area", "Cash machine")
    assert card["plan"] == "/api/branch/plan.svg?zone=self_service&locale=en"


# --- floor plan -------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LOCALES)
def test_plan_names_every_zone_and_highlights_the_wanted_one(locale: str) -> None:
    root = ElementTree.fromstring(rules.plan_svg(DEMO, "wealth", locale))
    assert root.attrib["role"] == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert DEMO.zones["wealth"].label[locale] in title.text
    zones = root.findall(f"{SVG}g")
    assert [zone.attrib["data-zone"] for zone in zones if "data-wanted" in zone.attrib] == ["wealth"]
    for zone in zones:
        shown = "".join(text.text or "" for text in zone.findall(f"{SVG}text")).replace(" ", "")
        assert shown.endswith(DEMO.zones[zone.attrib["data-zone"]].label[locale].replace(" ", ""))


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_of_the_plan_are_large_and_stay_in_their_zone(locale: str) -> None:
    for zone in DEMO.zones.values():
        marks = [window.at for window in DEMO.windows.values() if window.zone == zone.id]
        left, top, right, bottom = rules.label_box(zone, marks)
        size, lines = rules.fit_label(zone.label[locale], right - left, bottom - top)
        # 26 units of 1000 are 10 px on the narrowest phone, 28 px on the kiosk.
        assert size >= 26, (zone.id, size)
        assert size * rules.LINE_HEIGHT * len(lines) <= bottom - top


def test_plan_without_a_wanted_zone_highlights_none() -> None:
    assert "data-wanted" not in rules.plan_svg(DEMO, None, "en")


@given(label=st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30))
def test_labels_cannot_break_out_of_the_plan(label: str) -> None:
    text = f"<script>&\"'{label}"
    texts = Texts({locale: text for locale in LOCALES})
    zone = Zone(
        id='z"><x',
        label=texts,
        directions=texts,
        aliases={locale: [] for locale in LOCALES},
        polygon=[(0, 0), (9, 0), (9, 9)],
    )
    branch = Branch(**{**DEMO.__dict__, "zones": {zone.id: zone}, "windows": {}})
    svg = rules.plan_svg(branch, zone.id, "en")
    root = ElementTree.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "rect", "g", "polygon", "text")
    }
