"""Pictures keep their pixels and lose everything else."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from bot.errors import Invalid, TooLong
from bot.uploads import images

SECRET = b"Oskar lives at 31.2304 N"


def picture(form: str, mode: str = "RGB", **options: object) -> bytes:
    made = Image.new(mode, (40, 20))
    made.paste(255 if mode in ("L", "P") else "red", (0, 0, 20, 20))
    out = BytesIO()
    made.save(out, form, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    made = Image.Exif()
    made[0x010E] = SECRET.decode()
    made[0x0112] = orientation
    return made.tobytes()


def png_text() -> PngImagePlugin.PngInfo:
    made = PngImagePlugin.PngInfo()
    made.add_text("Comment", SECRET.decode())
    return made


WITH_SECRET = {
    "jpeg exif": ("image/jpeg", picture("JPEG", exif=exif())),
    "jpeg comment": ("image/jpeg", picture("JPEG", comment=SECRET)),
    "jpeg profile": ("image/jpeg", picture("JPEG", icc_profile=SECRET)),
    "jpeg xmp": ("image/jpeg", picture("JPEG", xmp=SECRET)),
    "png exif": ("image/png", picture("PNG", exif=exif())),
    "png text": ("image/png", picture("PNG", pnginfo=png_text())),
    "webp exif": ("image/webp", picture("WEBP", exif=exif())),
    "webp xmp": ("image/webp", picture("WEBP", xmp=SECRET)),
    "gif comment": ("image/gif", picture("GIF", comment=SECRET)),
    "appended": ("image/png", picture("PNG") + SECRET),
}


@pytest.mark.parametrize("name", WITH_SECRET)
def test_nothing_beside_the_pixels_is_kept(name: str) -> None:
    media_type, data = WITH_SECRET[name]
    assert SECRET in data
    clean = images.without_metadata(data, media_type)
    assert SECRET not in clean
    with Image.open(BytesIO(clean)) as opened:
        assert opened.size == (40, 20)
        assert Image.MIME[opened.format or ""] == media_type
        left, right = opened.convert("RGB").getpixel((5, 10)), opened.convert("RGB").getpixel((35, 10))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 240
    assert right[0] < 15


def test_picture_stands_upright_without_its_orientation() -> None:
    clean = images.without_metadata(picture("JPEG", exif=exif(orientation=6)), "image/jpeg")
    with Image.open(BytesIO(clean)) as opened:
        assert opened.size == (20, 40)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "1"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)
def test_every_kind_of_pixel_survives(form: str, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, form)
    clean = images.without_metadata(out.getvalue(), Image.MIME[form])
    with Image.open(BytesIO(clean)) as opened:
        assert opened.size == (8, 8)


def test_transparency_of_a_palette_is_kept() -> None:
    clean = images.without_metadata(picture("PNG", mode="P", transparency=0), "image/png")
    with Image.open(BytesIO(clean)) as opened:
        assert opened.convert("RGBA").getpixel((35, 10))[3] == 0  # type: ignore[index]


def test_huge_picture_in_few_bytes_is_refused_before_it_is_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(TooLong):
        images.without_metadata(bomb, "image/png")
    immense = bomb.replace(header, struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    with pytest.raises((TooLong, Invalid)):
        images.without_metadata(immense, "image/png")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_damaged_picture_is_refused(form: str) -> None:
    whole = picture(form)
    for data in (whole[: len(whole) // 2], whole[:16], whole[:12] + b"\0" * 200):
        with pytest.raises(Invalid):
            images.without_metadata(data, Image.MIME[form])
