"""Losses: facts, values by hand, published conventions, laws, shapes, limits and errors."""

from __future__ import annotations

import math
import re
import warnings

import numpy as np
import pytest

from dlbasic.losses import BCE, LOSSES, MAE, MSE, CrossEntropy, Huber, SigmoidMSE
from dlbasic.params import declared
from dlbasic.text import LANGUAGES

INF, NAN = math.inf, math.nan
REGRESSIONS = [MSE(), MAE(), Huber(), Huber(0.3), Huber(1e-6), Huber(1e6)]
TWO_CLASSES = [BCE(), SigmoidMSE()]
ELEMENTWISE = REGRESSIONS + TWO_CLASSES
ALL = [*ELEMENTWISE, CrossEntropy()]
SCORES = [0.0, *np.geomspace(1e-300, 1e300, 121), *np.geomspace(1e-3, 1e3, 61)]
SCORES += [-score for score in SCORES]
every_loss = pytest.mark.parametrize("loss", ALL, ids=repr)
elementwise = pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
regression = pytest.mark.parametrize("loss", REGRESSIONS, ids=repr)
two_classes = pytest.mark.parametrize("loss", TWO_CLASSES, ids=repr)


def bits(array) -> list[int]:
    return np.ascontiguousarray(array, np.float64).view(np.int64).ravel().tolist()


# Facts


def test_the_losses_stand_in_their_order():
    order = ["mse", "mae", "huber", "bce", "sigmoid_mse", "cross_entropy"]
    assert list(LOSSES) == order
    assert [make.key for make in LOSSES.values()] == order


@every_loss
def test_facts_are_stated(loss):
    for text in (loss.name, loss.note):
        assert all(text[language].strip() for language in LANGUAGES)
        assert re.search("[가-힣]", text["ko"]) and not re.search("[가-힣]", text["en"])
    assert loss.value_tex and loss.slope_tex and r"\partial" in loss.slope_tex
    assert loss.paper.url.startswith("https://") and str(loss.paper.year) in type(loss).__doc__
    assert loss.head in ("identity", "sigmoid", "softmax")
    assert (loss.pytorch is None) == (loss.keras is None) == (loss == SigmoidMSE())


def test_names_and_formulas_tell_the_losses_apart():
    makes = LOSSES.values()
    for facts in ([m.name.ko for m in makes], [m.name.en for m in makes],
                  [m.value_tex for m in makes], [m.slope_tex for m in makes]):  # fmt: skip
        assert len(set(facts)) == len(LOSSES)


def test_losses_are_values():
    assert hash(Huber(0.5)) == hash(Huber(0.5)) and Huber(0.5) == Huber(0.5) != Huber(0.6)
    assert MSE() == MSE() != MAE()
    assert list(declared(Huber)) == ["delta"] and Huber() == Huber(1)
    for delta in (0.0, -1.0, 1e-7, 1e7, NAN, INF, "1", True):
        with pytest.raises(ValueError, match="delta must be a finite number from"):
            Huber(delta)


# Numbers by hand and published conventions


@pytest.mark.parametrize(
    ("loss", "output", "target", "value", "slope"),
    [
        (MSE(), 3.0, 1.0, 4.0, 4.0),  # no half
        (MSE(), -0.5, 0.0, 0.25, -1.0),
        (MAE(), 3.0, 1.0, 2.0, 1.0),
        (MAE(), -3.0, 1.0, 4.0, -1.0),
        (MAE(), 1.0, 1.0, 0.0, 0.0),
        (Huber(), 0.5, 0.0, 0.125, 0.5),
        (Huber(), 1.0, 0.0, 0.5, 1.0),
        (Huber(), -3.0, 0.0, 2.5, -1.0),
        (Huber(2.0), 5.0, 0.0, 8.0, 2.0),
        (Huber(2.0), 0.0, 1.0, 0.5, -1.0),
        (BCE(), 0.0, 0, math.log(2), 0.5),
        (BCE(), 0.0, 1, math.log(2), -0.5),
        (BCE(), math.log(3), 1, math.log(4 / 3), -0.25),
        (BCE(), math.log(3), 0.25, 0.75 * math.log(4) + 0.25 * math.log(4 / 3), 0.5),
        (BCE(), 800.0, 0, 800.0, 1.0),
        (BCE(), -1e300, 1, 1e300, -1.0),
        (SigmoidMSE(), 0.0, 1, 0.25, -0.25),
        (SigmoidMSE(), math.log(3), 0, 0.5625, 0.28125),
        (SigmoidMSE(), 800.0, 0, 1.0, 0.0),
    ],
)
def test_values_by_hand(loss, output, target, value, slope):
    assert float(loss(output, target)) == pytest.approx(value, rel=1e-15, abs=0.0)
    assert float(loss.grad(output, target)) == pytest.approx(slope, rel=3e-15, abs=0.0)


