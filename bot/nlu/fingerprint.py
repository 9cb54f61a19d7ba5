"""What Rasa's training cache cannot see by itself.

Rasa reuses a trained component while its class's source, config and inputs are unchanged. It knows
neither the other modules a component calls nor the files under `data/` that it reads. It asks for
the addon with a config without the component's own keys, too, when it takes a result from the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

CODE = Path(__file__).resolve().parent


def of(*places: Path) -> str:
    """Hash of the code of `bot/nlu` and of the files at `places` (files or folders, which may be absent)."""
    digest = hashlib.sha256()
    for file in _files([CODE, *places]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(places: Iterable[Path]) -> Iterable[Path]:
    for place in places:
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from sorted(f for f in place.rglob("*") if f.suffix in {".py", ".yml", ".txt", ".svg"})
