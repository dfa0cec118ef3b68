"""Entropy and what a wrong expectation adds to it: hand-computed, adding up, least at q = p."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from dlbasic.figures.losses.entropy.measure import (
    FURTHEST,
    MOST,
    Entropy,
    end,
    information,
    normalised,
    terms,
    way,
)

pytestmark = pytest.mark.filterwarnings("error")


def drawn(count):
    dice = random.Random(3)
    for _ in range(count):
        weights = {
            f"{name}{place}": dice.choice([0.0, round(dice.uniform(0, 10), 1)])
            for name in "pq"
            for place in range(1, MOST + 1)
        }
        yield Entropy(outcomes=dice.randint(2, MOST), unit=dice.choice(["bit", "nat"]), **weights)


SOME = [*drawn(80)]


def test_by_hand():
    """A fair coin beside a quarter: log₂ of powers of two."""
    p, q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    found = information(p, q, 2.0)
    assert (found.entropy, found.divergence, found.cross) == pytest.approx((1.5, 0.25, 1.75))
    each = terms(p, q, 2.0)
    assert each["entropy"].tolist() == [0.5, 0.5, 0.5]
    assert each["divergence"].tolist() == [0.5, 0.0, -0.25]
    assert each["cross"].tolist() == [1.0, 0.5, 0.25]


@pytest.mark.parametrize("settings", SOME)
def test_the_bars_add_up_and_so_do_the_outcomes(settings):
    found = information(settings.p, settings.q, settings.base)
    if math.isinf(found.cross):
        assert found.total == math.inf and math.isnan(found.apart), "∞ - ∞ is no number"
    else:
        assert found.apart <= 2e-15 * max(1.0, found.entropy)
    sums = terms(settings.p, settings.q, settings.base).sum()
    assert (sums["p"], sums["q"]) == pytest.approx((1.0, 1.0))
    for column in ("entropy", "divergence", "cross"):
        assert sums[column] == pytest.approx(getattr(found, column), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("settings", SOME)
def test_infinite_where_and_only_where_q_rules_out_what_p_does_not(settings):
    found = information(settings.p, settings.q, settings.base)
    ruled_out = ((settings.p > 0) & (settings.q == 0)).any()
    assert math.isinf(found.cross) == math.isinf(found.divergence) == bool(ruled_out)
    assert found.divergence >= 0.0 and math.isfinite(found.entropy)


def test_both_kinds_are_among_the_settings_drawn():
    infinite = [math.isinf(information(s.p, s.q, s.base).cross) for s in SOME]
    assert 10 < sum(infinite) < 70


def test_exchanged_it_is_another_divergence():
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    one, other = information(p, q, 2.0), information(q, p, 2.0)
    assert one.divergence != pytest.approx(other.divergence, rel=0.1)


@pytest.mark.parametrize("settings", SOME)
def test_a_nat_is_one_over_log_2_bits(settings):
    bits, nats = (information(settings.p, settings.q, base) for base in (2.0, math.e))
    for name in ("entropy", "divergence", "cross"):
        assert getattr(bits, name) * math.log(2.0) == pytest.approx(getattr(nats, name), rel=1e-14)


@pytest.mark.parametrize("settings", SOME)
def test_on_its_way_it_is_least_where_q_is_p(settings):
    rows = way(settings.p, settings.q, settings.base)
    h = information(settings.p, settings.p, settings.base).entropy
    at_p = rows.loc[rows["t"] == 1.0, "cross"]
    assert at_p.tolist() == [h] and (rows["entropy"] == h).all()
    assert rows["cross"].min() >= h - 1e-15
    if not (settings.p == settings.q).all():
        assert rows["t"][rows["cross"].argmin()] == pytest.approx(1.0)
    # It falls on the way there and rises beyond.
    before, after = rows[rows["t"] <= 1.0], rows[rows["t"] >= 1.0]
    assert (before["cross"].diff()[1:] <= 1e-14).all()
    assert (after["cross"].diff()[1:] >= -1e-14).all()
    assert len(rows) < 300 and np.isfinite(rows).all(axis=None)


@pytest.mark.parametrize("settings", SOME)
def test_it_starts_at_q_and_ends_before_a_probability_is_negative(settings):
    p, q, base = settings.p, settings.q, settings.base
    rows, last = way(p, q, base), end(p, q)
    assert 1.0 <= last <= FURTHEST
    assert (q + last * (p - q)).min() >= -1e-12
    if last < FURTHEST:
        assert (q + (last + 1e-6) * (p - q)).min() < 0
    cross = information(p, q, base).cross
    start = rows.loc[rows["t"] == 0.0, "cross"].tolist()
    assert start == ([pytest.approx(cross, rel=1e-14)] if math.isfinite(cross) else [])


def test_q_that_is_p_has_nowhere_to_go():
    p = normalised(np.array([5.0, 3.0, 2.0]))
    rows = way(p, p, 2.0)
    np.testing.assert_allclose(rows["cross"], rows["entropy"], rtol=1e-14)
    assert end(p, p) == FURTHEST


def test_weights_that_are_all_0_are_equal_shares():
    settings = Entropy(outcomes=4, q1=0.0, q2=0.0, q3=0.0, q4=0.0)
    assert settings.q.tolist() == [0.25] * 4
    assert settings.p.tolist() == pytest.approx([5 / 11, 3 / 11, 2 / 11, 1 / 11])
