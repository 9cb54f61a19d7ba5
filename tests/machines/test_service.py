from __future__ import annotations

import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.branch.service import Branch
from bot.conversations import service as conversations
from bot.errors import Conflict, DataError, Invalid, NotFound
from bot.machines import service as machines
from bot.machines.schema import State
from bot.machines.service import FaultView, UnitView
from bot.settings import DATA
from bot.store import Store
from bot.store.outbox import OutboxRow

LIN = "lin"
MINUTE = timedelta(minutes=1)


class SelfService:
    """The machines of the hall, in the words of the tests."""

    def __init__(self, store: Store, branch: Branch, now: datetime) -> None:
        self.store = store
        self.branch = branch
        self.now = now

    def staff_set(
        self, state: State, machine: str = "cash_machine", unit: int = 1, note: str | None = None
    ) -> UnitView:
        with self.store.begin() as session:
            return machines.set_state(
                session, self.branch, machine_id=machine, unit=unit, state=state, note=note, by=LIN, now=self.now
            )

    def monitor_says(
        self, state: State, *, unit: int = 1, at: datetime | None = None, event_id: str | None = None
    ) -> machines.Outcome:
        with self.store.begin() as session:
            return machines.take_monitor_report(
                session,
                self.branch,
                machine_id="cash_machine",
                unit=unit,
                state=state,
                note=None,
                event_id=event_id,
                at=at or self.now,
                now=self.now,
            )

    def customer_reports(
        self,
        what: str,
        *,
        customer: str | None = None,
        turn: str | None = None,
        machine: str = "cash_machine",
        unit: int | None = 1,
    ) -> FaultView:
        with self.store.begin() as session:
            return machines.report_fault(
                session,
                self.branch,
                machine_id=machine,
                unit=unit,
                what=what,
                session_id=customer,
                turn_id=turn,
                locale="zh-Hans",
                now=self.now,
            )

    def confirm(self, fault: FaultView, unit: int | None = None) -> FaultView:
        with self.store.begin() as session:
            return machines.confirm_fault(session, self.branch, fault_id=fault.id, unit=unit, by=LIN, now=self.now)

    def dismiss(self, fault: FaultView) -> FaultView:
        with self.store.begin() as session:
            return machines.dismiss_fault(session, self.branch, fault_id=fault.id, by=LIN, now=self.now)

    def unit(self, machine: str = "cash_machine", unit: int = 1) -> UnitView:
        with self.store.read() as session:
            views = machines.list_units(session, self.branch)
        return next(view for view in views if (view.machine_id, view.unit) == (machine, unit))

    def history(self, unit: int = 1) -> list[tuple[str, str]]:
        with self.store.read() as session:
            changes = machines.history(session, self.branch, machine_id="cash_machine", unit=unit)
        return [(change.state, change.by) for change in changes]

    def out_of_order(self, task: str | None) -> frozenset[str]:
        with self.store.read() as session:
            return machines.out_of_order(session, self.branch, task=task)

    def tasks(self) -> list[str]:
        with self.store.read() as session:
            return [view.fault_id for view in machines.open_faults(session, self.branch)]

    def told(self) -> list[str]:
        """What staff were told, in order."""
        with self.store.read() as session:
            rows = session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars()
            return [row.payload["kind"] for row in rows if row.topic == "staff"]

    def alerts(self) -> list[tuple[str, str]]:
        with self.store.read() as session:
            return [(alert.conversation_id, alert.kind) for alert in conversations.open_alerts(session)]


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> SelfService:
    return SelfService(store, branch, now)


# --- states -----------------------------------------------------------------------------------


def test_a_machine_of_which_nobody_has_said_anything_is_in_order(hall: SelfService, branch: Branch) -> None:
    with hall.store.read() as session:
        views = machines.list_units(session, branch)
    assert len(views) == sum(machine.count for machine in branch.machines.values())
    assert {view.state for view in views} == {"in_order"}
    assert hall.out_of_order("withdraw") == frozenset()


def test_staff_set_a_state_and_who_when_and_why_is_kept(hall: SelfService) -> None:
    view = hall.staff_set("out_of_cash", note=" 运钞车三点到 ")
    assert (view.state, view.by, view.since, view.note) == ("out_of_cash", LIN, hall.now, "运钞车三点到")
    hall.staff_set("in_order")
    assert hall.history() == [("in_order", LIN), ("out_of_cash", LIN)]
    assert hall.unit(unit=2).state == "in_order"
    assert hall.told() == ["machine_state", "machine_state"]


