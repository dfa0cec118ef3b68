"""Two classes: cross-entropy beside squared error at one score, and from a badly wrong start.

The unit learns from points each of which has its mirror image in the other class.  By this symmetry
the gradient of its bias is 0 from the start on, so its two weights are all that it learns, and the
surface of the loss over them is the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.activations import Identity, Sigmoid
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import DATASETS, MAP, Points, grid
from dlbasic.measures.replay import Replay, epoch_shown
from dlbasic.measures.settings import seed_choice
from dlbasic.measures.sigmoid_losses import COMPARED, LEARNED, LR
from dlbasic.network import Member, Stack
from dlbasic.params import Choice, Declared, Integer, Real, declared, parameter
from dlbasic.text import Text
from dlbasic.training import Training

PAIRS = 100  # of points and their mirror images, to train on and as many to test on
EPOCHS = 500  # that a path on the surface goes through
REACH = 12.0  # scores go from minus this to this
_NEAR = 0.1 ** np.arange(1, 7)  # how far from a gradient of 0 it is drawn, too
CELLS, CELL = 31, 0.3  # of the surface, along each weight
LEVELS = 8  # of the surface for each power of ten of the loss
_DEEPEST = 2.5  # powers of ten below the highest loss; what is lower is drawn as one level
_DRAWN = 120  # points of a path at most
_PLANE = grid(MAP)


@dataclass(frozen=True)
class Answer(Declared):
    """One score and the label it should have had."""

    score: float = parameter(
        Real(Text(ko="점수(logit) z", en="Score (logit) z"), default=-5.0, low=-REACH, high=REACH,
             step=0.5)
    )  # fmt: skip
    label: float = parameter(
        Real(Text(ko="정답(label) y", en="Label y"), default=1.0, low=0.0, high=1.0, step=0.1)
    )

    @property
    def probability(self) -> float:
        """``σ(score)``."""
        return float(Sigmoid()(self.score))

    @property
    def sigmoid_slope(self) -> float:
        """``σ′(score)``."""
        return float(Sigmoid().grad(self.score))

    @property
    def balanced(self) -> float | None:
        """The score whose probability is the label; the labels 0 and 1 have none.

        >>> Answer(label=0.5).balanced, Answer(label=1.0).balanced
        (0.0, None)
        """
        if not 0.0 < self.label < 1.0:
            return None
        return float(np.log(self.label) - np.log1p(-self.label))


@dataclass(frozen=True)
class WrongStart(Declared):
    """Where one sigmoid unit starts, and what it learns from."""

    size: float = parameter(
        Real(Text(ko="처음 가중치의 크기", en="Size of the initial weights"), default=3.0, low=0.5,
             high=4.0, step=0.5)
    )  # fmt: skip
    angle: int = parameter(
        Integer(Text(ko="처음 방향이 틀린 각도 (°)", en="Degrees off the right direction"),
                default=150, low=0, high=180, step=10, allowed=(-360, 360))
    )  # fmt: skip
    lr: float = parameter(LR)
    noise: float = parameter(
        Real(Text(ko="두 무리가 겹치는 정도(잡음)", en="Overlap of the clouds (noise)"),
             default=0.3, low=0.0, high=0.5, step=0.1)
    )  # fmt: skip
    seed: int = parameter(seed_choice())

    @property
    def weights(self) -> Float64s:
        """The two weights at the start; at 0° they point from class 0 to class 1.

        >>> WrongStart(size=2.0, angle=180).weights.round(3).tolist()
        [-1.414, -1.414]
        """
        direction = np.pi / 4 + np.radians(self.angle)
        return self.size * np.array([np.cos(direction), np.sin(direction)])


_START = tuple(declared(WrongStart))


@dataclass(frozen=True)
class Epochs(Declared):
    """The epoch at which the unit is shown under each of the two losses."""

    bce_epoch: int = parameter(epoch_shown(_START))
    sigmoid_mse_epoch: int = parameter(epoch_shown(_START))


@dataclass(frozen=True)
class Shown(Declared):
    """Which part of the figure is shown."""

    part: str = parameter(
        Choice(
            Text(ko="볼 그림", en="Picture"), default="answer",
            options={
                "answer": Text(ko="점수 하나", en="One answer"),
                "runs": Text(ko="두 학습", en="Two runs"),
                "surfaces": Text(ko="손실 지형", en="Landscapes"),
            },
        )
    )  # fmt: skip


def answers(answer: Answer) -> dict[str, tuple[float, float]]:
    """Value and gradient of the answer under each loss, by its key.

    >>> answers(Answer(score=0.0, label=1.0))["sigmoid_mse"]
    (0.25, -0.25)
    """
    at = answer.score, answer.label
    return {key: (float(loss(*at)), float(loss.grad(*at))) for key, loss in COMPARED.items()}


def gradients(answer: Answer) -> pd.DataFrame:
    """The size of each loss's ``gradient`` over the ``score``; ``picked`` marks the answer's.

    Where p = y it is 0, which a logarithmic axis does not have: there the row is without it, and
    close to there rows are dense.
    """
    logits, label = np.linspace(-REACH, REACH, 193), answer.label
    zero = np.nan if answer.balanced is None else answer.balanced
    if np.isfinite(zero):
        logits = np.unique([*logits, *(zero - _NEAR), zero, *(zero + _NEAR)])
    picked = np.append(np.full(len(logits), np.nan), answer.score)
    logits = np.append(logits, answer.score)
    frames = []
    for key, loss in COMPARED.items():
        size = np.abs(loss.grad(logits, np.full(len(logits), label)))
        size[logits == zero] = np.nan
        columns = {"score": logits, "gradient": size, "picked": picked}
        frames.append(pd.DataFrame(columns).assign(loss=key).sort_values("score", kind="stable"))
    return pd.concat(frames, ignore_index=True)


def mirrored(noise: float, seed: int) -> tuple[Points, Points]:
    """Two Gaussian clouds, to train and to test on: each point x with -x in the other class.

    >>> train, test = mirrored(0.3, seed=0)
    >>> bool((train.inputs[:100] == -train.inputs[100:]).all()), float(train.targets.mean())
    (True, 0.5)
    """
    drawn = DATASETS["gaussians"](noise).sample(2 * PAIRS, seed)
    train, test = (
        Points(np.concatenate([x, -x]), np.concatenate([y, 1 - y]))
        for x, y in zip(np.split(drawn.inputs, 2), np.split(drawn.targets, 2), strict=True)
    )
    return train, test


def training(start: WrongStart, key: str, train: Points, test: Points) -> Training:
    """One sigmoid unit at its start, trained on all points in each step."""
    stack = Stack((2, 1), [Member(Identity())])
    stack.parameters[:] = [*start.weights, 0.0]
    return Training(stack, train, test, COMPARED[key], lr=start.lr, batch_size=len(train))


class UnitRun(Replay):
    """The unit under one of the losses, watched while it trains; its notes are its two weights.

    >>> run = UnitRun(WrongStart(), "bce")
    >>> run.seek(3)
    >>> run.epoch.number, len(run.notes), run.probabilities().shape
    (3, 4, (2500,))
    """

    def __init__(self, start: WrongStart, key: str) -> None:
        self.start, self.key = start, key
        self.train, self.test = mirrored(start.noise, start.seed)
        super().__init__()

    def begin(self) -> Training:
        return training(self.start, self.key, self.train, self.test)

    def note(self) -> Float64s:
        return self.training.parameters()[:2].astype(np.float64)

    def probabilities(self) -> Floats:
        """The probability of class 1 over the plane, ``(MAP·MAP,)``."""
        return Sigmoid()(self.training.stack.outputs(_PLANE)[0, 0])


@lru_cache(maxsize=64)
def walk(start: WrongStart, key: str) -> Float64s:
    """The weights before each of ``EPOCHS`` epochs and after the last: ``(EPOCHS + 1, 2)``."""
    run = training(start, key, *mirrored(start.noise, start.seed))
    path = np.empty((EPOCHS + 1, 2))
    path[0] = start.weights
    for epoch in range(EPOCHS):
        run.advance(1)
        path[epoch + 1] = run.stack.parameters[:2]
    return path


def thinned(path: Float64s) -> pd.DataFrame:
    """The path in even pieces of its length, as most of its epochs may be spent in one place.

    Columns ``w1``, ``w2`` and ``order``.
    """
    along = np.append(0.0, np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum())
    kept = np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], _DRAWN)))
    return pd.DataFrame({"w1": path[kept, 0], "w2": path[kept, 1], "order": kept.astype(float)})


def learned_at(path: Float64s, points: Points) -> int | None:
    """The first epoch after which the accuracy is ``LEARNED`` or more; None if there is none."""
    right = (points.inputs @ path.T > 0) == (points.targets == 1)[:, None]
    epochs = np.flatnonzero(right.mean(axis=0) >= LEARNED)
    return int(epochs[0]) if len(epochs) else None


def steepness(weights: Float64s, points: Points, key: str) -> float:
    """The norm of the mean loss's gradient at the two weights."""
    slopes = COMPARED[key].grad(points.inputs @ weights, points.targets)
    return float(np.linalg.norm(points.inputs.T @ slopes) / len(points))


@lru_cache(maxsize=64)
def surface(noise: float, seed: int, key: str) -> pd.DataFrame:
    """The mean loss over both weights in levels of its logarithm: ``w1``, ``w2``, ``level``.

    Treat it as read-only.  A level is a power of ten's exponent, rounded down to an eighth.
    """
    train, _ = mirrored(noise, seed)
    axis = CELL * (np.arange(CELLS) - CELLS // 2)
    weights = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    logits: Any = (weights @ train.inputs.T)[:, None]  # (cells, 1, points)
    log = np.log10(COMPARED[key].mean(logits, train.targets[None]))
    level = np.floor(LEVELS * np.maximum(log, log.max() - _DEEPEST)) / LEVELS
    return pd.DataFrame({"w1": weights[:, 0], "w2": weights[:, 1], "level": level})
