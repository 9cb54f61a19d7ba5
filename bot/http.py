"""What every HTTP route is given: the edge of this process, and the shape of a refusal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from pydantic import BaseModel

from bot.branch.schema import Branch
from bot.knowledge.service import Knowledge
from bot.privacy.service import Vault
from bot.settings import Settings
from bot.store import Store


@dataclass(frozen=True)
class Edge:
    """The outside world as routes and turns may touch it. Made once a process, by `bot.web.app`."""

    settings: Settings
    store: Store
    branch: Branch
    vault: Vault
    knowledge: Knowledge
    clock: Callable[[], datetime]
    wake: Callable[[], None]  # tells the outbox tail that a transaction has committed


def edge(request: Request) -> Edge:
    """FastAPI dependency: the edge of this process."""
    found = request.app.state.edge
    assert isinstance(found, Edge)
    return found


class Problem(BaseModel):
    code: str
    message: str


class ProblemAnswer(BaseModel):
    """Body of every refusal: `{"error": {"code", "message"}}`."""

    error: Problem
