"""From "next" at a window to the board, the ticket's page and the customer's chat, with 500 sockets open.

    python -m bench.hall_sockets [--seconds 40]

A `web` process as `lobby up` starts it, without Rasa, on SQLite and on PostgreSQL where that is installed: 400 chats,
100 of them with a ticket, 96 ticket pages and 4 boards. Staff press "next" four times a second at six windows. Timed
from the start of that request: its answer; the event at the boards, at the page and in the chat of the customer who
is called; and the page and the boards with the number on them, fetched again after the event as a browser does.
Prints a table and writes results/hall_sockets.json. Times include what this process, which plays all of them, needs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]

from bench.queue_load import databases
from bench.turns import ms, percentile
from bot.branch.service import load_branch
from bot.ops import supervisor, training
from bot.queueing import service as queueing
from bot.settings import ROOT, Settings, load
from bot.staff import service as staff
from bot.store import Store, outbox, utc_now
from tests.customer import Customer
from tests.processes import wait_for

PASSWORD = "a long password for measurements"
CALLS_A_SECOND = 4
# A visit goes through all of these, so that one ticket is called several times; each window has somebody to call.
SERVICES = ("cash_withdrawal", "card_service", "loan", "corporate", "forex")
WINDOWS = ("2", "3", "4", "5", "6", "7")
PING_SECONDS = 25.0
AT_ONCE = 20  # connections opened at the same time
SETTLE_SECONDS = 1.0
PATIENCE_SECONDS = 5.0  # after the last call, for what is still to arrive
OPEN_FILES = 4096
TICKET = "ticket:"  # of a topic in the outbox

Key = tuple[str, str]  # number and time of a call, as every route shows them


@dataclass(frozen=True)
class Crowd:
    """Who has a socket open. `tickets` of the chats hold one, `pages` of these tickets are followed on their page."""

    chats: int = 400
    tickets: int = 100
    pages: int = 96
    boards: int = 4


@dataclass(frozen=True)
class Call:
    """A number that was called. `began` and `answered` are the request's, in seconds of one clock."""

    code: str
    key: Key
    began: float
    answered: float


# --- who listens ------------------------------------------------------------------------------


class Page:
    """A page in a browser: it listens, and fetches again what may have changed, one fetch at a time."""

    def __init__(self, path: str, keys_of: Callable[[dict[str, Any]], Iterable[Key]]) -> None:
        self.path = path
        self.told: list[float] = []  # when it heard of a call
        self.shown: dict[Key, float] = {}  # when a call was first on it
        self.listening = asyncio.Event()
        self._keys_of = keys_of
        self._changed = asyncio.Event()

    async def listen(self, streams: httpx.AsyncClient) -> None:
        async with streams.stream("GET", f"{self.path}/events") as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                self.listening.set()
                if line.startswith("data: "):
                    if _is_call(json.loads(line[len("data: ") :])):
                        self.told.append(time.perf_counter())
                    self._changed.set()

    async def refresh(self, client: httpx.AsyncClient) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            answer = await client.get(self.path)
            answer.raise_for_status()
            at = time.perf_counter()
            for key in self._keys_of(answer.json()):
                self.shown.setdefault(key, at)


def board() -> Page:
    return Page("/api/board", lambda shown: [(call["number"], call["called_at"]) for call in shown["last_calls"]])


def ticket_page(code: str) -> Page:
    return Page(
        f"/api/tickets/{code}", lambda shown: [(shown["number"], shown["called_at"])] if shown["called_at"] else []
    )


def _is_call(payload: dict[str, Any]) -> bool:
    return bool(payload["kind"] == "ticket_called")


async def chat(customer: Customer, told: list[float]) -> None:
    """Sit in a chat as the widget does; note when the customer hears of being called."""
    while True:
        try:
            frame = await customer.receive(PING_SECONDS)
        except asyncio.TimeoutError:
            await customer.send({"type": "ping"})
            continue
        if frame["type"] == "notice" and frame["kind"] == "ticket_called":
            told.append(time.perf_counter())


