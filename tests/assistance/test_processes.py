"""Two members of staff at once: nothing is lent below none, no request is taken twice."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timezone

import pytest

from bot.assistance import service as assistance
from bot.assistance.rules import NoneLeft
from bot.branch.service import load_branch
from bot.errors import Conflict
from bot.settings import DATA
from bot.staff.service import StaffIdentity
from bot.store import Store
from tests.assistance.lobby import CHEN, LIN, Lobby

DEMO = DATA / "branch" / "demo"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=timezone.utc)
STAFF = ("lin", "chen")
ROUNDS = 15


def lend_and_return(url: str, name: str) -> list[int]:
    """Lends a wheelchair and takes it back, again and again. Returns how many were out while it had one."""
    store, branch, catalogue = Store(url), load_branch(DEMO), assistance.load_catalogue(DEMO)
    me = StaffIdentity(id=1, name=name, role="agent", display_name=name)
    seen = []
    for _ in range(ROUNDS):
        try:
            with store.begin() as session:
                loan = assistance.lend(session, branch, catalogue, item="wheelchair", reference=None, by=me, now=NOW)
        except NoneLeft:
            continue
        with store.read() as session:
            seen.append(len(assistance.list_loans(session, branch, now=NOW)))
        with store.begin() as session:
            assistance.return_item(session, branch, loan_id=loan.id, by=me, now=NOW)
    store.close()
    return seen


def test_the_last_wheelchair_is_lent_once(lobby: Lobby, database_url: str) -> None:
    lobby.lend("wheelchair")  # one of two is out throughout
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(STAFF), mp_context=spawn) as pool:
        seen = [pool.submit(lend_and_return, database_url, name) for name in STAFF]
        counts = [count for process in seen for count in process.result()]
    assert counts
    assert set(counts) == {2}
    assert (lobby.stock("wheelchair").out, lobby.stock("wheelchair").free) == (1, 1)


def test_who_takes_a_request_second_hears_that_a_colleague_has_it(lobby: Lobby) -> None:
    request = lobby.ask()
    begun = threading.Event()

    def take_second() -> None:
        begun.set()
        lobby.take(request, CHEN)

    with ThreadPoolExecutor(1) as pool:
        with lobby.store.begin() as session:
            assistance.take(session, lobby.branch, lobby.catalogue, request_id=request.id, by=LIN, now=NOW)
            second = pool.submit(take_second)
            begun.wait()
            time.sleep(0.3)  # long enough to read the row that has not changed yet, if nothing kept it from that
        with pytest.raises(Conflict):
            second.result()
    assert [view.by for view in lobby.requests()] == ["Lin"]
