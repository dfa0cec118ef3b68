"""A stack of networks: layers, and the ways of passing data through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlbasic.arrays import Floats
from dlbasic.datasets import Points
from dlbasic.losses import Loss
from dlbasic.network.layers import Layers, Member
from dlbasic.network.trace import Trace

BLOCK = 512  # samples that are passed on together: what a processor's cache holds


class Stack(Layers):
    """Networks with ``sizes`` inputs, hidden units and outputs, from 0 to 64 hidden layers.

    ``parameters`` is the flat vector of all; ``weights[l]`` of shape ``(networks, units, units
    before + 1)``, the bias last, and ``alphas`` are views of it.  The last layer has no
    activation: its outputs are predictions or scores, which the loss's head reads.  With ``skip``
    each hidden layer adds its input to its output where the two are equally wide (He, Zhang, Ren &
    Sun, 2016).  Raises ``ValueError`` for sizes below 1, more than 64 hidden layers or another
    type than float32 and float64.

    >>> from dlbasic.activations import PReLU
    >>> stack = Stack((2, 3, 1), [Member(PReLU()), Member(PReLU(0.1), seed=1)])
    >>> [w.shape for w in stack.weights], len(stack.parameters)
    ([(2, 3, 3), (2, 1, 4)], 28)
    >>> stack.outputs([[0.0, 0.0], [1.0, -1.0]]).shape
    (2, 1, 2)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        members: Sequence[Member],
        dtype: Any = np.float64,
        skip: bool = False,
    ) -> None:
        super().__init__(sizes, members, dtype, skip)
        self._traces: dict[int, Trace] = {}

    def outputs(self, inputs: ArrayLike) -> Floats:
        """What the last layer gives for inputs ``(samples, features)``.

        ``(networks, outputs, samples)``: predictions, or scores, of which the loss's head makes
        probabilities.
        """
        return self.outputs_of_rows(self.with_ones(inputs))

    def outputs_of_rows(self, rows: Floats) -> Floats:
        """The same for inputs as :meth:`with_ones` gives them."""
        outputs = np.empty((len(self), self.sizes[-1], len(rows)), self.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), BLOCK):
                block = rows[start : start + BLOCK]
                outputs[..., start : start + BLOCK] = self._trace(len(block)).forward(block.T)
        return outputs

    def forward(self, inputs: ArrayLike, trace: Trace | None = None) -> Trace:
        """Pass inputs ``(samples, features)`` on; gives the trace of all layers.

        It is a new one, or ``trace``, which is of as many samples, filled anew.
        """
        rows = self.with_ones(inputs)
        trace = trace or Trace(self, len(rows))
        with np.errstate(all="ignore"):
            trace.forward(rows.T)
        return trace

    def backpropagate(self, points: Points, loss: Loss, trace: Trace | None = None) -> Trace:
        """Pass points on and the gradient of their mean loss back; gives the trace of both.

        It is a new one, or ``trace``, which is of as many samples, filled anew.

        >>> from dlbasic.activations import Tanh
        >>> from dlbasic.losses import LOSSES
        >>> points = Points(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([0, 1]))
        >>> trace = Stack((2, 3, 1), [Member(Tanh())]).backpropagate(points, LOSSES["bce"]())
        >>> [gradient.shape for gradient in trace.weight_gradients]
        [(1, 3, 3), (1, 1, 4)]
        """
        rows = self.with_ones(points.inputs)
        targets = loss.prepare(points.targets, self.sizes[-1], self.dtype)
        trace = trace or Trace(self, len(rows))
        with np.errstate(all="ignore"):
            trace.forward(rows.T)
            trace.backward(rows, loss, targets, self.share(loss, len(rows)))
        return trace

    def share(self, loss: Loss, samples: int) -> Floats:
        """The share of one loss value in the mean over so many samples, as a 0-d array.

        There is a value for each output, or for each choice of a class.
        """
        values = samples * (1 if loss.head == "softmax" else self.sizes[-1])
        return np.asarray(1.0 / values, self.dtype)

    def rest(self) -> None:
        """Let go of what the next pass can make again."""
        self._traces.clear()

    def _trace(self, samples: int) -> Trace:
        """A trace for so many samples, made once."""
        if samples not in self._traces:
            self._traces[samples] = Trace(self, samples)
        return self._traces[samples]
