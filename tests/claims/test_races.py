"""Claims that rest on steps to a target: ReLU's speed, and deep networks of SiLU."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Verdict
from dlbasic.claims.other_activations.silu import STABLE, DeepRace, depths_of, interval
from dlbasic.claims.relu.relu_fast import (
    DEEP,
    DEEP_WIDTH,
    STARTS,
    ReluFast,
    at_own_best,
    kept_gradients,
    slower,
)
from dlbasic.measures.deep_networks import VANISHED
from dlbasic.text import LANGUAGES, percent
from tests.claims.runs import outcome

INF = math.inf
of_relu_fast, of_silu = map(pytest.mark.xdist_group, ("relu-fast", "silu"))


def test_own_best_is_reported_on_seeds_that_did_not_choose_it():
    # Seeds 0 and 2 choose the first rate; 1 and 3, which report, would have chosen the second.
    assert at_own_best(np.array([[10.0, 90.0, 10.0, 90.0], [50.0] * 4])) == (0, 90.0)


def test_who_counts_as_slower():
    assert slower(100.0, [100.0, 109.0, 110.5, INF]) == 2
    assert slower(INF, [INF, 10.0]) == 0


def test_a_relu_gradient_falls_by_the_scale_in_every_layer():
    ratios = kept_gradients("relu", ReluFast(), [1])
    # The error at the output differs from start to start, but in the last ratio it cancels
    # only for one sample: over a batch the powers hold roughly.
    for start, scale in (("pytorch", 6**-0.5), ("double", 2.0)):
        per_layer = (ratios[start] / ratios["he"]) ** (1 / (DEEP - 1))
        assert per_layer == pytest.approx(scale, rel=0.05)


@of_relu_fast
def test_pytorchs_default_start():
    """Its Linear draws from -1/√n to 1/√n; at this spread the gradient has vanished."""
    n = DEEP_WIDTH
    weights = np.random.default_rng(0).uniform(-1 / math.sqrt(n), 1 / math.sqrt(n), 200_000)
    he = math.sqrt(2 / n)
    assert STARTS["pytorch"] * he == pytest.approx(weights.std(), rel=0.01)
    measured = outcome("relu-fast", replace(ReluFast(), seeds=5)).measured
    assert measured["pytorch"] < VANISHED**2 < VANISHED < measured["he"]


def test_wilsons_interval():
    assert interval(0.5, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    low, high = interval(1.0, 5)
    assert low == pytest.approx(0.5655, abs=1e-4) and high == 1.0
    assert interval(0.0, 5) == pytest.approx((0.0, 1 - low))
    for count in range(2, 80):
        for share in (0.0, 1 / count, 1.0):
            low, high = interval(share, count)
            assert 0.0 <= low <= share <= high <= 1.0, "the bar of a point goes through it"


def test_depths():
    assert depths_of(DeepRace()) == [4, 8, 16, 32]
    assert depths_of(DeepRace(deepest=16.0)) == [4, 8, 16]
    assert depths_of(DeepRace(deepest=20.0)) == [4, 8, 16, 20]


@of_silu
def test_silu_is_stable_while_it_is_not_deep():
    assert outcome("silu", DeepRace(deepest=8.0)).verdict is Verdict.HOLDS


@of_silu
def test_silus_card_tells_twenty_seeds_at_every_depth():
    """A few seeds say that SiLU is ReLU's equal; twenty say that ReLU is ahead with SGD."""
    claim = CLAIMS["silu"]
    found = outcome("silu", claim.defaults)
    assert claim.defaults.seeds == 20 and sorted(set(found.frame["depth"])) == [4, 8, 16, 32]
    measured = found.measured
    assert measured["sgd"] < STABLE < measured["adam"] and found.verdict is Verdict.CONDITIONAL
    assert measured["rival_sgd"] >= measured["sgd"] + 0.2
    for language in LANGUAGES:
        told = claim.words["deciding"].fill(language, claim.slots(claim.defaults, found, language))
        for name in ("sgd", "adam", "rival_sgd", "rival_adam"):
            assert percent(measured[name]) in told


@of_silu
def test_silus_hints_come_out_as_told():
    assert outcome("silu", DeepRace(deepest=16.0)).verdict is Verdict.HOLDS
    assert outcome("silu", DeepRace(steps=300)).measured["sgd"] < STABLE
    sigmoid = DeepRace(function="sigmoid", deepest=8.0)
    assert outcome("silu", sigmoid).verdict is Verdict.CONTRADICTED


@of_relu_fast
def test_relu_is_faster_than_the_saturating_ones_on_the_circle():
    for seed in (0, 1):
        settings = ReluFast(reading="saturating", seed=seed)
        assert outcome("relu-fast", settings).verdict is Verdict.HOLDS


@of_relu_fast
def test_on_the_moons_tanh_is_faster_than_relu():
    found = outcome("relu-fast", ReluFast(reading="saturating", data="moons"))
    measured = found.measured
    assert found.verdict is Verdict.CONDITIONAL
    for rate in ("common", "best"):
        assert measured[f"tanh_{rate}"] < measured[rate] < measured[f"sigmoid_{rate}"]


@of_relu_fast
def test_elu_is_faster_than_relu_on_either():
    for data in ("circle", "moons"):
        found = outcome("relu-fast", ReluFast(data=data))
        assert found.verdict is Verdict.CONDITIONAL
        for rate in ("common", "best"):
            assert found.measured[f"elu_{rate}"] < found.measured[rate]


@of_relu_fast
def test_what_relu_is_compared_with_is_counted_from_its_frame():
    found = outcome("relu-fast", replace(ReluFast(), lr=0.3))
    frame = found.frame.set_index(["series", "lr"])["steps"]
    own, rivals = frame["relu", 0.3], ["sigmoid", "tanh", *ACTIVATIONS]
    others = [key for key in dict.fromkeys(rivals) if key not in ("relu", "identity")]
    # A row that is missing has too few seeds there for its quartile, and its median may be either.
    sure = sum((key, 0.3) in frame and frame[key, 0.3] >= 1.1 * own for key in others)
    missing = sum((key, 0.3) not in frame for key in others)
    assert sure <= found.measured["beaten_common"] <= sure + missing
    assert found.measured["fastest_common"] <= min(frame.get((key, 0.3), INF) for key in others)
