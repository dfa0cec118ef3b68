"""The tests of a claim go to one worker, which works out each of its outcomes once."""

from __future__ import annotations

import pytest

from dlbasic.claims import CLAIMS


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        key = getattr(params.get("claim"), "key", params.get("key"))
        if key in CLAIMS:
            item.add_marker(pytest.mark.xdist_group(key))
