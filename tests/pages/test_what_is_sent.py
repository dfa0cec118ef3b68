"""A chart that a touch does not change is sent as it was: the browser has it and is told so."""

from __future__ import annotations

import pytest

from tests.pages.shown import charts
from tests.pages.visits import Alone


@pytest.mark.parametrize(
    ("place", "control", "value", "others"),
    [
        ("activations/explorer", "at", 1.5, {}),
        ("losses/explorer", "at", 1.5, {}),
        ("losses/explorer", "at", 1.5, {"against": "score"}),
        ("losses/explorer", "p", 0.7, {"against": "probability"}),
    ],
)
def test_reading_at_another_place_changes_no_chart(place, control, value, others):
    reader = Alone(place).follow(
        lang="en", **{f"explorer.{name}": said for name, said in others.items()}
    )
    before = charts(reader.at)
    reader.move(f"explorer.{control}", value)
    assert reader.value(f"explorer.{control}") == value
    assert charts(reader.at) == before
