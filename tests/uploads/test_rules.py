"""Media types by content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.uploads import rules


def iso(brand: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + b"\0\0\0\0" + b"isom" * 4


TAKEN = [
    ("image/png", b"\x89PNG\r\n\x1a\n...."),
    ("image/jpeg", b"\xff\xd8\xff\xe0...."),
    ("image/webp", b"RIFF\x10\0\0\0WEBPVP8 "),
    ("image/gif", b"GIF89a...."),
    ("application/pdf", b"%PDF-1.7\n"),
    ("video/mp4", iso(b"isom")),
    ("video/mp4", iso(b"mp42")),
    ("video/quicktime", iso(b"qt  ")),
    ("audio/mp4", iso(b"M4A ")),
    ("video/webm", b"\x1a\x45\xdf\xa3....B\x82\x84webm....V_VP8"),
    ("audio/webm", b"\x1a\x45\xdf\xa3....B\x82\x84webm....A_OPUS"),
    ("audio/ogg", b"OggS\0\x02" + b"\0" * 22 + b"OpusHead"),
    ("video/ogg", b"OggS\0\x02" + b"\0" * 22 + b"\x80theora"),
    ("audio/mpeg", b"ID3\x04\0\0"),
    ("audio/mpeg", b"\xff\xfb\x90\x64"),
    ("audio/wav", b"RIFF\x10\0\0\0WAVEfmt "),
]


@pytest.mark.parametrize(("media_type", "data"), TAKEN, ids=[str(n) + t for n, (t, _) in enumerate(TAKEN)])
def test_type_is_told_from_content(media_type: str, data: bytes) -> None:
    assert rules.media_type(data) == media_type
    assert media_type in rules.EXTENSIONS


REFUSED = [
    *(b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<?xml version='1.0'?><svg/>", b"<!DOCTYPE html>"),
    *(b"\n%PDF-1.7", b"MZ\x90\0", b"PK\x03\x04", b"#!/bin/sh", iso(b"heic"), iso(b"avif"), b"RIFF\x10\0\0\0AVI "),
    *(b"\x1a\x45\xdf\xa3....B\x82\x88matroska", b"\xff\xfb", b"\xff\xff\xff\xff", b"\xff\xf1\x50\x80", b"BM...."),
]


@pytest.mark.parametrize("data", REFUSED)
def test_anything_else_is_not_taken(data: bytes) -> None:
    assert rules.media_type(data) is None


@given(st.binary(max_size=64))
def test_any_bytes_have_a_known_type_or_none(data: bytes) -> None:
    assert rules.media_type(data) in {*rules.EXTENSIONS, None}
