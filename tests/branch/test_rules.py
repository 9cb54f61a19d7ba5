from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branch import rules
from bot.branch.schema import LANES, SERVICE_IDS, HoursException, Limit, Reason, Texts
from bot.branch.service import load_branch
from bot.errors import Conflict, Invalid
from bot.locales import LOCALES
from bot.settings import DATA

DEMO = load_branch(DATA / "branch" / "demo")
CLASSES = tuple(DEMO.classes)


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


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-02-13", (time(9), time(17))),
        ("2026-02-14", (time(9), time(17))),  # a Saturday, but a working day before the Spring Festival
        ("2026-02-16", None),  # New Year's Eve, a Monday
        ("2026-02-17", None),
        ("2026-02-23", None),  # a day in lieu
        ("2026-02-24", (time(9), time(17))),
        ("2026-02-28", (time(9), time(17))),  # the working Saturday after it
        ("2026-03-07", (time(9, 30), time(16))),  # an ordinary Saturday
        ("2026-09-20", (time(9), time(17))),  # a working Sunday before the National Day
        ("2026-09-27", None),  # an ordinary Sunday
        ("2026-10-01", None),
        ("2026-10-07", None),
        ("2026-10-08", (time(9), time(17))),
        ("2026-10-10", (time(9), time(17))),
    ],
)
def test_chinese_holidays_close_and_working_weekends_open(day: str, hours: tuple[time, time] | None) -> None:
    assert rules.hours_on(DEMO, date.fromisoformat(day)) == hours


def test_the_branchs_own_exception_wins_over_a_holiday() -> None:
    label = Texts({locale: "we are here all the same" for locale in LOCALES})
    festival = date(2026, 10, 1)
    own = HoursException(date=festival, label=label, open=time(10), close=time(12))
    branch = replace(DEMO, exceptions={festival: own})
    assert rules.hours_on(branch, festival) == (time(10), time(12))
    assert rules.special_day(branch, festival) == rules.SpecialDay(festival, label, (time(10), time(12)))


def test_without_hours_for_it_a_working_weekend_is_an_ordinary_one() -> None:
    branch = replace(DEMO, working_weekend_hours=None)
    assert rules.hours_on(branch, date(2026, 9, 20)) is None


def test_without_a_country_no_holiday_closes() -> None:
    assert rules.hours_on(replace(DEMO, country=None), date(2026, 10, 1)) == (time(9), time(17))


def test_special_days_are_named_in_order() -> None:
    found = rules.special_days(DEMO, date(2026, 9, 18), 14)
    assert [(special.date.day, special.hours is None) for special in found] == [(20, False), (25, True), (1, True)]
    assert found[0].label is None
    assert found[1].label == {"zh-Hans": "中秋节", "zh-Hant": "中秋節", "en": "Mid-Autumn Festival"}


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-23T10:00:00", "2026-11-24"),
        ("2026-11-23T07:00:00", "2026-11-24"),  # before the doors open
        ("2026-11-23T17:00:00", "2026-11-25"),  # after they close: received tomorrow
        ("2026-11-27T10:00:00", "2026-11-28"),  # a Saturday is an opening day
        ("2026-11-28T10:00:00", "2026-11-30"),
        ("2026-11-29T10:00:00", "2026-12-01"),  # a Sunday: received on Monday
        ("2026-09-30T10:00:00", "2026-10-08"),  # over the National Day
    ],
)
def test_booked_cash_is_there_on_the_next_opening_day(local: str, day: str) -> None:
    assert rules.next_booking_day(DEMO, shanghai(local)) == date.fromisoformat(day)


def test_a_booking_further_ahead_counts_opening_days() -> None:
    branch = replace(DEMO, booking_days_ahead=3)
    assert rules.next_booking_day(branch, shanghai("2026-11-27T10:00:00")) == date(2026, 12, 1)


def test_a_branch_that_stays_closed_takes_no_booking() -> None:
    with pytest.raises(Conflict):
        rules.next_booking_day(replace(DEMO, weekly=()), shanghai("2026-11-23T10:00:00"))


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


def test_unknown_customer_class_is_refused() -> None:
    with pytest.raises(Invalid):
        rules.triage(DEMO, "cash_withdrawal", None, "kiosk", customer_class="astronaut")


@pytest.mark.parametrize("customer_class", ["elderly", "disabled", "pregnant"])
@pytest.mark.parametrize("channel", ["kiosk", "web"])
@pytest.mark.parametrize("service_id", ["cash_withdrawal", "transfer", "credit_card"])
def test_nobody_who_finds_it_hard_is_sent_to_a_machine_or_the_phone(
    customer_class: str, channel: str, service_id: str
) -> None:
    found = rules.triage(DEMO, service_id, Decimal(3000), channel, customer_class=customer_class)
    assert (found.route, found.reasons) == ("counter", ("priority_counter",))
    assert found.ticket.route == "counter"


def test_a_machine_is_offered_with_help_to_an_older_customer() -> None:
    found = rules.triage(DEMO, "cash_withdrawal", Decimal(3000), "kiosk", customer_class="elderly")
    offered = {way.route: way.reasons for way in found.alternatives}
    assert offered["machine"] == ("machine_with_help",)


