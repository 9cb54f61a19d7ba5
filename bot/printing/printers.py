"""Printers behind one small interface. Imports python-escpos, so only where there is a printer."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER
from escpos.escpos import Escpos
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Dummy, File, Network, Usb

from bot.errors import SetupError
from bot.printing import rules
from bot.printing.rules import OFFLINE, OK, PAPER_OUT, Slip, Status
from bot.printing.schema import FileAddress, NetworkAddress, PrinterSetting, UsbAddress

log = logging.getLogger(__name__)

Compose = Callable[[Slip], bytes]

# A network printer has this long for each step: to accept a connection, to answer a question, to take the slip.
STEP_SECONDS = 0.9
_USB_MILLISECONDS = 2000
# Room for a whole slip: a printer takes data as fast as it prints, which nobody should wait for.
_SEND_BUFFER = 256 * 1024


class Printer(Protocol):
    def deliver(self, slip: Slip, given_up: Callable[[], bool]) -> Status:
        """Print a slip unless the printer says it can't, or `given_up()` by the time it would be sent.

        May block for long; raises anything a driver raises.
        """


class EscposPrinter:
    """A device of python-escpos, opened for each slip: it may be unplugged, moved or shared in between.

    `compose` makes the bytes of a slip; `answers`: the device can be asked for its state.
    """

    def __init__(self, make_device: Callable[[], Escpos], compose: Compose, *, answers: bool) -> None:
        self._make_device = make_device
        self._compose = compose
        self._answers = answers

    def deliver(self, slip: Slip, given_up: Callable[[], bool]) -> Status:
        data = self._compose(slip)
        try:
            with closing(self._make_device()) as device:
                device.open()
                status = _ask_state(device) if self._answers else OK
                if status in (PAPER_OUT, OFFLINE):
                    return status
                if given_up():
                    return OFFLINE
                device._raw(data)
                return status
        except (DeviceNotFoundError, OSError) as error:
            log.warning("the printer does not answer: %s", error)
            return OFFLINE


class _Network(Network):
    def open(self, raise_not_found: bool = True) -> None:
        super().open(raise_not_found)
        assert isinstance(self._device, socket.socket)
        self._device.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def _read(self) -> bytes:
        received = super()._read()
        if not received:
            raise ConnectionAbortedError("the printer closed the connection")
        return received


def connect(setting: PrinterSetting, compose: Compose) -> Printer:
    """The printer of a setting; nothing is opened yet. Raises SetupError where a driver is missing."""
    address = setting.address
    if isinstance(address, NetworkAddress):
        host, port = address.host, address.port
        return EscposPrinter(lambda: _Network(host, port, timeout=STEP_SECONDS), compose, answers=True)
    if isinstance(address, UsbAddress):
        return EscposPrinter(_usb(address), compose, answers=True)
    if isinstance(address, FileAddress):
        path = address.path
        return EscposPrinter(lambda: File(path), compose, answers=False)
    return EscposPrinter(Dummy, compose, answers=False)


def _usb(address: UsbAddress) -> Callable[[], Escpos]:
    if not Usb.is_usable():
        raise SetupError("LOBBY_PRINTER is a USB printer, but pyusb is missing", "install pyusb and libusb")
    return lambda: Usb(
        address.vendor,
        address.product,
        timeout=_USB_MILLISECONDS,
        in_ep=address.in_endpoint,
        out_ep=address.out_endpoint,
    )


def _ask_state(device: Escpos) -> Status:
    paper = _ask(device, RT_STATUS_PAPER)
    # Who leaves one question unanswered would leave the other, and the customer waits.
    online = None if paper is None else _ask(device, RT_STATUS_ONLINE)
    return rules.status(paper, online)


def _ask(device: Escpos, question: bytes) -> bytes | None:
    """The answer to a real-time status request; None where none came in time."""
    try:
        return bytes(device.query_status(question))
    except OSError as error:
        # A TimeoutError of sockets, a USBTimeoutError of pyusb.
        if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
            return None
        raise
