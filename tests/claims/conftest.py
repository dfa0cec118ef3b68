"""The tests of a claim go to one worker, which works out each of its outcomes once."""

from __future__ import annotations

import pytest

from dlbasic.claims import Claim


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        claim = callspec.params.get("claim") if callspec else None
        if isinstance(claim, Claim):
            item.add_marker(pytest.mark.xdist_group(claim.key))
