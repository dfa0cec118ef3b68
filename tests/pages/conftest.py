"""Readers' sessions; under xdist the tests that share what they measure stay on one worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.settings import PAGE_OF
from tests.pages.visits import Visit

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items):
    """A claim's tests are a group, and so are a page's."""
    for item in items:
        if HERE in item.path.parents:
            params = item.callspec.params if hasattr(item, "callspec") else {}
            place = str(params.get("key") or params.get("part") or params.get("page") or "")
            if place not in PAGE_OF:  # not a claim
                place = place.partition("/")[0] or item.path.stem
            item.add_marker(pytest.mark.xdist_group(place))


@pytest.fixture
def visit() -> type[Visit]:
    return Visit
