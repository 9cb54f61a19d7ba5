"""What a message's parse data comes to, for all who read it: the command line, the channel, the actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.nlu import capabilities

# On our training lines 95 % of the questions that knowledge answers score above, 90 % of those out of scope below.
FAQ_THRESHOLD = 0.35


def answer_of(parsed: Mapping[str, Any]) -> str | None:
    """Id of the answer to show, or None.

    None where nothing is near enough, or the intent is neither answered from knowledge nor the answer's own.
    """
    intent = (parsed.get("intent") or {}).get("name") or ""
    best = next(iter(parsed.get("faq") or []), None)
    if best is None or best["score"] < FAQ_THRESHOLD:
        return None
    index = capabilities.index()
    is_own = str(best["id"]).partition(".")[0] == index.of_intent(intent)
    return str(best["id"]) if is_own or index.is_answer(intent) else None