# --- one hall ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hall:
    """Everybody who listens. `codes` of the tickets by number; `heard` has the times of each chat, by ticket code."""

    console: httpx.AsyncClient
    codes: dict[str, str]
    boards: list[Page]
    pages: dict[str, Page]
    heard: dict[str, list[float]]
    tasks: list[asyncio.Task[None]]

    def failures(self) -> list[BaseException]:
        """Why sockets and pages ended that should be there still."""
        ended = [task.exception() for task in self.tasks if task.done()]
        return [error or EOFError("a stream came to its end") for error in ended]


@asynccontextmanager
async def hall(settings: Settings, store: Store, crowd: Crowd) -> AsyncIterator[Hall]:
    """A running `web` with its sockets open."""
    unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    made: dict[str, Any] = {"base_url": settings.base_url, "limits": unlimited, "trust_env": False}
    async with AsyncExitStack() as stack:
        console, fetches = [await stack.enter_async_context(httpx.AsyncClient(**made)) for _ in range(2)]
        streams = await stack.enter_async_context(httpx.AsyncClient(**made, timeout=None))
        await _sign_in(console)
        customers = await _connect(settings.base_url, crowd.chats)
        for customer in customers:
            stack.push_async_callback(customer.close)
        codes = _take_tickets(store, settings, [one.welcome["session"] for one in customers[: crowd.tickets]])
        boards = [board() for _ in range(crowd.boards)]
        pages = {code: ticket_page(code) for code in islice(codes.values(), crowd.pages)}
        heard: dict[str, list[float]] = {code: [] for code in codes.values()}
        tasks: list[asyncio.Task[None]] = []
        stack.push_async_callback(_stop, tasks)
        for customer, told in zip_longest(customers, heard.values()):
            tasks.append(asyncio.create_task(chat(customer, [] if told is None else told)))
        for page in (*boards, *pages.values()):
            tasks += [asyncio.create_task(page.listen(streams)), asyncio.create_task(page.refresh(fetches))]
            await asyncio.wait_for(page.listening.wait(), PATIENCE_SECONDS)
        await asyncio.sleep(SETTLE_SECONDS)
        yield Hall(console, codes, boards, pages, heard, tasks)


async def measure(
    settings: Settings, store: Store, process: psutil.Process, crowd: Crowd, seconds: float
) -> dict[str, Any]:
    """Fill the hall of a running `web`, call for so many seconds, and say how long it took until it was heard."""
    memory = {"before": _megabytes(process)}
    async with hall(settings, store, crowd) as filled:
        memory["open"] = _megabytes(process)
        with store.read() as session:
            cursor = outbox.last_id(session)
        psutil.cpu_percent()  # from here on
        busy, began = _cpu_seconds(process), time.perf_counter()
        results = await _call(filled, seconds)
        cores = (_cpu_seconds(process) - busy) / (time.perf_counter() - began)
        machine_busy = psutil.cpu_percent()
        calls = as_told(store, cursor, [result for result in results if isinstance(result, Call)])
        found = await _delays(calls, filled)
        memory["after"] = _megabytes(process)
        refused = [result for result in results if isinstance(result, BaseException)]
        errors = Counter(repr(error) for error in [*refused, *filled.failures()])
    return {
        "crowd": asdict(crowd),
        "calls": len(calls),
        "nobody_waited": results.count(None),
        "ms": {what: _summary([one for one in times if one is not None]) for what, times in found.items()},
        "missed": {what: times.count(None) for what, times in found.items()},
        "errors": dict(errors),
        "memory_mb": memory,
        "web_cores": round(cores, 2),
        "machine_busy_percent": round(machine_busy),
    }


async def _sign_in(console: httpx.AsyncClient) -> None:
    me = await console.post("/api/staff/login", json={"name": "admin", "password": PASSWORD})
    me.raise_for_status()
    console.headers["X-Lobby-CSRF"] = me.json()["csrf"]


