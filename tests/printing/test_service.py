from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import ImageChops

from bot.branch.service import Branch
from bot.errors import SetupError
from bot.printing import drawing, fonts, rules, service
from bot.printing.fonts import Typeface
from bot.printing.rules import Slip, Status
from bot.printing.service import Printing, PrintResult
from bot.queueing.service import TicketView
from bot.settings import Settings, load
from bot.store import Store
from bot.texts import Texts
from tests.printing.loopback import (
    IS_OFFLINE,
    IS_ONLINE,
    NO_PAPER,
    PAPER_NEAR_END,
    PAPER_THERE,
    LoopbackPrinter,
    picture,
)
from tests.queueing.hall import Hall

ADDRESS = "https://bank.example/t/CODE"


class Kiosk:
    """Prints slips of a branch on a printer."""

    def __init__(self, printing: Printing, branch: Branch, now: datetime) -> None:
        self.printing = printing
        self.branch = branch
        self.now = now

    def print(self, view: TicketView, locale: str = "zh-Hans") -> PrintResult:
        return self.printing.print_ticket(view, self.branch, locale=locale, address=ADDRESS, now=self.now)


@pytest.fixture
def hall(store: Store, branch: Branch, now: datetime) -> Hall:
    return Hall(store, branch, now)


@pytest.fixture
def kiosk_of(settings: Settings, branch: Branch, now: datetime) -> Callable[[str | None], Kiosk]:
    return lambda url: Kiosk(service.from_settings(replace(settings, printer=url)), branch, now)


@pytest.mark.parametrize("locale", ["zh-Hans", "zh-Hant", "en"])
def test_what_comes_out_of_the_printer_is_the_slip_of_the_ticket(
    hall: Hall,
    kiosk_of: Callable[[str], Kiosk],
    printer: LoopbackPrinter,
    texts: Texts,
    typeface: Typeface,
    locale: str,
) -> None:
    view = hall.take_ticket("loan")
    kiosk = kiosk_of(f"{printer.url}?dots=384")
    assert kiosk.print(view, locale) == "ok"
    printer.wait(connections=1)
    slip = rules.ticket_slip(view, hall.branch, texts, locale=locale, address=ADDRESS, now=kiosk.now)
    own = fonts.find(locale, None)
    assert own is not None
    paper = picture(printer.slips[0])
    assert paper.width == 384
    assert ImageChops.logical_xor(paper, drawing.slip_image(slip, own, 384)).getbbox() is None


