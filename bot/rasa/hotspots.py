"""Three hot spots of Rasa 3.6 made fast, and its silent action failures made visible. No fork: set once, at start.

- `RemoteAction` builds and checks its own JSON schema at every custom action: here one compiled validator.
- `Event.resolve_by_type` walks all subclasses for every stored event: here a table.
- The graph is run by dask, which costs more than most nodes: here node by node (`runner.py`).
- A failed action is only logged by Rasa, which then answers as if nothing had been said: here it is noted for
  the turn that `watching` surrounds, and its log line no longer carries the request, which holds customers' text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core import processor
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.exceptions import RasaException

from bot.rasa.runner import DirectGraphRunner

_failures: ContextVar[list[str] | None] = ContextVar("lobby_turn_failures", default=None)


@contextmanager
def watching() -> Iterator[list[str]]:
    """The failures of the turn inside the block, by name, as they happen."""
    failures: list[str] = []
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)


def note_failure(what: str) -> None:
    """Add `what` to the failures of this turn, if somebody watches it."""
    failures = _failures.get()
    if failures is not None:
        failures.append(what)


def turn_has_failed() -> bool:
    return bool(_failures.get())


def install() -> None:
    """Set all of it. Calling again changes nothing."""
    if getattr(RemoteAction, "lobby_hotspots", False):
        return
    processor.DaskGraphRunner = DirectGraphRunner
    Event.resolve_by_type = staticmethod(_cached_resolve(Event.resolve_by_type))
    RemoteAction._validate_action_result = _validate_action_result
    RemoteAction.run = _noting_failures(RemoteAction.run)
    RemoteAction.lobby_hotspots = True


def _cached_resolve(resolve: Any) -> Any:
    """The same function with a memory. Unknown names raise in `resolve`, and what raises is not remembered."""
    known = lru_cache(maxsize=256)(resolve)

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return resolve(type_name, default) if default is not None else known(type_name)

    return resolve_by_type


@lru_cache(maxsize=1)
def _response_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def _validate_action_result(self: Any, result: Any) -> bool:
    error = best_match(_response_validator().iter_errors(result))
    if error is not None:
        raise RasaException(f"the answer of action '{self.name()}' does not have the form of an action's answer")
    return True


def _noting_failures(run: Any) -> Any:
    @wraps(run)
    async def run_and_note(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await run(self, *args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            note_failure(self.name())
            status = getattr(error.__cause__ or error, "status", None)
            raise RasaException(
                f"action '{self.name()}' failed: {type(error).__name__}"
                + (f", the action server answered {status}" if status else "")
            ) from None

    return run_and_note
