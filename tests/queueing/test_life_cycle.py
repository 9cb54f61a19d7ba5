"""The life of tickets as Hypothesis plays it: any step at any time, checked against a small model of the hall."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.branch import rules as branch_rules
from bot.branch.service import load_branch
from bot.errors import Refused
from bot.queueing import rules
from bot.queueing.rules import CALLED, DONE, NO_SHOW, PARKED, SERVING, WAITING, WindowStatus
from bot.queueing.service import TicketView
from bot.settings import DATA
from bot.store import Store
from bot.store.migrate import upgrade
from tests.conftest import NOON
from tests.queueing.hall import Hall
from tests.queueing.history import faults

BRANCH = load_branch(DATA / "branch" / "demo")
WINDOW_IDS = sorted(BRANCH.windows)
SERVICE_IDS = ["loan", "wealth", "corporate", "card_service", "cash_withdrawal"]

windows = st.sampled_from(WINDOW_IDS)
services = st.sampled_from(SERVICE_IDS)
classes = st.sampled_from(sorted(BRANCH.classes))
picks = st.integers(0, 10_000)


@dataclass
class Ticket:
    """What the model knows of a ticket. `moved`: its place is not only a matter of when it came."""

    id: int
    number: str
    code: str
    taken_at: datetime
    head_start: timedelta
    rank: int
    service_id: str
    windows: tuple[str, ...]
    further: list[str]
    state: str = WAITING
    window_id: str | None = None
    calls: int = 0
    held_until: datetime | None = None
    missed_at: datetime | None = None
    moved: bool = False


@dataclass
class Model:
    tickets: list[Ticket] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def at(self, window_id: str) -> Ticket | None:
        here = [one for one in self.tickets if one.window_id == window_id and one.state in (CALLED, SERVING)]
        assert len(here) <= 1
        return here[0] if here else None

    def line(self, window_id: str, now: datetime) -> list[Ticket]:
        """Who may be called at a window, in order."""
        callable_now = [
            one
            for one in self.tickets
            if one.state == WAITING and window_id in one.windows and (one.held_until is None or one.held_until <= now)
        ]
        return sorted(callable_now, key=lambda one: (one.rank, one.id))


class Life(RuleBasedStateMachine):
    template: Path

    @initialize()
    def open_the_doors(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file = shutil.copy(self.template, Path(self.folder.name) / "lobby.db")
        self.store = Store(f"sqlite:///{file}")
        self.hall = Hall(self.store, BRANCH, NOON)
        self.model = Model(states={one.id: "open" if one.open else "closed" for one in BRANCH.windows.values()})

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    # --- customers ---

    @rule(service_id=services, customer_class=classes, further=st.lists(services, max_size=2))
    def take(self, service_id: str, customer_class: str, further: list[str]) -> None:
        way = branch_rules.triage(BRANCH, service_id, None, "kiosk", customer_class=customer_class).ticket
        served_at = branch_rules.lane_windows(BRANCH.services[service_id], way.route)
        with self.refused_unless(any(self.model.states[one] != "closed" for one in served_at)) as allowed:
            view = self.hall.take_ticket(service_id, customer_class=customer_class, further=further)
        if not allowed:
            return
        assert view.number not in [one.number for one in self.model.tickets]
        head_start = BRANCH.classes[customer_class].head_start_minutes
        self.model.tickets.append(
            Ticket(
                id=view.ticket_id,
                number=view.number,
                code=view.code,
                taken_at=self.hall.now,
                head_start=timedelta(minutes=head_start),
                rank=rules.rank(self.hall.now, head_start),
                service_id=service_id,
                windows=served_at,
                further=[one for one in dict.fromkeys(further) if one != service_id],
            )
        )
        ticket = self.model.tickets[-1]
        assert view.ahead == len(self.rivals_before(ticket))

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks, step=st.sampled_from(["cancel", "delay", "hold", "here"]))
    def customer_steps(self, pick: int, step: str) -> None:
        ticket = self.ticket(pick)
        states = (WAITING, PARKED, "cancelled") if step == "cancel" else (WAITING,)
        with self.refused_unless(ticket.state in states) as allowed:
            getattr(self.hall, step)(ticket.code)
        if not allowed:
            return
        if step == "cancel":
            ticket.state = "cancelled"
        elif step == "delay":
            passing = [one for one in self.rivals(ticket) if (one.rank, one.id) > (ticket.rank, ticket.id)][:3]
            ticket.rank = rules.rank_behind((ticket.rank, ticket.id), [(one.rank, one.id) for one in passing])
            ticket.moved = True
        elif step == "hold":
            ticket.held_until, ticket.moved = self.hall.now + timedelta(minutes=5), True
        else:
            ticket.held_until = None

    @precondition(lambda self: any(one.state == NO_SHOW for one in self.model.tickets))
    @rule(pick=picks)
    def rejoin(self, pick: int) -> None:
        missed = [one for one in self.model.tickets if one.state == NO_SHOW]
        ticket = missed[pick % len(missed)]
        with self.refused_unless(self.may_rejoin(ticket, self.hall.now + timedelta(seconds=1))) as allowed:
            self.hall.rejoin(ticket.code)
        if allowed:
            others = self.rivals(ticket)[: BRANCH.queue.rejoin_behind]
            ticket.rank = rules.rank_behind((ticket.rank, ticket.id), [(one.rank, one.id) for one in others])
            self.waits_again(ticket)

    # --- staff ---

    @rule(window_id=windows)
    def call_next(self, window_id: str) -> None:
        with self.refused_unless(self.model.states[window_id] == "open") as allowed:
            view = self.hall.call_next(window_id)
        if not allowed:
            return
        self.leaves(window_id)
        line = self.model.line(window_id, self.hall.now)
        assert (view and view.number) == (line[0].number if line else None)
        if line:
            self.assert_nobody_starves(line[0], line[1:])
            self.is_called(line[0], window_id)

    @precondition(lambda self: self.model.tickets)
    @rule(window_id=windows, pick=picks)
    def call_a_certain_number(self, window_id: str, pick: int) -> None:
        ticket = self.ticket(pick)
        current = self.model.at(window_id)
        later = self.hall.now + timedelta(seconds=1)
        state = ticket.state
        served_at = ticket.windows
        if ticket is current and ticket.further:  # it is done first, and then waits for the next service
            state, served_at = WAITING, self.windows_for(ticket, ticket.further[0])
        callable_now = state in (WAITING, PARKED) or (state == NO_SHOW and self.may_rejoin(ticket, later))
        is_open = self.model.states[window_id] == "open"
        with self.refused_unless(is_open and callable_now and window_id in served_at) as allowed:
            self.hall.call(window_id, ticket.number)
        if allowed:
            self.leaves(window_id)
            self.is_called(ticket, window_id)

    @rule(window_id=windows, step=st.sampled_from(["recall", "start", "finish_ticket", "no_show", "park"]))
    def staff_steps(self, window_id: str, step: str) -> None:
        ticket = self.model.at(window_id)
        possible = ticket is not None and {
            "recall": ticket.state == CALLED,
            "no_show": ticket.state == CALLED and ticket.calls >= BRANCH.queue.calls_before_no_show,
        }.get(step, True)
        with self.refused_unless(possible) as allowed:
            self.hall.at_window(step, window_id)
        if not allowed or ticket is None:
            return
        if step == "recall":
            ticket.calls += 1
        elif step == "start":
            ticket.state = SERVING
        elif step == "finish_ticket":
            self.leaves(window_id)
        elif step == "park":
            ticket.state = PARKED
        else:
            ticket.state, ticket.missed_at = NO_SHOW, self.hall.now

    @rule(window_id=windows, service_id=st.none() | services, to_window=st.none() | windows)
    def transfer(self, window_id: str, service_id: str | None, to_window: str | None) -> None:
        ticket = self.model.at(window_id)
        possible = ticket is not None and (service_id or to_window) is not None and to_window != window_id
        if possible and ticket is not None:
            possible = not (to_window is None and service_id == ticket.service_id)
            other = service_id is not None and service_id != ticket.service_id
            served_at = self.windows_for(ticket, service_id) if other else self.all_windows_of(ticket)
            targets = served_at if to_window is None else (to_window,)
            possible = possible and set(targets) <= set(served_at)
            possible = possible and any(self.model.states[one] != "closed" for one in targets)
        with self.refused_unless(possible) as allowed:
            self.hall.transfer(window_id, service_id, to_window)
        if allowed and ticket is not None:
            if service_id is not None and service_id != ticket.service_id:
                self.goes_on_with(ticket, service_id)
            ticket.windows = targets
            self.waits_again(ticket)

    @rule(window_id=windows, state=st.sampled_from(["open", "open", "paused", "closed"]))
    def set_window(self, window_id: str, state: WindowStatus) -> None:
        with self.refused_unless(state != "closed" or self.model.at(window_id) is None) as allowed:
            self.hall.set_window(window_id, state)
        if allowed:
            self.model.states[window_id] = state

    @rule(seconds=st.sampled_from([0, 1, 60, 400, 1000]))
    def time_goes_by(self, seconds: int) -> None:
        self.hall.now += timedelta(seconds=seconds)

    # --- what always holds ---

    @invariant()
    def every_ticket_is_where_it_should_be(self) -> None:
        shown = {view.number: view for view in self.hall.tickets()}
        assert {one.number: one.state for one in self.model.tickets} == {
            number: view.state for number, view in shown.items()
        }
        in_order = sorted(self.model.tickets, key=lambda one: (one.rank, one.id))
        assert list(shown) == [one.number for one in in_order]
        for ticket in self.model.tickets:
            assert shown[ticket.number].calls == ticket.calls
            if ticket.state == WAITING:
                assert shown[ticket.number].ahead == len(self.rivals_before(ticket))

    @invariant()
    def every_window_has_at_most_its_one_ticket(self) -> None:
        for window_id in WINDOW_IDS:
            view, expected = self.hall.window(window_id), self.model.at(window_id)
            assert (view.current and view.current.number) == (expected and expected.number)
            assert view.waiting == len(self.model.line(window_id, self.hall.now))

    @invariant()
    def history_adds_up(self) -> None:
        with self.store.read() as session:
            assert faults(session) == []

    # --- the model's own steps ---

    @contextmanager
    def refused_unless(self, possible: bool) -> Iterator[list[bool]]:
        """The step is carried out exactly when the model says it is possible. True-ish inside when it was."""
        allowed: list[bool] = []
        if possible:
            allowed.append(True)
            yield allowed
            return
        with pytest.raises(Refused):
            yield allowed

    def ticket(self, pick: int) -> Ticket:
        return self.model.tickets[pick % len(self.model.tickets)]

    def open_windows(self, ticket: Ticket) -> set[str]:
        """Those of its windows that are open; all of them while none is."""
        return {one for one in ticket.windows if self.model.states[one] == "open"} or set(ticket.windows)

    def rivals(self, ticket: Ticket) -> list[Ticket]:
        """Who waits, is not held, and may be called at one of the same windows; in order."""
        return [
            one
            for one in sorted(self.model.tickets, key=lambda one: (one.rank, one.id))
            if one is not ticket
            and one.state == WAITING
            and (one.held_until is None or one.held_until <= self.hall.now)
            and set(one.windows) & set(ticket.windows)
        ]

    def rivals_before(self, ticket: Ticket) -> list[Ticket]:
        mine = self.open_windows(ticket)
        return [
            one
            for one in self.rivals(ticket)
            if (one.rank, one.id) < (ticket.rank, ticket.id) and self.open_windows(one) & mine
        ]

    def may_rejoin(self, ticket: Ticket, now: datetime) -> bool:
        assert ticket.missed_at is not None
        return now <= ticket.missed_at + timedelta(minutes=BRANCH.queue.rejoin_minutes)

    def is_called(self, ticket: Ticket, window_id: str) -> None:
        ticket.state, ticket.window_id, ticket.calls, ticket.held_until = CALLED, window_id, 1, None

    def waits_again(self, ticket: Ticket) -> None:
        ticket.state, ticket.calls, ticket.held_until, ticket.moved = WAITING, 0, None, True

    def leaves(self, window_id: str) -> None:
        ticket = self.model.at(window_id)
        if ticket is not None:
            ticket.state = DONE
            if ticket.further:
                self.goes_on_with(ticket, ticket.further[0])
                self.waits_again(ticket)

    def goes_on_with(self, ticket: Ticket, service_id: str) -> None:
        ticket.windows = self.windows_for(ticket, service_id)
        ticket.service_id = service_id
        ticket.further = [one for one in ticket.further if one != service_id]

    def windows_for(self, ticket: Ticket, service_id: str | None) -> tuple[str, ...]:
        view = self.look(ticket)
        assert service_id is not None
        way = branch_rules.triage(BRANCH, service_id, None, "kiosk", customer_class=view.customer_class).ticket
        return branch_rules.lane_windows(BRANCH.services[service_id], way.route)

    def all_windows_of(self, ticket: Ticket) -> tuple[str, ...]:
        return branch_rules.lane_windows(BRANCH.services[ticket.service_id], self.look(ticket).route)

    def look(self, ticket: Ticket) -> TicketView:
        return self.hall.look(ticket.code)

    def assert_nobody_starves(self, called: Ticket, passed_over: list[Ticket]) -> None:
        """Nobody whose place was not moved waits behind one who came later by more than that one's head start."""
        if called.moved:
            return
        for other in passed_over:
            if not other.moved:
                assert called.taken_at - called.head_start <= other.taken_at - other.head_start
                assert called.taken_at - other.taken_at <= called.head_start


def test_any_order_of_steps_keeps_the_rules_of_the_hall(tmp_path_factory: pytest.TempPathFactory) -> None:
    template = tmp_path_factory.mktemp("life") / "template.db"
    store = Store(f"sqlite:///{template}")
    upgrade(store)
    store.close()
    Life.template = template
    machine = Life.TestCase
    machine.settings = settings(
        max_examples=20,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],  # shrinking a whole life takes longer than reading it
    )
    machine("runTest").runTest()
