"""The form of the losses for the training engine is held to the exact values and slopes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlbasic.losses import BCE, MSE, CrossEntropy, SigmoidMSE
from tests.every_loss import ELEMENTWISE, REGRESSIONS, TWO_CLASSES, every_loss, regression

INF, NAN = math.inf, math.nan
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@both_types
@every_loss
def test_prepared_targets_are_feature_major(loss, dtype):
    rows = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    got = loss.prepare(rows, 3, dtype)
    np.testing.assert_array_equal(got, rows.T)
    assert got.dtype == dtype and got.flags.c_contiguous and not np.shares_memory(got, rows)
    got[:] = 7
    assert rows.max() == 1.0


@both_types
def test_prepared_plain_numbers_and_classes(dtype):
    for loss in ELEMENTWISE:
        column = np.array([0.0, 1.0, 0.25], dtype)
        for targets in (column, column[:, None], column.tolist()):
            got = loss.prepare(targets, 1, dtype)
            np.testing.assert_array_equal(got, [[0.0, 1.0, 0.25]])
            assert got.dtype == dtype and not np.shares_memory(got, column)
    for labels in ([2, 0, 2, 1], [2.0, 0.0, 2.0, 1.0], np.uint8([2, 0, 2, 1])):
        got = CrossEntropy().prepare(labels, 3, dtype)
        np.testing.assert_array_equal(got, [[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]])
        assert got.dtype == dtype and got.flags.c_contiguous


def test_prepared_distributions_sum_to_1():
    got = CrossEntropy().prepare([[0.5, 0.5 + 8e-7], [1 - 8e-7, 0.0]], 2, np.float64)
    np.testing.assert_allclose(got.sum(axis=0), 1.0, rtol=2e-16)
    np.testing.assert_array_equal(got[:, 1], [1.0, 0.0])


@regression
def test_targets_that_cannot_be_learned_are_refused(loss):
    for wrong in (NAN, INF, -INF):
        with pytest.raises(ValueError, match="targets must be finite in float64"):
            loss.prepare([0.0, wrong], 1, np.float64)
    with pytest.raises(ValueError, match="targets must be finite in float32"):
        loss.prepare([0.0, 1e300], 1, np.float32)
    assert loss.prepare([1e300], 1, np.float64) == [[1e300]]


def engine_arrays(loss, networks, units, samples, dtype, spread):
    rng = np.random.default_rng(22)
    logits = rng.normal(size=(*networks, units, samples)).astype(dtype) * dtype(spread)
    if loss.head == "softmax":
        targets = rng.integers(units, size=samples)
    elif loss.head == "sigmoid":
        hard = rng.integers(2, size=(samples, units))
        targets = np.where(rng.random((samples, units)) < 0.8, hard, rng.random((samples, units)))
    else:
        targets = rng.normal(size=(samples, units))
    return logits, targets, loss.prepare(targets, units, dtype)


def per_network(of, logits, targets):
    """A loss or its slope through the public form, for each network, classes last."""
    stack = logits if logits.ndim == 3 else logits[None]
    return np.stack([of(np.ascontiguousarray(z.T, np.float64), targets) for z in stack])


@both_types
@every_loss
@pytest.mark.parametrize("spread", [0.1, 3.0, 30.0, 1000.0])
@pytest.mark.parametrize("networks", [(), (1,), (5,)], ids=str)
@pytest.mark.parametrize("units", [1, 3])
def test_the_kernel_fills_in_the_slopes(loss, dtype, spread, networks, units):
    logits, targets, prepared = engine_arrays(loss, networks, units, 40, dtype, spread)
    before, slope = logits.copy(), np.full_like(logits, NAN)
    with np.errstate(all="ignore"):
        assert loss.kernel(logits, prepared, slope) is None
    np.testing.assert_array_equal(logits, before)
    expected = per_network(loss.grad, logits, targets).swapaxes(-1, -2).reshape(logits.shape)
    scale = max(1.0, np.abs(expected).max()) if loss.head == "identity" else 1.0
    allowed = 1e-15 if dtype is np.float64 else 1e-6
    np.testing.assert_allclose(slope, expected, rtol=0, atol=allowed * scale)


@both_types
@every_loss
def test_the_kernel_takes_views(loss, dtype):
    logits, _, prepared = engine_arrays(loss, (4,), 3, 20, dtype, 3.0)
    block = np.full((4, 5, 21), NAN, dtype)
    expected = np.empty_like(logits)
    loss.kernel(logits, prepared, expected)
    loss.kernel(logits, prepared, block[:, :3, 1:])
    np.testing.assert_array_equal(block[:, :3, 1:], expected)
    assert np.isnan(block[:, 3:]).all() and np.isnan(block[..., 0]).all()


@both_types
@every_loss
def test_huge_scores_give_neither_nan_nor_a_wrong_side(loss, dtype):
    huge = dtype(1e38 if dtype is np.float32 else 1e307)
    logits = np.array([[huge, -huge, 0, 800], [-huge, huge, huge, -800]], dtype)
    prepared = loss.prepare([[1, 0], [1, 0], [0, 1], [0, 1]], 2, dtype)
    slope = np.empty_like(logits)
    with np.errstate(all="ignore"):
        loss.kernel(logits, prepared, slope)
    assert not np.isnan(slope).any()
    assert not np.isnan(loss.mean(logits, prepared))
    expected = loss.grad(logits.T, [[1, 0], [1, 0], [0, 1], [0, 1]]).T
    np.testing.assert_allclose(slope, expected, rtol=1e-6)


def test_saturated_units_keep_their_tiny_slope_in_the_kernel():
    logits, slope = np.array([[-40.0, 40.0, 300.0]]), np.empty((1, 3))
    SigmoidMSE().kernel(logits, np.array([[1.0, 0.0, 0.0]]), slope)
    expected = [2 * -math.exp(-40), 2 * math.exp(-40), 2 * math.exp(-300)]
    np.testing.assert_allclose(slope, [expected], rtol=1e-14)


@both_types
@every_loss
@pytest.mark.parametrize("networks", [(), (1,), (5,)], ids=str)
@pytest.mark.parametrize("units", [1, 3])
def test_the_mean_is_over_all_values(loss, dtype, networks, units):
    for spread in (0.1, 3.0, 30.0, 1000.0):
        logits, _, prepared = engine_arrays(loss, networks, units, 40, dtype, spread)
        got = loss.mean(logits, prepared)
        assert isinstance(got, np.ndarray) and got.shape == networks
        values = per_network(loss, logits, prepared.T)
        expected = values.mean(axis=tuple(range(1, values.ndim))).reshape(networks)
        assert got.dtype == np.float64
        np.testing.assert_allclose(got, expected, rtol=2e-15, atol=1e-15)


def test_the_mean_is_right_where_the_type_of_the_network_is_too_small():
    huge, zero = np.float32([[3e38]]), np.float32([[0.0]])
    assert float(MSE().mean(huge, zero)) == pytest.approx(9e76, rel=1e-6)
    logits, targets = np.array([[1.7e308], [-1.7e308]]), np.array([[1.0], [0.0]])
    assert float(CrossEntropy().mean(logits, targets)) == 0.0
    assert float(CrossEntropy().mean(logits, 1 - targets)) > 1e308
    assert float(BCE().mean(np.array([[40.0]]), np.array([[1.0]]))) == pytest.approx(
        math.exp(-40), rel=1e-14, abs=0.0
    )


@every_loss
def test_records_do_not_change_the_scores(loss):
    logits, _, prepared = engine_arrays(loss, (2,), 3, 20, np.float64, 3.0)
    before = logits.copy(), prepared.copy()
    loss.mean(logits, prepared), loss.accuracy(logits, prepared)
    np.testing.assert_array_equal(logits, before[0])
    np.testing.assert_array_equal(prepared, before[1])


def test_accuracy_counts_the_right_side():
    for loss in TWO_CLASSES:
        targets = loss.prepare([0, 1, 1, 0, 0], 1, np.float64)
        one = np.array([[-3.0, 2.0, -1.0, 0.0, 0.0]])
        # A score of 0 is on the side of 0.
        assert float(loss.accuracy(one, targets)) == 0.8
        got = loss.accuracy(np.stack([one, -one]), targets)
        np.testing.assert_array_equal(got, [0.8, 0.6])
        assert float(loss.accuracy(np.full((1, 5), NAN), targets)) == 0.0
    loss = CrossEntropy()
    targets = loss.prepare([0, 1, 2, 0], 3, np.float32)
    one = np.float32([[9, 0, 0, -1], [0, 9, 0, 2], [1, 0, 9, 0]])
    assert float(loss.accuracy(one, targets)) == 0.75 and loss.accuracy(one, targets).shape == ()
    np.testing.assert_array_equal(loss.accuracy(np.stack([one, -one]), targets), [0.75, 0.25])
    assert float(loss.accuracy(np.full((3, 4), NAN), targets)) == 0.0
    for regressor in REGRESSIONS:
        assert regressor.accuracy(np.zeros((1, 2)), np.zeros((1, 2))) is None
