"""Files under `data/`: read from YAML, checked by strict models, and faulted with the line that is wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Extra, ValidationError

from bot.errors import DataError
from bot.locales import LOCALES

Model = TypeVar("Model", bound=BaseModel)
Where = Sequence[str | int]

# The pure Python loader takes ten times as long.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20


class Texts(dict[str, str]):
    """One sentence or label in every locale: a mapping of exactly the three locales to non-empty text."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], "Texts"]]:
        yield cls.checked

    @classmethod
    def __modify_schema__(cls, schema: dict[str, Any]) -> None:
        schema.update(
            type="object",
            properties={locale: {"type": "string"} for locale in LOCALES},
            required=list(LOCALES),
            additionalProperties=False,
        )

    @classmethod
    def checked(cls, value: Any) -> "Texts":
        if not isinstance(value, Mapping):
            raise TypeError("must be a mapping with zh-Hans, zh-Hant and en")
        if set(value) != set(LOCALES):
            raise ValueError(f"must have exactly zh-Hans, zh-Hant and en, has {', '.join(map(str, value)) or 'none'}")
        empty = [locale for locale, text in value.items() if not isinstance(text, str) or not text.strip()]
        if empty:
            raise ValueError(f"text of {', '.join(empty)} is missing")
        return cls(value)


class Strict(BaseModel):
    """A typo in a key is an error, not a silent default."""

    class Config:
        extra = Extra.forbid
        frozen = True


@dataclass(frozen=True)
class DataFile:
    """A file as read. A place in it, `where`, is the keys and indexes on the way to it."""

    file: Path
    content: dict[str, Any]
    node: yaml.Node

    def parse(self, model: type[Model]) -> Model:
        """The content as `model`. Raises DataError with file, line and cause."""
        try:
            return model.parse_obj(self.content)
        except ValidationError as error:
            # A misspelt key says more than the missing one it stands for.
            first = min(error.errors(), key=lambda fault: fault["type"] != "value_error.extra")
            path = ".".join(str(part) for part in first["loc"] if part != "__root__")
            raise self.error(f"{path}: {first['msg']}", first["loc"]) from error

    def line(self, where: Where) -> int:
        """The line, from 1, of the deepest node on the way that exists."""
        node = self.node
        number = node.start_mark.line
        for part in where:
            found = _child(node, part)
            if found is None:
                break
            number, node = found
        return int(number) + 1

    def error(self, cause: str, where: Where) -> DataError:
        return DataError(str(self.file), cause, line=self.line(where))


def read(file: Path) -> DataFile:
    """The keys and values of a YAML file. Raises DataError with file, cause and, where there is one, line.

    Scalars stay text but for true, false and null: models turn them into numbers, dates and times,
    so that 0.10 is exact, 9:00 is no number and `en: No` is a word.
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
    return DataFile(file, _plain(file, node), node)


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
    # Quotes are a style. A plain word has "" from the C loader, None from the other.
    plain = not getattr(node, "style", None)
    if plain and node.value in ("true", "false"):
        return node.value == "true"
    if plain and node.value in ("", "~", "null"):
        return None
    return node.value
