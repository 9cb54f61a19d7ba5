"""The outside world as actions may touch it; made once a process, at the first action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot import settings
from bot.assistance.schema import Catalogue
from bot.assistance.service import load_catalogue
from bot.branch.service import Branch, load_branch
from bot.conversations.moods import Moods
from bot.knowledge.amusement import Amusement, load_amusement
from bot.knowledge.retrieval import AnswerIndex
from bot.knowledge.service import Knowledge, load_knowledge
from bot.privacy.service import Vault
from bot.settings import DATA
from bot.store import Store, utc_now
from bot.store.migrate import is_current, upgrade
from bot.texts import Texts
from bot.visits.schema import VisitPlan
from bot.visits.service import load_visit_plan


@dataclass(frozen=True)
class Edge:
    store: Store
    branch: Branch
    visits: VisitPlan
    assistance: Catalogue
    knowledge: Knowledge
    vault: Vault
    labels: Texts
    amusement: Amusement
    moods: Moods
    index: AnswerIndex
    clock: Callable[[], datetime]


@lru_cache(maxsize=1)
def edge() -> Edge:
    """Raises SetupError or DataError naming what is wrong and how to mend it."""
    here = settings.get()
    store = Store(here.database_url)
    store.check()
    if not is_current(store):  # `rasa shell` on a fresh checkout; `lobby up` has migrated before
        upgrade(store)
    knowledge = load_knowledge(DATA / "knowledge")
    branch = load_branch(here.branch_dir)
    return Edge(
        store=store,
        branch=branch,
        visits=load_visit_plan(here.branch_dir, branch),
        assistance=load_catalogue(here.branch_dir),
        knowledge=knowledge,
        vault=Vault.from_settings(here),
        labels=Texts(DATA / "labels.yml"),
        amusement=load_amusement(DATA / "amusement.yml"),
        moods=Moods(DATA / "moods.yml"),
        index=AnswerIndex(knowledge),
        clock=utc_now,
    )
