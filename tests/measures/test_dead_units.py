"""Units that die: counted by hand, standing still, coming back."""

import numpy as np
import pytest

from dlbasic.activations import ELU, GELU, LeakyReLU, ReLU
from dlbasic.datasets import Points
from dlbasic.diagnostics import zero_slope_shares
from dlbasic.losses import BCE
from dlbasic.measures.dead_units import (
    SPARSE,
    Event,
    Start,
    circle,
    events,
    loss_ratios,
    quartiles,
    train,
)
from dlbasic.measures.settings import seeds_from
from dlbasic.network import Member, Stack, Trace
from dlbasic.training import Training

pytestmark = pytest.mark.filterwarnings("error")
TRAIN, TEST = circle(0)


def history_of(starts, epochs=5, **options):
    *_, history = train(starts, TRAIN, TEST, epochs=epochs, seed=0, **options)
    return history


def sums_of_all(history):
    """The weighted sums of every hidden layer now, layer by layer, by the plain formula."""
    a = np.broadcast_to(TRAIN.inputs.T, (len(history.stack), 2, len(TRAIN)))
    found = []
    for w in history.stack.weights[:-1]:
        z = w[..., :-1] @ a + w[..., -1:]
        found.append(z)
        a = np.maximum(z, 0.0)
    return np.stack(found, axis=1)  # (networks, layers, units, samples)


def test_dead_and_sparse_units_are_those_whose_sums_are_never_or_seldom_positive():
    starts = [Start(ReLU(), lr, seed, bias) for lr in (0.1, 3.0) for seed in (0, 1)
              for bias in (0.0, -4.0)]  # fmt: skip
    history = history_of(starts, epochs=10)
    silent = (sums_of_all(history) <= 0).mean(axis=-1)
    np.testing.assert_array_equal(history.dead[-1], silent == 1)
    np.testing.assert_array_equal(history.sparse[-1], (silent >= SPARSE) & (silent < 1))
    assert history.dead[-1].any() and history.sparse[-1].any() and not history.dead[-1].all()
    np.testing.assert_array_equal(history.dead_share[-1], (silent == 1).mean(axis=(1, 2)))
    np.testing.assert_array_equal(history.steepest[-1], (silent < 1).astype(float))
    np.testing.assert_allclose(
        history.mean[-1], np.maximum(sums_of_all(history), 0.0).mean(axis=-1), rtol=1e-12
    )


def test_hidden_biases_start_where_they_are_told_and_the_outputs_at_0():
    history = next(train([Start(ReLU(), 0.1, 3, -2.5)], TRAIN, TEST, epochs=1, seed=0))
    first, second, last = (w[0, :, -1] for w in history.stack.weights)
    assert set(first) == set(second) == {-2.5} and set(last) == {0.0}
    assert history.done == 0 and history.share_done == 0.0


def test_the_lives_end_as_a_plain_training_does():
    starts = [Start(ReLU(), 0.3, 5), Start(ELU(), 0.03, 6)]
    history = history_of(starts, epochs=4)
    initializers = [member.initializer for member in history.stack.members]
    stack = Stack((2, 16, 16, 1), [Member(s.activation, i, s.seed)
                                   for s, i in zip(starts, initializers, strict=True)])  # fmt: skip
    run = Training(stack, TRAIN, TEST, BCE(), lr=[0.3, 0.03], batch_size=20, seed=0)
    *_, last = run.epochs(4)
    np.testing.assert_array_equal(history.stack.parameters, stack.parameters)
    np.testing.assert_allclose(history.test_loss[-1], last.test_loss, rtol=1e-12)


def test_dead_units_of_the_first_layer_stand_still_for_good_while_later_ones_come_back():
    seeds = seeds_from(0, 10)
    history = history_of([Start(ReLU(), lr, seed, -2.0) for lr in (0.3, 3.0) for seed in seeds], 30)
    dead = history.dead
    first = dead[:-1, :, 0]
    assert first.any() and history.moved[:, :, 0][first].max() == 0.0
    # Units that live move, unless the whole layer behind them is dead.
    alone = history_of([Start(ReLU(), 0.3, seed, -2.0) for seed in seeds], 30, hidden=1)
    assert alone.dead.any() and alone.moved[~alone.dead[:-1]].min() > 0.0
    assert not history.revived[:, :, 0].any() and history.revived[:, :, 1].any()
    np.testing.assert_array_equal(dead[1:, :, 0] & first, first)


