"""What LOBBY_PRINTER may say.

| form | printer |
| --- | --- |
| `network://192.168.1.20:9100` | raw TCP; the port may be left out |
| `usb://04b8:0202` | vendor and product id, as `lsusb` shows them; `?in=0x81&out=0x03` for end points not 0x82, 0x01 |
| `file:///dev/usb/lp0` | a device file; such a printer can't be asked for its paper |
| `dummy:` | none; slips are composed and thrown away |

`?dots=384` at the end of any: a head of 384 dots (paper of 58 mm) instead of 576 (80 mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from bot.errors import SetupError

RAW_PORT = 9100
DOTS = (384, 576)

_MEND = (
    "set it to network://HOST:9100, usb://VENDOR:PRODUCT, file:///dev/usb/lp0 or dummy:, "
    "with ?dots=384 for paper of 58 mm, or leave it out where there is no printer"
)


@dataclass(frozen=True)
class NetworkAddress:
    host: str
    port: int


@dataclass(frozen=True)
class UsbAddress:
    vendor: int
    product: int
    in_endpoint: int
    out_endpoint: int


@dataclass(frozen=True)
class FileAddress:
    path: str


@dataclass(frozen=True)
class DummyAddress:
    pass


@dataclass(frozen=True)
class PrinterSetting:
    """Where the printer is, and how many dots its head has across."""

    address: NetworkAddress | UsbAddress | FileAddress | DummyAddress
    dots: int


def parse(text: str) -> PrinterSetting:
    """The setting LOBBY_PRINTER. Raises SetupError saying what is wrong with it."""
    try:
        return _parse(text)
    except ValueError as error:
        raise SetupError(f"LOBBY_PRINTER is {text!r}: {error}", _MEND) from error


def _parse(text: str) -> PrinterSetting:
    url = urlsplit(text)
    options = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    dots = options.pop("dots", str(DOTS[-1]))
    if dots not in map(str, DOTS):
        raise ValueError(f"dots is {dots}, not one of {', '.join(map(str, DOTS))}")
    address: NetworkAddress | UsbAddress | FileAddress | DummyAddress
    if url.scheme == "network":
        address = _network(url.hostname, url.port)
    elif url.scheme == "usb":
        address = _usb(url.netloc, options.pop("in", "0x82"), options.pop("out", "0x01"))
    elif url.scheme == "file":
        address = _file(url.netloc, url.path)
    elif url.scheme == "dummy":
        address = DummyAddress()
    else:
        raise ValueError("it does not begin with network://, usb://, file:// or dummy:")
    if options:
        raise ValueError(f"there is no option {', '.join(options)}")
    return PrinterSetting(address, int(dots))


def _network(host: str | None, port: int | None) -> NetworkAddress:
    # python-escpos opens IPv4 sockets only.
    if not host or ":" in host:
        raise ValueError("it needs the name or IPv4 address of the printer")
    return NetworkAddress(host, RAW_PORT if port is None else port)


def _usb(ids: str, in_endpoint: str, out_endpoint: str) -> UsbAddress:
    vendor, _, product = ids.partition(":")
    try:
        return UsbAddress(int(vendor, 16), int(product, 16), int(in_endpoint, 16), int(out_endpoint, 16))
    except ValueError:
        raise ValueError("ids and end points must be hexadecimal numbers, such as usb://04b8:0202") from None


def _file(netloc: str, path: str) -> FileAddress:
    if netloc or path in ("", "/"):
        raise ValueError("it needs the whole path of a device file, after three slashes")
    return FileAddress(path)
