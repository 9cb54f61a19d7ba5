"""The direct runner gives what Rasa's own gives: each node once, after what it needs, and only what is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.rasa.runner import DirectGraphRunner

RAN: list[str] = []


class Sum(GraphComponent):
    """Adds what it is given to a number of its own."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(cls, config: dict[str, Any], **_: Any) -> Sum:
        return cls(config)

    def add(self, left: int = 0, right: int = 0) -> int:
        RAN.append(self._config["name"])
        if left < 0:
            raise RuntimeError("below nothing")
        return left + right + int(self._config["own"])


def node(name: str, own: int, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Sum, constructor_name="create", fn="add", config={"name": name, "own": own})


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], list[str]]]:
    schema = GraphSchema(
        {
            "last": node("last", 1000, left="one", right="two"),
            "two": node("two", 100, left="one"),
            "one": node("one", 10, left="given"),
            "aside": node("aside", 1, left="given"),
        }
    )
    context = ExecutionContext(schema)

    def of(runner: type[DaskGraphRunner], targets: list[str], given: int) -> tuple[dict[str, Any], list[str]]:
        made = runner.create(schema, LocalModelStorage.create(tmp_path), context)
        RAN.clear()
        return made.run(inputs={"given": given}, targets=targets), list(RAN)

    return of


@pytest.mark.parametrize("targets", [["last"], ["two"], ["aside", "last"]])
def test_it_gives_what_rasas_runner_gives(
    run: Callable[..., tuple[dict[str, Any], list[str]]], targets: list[str]
) -> None:
    ours, order = run(DirectGraphRunner, targets, 5)
    theirs, _ = run(DaskGraphRunner, targets, 5)
    assert ours == theirs
    assert len(order) == len(set(order))


def test_only_what_the_target_needs_runs_and_in_order(run: Callable[..., tuple[dict[str, Any], list[str]]]) -> None:
    result, order = run(DirectGraphRunner, ["last"], 1)
    assert result == {"last": 11 + 111 + 1000}
    assert order == ["one", "two", "last"]


def test_what_goes_wrong_in_a_node_is_raised(run: Callable[..., tuple[dict[str, Any], list[str]]]) -> None:
    with pytest.raises(GraphComponentException):
        run(DirectGraphRunner, ["last"], -1)
