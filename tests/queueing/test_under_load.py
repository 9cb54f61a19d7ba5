"""Several processes do everything at once, two are killed on the way: the tables must add up on either database."""

from __future__ import annotations

from pathlib import Path

from bench import queue_load


def test_killed_processes_leave_no_number_twice_no_ticket_lost_and_a_history_that_adds_up(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "acknowledged"
    folder.mkdir()
    load = queue_load.run(database_url, folder, processes=4, seconds=4, kills=2, mixed=True)
    assert load.faults == []
    assert load.lost == 0
    assert load.cycles > 0
    assert load.acknowledged > load.killed