@pytest.mark.parametrize(("machine", "unit"), [("cash_machine", 0), ("cash_machine", 5), ("coffee_machine", 1)])
def test_a_unit_that_the_branch_does_not_have_is_not_found(hall: SelfService, machine: str, unit: int) -> None:
    with pytest.raises(NotFound):
        hall.staff_set("broken", machine, unit)
    assert hall.told() == []


def test_a_machine_is_out_of_order_for_a_task_when_no_unit_can_do_it(hall: SelfService, branch: Branch) -> None:
    count = branch.machines["cash_machine"].count
    for unit in range(1, count):
        hall.staff_set("out_of_cash", unit=unit)
    assert hall.out_of_order("withdraw") == frozenset()
    hall.staff_set("broken", unit=count)
    assert hall.out_of_order("withdraw") == {"cash_machine"}
    assert hall.out_of_order("deposit") == frozenset()
    hall.staff_set("out_of_paper", "passbook_printer")
    assert hall.out_of_order("update") == {"passbook_printer"}
    assert hall.out_of_order(None) == frozenset()


def test_units_that_can_do_a_task_are_named(hall: SelfService, branch: Branch) -> None:
    hall.staff_set("out_of_cash", unit=2)
    with hall.store.read() as session:
        assert machines.able_units(session, branch, machine_id="cash_machine", task="withdraw") == (1, 3, 4)
        assert machines.able_units(session, branch, machine_id="cash_machine", task="deposit") == (1, 2, 3, 4)


def test_an_unknown_task_is_not_found(hall: SelfService) -> None:
    with pytest.raises(NotFound):
        hall.out_of_order("brew_coffee")


# --- monitors ---------------------------------------------------------------------------------


def test_a_monitor_changes_the_state_and_staff_are_told_once(hall: SelfService) -> None:
    assert hall.monitor_says("out_of_cash") == "applied"
    hall.now += MINUTE
    assert hall.monitor_says("out_of_cash") == "unchanged"
    assert hall.history() == [("out_of_cash", "monitor")]
    assert hall.told() == ["machine_state"]


def test_a_report_older_than_what_is_known_is_ignored(hall: SelfService) -> None:
    hall.monitor_says("broken")
    hall.now += 2 * MINUTE
    hall.monitor_says("broken")  # still so
    assert hall.monitor_says("in_order", at=hall.now - MINUTE) == "older"
    hall.staff_set("in_order")
    assert hall.monitor_says("broken", at=hall.now - MINUTE) == "older"
    assert hall.unit().state == "in_order"


def test_the_same_event_twice_changes_the_state_once(hall: SelfService) -> None:
    assert hall.monitor_says("broken", event_id="e1") == "applied"
    assert hall.monitor_says("in_order", event_id="e2") == "applied"
    assert hall.monitor_says("broken", event_id="e1") == "repeated"
    assert hall.history() == [("in_order", "monitor"), ("broken", "monitor")]


@pytest.mark.parametrize("held", ["suspect", "closed"])
def test_only_staff_lift_what_a_machine_cannot_know_of_itself(hall: SelfService, held: State) -> None:
    hall.staff_set(held)
    hall.now += MINUTE
    assert hall.monitor_says("in_order") == "held"
    assert hall.unit().state == held
    hall.staff_set("in_order")
    hall.now += MINUTE
    assert hall.monitor_says("broken") == "applied"


def test_a_monitor_whose_clock_is_ahead_is_refused(hall: SelfService) -> None:
    with pytest.raises(Invalid):
        hall.monitor_says("broken", at=hall.now + 2 * MINUTE)
    assert hall.unit().state == "in_order"


def test_a_monitor_a_little_ahead_does_not_make_staff_look_late(hall: SelfService) -> None:
    hall.monitor_says("broken", at=hall.now + timedelta(seconds=30))
    hall.staff_set("closed")
    assert hall.unit().state == "closed"
    assert hall.unit().since == hall.now


# --- faults -----------------------------------------------------------------------------------


def test_one_report_is_a_task_for_staff_and_changes_no_state(hall: SelfService) -> None:
    report = hall.customer_reports("not_working", customer="c1", turn="t1")
    assert (report.unit, report.state, report.urgent) == (1, "open", False)
    assert hall.tasks() == ["not_working"]
    assert (hall.unit().state, hall.unit().reports) == ("in_order", 1)
    assert hall.told() == ["fault_reported"]
    assert hall.alerts() == []


