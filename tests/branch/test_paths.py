from __future__ import annotations

from dataclasses import replace
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branch.paths import route
from bot.branch.schema import Branch, Node, Stretch, Texts
from bot.branch.service import load_branch
from bot.errors import NotFound
from bot.locales import LOCALES
from bot.settings import DATA

DEMO = load_branch(DATA / "branch" / "demo")


def words(text: str) -> Texts:
    return Texts({locale: text for locale in LOCALES})


def drawn(nodes: dict[str, tuple[int, int, str | None]], stretches: list[tuple[str, str, bool, bool]]) -> Branch:
    """The demo branch with other ways: nodes by id as (x, y, zone), stretches as (start, end, step_free, both ways)."""
    made = {name: Node(id=name, at=(x, y), label=words(name), zone=zone) for name, (x, y, zone) in nodes.items()}
    kept = tuple(
        Stretch(
            start=start,
            end=end,
            step_free=step_free,
            words=words(f"{start} to {end}"),
            back=words(f"{end} to {start}") if both else None,
        )
        for start, end, step_free, both in stretches
    )
    return replace(DEMO, ways=replace(DEMO.ways, metres_per_unit=0.1, nodes=made, stretches=kept))


SQUARE = {"a": (0, 0, None), "b": (30, 0, None), "c": (30, 40, "cash"), "d": (0, 200, None)}


def test_the_shortest_way_is_found_with_its_words_and_length() -> None:
    branch = drawn(
        SQUARE, [("a", "b", True, True), ("b", "c", True, True), ("a", "d", True, True), ("d", "c", True, True)]
    )
    found = route(branch, "a", "cash", False)
    assert found.points == ((0, 0), (30, 0), (30, 40))
    assert [step["en"] for step in found.steps] == ["a to b", "b to c"]
    assert found.metres == pytest.approx(7.0)


def test_a_wheelchair_goes_the_longer_way_without_steps() -> None:
    branch = drawn(
        SQUARE, [("a", "b", True, True), ("b", "c", False, True), ("a", "d", True, True), ("d", "c", True, True)]
    )
    assert [step["en"] for step in route(branch, "a", "cash", True).steps] == ["a to d", "d to c"]


def test_a_stretch_is_walked_backwards_in_its_own_words() -> None:
    branch = drawn(SQUARE, [("b", "a", True, True), ("c", "b", True, True)])
    assert [step["en"] for step in route(branch, "a", "cash", False).steps] == ["a to b", "b to c"]


def test_a_one_way_stretch_is_not_walked_backwards() -> None:
    branch = drawn(SQUARE, [("c", "a", True, False)])
    with pytest.raises(NotFound):
        route(branch, "a", "cash", False)


def test_the_nearest_of_two_doors_is_taken() -> None:
    nodes = {"a": (0, 0, None), "near": (10, 0, "cash"), "far": (0, 90, "cash")}
    branch = drawn(nodes, [("a", "far", True, True), ("a", "near", True, True)])
    assert route(branch, "a", "cash", False).points[-1] == (10, 0)


def test_whoever_is_there_need_not_walk() -> None:
    found = route(drawn(SQUARE, []), "c", "cash", True)
    assert (found.points, found.steps, found.metres) == (((30, 40),), (), 0.0)


@pytest.mark.parametrize(("start", "zone_id"), [("roof", "cash"), ("a", "roof"), ("a", "cash")])
def test_no_way_is_said(start: str, zone_id: str) -> None:
    with pytest.raises(NotFound):
        route(drawn(SQUARE, []), start, zone_id, False)


@given(st.data())
def test_no_way_is_shorter_than_any_that_can_be_tried(data: st.DataObject) -> None:
    names = [f"n{index}" for index in range(6)]
    points = data.draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=6, max_size=6))
    nodes = {name: (x, y, "cash" if name == "n5" else None) for name, (x, y) in zip(names, points, strict=True)}
    pairs = [(start, end) for start in names for end in names if start < end]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True))
    branch = drawn(nodes, [(start, end, True, True) for start, end in chosen])
    lengths = {pair: dist(nodes[pair[0]][:2], nodes[pair[1]][:2]) for pair in chosen}
    # Bellman and Ford know no heap: relax every stretch as often as there are nodes.
    best = {"n0": 0.0}
    for _ in names:
        for (start, end), length in lengths.items():
            for one, other in ((start, end), (end, start)):
                if one in best:
                    best[other] = min(best.get(other, float("inf")), best[one] + length)
    if "n5" not in best:
        with pytest.raises(NotFound):
            route(branch, "n0", "cash", False)
    else:
        assert route(branch, "n0", "cash", False).metres == pytest.approx(best["n5"] * 0.1)


@pytest.mark.parametrize("start", sorted(DEMO.ways.nodes))
@pytest.mark.parametrize("zone_id", sorted(DEMO.zones))
def test_every_zone_of_the_demo_is_reached_without_steps_from_everywhere(start: str, zone_id: str) -> None:
    direct, step_free = route(DEMO, start, zone_id, False), route(DEMO, start, zone_id, True)
    assert step_free.metres >= direct.metres
    assert not any("steps to" in step["en"] or "three steps" in step["en"] for step in step_free.steps)
