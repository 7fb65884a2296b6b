from __future__ import annotations

import pytest

from bot.knowledge.load import Knowledge
from tests.replies.samples import load


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()