async def _connect(url: str, count: int) -> list[Customer]:
    made: list[Customer] = []
    while len(made) < count:
        wave = range(min(AT_ONCE, count - len(made)))
        made += await asyncio.gather(*(Customer.connect(url) for _ in wave))
    return made


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _take_tickets(store: Store, settings: Settings, tokens: Sequence[str]) -> dict[str, str]:
    """A ticket for each session, from outside `web`, as the assistant's actions take them. Codes by number."""
    branch, codes = load_branch(settings.branch_dir), {}
    for count, token in enumerate(tokens):
        first = count % len(SERVICES)
        with store.begin() as session:
            view = queueing.take_ticket(
                session,
                branch,
                service_id=SERVICES[first],
                further=[*SERVICES[first + 1 :], *SERVICES[:first]],
                amount=None,
                session_id=token.partition(".")[0],
                turn_id=None,
                locale="zh-Hans",
                now=utc_now(),
            )
        codes[view.number] = view.code
    return codes


async def _call(filled: Hall, seconds: float) -> list[Call | BaseException | None]:
    """Press "next" at a steady pace, whether or not the calls before are heard. None: nobody waited there."""

    async def press(window_id: str) -> Call | None:
        began = time.perf_counter()
        answer = await filled.console.post(f"/api/staff/windows/{window_id}/next")
        answered = time.perf_counter()
        answer.raise_for_status()
        ticket = answer.json()["ticket"]
        if ticket is None:
            return None
        return Call(filled.codes[ticket["number"]], (ticket["number"], ticket["called_at"]), began, answered)

    began, pressed = time.perf_counter(), []
    for count in range(int(seconds * CALLS_A_SECOND)):
        await asyncio.sleep(max(0.0, began + count / CALLS_A_SECOND - time.perf_counter()))
        pressed.append(asyncio.create_task(press(WINDOWS[count % len(WINDOWS)])))
    return await asyncio.gather(*pressed, return_exceptions=True)


def as_told(store: Store, cursor: int, calls: Sequence[Call]) -> list[Call]:
    """The calls in the order in which the outbox tells of them: an event at the board does not name its number."""
    by_code: defaultdict[str, deque[Call]] = defaultdict(deque)
    for call in sorted(calls, key=lambda call: call.key[1]):
        by_code[call.code].append(call)
    with store.read() as session:
        rows = outbox.after(session, cursor, limit=20 * len(calls))
        told = [row.topic for row in rows if row.topic.startswith(TICKET) and _is_call(row.payload)]
    codes = [topic.removeprefix(TICKET) for topic in told]
    return [by_code[code].popleft() for code in codes if by_code[code]]


