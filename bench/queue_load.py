"""The queue under load: processes that take, call and finish tickets, some killed in between, and what it costs.

    python -m bench.queue_load [--seconds 60] [--processes 8] [--tickets 2000]

On SQLite (`synchronous=FULL`, as the store sets it) and on PostgreSQL (`fsync` on), each step a transaction of its
own. First with two processes killed in between and every kind of step; the tables are checked afterwards. Then plain
cycles of take, call and done, for their rate. Then a whole day by one process, for the cost of a take at its start
and its end. Prints a table and writes results/queue_load.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.branch.service import Branch, load_branch
from bot.errors import Refused
from bot.queueing import service as queueing
from bot.queueing.models import Ticket, TicketEvent
from bot.queueing.service import TicketView
from bot.settings import DATA, ROOT
from bot.store import Store
from bot.store.migrate import upgrade
from tests import postgres
from tests.queueing.history import faults

# A Monday, 14:00 in Shanghai; the clock of a run begins here.
OPENING = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)
SERVICES = ("card_service", "cash_withdrawal", "corporate", "loan", "forex")
WINDOWS = ("1", "2", "3", "4", "5", "6", "7")
CLASSES = ("individual", "individual", "individual", "elderly", "premium")
GO = "go"
LINE = 20  # people who wait through the measured day
ENDS = 100  # takes compared at each end of the day


@dataclass(frozen=True)
class Load:
    """What came of a run. `cycles` of take, call and done; `acknowledged` tickets that are not there are `lost`."""

    cycles: int
    seconds: float
    acknowledged: int
    lost: int
    killed: int
    faults: list[str]

    @property
    def cycles_a_second(self) -> float:
        return self.cycles / self.seconds


@dataclass(frozen=True)
class Day:
    """Median milliseconds of a take, and of a call, among the first and the last tickets of a day."""

    tickets: int
    take_first: float
    take_last: float
    call_first: float
    call_last: float


# --- processes --------------------------------------------------------------------------------


def run(url: str, folder: Path, *, processes: int, seconds: float, kills: int, mixed: bool) -> Load:
    """Load on a migrated database at `url`; `kills` processes are killed on the way, and others take their places.

    mixed: every kind of step, not only take, call and done. Each process notes in `folder` what was acknowledged.
    """
    spawn = multiprocessing.get_context("spawn")

    def start(number: int) -> BaseProcess:
        process = spawn.Process(target=work, args=(url, folder, number, mixed), daemon=True)
        process.start()
        return process

    working = [start(number) for number in range(processes)]
    for number, process in enumerate(working):
        _await(folder / f"{number}.ready", process)
    began = time.time()
    _write(folder / GO, str(began + seconds))
    for kill in range(kills):
        time.sleep(max(0.0, began + seconds * (kill + 1) / (kills + 1) - time.time()))
        victim = working[kill]
        _await(folder / f"{kill}.taken", victim)
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        working[kill] = start(processes + kill)
    for process in working:
        process.join()
        if process.exitcode:
            raise RuntimeError(f"a process ended with {process.exitcode}")
    passed = time.time() - began
    store = Store(url)
    with store.read() as session:
        found = faults(session)
        done = session.execute(select(func.count()).where(TicketEvent.kind == "done")).scalar_one()
        codes = set(session.execute(select(Ticket.code)).scalars())
    store.close()
    acknowledged = [code for file in folder.glob("*.taken") for code in file.read_text().split()]
    lost = len(set(acknowledged) - codes)
    return Load(done, passed, len(acknowledged), lost, kills, found)


def work(url: str, folder: Path, number: int, mixed: bool) -> None:
    """One process: a kiosk and a window in turn, from the word "go" until the time is over."""
    store, branch = Store(url), load_branch(DATA / "branch" / "demo")
    chance = random.Random(number)
    window_id = WINDOWS[number % len(WINDOWS)]
    serves = [one for one in SERVICES if window_id in branch.services[one].windows] or ["cash_withdrawal"]
    _write(folder / f"{number}.ready", "ready")
    while not (folder / GO).exists():
        time.sleep(0.01)
    until = float((folder / GO).read_text())
    with (folder / f"{number}.taken").open("a") as taken:
        while time.time() < until:
            with store.begin() as session:
                view = _take(session, branch, chance, chance.choice(serves), _now())
            print(view.code, file=taken, flush=True)
            for step in _steps(branch, chance, window_id, view.code, mixed):
                # Another process at the same window or with the same ticket may have been quicker.
                with suppress(Refused), store.begin() as session:
                    step(session)
    store.close()


def _steps(
    branch: Branch, chance: random.Random, window_id: str, code: str, mixed: bool
) -> Iterator[Callable[[Session], Any]]:
    def staff(step: Callable[..., Any], **more: Any) -> Callable[[Session], Any]:
        return lambda session: step(session, branch, window_id=window_id, by=window_id, now=_now(), **more)

    def customer(step: Callable[..., Any], **more: Any) -> Callable[[Session], Any]:
        return lambda session: step(session, branch, code=code, now=_now(), **more)

    if mixed and chance.random() < 0.3:
        steps = (queueing.delay, queueing.cancel, queueing.here, queueing.rejoin)
        yield customer(queueing.hold, minutes=5) if chance.random() < 0.2 else customer(chance.choice(steps))
    yield staff(queueing.call_next)
    if mixed and chance.random() < 0.3:
        yield staff(queueing.recall)
        yield staff(chance.choice((queueing.no_show, queueing.park, queueing.start)))
        yield staff(queueing.transfer, service_id=chance.choice(SERVICES), to_window=None)
    yield staff(queueing.finish_ticket)


def _take(session: Session, branch: Branch, chance: random.Random, service_id: str, now: datetime) -> TicketView:
    return queueing.take_ticket(
        session,
        branch,
        service_id=service_id,
        amount=None,
        session_id=None,
        turn_id=None,
        locale="en",
        now=now,
        customer_class=chance.choice(CLASSES),
    )


def _now() -> datetime:
    """The time of day of a run: it begins when the doors are open and goes as fast as ours."""
    return OPENING + timedelta(seconds=time.time() % 3600)


def _await(file: Path, process: BaseProcess) -> None:
    """Until the process has written something to a file of its own."""
    while not file.exists() or not file.stat().st_size:
        if not process.is_alive():
            raise RuntimeError(f"a process ended with {process.exitcode}")
        time.sleep(0.01)


def _write(file: Path, content: str) -> None:
    """All at once: nobody reads a file that is half written."""
    draft = file.with_suffix(".draft")
    draft.write_text(content)
    draft.rename(file)


# --- one day ----------------------------------------------------------------------------------


def day(url: str, tickets: int) -> Day:
    """A whole day of tickets by one process, with a line of the same length throughout."""
    store, branch, chance = Store(url), load_branch(DATA / "branch" / "demo"), random.Random(1)
    takes, calls = [], []
    for count in range(tickets):
        now = OPENING + timedelta(seconds=count)
        began = time.perf_counter()
        with store.begin() as session:
            _take(session, branch, chance, SERVICES[count % len(SERVICES)], now)
        takes.append(time.perf_counter() - began)
        if count < LINE:
            continue
        # Somebody is called for everybody who comes, so that the line stays as long as it is.
        for turn in range(len(WINDOWS)):
            began = time.perf_counter()
            with store.begin() as session:
                window_id = WINDOWS[(count + turn) % len(WINDOWS)]
                called = queueing.call_next(session, branch, window_id=window_id, by="bench", now=now)
            if called is not None:
                calls.append(time.perf_counter() - began)
                break
    store.close()
    takes = takes[LINE:]
    ends = [statistics.median(part) * 1000 for part in (takes[:ENDS], takes[-ENDS:], calls[:ENDS], calls[-ENDS:])]
    return Day(tickets, *ends)


# --- both databases ---------------------------------------------------------------------------


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Callable[[str], str]]]:
    """By kind, what makes a migrated, empty database of a given name and returns its address."""
    initdb = postgres.program("initdb")
    with nullcontext() if initdb is None else postgres.server(initdb, durable=True) as server:
        made: dict[str, Callable[[str], str]] = {"sqlite": lambda name: _migrated(f"sqlite:///{folder / name}.db")}
        if server is not None:
            made["postgresql"] = lambda name: _migrated(postgres.create_database(server, name))
        yield made


def _migrated(url: str) -> str:
    store = Store(url)
    upgrade(store)
    store.close()
    return url


def measure(seconds: float, processes: int, tickets: int) -> dict[str, Any]:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as kinds:
        for kind, database in kinds.items():
            loads = {}
            for case, kills, mixed in (("killed", 2, True), ("plain", 0, False)):
                folder = Path(name) / f"{kind}-{case}"
                folder.mkdir()
                load = run(database(case), folder, processes=processes, seconds=seconds, kills=kills, mixed=mixed)
                loads[case] = {**asdict(load), "cycles_a_second": load.cycles_a_second}
            results[kind] = {**loads, "day": asdict(day(database("day"), tickets))}
    return results


def table(results: dict[str, Any]) -> str:
    lines = []
    for kind, found in results.items():
        killed, plain, one_day = found["killed"], found["plain"], found["day"]
        lines += [
            kind,
            f"  with {killed['killed']} processes killed: {killed['acknowledged']} tickets acknowledged, "
            f"{killed['lost']} lost, {len(killed['faults'])} faults in the tables",
            f"  take, call, done: {plain['cycles_a_second']:.0f} cycles a second, {len(plain['faults'])} faults",
            f"  a day of {one_day['tickets']} tickets, first and last {ENDS}: "
            f"a take {one_day['take_first']:.2f} and {one_day['take_last']:.2f} ms, "
            f"a call {one_day['call_first']:.2f} and {one_day['call_last']:.2f} ms",
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--tickets", type=int, default=2000)
    options = parser.parse_args()
    results = measure(options.seconds, options.processes, options.tickets)
    folder = ROOT / "results"
    folder.mkdir(exist_ok=True)
    (folder / "queue_load.json").write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    main()
