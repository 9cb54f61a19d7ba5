from __future__ import annotations

from datetime import datetime

import pytest

from bot.branch.service import Branch
from bot.store import Store
from bot.visits.schema import VisitPlan
from tests.visits.trip import Trip, demo_plan


@pytest.fixture(scope="session")
def plan(branch: Branch) -> VisitPlan:
    return demo_plan(branch)


@pytest.fixture
def trip(store: Store, branch: Branch, plan: VisitPlan, now: datetime) -> Trip:
    return Trip(store, branch, plan, now)
