"""Speed and memory of typed turns, ours over the socket and, with `--stock`, stock Rasa's over its REST channel.

    python -m bench.turns [--stock] [--customers 32]

Both sides use the same domain, data, actions and sentences, on fresh SQLite databases, one after the other on the
same machine. Prints a table and writes results/turns.json. Times are for comparison with each other, on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from bot.ops import supervisor, training
from bot.settings import ROOT, load
from bot.store import Store
from bot.store.migrate import upgrade
from tests.customer import Customer
from tests.processes import house, wait_for

SENTENCES = (ROOT / "bench" / "sentences.txt").read_text(encoding="utf-8").splitlines()
TURNS = 200
WINDOWS = ((1, 20), (81, 100), (181, 200))
TURNS_A_CUSTOMER = 10

Say = Callable[[str], Awaitable[float]]  # one turn; seconds from sent to answered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stock", action="store_true", help="train and measure stock Rasa in the same run")
    parser.add_argument("--customers", type=int, default=32)
    options = parser.parse_args()
    results = {"lobby": measure_lobby(options.customers)}
    if options.stock:
        results["stock"] = measure_stock(options.customers)
    folder = ROOT / "results"
    folder.mkdir(exist_ok=True)
    (folder / "turns.json").write_text(json.dumps(results, indent=1))
    print(table(results))


def measure_lobby(customers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, house(Path(home) / "lobby") as running:

        async def connect() -> Say:
            customer = await Customer.connect(running.url)

            async def say(text: str) -> float:
                start = time.perf_counter()
                answer = await customer.say(text)
                assert not answer.errors, answer.errors
                return time.perf_counter() - start

            return say

        return {**asyncio.run(measure(connect, customers)), "memory_mb": memory(running.pids)}


def measure_stock(customers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, stock(Path(home)) as (url, processes, seconds):

        async def connect() -> Say:
            client = httpx.AsyncClient(base_url=url, timeout=120, trust_env=False)
            sender = f"customer-{id(client)}"

            async def say(text: str) -> float:
                start = time.perf_counter()
                response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
                response.raise_for_status()
                return time.perf_counter() - start

            return say

        measured = asyncio.run(measure(connect, customers))
        return {**measured, "memory_mb": memory(processes), "training_s": round(seconds)}


async def measure(connect: Callable[[], Awaitable[Say]], customers: int) -> dict[str, Any]:
    """200 turns of one customer, then ten turns each of many at once, after a short warm-up."""
    warm = await connect()
    for text in SENTENCES[:10]:
        await warm(text)
    say = await connect()
    times = [await say(SENTENCES[turn % len(SENTENCES)]) for turn in range(TURNS)]

    crowd = [await connect() for _ in range(customers)]
    start = time.perf_counter()
    waits = await asyncio.gather(*(visit(say, offset) for offset, say in enumerate(crowd)))
    seconds = time.perf_counter() - start
    crowd_times = [seconds for visit_times in waits for seconds in visit_times]
    return {
        "median_ms": ms(statistics.median(times)),
        "p95_ms": ms(percentile(times, 95)),
        "medians_ms": {f"{a}-{b}": ms(statistics.median(times[a - 1 : b])) for a, b in WINDOWS},
        "crowd_turns_a_second": round(len(crowd_times) / seconds, 1),
        "crowd_p95_ms": ms(percentile(crowd_times, 95)),
    }


async def visit(say: Say, offset: int) -> list[float]:
    return [await say(SENTENCES[(offset * 7 + turn) % len(SENTENCES)]) for turn in range(TURNS_A_CUSTOMER)]


@contextmanager
def stock(home: Path) -> Iterator[tuple[str, dict[str, int], float]]:
    """Stock Rasa with its REST channel, and our action server. Yields its URL, pids and seconds of training."""
    model, seconds = stock_model()
    settings = load({"LOBBY_HOME": str(home)})
    store = Store(settings.database_url)
    upgrade(store)
    store.close()
    settings.logs.mkdir()
    _, actions, rasa = supervisor.make_children(settings, model)
    endpoints = {
        "action_endpoint": {"url": actions_url(actions)},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(home / "tracker.db")},
    }
    (home / "stock-endpoints.yml").write_text(yaml.safe_dump(endpoints))
    port = supervisor.free_port()
    rasa.command = [
        *[sys.executable, "-m", "rasa", "run", "--model", str(model), "--endpoints", str(home / "stock-endpoints.yml")],
        *["--credentials", str(ROOT / "bench/stock/credentials.yml"), "--interface", "127.0.0.1", "--port", str(port)],
    ]
    for child in (actions, rasa):
        child.start()
    try:
        wait_for(f"http://127.0.0.1:{port}/webhooks/rest/", settings.logs, seconds=180)
        wait_for(actions_url(actions).replace("/webhook", "/health"), settings.logs)
        yield f"http://127.0.0.1:{port}", pids([actions, rasa]), seconds
    finally:
        supervisor.stop([actions, rasa])


def stock_model() -> tuple[Path, float]:
    """The stock model of the present data and the seconds it took to train; kept in `results/` between runs."""
    folder = ROOT / "results"
    model = folder / f"stock-{training.fingerprint()}.tar.gz"
    note = model.with_suffix(".seconds")
    if not model.is_file():
        print("training stock Rasa (DIET and TED) ...", flush=True)
        start = time.monotonic()
        command = [sys.executable, "-m", "rasa", "train", "--config", str(ROOT / "bench/stock/config.yml"), "--force"]
        data = ["--data", "data/nlu", "data/rules", "data/stories", "--domain", "domain.yml"]
        out = ["--out", str(folder), "--fixed-model-name", model.name.removesuffix(".tar.gz")]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*command, *data, *out], cwd=ROOT, check=True, **quiet)
        note.write_text(str(time.monotonic() - start))
    return model, float(note.read_text())


def actions_url(actions: supervisor.Child) -> str:
    return actions.environment["LOBBY_ACTION_URL"]


def pids(children: list[supervisor.Child]) -> dict[str, int]:
    return {child.name: child.process.pid for child in children if child.process}


def memory(processes: dict[str, int]) -> dict[str, int]:
    return {name: round(psutil.Process(pid).memory_info().rss / 2**20) for name, pid in processes.items()}


def ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def table(results: dict[str, dict[str, Any]]) -> str:
    ours, theirs = results["lobby"], results.get("stock")
    rows = [
        ("median, ms", "median_ms"),
        ("95th percentile, ms", "p95_ms"),
        ("turns a second, many customers", "crowd_turns_a_second"),
        ("95th percentile, many customers, ms", "crowd_p95_ms"),
    ]
    lines = [f"{'':38}{'lobby':>10}{'stock':>10}{'ratio':>8}"]
    for label, key in rows:
        lines.append(_row(label, ours[key], theirs and theirs[key]))
    for window, median in ours["medians_ms"].items():
        lines.append(_row(f"median at turns {window}, ms", median, theirs and theirs["medians_ms"][window]))
    for name, megabytes in ours["memory_mb"].items():
        lines.append(_row(f"memory of {name}, MB", megabytes, theirs and theirs["memory_mb"].get(name)))
    return "\n".join(lines)


def _row(label: str, ours: float, theirs: float | None) -> str:
    if theirs is None:
        return f"{label:38}{ours:>10}{'-':>10}{'-':>8}"
    return f"{label:38}{ours:>10}{theirs:>10}{theirs / ours:>8.2f}"


if __name__ == "__main__":
    main()