def test_without_a_chinese_font_the_printer_gets_gb18030(
    hall: Hall, kiosk_of: Callable[[str], Kiosk], printer: LoopbackPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(fonts, "_USUAL", ("nosuchfont.ttf",))
    view = hall.take_ticket("loan")
    assert kiosk_of(printer.url).print(view) == "ok"
    printer.wait(connections=1)
    assert "贷款".encode("gb18030") in printer.slips[0]
    assert view.number.encode() in printer.slips[0]


def test_lost_slip_is_printed_once_more_and_then_no_more_that_day(hall: Hall, kiosk_of: Callable[[str], Kiosk]) -> None:
    view, other = hall.take_ticket(), hall.take_ticket()
    kiosk = kiosk_of("dummy:")
    assert [kiosk.print(view) for _ in range(3)] == ["ok", "ok", "limit"]
    assert kiosk.print(other) == "ok"
    kiosk.now += timedelta(days=1)
    assert kiosk.print(view) == "ok"


def test_slip_that_failed_does_not_count(
    hall: Hall, kiosk_of: Callable[[str], Kiosk], printer: LoopbackPrinter
) -> None:
    view = hall.take_ticket()
    kiosk = kiosk_of(printer.url)
    printer.paper = NO_PAPER
    assert [kiosk.print(view) for _ in range(3)] == ["paper_out"] * 3
    printer.paper = PAPER_THERE
    assert [kiosk.print(view) for _ in range(3)] == ["ok", "ok", "limit"]


def test_staff_hear_of_each_change_once(hall: Hall, kiosk_of: Callable[[str], Kiosk], printer: LoopbackPrinter) -> None:
    kiosk = kiosk_of(printer.url)
    heard: list[Status] = []

    def print_one() -> None:
        kiosk.print(hall.take_ticket())
        news = kiosk.printing.news()
        if news is not None:
            heard.append(news)
            kiosk.printing.told(news)

    print_one()
    assert heard == []
    for paper, online in [
        (PAPER_NEAR_END, IS_ONLINE),
        (NO_PAPER, IS_OFFLINE),
        (PAPER_THERE, IS_OFFLINE),
        (PAPER_THERE, IS_ONLINE),
    ]:
        printer.paper = paper
        printer.online = online
        print_one()
        print_one()
    assert heard == ["paper_low", "paper_out", "offline", "ok"]


def test_news_that_could_not_be_told_stay_news(hall: Hall, kiosk_of: Callable[[str], Kiosk], tmp_path: Path) -> None:
    kiosk = kiosk_of(f"file://{tmp_path}/unplugged/lp0")
    kiosk.print(hall.take_ticket())
    assert kiosk.printing.news() == "offline"
    assert kiosk.printing.news() == "offline"


def test_state_is_that_of_the_last_slip_and_since_when(
    hall: Hall, kiosk_of: Callable[[str], Kiosk], printer: LoopbackPrinter
) -> None:
    kiosk = kiosk_of(printer.url)
    assert (kiosk.printing.state.name, kiosk.printing.state.since) == ("unknown", None)
    began = kiosk.now
    kiosk.print(hall.take_ticket())
    kiosk.now += timedelta(minutes=5)
    kiosk.print(hall.take_ticket())
    assert (kiosk.printing.state.name, kiosk.printing.state.since) == ("ok", began)
    printer.paper = NO_PAPER
    kiosk.print(hall.take_ticket())
    assert (kiosk.printing.state.name, kiosk.printing.state.since) == ("paper_out", kiosk.now)


def test_branch_without_a_printer_says_so(hall: Hall, kiosk_of: Callable[[str | None], Kiosk]) -> None:
    kiosk = kiosk_of(None)
    assert kiosk.print(hall.take_ticket()) == "none"
    assert (kiosk.printing.state.name, kiosk.printing.news()) == ("none", None)


def test_printer_that_hangs_keeps_nobody_waiting_and_prints_no_stale_slip(
    hall: Hall, kiosk_of: Callable[[str], Kiosk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "lp0"
    os.mkfifo(device)  # opening it blocks until somebody reads, as a device without paper does
    kiosk = kiosk_of(f"file://{device}")
    first, second, third = (hall.take_ticket() for _ in range(3))
    monkeypatch.setattr(service, "TIMEOUT_SECONDS", 0.3)
    assert kiosk.print(first) == "offline"
    assert kiosk.print(second) == "offline"
    with device.open("rb") as paper:
        assert paper.read() == b""
    monkeypatch.undo()
    device.unlink()
    assert kiosk.print(third) == "ok"
    assert device.stat().st_size > 0


def test_driver_may_fail_in_any_way(hall: Hall, branch: Branch, texts: Texts, now: datetime) -> None:
    class Broken:
        def deliver(self, slip: Slip, given_up: Callable[[], bool]) -> Status:
            raise RuntimeError("no backend available")

    kiosk = Kiosk(Printing(texts, Broken()), branch, now)
    assert kiosk.print(hall.take_ticket()) == "offline"
    assert kiosk.print(hall.take_ticket()) == "offline"


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ({"LOBBY_PRINTER": "lp0"}, "LOBBY_PRINTER is 'lp0'"),
        ({"LOBBY_PRINTER": "dummy:", "LOBBY_PRINTER_FONT": "nosuchfont.ttf"}, "LOBBY_PRINTER_FONT nosuchfont.ttf"),
    ],
)
def test_wrong_setting_stops_the_start(tmp_path: Path, wrong: dict[str, str], cause: str) -> None:
    settings = load({"LOBBY_HOME": str(tmp_path), "LOBBY_SECRET_KEY": "test", **wrong})
    with pytest.raises(SetupError, match=cause):
        service.from_settings(settings)
