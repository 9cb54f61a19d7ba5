"""A printer on loopback, and what a slip looks like that has come out of one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageChops

PAPER, ONLINE = b"\x10\x04\x04", b"\x10\x04\x01"
# Answers to DLE EOT 4 and DLE EOT 1, by Epson's command reference.
PAPER_THERE, PAPER_NEAR_END, NO_PAPER = b"\x12", b"\x1e", b"\x72"
IS_ONLINE, IS_OFFLINE = b"\x12", b"\x1a"


class LoopbackPrinter:
    """Takes connections as a network printer does. An answer of None leaves its question unanswered."""

    def __init__(self, port: int = 0) -> None:
        self.paper: bytes | None = PAPER_THERE
        self.online: bytes | None = IS_ONLINE
        self.hangs_up = False
        self.slips: list[bytes] = []
        self.questions: list[bytes] = []
        self._ended = threading.Condition()
        self._connections = 0
        self._socket = socket.create_server(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"network://127.0.0.1:{self._socket.getsockname()[1]}"

    def wait(self, connections: int) -> None:
        """Until so many connections have been made and closed."""
        with self._ended:
            assert self._ended.wait_for(lambda: self._connections >= connections, timeout=20)

    def switch_off(self) -> None:
        # `close` alone leaves a thread in `accept`.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=20)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                received = self._receive(connection)
            if received:
                self.slips.append(received)
            with self._ended:
                self._connections += 1
                self._ended.notify_all()

    def _receive(self, connection: socket.socket) -> bytes:
        slip = b""
        while chunk := connection.recv(65536):
            answers = {PAPER: self.paper, ONLINE: self.online}
            if slip or chunk not in answers:
                slip += chunk
                continue
            self.questions.append(chunk)
            if self.hangs_up:
                break
            answer = answers[chunk]
            if answer is not None:
                connection.sendall(answer)
        return slip


@contextmanager
def loopback_printer(port: int = 0) -> Iterator[LoopbackPrinter]:
    printer = LoopbackPrinter(port)
    try:
        yield printer
    finally:
        if printer._socket.fileno() != -1:
            printer.switch_off()


def picture(data: bytes) -> Image.Image:
    """The paper after the raster pictures (GS v 0) in `data`, black on white, without feeds."""
    parts = []
    while (start := data.find(b"\x1dv0\0")) != -1:
        width, height = (int.from_bytes(data[at : at + 2], "little") for at in (start + 4, start + 6))
        end = start + 8 + width * height
        parts.append(Image.frombytes("1", (width * 8, height), data[start + 8 : end]))
        data = data[end:]
    paper = Image.new("1", (parts[0].width, sum(part.height for part in parts)))
    top = 0
    for part in parts:
        paper.paste(part, (0, top))
        top += part.height
    return ImageChops.invert(paper)
