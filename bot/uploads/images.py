"""Pictures without what cameras and programs write beside the pixels: place, time, device, comments."""

from __future__ import annotations

from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from bot.errors import Invalid, TooLong

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
MOST_PIXELS = 40_000_000  # 160 MB once decoded; the cameras of telephones make 12 to 24 million
_QUALITY = {"JPEG": 90, "WEBP": 90}

# Decoded pictures are large: one at a time is kept in memory.
_ONE = BoundedSemaphore(1)


def without_metadata(data: bytes, media_type: str) -> bytes:
    """The picture encoded anew, upright, of an animation the first frame.

    Raises Invalid when it is damaged, TooLong when it has too many pixels: a few bytes can hold a huge picture.
    """
    form = FORMATS[media_type]
    try:
        with _ONE, Image.open(BytesIO(data), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLong(f"a picture has up to {MOST_PIXELS:,} pixels")
            return _encoded(_plain(ImageOps.exif_transpose(picture), form), form)
    except TooLong:
        raise
    except Image.DecompressionBombError as error:
        raise TooLong(f"a picture has up to {MOST_PIXELS:,} pixels") from error
    except Exception as error:
        # Decoders raise anything on damaged files: OSError, SyntaxError, struct.error, IndexError ...
        raise Invalid("the picture is damaged") from error


def _plain(picture: Image.Image, form: str) -> Image.Image:
    if form == "JPEG":
        plain = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    elif "transparency" in picture.info:
        plain = picture.convert("RGBA")
    else:
        plain = picture.copy()
    # Encoders copy comments, profiles and text from here.
    plain.info = {}
    return plain


def _encoded(picture: Image.Image, form: str) -> bytes:
    out = BytesIO()
    options = {"quality": _QUALITY[form]} if form in _QUALITY else {}
    picture.save(out, form, **options)
    return out.getvalue()
