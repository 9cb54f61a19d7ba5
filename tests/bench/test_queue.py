from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench import queue
from bench.hall import CLOSES, KINDS, OPENS, Day, Plan, draw_plan
from bench.queue import Figures, Told

TOLD = Told(
    day=0,
    hour=10,
    service_id="s0",
    low=4.0,
    point=6.0,
    high=9.0,
    usual=12.0,
    shares=10.0,
    real=8.0,
    milliseconds=3.0,
)


def plan(kind: str = "busy") -> Plan:
    return draw_plan(KINDS[kind], np.random.default_rng(1))


def played(of: Plan, seed: int = 2) -> Day:
    day = Day(of, np.random.default_rng(seed))
    day.play()
    return day


# --- the halls --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_customer_is_called_once_by_a_window_that_serves_them(kind: str) -> None:
    of = plan(kind)
    day = played(of)
    assert day.customers
    assert not day.line
    assert len(day.stays) == len(day.calls) == len(day.customers)
    assert len(day.served) == sum(not one.absent for one in day.customers)
    for one in day.customers:
        assert OPENS <= one.came_at < CLOSES
        (window_id,) = [window_id for window_id, called_at, _ in day.stays if called_at == one.called_at]
        assert window_id in of.serving(one.service_id)


def test_a_window_has_one_customer_at_a_time() -> None:
    stays = sorted(played(plan()).stays)
    for window_id in {window_id for window_id, _, _ in stays}:
        own = [(start, end) for of, start, end in stays if of == window_id]
        assert all(end <= start for (_, end), (start, _) in pairwise(own))


def test_nobody_is_called_before_one_of_the_same_service_who_ranks_first_and_is_there() -> None:
    day = played(plan())
    for one in day.customers:
        passed = [
            other
            for other in day.customers
            if other.service_id == one.service_id
            and other.rank < one.rank
            and other.came_at < one.called_at < other.called_at
        ]
        assert not passed


def test_a_seed_always_gives_the_same_hall_and_day() -> None:
    assert plan() == plan()
    assert played(plan()).stays == played(plan()).stays
    assert played(plan()).stays != played(plan(), seed=3).stays


# --- figures ----------------------------------------------------------------------------------


def test_errors_are_compared_with_the_simpler_estimates() -> None:
    figures = Figures.of([TOLD, replace(TOLD, real=10.0)])
    assert (figures.tickets, figures.coverage, figures.error) == (2, 0.5, 3.0)
    assert figures.ratio == pytest.approx(3 / 3)
    assert figures.shares_ratio == pytest.approx(3 / 1)


def test_no_figures_of_nothing() -> None:
    with pytest.raises(ValueError):
        Figures.of([])


def test_a_missed_target_is_said() -> None:
    held = queue.tables({"small": [TOLD] * 4 + [replace(TOLD, real=20.0)]})
    missed = queue.tables({"small": [replace(TOLD, usual=8.0)]})
    assert "holds 80.0 % of the time (target 75 to 85): held" in held
    assert "holds 100.0 % of the time (target 75 to 85): MISSED" in missed
    assert "(target 0.8): MISSED" in missed


# --- a whole run ------------------------------------------------------------------------------


def test_a_run_prints_stores_and_draws_and_the_same_seed_tells_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = []
    for folder in ("a", "b"):
        assert queue.main(["--days", "2", "--a-day", "6", "--results", str(tmp_path / folder)]) == 0
        content = json.loads((tmp_path / folder / "queue.json").read_text(encoding="utf-8"))
        content.pop("milliseconds")
        stored.append(content)
        assert (tmp_path / folder / "queue.png").read_bytes().startswith(b"\x89PNG")
    assert stored[0] == stored[1]
    assert set(stored[0]["halls"]) == set(KINDS)
    assert stored[0]["all"]["tickets"] == sum(hall["tickets"] for hall in stored[0]["halls"].values())
    printed = capsys.readouterr().out
    assert "all halls" in printed
    assert "the 80 % range holds" in printed


@pytest.mark.parametrize("option", [["--days", "0"], ["--a-day", "-1"]])
def test_a_run_of_nothing_is_refused(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        queue.main(option)
    assert "must be at least 1" in capsys.readouterr().err