def test_cross_entropy_by_hand():
    z = np.log([0.5, 0.25, 0.25])
    for label, p in enumerate([0.5, 0.25, 0.25]):
        assert float(CrossEntropy()(z, label)) == pytest.approx(-math.log(p), rel=1e-15)
    np.testing.assert_allclose(CrossEntropy().grad(z, 0), [-0.5, 0.25, 0.25], rtol=1e-15)
    # Of a distribution with itself: its entropy, here 1.5 bits.
    assert float(CrossEntropy()(z, [0.5, 0.25, 0.25])) == pytest.approx(1.5 * math.log(2))
    np.testing.assert_allclose(CrossEntropy().grad(z, [0.5, 0.25, 0.25]), 0.0, atol=1e-16)
    assert float(CrossEntropy()([3.0], 0)) == 0.0 and CrossEntropy().grad([3.0], 0) == [0.0]


def test_a_mean_of_losses_is_the_textbook_mean_squared_error():
    y, predictions = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
    # The examples of scikit-learn's mean_squared_error and mean_absolute_error.
    assert MSE()(predictions, y).mean() == 0.375
    assert MAE()(predictions, y).mean() == 0.5


def test_the_tails_are_not_lost():
    e = math.exp
    for z in (20.0, 40.0, 300.0, 700.0):
        assert float(BCE()(z, 1)) == pytest.approx(math.log1p(e(-z)), rel=1e-15, abs=0.0)
        assert float(BCE().grad(z, 1)) == pytest.approx(-e(-z) / (1 + e(-z)), rel=1e-15, abs=0.0)
        assert float(BCE().grad(-z, 0)) == -float(BCE().grad(z, 1))
        assert float(CrossEntropy()([z, 0], 0)) == pytest.approx(
            math.log1p(e(-z)), rel=1e-15, abs=0.0
        )
        assert float(CrossEntropy().grad([z, 0], 0)[0]) == -float(CrossEntropy().grad([z, 0], 0)[1])
    assert float(SigmoidMSE()(40.0, 1)) == pytest.approx(e(-80), rel=1e-14, abs=0.0)
    assert float(SigmoidMSE().grad(-40.0, 1)) == pytest.approx(-2 * e(-40), rel=1e-14, abs=0.0)


# Slopes are those of the values


@elementwise
def test_slopes_are_the_differences_of_values(loss):
    rng = np.random.default_rng(10)
    o, t = rng.normal(size=200) * 3, rng.random(200)
    h = 1e-5
    o = o[np.abs(np.abs(o - t) - getattr(loss, "delta", 0.0)) > 2 * h]
    t = t[: len(o)]
    slopes = (loss(o + h, t) - loss(o - h, t)) / (2 * h)
    kinks = np.abs(o - t) < 2 * h if loss.head == "identity" else np.zeros(len(o), bool)
    assert kinks.sum() < 5
    scale = max(1.0, float(np.abs(loss(o, t)).max()))
    np.testing.assert_allclose(loss.grad(o, t)[~kinks], slopes[~kinks], rtol=0, atol=1e-9 * scale)


@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_slopes_are_the_differences_of_values(soft):
    rng, loss = np.random.default_rng(12), CrossEntropy()
    z = rng.normal(size=(4, 5)) * 2
    y = rng.dirichlet(np.ones(5), 4) if soft else rng.integers(5, size=4)
    gradient, h = loss.grad(z, y), 1e-5
    for k in range(5):
        step = np.zeros(5)
        step[k] = h
        slopes = (loss(z + step, y) - loss(z - step, y)) / (2 * h)
        np.testing.assert_allclose(gradient[:, k], slopes, rtol=0, atol=1e-9)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0.0, atol=1e-15)


