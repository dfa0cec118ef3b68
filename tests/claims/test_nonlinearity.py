"""The claim that bending helps: layers without it are one matrix, and what one bend gains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, Identity, PReLU, Tanh
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.activation_functions.nonlinearity import EASY, HARD, Nonlinearity, collapsed
from dlbasic.network import Member, Stack
from tests.claims.runs import outcome

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.xdist_group("nonlinearity")]


# The product of layers


def test_collapsed_by_hand():
    """z = 2x₁ + 3x₂ + 1, twice; then 10 a₁ - a₂ + 5, worked out on paper."""
    stack = Stack((2, 2, 1), [Member(Identity())])
    first, second = stack.weights
    first[0] = [[2.0, 3.0, 1.0], [-1.0, 4.0, 0.5]]
    second[0] = [[10.0, -1.0, 5.0]]
    assert collapsed(stack).tolist() == [[[21.0, 26.0, 14.5]]]


@pytest.mark.parametrize("sizes", [(2, 1), (2, 4, 1), (3, 5, 4, 6, 2)])
def test_collapsed_gives_the_outputs_of_the_layers(sizes):
    rng = np.random.default_rng(1)
    stack = Stack(sizes, [Member(Identity(), seed=seed, bias=0.5) for seed in range(4)])
    x = rng.normal(size=(20, sizes[0]))
    outputs = np.einsum("koi,ni->kon", collapsed(stack), np.c_[x, np.ones(20)])
    np.testing.assert_allclose(outputs, stack.outputs(x), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("f", [Tanh(), PReLU(0.25)])
def test_a_bent_network_is_not_its_product(f):
    stack = Stack((2, 8, 1), [Member(f)])
    x = np.random.default_rng(0).normal(size=(50, 2))
    gap = np.abs(collapsed(stack)[0] @ np.c_[x, np.ones(50)].T - stack.outputs(x)[0]).max()
    assert gap > 0.1


# Nonlinearity


def test_lines_stay_lines_however_deep():
    measured = outcome("nonlinearity", Nonlinearity()).measured
    assert 0 < measured["collapse"] < 10.0 ** -measured["digits"] < 1e-12
    # A line through XOR or the circle is hardly better than guessing.
    assert all(measured[f"{key}_line"] < 0.75 for key in HARD)
    assert measured[f"{EASY}_line"] > 0.98
    assert measured["least_gain"] == min(
        measured[f"{key}_bent"] - measured[f"{key}_line"] for key in HARD
    )
    assert measured["most_gain"] > 0.3


def test_rows_are_every_data_set_depth_and_side():
    found = CLAIMS["nonlinearity"].run(Nonlinearity(seeds=5, epochs=20))
    frame = found.frame.set_index(["series", "depth"])
    assert len(frame) == len(found.frame) == len(HARD) * 2 * 3
    for key in HARD:
        # Without a hidden layer there is nothing to bend: both sides are one network.
        assert (frame.loc[(f"{key}-line", 0.0)] == frame.loc[(f"{key}-bent", 0.0)]).all()
        for side in ("line", "bent"):
            best = frame.loc[f"{key}-{side}", "accuracy"].max()
            assert found.measured[f"{key}_{side}"] == best
    assert ((frame >= 0) & (frame <= 1)).all(axis=None)


def test_without_bending_nothing_is_gained():
    found = CLAIMS["nonlinearity"].run(replace(CLAIMS["nonlinearity"].control, seeds=5))
    assert found.verdict is Verdict.CONTRADICTED
    assert found.measured["most_gain"] == found.measured["least_gain"] == 0.0


def test_sigmoid_has_not_learned_to_bend_after_twenty_epochs():
    """What the suggestion says to try."""
    found = CLAIMS["nonlinearity"].run(Nonlinearity(function="sigmoid", epochs=20, seeds=5))
    assert found.verdict is Verdict.CONDITIONAL
    assert found.measured["least_gain"] < 0.1 <= found.measured["most_gain"]


@pytest.mark.full
@pytest.mark.parametrize("seed", [7, 2026])
def test_bending_helps_for_any_seed(seed):
    assert CLAIMS["nonlinearity"].run(Nonlinearity(seeds=5, seed=seed)).verdict is Verdict.HOLDS
    straight = Nonlinearity("identity", seeds=5, epochs=20, seed=seed)
    assert CLAIMS["nonlinearity"].run(straight).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize("key", [key for key in ACTIVATIONS if key != "identity"])
def test_every_activation_bends_the_circle(key):
    measured = CLAIMS["nonlinearity"].run(Nonlinearity(key, epochs=40, seeds=5)).measured
    assert measured["circle_bent"] > 0.9 > 0.75 > measured["circle_line"]
