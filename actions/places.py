"""Where things are, what is there for one's comfort, when the doors are open."""

from __future__ import annotations

from datetime import time
from itertools import groupby
from typing import Any

from actions import assistance, faq, machines
from actions.base import IntentAction
from actions.turn import Events, Turn, choice
from bot.branch import rules
from bot.branch.rules import Place
from bot.branch.schema import WEEKDAYS

SPECIAL_DAYS = 15  # so many days ahead holidays are told of


class FindPlace(IntentAction):
    action_name = "action_find_place"

    def respond(self, turn: Turn) -> Events:
        guide = machines.chosen_guide(turn)
        if guide is not None:
            machines.show(turn, guide)
            return []
        place = wanted_place(turn)
        if place is None:
            zones = turn.edge.branch.zones.values()
            turn.say(
                "utter_place_unknown", choices=[choice(turn.pick(z.label), "find_place", place=z.id) for z in zones]
            )
            return []
        show(turn, place)
        return []


class Accessibility(IntentAction):
    action_name = "action_accessibility"

    def respond(self, turn: Turn) -> Events:
        place = wanted_place(turn)
        if place is not None and (place.kind in ("amenity", "machine") or turn.is_choice):
            show(turn, place)
            return []
        answer = faq.best_answer(turn, turn.intent) if turn.entity("answer") else faq.retrieved(turn, turn.intent)
        if answer is not None:
            return faq.give(turn, answer)
        amenities = turn.edge.branch.amenities.values()
        turn.say(
            "utter_amenities",
            choices=[choice(turn.pick(a.label), "accessibility_and_amenities", place=a.id) for a in amenities],
        )
        return []


class OpeningHours(IntentAction):
    action_name = "action_opening_hours"

    def respond(self, turn: Turn) -> Events:
        branch = turn.edge.branch
        lines = "\n".join(hours_lines(turn))
        today = rules.hours_on(branch, branch.day(turn.now))
        if today is not None and rules.is_open(branch, turn.now):
            turn.say("utter_hours_open", opens=_clock(today[0]), closes=_clock(today[1]), lines=lines)
        else:
            turn.say("utter_hours_closed", next=_next_opening(turn), lines=lines)
        if branch.demo and branch.tickets_outside_hours:
            turn.say("utter_hours_tickets")
        return []


def wanted_place(turn: Turn) -> Place | None:
    """The place of a choice, of the text's words, of its window, or of its service; None if it names none."""
    branch = turn.edge.branch
    chosen = turn.entity("place")
    if chosen is not None:
        return _by_id(turn, chosen)
    named = rules.find_place(branch, turn.text) if turn.text else None
    if named is not None:
        return named
    window = branch.windows.get(str(turn.entity("window") or ""))
    if window is not None:
        return Place("window", window.id, window.label, window.zone, None)
    service = branch.services.get(turn.entity("service") or "")
    if service is not None:
        return Place("service", service.id, service.label, service.zone, None)
    return None


def show(turn: Turn, place: Place) -> None:
    """Say where a place is, with its card."""
    zone = turn.edge.branch.zones[place.zone_id]
    words: dict[str, Any] = {
        "place": turn.pick(place.label),
        "zone": turn.pick(zone.label),
        "directions": turn.pick(zone.directions),
        "cards": [
            rules.place_card(turn.edge.branch, place, turn.locale, start=turn.edge.branch.ways.starts[turn.channel])
        ],
    }
    if place.kind == "machine":
        words["choices"] = machines.guide_choices(turn, place.id)
    elif place.kind == "amenity":
        words["choices"] = assistance.send_choice(turn)
    if place.kind == "zone":
        turn.say("utter_place_zone", **words)
    elif place.about is not None:
        turn.say("utter_place_about", about=turn.pick(place.about), **words)
    else:
        turn.say("utter_place", **words)


def hours_lines(turn: Turn) -> list[str]:
    """The week's hours, days with the same hours together, and the exceptions of the next two weeks."""
    branch = turn.edge.branch
    by_day: dict[str, tuple[time, time]] = {
        day: (hours.open, hours.close) for hours in branch.weekly for day in hours.days
    }
    lines = []
    for hours, days in groupby(WEEKDAYS, key=lambda day: by_day.get(day)):
        named = list(days)
        first, last = turn.label(named[0]), turn.label(named[-1])
        when = first if len(named) == 1 else turn.label("from_to", first=first, last=last)
        lines.append(turn.label("hours_line", when=when, hours=_span(turn, hours)))
    for special in rules.special_days(branch, branch.day(turn.now), SPECIAL_DAYS):
        label = turn.label("working_weekend") if special.label is None else turn.pick(special.label)
        when = f"{special.date.month}/{special.date.day} {label}"
        lines.append(turn.label("hours_line", when=when, hours=_span(turn, special.hours)))
    return lines


def _by_id(turn: Turn, identity: str) -> Place | None:
    branch = turn.edge.branch
    if identity in branch.zones:
        zone = branch.zones[identity]
        return Place("zone", zone.id, zone.label, zone.id, None)
    if identity in branch.machines:
        machine = branch.machines[identity]
        return Place("machine", machine.id, machine.label, machine.zone, machine.about)
    if identity in branch.amenities:
        amenity = branch.amenities[identity]
        return Place("amenity", amenity.id, amenity.label, amenity.zone, amenity.about)
    return None


def _next_opening(turn: Turn) -> str:
    at = rules.next_opening(turn.edge.branch, turn.now)
    if at is None:
        return turn.label("unknown")
    return f"{at.month}/{at.day} {turn.label(WEEKDAYS[at.weekday()])} {at:%H:%M}"


def _span(turn: Turn, hours: tuple[time, time] | None) -> str:
    return turn.label("closed") if hours is None else f"{_clock(hours[0])}–{_clock(hours[1])}"


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