def test_the_same_turn_again_makes_no_second_report(hall: SelfService) -> None:
    first = hall.customer_reports("card_kept", customer="c1", turn="t1")
    assert hall.customer_reports("card_kept", customer="c1", turn="t1") == first
    assert hall.tasks() == ["card_kept"]
    assert len(hall.alerts()) == 1


@pytest.mark.parametrize("what", ["card_kept", "cash_missing", "tampered"])
def test_staff_are_alerted_at_once_where_a_card_or_money_is_at_stake(hall: SelfService, what: str) -> None:
    hall.customer_reports("out_of_paper", customer="c1", turn="t1")
    hall.customer_reports(what, customer="c2", turn="t2", unit=2)
    assert hall.alerts() == [("c2", what)]
    assert hall.tasks() == [what, "out_of_paper"]


def test_a_second_customer_makes_the_unit_suspect_and_the_same_one_does_not(hall: SelfService) -> None:
    hall.customer_reports("not_working", customer="c1", turn="t1")
    hall.customer_reports("cash_missing", customer="c1", turn="t2")
    assert hall.unit().state == "in_order"
    hall.customer_reports("not_working", customer="c2", turn="t3", unit=2)
    assert hall.unit().state == "in_order"
    hall.customer_reports("not_working", customer="c2", turn="t4")
    assert (hall.unit().state, hall.unit().by) == ("suspect", "customer")
    assert "machine_state" in hall.told()


def test_reports_do_not_soften_what_staff_have_said(hall: SelfService) -> None:
    hall.staff_set("broken")
    for customer in ("c1", "c2", "c3"):
        hall.customer_reports("not_working", customer=customer, turn="t")
    assert hall.unit().state == "broken"


def test_the_only_unit_of_a_machine_needs_no_number(hall: SelfService) -> None:
    assert hall.customer_reports("out_of_paper", machine="passbook_printer", unit=None).unit == 1
    assert hall.customer_reports("out_of_cash", unit=None).unit is None


def test_a_confirmed_report_gives_the_unit_its_state_and_is_no_task_any_more(hall: SelfService) -> None:
    report = hall.customer_reports("card_kept", customer="c1", turn="t1")
    assert hall.confirm(report).state == "confirmed"
    assert (hall.unit().state, hall.unit().by, hall.unit().reports) == ("suspect", LIN, 0)
    assert hall.tasks() == []
    assert hall.confirm(report).state == "confirmed"
    assert hall.history() == [("suspect", LIN)]


def test_who_confirms_a_report_without_a_number_says_which_unit_it_was(hall: SelfService) -> None:
    report = hall.customer_reports("out_of_cash", unit=None)
    with pytest.raises(Invalid):
        hall.confirm(report)
    with pytest.raises(NotFound):
        hall.confirm(report, unit=9)
    assert hall.tasks() == ["out_of_cash"]
    assert hall.confirm(report, unit=3).unit == 3
    assert hall.unit(unit=3).state == "out_of_cash"


def test_a_decision_is_not_turned_round(hall: SelfService) -> None:
    report = hall.customer_reports("not_working")
    hall.dismiss(report)
    assert hall.dismiss(report).state == "dismissed"
    with pytest.raises(Conflict):
        hall.confirm(report)
    assert hall.unit().state == "in_order"
    assert hall.told() == ["fault_reported", "fault_dismissed"]


def test_an_unfounded_suspicion_is_lifted_when_its_reports_are_dismissed(hall: SelfService) -> None:
    hall.staff_set("out_of_cash")
    first = hall.customer_reports("not_working", customer="c1", turn="t")
    hall.customer_reports("not_working", customer="c2", turn="t")
    assert hall.unit().state == "suspect"
    hall.dismiss(first)
    assert (hall.unit().state, hall.unit().by) == ("out_of_cash", LIN)


def test_staff_who_find_a_suspect_unit_only_out_of_paper_say_so(hall: SelfService) -> None:
    first = hall.customer_reports("out_of_paper", customer="c1", turn="t")
    second = hall.customer_reports("out_of_paper", customer="c2", turn="t")
    assert hall.unit().state == "suspect"
    hall.confirm(first)
    assert (hall.unit().state, hall.unit().by) == ("out_of_paper", LIN)
    hall.confirm(second)
    assert hall.history()[0] == ("out_of_paper", LIN)
    assert len(hall.history()) == 2


def test_a_suspicion_that_staff_confirmed_outlives_the_other_reports(hall: SelfService) -> None:
    first = hall.customer_reports("card_kept", customer="c1", turn="t")
    second = hall.customer_reports("not_working", customer="c2", turn="t")
    hall.confirm(first)
    hall.dismiss(second)
    assert (hall.unit().state, hall.unit().by) == ("suspect", LIN)


