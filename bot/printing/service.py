"""The printer of this process: one slip at a time, never longer than a customer waits, and what staff know of it.

State is kept in memory: it is worth nothing after a restart, when the next slip tells it again.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal

from bot.branch.schema import Branch
from bot.locales import LOCALES
from bot.printing import drawing, fonts, rules, schema
from bot.printing.rules import OFFLINE, OK, PAPER_LOW, PAPER_OUT, SLIPS_A_TICKET, Slip, Status
from bot.queueing.service import TicketView
from bot.settings import DATA, Settings
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.printing.printers import Printer

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 3.0

PrintResult = Literal["ok", "paper_out", "offline", "none", "limit"]
StateName = Literal["none", "unknown", "ok", "paper_low", "paper_out", "offline"]

_RESULTS: Mapping[Status, PrintResult] = {OK: OK, PAPER_LOW: OK, PAPER_OUT: PAPER_OUT, OFFLINE: OFFLINE}


@dataclass(frozen=True)
class PrinterState:
    """What the last slip told: "none" without a printer, "unknown" before the first. `since` aware, UTC."""

    name: StateName
    since: datetime | None


class Printing:
    """Safe to use from many threads. `printer` is None where the branch has none."""

    def __init__(self, texts: Texts, printer: Printer | None) -> None:
        self.texts = texts
        self._printer = printer
        self._status: Status | None = None
        self._since: datetime | None = None
        self._told: Status = OK
        self._day: date | None = None
        self._slips: Counter[str] = Counter()
        self._lock = Lock()
        self._turn = Lock()

    @property
    def state(self) -> PrinterState:
        if self._printer is None:
            return PrinterState("none", None)
        with self._lock:
            return PrinterState(self._status or "unknown", self._since)

    def print_ticket(
        self, view: TicketView, branch: Branch, *, locale: str, address: str, now: datetime
    ) -> PrintResult:
        """Print the slip of a ticket; at most twice a ticket, slips that failed not counted.

        Blocks for at most TIMEOUT_SECONDS and a moment; never raises for what a printer does. Hold no transaction.
        """
        if self._printer is None:
            return "none"
        if not self._reserve(view.code, branch.day(now)):
            return "limit"
        slip = rules.ticket_slip(view, branch, self.texts, locale=locale, address=address, now=now)
        result = self._print(slip, now)
        if result != OK:
            self._give_back(view.code)
        return result

    def print_trial(self, branch: Branch, *, locale: str, address: str, now: datetime) -> PrintResult:
        """Print a slip by which staff see whether the printer works. Otherwise as `print_ticket`."""
        slip = rules.trial_slip(branch, self.texts, locale=locale, address=address, now=now)
        return self._print(slip, now)

    def news(self) -> Status | None:
        """The state that staff have not been told of yet, None when they know. They suppose that all is well."""
        with self._lock:
            return None if self._status == self._told else self._status

    def told(self, status: Status) -> None:
        """Staff have been told of this state: not again for every slip."""
        with self._lock:
            self._told = status

    def _print(self, slip: Slip, now: datetime) -> PrintResult:
        if self._printer is None:
            return "none"
        status = self._deliver(self._printer, slip)
        with self._lock:
            if status != self._status:
                self._status, self._since = status, now
        return _RESULTS[status]

    def _deliver(self, printer: Printer, slip: Slip) -> Status:
        """Hand over to a thread of its own: a driver may hang for as long as the paper is out."""
        end = time.monotonic() + TIMEOUT_SECONDS
        if not self._turn.acquire(timeout=TIMEOUT_SECONDS):
            return OFFLINE
        job = _Job(printer, slip, self._turn)
        job.start()
        return job.wait(end - time.monotonic())

    def _reserve(self, code: str, day: date) -> bool:
        with self._lock:
            if day != self._day:
                self._day = day
                self._slips.clear()
            if self._slips[code] >= SLIPS_A_TICKET:
                return False
            self._slips[code] += 1
            return True

    def _give_back(self, code: str) -> None:
        with self._lock:
            self._slips[code] -= 1


class _Job(Thread):
    """One slip on its way. Ends the printer's turn whenever it ends; a daemon, so that it never keeps a process."""

    def __init__(self, printer: Printer, slip: Slip, turn: Lock) -> None:
        super().__init__(name="printer", daemon=True)
        self._printer = printer
        self._slip = slip
        self._turn = turn
        self._given_up = Event()
        self._ended = Event()
        self._status: Status = OFFLINE

    def run(self) -> None:
        try:
            self._status = self._printer.deliver(self._slip, self._given_up.is_set)
        except Exception:
            # Drivers raise anything; the ticket is valid without its slip.
            log.exception("a slip could not be printed")
        finally:
            self._turn.release()
            self._ended.set()

    def wait(self, seconds: float) -> Status:
        if self._ended.wait(max(0.0, seconds)):
            return self._status
        self._given_up.set()
        return OFFLINE


def from_settings(settings: Settings) -> Printing:
    """The printing of this process. Raises SetupError where LOBBY_PRINTER or LOBBY_PRINTER_FONT is wrong."""
    texts = Texts(DATA / "slip.yml")
    if settings.printer is None:
        return Printing(texts, None)
    setting = schema.parse(settings.printer)
    # Not at the top: importing python-escpos sets up logging of its own, which nobody without a printer needs.
    from bot.printing import commands, printers

    typefaces = {locale: fonts.find(locale, settings.printer_font) for locale in LOCALES}

    def compose(slip: Slip) -> bytes:
        typeface = typefaces[slip.locale]
        if typeface is None:
            return commands.of_text(slip)
        return commands.of_image(drawing.slip_image(slip, typeface, setting.dots))

    if None in typefaces.values():
        log.warning("no font with Chinese glyphs is installed: slips are printed in the printer's own fonts (GB 18030)")
    return Printing(texts, printers.connect(setting, compose))
