"""Losses: shapes, types, limits and errors."""

from __future__ import annotations

import math
import re
import warnings

import numpy as np
import pytest

from dlbasic.losses import BCE, MAE, MSE, CrossEntropy, Focal, Hinge, Huber, LogCosh, SigmoidMSE
from tests.every_loss import elementwise, every_loss, two_classes

INF, NAN = math.inf, math.nan


@every_loss
def test_shapes_are_kept_and_inputs_are_not_changed(loss):
    for shape in [(3,), (2, 3), (4, 2, 3), (0, 3)]:
        o, t = np.linspace(-2.0, 2.0, math.prod(shape)).reshape(shape), np.full(shape, 1 / 3)
        o.flags.writeable = t.flags.writeable = False
        assert loss(o, t).shape == (shape[:-1] if loss.head == "softmax" else shape)
        assert loss.grad(o, t).shape == loss.predictions(o).shape == shape
        if loss.head == "softmax":
            assert loss(o, np.zeros(shape[:-1], int)).shape == shape[:-1]
            assert loss.grad(o, np.zeros(shape[:-1], int)).shape == shape
        assert not np.shares_memory(loss.predictions(o), o)


@every_loss
def test_outputs_decide_the_type(loss):
    o = np.linspace(-3.0, 3.0, 12).reshape(4, 3)
    t = np.full((4, 3), 1 / 3)
    for dtype in (np.float32, np.float16):
        narrow = o.astype(dtype)
        for of in (loss, loss.grad):
            got = of(narrow, t)
            assert got.dtype == dtype
            np.testing.assert_array_equal(got, of(narrow.astype(np.float64), t).astype(dtype))
        assert loss.predictions(narrow).dtype == dtype
    assert loss([[1, 2, 0]], [[1, 0, 0]]).dtype == np.float64
    assert loss(np.float32([[1, 2, 0]]), [[1, 0, 0]]).dtype == np.float32
    for wrong in ([[1j, 0]], [["a", "b"]], [[None, 1]]):
        with pytest.raises(TypeError, match="real numbers"):
            loss(wrong, [[1, 0]])
        with pytest.raises(TypeError, match="real numbers"):
            loss([[1, 0]], wrong)


@every_loss
def test_nan_spoils_its_own_value_only_and_nothing_warns(loss):
    o = np.array([[0.0, NAN, 1.0], [1.0, 2.0, 3.0], [1e308, -1e308, 0.0], [800, -800, 1e4]])
    t = np.array([[1.0, 0.0, 0.0]] * 4)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = loss(o, t), loss.grad(o, t)
    expected = np.isnan(o)
    if loss.head == "softmax":
        np.testing.assert_array_equal(np.isnan(value), expected.any(axis=-1))
        expected = np.broadcast_to(expected.any(axis=-1, keepdims=True), o.shape)
    else:
        np.testing.assert_array_equal(np.isnan(value), expected)
    np.testing.assert_array_equal(np.isnan(slope), expected)


