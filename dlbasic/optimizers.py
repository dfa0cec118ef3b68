"""Optimizers: how a gradient moves the parameters, in place on flat vectors.

Each is written as PyTorch's of the same name, so that the same settings take the same steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dlbasic.arrays import Floats
from dlbasic.params import Declared, Real, parameter
from dlbasic.text import Text, both

_MOMENTUM = Real(
    Text(ko="모멘텀 계수 μ", en="momentum μ"), default=0.9, low=0.0, high=0.99, step=0.01
)


class Update(ABC):
    """One run's steps: the vectors that they need, made once."""

    def __init__(self, parameters: Floats, lr: Any) -> None:
        """``lr``, the learning rate, is one number or one for each parameter."""
        self.parameters = parameters
        self.lr: Floats = np.asarray(lr, parameters.dtype)
        self.step: Floats = np.zeros_like(parameters)

    @abstractmethod
    def __call__(self, gradient: Floats) -> None:
        """Take one step against the gradient; the parameters change in place."""

    @abstractmethod
    def reset(self, which: Any) -> None:
        """Clear what is remembered of past gradients for some of the parameters."""


class Optimizer(Declared, ABC):
    """An update rule with its settings (the fields); :meth:`start` begins a run.

    ``pytorch`` is the name of PyTorch 2's and its settings, whose slots are the fields.

    >>> Momentum(0.5).pytorch_call("w, lr=0.1")
    'torch.optim.SGD(w, lr=0.1, momentum=0.5)'
    """

    key: ClassVar[str]
    name: ClassVar[Text]
    value_tex: ClassVar[str]
    pytorch: ClassVar[tuple[str, ...]]

    def pytorch_call(self, given: str) -> str:
        """The call in PyTorch, with the parameters and the learning rate that are ``given``."""
        name, *settings = self.pytorch
        said = [setting.format(**vars(self)) for setting in settings]
        return f"torch.optim.{name}({', '.join([given, *said])})"

    @abstractmethod
    def start(self, parameters: Floats, lr: Any) -> Update: ...


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent on mini-batches: ``w ← w - η·g``.

    >>> w = np.array([1.0, 2.0])
    >>> SGD().start(w, 0.5)(np.array([2.0, -2.0]))
    >>> w
    array([0., 3.])

    Source: Robbins & Monro (1951).
    """

    key = "sgd"
    name = Text(ko="확률적 경사 하강법(SGD)", en="SGD")
    value_tex = r"w \leftarrow w - \eta\, g"
    pytorch = ("SGD",)

    def start(self, parameters: Floats, lr: Any) -> Update:
        return _SGD(parameters, lr)


class _SGD(Update):
    def reset(self, which: Any) -> None:
        pass

    def __call__(self, gradient: Floats) -> None:
        np.multiply(gradient, self.lr, self.step)
        np.subtract(self.parameters, self.step, self.parameters)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Remember past gradients: ``v ← μ·v + g``, ``w ← w - η·v``.

    >>> w = np.array([1.0])
    >>> step = Momentum(0.5).start(w, 0.1)
    >>> step(np.array([1.0])), step(np.array([1.0]))
    (None, None)
    >>> w
    array([0.75])

    Source: Polyak (1964); in PyTorch's form, which multiplies the rate in last.
    """

    momentum: float = parameter(_MOMENTUM)

    key = "momentum"
    name = Text(ko="모멘텀(Momentum)", en="Momentum")
    value_tex = r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta\, v"
    pytorch = ("SGD", "momentum={momentum}")

    def start(self, parameters: Floats, lr: Any) -> Update:
        return _Momentum(parameters, lr, self.momentum)


