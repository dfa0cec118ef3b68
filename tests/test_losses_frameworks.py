"""What a loss is called elsewhere: the calls that are shown, run as the frameworks' pages say."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from dlbasic.losses import (
    BCE,
    LOSSES,
    MAE,
    MSE,
    CrossEntropy,
    Focal,
    Hinge,
    Huber,
    LogCosh,
    SigmoidMSE,
    listed,
    smoothed,
)
from dlbasic.params import declared
from dlbasic.text import LANGUAGES
from tests.every_loss import elementwise

REDUCED = {
    "none": np.asarray, "mean": np.mean, "sum": np.sum, "sum_over_batch_size": np.mean
}  # fmt: skip
EPSILON = 1e-7  # keras.config.epsilon()


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.asarray(z)))


def bits(p, y):
    """Binary cross-entropy of probabilities."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def soft(y, label_smoothing, classes):
    return (1 - label_smoothing) * y + label_smoothing / classes


def huber(prediction, target, delta):
    r = np.abs(prediction - target)
    return np.where(r <= delta, 0.5 * r**2, delta * r - 0.5 * delta**2)


def of(formula, reduction, **defaults):
    """A loss as a framework has it: made with options, called with predictions and targets.

    The defaults are written here from the frameworks' pages (PyTorch 2, Keras 3).
    """

    def make(reduction=reduction, **options):
        assert options.keys() <= defaults.keys(), options
        return lambda prediction, target: REDUCED[reduction](
            formula(np.asarray(prediction), np.asarray(target), **defaults | options)
        )

    make.defaults = defaults | {"reduction": reduction}
    return make


def bce_with_logits(z, y, pos_weight):
    weight = 1.0 if pos_weight is None else pos_weight
    return -(weight * y * np.log(sigmoid(z)) + (1 - y) * np.log(sigmoid(-z)))


def binary_crossentropy(given, y, from_logits, label_smoothing):
    p = sigmoid(given) if from_logits else np.clip(given, EPSILON, 1 - EPSILON)
    return bits(p, soft(y, label_smoothing, 2))


def binary_focal(given, y, apply_class_balancing, alpha, gamma, from_logits, label_smoothing):
    p = np.clip(sigmoid(given) if from_logits else given, EPSILON, 1 - EPSILON)
    right = y * p + (1 - y) * (1 - p)
    balance = y * alpha + (1 - y) * (1 - alpha) if apply_class_balancing else 1.0
    return balance * (1 - right) ** gamma * bits(p, soft(y, label_smoothing, 2))


def sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2, reduction="none"):
    p = sigmoid(inputs)
    right = p * targets + (1 - p) * (1 - targets)
    loss = bits(p, targets) * (1 - right) ** gamma
    if alpha >= 0:
        loss = loss * (alpha * targets + (1 - alpha) * (1 - targets))
    return REDUCED[reduction](loss)


sigmoid_focal_loss.defaults = {"alpha": 0.25, "gamma": 2, "reduction": "none"}


def softmax_cross_entropy(z, y, label_smoothing, **_):
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return -(soft(y, label_smoothing, z.shape[-1]) * np.log(p)).sum(axis=-1)


def categorical(given, y, from_logits, label_smoothing):
    assert from_logits, "scores were given"
    return softmax_cross_entropy(given, y, label_smoothing)


TORCH, KERAS = "mean", "sum_over_batch_size"
BOTH = {
    "torch": SimpleNamespace(
        nn=SimpleNamespace(
            MSELoss=of(lambda p, y: (p - y) ** 2, TORCH),
            L1Loss=of(lambda p, y: np.abs(p - y), TORCH),
            HuberLoss=of(huber, TORCH, delta=1.0),
            BCEWithLogitsLoss=of(bce_with_logits, TORCH, pos_weight=None),
            CrossEntropyLoss=of(
                softmax_cross_entropy, TORCH, label_smoothing=0.0, ignore_index=-100
            ),
        )
    ),
    "torchvision": SimpleNamespace(ops=SimpleNamespace(sigmoid_focal_loss=sigmoid_focal_loss)),
    "keras": SimpleNamespace(
        losses=SimpleNamespace(
            MeanSquaredError=of(lambda p, y: (p - y) ** 2, KERAS),
            MeanAbsoluteError=of(lambda p, y: np.abs(p - y), KERAS),
            Huber=of(huber, KERAS, delta=1.0),
            LogCosh=of(lambda p, y: np.log(np.cosh(p - y)), KERAS),
            BinaryCrossentropy=of(
                binary_crossentropy, KERAS, from_logits=False, label_smoothing=0.0
            ),
            Hinge=of(lambda p, y: np.maximum(1 - p * np.where(y == 0, -1, y), 0), KERAS),
            BinaryFocalCrossentropy=of(
                binary_focal, KERAS, apply_class_balancing=False, alpha=0.25, gamma=2.0,
                from_logits=False, label_smoothing=0.0,
            ),
            CategoricalCrossentropy=of(
                categorical, KERAS, from_logits=False, label_smoothing=0.0
            ),
        )
    ),
}  # fmt: skip


