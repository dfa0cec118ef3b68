"""Dropout in training: the masks, beside plain NumPy, and what they leave as it was."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, Identity, PReLU, ReLU, Tanh
from dlbasic.losses import BCE
from dlbasic.network import Member
from tests.plain.training import Networks, xavier
from tests.test_training import data, make, take, train

SIZES = (2, 6, 5, 1)


@pytest.mark.parametrize("key", ACTIVATIONS)
@pytest.mark.parametrize("seeds", [[1], [1, 2]], ids=["alone", "stack"])
def test_every_function_trains_as_in_plain_numpy(key, seeds):
    """The last batch is short, and biases are learned, as they are not dropped."""
    points, _ = data()
    plain = Networks(key, SIZES, seeds, xavier, "bce", (points.inputs, points.targets))
    *_, _last = plain.epochs(20, optimizer="sgd", lr=0.1, batch=7, seed=3, dropout=0.3)
    members = [Member(ACTIVATIONS[key](), seed=seed) for seed in seeds]
    run = make(members, sizes=SIZES, lr=0.1, batch_size=7, seed=3, dropout=0.3)
    train(run, 20 * 5)
    for own, w, b in zip(run.stack.weights, plain.w, plain.b, strict=True):
        np.testing.assert_allclose(own[..., :-1], w, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(own[..., -1], b[:, 0], rtol=1e-11, atol=1e-13)
    for k in range(len(seeds)):
        slopes = [alpha[k, 0, 0] for alpha in plain.alpha]
        np.testing.assert_allclose(run.stack.alphas(k), slopes, rtol=1e-11)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_float32_follows_float64_with_the_same_masks(key):
    """In float32 some functions' slopes are read off the stored outputs, which here are masked."""
    runs = [
        train(make([Member(ACTIVATIONS[key]())], sizes=SIZES, dtype=dtype, dropout=0.5), 20)
        for dtype in (np.float32, np.float64)
    ]
    np.testing.assert_allclose(*(run.stack.parameters for run in runs), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_that_is_dropped(share):
    run = make([Member(Tanh())], sizes=(2, 40, 30, 1), dropout=share)
    masks = [[mask.copy() for mask in trace.masks] for trace in take(run, 60)]
    for layer in range(2):
        drawn = np.array([step[layer] for step in masks])  # (steps, units, samples)
        assert set(np.unique(drawn)) == {0.0, 1 / (1 - share)}
        dropped, spread = drawn == 0, (share * (1 - share)) ** 0.5
        assert dropped.mean() == pytest.approx(share, abs=4 * spread / dropped.size**0.5)
        for axis in range(3):  # no step, unit or sample is dropped more than the others
            others = tuple(kept for kept in range(3) if kept != axis)
            shares, count = dropped.mean(axis=others), dropped.size / dropped.shape[axis]
            assert (np.abs(shares - share) < 5 * spread / count**0.5).all()
    first, second = (step[0] for step in masks[:2])
    assert (first != second).any() and (first[:30] != masks[0][1]).any()


def test_the_mean_over_masks_is_the_output_without_dropout():
    """In a linear network that does not learn."""
    members = [Member(Identity(), seed=seed) for seed in range(3)]
    run = make(members, sizes=SIZES, lr=1e-300, batch_size=1000, dropout=0.4)
    outputs = np.array([trace.z[-1].copy() for trace in take(run, 10_000)])
    points, _ = data()
    whole, error = run.stack.outputs(points.inputs), outputs.std(axis=0) / 100
    assert (error > 0).all() and (np.abs(outputs.mean(axis=0) - whole) < 5 * error).all()


def test_all_networks_of_a_stack_have_the_same_units_dropped():
    run = make([Member(Tanh()), Member(PReLU(), seed=1), Member(Tanh(), seed=2)], dropout=0.5)
    for trace in take(run, 10):
        for k in range(3):
            assert ((trace.a[0][k] == 0) == (trace.masks[0] == 0)).all()


def test_dropout_leaves_weights_and_batches_as_they_were():
    """Without learning, the first layer's sums are those of the weights and of the batch."""
    runs = [make([Member(Tanh())], lr=1e-300, batch_size=7, dropout=p) for p in (0.0, 0.5)]
    for whole, dropped in zip(*(take(run, 20) for run in runs), strict=True):
        assert (whole.z[0] == dropped.z[0]).all() and (whole.a[0] != dropped.a[0]).any()


def test_what_is_measured_is_not_dropped():
    points, _ = data()
    run = train(make([Member(Tanh())], dropout=0.5), 10)
    whole = make([Member(Tanh())])
    whole.stack.parameters[:] = run.stack.parameters
    before = run.measure()
    assert before.train_loss == whole.measure().train_loss
    assert before.test_accuracy == whole.measure().test_accuracy
    assert (run.stack.outputs(points.inputs) == whole.stack.outputs(points.inputs)).all()
    gradients = [of.stack.backpropagate(points, BCE()).gradient for of in (run, whole)]
    assert (gradients[0] == gradients[1]).all()
    # And measuring draws nothing: the run goes on as one that was not measured.
    other = train(make([Member(Tanh())], dropout=0.5), 20)
    assert (train(run, 10).stack.parameters == other.stack.parameters).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_dropout_nothing_changes(dtype):
    members = [Member(Tanh()), Member(PReLU(), seed=1)]
    runs = [train(make(members, dtype=dtype, **given), 50) for given in ({}, {"dropout": 0.0})]
    assert (runs[0].stack.parameters == runs[1].stack.parameters).all()
    assert not next(take(runs[1], 1)).masks


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_settings_give_the_same_bits(dtype):
    settings = {"dtype": dtype, "batch_size": 1000, "dropout": 0.3}  # the batch has no order
    members = [Member(Tanh()), Member(ReLU(), seed=1)]
    first, again, other = (
        train(make(members, seed=seed, **settings), 30).stack.parameters for seed in (0, 0, 1)
    )
    assert (first == again).all() and (first != other).any()


def test_a_network_without_hidden_layers_has_nothing_to_drop():
    runs = [train(make([Member(Tanh())], sizes=(2, 1), dropout=p), 10) for p in (0.0, 0.5)]
    assert (runs[0].stack.parameters == runs[1].stack.parameters).all()
