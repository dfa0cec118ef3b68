"""Two weights on their way to a target, and which functions' gradients share one sign."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.measures.gradient_signs import DATA, agreement, fit_output_bias, points_for, stack_of
from dlbasic.measures.settings import SEEDS, seed_choice, seeds_from
from dlbasic.measures.two_weights import (
    BATCHES,
    Descent,
    batch_moments,
    descend,
    fastest,
    inputs_of,
    steps_for,
    target,
)
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.text import Text

EDGE = 3.0  # beyond the picture
LAST = 400  # a path's steps that can be shown
_LEVELS = 4.0 ** -np.arange(6.0)  # of the loss at the start


@dataclass(frozen=True)
class Path(Descent):
    """One run of a descent, and the step at which it is looked at."""

    seed: int = parameter(Integer(Text(ko="시드", en="Seed"), default=0, low=0, high=99))
    step: int = parameter(
        Integer(Text(ko="보여 줄 스텝", en="Step shown"), default=40, low=0, high=LAST)
    )

    def descent(self, inputs: str) -> Descent:
        """The same descent with inputs of this kind."""
        return Descent(inputs, self.direction, self.batch, self.lr)


@lru_cache(maxsize=64)
def path(descent: Descent, seed: int) -> Float64s:
    """One run's two weights from the start at 0: ``(steps + 1, 2)``, arrival and beyond."""
    inputs = inputs_of(descent.inputs, [seed])
    moments = batch_moments(inputs, [seed], int(descent.batch), steps_for(descent.lr))
    return descend(moments, target(descent.direction)[:, None], descent.lr)[..., 0]


@lru_cache(maxsize=64)
def fastest_steps(inputs: str, direction: int, batch: float, seed: int) -> float:
    """The median steps to the arrival over ``SEEDS`` runs, at the fastest of several rates."""
    seeds = seeds_from(seed, SEEDS)
    return fastest(inputs_of(inputs, seeds), seeds, int(batch), direction)


def curvature(descent: Descent, seed: int) -> Float64s:
    """The matrix of second derivatives of that run's loss, the same everywhere: ``(2, 2)``."""
    x = inputs_of(descent.inputs, [seed])[0]
    second: Float64s = x.T @ x / len(x)
    return second


def loss_surface(descent: Descent, seed: int, w1: ArrayLike, w2: ArrayLike) -> Float64s:
    """The mean of ``(w·x - w*·x)² / 2`` over all samples of that run: ``(len(w2), len(w1))``."""
    (a, b), (_, c) = curvature(descent, seed)
    end1, end2 = target(descent.direction)
    u, v = np.meshgrid(np.asarray(w1) - end1, np.asarray(w2) - end2)
    surface: Float64s = (a * u**2 + 2 * b * u * v + c * v**2) / 2
    return surface


def contours(descent: Descent, seed: int) -> pd.DataFrame:
    """The ellipses on which the loss is a fourth, a sixteenth, … of that at the start.

    Rows ``series, order, w1, w2``, those within the picture.
    """
    # A circle's points, stretched as it is along the two main directions: long ends stay round.
    stretch, axes = np.linalg.eigh(curvature(descent, seed))
    angles = np.linspace(0.0, 2.0 * np.pi, 73)
    ring = axes @ (np.stack([np.cos(angles), np.sin(angles)]) / np.sqrt(stretch)[:, None])
    end = target(descent.direction)
    start = float(loss_surface(descent, seed, [0.0], [0.0])[0, 0])
    frames = []
    for level in _LEVELS:
        w1, w2 = end[:, None] + ring * np.sqrt(2 * level * start)
        frames.append(pd.DataFrame({"series": f"{level:g}", "order": np.arange(len(angles)) * 1.0,
                                    "w1": w1, "w2": w2}))  # fmt: skip
    rows = pd.concat(frames, ignore_index=True)
    inside = (rows[["w1", "w2"]].abs() <= EDGE).all(axis=1)
    return rows[inside]


def thinned(walk: Float64s) -> pd.DataFrame:
    """A walk's points, every so many: ``order, w1, w2``."""
    kept = walk[:: max(1, len(walk) // 400)]
    return pd.DataFrame(
        {"w1": kept[:, 0], "w2": kept[:, 1], "order": np.arange(len(kept), dtype=np.float64)}
    )


def frame(*walks: Float64s) -> tuple[float, float, float, float]:
    """What encloses the walks: the middle ``w1, w2`` and half of width and height, with a margin.

    In steps of a twentieth, so that nearly the same walks have the same; no more than ``EDGE``.

    >>> frame(np.array([[0.0, 0.0], [0.7, -0.7]]))
    (0.35, -0.35, 0.45, 0.45)
    """
    places = np.clip(np.concatenate(walks), -EDGE, EDGE)
    low, high = places.min(axis=0), places.max(axis=0)
    middle, half = (low + high) / 2, np.maximum(1.2 * (high - low) / 2, 0.2)
    w1, w2 = np.rint(20 * middle) / 20
    width, height = np.ceil(20 * half - 1e-9) / 20
    return float(w1), float(w2), float(width), float(height)


@dataclass(frozen=True)
class Look(Declared):
    """What is shown."""

    part: str = parameter(
        Choice(
            Text(ko="볼 것", en="What to look at"), default="path",
            options={
                "path": Text(ko="두 가중치의 경로", en="Path of two weights"),
                "signs": Text(ko="같은 부호인 유닛의 비율", en="Units of one sign"),
            },
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Signs(Declared):
    """The second of two hidden layers of 8 units, before training, its output's bias fitted."""

    data: str = parameter(DATA)
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=1, high=20))
    signs_seed: int = parameter(seed_choice())


@lru_cache(maxsize=32)
def one_sign(settings: Signs) -> pd.DataFrame:
    """The share ``share`` by ``function`` and ``batch``: median over seeds, lowest and highest.

    Zeros are left out; without a unit that has two gradients other than 0 there is no row.
    """
    keys = list(ACTIVATIONS)
    points = points_for(settings.data, settings.signs_seed)
    stack = stack_of(keys, seeds_from(settings.signs_seed, settings.seeds))
    fit_output_bias(stack, points)
    frames = []
    for batch in BATCHES:
        units = agreement(stack, points, batch).units
        for key, own in zip(keys, np.split(units, len(keys)), strict=True):
            known = own[np.isfinite(own)]
            if len(known):
                frames.append((key, float(batch), np.median(known), known.min(), known.max()))
    columns = ["function", "batch", "share", "share_low", "share_high"]
    return pd.DataFrame(frames, columns=columns)