def lines(loss, smoothing=None):
    """The framework, the call and the defaults of each line that is shown."""
    text = loss.frameworks("en") if smoothing is None else listed("en", *smoothed(smoothing))
    found = re.findall(r"\*\*(\w+)\*\* `([^`]*)` \(defaults? `([^`]*)`", text)
    assert len(found) == len(text.splitlines())
    return found


def run(call, z, y):
    """The mean loss that the call gives."""
    made = eval(call, {**BOTH, "z": z, "y": y})
    return made(z, y) if callable(made) else made


@elementwise
def test_the_call_gives_the_loss_that_is_drawn(loss):
    z, y = np.array([0.3, -1.7, 2.5, -0.4]), np.array([1.0, 0.0, 0.0, 1.0])
    for _, call, _ in lines(loss):
        # Keras cuts the focal loss's probabilities off, and takes half an epsilon with them.
        assert run(call, z, y) == pytest.approx(loss(z, y).mean(), rel=1e-6), call


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_so_does_that_of_several_classes(smoothing):
    z, y = np.array([[2.0, 1.0, 0.0], [-1.0, 0.5, 3.0]]), np.eye(3)[[1, 2]]
    target = (1 - smoothing) * y + smoothing / 3
    calls = lines(CrossEntropy(), smoothing=smoothing)
    assert len(calls) == 2
    for _, call, _ in calls:
        assert run(call, z, y) == pytest.approx(CrossEntropy()(z, target).mean()), call


@elementwise
def test_the_defaults_are_the_frameworks(loss):
    for _, call, defaults in lines(loss):
        made = eval(call.partition("(")[0], BOTH)
        assert eval(f"dict({defaults})") == made.defaults, call


def test_the_defaults_for_several_classes_are_theirs_too():
    for _, call, defaults in lines(CrossEntropy(), smoothing=0.0):
        assert eval(f"dict({defaults})") == eval(call.partition("(")[0], BOTH).defaults


def test_the_readers_parameters_stand_in_the_calls():
    assert [call for _, call, _ in lines(Huber())] == [
        "torch.nn.HuberLoss(delta=1.0)", "keras.losses.Huber(delta=1.0)"
    ]  # fmt: skip
    assert [call for _, call, _ in lines(Huber(0.3))] == [
        "torch.nn.HuberLoss(delta=0.3)", "keras.losses.Huber(delta=0.3)"
    ]  # fmt: skip
    assert [call for _, call, _ in lines(Focal(1.5))] == [
        'torchvision.ops.sigmoid_focal_loss(z, y, alpha=-1, gamma=1.5, reduction="mean")',
        "keras.losses.BinaryFocalCrossentropy(gamma=1.5, from_logits=True)",
    ]
    assert [call for _, call, _ in lines(CrossEntropy(), smoothing=0.2)] == [
        "torch.nn.CrossEntropyLoss(label_smoothing=0.2)",
        "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)",
    ]
    assert [call for _, call, _ in lines(BCE())] == [
        "torch.nn.BCEWithLogitsLoss()", "keras.losses.BinaryCrossentropy(from_logits=True)"
    ]  # fmt: skip
    assert [len(lines(loss)) for loss in (MSE(), MAE(), LogCosh(), Hinge(), SigmoidMSE())] == [
        2, 2, 1, 1, 0
    ]  # fmt: skip


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.0])
def test_smooth_l1_is_the_huber_loss_divided_by_delta(delta):
    """As PyTorch defines it: r²/(2β) where |r| < β, |r| - β/2 beyond."""
    r = np.array([-3.0, -0.2, 0.1, 0.9, 1.5, 4.0])
    smooth = np.where(np.abs(r) < delta, 0.5 * r**2 / delta, np.abs(r) - 0.5 * delta)
    np.testing.assert_allclose(Huber(delta)(r, 0 * r) / delta, smooth, rtol=1e-14)
    for language in LANGUAGES:
        assert f"`torch.nn.SmoothL1Loss(beta={delta})`" in Huber(delta).frameworks(language)


def test_every_parameter_of_a_loss_reaches_every_framework():
    for kind in LOSSES.values():
        for name in declared(kind):
            for _, call, _ in lines(kind(**{name: 0.75})):
                assert f"{name}=0.75" in call


def test_the_defaults_are_named_in_the_readers_language():
    assert "(기본값 `" in Huber().frameworks("ko")
    assert "(defaults `" in Huber().frameworks("en")


def test_the_stand_ins_take_no_option_that_they_do_not_know():
    with pytest.raises(AssertionError):
        BOTH["torch"].nn.HuberLoss(beta=1.0)


def test_least_squares_and_least_absolute_errors_have_their_own_authors():
    """Legendre and Gauss, Boscovich; the papers shown beside them did not introduce the losses."""
    for language in LANGUAGES:
        assert {"1805", "1809"} <= set(re.findall(r"\d{4}", MSE.note[language]))
        assert "Legendre" in MSE.note[language] and "Gauss" in MSE.note[language]
        assert "Boscovich" in MAE.note[language] and "1757" in MAE.note[language]
    introduced = {key for key, kind in LOSSES.items() if kind.paper.introduces}
    assert introduced == {"huber", "hinge", "focal", "cross_entropy"}
