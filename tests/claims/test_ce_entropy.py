"""The claim that cross-entropy is an entropy and a divergence: what decides, and what would not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Verdict
from dlbasic.claims.cross_entropy import ce_entropy
from dlbasic.claims.cross_entropy.ce_entropy import (
    SPLITS,
    STEPS,
    CeEntropy,
    between,
    pairs,
    ruled_out,
    run_ce_entropy,
)
from dlbasic.entropy import cross_entropy, entropy
from tests.claims.runs import further

pytestmark = pytest.mark.filterwarnings("error")

HOLDS, CONTRADICTED = Verdict.HOLDS, Verdict.CONTRADICTED


@pytest.mark.parametrize("seed", [0, *further(1, 2, 3, 4, 5)])
@pytest.mark.parametrize("outcomes", [2, 10, 100])
@pytest.mark.parametrize("unit", ["bit", "nat"])
def test_verdicts_over_seeds(seed, outcomes, unit):
    settings = CeEntropy(outcomes=outcomes, unit=unit, seed=seed)
    for split in SPLITS:
        expected = HOLDS if split == "kl" else CONTRADICTED
        assert run_ce_entropy(replace(settings, split=split)).verdict is expected, split


def test_numbers_of_the_run():
    measured = run_ce_entropy(CLAIMS["ce-entropy"].defaults).measured
    assert measured["within"] == measured["lowest"] == measured["infinite"] == 1.0
    assert measured["gap"] < 2e-15 < measured["tolerance"] < 2e-14
    assert measured["at_p"] == 0.0 and measured["unit_gap"] < 5e-16
    assert measured["least_above"] > 1e-6
    control = run_ce_entropy(CLAIMS["ce-entropy"].control).measured
    # The same at p alone, one place of each pair.
    assert control["within"] == pytest.approx(1 / (2 * STEPS + 1))
    assert control["gap"] > 0.1 and control["lowest"] == 1.0


@pytest.mark.parametrize("error", [1e-12, -1e-12])
def test_a_split_a_little_wrong_is_seen(monkeypatch, error):
    right = SPLITS["kl"]
    monkeypatch.setitem(SPLITS, "kl", lambda p, q, base: right(p, q, base) * (1 + error))
    assert run_ce_entropy(CeEntropy()).verdict is CONTRADICTED


def test_a_cross_entropy_that_is_finite_for_the_impossible_is_seen(monkeypatch):
    def cut_off(p, q, base):
        return cross_entropy(p, np.maximum(q, 1e-300), base)

    monkeypatch.setattr(ce_entropy, "cross_entropy", cut_off)
    found = run_ce_entropy(CeEntropy())
    assert found.measured["infinite"] == 0.0 and found.verdict is CONTRADICTED


def test_a_least_value_elsewhere_is_seen(monkeypatch):
    """Were the entropy of q counted in place of its surprise, q = p would be nothing special."""

    def of_q(p, q, base):
        return np.where((q == 0).any(axis=-1), np.inf, entropy(q, base))

    monkeypatch.setattr(ce_entropy, "cross_entropy", of_q)
    monkeypatch.setitem(SPLITS, "kl", of_q)
    found = run_ce_entropy(CeEntropy())
    assert found.measured["within"] == found.measured["infinite"] == 1.0
    assert found.measured["lowest"] < 0.5 and found.verdict is CONTRADICTED


def test_the_way_leads_from_beyond_p_to_q():
    p, q = pairs(5, 0)
    t = np.array([-1.0, 0.0, 0.5, 1.0])
    beyond, here, half, there = between(p, q, t)
    np.testing.assert_array_equal(here, p)
    np.testing.assert_allclose(there, q, rtol=1e-13)
    root = np.sqrt(p * q)
    np.testing.assert_allclose(half, root / root.sum(axis=-1, keepdims=True), rtol=1e-13)
    mirrored = p * p / q
    np.testing.assert_allclose(beyond, mirrored / mirrored.sum(axis=-1, keepdims=True), rtol=1e-12)


def test_ruled_out_is_what_is_likeliest_under_p():
    p, q = pairs(4, 1)
    cut = ruled_out(p, q)
    assert ((cut == 0).sum(axis=-1) == 1).all()
    assert (cut.argmin(axis=-1) == p.argmax(axis=-1)).all()
    np.testing.assert_allclose(cut.sum(axis=-1), 1.0, rtol=1e-15)


def test_the_chart_shows_both_sums_meeting_at_p():
    for split, apart in (("kl", 0.0), ("reverse", 0.01)):
        rows = run_ce_entropy(CeEntropy(split=split)).frame
        lines = rows.pivot(index="t", columns="series", values="value")
        gaps = (lines["cross"] - lines[split]).abs()
        assert gaps[0.0] < 1e-14 and gaps.max() >= apart - 1e-14
        assert (gaps.max() < 1e-14) == (split == "kl")
        assert lines["cross"].idxmin() == 0.0


def test_pairs_are_distributions_of_their_own():
    p, q = pairs(3, 0)
    assert len({*p.ravel(), *q.ravel()}) == 2 * p.size
    assert abs(p.mean() - 1 / 3) < 0.02 and p.max() > 0.9 and p.min() < 0.01
