"""Stores and finds what customers sent. The file comes first, its row last: a row always has its file."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from bot.errors import Invalid, NotFound, SetupError, TooLong
from bot.privacy.service import Vault
from bot.store.base import new_code
from bot.uploads import images, rules
from bot.uploads.models import Upload


class UploadsUnwritable(SetupError):
    """The folder of uploads can't be written: disk full, rights, gone. Nothing was stored."""

    code = "storage"


@dataclass(frozen=True)
class Content:
    """A file as it will be served."""

    media_type: str
    data: bytes


def checked(data: bytes) -> Content:
    """`data` if it may be kept, pictures without metadata. Raises Invalid or TooLong. Slow: hold no transaction."""
    if not data:
        raise Invalid("the file is empty")
    if len(data) > rules.LIMIT:
        raise TooLong(f"a file has up to {rules.LIMIT} bytes")
    media_type = rules.media_type(data)
    if media_type is None:
        raise Invalid("files of this type are not taken")
    if media_type in images.FORMATS:
        data = images.without_metadata(data, media_type)
    return Content(media_type, data)


def write(folder: Path, vault: Vault, data: bytes) -> str:
    """Keep `data` encrypted under a new unguessable id, which is returned.

    Raises UploadsUnwritable; then nothing is left behind.
    """
    upload_id = new_code(20)
    temporary: str | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".part-")
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(vault.encrypt_bytes(data))
            handle.flush()
            os.fsync(handle.fileno())
        os.rename(temporary, folder / upload_id)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise UploadsUnwritable(
            f"an upload could not be stored in {folder}: {error.strerror}",
            "make room on the disk, and check that this user may write the folder",
        ) from error
    return upload_id


def remove(folder: Path, upload_id: str) -> None:
    """Take a file away whose row was not stored."""
    (folder / upload_id).unlink(missing_ok=True)


def record(session: Session, *, upload_id: str, session_id: str, content: Content, now: datetime) -> Upload:
    """The row of a file that `write` has stored."""
    upload = Upload(
        id=upload_id,
        session_id=session_id,
        media_type=content.media_type,
        size=len(content.data),
        sha256=sha256(content.data).hexdigest(),
        at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def find(session: Session, upload_id: str) -> Upload:
    """Raises NotFound."""
    upload: Upload | None = session.get(Upload, upload_id)
    if upload is None:
        raise NotFound("no such upload")
    return upload


def read(folder: Path, vault: Vault, upload_id: str) -> bytes:
    """The content of an upload that `find` has found. Raises NotFound when its file is gone."""
    try:
        stored = (folder / upload_id).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("the file of this upload is gone") from error
    return vault.decrypt_bytes(stored)
