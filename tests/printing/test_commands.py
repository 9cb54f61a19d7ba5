from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from bot.printing import commands
from tests.printing.loopback import picture
from tests.printing.test_drawing import SLIP

INIT, CUT, CHINESE = b"\x1b@", b"\x1dV\0", b"\x1c&"


@pytest.mark.parametrize("size", [(384, 500), (576, 2100)])
def test_picture_arrives_dot_for_dot_and_is_cut_off(size: tuple[int, int], capfd: pytest.CaptureFixture[str]) -> None:
    drawn = Image.radial_gradient("L").resize(size).point([0] * 128 + [255] * 128, "1")
    data = commands.of_image(drawn)
    assert data.startswith(INIT)
    assert data.endswith(CUT)
    assert ImageChops.logical_xor(picture(data), drawn).getbbox() is None
    assert capfd.readouterr().out == ""


def test_text_is_gb18030_for_printers_made_for_china() -> None:
    data = commands.of_text(SLIP)
    assert data.startswith(INIT + CHINESE)
    assert data.endswith(CUT)
    for said in (SLIP.branch, SLIP.title, SLIP.subtitle, *SLIP.lines, SLIP.hint, SLIP.at):
        assert said.encode("gb18030") + b"\n" in data


def test_number_in_text_is_four_times_as_large_and_what_follows_is_not() -> None:
    data = commands.of_text(SLIP)
    before, _, after = data.partition(SLIP.title.encode())
    assert before.endswith(b"\x1d!\x33")
    assert b"\x1d!\x00" in after.partition(SLIP.lines[0].encode("gb18030"))[0]


def test_text_leaves_the_qr_code_to_the_printer() -> None:
    address = SLIP.address.encode()
    stored = b"\x1d(k" + (len(address) + 3).to_bytes(2, "little") + b"1P0" + address
    assert stored + b"\x1d(k\x03\x001Q0" in commands.of_text(SLIP)
