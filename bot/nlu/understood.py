"""What a message's parse data comes to, for all who read it: the command line, the channel, the actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.nlu import capabilities

# An answer less probable than this is none.
FAQ_THRESHOLD = 0.2
# Where the intent is a service of its own (a number, a place, the hours), an answer must be so probable to be meant.
FAQ_SURE = 0.6


def answer_of(parsed: Mapping[str, Any]) -> str | None:
    """Id of the answer to show, or None.

    None where nothing is near enough, or the message is small talk, an answer to a question of ours or out of scope.
    """
    intent = (parsed.get("intent") or {}).get("name") or ""
    best = next(iter(parsed.get("faq") or []), None)
    index = capabilities.index()
    capability = index.of_intent(intent)
    if best is None or index.is_talk(capability):
        return None
    is_own = str(best["id"]).partition(".")[0] == capability
    wanted = FAQ_THRESHOLD if is_own or index.is_answer(intent) else FAQ_SURE
    return str(best["id"]) if best["score"] >= wanted else None