def test_what_moved_is_the_largest_change_of_an_incoming_weight():
    run = train([Start(LeakyReLU(), 0.3, 1)], TRAIN, TEST, epochs=2, seed=0)
    history = next(run)
    before = [w.copy() for w in history.stack.weights]
    next(run)
    for layer in range(2):
        change = np.abs(history.stack.weights[layer] - before[layer])[0].max(axis=1)
        np.testing.assert_array_equal(history.moved[0, 0, layer], change)


def test_notes_may_be_seldom():
    starts = [Start(ReLU(), 1.0, seed, -2.0) for seed in range(3)]
    often, seldom = history_of(starts, 7), history_of(starts, 7, every=3)
    assert often.epochs == [*range(8)] and seldom.epochs == [0, 3, 6, 7]
    for name in ("silent", "steepest", "mean", "test_loss"):
        np.testing.assert_array_equal(
            getattr(seldom, name), getattr(often, name)[seldom.epochs], err_msg=name
        )
    assert (seldom.moved[0] <= often.moved[:3].sum(axis=0) * (1 + 1e-12)).all()
    laps = train(starts, TRAIN, TEST, epochs=7, seed=0, every=3)
    shares = [history.share_done for history in laps]
    assert shares == [0.0, 3 / 7, 6 / 7, 1.0]


def test_a_diverged_network_is_void_and_leaves_the_others_alone():
    alone = history_of([Start(ReLU(), 0.1, 1)], epochs=10)
    beside = history_of([Start(ReLU(), 0.1, 1), Start(LeakyReLU(0.5), 10.0, 1)], epochs=10)
    assert beside.diverged[-1].tolist() == [False, True]
    assert np.isnan(beside.dead_share[-1, 1]) and not beside.revived[-1, 1].any()
    np.testing.assert_allclose(beside.test_loss[:, 0], alone.test_loss[:, 0], rtol=1e-9)


def test_a_step_that_kills_is_caught_with_its_gradient():
    # One unit, one point at x = (1, 0), output weight 1, target 0: δ = σ(z) at the output, so the
    # gradient of the weight and of the bias is σ(2) each, and a step of rate 4 ends below 0.
    stack = Stack((2, 1, 1), [Member(ReLU())])
    stack.weights[0][...] = [[[2.0, 0.0, 0.0]]]
    stack.weights[1][...] = [[[1.0, 0.0]]]
    point = Points(np.array([[1.0, 0.0]]), np.array([0]))
    run = Training(stack, point, point, BCE(), lr=4.0, batch_size=1)
    steps = events(run, point.inputs)
    sigmoid = 1.0 / (1.0 + np.exp(-2.0))
    (event,) = next(steps)
    assert event == Event(0, 0, 0, 1, True, event.gradient)
    assert event.gradient == pytest.approx(sigmoid * np.sqrt(2.0))
    assert next(steps) == [] and stack.weights[0][0, 0, 0] == pytest.approx(2.0 - 4.0 * sigmoid)


def test_events_add_up_to_who_is_dead():
    members = [Member(ReLU(), seed=seed) for seed in seeds_from(0, 3)]
    run = Training(Stack((2, 16, 16, 1), members), TRAIN, TEST, BCE(), lr=3.0, batch_size=20)
    came_back = 0
    trace, columns = Trace(run.stack, len(TRAIN)), run.stack.with_ones(TRAIN.inputs).T

    def now():
        trace.forward(columns)
        return {(k, layer, unit) for layer, of in enumerate(zero_slope_shares(trace))
                for k, unit in np.argwhere(of == 1.0).tolist()}  # fmt: skip

    dead = now()
    for _, happened in zip(range(150), events(run, TRAIN.inputs), strict=False):
        for event in happened:
            place = (event.network, event.layer, event.unit)
            (dead.add if event.died else dead.remove)(place)
            if not event.died:
                came_back += 1
                assert event.layer > 0 and event.gradient == 0.0
    assert dead == now() and came_back


def test_ratios_and_quartiles_count_a_diverged_loss_as_infinite():
    assert quartiles(np.array([1.0, 2.0, 3.0, 4.0, np.nan])).tolist() == [2.0, 3.0, 4.0]
    assert quartiles(np.array([1.0, np.nan, np.nan])).tolist()[1] == np.inf
    assert loss_ratios(np.array([0.0, 2.0]), np.array([0.0, 4.0])).tolist() == [1.0, 0.5]


def test_even_gelu_dies_where_its_slope_rounds_to_0():
    gelu, elu = (history_of([Start(f, 0.01, 0, -60.0)], epochs=1) for f in (GELU(), ELU()))
    assert gelu.dead[0, 0, 0].all() and not elu.dead.any()
