"""Cross-entropy of scores for several classes with a class number or a distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlbasic.activations import Framework, Paper
from dlbasic.arrays import Float64s, Floats
from dlbasic.entropy import check_distributions
from dlbasic.losses.base import Loss, feature_major, real
from dlbasic.text import Text


def smoothed(smoothing: float) -> tuple[Framework, Framework]:
    """How PyTorch 2 and Keras 3 give the cross-entropy with labels smoothed by this much."""
    pytorch = Framework(
        f"torch.nn.CrossEntropyLoss(label_smoothing={smoothing})",
        'reduction="mean", label_smoothing=0.0, ignore_index=-100',
    )
    keras = Framework(
        f"keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing={smoothing})",
        'from_logits=False, label_smoothing=0.0, reduction="sum_over_batch_size"',
    )
    return pytorch, keras


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Minus the log of the probability given to the right class: ``-Σⱼ yⱼ·log pⱼ``, p = softmax(z).

    Takes scores ``(…, classes)``.  Targets of the shape ``(…)`` are class numbers from 0, targets
    of the shape of the scores distributions over the classes, such as one-hot vectors: never
    negative, with a sum within 1e-6 of 1.  The shapes never agree, so the type does not matter:
    whole numbers may come as floats, and distributions as integers.  A class number gives the same
    bits as its one-hot vector, which is never built.  Values have the shape ``(…)``, gradients
    that of the scores.  Raises ``ValueError`` for other shapes and targets, and without classes.

    >>> CrossEntropy()([[0.0, 0.0], [50.0, 0.0]], [1, 0])
    array([6.93147181e-01, 1.92874985e-22])
    >>> CrossEntropy().grad([50.0, 0.0], [1, 0])
    array([-1.92874985e-22,  1.92874985e-22])

    Source: Bridle (1990).
    """

    key = "cross_entropy"
    name = Text(ko="크로스 엔트로피(CrossEntropy)", en="Cross-entropy")
    head = "softmax"
    value_tex = r"\ell(z, y) = -\sum_j y_j \log p_j \qquad p_j = \dfrac{e^{z_j}}{\sum_k e^{z_k}}"
    slope_tex = r"\dfrac{\partial \ell}{\partial z_j} = p_j - y_j"
    pytorch, keras = smoothed(0.0)
    paper = Paper(
        "Bridle",
        1990,
        "Probabilistic Interpretation of Feedforward Classification Network Outputs, with "
        "Relationships to Statistical Pattern Recognition",
        "https://doi.org/10.1007/978-3-642-76153-9_28",
    )
    note = Text(
        ko="PyTorch는 점수(logit)를 받고, 정답은 클래스 번호로도 확률로도 받습니다. 클래스는 "
        "마지막 축이 아니라 두 번째 축에 놓습니다. Keras는 `from_logits=True`가 아니면 확률을 받아 "
        "10⁻⁷과 1 − 10⁻⁷ 사이로 자릅니다. 정답이 클래스 번호이면 "
        "`keras.losses.SparseCategoricalCrossentropy(from_logits=True)`를 쓰는데, 여기에는 "
        "`label_smoothing`이 없습니다.",
        en="PyTorch takes scores (logits), and targets as class numbers or as probabilities; the "
        "classes are the second axis, not the last. Keras, unless `from_logits=True`, takes "
        "probabilities and cuts them off at 10⁻⁷ and 1 − 10⁻⁷. For targets that are class numbers "
        "it has `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`, which has no "
        "`label_smoothing`.",
    )

    def prepare(self, targets: ArrayLike, units: int, dtype: DTypeLike) -> Floats:
        """Check training targets once and lay them out for the engine: ``(units, samples)``.

        Class numbers ``(samples,)`` become one-hot vectors; distributions ``(samples, units)`` are
        divided by their sums, so that the kernel may take these for 1.  Raises ``ValueError`` as
        the value does.
        """
        array = real(targets)
        checked = self._checked((*array.shape[:1], units), array)
        if _are_labels(checked):
            return feature_major(np.eye(units)[checked], dtype)
        return feature_major(checked / checked.sum(axis=-1, keepdims=True), dtype)

    def kernel(self, logits: Floats, targets: Floats, slope: Floats) -> None:
        np.subtract(logits, np.maximum.reduce(logits, axis=-2, keepdims=True), slope)
        np.exp(slope, slope)
        np.divide(slope, np.add.reduce(slope, axis=-2, keepdims=True), slope)
        np.subtract(slope, targets, slope)

    def accuracy(self, logits: Floats, targets: Floats) -> Float64s:
        right = logits.argmax(axis=-2) == targets.argmax(axis=-2)
        right &= ~np.isnan(logits).any(axis=-2)
        return np.asarray(right.mean(axis=-1))

    def _record(self, logits: Float64s, targets: Floats) -> Float64s:
        np.subtract(logits, np.maximum.reduce(logits, axis=-2, keepdims=True), logits)
        # Finite, as 0·∞ would be NaN.
        np.maximum(logits, np.finfo(np.float64).min, out=logits)
        right = np.add.reduce(logits * targets, axis=-2)
        np.exp(logits, logits)
        values: Float64s = np.log(np.add.reduce(logits, axis=-2)) - right
        return values

    def _value(self, outputs: Float64s, targets: NDArray[Any]) -> Float64s:
        below, weights = _weights(outputs)
        # -log p of each class: no term is negative, none subtracted.
        surprise = np.log1p(_rest(weights)) - below
        if _are_labels(targets):
            value: Float64s = np.take_along_axis(surprise, targets[..., None], axis=-1)[..., 0]
        else:
            value = np.where(targets > 0, targets * surprise, 0.0).sum(axis=-1)
        return value

    def _slope(self, outputs: Float64s, targets: NDArray[Any]) -> Float64s:
        weights = _weights(outputs)[1]
        p: Float64s = weights / weights.sum(axis=-1, keepdims=True)
        others = _sum_of_others(p)
        if _are_labels(targets):
            right = targets[..., None]
            np.put_along_axis(p, right, 0.0 - np.take_along_axis(others, right, axis=-1), axis=-1)
            return p
        # pⱼ·Σₖyₖ - yⱼ·Σₖpₖ without what the two products share.
        gradient: Float64s = p * _sum_of_others(targets) - targets * others
        return gradient

    def _checked(self, shape: tuple[int, ...], targets: ArrayLike) -> NDArray[Any]:
        if not shape or not shape[-1]:
            raise ValueError(f"outputs must have a last axis of classes, not shape {shape}")
        array = real(targets)
        if array.shape == shape[:-1]:
            return _class_numbers(array, shape[-1])
        if array.shape != shape:
            raise ValueError(
                f"targets must be class numbers of shape {shape[:-1]} or distributions of shape "
                f"{shape}, not of shape {array.shape}"
            )
        check_distributions(array, "targets")
        return array


