"""Two weights on their way: the steps, and what is measured of the path."""

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, Identity, Sigmoid
from dlbasic.losses import LOSSES
from dlbasic.measures.two_weights import (
    MULTIPLES,
    OPPOSITE,
    POINTS,
    SHARE,
    WALK,
    ZIGZAG,
    allowed_quadrants,
    batch_moments,
    centred,
    descend,
    fastest,
    measure,
    target,
    unit_outputs,
    walks_from,
)
from dlbasic.network import Member, Stack, Trace

pytestmark = pytest.mark.filterwarnings("error")

INPUTS = unit_outputs(Sigmoid(), [3])


def walk(*places, goal=(1.0, 0.0)):
    """What is measured of one path by hand."""
    return measure(np.array(places, float)[:, :, None], np.array(goal)[:, None])


def test_a_step_is_the_engines_gradient():
    w, goal, lr = np.array([0.4, -0.3]), target(OPPOSITE), 0.1
    stack = Stack((2, 1), [Member(Identity())])
    stack.weights[0][0] = [[*w, 0.0]]
    trace, rows = Trace(stack, POINTS), stack.with_ones(INPUTS[0])
    loss = LOSSES["mse"]()
    trace.forward(rows.T)
    targets = loss.prepare(INPUTS[0] @ goal, 1, np.float64)
    trace.backward(rows, loss, targets, np.asarray(1 / POINTS))
    slope = trace.weight_gradients[0][0, 0, :2] / 2  # the engine's loss has no half
    moments = batch_moments(INPUTS, [3], POINTS, 1)
    # A run starts at 0, so the goal is moved instead.
    step = descend(moments, (goal - w)[:, None], lr)[1, :, 0]
    np.testing.assert_allclose(step, -lr * slope, rtol=1e-12)


