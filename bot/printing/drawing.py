"""Draws a slip, so that it looks the same whatever fonts the printer has."""

from __future__ import annotations

import segno
from PIL import Image, ImageDraw, ImageFont

from bot.printing.fonts import Face, Typeface
from bot.printing.rules import Slip, wrapped

_BLACK, _WHITE = 0, 255
_QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)


def slip_image(slip: Slip, typeface: Typeface, dots: int) -> Image.Image:
    """The slip in black and white (mode "1"), `dots` wide and as high as it needs, the QR code centred."""
    page = _Page(dots)
    page.text(slip.branch, typeface.bold, 1.1)
    page.line_of_full_width(slip.title, typeface.bold)
    page.text(slip.subtitle, typeface.bold, 1.5)
    page.rule()
    for line in slip.lines:
        page.text(line, typeface.regular, 1.15)
    page.rule()
    page.picture(qr_image(slip.address, dots // 2))
    page.text(slip.hint, typeface.regular, 1.0)
    page.text(slip.at, typeface.regular, 0.9)
    return page.finished()


def qr_image(address: str, most: int) -> Image.Image:
    """The QR code of `address` with its white border, as large as whole dots a module allow within `most` dots."""
    matrix = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=_QUIET)]
    size = len(matrix)
    modules = Image.new("1", (size, size))
    modules.putdata([_BLACK if dark else _WHITE for row in matrix for dark in row])
    scale = max(1, most // size)
    return modules.resize((size * scale, size * scale), Image.Resampling.NEAREST)


class _Page:
    """Paper that grows downwards. Everything on it is centred."""

    def __init__(self, dots: int) -> None:
        self._dots = dots
        self._text_size = max(24, dots // 20)  # 24 dots are 3 mm, what printers' own Chinese fonts have
        self._margin = dots // 48
        self._rows: list[tuple[int, Image.Image]] = []
        self._height = self._margin

    def text(self, text: str, face: Face, scale: float) -> None:
        """Paragraph in `scale` times the usual size, in as many lines as it needs."""
        font = face.at(round(self._text_size * scale))
        for line in wrapped(text, self._dots - 2 * self._margin, font.getlength):
            self._add(self._line(line, font))

    def line_of_full_width(self, text: str, face: Face) -> None:
        """One line a quarter of the paper's width high, less where it would not fit."""
        size = self._dots // 4
        too_wide = face.at(size).getlength(text) / (self._dots - 2 * self._margin)
        self._add(self._line(text, face.at(int(size / max(1.0, too_wide)))))

    def rule(self) -> None:
        self._add(Image.new("L", (self._dots - 2 * self._margin, 2), _BLACK))

    def picture(self, image: Image.Image) -> None:
        self._add(image)

    def finished(self) -> Image.Image:
        page = Image.new("L", (self._dots, self._height), _WHITE)
        for top, row in self._rows:
            page.paste(row, ((self._dots - row.width) // 2, top))
        # A threshold, since dithering would fray the edges of letters.
        return page.point([_BLACK] * 128 + [_WHITE] * 128, "1")

    def _line(self, text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
        ascent, descent = font.getmetrics()
        row = Image.new("L", (self._dots, ascent + descent), _WHITE)
        ImageDraw.Draw(row).text((self._dots / 2, ascent), text, font=font, fill=_BLACK, anchor="ms")
        return row

    def _add(self, row: Image.Image) -> None:
        self._rows.append((self._height, row))
        self._height += row.height + self._margin // 2
