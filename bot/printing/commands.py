"""Turns a slip into the ESC/POS bytes that a printer takes. Imports python-escpos, so only where there is a printer."""

from __future__ import annotations

from escpos.capabilities import Profile
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image

from bot.printing.rules import Slip

_CHINESE_ON = b"\x1c&"  # FS &: what follows is GB 18030, in printers made for China
_GB18030 = "gb18030"


def of_image(image: Image.Image) -> bytes:
    """A picture, then the cut."""
    profile = Profile(features={"paperFullCut": True})
    # Without a width python-escpos prints a warning for every picture.
    profile.profile_data = {**profile.profile_data, "media": {"width": {"pixels": image.width}}}
    device = Dummy(profile)
    device.hw("INIT")
    device.image(image)
    device.cut()
    return bytes(device.output)


def of_text(slip: Slip) -> bytes:
    """The slip in the printer's own fonts and QR code, for a machine without a Chinese font.

    Right on printers that have GB 18030 or GBK built in, as those sold in China do; others print Chinese as signs
    without sense, and need a font on this machine.
    """
    device = Dummy()
    device.hw("INIT")
    device._raw(_CHINESE_ON)
    device.set(align="center", bold=True)
    _line(device, slip.branch)
    device.set(custom_size=True, width=4, height=4)
    _line(device, slip.title)
    device.set(custom_size=True, width=2, height=2)
    _line(device, slip.subtitle)
    device.set(bold=False, custom_size=True, width=1, height=1)
    for line in slip.lines:
        _line(device, line)
    device.qr(slip.address, ec=QR_ECLEVEL_M, size=6, native=True)
    for line in (slip.hint, slip.at):
        _line(device, line)
    device.cut()
    return bytes(device.output)


def _line(device: Dummy, text: str) -> None:
    device._raw(text.encode(_GB18030) + b"\n")
