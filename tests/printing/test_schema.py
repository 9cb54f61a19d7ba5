from __future__ import annotations

import pytest

from bot.errors import SetupError
from bot.printing.schema import DummyAddress, FileAddress, NetworkAddress, PrinterSetting, UsbAddress, parse


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("network://192.168.1.20:9101", PrinterSetting(NetworkAddress("192.168.1.20", 9101), 576)),
        ("network://printer.hall", PrinterSetting(NetworkAddress("printer.hall", 9100), 576)),
        ("network://printer.hall?dots=384", PrinterSetting(NetworkAddress("printer.hall", 9100), 384)),
        ("usb://04b8:0202", PrinterSetting(UsbAddress(0x04B8, 0x0202, 0x82, 0x01), 576)),
        ("usb://0416:5011?in=0x81&out=0x03&dots=384", PrinterSetting(UsbAddress(0x0416, 0x5011, 0x81, 0x03), 384)),
        ("file:///dev/usb/lp0", PrinterSetting(FileAddress("/dev/usb/lp0"), 576)),
        ("dummy:", PrinterSetting(DummyAddress(), 576)),
    ],
)
def test_each_kind_of_printer_is_read(text: str, setting: PrinterSetting) -> None:
    assert parse(text) == setting


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("192.168.1.20:9100", "does not begin with"),
        ("serial:///dev/ttyS0", "does not begin with"),
        ("network://", "name or IPv4 address"),
        ("network://[::1]:9100", "name or IPv4 address"),
        ("network://printer:99999", "[Pp]ort"),
        ("network://printer?dots=500", "dots is 500"),
        ("network://printer?dot=384", "no option dot"),
        ("network://printer?in=0x81", "no option in"),
        ("usb://epson", "hexadecimal"),
        ("usb://04b8:0202?in=first", "hexadecimal"),
        ("file://dev/usb/lp0", "three slashes"),
        ("file:", "three slashes"),
    ],
)
def test_wrong_setting_says_what_is_wrong_and_how_to_mend_it(text: str, cause: str) -> None:
    with pytest.raises(SetupError, match=cause) as error:
        parse(text)
    assert "LOBBY_PRINTER" in error.value.cause
    assert "network://HOST:9100" in error.value.mend
