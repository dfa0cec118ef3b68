"""Dying units: every function from the same starts, its dead and sparse units epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, PReLU
from dlbasic.arrays import Float64s
from dlbasic.measures.dead_units import (
    BATCH,
    EPOCHS,
    HIDDEN,
    LR,
    Event,
    Start,
    UnitStates,
    begin,
    circle,
    events,
    train,
)
from dlbasic.measures.settings import FUNCTIONS, seed_choice, seeds_from
from dlbasic.params import Choice, Declared, Flag, Integer, Real, Several, parameter
from dlbasic.text import Text

DEATHS = 12  # as many of a network's deaths and returns are told


@dataclass(frozen=True)
class Dying(Declared):
    """Two hidden layers of 16 units on the circle, He's weights, SGD with batches of 20."""

    functions: tuple[str, ...] = parameter(
        Several(
            Text(ko="함수", en="Functions"),
            default=("relu", "leaky_relu", "elu", "gelu", "silu", "mish"),
            options=FUNCTIONS,
        )
    )
    # ReLU's units die, and all of these functions still learn.  PReLU's networks diverge at it.
    lr: float = parameter(replace(LR, default=1.0))
    bias: float = parameter(
        Real(Text(ko="편향의 초깃값", en="Initial bias"), default=0.0, low=-5.0, high=1.0, step=0.5)
    )
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=3, high=20))
    seed: int = parameter(seed_choice())

    def start(self, function: str, seed: int) -> Start:
        """A function's network before training, its weights drawn from ``seed``."""
        return Start(ACTIVATIONS[function](), self.lr, seed, self.bias)


@dataclass(frozen=True)
class Look(Declared):
    """What is shown of the measurement."""

    part: str = parameter(
        Choice(
            Text(ko="볼 것", en="What to look at"), default="units",
            options={
                "units": Text(ko="죽은 유닛", en="Dead units"),
                "loss": Text(ko="손실", en="Loss"),
                "deaths": Text(ko="누가 언제 죽었는가", en="Who died, and when"),
            },
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the measurement is asked for."""

    run: bool = parameter(Flag(Text(ko="죽는 유닛 측정", en="Dying units measured")))


@dataclass(eq=False)
class DyingUnits:
    """The units of all networks so far, function by function and seed by seed.

    ``slopes`` are those that PReLU has learned, ``(epochs + 1, seeds, hidden layers)``, NaN where
    nothing is known yet and from where a network has diverged; None without PReLU.

    ``events`` are the first deaths and returns in the network of the first function and of the
    seed ``number``, from 1: the first with a death, or the last.
    """

    settings: Dying
    history: UnitStates
    slopes: Float64s | None
    events: list[Event]
    number: int

    @property
    def share_done(self) -> float:
        searched = 1.0 if self.events else self.number / self.settings.seeds
        return (searched + 3.0 * self.history.share_done) / 4.0

    def _own(self, function: str) -> slice:
        """The places of a function's networks among all."""
        seeds, place = self.settings.seeds, self.settings.functions.index(function)
        return slice(place * seeds, (place + 1) * seeds)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Mean shares dead and sparse and the median test loss by epoch, with lowest and highest.

        Diverged networks are left out of the shares and count as an infinite loss; where the
        median is infinite there is no row.
        """
        history, frames = self.history, []
        diverged, units = history.diverged, {"dead": history.dead, "sparse": history.sparse}
        test_loss = history.test_loss[: history.done + 1]
        for key in self.settings.functions:
            own = self._own(key)
            valid = ~diverged[:, own]
            epochs = np.arange(len(test_loss), dtype=np.float64)
            columns: dict[str, Any] = {"function": key, "epoch": epochs}
            for field, counted in units.items():
                shares = np.where(valid, counted[:, own].mean(axis=(2, 3)), np.nan)
                columns |= _spread(field, shares, np.nanmean)
            losses = np.where(valid, test_loss[:, own], np.inf)
            columns |= _spread("loss", losses, np.median)
            frames.append(pd.DataFrame(columns).replace(np.inf, np.nan))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def slope_rows(self) -> pd.DataFrame:
        """PReLU's slope by hidden layer and epoch: median over seeds, lowest and highest.

        Of the networks that have not diverged: before it does, a slope can be anything.
        """
        assert self.slopes is not None
        known = self.slopes[: self.history.done + 1]
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
        """The units of each hidden layer that were dead before training where ``events`` are."""
        return [np.flatnonzero(layer).tolist() for layer in self.history.dead[0, self.number - 1]]

    def totals(self, function: str) -> dict[str, float]:
        """Mean shares dead before training and at the last epoch, units revived, networks diverged.

        Both shares are of the networks that have not diverged, NaN where every one has.
        """
        own = self._own(function)
        shares = self.history.dead_share[:, own]
        kept = np.isfinite(shares[-1])
        born, dead = shares[[0, -1]][:, kept].mean(axis=1) if kept.any() else (math.nan, math.nan)
        return {
            "born": float(born),
            "dead": float(dead),
            "revived": float(self.history.revived[:, own].sum()),
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


def dying_units(settings: Dying) -> Iterator[DyingUnits]:
    """Train all, giving what is known after each seed of the deaths and after each epoch.

    It is one object, which grows.
    """
    seeds = seeds_from(settings.seed, settings.seeds)
    starts = [settings.start(key, seed) for key in settings.functions for seed in seeds]
    learners = [k for k, start in enumerate(starts) if isinstance(start.activation, PReLU)]
    slopes = np.full((settings.epochs + 1, len(learners), HIDDEN), np.nan) if learners else None
    run = train(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    history = next(run)
    seen = DyingUnits(settings, history, slopes, [], 0)
    while not seen.events and seen.number < len(seeds):
        seen.events, seen.number = _deaths(settings, seeds[seen.number]), seen.number + 1
        yield seen
    for _ in chain([history], run):
        if slopes is not None:
            now = np.array([history.stack.alphas(k) for k in learners])
            now[history.diverged[-1, learners]] = np.nan
            slopes[history.done] = now
        yield seen
    seen.history = history.states
    yield seen


def _deaths(settings: Dying, seed: int) -> list[Event]:
    """The first deaths and returns of units in the first function's network of this seed."""
    points, test = circle(settings.seed)
    run = begin([settings.start(settings.functions[0], seed)], points, test, seed=settings.seed)
    found: list[Event] = []
    steps = settings.epochs * -(-len(points) // BATCH)
    for _, happened in zip(range(steps), events(run, points.inputs), strict=False):
        found += happened
        if len(found) >= DEATHS:
            break
    return found[:DEATHS]
