from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.printing import fonts
from bot.printing.fonts import Typeface
from bot.settings import DATA
from bot.texts import Texts
from tests.printing.loopback import LoopbackPrinter, loopback_printer


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts(DATA / "slip.yml")


@pytest.fixture
def printer() -> Iterator[LoopbackPrinter]:
    with loopback_printer() as made:
        yield made


@pytest.fixture(scope="session")
def typeface() -> Typeface:
    found = fonts.find("zh-Hans", None)
    if found is None:
        pytest.skip("no font with Chinese glyphs is installed on this machine")
    return found
