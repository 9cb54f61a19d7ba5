from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bench.hall_sockets import CALLS_A_SECOND, Call, Crowd, Hall, as_told, board, delays, run, table, ticket_page
from bot.store import Store, outbox, utc_now


def call(code: str, second: int, began: float = 0.0) -> Call:
    return Call(code, (f"A{code}", f"2026-11-23T06:00:{second:02}+00:00"), began, began + 0.1)


def test_everybody_concerned_hears_of_every_call(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "lobby.db")
    crowd = Crowd(chats=12, tickets=10, pages=10, boards=2)
    found = run(tmp_path / "home", f"sqlite:///{tmp_path / 'lobby.db'}", crowd, seconds=2)
    assert found["errors"] == {}
    assert set(found["missed"].values()) == {0}
    assert found["calls"] + found["nobody_waited"] == 2 * CALLS_A_SECOND
    heard = {what: of["heard"] for what, of in found["ms"].items()}
    once, twice = found["calls"], 2 * found["calls"]
    assert heard == {
        "answer": once,
        "board event": twice,
        "page event": once,
        "chat notice": once,
        "board shown": twice,
        "page shown": once,
    }
    assert "24 sockets" in table({"sqlite": found})


def test_times_run_from_the_press_to_each_who_hears_of_it() -> None:
    first, second = call("1", 1, began=10.0), call("2", 2, began=20.0)
    display, page = board(), ticket_page("2")
    display.told, display.shown = [10.5, 20.25], {first.key: 11.0, second.key: 21.0}
    page.told, page.shown = [20.5], {second.key: 20.75}
    found = delays([first, second], [display], {"2": page}, {"1": [12.0], "2": [22.0]})
    assert found["board event"] == [0.5, 0.25]
    assert found["board shown"] == [1.0, 1.0]
    assert found["page event"] == [0.5]
    assert found["page shown"] == [0.75]
    assert found["chat notice"] == [2.0, 2.0]


def test_what_never_came_is_missed() -> None:
    calls = [call("1", 1), call("1", 2)]
    page = ticket_page("1")
    page.told, page.shown = [1.0], {calls[1].key: 2.0}
    found = delays(calls, [board()], {"1": page}, {"1": []})
    assert found["board event"] == [None, None]
    assert found["page event"] == [1.0, None]
    assert found["page shown"] == [None, 2.0]
    assert found["chat notice"] == [None, None]


def test_calls_stand_in_the_order_in_which_they_were_told(store: Store) -> None:
    with store.begin() as session:
        outbox.publish(session, "ticket:0", {"kind": "ticket_called"}, now=utc_now())
    with store.read() as session:
        cursor = outbox.last_id(session)
    with store.begin() as session:
        for code, kind in (("2", "called"), ("1", "done"), ("1", "called"), ("2", "called")):
            for topic in (f"ticket:{code}", "board", "staff"):
                outbox.publish(session, topic, {"kind": f"ticket_{kind}"}, now=utc_now())
        outbox.publish(session, "session:x", {"seq": 3}, now=utc_now())
    early, late, other = call("2", 1), call("2", 9), call("1", 0)
    assert as_told(store, cursor, [late, other, early]) == [early, other, late]


async def test_sockets_that_ended_are_failures() -> None:
    async def dropped() -> None:
        raise ConnectionResetError("gone")

    async def ended() -> None:
        return

    async def open_still() -> None:
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(one()) for one in (dropped, ended, open_still)]
    await asyncio.sleep(0)
    hall = Hall(None, {}, [], {}, {}, tasks)  # type: ignore[arg-type]
    assert [type(failure) for failure in hall.failures()] == [ConnectionResetError, EOFError]
    tasks[2].cancel()
