"""Finding the answer of data/knowledge that a message wants, and saying it."""

from __future__ import annotations

from typing import Any

from actions.turn import TAKE, Events, Turn, choice, offer
from bot.knowledge.retrieval import faq_card
from bot.knowledge.service import Answer

# Below this a retrieved answer is not trusted, and the general one of its capability is given.
TRUSTED = 0.5


def best_answer(turn: Turn, capability: str) -> Answer | None:
    """The answer a choice names; else the best retrieved one of this capability, else its general one."""
    chosen = turn.entity("answer")
    if chosen in turn.edge.knowledge.answers:
        answer = turn.edge.knowledge.answers[chosen]
        return answer if answer.holds(_today(turn)) else None
    return retrieved(turn, capability) or turn.edge.knowledge.overview(capability, _today(turn))


def retrieved(turn: Turn, capability: str) -> Answer | None:
    """The best answer of this capability that the pipeline found, if it is trusted and holds today."""
    for hit in turn.faq:
        answer = turn.edge.knowledge.answers.get(hit["id"])
        if answer is not None and answer.capability == capability and answer.holds(_today(turn)):
            return answer if hit["score"] >= TRUSTED else None
    return None


def give(turn: Turn, answer: Answer) -> Events:
    """Say an answer with its source; what to ask next and a number for it are choices."""
    steps = [f"{number}. {turn.pick(step)}" for number, step in enumerate(answer.steps, start=1)]
    turn.say(
        "utter_answer",
        answer="\n".join([turn.pick(answer.answer), *steps]),
        faq=answer.id,
        cards=[faq_card(answer, turn.locale)],
        choices=_choices(turn, answer),
    )
    if answer.service not in turn.edge.branch.services:
        return []
    return [offer(TAKE, service=answer.service)]


def _choices(turn: Turn, answer: Answer) -> list[dict[str, str]]:
    offered = []
    for identity in answer.next:
        following = turn.edge.knowledge.answers[identity]
        if following.holds(_today(turn)):
            offered.append(choice(turn.pick(following.title), following.capability, answer=following.id))
    service = turn.edge.branch.services.get(answer.service or "")
    if service is not None:
        label = turn.label("take_number_for", service=turn.pick(service.label))
        offered.append(choice(label, "take_ticket", service=service.id))
    return offered


def _today(turn: Turn) -> Any:
    return turn.edge.branch.day(turn.now)