@pytest.mark.parametrize("customer_class", CLASSES)
def test_a_sum_that_must_be_booked_is_said_to_everybody(customer_class: str) -> None:
    found = rules.triage(DEMO, "cash_withdrawal", Decimal(80_000), "kiosk", customer_class=customer_class)
    assert found.reasons == ("booking_needed", "counter_only")


def test_premium_customer_is_seen_by_a_manager_and_may_go_elsewhere() -> None:
    found = rules.triage(DEMO, "transfer", Decimal(3000), "kiosk", customer_class="premium")
    assert (found.route, found.reasons) == ("manager", ("manager_premium",))
    assert found.ticket.window_ids == ("7", "3", "4", "5")
    assert found.zone_id == "wealth"
    assert [way.route for way in found.alternatives] == ["phone", "machine", "counter"]


@pytest.mark.parametrize("service_id", ["loan", "wealth"])
def test_advice_is_given_by_a_manager_to_everybody(service_id: str) -> None:
    found = rules.triage(DEMO, service_id, None, "kiosk")
    assert (found.route, found.reasons, found.window_ids) == ("manager", ("manager_consults",), ("7",))


def test_a_business_is_not_sent_to_a_machine_for_persons() -> None:
    found = rules.triage(DEMO, "transfer", Decimal(3000), "web", customer_class="corporate")
    assert (found.route, found.reasons, found.alternatives) == ("counter", ("business_counter",), ())


def test_a_machine_out_of_order_is_not_recommended_and_it_is_said() -> None:
    found = rules.triage(DEMO, "cash_withdrawal", Decimal(500), "kiosk", out_of_order={"cash_machine"})
    assert (found.route, found.reasons) == ("express", ("machine_out_of_order", "express_window"))
    assert "machine" not in [way.route for way in found.alternatives]


def test_another_machine_takes_over() -> None:
    found = rules.triage(DEMO, "transfer", Decimal(500), "kiosk", out_of_order={"cash_machine"})
    assert (found.route, found.machine_ids, found.reasons) == ("machine", ("smart_teller",), ("machine_no_queue",))


def test_a_machine_that_was_second_best_goes_without_a_word() -> None:
    found = rules.triage(DEMO, "transfer", Decimal(500), "web", out_of_order={"cash_machine", "smart_teller"})
    assert (found.route, found.reasons) == ("phone", ("phone_no_queue",))


@given(
    service_id=st.sampled_from(SERVICE_IDS),
    amount=st.none() | st.decimals("0.01", "999999999", places=2),
    channel=st.sampled_from(["kiosk", "web"]),
    customer_class=st.sampled_from(CLASSES),
    out_of_order=st.sets(st.sampled_from(sorted(DEMO.machines))),
)
def test_every_errand_has_a_ticket_a_reason_and_real_places(
    service_id: str, amount: Decimal | None, channel: str, customer_class: str, out_of_order: set[str]
) -> None:
    found = rules.triage(DEMO, service_id, amount, channel, customer_class=customer_class, out_of_order=out_of_order)
    assert found.ticket.route in LANES
    for way in (found, *found.alternatives):
        assert way.reasons
        assert set(way.reasons) <= set(get_args(Reason))
        assert not out_of_order.intersection(way.machine_ids)
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


@pytest.mark.parametrize(
    ("text", "customer_class"),
    [
        ("我陪老人家来取钱", "elderly"),
        ("我坐輪椅", "disabled"),
        ("I am pregnant", "pregnant"),
        ("我是vip", "premium"),
        ("我带着孩子", "with_child"),
        ("a senior citizen", "elderly"),
        ("我要取钱", None),
        ("senioritis", None),
    ],
)
def test_customer_class_is_told_by_what_people_say(text: str, customer_class: str | None) -> None:
    assert rules.find_class(DEMO, text) == customer_class


def test_place_card_points_to_the_plan_of_its_zone() -> None:
    found = rules.find_place(DEMO, "取款机")
    assert found is not None
    card = rules.place_card(DEMO, found, "en")
    assert (card["kind"], card["zone"], card["label"]) == ("place", "Self-service area", "Cash machine")
    assert card["plan"] == "/api/branch/plan.svg?zone=self_service&locale=en&from=kiosk"
    assert card["steps"] == [
        "Go to the left side, as seen from the main door; the first door is the self-service area."
    ]


def test_place_card_has_a_step_free_way_too() -> None:
    found = rules.find_place(DEMO, "现金区")
    assert found is not None
    card = rules.place_card(DEMO, found, "zh-Hant", start="street")
    assert any("台階，從大門" in step for step in card["steps"])
    assert any("坡道" in step for step in card["step_free"]["steps"])
    assert not any("級台階" in step for step in card["step_free"]["steps"])
    assert card["step_free"]["plan"].endswith("zone=cash&locale=zh-Hant&from=street&step_free=true")


def test_place_card_without_a_drawn_way_still_has_directions() -> None:
    branch = replace(DEMO, ways=replace(DEMO.ways, stretches=()))
    found = rules.find_place(branch, "现金区")
    assert found is not None
    card = rules.place_card(branch, found, "en")
    assert (card["steps"], card["step_free"]["steps"]) == ([], [])
    assert card["directions"]
