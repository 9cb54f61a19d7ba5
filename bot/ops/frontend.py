"""The pages: built from `frontend/` by Vite with the Node.js that comes from the Python environment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from bot.errors import SetupError
from bot.settings import ROOT, Settings

SOURCE = ROOT / "frontend"
DIST = SOURCE / "dist"
STAMP = DIST / ".built-from"
SKIP = {"node_modules", "dist", "openapi.json", "schema.d.ts"}


def fingerprint() -> str:
    """Over the sources of the pages and of the routes whose types they use."""
    digest = hashlib.sha256()
    sources = [f for f in SOURCE.rglob("*") if f.is_file() and not SKIP.intersection(f.relative_to(SOURCE).parts)]
    routes = [*(ROOT / "bot").rglob("api.py")]
    for file in sorted([*sources, *routes]):
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Whether the built pages are those of the present sources."""
    return STAMP.is_file() and STAMP.read_text().strip() == fingerprint()


def write_openapi(settings: Settings) -> Path:
    """The OpenAPI document of the routes, for the types of the pages."""
    from bot.web.app import make_app

    file = SOURCE / "openapi.json"
    file.write_text(json.dumps(make_app(settings).openapi(), ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def build(settings: Settings, log_file: Path) -> None:
    """Install the packages of the lock file, generate the types, build. Raises SetupError with the end of the log."""
    write_openapi(settings)
    with log_file.open("w") as log:
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "types"], ["run", "build"]):
            done = subprocess.run(
                npm(arguments), cwd=SOURCE, stdout=log, stderr=subprocess.STDOUT, env=environment(), check=False
            )
            if done.returncode != 0:
                tail = "\n    ".join(log_file.read_text(errors="replace").strip().splitlines()[-12:])
                raise SetupError(
                    f"npm {' '.join(arguments)} failed; the end of {log_file}:\n    {tail}",
                    "check that the npm registry can be reached, then start again",
                )
    STAMP.write_text(fingerprint())


def npm(arguments: list[str]) -> list[str]:
    return [str(Path(sys.executable).parent / "npm"), *arguments]


def environment() -> dict[str, str]:
    """The environment in which npm finds the Node.js of this Python environment first."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
