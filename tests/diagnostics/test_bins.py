"""Histograms that are put together: a partition of all values, whatever they are."""

import numpy as np
import pytest

from dlbasic.diagnostics import binned, shares, together

RNG = np.random.default_rng(4)
ENDS = [0.0, 1.0, -1.0, 0.5, 1e30, -1e-200, np.inf, -np.inf, np.nan]


def drawn(kind):
    """Values of any size: spread, clipped, in steps, far from 0, with what is not finite."""
    scale = 10.0 ** RNG.integers(-12, 12)
    values = RNG.standard_normal(RNG.integers(1, 300)) * scale
    match kind:
        case "clipped":
            return np.clip(values / scale, -1, 1)
        case "half":
            return np.maximum(values, 0)
        case "steps":
            return np.round(values / scale, 1)
        case "far":
            return values + 1e6 * scale
        case "ends":
            return RNG.choice(ENDS, len(values))
    return values


KINDS = ("spread", "clipped", "half", "steps", "far", "ends")


@pytest.mark.parametrize("kind", KINDS)
def test_every_finite_value_is_in_one_of_few_bins(kind):
    for _ in range(200):
        values = drawn(kind)
        bins = binned(values)
        assert bins.counts.sum() == np.isfinite(values).sum() and bins.total == len(values)
        assert len(bins.counts) <= 65
        if kind in ("spread", "clipped") and len(values) > 40:
            assert len(bins.counts) >= 32


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_bins_for_all_hold_what_lies_between_their_edges(kind, other):
    for _ in range(40):
        groups = [drawn(kind), drawn(other), drawn(kind)]
        middles, found = shares([binned(values) for values in groups])
        assert len(middles) <= 66 and found.shape == (3, len(middles))
        for values, own in zip(groups, found, strict=True):
            assert own.sum() == pytest.approx(np.isfinite(values).mean())
        if len(middles) < 2:
            continue
        half = (middles[1] - middles[0]) / 2
        finite = [values[np.isfinite(values)] for values in groups]
        for values, own, total in zip(finite, found, map(len, groups), strict=True):
            for middle, share in zip(middles, own, strict=True):
                inside = (values > middle - half) & (values < middle + half)
                at = (values >= middle - half) & (values <= middle + half)
                assert inside.sum() <= round(share * total) <= at.sum()


def test_the_ends_of_a_range_are_in_equal_bins():
    """Of a function that saturates at -1 and 1 all outputs may lie there."""
    middles, (found,) = shares([binned(np.array([-1.0, -1.0, 1.0, 1.0]))])
    assert found[0] == found[-1] == 0.5 and middles[0] == -middles[-1] > -1


def test_one_value_is_a_peak_between_empty_bins():
    for value in (0.0, 1.0, -0.3):
        middles, (found,) = shares([binned(np.full(7, value))])
        (there,) = np.flatnonzero(found)
        assert found[there] == 1.0 and 0 < there < len(found) - 1
        assert abs(middles[there] - value) < middles[1] - middles[0]


def test_what_is_not_finite_has_no_bin_and_no_share():
    middles, found = shares([binned(np.array([np.nan, np.inf]))])
    assert len(middles) == 0 and found.shape == (1, 0)
    _, (gone, some) = shares([binned(np.full(3, -np.inf)), binned(np.array([0.5, 0.7, np.nan]))])
    assert gone.sum() == 0 and some.sum() == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(20))
def test_together_is_what_counting_at_once_gives(seed):
    """Groups of any size and range, on bins' edges, with what is not finite, or of it alone."""
    rng = np.random.default_rng(seed)
    groups = [
        np.round(rng.standard_normal(rng.integers(1, 50)) * 10.0 ** rng.integers(-3, 4), seed % 3)
        + rng.choice([0.0, 900.0])
        for _ in range(rng.integers(1, 6))
    ]
    groups[0][0] = rng.choice([np.nan, np.inf, 0.0, 1.0])
    groups.append(np.full(2, rng.choice([np.nan, -np.inf, 4.0, -0.5])))
    one, other = together([binned(values) for values in groups]), binned(np.concatenate(groups))
    for name in ("exponent", "first", "total", "low", "high"):
        assert getattr(one, name) == getattr(other, name)
    assert one.counts.tolist() == other.counts.tolist()


def test_together_of_nothing_finite_is_nothing():
    gone = together([binned(np.full(3, np.nan)), binned(np.full(2, np.inf))])
    assert gone.total == 5 and len(gone.counts) == 0