def test_infinite_outputs_give_the_limit():
    z = [INF, INF, -INF, -INF]
    y = [0.0, 1.0, 0.0, 1.0]
    np.testing.assert_array_equal(BCE()(z, y), [INF, 0.0, 0.0, INF])
    np.testing.assert_array_equal(BCE().grad(z, y), [1.0, 0.0, 0.0, -1.0])
    np.testing.assert_array_equal(SigmoidMSE()(z, y), [1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(SigmoidMSE().grad(z, y), [0.0] * 4)
    np.testing.assert_array_equal(BCE()(z, [0.5] * 4), [INF] * 4)
    np.testing.assert_array_equal(MSE()(z, y), [INF] * 4)
    np.testing.assert_array_equal(MSE().grad(z, y), z)
    np.testing.assert_array_equal(MAE()(z, y), [INF] * 4)
    np.testing.assert_array_equal(MAE().grad(z, y), [1.0, 1.0, -1.0, -1.0])
    np.testing.assert_array_equal(Huber(2.0)(z, y), [INF] * 4)
    np.testing.assert_array_equal(Huber(2.0).grad(z, y), [2.0, 2.0, -2.0, -2.0])
    np.testing.assert_array_equal(LogCosh()(z, y), [INF] * 4)
    np.testing.assert_array_equal(LogCosh().grad(z, y), [1.0, 1.0, -1.0, -1.0])
    for loss in (Hinge(), Focal(), Focal(0.3)):
        np.testing.assert_array_equal(loss(z, y), [INF, 0.0, 0.0, INF])
        np.testing.assert_array_equal(loss.grad(z, y), [1.0, 0.0, 0.0, -1.0])
        np.testing.assert_array_equal(loss(z, [0.5] * 4), [INF] * 4)
        np.testing.assert_array_equal(loss.grad(z, [0.25] * 4), [0.75, 0.75, -0.25, -0.25])
    loss = CrossEntropy()
    assert [float(loss([INF, 0.0], k)) for k in (0, 1)] == [0.0, INF]
    assert [float(loss([-INF, 0.0], k)) for k in (0, 1)] == [INF, 0.0]
    assert float(loss([-INF, 0.0], [0.0, 1.0])) == 0.0
    assert float(loss([INF, INF], 1)) == pytest.approx(math.log(2))
    np.testing.assert_array_equal(loss.grad([INF, 0.0], 1), [1.0, -1.0])


def test_predictions_are_the_head_applied():
    np.testing.assert_array_equal(MSE().predictions([1, -2]), [1.0, -2.0])
    np.testing.assert_allclose(BCE().predictions([0.0, math.log(3)]), [0.5, 0.75], rtol=1e-15)
    z = np.log([[1.0, 3.0], [2.0, 2.0]])
    expected = [[0.25, 0.75], [0.5, 0.5]]
    np.testing.assert_allclose(CrossEntropy().predictions(z), expected, rtol=1e-15)


# Errors


@elementwise
def test_shapes_that_differ_are_refused(loss):
    for o, t in [([0.0, 1.0], [1.0]), ([[0.0], [1.0]], [0.0, 1.0]), ([1.0], 1.0), (1.0, [1.0])]:
        said = re.escape(
            f"targets must have the shape of outputs, {np.shape(o)}, not {np.shape(t)}"
        )
        for of in (loss, loss.grad):
            with pytest.raises(ValueError, match=said):
                of(o, t)
    for targets in (np.zeros((4, 3)), np.zeros((2, 2, 2)), 0.5, np.zeros(4)):
        said = re.escape(f"targets must have shape (samples, 2), not {np.shape(targets)}")
        with pytest.raises(ValueError, match=said):
            loss.prepare(targets, 2, np.float64)


@two_classes
@pytest.mark.parametrize("wrong", [-1, 2, 1.5, -1e-300, 1 + 2.0**-52, NAN, INF])
def test_labels_outside_0_to_1_are_refused(loss, wrong):
    said = re.escape(f"targets must be labels from 0 to 1, not {float(wrong)}")
    for call in (
        lambda: loss([0.0, 1.0], [1, wrong]),
        lambda: loss.grad([0.0, 1.0], [1, wrong]),
        lambda: loss(0.0, wrong),
        lambda: loss.prepare([1, wrong], 1, np.float32),
        lambda: loss.prepare([[1, wrong]], 2, np.float32),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.parametrize("wrong", [-1, 3, 0.5, 2.5, NAN, INF, 10**30])
def test_class_numbers_that_are_none_are_refused(wrong):
    loss = CrossEntropy()
    said = re.escape(f"targets must be whole class numbers from 0 to 2, not {float(wrong):g}")
    for call in (
        lambda: loss(np.zeros((2, 3)), [1, wrong]),
        lambda: loss.grad(np.zeros((2, 3)), [1, wrong]),
        lambda: loss(np.zeros(3), wrong),
        lambda: loss.prepare([1, wrong], 3, np.float32),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([0.5, 0.6, -0.1], "must not be negative, but has -0.1"),
        ([0.5, NAN, 0.5], "must not be negative, but has nan"),
        ([0.5, 0.25, 0.0], "must sum to 1, not to 0.75"),
        ([0.5, 0.5, 2e-6], "must sum to 1, not to 1.000002"),
        ([INF, 0.0, 0.0], "must sum to 1, not to inf"),
    ],
)
def test_targets_that_are_no_distribution_are_refused(row, said):
    loss, rows = CrossEntropy(), [[1, 0, 0], row]
    for call in (
        lambda: loss(np.zeros((2, 3)), rows),
        lambda: loss.grad(np.zeros((2, 3)), rows),
        lambda: loss.prepare(rows, 3, np.float64),
    ):
        with pytest.raises(ValueError, match=f"a distribution in targets {re.escape(said)}"):
            call()


def test_a_sum_of_1_is_asked_for_to_a_millionth():
    for share in (0.5 + 9e-7, 0.5 - 9e-7, np.float32(1 / 3) + np.float32(1 / 6)):
        assert CrossEntropy()([0.0, 0.0], [0.5, share]) == pytest.approx(math.log(2), rel=2e-6)


def test_class_targets_of_another_shape_are_refused():
    loss = CrossEntropy()
    for o, t in [((2, 3), (3,)), ((2, 3), (2, 2)), ((2, 3), ()), ((2, 3), (2, 3, 1)), ((3,), (1,))]:
        said = f"of shape {o[:-1]} or distributions of shape {o}, not of shape {t}"
        with pytest.raises(ValueError, match=re.escape(said)):
            loss(np.zeros(o), np.zeros(t))
    with pytest.raises(ValueError, match=r"distributions of shape \(4, 3\), not of shape \(4, 2\)"):
        loss.prepare(np.zeros((4, 2)), 3, np.float64)
    for shape in ((), (0,), (3, 0)):
        with pytest.raises(ValueError, match="outputs must have a last axis of classes, not shape"):
            loss(np.zeros(shape), np.zeros(shape[:-1], int))
    with pytest.raises(ValueError, match="outputs must have a last axis of classes, not shape"):
        loss.prepare([0, 0], 0, np.float64)
