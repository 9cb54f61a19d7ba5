"""The bank's own words for the entity finder: aliases of services and products, from the files under `data/`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import yaml

from bot.errors import DataError

logger = logging.getLogger(__name__)


def of_bank(branch: Path, products: Path) -> dict[str, dict[str, list[str]]]:
    """Aliases over all locales of each id, by entity type: those of a branch's services and of a table of products.

    A file that is absent gives no words. Raises DataError where one is wrong.
    """
    return {"product": _aliases(products, "products"), "service": _aliases(branch / "services.yml", "services")}


def timezone(branch: Path) -> str:
    """Name of the zone in which the branch's dates are meant; UTC where the branch has none."""
    return str(_read(branch / "branch.yml").get("timezone", "UTC"))


def _aliases(file: Path, key: str) -> dict[str, list[str]]:
    try:
        return {
            str(entry["id"]): [str(alias) for aliases in entry.get("aliases", {}).values() for alias in aliases]
            for entry in _read(file).get(key, [])
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(str(file), f"{key} need an id and aliases by locale ({error})") from error


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        logger.warning("%s is absent: its words are not recognised.", file)
        return {}
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(str(file), "is not YAML", line=mark.line + 1 if mark else None) from error
    return content if isinstance(content, dict) else {}