def _class_numbers(targets: Float64s, classes: int) -> NDArray[np.intp]:
    whole = (targets >= 0) & (targets < classes) & (targets == np.floor(targets))
    wrong = targets[~whole]
    if wrong.size:
        raise ValueError(
            f"targets must be whole class numbers from 0 to {classes - 1}, not {wrong[0]:g}"
        )
    return targets.astype(np.intp)


def _are_labels(targets: NDArray[Any]) -> bool:
    """Whether checked targets are class numbers, not distributions."""
    return targets.dtype.kind == "i"


def _weights(z: Float64s) -> tuple[Float64s, Float64s]:
    """``d = z - max z`` along the last axis and ``exp(d)``: 0 and 1 at the highest."""
    highest: Float64s = z.max(axis=-1, keepdims=True)
    d = np.where(z == highest, 0.0, z - highest)
    # A difference near 700 that is rounded has an error near 6e-14, which would be the relative
    # error of its exponential; to first order the rounding error (Knuth's two-sum) repairs it.
    back = d - z
    error = (z - (d - back)) - (highest + back)
    return d, np.exp(d) * (1.0 + np.where(np.isfinite(error), error, 0.0))


def _rest(x: Float64s) -> Float64s:
    """The sum along the last axis of all but the largest."""
    others = x.copy()
    np.put_along_axis(others, x.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    rest: Float64s = others.sum(axis=-1, keepdims=True)
    return rest


def _sum_of_others(x: Float64s) -> Float64s:
    """For each value along the last axis the sum of all others; none may be negative.

    For the largest that is the rest, to its last digit; any other is at most half of the whole.
    """
    others: Float64s = (x.max(axis=-1, keepdims=True) - x) + _rest(x)
    return others
