"""What every loss has: value, gradient, head, facts, and its form for the training engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlbasic.activations import Framework, Identity, Paper, Sigmoid
from dlbasic.activations.exact import in_double
from dlbasic.arrays import Float64s, Floats
from dlbasic.params import Declared
from dlbasic.softmax import softmax
from dlbasic.text import Language, Text

Head = Literal["identity", "sigmoid", "softmax"]

HEADS: dict[Head, Callable[[ArrayLike], Floats]] = {
    "identity": Identity(),
    "sigmoid": Sigmoid(),
    "softmax": softmax,
}


def listed(language: Language, pytorch: Framework | None, keras: Framework | None) -> str:
    """The calls of both frameworks, as :meth:`Loss.frameworks` has them."""
    named = (("PyTorch", pytorch), ("Keras", keras))
    return "  \n".join(f"**{name}** {has.told(language)}" for name, has in named if has)


class Loss(Declared, ABC):
    """How far outputs are from targets, value by value: neither mean nor sum is taken.

    ``head`` is what makes predictions of a network's outputs: outputs are predictions already for
    ``identity``, scores (logits) for ``sigmoid`` and ``softmax``.  A subclass is a frozen dataclass
    that gives ``_value`` and ``_slope`` on float64 arrays, right to 1e-14 of the true number
    wherever that is a normal float64 and the slope is not next to a zero, and a kernel.
    """

    key: ClassVar[str]
    name: ClassVar[Text]
    head: ClassVar[Head]
    value_tex: ClassVar[str]
    slope_tex: ClassVar[str]
    paper: ClassVar[Paper]
    note: ClassVar[Text]

    def __call__(self, outputs: ArrayLike, targets: ArrayLike) -> Floats:
        """The loss of each output, in the shape of ``outputs``; ``targets`` have it too.

        float32 and float16 outputs give the float64 result rounded once, all other real numbers
        float64.  Infinite outputs give the limit, NaN stays NaN.  Raises ``ValueError`` for
        targets of another shape or outside the loss's range, ``TypeError`` for anything but real
        numbers.
        """
        checked = self._checked(np.shape(outputs), targets)
        return in_double(lambda outputs: self._value(outputs, checked), outputs)

    def grad(self, outputs: ArrayLike, targets: ArrayLike) -> Floats:
        """The slope of each loss with respect to its output, with the shape of ``outputs``.

        Types and errors are those of the value.
        """
        checked = self._checked(np.shape(outputs), targets)
        return in_double(lambda outputs: self._slope(outputs, checked), outputs)

    def predictions(self, outputs: ArrayLike) -> Floats:
        """The head applied to outputs: themselves, σ of each, or softmax along the last axis."""
        return HEADS[self.head](outputs)

    def prepare(self, targets: ArrayLike, units: int, dtype: DTypeLike) -> Floats:
        """Check training targets once and lay them out for the engine: ``(units, samples)``.

        ``targets`` have shape ``(samples, units)``, or ``(samples,)`` for one unit.  Raises
        ``ValueError`` as the value does, and for targets that are not finite in ``dtype``.
        """
        array = real(targets)
        rows = array[:, None] if array.ndim == 1 and units == 1 else array
        if rows.ndim != 2 or rows.shape[1] != units:
            raise ValueError(f"targets must have shape (samples, {units}), not {array.shape}")
        self._check(rows)
        return feature_major(rows, dtype)

    @abstractmethod
    def kernel(self, outputs: Floats, targets: Floats, slope: Floats) -> None:
        """Fill ``slope`` with the slopes at ``outputs``, for the training engine.

        Feature-major arrays of one type, float32 or float64: outputs and slope ``(units, samples)``
        or ``(networks, units, samples)``, targets as prepared.  Nothing is checked, and the type's
        own rounding gives an error up to 1e-15 or 1e-6 of the scale.  Huge finite scores give no
        NaN, but may set floating-point flags.
        """

    def mean(self, outputs: Floats, targets: Floats) -> Float64s:
        """The mean over all values, of each network: ``(networks,)``, or 0-d for a single one.

        Takes the arrays that :meth:`kernel` takes, and works in float64.  A loss of scores for
        several classes has one value for each sample, any other one for each output.
        """
        with np.errstate(all="ignore"):
            values = self._record(outputs.astype(np.float64), targets)
            return np.asarray(values.mean(axis=tuple(range(outputs.ndim - 2, values.ndim))))

    def accuracy(self, outputs: Floats, targets: Floats) -> Float64s | None:
        """The share of outputs on the target's side, shaped as the mean; None for a regression.

        Takes the arrays that :meth:`kernel` takes.  A score that is NaN counts as wrong.
        """
        return None

    @property
    def pytorch(self) -> Framework | None:
        """How PyTorch 2 gives this loss with these parameters, if it has it."""
        return None

    @property
    def keras(self) -> Framework | None:
        """How Keras 3 gives this loss with these parameters, if it has it."""
        return None

    def frameworks(self, language: Language) -> str:
        """The call in each framework that has the loss, its defaults, what differs: Markdown.

        Empty where none has it.
        """
        return listed(language, self.pytorch, self.keras)

    @abstractmethod
    def _value(self, outputs: Float64s, targets: NDArray[Any]) -> Float64s: ...

    @abstractmethod
    def _slope(self, outputs: Float64s, targets: NDArray[Any]) -> Float64s: ...

    def _checked(self, shape: tuple[int, ...], targets: ArrayLike) -> NDArray[Any]:
        """Targets for outputs of ``shape`` as ``_value`` reads them."""
        array = real(targets)
        if array.shape != shape:
            raise ValueError(f"targets must have the shape of outputs, {shape}, not {array.shape}")
        self._check(array)
        return array

    def _check(self, targets: Float64s) -> None:
        """Raise ``ValueError`` for targets outside the loss's range."""

    def _record(self, outputs: Float64s, targets: Floats) -> Float64s:
        """The values for the mean of feature-major arrays, right to 1e-15 of the scale.

        Where the exact value takes many passes this is a form with fewer; it may change scores.
        """
        return self._value(outputs, targets.astype(np.float64))


def real(targets: ArrayLike) -> Float64s:
    """A float64 copy of targets.  Raises ``TypeError`` unless they are real numbers."""
    return Identity()(targets).astype(np.float64)


def feature_major(rows: Float64s, dtype: DTypeLike) -> Floats:
    """Rows as contiguous columns of ``dtype``.  Raises ``ValueError`` unless these are finite."""
    with np.errstate(over="ignore"):
        columns: Floats = np.ascontiguousarray(rows.T, dtype)
    if not np.isfinite(columns).all():
        raise ValueError(f"targets must be finite in {columns.dtype}")
    return columns
