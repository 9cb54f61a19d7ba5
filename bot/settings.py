"""Settings from the environment, read once at the edge and passed in.

| variable | default | meaning |
| --- | --- | --- |
| LOBBY_HOST, LOBBY_PORT | 127.0.0.1, 8080 | where `web` listens |
| LOBBY_HOME | var | folder of data, model, logs and uploads |
| LOBBY_DATABASE_URL | SQLite in LOBBY_HOME | the ticket store |
| LOBBY_SECRET_KEY | made once, kept in LOBBY_HOME | root of the keys for vault, cookies and the Rasa channel |
| LOBBY_ADMIN_PASSWORD | generated, shown once | password of the first staff account, `admin` |
| LOBBY_BRANCH | demo | folder under data/branch |
| LOBBY_RASA_URL, LOBBY_ACTION_URL | set by `lobby up` | where Rasa and the action server listen |
| LOBBY_ORIGINS | none | comma-separated foreign origins allowed to embed the widget |
| LOBBY_MONITOR_TOKEN | none | bearer token of the monitor that reports machine states; none: it has no route |
| LOBBY_PRINTER | none | printer of the slips, in one of the forms that bot/printing/schema.py lists |
| LOBBY_PRINTER_FONT | found by fontconfig | font file with Chinese glyphs; `#1` at its end: the second face of a .ttc |
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SHORTEST_TOKEN = 20  # characters; at random from 64 that is 120 bits


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    home: Path
    database_url: str
    secret_key: str
    admin_password: str | None
    branch: str
    rasa_url: str
    action_url: str
    origins: tuple[str, ...]
    monitor_token: str | None
    printer: str | None
    printer_font: str | None

    @property
    def branch_dir(self) -> Path:
        return DATA / "branch" / self.branch

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, by HKDF-SHA256 from the secret key."""
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return kdf.derive(self.secret_key.encode())

    def derive_text(self, purpose: str) -> str:
        """The same as `derive`, URL-safe base64: the form that Fernet and tokens take."""
        return base64.urlsafe_b64encode(self.derive(purpose)).decode()


def load(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this environment. Makes LOBBY_HOME and, where none is given, the secret key.

    Raises SetupError naming the variable that is wrong.
    """
    home = Path(env.get("LOBBY_HOME") or ROOT / "var").expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"LOBBY_HOME {home} cannot be made: {error.strerror}",
            "set LOBBY_HOME to a folder you may write",
        ) from error
    port_text = env.get("LOBBY_PORT") or "8080"
    if not port_text.isdigit() or not 0 < int(port_text) < 65536:
        raise SetupError(f"LOBBY_PORT is {port_text!r}", "set it to a number from 1 to 65535")
    return Settings(
        host=env.get("LOBBY_HOST") or "127.0.0.1",
        port=int(port_text),
        home=home,
        database_url=env.get("LOBBY_DATABASE_URL") or f"sqlite:///{home / 'lobby.db'}",
        secret_key=env.get("LOBBY_SECRET_KEY") or _kept_secret(home / "secret.key"),
        admin_password=env.get("LOBBY_ADMIN_PASSWORD") or None,
        branch=env.get("LOBBY_BRANCH") or "demo",
        rasa_url=env.get("LOBBY_RASA_URL") or "http://127.0.0.1:5005",
        action_url=env.get("LOBBY_ACTION_URL") or "http://127.0.0.1:5055/webhook",
        origins=tuple(o.strip() for o in env.get("LOBBY_ORIGINS", "").split(",") if o.strip()),
        monitor_token=_monitor_token(env.get("LOBBY_MONITOR_TOKEN", "")),
        printer=env.get("LOBBY_PRINTER") or None,
        printer_font=env.get("LOBBY_PRINTER_FONT") or None,
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """Settings of this process."""
    return load()


def branch_folder(relative: str | None) -> Path:
    """A branch's data: the folder `relative` to the project, or that of this process's settings."""
    return ROOT / relative if relative else get().branch_dir


def _monitor_token(given: str) -> str | None:
    token = given.strip()
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii()):
        raise SetupError(
            f"LOBBY_MONITOR_TOKEN is not {SHORTEST_TOKEN} or more ASCII characters",
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(24))'",
        )
    return token or None


def _kept_secret(file: Path) -> str:
    """The secret of this installation: made once, readable by its owner alone."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = file.read_text().strip()
        if not secret:
            raise SetupError(f"{file} is empty", "restore it from a backup, or set LOBBY_SECRET_KEY") from None
        return secret
    secret = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secret)
    return secret
