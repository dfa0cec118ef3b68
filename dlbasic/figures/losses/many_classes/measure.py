"""Scores for several classes on their way to a loss and its gradient, every number of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbasic.arrays import Float64s
from dlbasic.entropy import entropy, kl_divergence
from dlbasic.losses import CrossEntropy
from dlbasic.params import Choice, Declared, Integer, Real, parameter
from dlbasic.softmax import log_softmax, softmax_vjp
from dlbasic.text import Text, indexed

MOST = 6  # classes


def _score(place: int, default: float) -> Real:
    z = indexed("z", place)
    label = Text(ko=f"클래스 {place}의 점수 {z}", en=f"Score {z} of class {place}")
    return Real(label, default=default, low=-10.0, high=10.0, step=0.1)


@dataclass(frozen=True)
class ManyClasses(Declared):
    """Scores for several classes, and the class that is true."""

    classes: int = parameter(
        Integer(Text(ko="클래스 수", en="Number of classes"), default=3, low=2, high=MOST)
    )
    label: int = parameter(
        Integer(Text(ko="정답 클래스", en="True class"), default=2, low=1, high=MOST)
    )
    smoothing: float = parameter(
        Real(
            Text(ko="레이블 스무딩 ε", en="Label smoothing ε"),
            default=0.0, low=0.0, high=1.0, step=0.05,
        )
    )  # fmt: skip
    z1: float = parameter(_score(1, 2.0))
    z2: float = parameter(_score(2, 1.0))
    z3: float = parameter(_score(3, 0.0))
    z4: float = parameter(_score(4, -1.0))
    z5: float = parameter(_score(5, 0.5))
    z6: float = parameter(_score(6, -2.0))

    @property
    def logits(self) -> Float64s:
        return np.array([getattr(self, f"z{place}") for place in range(1, self.classes + 1)])

    @property
    def truth(self) -> int:
        """The true class, counted from 0; of classes that are not there, the last that is."""
        return min(self.label, self.classes) - 1


@dataclass(frozen=True)
class Below(Declared):
    """What stands below the picture."""

    part: str = parameter(
        Choice(
            Text(ko="그림 아래에 볼 것", en="Below the picture"), default="numbers",
            options={
                "numbers": Text(ko="모든 숫자", en="Every number"),
                "formulas": Text(ko="식", en="Formulas"),
                "code": Text(ko="코드에서는", en="In code"),
            },
        )
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chain:
    """From scores to the gradient; arrays with a value for each class."""

    logits: Float64s
    powers: Float64s  # exp(z), which scores this small allow
    p: Float64s
    y: Float64s
    terms: Float64s  # of the loss: -y·log p
    loss: float
    gradient: Float64s
    floor: float  # below which no scores bring the loss
    above: float  # how much higher the loss is


def chain(settings: ManyClasses) -> Chain:
    """Every number between the scores and the gradient of the loss.

    The targets are ``(1 - ε)·onehot + ε/K`` (Szegedy et al., 2016): one-hot without smoothing.

    >>> links = chain(ManyClasses(classes=2, label=1, z1=0.0, z2=0.0))
    >>> links.p.tolist(), links.gradient.tolist()
    ([0.5, 0.5], [-0.5, 0.5])
    """
    logits, classes, loss = settings.logits, settings.classes, CrossEntropy()
    share = settings.smoothing / classes
    y = np.full(classes, share)
    y[settings.truth] += 1.0 - settings.smoothing
    terms = np.where(y > 0, -y * log_softmax(logits), 0.0)
    p = np.asarray(loss.predictions(logits), np.float64)
    return Chain(
        logits,
        np.exp(logits),
        p,
        y,
        np.asarray(terms),
        float(loss(logits, y)),
        np.asarray(loss.grad(logits, y)),
        float(entropy(y)),
        float(kl_divergence(y, p)),
    )


@dataclass(frozen=True, eq=False)
class Twice:
    """The loss that comes of giving probabilities where scores are asked for."""

    loss: float
    gradient: Float64s  # with respect to the scores
    floor: float  # below which no scores bring the loss of a one-hot target


def softmax_twice(settings: ManyClasses) -> Twice:
    """Softmax of softmax: what a loss that applies softmax itself makes of probabilities.

    Between two probabilities there is no more than 1, so softmax gives the true class at most
    ``e / (e + K - 1)``.

    >>> round(softmax_twice(ManyClasses(classes=2, label=1, z1=10.0, z2=-10.0)).loss, 6)
    0.313262
    """
    links, loss = chain(settings), CrossEntropy()
    return Twice(
        float(loss(links.p, links.y)),
        np.asarray(softmax_vjp(links.p, loss.grad(links.p, links.y))),
        float(np.log1p((settings.classes - 1) / np.e)),
    )


@dataclass(frozen=True, eq=False)
class Forms:
    """One loss from targets as vectors, and from class numbers alone."""

    vector: float
    number: float
    vector_gradient: Float64s
    number_gradient: Float64s

    @property
    def apart(self) -> float:
        """How far the two losses are from each other."""
        return abs(self.vector - self.number)


def hard_forms(settings: ManyClasses) -> Forms:
    """The loss of the true class alone: from its one-hot vector, and from its number."""
    logits, truth, loss = settings.logits, settings.truth, CrossEntropy()
    vector = np.eye(settings.classes)[truth]
    return Forms(
        float(loss(logits, vector)),
        float(loss(logits, truth)),
        np.asarray(loss.grad(logits, vector)),
        np.asarray(loss.grad(logits, truth)),
    )


def soft_forms(settings: ManyClasses) -> Forms:
    """The loss of the smoothed labels: from their vector, and mixed from that of each number."""
    logits, truth, loss = settings.logits, settings.truth, CrossEntropy()
    classes = np.arange(settings.classes)
    every = np.tile(logits, (settings.classes, 1))
    shares = np.full(settings.classes, settings.smoothing / settings.classes)
    links = chain(settings)
    hard = 1.0 - settings.smoothing
    return Forms(
        links.loss,
        float(hard * loss(logits, truth) + (shares * loss(every, classes)).sum()),
        links.gradient,
        np.asarray(hard * loss.grad(logits, truth) + shares @ loss.grad(every, classes)),
    )
