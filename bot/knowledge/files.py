"""Reads YAML into a strict model, and says in which line a file is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import DataError

Model = TypeVar("Model", bound=BaseModel)
Where = Sequence["str | int"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20


def read(file: Path, model: type[Model]) -> tuple[Model, yaml.Node]:
    """The file as `model`, and its nodes for `line`. Raises DataError with file, line and cause.

    Scalars stay text but for true, false and null: the model turns them into numbers and dates,
    so that 0.10 is exact and `en: No` is a word.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(str(file), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(str(file), f"is not UTF-8 at byte {error.start}") from error
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(str(file), error.problem or "is not YAML", line=mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise DataError(str(file), f"is not YAML: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise DataError(str(file), "must hold keys and values", line=1)
    try:
        return model.parse_obj(_plain(file, node)), node
    except ValidationError as error:
        # A misspelt key says more than the missing one it stands for.
        first = min(error.errors(), key=lambda fault: fault["type"] != "value_error.extra")
        path = ".".join(str(part) for part in first["loc"] if part != "__root__")
        raise DataError(str(file), f"{path}: {first['msg']}", line=line(node, first["loc"])) from error


def line(node: yaml.Node, where: Where) -> int:
    """The line, from 1, of the deepest node on the way that exists."""
    number = node.start_mark.line
    for part in where:
        found = _child(node, part)
        if found is None:
            break
        number, node = found
    return int(number) + 1


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line, item
    return None


def _plain(file: Path, node: yaml.Node, depth: int = 0) -> Any:
    here = node.start_mark.line + 1
    if depth > _DEEPEST:
        raise DataError(str(file), "is nested too deep", line=here)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DataError(str(file), "a key must be a word", line=key.start_mark.line + 1)
            if key.value in mapping:
                raise DataError(str(file), f"{key.value} is there twice", line=key.start_mark.line + 1)
            mapping[key.value] = _plain(file, value, depth + 1)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, depth + 1) for item in node.value]
    plain = getattr(node, "style", None) is None
    if plain and node.value in ("true", "false"):
        return node.value == "true"
    if plain and node.value in ("", "~", "null"):
        return None
    return node.value
