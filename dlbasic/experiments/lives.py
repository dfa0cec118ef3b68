"""What the figure of dying units shows: every function from the same starts, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, PReLU
from dlbasic.experiments.base import seed_choice
from dlbasic.experiments.dead_units import (
    BATCH,
    EPOCHS,
    HE,
    HIDDEN,
    RATE,
    WIDTH,
    Event,
    Lives,
    Start,
    circle,
    events,
    live,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.losses import BCE
from dlbasic.network import Member, Stack
from dlbasic.params import Declared, Integer, Real, Several, parameter
from dlbasic.text import Text
from dlbasic.training import Training

Float64s = NDArray[np.float64]

DEATHS = 12  # as many of a network's deaths and returns are told


@dataclass(frozen=True)
class LivesSettings(Declared):
    """Two hidden layers of 16 units on the circle, He's weights, SGD with batches of 20."""

    functions: tuple[str, ...] = parameter(
        Several(
            Text(ko="함수", en="Functions"),
            default=("relu", "leaky_relu", "elu", "gelu", "silu", "mish"),
            options={key: f.name for key, f in ACTIVATIONS.items()},
        )
    )
    # ReLU's units die, and all of these functions still learn.  PReLU's networks diverge at it.
    rate: float = parameter(replace(RATE, default=1.0))
    bias: float = parameter(
        Real(Text(ko="편향의 시작값", en="Initial bias"), default=0.0, low=-5.0, high=1.0, step=0.5)
    )
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=3, high=20))
    seed: int = parameter(seed_choice())


@dataclass(eq=False)
class LivesView:
    """The lives of all networks, function by function and seed by seed.

    ``slopes`` are those that PReLU has learned, ``(epochs + 1, seeds, hidden layers)``, NaN where
    nothing is known yet and from where a network has diverged; None without PReLU.

    ``told`` are the first deaths and returns in the network of the first function and of the
    seed ``teller``, from 1: the first with a death, or the last.
    """

    settings: LivesSettings
    lives: Lives
    slopes: Float64s | None
    told: list[Event]
    teller: int

    @property
    def share_done(self) -> float:
        return self.lives.done / self.settings.epochs

    def rows(self) -> pd.DataFrame:
        """Mean shares dead and sparse and the median test loss by epoch, with lowest and highest.

        Diverged networks are left out of the shares and count as an infinite loss; where the
        median is infinite there is no row.
        """
        seeds, done = self.settings.seeds, self.lives.done + 1
        frames = []
        for place, key in enumerate(self.settings.functions):
            own = slice(place * seeds, (place + 1) * seeds)
            valid = ~np.asarray(self.lives.diverged)[:, own]
            columns: dict[str, Any] = {"function": key, "epoch": np.arange(done, dtype=np.float64)}
            units = {"dead": self.lives.dead, "sparse": self.lives.sparse}
            for field, of_units in units.items():
                shares = np.where(valid, np.asarray(of_units)[:, own].mean(axis=(2, 3)), np.nan)
                columns |= _spread(field, shares, np.nanmean)
            losses = np.where(valid, self.lives.test_loss[:done, own], np.inf)
            columns |= _spread("loss", losses, np.median)
            frames.append(pd.DataFrame(columns).replace(np.inf, np.nan))
        return pd.concat(frames, ignore_index=True)

    def slope_rows(self) -> pd.DataFrame:
        """PReLU's slope by hidden layer and epoch: median over seeds, lowest and highest.

        Of the networks that have not diverged: before it does, a slope can be anything.
        """
        assert self.slopes is not None
        known = self.slopes[: self.lives.done + 1]
        known = np.where(np.isfinite(known[-1]), known, np.nan)
        frames = [
            pd.DataFrame(
                {"layer": str(layer + 1), "epoch": np.arange(len(known), dtype=np.float64)}
                | _spread("slope", known[:, :, layer], np.nanmedian)
            )
            for layer in range(HIDDEN)
        ]
        return pd.concat(frames, ignore_index=True)

    @property
    def born_dead(self) -> list[list[int]]:
        """The units of each hidden layer that were dead before training in the network told of."""
        return [np.flatnonzero(layer).tolist() for layer in self.lives.dead[0, self.teller - 1]]

    def totals(self, function: str) -> dict[str, float]:
        """Mean shares dead before training and at the last epoch, units revived, networks diverged.

        Both shares are of the networks that have not diverged, NaN where every one has.
        """
        place = self.settings.functions.index(function)
        own = slice(place * self.settings.seeds, (place + 1) * self.settings.seeds)
        shares = self.lives.dead_share[:, own]
        kept = np.isfinite(shares[-1])
        born, dead = shares[[0, -1]][:, kept].mean(axis=1) if kept.any() else (math.nan, math.nan)
        return {
            "born": float(born),
            "dead": float(dead),
            "revived": float(np.asarray(self.lives.revived)[:, own].sum()),
            "diverged": float((~kept).sum()),
        }


def _spread(field: str, values: Float64s, middle: Any) -> dict[str, Any]:
    gone: NDArray[np.bool_] = np.asarray(np.isnan(values).all(axis=1))
    filled = np.where(gone[:, None], 0.0, values)
    return {
        name: np.where(gone, np.nan, measure(filled, axis=1))
        for name, measure in (
            (field, middle), (f"{field}_low", np.nanmin), (f"{field}_high", np.nanmax),
        )
    }  # fmt: skip


def run_lives(settings: LivesSettings) -> Iterator[LivesView]:
    """Train all, giving the view at the start and after each epoch; it is one object, and grows."""
    seeds = seeds_from(settings.seed, settings.seeds)
    train, test = circle(settings.seed)
    starts = [
        Start(ACTIVATIONS[key](), settings.rate, seed, settings.bias)
        for key in settings.functions
        for seed in seeds
    ]
    told, teller = _deaths(settings, seeds[0]), 1
    while not told and teller < len(seeds):
        told, teller = _deaths(settings, seeds[teller]), teller + 1
    learners = [k for k, start in enumerate(starts) if isinstance(start.activation, PReLU)]
    slopes = np.full((settings.epochs + 1, len(learners), HIDDEN), np.nan) if learners else None
    for lives in live(starts, train, test, epochs=settings.epochs, seed=settings.seed):
        if slopes is not None:
            now = np.array([lives.stack.alphas(k) for k in learners])
            now[lives.diverged[-1, learners]] = np.nan
            slopes[lives.done] = now
        yield LivesView(settings, lives, slopes, told, teller)


def _deaths(settings: LivesSettings, seed: int) -> list[Event]:
    """The first deaths and returns of units in the first function's network of this seed."""
    f = ACTIVATIONS[settings.functions[0]]()
    train, test = circle(settings.seed)
    stack = Stack((2, *(WIDTH,) * HIDDEN, 1), [Member(f, HE, seed, settings.bias)])
    stack.weights[-1][..., -1] = 0.0
    run = Training(stack, train, test, BCE(), rate=settings.rate, batch_size=BATCH,
                   seed=settings.seed)  # fmt: skip
    found: list[Event] = []
    steps = settings.epochs * -(-len(train) // BATCH)
    for _, happened in zip(range(steps), events(run, train.inputs), strict=False):
        found += happened
        if len(found) >= DEATHS:
            break
    return found[:DEATHS]
