from __future__ import annotations

from datetime import datetime

import pytest

from bot.branch.service import Branch
from bot.store import Store
from tests.assistance.lobby import Lobby


@pytest.fixture
def lobby(store: Store, branch: Branch, now: datetime) -> Lobby:
    return Lobby(store, branch, now)