@pytest.mark.parametrize("batch", [1, 8, 100, 128])
def test_every_epoch_sees_every_sample_once(batch):
    epochs = 25  # 25 epochs are whole batches of 100, too
    moments = batch_moments(INPUTS, [3], batch, epochs * POINTS // batch)
    x1, x2 = INPUTS[0].T
    np.testing.assert_allclose(
        moments.mean(axis=0)[:, 0], [(x1**2).mean(), (x1 * x2).mean(), (x2**2).mean()], rtol=1e-12
    )
    if batch == 1:
        assert len(np.unique(moments[:POINTS, 0])) == POINTS
        assert not np.array_equal(moments[:POINTS], moments[POINTS : 2 * POINTS])


def test_a_run_does_not_depend_on_those_beside_it():
    seeds = [3, 4, 5]
    together = batch_moments(unit_outputs(Sigmoid(), seeds), seeds, 4, 50)
    np.testing.assert_array_equal(
        together[..., 1:2], batch_moments(unit_outputs(Sigmoid(), [4]), [4], 4, 50)
    )


def test_one_sample_moves_the_weights_only_where_it_allows():
    moments = batch_moments(INPUTS, [3], 1, 199)
    steps = np.diff(descend(moments, target(OPPOSITE)[:, None], 0.2)[..., 0], axis=0)
    for step, (a, b, c) in zip(steps, moments[..., 0], strict=True):
        sample = np.array([np.sqrt(a), np.sign(b) * np.sqrt(c)])
        assert tuple(np.sign(step)) in allowed_quadrants(sample) == ((1, 1), (-1, -1))
        assert step[0] * sample[1] == pytest.approx(step[1] * sample[0], abs=1e-14)


def test_inputs_of_the_other_sign_make_the_same_path():
    paths = [descend(batch_moments(x, [3], 2, 100), target(-20)[:, None], 0.2)
             for x in (INPUTS, -INPUTS)]  # fmt: skip
    np.testing.assert_allclose(*paths, rtol=1e-12)


def test_swapped_weights_swap_the_path():
    one = descend(batch_moments(INPUTS, [3], 2, 100), target(20)[:, None], 0.2)
    other = descend(batch_moments(INPUTS[..., ::-1], [3], 2, 100), target(70)[:, None], 0.2)
    np.testing.assert_allclose(one, other[:, ::-1], atol=1e-14)


def test_centred_inputs_have_mean_0_and_the_same_spread():
    shifted = centred(INPUTS)
    np.testing.assert_allclose(shifted.mean(axis=1), 0.0, atol=1e-15)
    np.testing.assert_allclose(np.ptp(shifted, axis=1), np.ptp(INPUTS, axis=1))


def test_unit_outputs_are_the_function_of_sums_and_bias():
    sums = unit_outputs(Identity(), [3])
    assert sums.shape == (1, POINTS, 2)
    np.testing.assert_allclose(unit_outputs(Sigmoid(), [3], 2.0), Sigmoid()(sums + 2.0))


def test_a_straight_path_has_no_detour():
    found = walk((0, 0), (0.5, 0), (0.99, 0), (1, 0), (0, 0))
    assert found.arrived[0] and found.steps[0] == 2  # what comes after is not counted
    assert found.detour[0] == found.turns[0] == found.together[0] == 0


def test_a_path_there_and_back_by_hand():
    found = walk((0, 0), (1, 1), (0.5, 0.5), (1, 0))
    assert found.steps[0] == 3
    assert found.detour[0] == pytest.approx(2 * np.sqrt(2) - 1)
    assert found.turns[0] == 1.5  # w₁ up, down, up: 2; w₂ up, down, down: 1
    assert found.together[0] == pytest.approx(2 / 3)


def test_steps_that_move_no_weight_or_one_are_told_apart():
    found = walk((0, 0), (0, 0), (0.5, 0), (0.7, 0.2), (1, 0))
    assert found.together[0] == pytest.approx(1 / 3)


def test_a_path_that_does_not_arrive_is_measured_to_its_end():
    found = walk((0, 0), (0, 0.3), (0.4, 0.3))
    assert not found.arrived[0] and found.steps[0] == 2
    assert found.detour[0] == pytest.approx(0.7 / 0.5 - 1)
    nowhere = walk((0, 0), (0, 0))
    assert nowhere.detour[0] == nowhere.together[0] == 0


def test_equal_curvature_all_round_leads_straight_there():
    corners = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    inputs = np.tile(corners, (POINTS // 4, 1))[None]
    found = measure(
        descend(batch_moments(inputs, [0], POINTS, 60), target(-30)[:, None], 0.1),
        target(-30)[:, None],
    )
    assert found.arrived[0] and found.detour[0] < 1e-9


@pytest.mark.parametrize("f", sorted(ACTIVATIONS))
def test_every_functions_walk_stays_finite_at_any_bias(f):
    for bias in (0.0, 4.0):
        found = walks_from(ACTIVATIONS[f](), [1, 2], bias=bias)
        assert np.isfinite(found.detour).all() and (found.steps <= WALK).all()


def test_only_what_turns_back_is_longer_than_a_zigzags_limit():
    """Of a path that never turns back in a weight the corner is the longest: √2 to its end."""
    rng = np.random.default_rng(0)
    steps = rng.exponential(size=(30, 2, 500)) * rng.integers(0, 2, (30, 2, 500))
    ways = rng.choice([-1.0, 1.0], (2, 500))
    paths = np.concatenate([np.zeros((1, 2, 500)), np.cumsum(steps * ways, axis=0)])
    walks = measure(paths, paths[-1])
    assert (walks.turns == 0).all() and (walks.detour < ZIGZAG).all()
    corner = walk((0, 0), (1, 0), (1, 1), goal=(1, 1))
    assert corner.detour[0] == pytest.approx(ZIGZAG)
    there_and_back = walk((0, 0), (1, 1), (0.5, 0.5), (1.5, 0.5), (1, 0), goal=(1, 0))
    assert there_and_back.turns[0] > 0 and there_and_back.detour[0] > ZIGZAG


def test_the_rate_of_a_walk_is_a_share_of_what_its_inputs_allow():
    one, other = (walks_from(f, [1, 2]) for f in (Identity(), _Tenfold()))
    np.testing.assert_allclose(one.detour, other.detour, rtol=1e-9)
    assert 0 < SHARE < 1


class _Tenfold(Identity):
    def __call__(self, x):
        return 10.0 * super().__call__(x)


def test_the_fastest_run_is_at_least_as_fast_as_each_of_the_rates():
    seeds = [1, 2, 3]
    inputs = unit_outputs(Sigmoid(), seeds)
    best = fastest(inputs, seeds, 1, OPPOSITE)
    goals = np.repeat(target(OPPOSITE)[:, None], 3, axis=1)
    for multiple in MULTIPLES:
        lrs = multiple / (inputs**2).sum(axis=2).mean(axis=1)
        paths = descend(batch_moments(inputs, seeds, 1, 400), goals, lrs)
        assert best <= np.median(measure(paths, goals).steps)
