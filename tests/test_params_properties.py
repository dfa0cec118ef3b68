"""Any text and any number at all, searched for counterexamples by hypothesis."""

from __future__ import annotations

import pytest

pytest.importorskip("hypothesis", reason="the search for counterexamples needs hypothesis")
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbasic.text import exact, number, percent
from tests.site import CONTROLS
from tests.test_params import KINDS, holds
from tests.test_text import read

thorough = settings(max_examples=200, deadline=None, derandomize=True, database=None)
finite = st.floats(allow_nan=False, allow_infinity=False)
raw = st.text() | finite.map(repr) | st.lists(finite, max_size=3).map(lambda v: str(v)[1:-1])
params = st.sampled_from(
    [*KINDS.values(), *(param for table in CONTROLS.values() for param in table.values())]
)


@thorough
@given(params, raw)
def test_any_text_gives_an_allowed_value_that_its_own_link_gives_again(param, text):
    value, _ = param.read(text)
    assert holds(param, value)
    assert param.read(param.write(value)) == (value, True)


@thorough
@given(st.floats(-1.7e308, 1.7e308))
def test_any_number_keeps_its_size_and_sign(value):
    assert read(number(value)) == pytest.approx(value, rel=0.005, abs=0.0)
    assert read(exact(value)) == value


@thorough
@given(st.floats(0.0, 1.0))
def test_any_share_keeps_its_distance_from_nothing_and_everything(share):
    written = read(percent(share).removesuffix("%"))
    assert (written == 0.0) == (share == 0.0)
    assert (written == 100.0) == (share == 1.0)
