"""Machines in the dialogue: a fault that somebody tells of, and how a task is done, step by step."""

from __future__ import annotations

import re

from actions import forms
from actions.turn import Events, Turn, choice
from bot.branch import rules as branch_rules
from bot.machines import rules
from bot.machines import service as machines
from bot.machines.schema import Guide

GUIDE = "guide:"
ASKS_HOW = re.compile(
    r"怎么(?:用|操作|取|存|转|弄|按|使|改|打)|怎麼(?:用|操作|領|取|存|轉|弄|按|使|改|印)|如何|教(?:我|一下)|不会用|不會用|點(?:用|撳)|"
    r"\bhow (?:do|to|can|does)\b(?!.{0,12}\b(?:get to|find|reach)\b)|\bshow me how\b",
    re.IGNORECASE,
)
# A fault that is a matter of its own goes on to what it is for: the lost card, the complaint.
GOES_ON = frozenset({"card_loss"})
NOT_NOW = forms.URGENT | {"complaint_progress"}


def told(turn: Turn) -> Events | None:
    """A fault of a machine, reported to staff, or the guide to a task; None where the message is about neither.

    Inside a form a machine is part of somebody's story.
    """
    if not turn.text or turn.form is not None or turn.intent in NOT_NOW:
        return None
    place = branch_rules.find_place(turn.edge.branch, turn.text)
    if place is None or place.kind != "machine":
        return None
    fault = rules.fault_in(machines.facts(), turn.text)
    if fault is not None:
        return _report(turn, place.id, fault.id)
    if not ASKS_HOW.search(turn.text):
        return None
    return _guide(turn, place.id)


def guide_choices(turn: Turn, machine_id: str) -> list[dict[str, str]]:
    """A choice for each task that there is a guide to at a machine."""
    return [
        choice(turn.pick(guide.title), "find_place", place=machine_id, option=GUIDE + guide.task)
        for (of_machine, _), guide in machines.facts().guides.items()
        if of_machine == machine_id
    ]


def chosen_guide(turn: Turn) -> Guide | None:
    """The guide of a choice, None for any other message."""
    option = str(turn.entity("option") or "")
    if not option.startswith(GUIDE):
        return None
    return machines.guide(str(turn.entity("place")), option.removeprefix(GUIDE))


def show(turn: Turn, guide: Guide) -> None:
    turn.say("utter_guide", title=turn.pick(guide.title), cards=[rules.guide_card(guide, turn.locale)])


def _guide(turn: Turn, machine_id: str) -> Events | None:
    wanted = turn.entity("service")
    task = rules.task_of_service(machines.facts(), wanted) if wanted else None
    guide = machines.facts().guides.get((machine_id, task or ""))
    if guide is not None:
        show(turn, guide)
        return []
    offered = guide_choices(turn, machine_id)
    if not offered:
        return None
    turn.say("utter_guides", machine=turn.pick(turn.edge.branch.machines[machine_id].label), choices=offered)
    return []


def _report(turn: Turn, machine_id: str, fault_id: str) -> Events | None:
    branch, fault = turn.edge.branch, machines.facts().faults[fault_id]
    with turn.edge.store.begin() as session:
        machines.report_fault(
            session,
            branch,
            machine_id=machine_id,
            unit=None,
            what=fault_id,
            session_id=turn.session_id,
            turn_id=turn.turn_id,
            locale=turn.locale,
            now=turn.now,
        )
    complain = choice(turn.label("intent_complaint_new"), "complaint_new")
    person = choice(turn.label("intent_human"), "human")
    turn.say(
        "utter_fault_urgent" if fault.urgent else "utter_fault_reported",
        machine=turn.pick(branch.machines[machine_id].label),
        choices=[person, complain] if fault.urgent else [complain],
    )
    return None if turn.intent in GOES_ON else []
