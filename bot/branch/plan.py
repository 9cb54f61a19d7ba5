"""The floor plan of a branch as SVG, with one zone highlighted and the way to it."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

from bot.branch.paths import Route, route
from bot.branch.schema import Branch, Point, Zone
from bot.errors import NotFound
from bot.locales import pick

FONT, SMALLEST_FONT, LINE_HEIGHT = 34.0, 12.0, 1.2
MARK = 22
WAY, WAY_INK, HERE_FONT = 12, "#b45309", 28
PADDING = 10


def plan_svg(
    branch: Branch, zone_id: str | None, locale: str, *, start: str | None = None, step_free: bool = False
) -> str:
    """The floor plan as SVG, one zone highlighted if asked; with `start`, "you are here" and the way to the zone.

    Presentation attributes only: the pages' content policy allows no inline style. Raises NotFound for an unknown
    zone or start; where no such way is known, none is drawn.
    """
    if zone_id is not None and zone_id not in branch.zones:
        raise NotFound("no such zone")
    if start is not None and start not in branch.ways.nodes:
        raise NotFound("no such start")
    wanted = branch.zones[zone_id] if zone_id is not None else None
    way = _way(branch, start, zone_id, step_free=step_free)
    plan = branch.plan
    title = f"{pick(plan.title, locale)} · {pick(branch.name, locale)}"
    if wanted is not None:
        title += f" · {pick(wanted.label, locale)}"
    described = ' aria-describedby="plan-way"' if way is not None else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.width} {plan.height}" role="img" '
        f'lang="{escape(locale)}" aria-labelledby="plan-title"{described} '
        "font-family=\"'Noto Sans SC','Noto Sans TC','PingFang SC','Microsoft YaHei',sans-serif\">",
        f'<title id="plan-title">{escape(title)}</title>',
    ]
    if way is not None:
        words = "\n".join(pick(step, locale) for step in way.steps)
        parts.append(f'<desc id="plan-way">{escape(words)}</desc>')
    parts.append(f'<rect width="{plan.width}" height="{plan.height}" fill="#ffffff"/>')
    # The wanted zone last: its outline must not be covered by a neighbour's.
    for zone in sorted(branch.zones.values(), key=lambda zone: zone is wanted):
        parts.append(_zone_svg(branch, zone, locale, wanted=zone is wanted))
    if way is not None:
        parts.append(_way_svg(way))
    if start is not None:
        parts.append(_here_svg(branch, branch.ways.nodes[start].at, way, locale))
    parts.append("</svg>")
    return "".join(parts)


def _way(branch: Branch, start: str | None, zone_id: str | None, *, step_free: bool) -> Route | None:
    if start is None or zone_id is None:
        return None
    try:
        found = route(branch, start, zone_id, step_free)
    except NotFound:
        return None
    return found if found.steps else None


def _way_svg(way: Route) -> str:
    """The way as a line with a light rim, so that it shows on every zone, and a ring at its end."""
    corners = " ".join(f"{x},{y}" for x, y in way.points)
    x, y = way.points[-1]
    line = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
    return (
        f'<polyline points="{corners}" stroke="#ffffff" stroke-width="{WAY + 8}" {line}/>'
        f'<polyline data-way="true" points="{corners}" stroke="{WAY_INK}" stroke-width="{WAY}" {line}/>'
        f'<circle cx="{x}" cy="{y}" r="{WAY + 4}" fill="#ffffff" stroke="{WAY_INK}" stroke-width="{WAY // 2}"/>'
    )


def _here_svg(branch: Branch, at: Point, way: Route | None, locale: str) -> str:
    """A dot and its words, on the side to which the way does not go, if there is room."""
    x, y = at
    label = pick(branch.ways.here, locale)
    beside = WAY + 2 * PADDING
    room = _ems(label) * HERE_FONT + beside
    goes_right = way is not None and way.points[1][0] > x
    to_the_left = x >= room and (goes_right or x + room > branch.plan.width)
    anchor, text_x = ("end", x - beside) if to_the_left else ("start", x + beside)
    return (
        f'<circle data-here="true" cx="{x}" cy="{y}" r="{WAY + 2}" fill="{WAY_INK}" stroke="#ffffff" stroke-width="4"/>'
        f'<text x="{text_x}" y="{y}" font-size="{HERE_FONT}" font-weight="bold" fill="{WAY_INK}" '
        'stroke="#ffffff" stroke-width="8" stroke-linejoin="round" paint-order="stroke" '
        f'text-anchor="{anchor}" dominant-baseline="central">{escape(label)}</text>'
    )


def _zone_svg(branch: Branch, zone: Zone, locale: str, *, wanted: bool) -> str:
    fill, stroke, width, ink = ("#0b4f9c", "#062f5e", 8, "#ffffff") if wanted else ("#eef2f6", "#7b8794", 3, "#1f2933")
    corners = " ".join(f"{x},{y}" for x, y in zone.polygon)
    windows = [window for window in branch.windows.values() if window.zone == zone.id]
    marks = "".join(_mark_svg(window.id, window.at) for window in windows)
    left, top, right, bottom = label_box(zone, [window.at for window in windows])
    size, lines = fit_label(pick(zone.label, locale), right - left, bottom - top)
    weight, flag = (' font-weight="bold"', ' data-wanted="true"') if wanted else ("", "")
    middle = (left + right) / 2
    first = (top + bottom) / 2 - size * LINE_HEIGHT * (len(lines) - 1) / 2
    text = "".join(
        f'<text x="{middle:.0f}" y="{first + size * LINE_HEIGHT * index:.0f}" font-size="{size:.0f}" fill="{ink}" '
        f'text-anchor="middle" dominant-baseline="central"{weight}>'
        f"{escape(line)}</text>"
        for index, line in enumerate(lines)
    )
    zone_attribute = escape(zone.id, {'"': "&quot;"})
    return (
        f'<g data-zone="{zone_attribute}"{flag}>'
        f'<polygon points="{corners}" fill="{fill}" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"/>'
        f"{marks}{text}</g>"
    )


def _mark_svg(window_id: str, at: Point) -> str:
    x, y = at
    return (
        f'<circle cx="{x}" cy="{y}" r="{MARK}" fill="#ffffff" stroke="#1f2933" stroke-width="3"/>'
        f'<text x="{x}" y="{y}" font-size="26" font-weight="bold" fill="#1f2933" text-anchor="middle" '
        f'dominant-baseline="central">{escape(window_id)}</text>'
    )


def label_box(zone: Zone, marks: list[Point]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the room a zone's label has: its bounding box below the window marks."""
    xs, ys = [x for x, _ in zone.polygon], [y for _, y in zone.polygon]
    top = max([min(ys), *(y + MARK for _, y in marks)])
    return min(xs) + PADDING, top + PADDING / 2, max(xs) - PADDING, max(ys) - PADDING / 2


def fit_label(label: str, width: float, height: float) -> tuple[float, list[str]]:
    """Font size and lines that fill a box best, in at most three lines."""
    best: tuple[float, list[str]] = (SMALLEST_FONT, [label])
    for count in (1, 2, 3):
        lines = _broken(label, count)
        widest = max(_ems(line) for line in lines)
        size = min(FONT, width / widest, height / (len(lines) * LINE_HEIGHT))
        if size > best[0]:
            best = (size, lines)
    return best


def _ems(text: str) -> float:
    """Rough width of a text in ems: a full-width character is one, any other not more than 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6 for char in text)


def _broken(label: str, count: int) -> list[str]:
    """The label in up to `count` lines of about the same width: at spaces, or between Chinese characters."""
    words, glue = (label.split(" "), " ") if " " in label or label.isascii() else (list(label), "")
    share = _ems(label) / count
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line}{glue}{word}" if line else word
        if line and len(lines) < count - 1 and _ems(longer) > share + 0.5:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
