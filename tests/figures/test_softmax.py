"""The softmax figure: what it says of its sums and of adding a constant holds at every setting."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from dlbasic.figures.activations.softmax.measure import Softmax, forms, written
from dlbasic.softmax import softmax
from tests.pages.shown import said, shown, table
from tests.pages.visits import Alone

PLACE = "activations/softmax"
CORNERS = [
    Softmax(classes=6, temperature=temperature, shift=shift, z1=z1, z2=z2, z6=9.7)
    for temperature, shift, z1, z2 in itertools.product(
        (0.1, 0.7, 1.0, 10.0), (-1000.0, -10.0, 0.0, 800.0, 1000.0), (-10.0, 0.3, 10.0), (-9.9, 1.1)
    )
]


def exactly(settings: Softmax) -> list[float]:
    """Softmax of the scores without the constant, each as 1 over a sum of powers."""
    scores = [getattr(settings, name) / settings.temperature for name in settings.names]
    return [1.0 / math.fsum(math.exp(other - score) for other in scores) for score in scores]


@pytest.mark.parametrize("settings", CORNERS[::7], ids=str)
def test_adding_a_constant_changes_no_probability(settings):
    found = forms(settings)
    np.testing.assert_allclose(found.stable, exactly(settings), rtol=1e-10)
    assert abs(float(found.stable.sum()) - 1.0) < 1e-12, "what the caption rounds away"


def test_a_sum_that_is_1_is_said_to_be_1():
    sums = set()
    for first in ("2", "0.3", "-1.7", "5.1", "0.1", "1.1"):
        reader = Alone(PLACE).follow(lang="en", **{"softmax.z1": first, "softmax.classes": "5"})
        plain = Softmax(z1=float(first), classes=5)
        sums.add(sum(softmax([getattr(plain, name) for name in plain.names])))
        assert said(reader, PLACE, "caption")["total"] == "1"
        rows = table(reader, "Quotient as written").iloc[-1]
        assert {rows["Quotient as written"],
                rows["Quotient after subtracting the maximum"]} == {"1"}  # fmt: skip
        assert "99999" not in " ".join(shown(reader.at))
    assert len(sums) > 1, "in floats not all of them are"


def test_the_caption_names_the_largest():
    reader = Alone(PLACE).follow(lang="en", **{"softmax.z2": "2"})
    slots = said(reader, PLACE, "caption")
    share = 1 / (2 + math.exp(-2))
    assert slots == {"total": "1", "largest": f"{share:.3f}", "name": "z₁, z₂"}
    reader.move("softmax.shift", 10.0)
    assert said(reader, PLACE, "caption-shifted") == slots | {"shift": "10"}
    reader.move("softmax.shift", 1000.0)
    assert said(reader, PLACE, "caption-broken") == {"total": "1", "shift": "1,000"}


def test_a_probability_below_1_is_not_written_as_1():
    shares = forms(Softmax(classes=2, z1=10.0, z2=-10.0, temperature=0.1)).stable
    assert shares[0] == 1.0
    assert written(shares) == ["1 − 1.38·10⁻⁸⁷", "1.38·10⁻⁸⁷"]  # e⁻²⁰⁰
    assert written(forms(Softmax()).stable) == ["0.665", "0.245", "0.09"]