@pytest.mark.parametrize(
    ("machine", "unit", "what", "error"),
    [
        ("coffee_machine", 1, "card_kept", NotFound),
        ("cash_machine", 5, "card_kept", NotFound),
        ("cash_machine", 1, "bored", Invalid),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    hall: SelfService, machine: str, unit: int, what: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        hall.customer_reports(what, machine=machine, unit=unit, customer="c1", turn="t1")
    assert hall.tasks() == []
    assert hall.alerts() == []


def test_an_unknown_report_is_not_found(hall: SelfService) -> None:
    with hall.store.begin() as session, pytest.raises(NotFound):
        machines.confirm_fault(session, hall.branch, fault_id=77, unit=None, by=LIN, now=hall.now)


def test_of_two_reports_at_the_same_moment_the_second_one_counts_the_first(hall: SelfService) -> None:
    together = threading.Barrier(2)

    def report(customer: str) -> None:
        together.wait()
        hall.customer_reports("not_working", customer=customer, turn="t")

    threads = [threading.Thread(target=report, args=(customer,)) for customer in ("c1", "c2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hall.unit().reports == 2
    assert hall.unit().state == "suspect"
    assert hall.history() == [("suspect", "customer")]


# --- facts ------------------------------------------------------------------------------------


def test_every_kind_of_machine_of_the_demo_branch_has_its_guides(branch: Branch) -> None:
    assert list(machines.facts().guides) == [
        ("cash_machine", "withdraw"),
        ("cash_machine", "deposit"),
        ("cash_machine", "transfer"),
        ("cash_machine", "balance"),
        ("smart_teller", "transfer"),
        ("smart_teller", "change_pin"),
        ("smart_teller", "statement"),
        ("passbook_printer", "update"),
        ("coin_machine", "notes_to_coins"),
        ("coin_machine", "coins_to_notes"),
    ]
    assert {machine for machine, _ in machines.facts().guides} == set(branch.machines)


def test_every_machine_way_of_a_service_has_a_task_and_a_guide_at_each_machine(branch: Branch) -> None:
    tasks = {task.service: task.id for task in machines.facts().tasks.values()}
    ways = [(service.id, service.machine.machines) for service in branch.services.values() if service.machine]
    assert ways
    for service_id, machine_ids in ways:
        for machine_id in machine_ids:
            assert machines.guide(machine_id, tasks[service_id]).steps


def test_steps_are_short_enough_to_be_read_at_the_machine() -> None:
    longest = {"zh-Hans": 26, "zh-Hant": 26, "en": 75}
    steps = [step for guide in machines.facts().guides.values() for step in guide.steps]
    assert [text for step in steps for locale, text in step.items() if len(text) > longest[locale]] == []


def test_a_task_that_is_not_done_at_a_machine_has_no_guide() -> None:
    with pytest.raises(NotFound):
        machines.guide("coin_machine", "withdraw")


@pytest.mark.parametrize(
    ("file", "right", "wrong", "cause"),
    [
        ("tasks.yml", "id: deposit", "id: withdraw", "withdraw is there twice"),
        ("tasks.yml", "service: transfer", "service: cash_deposit", "cash_deposit has a task already"),
        ("tasks.yml", "service: transfer", "service: teleport", "there is no service teleport"),
        ("tasks.yml", "[suspect, broken, closed]", "[in_order]", "a machine in order stops nothing"),
        ("tasks.yml", "stopped_by: [out_of_cash]", "stopped_by: [tired]", "unexpected value"),
        ("faults.yml", "id: card_kept", "id: cash_missing", "cash_missing is there twice"),
        ("faults.yml", "id: card_kept", "id: card_eaten", "'card_eaten' is not one of"),
        ("faults.yml", "en: It kept my card", "fr: Carte avalée", "must have exactly zh-Hans, zh-Hant and en"),
        ("guides.yml", "task: withdraw", "task: juggle", "there is no task juggle"),
        ("guides.yml", "task: deposit", "task: withdraw", "cash_machine withdraw is there twice"),
    ],
)
def test_wrong_facts_are_named_with_file_and_line(
    tmp_path: Path, file: str, right: str, wrong: str, cause: str
) -> None:
    folder = shutil.copytree(DATA / "machines", tmp_path / "machines")
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        machines.load_facts(folder)
    assert cause in str(raised.value)
    assert f"{file}, line " in str(raised.value)