class _Momentum(Update):
    def __init__(self, parameters: Floats, lr: Any, momentum: float) -> None:
        super().__init__(parameters, lr)
        self.velocity: Floats = np.zeros_like(parameters)
        self.momentum: Floats = np.asarray(momentum, parameters.dtype)

    def reset(self, which: Any) -> None:
        self.velocity[which] = 0.0

    def _gather(self, gradient: Floats) -> None:
        np.multiply(self.velocity, self.momentum, out=self.velocity)
        np.add(self.velocity, gradient, out=self.velocity)

    def __call__(self, gradient: Floats) -> None:
        self._gather(gradient)
        np.multiply(self.velocity, self.lr, out=self.step)
        np.subtract(self.parameters, self.step, out=self.parameters)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead: ``v ← μ·v + g``, ``w ← w - η·(g + μ·v)``.

    >>> w = np.array([1.0])
    >>> Nesterov(0.5).start(w, 0.1)(np.array([1.0]))
    >>> w
    array([0.85])

    Source: Nesterov (1983), in the form of Sutskever, Martens, Dahl & Hinton (2013).
    """

    momentum: float = parameter(_MOMENTUM)

    key = "nesterov"
    name = Text(ko="네스테로프(Nesterov)", en="Nesterov")
    value_tex = r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta\,(g + \mu v)"
    pytorch = ("SGD", "momentum={momentum}", "nesterov=True")

    def start(self, parameters: Floats, lr: Any) -> Update:
        return _Nesterov(parameters, lr, self.momentum)


class _Nesterov(_Momentum):
    def __call__(self, gradient: Floats) -> None:
        self._gather(gradient)
        np.multiply(self.velocity, self.momentum, out=self.step)
        np.add(self.step, gradient, out=self.step)
        np.multiply(self.step, self.lr, out=self.step)
        np.subtract(self.parameters, self.step, out=self.parameters)


@dataclass(frozen=True)
class Adam(Optimizer):
    """A rate for each parameter, from running means of the gradient and of its square.

    ``m ← β₁m + (1-β₁)g``, ``v ← β₂v + (1-β₂)g²``,
    ``w ← w - η·m̂/(√v̂ + ε)`` with ``m̂ = m/(1-β₁ᵗ)`` and ``v̂ = v/(1-β₂ᵗ)``.

    >>> w = np.array([1.0, 1.0])
    >>> Adam().start(w, 0.1)(np.array([5.0, -0.02]))
    >>> w.round(6)
    array([0.9, 1.1])

    Source: Kingma & Ba (2014).
    """

    beta1: float = parameter(Real(both("β₁"), default=0.9, low=0.0, high=0.99, step=0.01))
    beta2: float = parameter(
        Real(both("β₂"), default=0.999, low=0.9, high=0.999, step=0.001, allowed=(0.0, 0.999999))
    )
    epsilon: float = parameter(
        Real(both("ε"), default=1e-8, low=1e-8, high=1e-2, step=1e-8, allowed=(1e-30, 1.0))
    )

    key = "adam"
    name = both("Adam")
    pytorch = ("Adam", "betas=({beta1}, {beta2})", "eps={epsilon}")
    value_tex = (
        r"\begin{aligned} m &\leftarrow \beta_1 m + (1-\beta_1)\,g \\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\,g^2 \\ "
        r"w &\leftarrow w - \eta\,\frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)} + \varepsilon} "
        r"\end{aligned}"
    )

    def start(self, parameters: Floats, lr: Any) -> Update:
        return _Adam(parameters, lr, self)


class _Adam(Update):
    def __init__(self, parameters: Floats, lr: Any, settings: Adam) -> None:
        super().__init__(parameters, lr)
        self.mean: Floats = np.zeros_like(parameters)
        self.square: Floats = np.zeros_like(parameters)
        self.work: Floats = np.zeros_like(parameters)
        self.settings = settings
        kept = (settings.beta1, 1.0 - settings.beta1, settings.beta2, 1.0 - settings.beta2)
        self.shares = [np.asarray(share, parameters.dtype) for share in kept]
        self.epsilon = np.asarray(settings.epsilon, parameters.dtype)
        self.count = 0

    def reset(self, which: Any) -> None:
        self.mean[which] = self.square[which] = 0.0

    def __call__(self, gradient: Floats) -> None:
        self.count += 1
        keep, take, keep_square, take_square = self.shares
        step, work, kind = self.step, self.work, self.parameters.dtype.type
        np.multiply(self.mean, keep, out=self.mean)
        np.multiply(gradient, take, out=step)
        np.add(self.mean, step, out=self.mean)
        np.multiply(gradient, gradient, out=step)
        np.multiply(step, take_square, out=step)
        np.multiply(self.square, keep_square, out=self.square)
        np.add(self.square, step, out=self.square)
        np.sqrt(self.square, out=work)
        np.divide(work, kind((1.0 - self.settings.beta2**self.count) ** 0.5), out=work)
        np.add(work, self.epsilon, out=work)
        np.divide(self.mean, work, out=step)
        np.multiply(step, self.lr, out=step)
        np.divide(step, kind(1.0 - self.settings.beta1**self.count), out=step)
        np.subtract(self.parameters, step, out=self.parameters)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.key: optimizer for optimizer in (SGD, Momentum, Nesterov, Adam)
}