# Laws


def test_class_numbers_and_one_hot_vectors_agree_to_the_last_bit():
    rng, loss = np.random.default_rng(14), CrossEntropy()
    for spread in (1e-300, 1.0, 50.0, 700.0, 1e4, 1e308):
        for classes in (1, 2, 3, 10, 1000):
            z = rng.uniform(-1.0, 1.0, (20, classes)) * spread
            labels = rng.integers(classes, size=20)
            for one_hot in (np.eye(classes)[labels], np.eye(classes, dtype=int)[labels]):
                assert bits(loss(z, labels)) == bits(loss(z, one_hot))
                assert bits(loss.grad(z, labels)) == bits(loss.grad(z, one_hot))
            assert bits(loss(z, labels)) == bits(loss(z, labels.astype(float)))
    for z in ([INF, 0.0, INF], [-INF, 0.0, 1.0], [-INF, -INF, -INF]):
        for k in range(3):
            assert bits(loss(z, k)) == bits(loss(z, np.eye(3)[k]))
            assert bits(loss.grad(z, k)) == bits(loss.grad(z, np.eye(3)[k]))


def test_cross_entropy_does_not_change_when_all_scores_do():
    rng, loss = np.random.default_rng(16), CrossEntropy()
    z, labels = np.round(rng.normal(size=(30, 4)) * 8, 2) * 128, rng.integers(4, size=30)
    z = np.round(z) / 128  # so that the sums are exact
    for constant in (-1024.0, 0.5, 2.0**20):
        assert bits(loss(z + constant, labels)) == bits(loss(z, labels))
        assert bits(loss.grad(z + constant, labels)) == bits(loss.grad(z, labels))


def test_bce_is_the_cross_entropy_of_two_classes():
    z = np.array(SCORES)
    pair = np.stack([np.zeros_like(z), z], axis=-1)
    for y in (0.0, 0.3, 1.0):
        labels, shares = np.full(z.shape, y), np.full(pair.shape, [1 - y, y])
        np.testing.assert_allclose(BCE()(z, labels), CrossEntropy()(pair, shares), rtol=3e-15)
        expected = CrossEntropy().grad(pair, shares)[:, 1]
        np.testing.assert_allclose(BCE().grad(z, labels), expected, rtol=3e-15, atol=2e-16)


@two_classes
def test_the_two_classes_are_treated_alike(loss):
    z = np.array(SCORES)
    for y in (0.0, 0.25, 1.0):
        one, other = np.full(z.shape, y), np.full(z.shape, 1 - y)
        np.testing.assert_array_equal(loss(z, one), loss(-z, other))
        np.testing.assert_array_equal(loss.grad(z, one), -loss.grad(-z, other))


@regression
def test_only_the_size_of_an_error_counts(loss):
    o, t = np.array([0.25, -3.0, 7.5, 2.0]), np.array([1.0, -2.5, 0.0, 2.0])
    np.testing.assert_array_equal(loss(o, t), loss(t, o))
    np.testing.assert_array_equal(loss.grad(o, t), -loss.grad(t, o))
    np.testing.assert_array_equal(loss(o + 8, t + 8), loss(o, t))
    assert loss(2.0, 2.0) == loss.grad(2.0, 2.0) == 0.0


def test_huber_lies_between_its_two_neighbours():
    r = np.linspace(-5.0, 5.0, 201)
    zero = np.zeros_like(r)
    np.testing.assert_array_equal(Huber(10.0)(r, zero), MSE()(r, zero) / 2)
    np.testing.assert_allclose(Huber(1e-6)(r, zero), 1e-6 * MAE()(r, zero), atol=1e-12)
    assert (Huber()(r, zero) <= MSE()(r, zero) / 2).all()
    assert (np.abs(Huber(0.5).grad(r, zero)) <= 0.5).all()


@every_loss
def test_no_loss_is_negative(loss):
    rng = np.random.default_rng(18)
    o = rng.normal(size=(500, 3)) * 20
    t = rng.dirichlet(np.ones(3), 500)
    assert (loss(o, t) >= 0).all()


# Shapes, types, limits


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
