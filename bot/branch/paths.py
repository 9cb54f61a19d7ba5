"""The shortest way through a branch, over the nodes and stretches of its floor plan."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import dist

from bot.branch.schema import Branch, Point, Texts, Ways
from bot.errors import NotFound


@dataclass(frozen=True)
class Route:
    """`points` in plan units from start to end, `steps` one sentence a stretch, `metres` the whole length."""

    points: tuple[Point, ...]
    steps: tuple[Texts, ...]
    metres: float


@dataclass(frozen=True)
class _Step:
    end: str
    length: float
    words: Texts


def route(branch: Branch, start: str, zone_id: str, step_free: bool) -> Route:
    """The shortest way from a node to the nearest node of a zone (Dijkstra); without steps, if so wanted.

    No point but the start and no step when the start is in the zone. Raises NotFound for an unknown start or zone,
    and where no such way is drawn.
    """
    ways = branch.ways
    if start not in ways.nodes or zone_id not in branch.zones:
        raise NotFound("no such place")
    steps = _steps(ways, step_free)
    best: dict[str, float] = {start: 0.0}
    came: dict[str, tuple[str, _Step]] = {}
    # Ties by node id, so that the same way is found every time.
    ahead = [(0.0, start)]
    while ahead:
        length, node_id = heapq.heappop(ahead)
        if ways.nodes[node_id].zone == zone_id:
            return _walked(ways, came, node_id, length)
        if length > best[node_id]:
            continue
        for step in steps.get(node_id, ()):
            longer = length + step.length
            if longer < best.get(step.end, float("inf")):
                best[step.end] = longer
                came[step.end] = (node_id, step)
                heapq.heappush(ahead, (longer, step.end))
    raise NotFound("no way is known")


def _steps(ways: Ways, step_free: bool) -> Mapping[str, list[_Step]]:
    steps: defaultdict[str, list[_Step]] = defaultdict(list)
    for stretch in ways.stretches:
        if step_free and not stretch.step_free:
            continue
        length = dist(ways.nodes[stretch.start].at, ways.nodes[stretch.end].at)
        steps[stretch.start].append(_Step(stretch.end, length, stretch.words))
        if stretch.back is not None:
            steps[stretch.end].append(_Step(stretch.start, length, stretch.back))
    return steps


def _walked(ways: Ways, came: Mapping[str, tuple[str, _Step]], end: str, length: float) -> Route:
    points, words = [ways.nodes[end].at], []
    while end in came:
        end, step = came[end]
        points.append(ways.nodes[end].at)
        words.append(step.words)
    return Route(tuple(reversed(points)), tuple(reversed(words)), length * ways.metres_per_unit)
