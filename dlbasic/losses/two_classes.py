"""Losses of one score for two classes: binary cross-entropy, and the squared error beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbasic.activations import Framework, Paper, Sigmoid, Softplus
from dlbasic.arrays import Float64s, Floats
from dlbasic.losses.base import Loss
from dlbasic.text import Text

_sigmoid, _softplus = Sigmoid(), Softplus()

# A small NumPy call takes an array in half the time of a Python number.
_ONE = {np.dtype(kind): np.ones((), kind) for kind in (np.float32, np.float64)}


class TwoClasses(Loss):
    """One score for each of the labels from 0 to 1; above 0 it is on the side of 1.

    σ of the score is the probability of 1 where the loss makes a model learn that, as BCE and
    SigmoidMSE do; where it does not, the note says so.
    """

    head = "sigmoid"

    def accuracy(self, logits: Floats, targets: Floats) -> Float64s:
        right = np.where(targets > 0.5, logits > 0, logits <= 0)
        return np.asarray(right.mean(axis=(-2, -1)))

    def _check(self, targets: Float64s) -> None:
        wrong = targets[~((targets >= 0) & (targets <= 1))]
        if wrong.size:
            raise ValueError(f"targets must be labels from 0 to 1, not {wrong[0]}")


def _miss(z: Float64s, y: Float64s) -> Float64s:
    """``σ(z) - y``; for labels above 1/2 from the other side, where 1 - y is exact.

    So for the labels 0 and 1 it keeps the tails: σ(z) and -σ(-z).
    """
    return np.where(y < 0.5, _sigmoid(z) - y, (1.0 - y) - _sigmoid(-z))


@dataclass(frozen=True)
class BCE(TwoClasses):
    """Minus the log of the probability given to the label: ``-y·log σ(z) - (1-y)·log(1 - σ(z))``.

    Takes scores ``z`` and labels of one shape; labels may lie between 0 and 1.

    >>> BCE()([0.0, 800.0], [1, 0]), BCE().grad([0.0, 800.0], [1, 0])
    (array([6.93147181e-01, 8.00000000e+02]), array([-0.5,  1. ]))
    >>> float(BCE().grad(40.0, 1))
    -4.248354255291589e-18

    Source: Cox (1958).
    """

    key = "bce"
    name = Text(ko="바이너리 크로스 엔트로피(Binary CrossEntropy)", en="Binary cross-entropy (BCE)")
    value_tex = (
        r"\begin{aligned} \ell(z, y) = {}& -y \log \sigma(z) \\ "
        r"& - (1 - y) \log\bigl(1 - \sigma(z)\bigr) \end{aligned}"
    )
    slope_tex = r"\dfrac{\partial \ell}{\partial z} = \sigma(z) - y"
    pytorch = Framework("torch.nn.BCEWithLogitsLoss()", 'reduction="mean", pos_weight=None')
    keras = Framework(
        "keras.losses.BinaryCrossentropy(from_logits=True)",
        'from_logits=False, label_smoothing=0.0, reduction="sum_over_batch_size"',
    )
    paper = Paper(
        "Cox",
        1958,
        "The Regression Analysis of Binary Sequences",
        "https://doi.org/10.1111/j.2517-6161.1958.tb00292.x",
        introduces=False,
    )
    note = Text(
        ko="학습할 때는 확률이 아니라 점수(logit) z를 받습니다. 확률을 받는 PyTorch의 "
        "`torch.nn.BCELoss`는 로그를 −100에서 자릅니다. Keras는 `from_logits=True`가 아니면 확률을 "
        "받아 10⁻⁷과 1 − 10⁻⁷ 사이로 자릅니다.",
        en="In training it takes the score (logit) z, not the probability. PyTorch's "
        "`torch.nn.BCELoss` takes probabilities and cuts the logarithm off at −100. Keras, unless "
        "`from_logits=True`, takes probabilities and cuts them off at 10⁻⁷ and 1 − 10⁻⁷.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        # softplus(|z|) = |z| + softplus(-|z|), so what the two logarithms share comes out, and
        # nothing is ever subtracted.
        size = np.abs(outputs)
        other_side = np.where(outputs > 0, 1.0 - targets, targets)
        far = np.where(other_side > 0, other_side * size, 0.0)
        value: Float64s = np.add(_softplus(-size), far)
        return value

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return _miss(outputs, targets)

    def kernel(self, logits: Floats, targets: Floats, slope: Floats) -> None:
        _sigma(logits, slope)
        np.subtract(slope, targets, slope)

    def _record(self, logits: Float64s, targets: Floats) -> Float64s:
        far = np.maximum(logits, 0.0)
        far -= logits * targets
        # Now softplus(-|z|), added last as it may be tiny.
        np.abs(logits, logits)
        np.negative(logits, logits)
        np.exp(logits, logits)
        np.log1p(logits, logits)
        return np.add(far, logits, far)


@dataclass(frozen=True)
class SigmoidMSE(TwoClasses):
    """The squared error of a probability made by a sigmoid: ``(σ(z) - y)²``, without the half.

    Takes scores ``z`` and labels of one shape; labels may lie between 0 and 1.  The slope has the
    factor σ'(z), so it vanishes where an answer is far on either side, wrong ones included.

    >>> SigmoidMSE()([0.0, -40.0], [1, 1])
    array([0.25, 1.  ])
    >>> SigmoidMSE().grad([0.0, -40.0], [1, 1])
    array([-2.50000000e-01, -8.49670851e-18])

    Source: Rumelhart, Hinton & Williams (1986).
    """

    key = "sigmoid_mse"
    name = Text(
        ko="시그모이드를 거친 제곱 오차(Sigmoid + MSE)", en="Squared error through a sigmoid"
    )
    value_tex = r"\ell(z, y) = \bigl(\sigma(z) - y\bigr)^2"
    slope_tex = r"\dfrac{\partial \ell}{\partial z} = 2\,\bigl(\sigma(z) - y\bigr)\,\sigma'(z)"
    paper = Paper(
        "Rumelhart, Hinton & Williams",
        1986,
        "Learning representations by back-propagating errors",
        "https://doi.org/10.1038/323533a0",
        introduces=False,
    )
    note = Text(
        ko="PyTorch와 Keras에는 따로 이름이 없습니다. 시그모이드를 거친 출력에 MSE를 쓰면 이 "
        "손실이 됩니다. 여기서는 ½을 곱하지 않지만 아래 논문에서는 곱합니다.",
        en="PyTorch and Keras have no name for it: it is MSE on outputs that have passed a "
        "sigmoid. Here it is not halved; in the paper below it is.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return np.square(_miss(outputs, targets))

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return 2.0 * _miss(outputs, targets) * _sigmoid.grad(outputs)

    def kernel(self, logits: Floats, targets: Floats, slope: Floats) -> None:
        _sigma(logits, slope)
        np.subtract(slope, targets, slope)
        # 2σ'(z) = 1 / (1 + cosh z), which keeps the tails.
        inverse = np.cosh(logits)
        np.add(inverse, _ONE[logits.dtype], inverse)
        np.divide(slope, inverse, slope)

    def _record(self, logits: Float64s, targets: Floats) -> Float64s:
        _sigma(logits, logits)
        np.subtract(logits, targets, logits)
        return np.square(logits, logits)


def _sigma(z: Floats, value: Floats) -> None:
    """Fill ``value`` with ``1 / (1 + e⁻ᶻ)``: a NumPy call less than through tanh."""
    np.negative(z, value)
    np.exp(value, value)
    np.add(value, _ONE[z.dtype], value)
    np.reciprocal(value, value)
