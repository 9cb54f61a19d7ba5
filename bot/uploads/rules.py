"""What may be uploaded, judged by content alone: names and declared types are the sender's claim. Pure."""

from __future__ import annotations

LIMIT = 10 * 1024 * 1024  # bytes of one file

# Nothing that a browser would run: no SVG, no HTML, no XML.
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/webm": "weba",
    "video/ogg": "ogv",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
}

_MP4_BRANDS = (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"mp41", b"mp42", b"avc1", b"M4V ")
_MP4_MORE = (b"M4VH", b"M4VP", b"MSNV", b"dash", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"f4v ")
_EBML = b"\x1a\x45\xdf\xa3"
_TRACKS_WITHIN = 64 * 1024  # bytes of a WebM file that name its codecs


def media_type(data: bytes) -> str | None:
    """The media type of a file by its first bytes, None for anything not taken."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12])
    if data.startswith(b"OggS"):
        return "video/ogg" if b"theora" in data[:512] else "audio/ogg"
    if data.startswith(b"ID3") or _is_mp3_frame(data):
        return "audio/mpeg"
    if data.startswith(_EBML):
        return _webm(data)
    if data[4:8] == b"ftyp":
        return _iso_media(data[8:12])
    return None


def _iso_media(brand: bytes) -> str | None:
    """By major brand (ISO/IEC 14496-12): HEIC and AVIF are of this family too, and not taken."""
    if brand == b"qt  ":
        return "video/quicktime"
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    return "video/mp4" if brand in _MP4_BRANDS + _MP4_MORE else None


def _webm(data: bytes) -> str | None:
    if b"webm" not in data[:64]:
        return None
    return "video/webm" if b"V_" in data[:_TRACKS_WITHIN] else "audio/webm"


def _is_mp3_frame(data: bytes) -> bool:
    """A frame header of MPEG layer III (ISO/IEC 11172-3): sync, version, layer, bit rate, sample rate."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return False
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    return version != 1 and layer == 1 and data[2] >> 4 not in (0, 15) and data[2] >> 2 & 3 != 3
