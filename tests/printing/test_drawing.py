from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import segno
from PIL import Image

from bot.printing import drawing
from bot.printing.fonts import Typeface
from bot.printing.rules import Slip

SLIP = Slip(
    locale="zh-Hans",
    branch="示范银行湖滨支行",
    title="A012",
    subtitle="取款",
    lines=("前面还有 3 人，大约等 10–20 分钟", "办理窗口：2号窗口、3号窗口"),
    address="https://bank.example/t/ABCDEFGH23456789",
    hint="手机扫码看排队进度。",
    at="打印时间 2026-11-23 14:00",
)
MISSING = "\U000ffffd"


def ink(image: Image.Image) -> np.ndarray:
    return ~np.asarray(image)


def contains(page: np.ndarray, part: np.ndarray) -> bool:
    """Whether `part` stands, dot for dot, in the middle of the page at some height."""
    height, width = part.shape
    left = (page.shape[1] - width) // 2
    column = page[:, left : left + width]
    return any(np.array_equal(column[top : top + height], part) for top in range(page.shape[0] - height + 1))


@pytest.mark.parametrize("dots", [384, 576])
def test_qr_code_of_the_ticket_page_is_on_the_slip(typeface: Typeface, dots: int) -> None:
    matrix = np.array([list(row) for row in segno.make(SLIP.address, error="m").matrix_iter(border=4)], dtype=bool)
    scale = dots // 2 // len(matrix)
    assert scale >= 4  # half a millimetre a module, at 8 dots a millimetre
    page = drawing.slip_image(SLIP, typeface, dots)
    assert (page.mode, page.width) == ("1", dots)
    assert contains(ink(page), matrix.repeat(scale, 0).repeat(scale, 1))


def test_every_sentence_is_drawn_in_its_own_glyphs(typeface: Typeface) -> None:
    page = drawing.slip_image(SLIP, typeface, 576)
    for name in ("branch", "subtitle", "hint", "at"):
        boxes: Any = "".join(MISSING if ord(char) > 0x2E80 else char for char in getattr(SLIP, name))
        assert drawing.slip_image(replace(SLIP, **{name: boxes}), typeface, 576).tobytes() != page.tobytes(), name


def test_number_is_by_far_the_largest(typeface: Typeface) -> None:
    rows = ink(drawing.slip_image(SLIP, typeface, 576)).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.astype(int), [0]))))
    heights = (edges[1::2] - edges[::2]).tolist()
    number, qr = heights[1], max(heights)
    others = [height for height in heights if height not in (number, qr)]
    assert number > 2 * max(others)


@pytest.mark.parametrize("title", ["A012", "A012345678901", "打印测试打印测试"])
@pytest.mark.parametrize("dots", [384, 576])
def test_nothing_runs_over_the_edge(typeface: Typeface, title: str, dots: int) -> None:
    long = replace(
        SLIP, title=title, lines=("请准备好：" + "身份证原件、" * 20, "Please have ready: " + "a document, " * 20)
    )
    page = ink(drawing.slip_image(long, typeface, dots))
    margin = dots // 96
    assert not page[:, :margin].any()
    assert not page[:, -margin:].any()


def test_slip_without_hint_has_no_empty_line(typeface: Typeface) -> None:
    assert (
        drawing.slip_image(replace(SLIP, hint=""), typeface, 576).height
        < drawing.slip_image(SLIP, typeface, 576).height
    )
