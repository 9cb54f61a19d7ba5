from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.printing.printers import connect
from bot.printing.rules import Status
from bot.printing.schema import parse
from tests.printing.loopback import (
    IS_OFFLINE,
    NO_PAPER,
    ONLINE,
    PAPER,
    PAPER_NEAR_END,
    LoopbackPrinter,
    loopback_printer,
)
from tests.printing.test_drawing import SLIP

DATA = b"\x1b@" + bytes(range(256)) * 300


def deliver(url: str, data: bytes = DATA, *, given_up: bool = False) -> Status:
    return connect(parse(url), lambda slip: data).deliver(SLIP, lambda: given_up)


def test_network_printer_is_asked_for_paper_and_gets_every_byte(printer: LoopbackPrinter) -> None:
    assert deliver(printer.url) == "ok"
    printer.wait(connections=1)
    assert printer.questions == [PAPER, ONLINE]
    assert printer.slips == [DATA]


def test_paper_near_its_end_prints_and_says_so(printer: LoopbackPrinter) -> None:
    printer.paper = PAPER_NEAR_END
    assert deliver(printer.url) == "paper_low"
    printer.wait(connections=1)
    assert printer.slips == [DATA]


def test_printer_without_paper_gets_nothing(printer: LoopbackPrinter) -> None:
    printer.paper, printer.online = NO_PAPER, IS_OFFLINE
    assert deliver(printer.url) == "paper_out"
    printer.wait(connections=1)
    assert printer.slips == []


def test_open_cover_is_offline(printer: LoopbackPrinter) -> None:
    printer.online = IS_OFFLINE
    assert deliver(printer.url) == "offline"
    printer.wait(connections=1)
    assert printer.slips == []


def test_printer_that_answers_no_questions_prints_all_the_same(printer: LoopbackPrinter) -> None:
    printer.paper = printer.online = None
    assert deliver(printer.url) == "ok"
    printer.wait(connections=1)
    assert printer.questions == [PAPER]
    assert printer.slips == [DATA]


def test_printer_that_is_switched_off_is_offline_until_it_is_on_again(printer: LoopbackPrinter) -> None:
    url = printer.url
    printer.switch_off()
    assert deliver(url) == "offline"
    with loopback_printer(port=int(url.rpartition(":")[2])) as again:
        assert deliver(url) == "ok"
        again.wait(connections=1)


def test_printer_that_hangs_up_when_asked_is_offline(printer: LoopbackPrinter) -> None:
    printer.hangs_up = True
    assert deliver(printer.url) == "offline"
    printer.wait(connections=1)
    assert printer.slips == []


def test_slip_given_up_is_not_sent(printer: LoopbackPrinter) -> None:
    assert deliver(printer.url, given_up=True) == "offline"
    printer.wait(connections=1)
    assert printer.slips == []


def test_device_file_gets_every_byte_and_no_question(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    assert deliver(f"file://{device}") == "ok"
    assert device.read_bytes() == DATA


def test_device_file_that_is_gone_is_offline(tmp_path: Path) -> None:
    assert deliver(f"file://{tmp_path}/unplugged/lp0") == "offline"


def test_dummy_takes_everything() -> None:
    assert deliver("dummy:") == "ok"


@pytest.mark.skipif(find_spec("usb") is not None, reason="pyusb is installed here")
def test_usb_printer_without_its_driver_is_a_setup_error() -> None:
    with pytest.raises(SetupError, match="pyusb"):
        connect(parse("usb://dead:beef"), lambda slip: DATA)