async def _delays(calls: Sequence[Call], filled: Hall) -> dict[str, list[float | None]]:
    """Seconds from each call to each who is to hear of it; None for what never came."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while True:
        found = delays(calls, filled.boards, filled.pages, filled.heard)
        if time.perf_counter() > until or not any(None in times for times in found.values()):
            return found
        await asyncio.sleep(0.05)


def delays(
    calls: Sequence[Call], boards: Sequence[Page], pages: dict[str, Page], heard: dict[str, list[float]]
) -> dict[str, list[float | None]]:
    """As things are now. `calls` in the order in which they were told."""
    by_code: defaultdict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_code[call.code].append(call)
    watched = [(by_code[code], page) for code, page in pages.items()]
    return {
        "answer": [call.answered - call.began for call in calls],
        "board event": [delay for page in boards for delay in _after(calls, page.told)],
        "page event": [delay for its, page in watched for delay in _after(its, page.told)],
        "chat notice": [delay for code, its in by_code.items() for delay in _after(its, heard[code])],
        "board shown": [delay for page in boards for delay in _until_shown(calls, page)],
        "page shown": [delay for its, page in watched for delay in _until_shown(its, page)],
    }


def _after(calls: Sequence[Call], told: Sequence[float]) -> Iterator[float | None]:
    """The n-th time it was told belongs to the n-th call."""
    for call, at in zip_longest(calls, told[: len(calls)]):
        yield None if at is None else at - call.began


def _until_shown(calls: Sequence[Call], page: Page) -> Iterator[float | None]:
    for call in calls:
        at = page.shown.get(call.key)
        yield None if at is None else at - call.began


# --- the process ------------------------------------------------------------------------------


@contextmanager
def web(home: Path, database_url: str) -> Iterator[tuple[Settings, psutil.Process]]:
    """`web` as `lobby up` starts it, on a free port and a migrated database, with a member of staff."""
    port = str(supervisor.free_port())
    settings = load({"LOBBY_HOME": str(home), "LOBBY_PORT": port, "LOBBY_DATABASE_URL": database_url})
    settings.logs.mkdir()
    store = Store(database_url)
    with store.begin() as session:
        staff.ensure_admin(session, password=PASSWORD, now=utc_now())
    store.close()
    child, *_ = supervisor.make_children(settings, training.model_path(settings))
    child.environment.update(LOBBY_HOST=settings.host, LOBBY_PORT=port, LOBBY_SECRET_KEY=settings.secret_key)
    child.start()
    try:
        wait_for(f"{settings.base_url}/healthz", settings.logs)
        assert child.process is not None
        yield settings, psutil.Process(child.process.pid)
    finally:
        supervisor.stop([child])


def run(home: Path, database_url: str, crowd: Crowd, seconds: float) -> dict[str, Any]:
    """Everything on one migrated, empty database."""
    _allow_open_files()
    store = Store(database_url)
    try:
        with web(home, database_url) as (settings, process):
            return asyncio.run(measure(settings, store, process, crowd, seconds))
    finally:
        store.close()


def _allow_open_files() -> None:
    """For this process and those it starts."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _megabytes(process: psutil.Process) -> int:
    return round(process.memory_info().rss / 2**20)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _summary(seconds: list[float]) -> dict[str, float]:
    """Milliseconds; of fewer than two there are no percentiles."""
    if len(seconds) < 2:
        return {"heard": len(seconds)}
    percentiles = {f"p{percent}": ms(percentile(seconds, percent)) for percent in (50, 95, 99)}
    return {**percentiles, "longest": ms(max(seconds)), "heard": len(seconds)}


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = []
    for kind, found in results.items():
        crowd, memory = found["crowd"], found["memory_mb"]
        sockets = crowd["chats"] + crowd["pages"] + crowd["boards"]
        lines += [
            f"{kind}: {found['calls']} calls, {found['nobody_waited']} presses with nobody to call, "
            f"{sockets} sockets open; ms from the press",
            f"  {'':14}{'p50':>9}{'p95':>9}{'p99':>9}{'longest':>9}{'heard':>8}{'missed':>8}",
        ]
        for what, of in found["ms"].items():
            times = "".join(f"{of.get(key, '-'):>9}" for key in ("p50", "p95", "p99", "longest"))
            lines.append(f"  {what:14}{times}{of['heard']:>8}{found['missed'][what]:>8}")
        lines += [
            f"  web: {memory['before']} MB, {memory['open']} MB with the sockets, {memory['after']} MB at the end; "
            f"{found['web_cores']} of a core while calling, "
            f"with all cores of the machine {found['machine_busy_percent']} % busy",
            f"  errors: {found['errors'] or 'none'}",
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as kinds:
        for kind, database in kinds.items():
            results[kind] = run(Path(name) / kind, database("hall"), Crowd(), options.seconds)
    folder = ROOT / "results"
    folder.mkdir(exist_ok=True)
    (folder / "hall_sockets.json").write_text(json.dumps(results, indent=1))
    print(table(results))


if __name__ == "__main__":
    main()
