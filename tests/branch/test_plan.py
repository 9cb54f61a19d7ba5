from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.branch import plan
from bot.branch.schema import Aliases, Node, Stretch, Texts, Zone
from bot.branch.service import load_branch
from bot.errors import NotFound
from bot.locales import LOCALES
from bot.settings import DATA

DEMO = load_branch(DATA / "branch" / "demo")
SVG = "{http://www.w3.org/2000/svg}"


def elements(svg: str, name: str, mark: str) -> list[ElementTree.Element]:
    return [found for found in ElementTree.fromstring(svg).iter(f"{SVG}{name}") if mark in found.attrib]


@pytest.mark.parametrize("locale", LOCALES)
def test_plan_names_every_zone_and_highlights_the_wanted_one(locale: str) -> None:
    root = ElementTree.fromstring(plan.plan_svg(DEMO, "wealth", locale))
    assert root.attrib["role"] == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert DEMO.zones["wealth"].label[locale] in title.text
    zones = root.findall(f"{SVG}g")
    assert [zone.attrib["data-zone"] for zone in zones if "data-wanted" in zone.attrib] == ["wealth"]
    for zone in zones:
        shown = "".join(text.text or "" for text in zone.findall(f"{SVG}text")).replace(" ", "")
        assert shown.endswith(DEMO.zones[zone.attrib["data-zone"]].label[locale].replace(" ", ""))


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_of_the_plan_are_large_and_stay_in_their_zone(locale: str) -> None:
    for zone in DEMO.zones.values():
        marks = [window.at for window in DEMO.windows.values() if window.zone == zone.id]
        left, top, right, bottom = plan.label_box(zone, marks)
        size, lines = plan.fit_label(zone.label[locale], right - left, bottom - top)
        # 26 units of 1000 are 10 px on the narrowest phone, 28 px on the kiosk.
        assert size >= 26, (zone.id, size)
        assert size * plan.LINE_HEIGHT * len(lines) <= bottom - top


def test_plan_without_a_wanted_zone_highlights_none() -> None:
    assert "data-wanted" not in plan.plan_svg(DEMO, None, "en")


def test_plan_shows_where_one_is_and_the_way() -> None:
    svg = plan.plan_svg(DEMO, "cash", "en", start="kiosk")
    (line,) = elements(svg, "polyline", "data-way")
    assert line.attrib["points"].startswith("375,530 ")
    (here,) = elements(svg, "circle", "data-here")
    assert (here.attrib["cx"], here.attrib["cy"]) == ("375", "530")
    assert "You are here" in svg
    root = ElementTree.fromstring(svg)
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert described.text is not None
    assert described.text.endswith("the cash area is on your left.")
    assert root.attrib["aria-describedby"] == described.attrib["id"]


def test_step_free_way_is_another_line() -> None:
    lines = [
        elements(plan.plan_svg(DEMO, "cash", "en", start="kiosk", step_free=step_free), "polyline", "data-way")[0]
        for step_free in (False, True)
    ]
    assert lines[0].attrib["points"] != lines[1].attrib["points"]


def test_whoever_is_there_is_shown_no_way() -> None:
    svg = plan.plan_svg(DEMO, "entrance", "en", start="kiosk")
    assert not elements(svg, "polyline", "data-way")
    assert elements(svg, "circle", "data-here")


def test_plan_has_presentation_attributes_only() -> None:
    svg = plan.plan_svg(DEMO, "cash", "zh-Hant", start="street", step_free=True)
    assert not any({"style", "class"} & set(element.attrib) for element in ElementTree.fromstring(svg).iter())
    assert "<style" not in svg


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("start", sorted(DEMO.ways.nodes))
def test_words_at_the_start_stay_on_the_plan(locale: str, start: str) -> None:
    svg = plan.plan_svg(DEMO, None, locale, start=start)
    (words,) = [e for e in ElementTree.fromstring(svg).iter(f"{SVG}text") if e.text == DEMO.ways.here[locale]]
    width = plan.HERE_FONT * sum(1.0 if ord(char) > 0x2E80 else 0.6 for char in DEMO.ways.here[locale])
    left = float(words.attrib["x"]) - (width if words.attrib["text-anchor"] == "end" else 0)
    assert left >= 0
    assert left + width <= DEMO.plan.width


@pytest.mark.parametrize(("zone_id", "start"), [("roof", None), ("cash", "roof")])
def test_plan_of_what_is_not_there_is_refused(zone_id: str, start: str | None) -> None:
    with pytest.raises(NotFound):
        plan.plan_svg(DEMO, zone_id, "en", start=start)


@given(label=st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30))
def test_labels_cannot_break_out_of_the_plan(label: str) -> None:
    text = f"<script>&\"'{label}"
    texts = Texts({locale: text for locale in LOCALES})
    zone = Zone(
        id='z"><x',
        label=texts,
        directions=texts,
        aliases=Aliases({locale: [] for locale in LOCALES}),
        polygon=[(0, 0), (9, 0), (9, 9)],
    )
    door = Node(id="door", at=(1, 1), label=texts)
    inside = Node(id="inside", at=(2, 2), label=texts, zone=zone.id)
    stretch = Stretch(start="door", end="inside", step_free=True, words=texts)
    ways = replace(DEMO.ways, here=texts, nodes={node.id: node for node in (door, inside)}, stretches=(stretch,))
    branch = replace(DEMO, zones={zone.id: zone}, windows={}, ways=ways)
    svg = plan.plan_svg(branch, zone.id, "en", start="door")
    root = ElementTree.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "desc", "rect", "g", "polygon", "polyline", "circle", "text")
    }
