"""What a pass forth and back through a stack shows, layer by layer.

Layers come in the network's order, the inputs' side first.  Norms are root sums of squares; they
are of the gradient as backpropagation gives it, before anything clips it.  They are computed in
float64, so that what float32 holds does not vanish when it is squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbasic.arrays import Float64s, Floats
from dlbasic.network import Trace


def _norms(arrays: Sequence[Floats]) -> Float64s:
    """The norm of each network's part of ``(networks, …, …)`` arrays: ``(arrays, networks)``.

    Scaled by its largest value first, so that squares neither vanish nor overflow.
    """
    norms = np.empty((len(arrays), len(arrays[0]))) if arrays else np.empty((0, 0))
    for place, array in enumerate(arrays):
        sizes = np.abs(array.astype(np.float64))
        largest = sizes.max(axis=(1, 2))
        sizes /= np.where(largest > 0, largest, 1.0)[:, None, None]
        norms[place] = largest * np.sqrt(np.square(sizes, out=sizes).sum(axis=(1, 2)))
    return norms


def gradient_norms(trace: Trace) -> Float64s:
    """The norm of each layer's gradient at its weights and biases: ``(layers, networks)``.

    ``‖∂L/∂W‖`` with L the mean loss of the batch; in a trace of :meth:`Training.steps` L1 and L2
    are in it.
    """
    return _norms(trace.weight_gradients)


def weight_norms(trace: Trace, layers: Sequence[int] | None = None) -> Float64s:
    """The norm of each layer's gradient at its weights alone: ``(layers, networks)``.

    The bias's gradient is the sum of the gradient at the weighted sums and would tell that story
    again.  ``layers`` are the places of those that are asked for, by default all.
    """
    gradients = trace.weight_gradients
    places = range(len(gradients)) if layers is None else layers
    return _norms([gradients[place][..., :-1] for place in places])


def delta_norms(trace: Trace) -> Float64s:
    """The norm of each layer's gradient at its weighted sums: ``(layers, networks)``.

    ``‖∂L/∂z‖`` over the layer's units and the batch's samples, L the mean loss.  It tells another
    story than the gradient at the weights, which is the product of this with the layer's inputs.
    """
    return _norms(trace.deltas)


@dataclass(frozen=True, eq=False)
class Factors:
    """What each step back does to the norm of the gradient at the sums: ``(hidden, networks)``.

    From layer l + 1 to l the norm is multiplied by ``weights``, then by ``slopes``:
    ``‖Wᵀδ‖/‖δ‖`` and ``‖f′(z)⊙Wᵀδ‖/‖Wᵀδ‖``.  NaN where the gradient is 0 already.
    """

    weights: Float64s
    slopes: Float64s


def delta_factors(trace: Trace, weights: Sequence[Floats] | None = None) -> Factors:
    """Split the way back through each hidden layer into what weights and what slopes do.

    ``weights`` are the layers' as the trace met them, where the stack's have moved since, as in a
    training step.  For networks without skip connections.
    """
    arriving = [
        w[:, :, :-1].swapaxes(1, 2).astype(np.float64) @ delta.astype(np.float64)
        for w, delta in zip((weights or trace.stack.weights)[1:], trace.deltas[1:], strict=True)
    ]
    deltas, passed = delta_norms(trace), _norms(arriving)
    hidden = len(arriving)
    if not hidden:
        return Factors(deltas[:0], deltas[:0])
    with np.errstate(invalid="ignore", divide="ignore"):
        return Factors(weights=passed / deltas[1:], slopes=deltas[:hidden] / passed)


@dataclass(frozen=True, eq=False)
class Signals:
    """The outputs of each hidden layer over its units and the samples: ``(hidden, networks)``.

    ``saturated`` is the share with a slope smaller in size than the threshold.
    """

    mean: Float64s
    std: Float64s
    saturated: Float64s


def signals(trace: Trace, threshold: float = 0.05) -> Signals:
    """Mean, spread and saturation of each hidden layer."""
    shape = (len(trace.a), len(trace.stack))
    outputs = [a.astype(np.float64) for a in trace.a]
    return Signals(
        mean=np.array([a.mean(axis=(1, 2)) for a in outputs]).reshape(shape),
        std=np.array([a.std(axis=(1, 2)) for a in outputs]).reshape(shape),
        saturated=np.array(
            [(np.abs(s) < threshold).mean(axis=(1, 2)) for s in trace.slopes]
        ).reshape(shape),
    )


def zero_slope_shares(trace: Trace) -> list[Float64s]:
    """For each unit of each hidden layer the share of samples at which its slope is exactly 0.

    ``(networks, units)`` a layer.  On a trace of all data a unit with share 1 is dead: no sample
    moves its incoming weights.  One with a share below 1 is merely sparse.
    """
    return [(slopes == 0).mean(axis=2) for slopes in trace.slopes]


def sign_agreement(trace: Trace) -> list[NDArray[np.bool_]]:
    """For each unit whether the gradients of its incoming weights all share one sign.

    ``(networks, units)`` a layer, over the trace's batch.  Zeros are left out, biases too; a unit
    without two gradients other than 0 has nothing to agree on and counts as False.
    """
    return [of_one_sign(gradient[:, :, :-1]) for gradient in trace.weight_gradients]


def of_one_sign(gradients: Floats) -> NDArray[np.bool_]:
    """Whether the gradients along the last axis share one sign, zeros left out: at least two do.

    >>> of_one_sign(np.array([[0.1, 3.0, 0.0], [0.1, -3.0, 0.0], [0.0, 2.0, 0.0]]))
    array([ True, False, False])
    """
    up, down = (gradients > 0).sum(axis=-1), (gradients < 0).sum(axis=-1)
    agree: NDArray[np.bool_] = (np.minimum(up, down) == 0) & (up + down >= 2)
    return agree


def chance_of_agreement(weights: int) -> float:
    """The share of units that agree by chance alone: ``2 / 2ⁿ`` for n independent even signs.

    >>> chance_of_agreement(8)
    0.0078125
    """
    return 2.0 / 2.0**weights


def update_ratios(before: Sequence[Floats], after: Sequence[Floats]) -> Float64s:
    """The size of an update beside that of the weights: ``‖ΔW‖ / ‖W‖``, ``(layers, networks)``.

    ``before`` and ``after`` are each layer's weights ``(networks, units, units before + 1)``.
    """
    changes: list[Any] = [
        b.astype(np.float64) - a.astype(np.float64) for a, b in zip(before, after, strict=True)
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        return _norms(changes) / _norms(before)
