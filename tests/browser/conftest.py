"""Fixtures of all browser tests: one server and one browser for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.browser_kit import ForeignSite, Rootline, chromium_path, launched


@pytest.fixture(scope="session")
def foreign_site() -> Iterator[ForeignSite]:
    site = ForeignSite()
    yield site
    site.close()


@pytest.fixture(scope="session")
def rootline(tmp_path_factory: pytest.TempPathFactory, foreign_site: ForeignSite) -> Iterator[Rootline]:
    """The real server, as `make run` starts it."""
    server = Rootline(tmp_path_factory.mktemp("rootline"), {"ROOTLINE_EMBED_ORIGINS": foreign_site.url})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if chromium_path() is None:
        pytest.skip("no Chromium: install one, or set ROOTLINE_CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, launched(playwright) as chromium:
        yield chromium
