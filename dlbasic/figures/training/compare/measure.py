"""The comparison: networks that differ in one setting, on the same data from the same seeds.

What is set otherwise makes a variant, and each variant is a stack of networks, one for each seed.
All variants meet the same seeds, points and batches, so that what differs is that setting alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Literal

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.arrays import Float64s, Floats, Int64s
from dlbasic.datasets import Points
from dlbasic.losses import MAE, Loss
from dlbasic.measures.settings import seeds_from
from dlbasic.measures.tasks import LOSS_SETTINGS, OWN, SUITED, Task, begin
from dlbasic.params import Choice, Declared, Flag, Integer, Tick, declared, parameter
from dlbasic.text import Text

POINTS = 60  # of a curve
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BY = {
    "functions": Text(ko="활성화 함수", en="Activation functions"),
    "initializers": Text(ko="초기 가중치", en="Initial weights"),
    "rates": Text(ko="학습률", en="Learning rates"),
    "optimizers": Text(ko="옵티마이저", en="Optimizers"),
    "losses": Text(ko="손실 함수", en="Losses"),
}
_VARIED = {"functions": "function", "initializers": "initializer", "rates": "lr",
           "optimizers": "optimizer"}  # fmt: skip

Score = Literal["loss", "accuracy", "error"]


@dataclass(frozen=True)
class Compare(Task):
    """The task, what of it is compared, over how many seeds and epochs, and what to get to."""

    by: str = parameter(
        Choice(Text(ko="비교할 것", en="What is compared"), default="functions", options=BY)
    )
    seeds: int = parameter(
        Integer(
            Text(ko="시드 수", en="Seeds"), default=24, low=8, high=32, step=8, allowed=(1, 999)
        )
    )
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=60, low=20, high=200, step=20,
                allowed=(1, 10_000))
    )  # fmt: skip
    target: float = parameter(
        Tick(
            Text(ko="목표 손실", en="Target loss"), default=0.1,
            ticks=(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
        )
    )  # fmt: skip
    target_accuracy: float = parameter(
        Tick(
            Text(ko="목표 정확도", en="Target accuracy"), default=0.95,
            ticks=(0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.0), allowed=(0.0, 1.0),
        )
    )  # fmt: skip

    changed: tuple[Activation, ...] = ()  # functions with other parameters than their defaults

    def function_of(self, key: str) -> Activation:
        """A function with its parameters here."""
        return next((f for f in self.changed if f.key == key), None) or ACTIVATIONS[key]()

    @property
    def score(self) -> Score:
        """What is compared of the networks, on the test points.

        The values of different losses are of different scales, so there it is the accuracy, or
        the mean absolute error of predicted values.
        """
        if self.by != "losses":
            return "loss"
        return "error" if self.kind == "regression" else "accuracy"

    @property
    def rises(self) -> bool:
        """Whether more of the score is better."""
        return self.score == "accuracy"

    @property
    def goal_setting(self) -> str:
        """The name of the setting that says which score to get to."""
        return "target_accuracy" if self.rises else "target"

    @property
    def goal(self) -> float:
        """The score to get to."""
        goal: float = getattr(self, self.goal_setting)
        return goal

    @property
    def goals(self) -> tuple[float, ...]:
        """Every score to get to that a reader may choose, and the one chosen."""
        param: Any = declared(self)[self.goal_setting]
        return tuple(sorted({*param.ticks, self.goal}))

    @property
    def varied(self) -> str:
        """The name of the setting that is compared."""
        return _VARIED.get(self.by) or LOSS_SETTINGS.get(self.kind, "loss")

    @property
    def variants(self) -> dict[str, Compare]:
        """What is compared: the same settings, all but one.

        >>> list(Compare(by="rates").variants)
        ['0.001', '0.003', '0.01', '0.03', '0.1', '0.3', '1', '3']
        >>> Compare(by="optimizers").variants["adam"].optimizer
        'adam'
        """
        if self.by == "rates":
            return {f"{rate:g}": replace(self, lr=rate) for rate in RATES}
        if self.by == "losses" and self.kind == "classes":  # there is one alone
            return dict.fromkeys(SUITED["classes"], self)
        param: Any = declared(self)[self.varied]
        same = replace(self, functions=()) if self.by == "functions" else self
        return {key: replace(same, **{self.varied: key}) for key in param.options}

    @property
    def chosen(self) -> str | None:
        """Which of the variants has these settings themselves, if one has."""
        if self.by == "functions":
            functions = {*(self.by_layer or (self.function,))}
            return functions.pop() if len(functions) == 1 else None
        value = getattr(self, self.varied)
        key = f"{value:g}" if self.by == "rates" else value
        return key if key in self.variants else None

    @property
    def as_measured(self) -> Compare:
        """The settings without what makes no difference to the measurement."""
        idle = {self.varied, "target", "target_accuracy"}
        idle |= {"functions"} if self.by == "functions" else set()
        idle |= {name for kind, name in LOSS_SETTINGS.items() if kind != self.kind}
        params: Any = declared(self)
        if self.given:
            idle.add("noise")
        elif self.data == OWN:  # it stands for another
            idle.add("data")
        defaults = {name: params[name].default for name in idle}
        used = ACTIVATIONS if self.by == "functions" else self.by_layer
        changed = tuple(f for f in self.changed if self.layers and f.key in used)
        return replace(self, own=self.given, changed=changed, **defaults)


@dataclass(frozen=True)
class Asked(Declared):
    """Whether the comparison is asked for."""

    run: bool = parameter(Flag(Text(ko="비교 측정", en="The comparison measured")))


@dataclass(frozen=True)
class Standing:
    """How one variant has done over the seeds.

    ``reached`` counts the seeds that came to the goal, ``epochs`` is the median of when over these,
    None where there are none.  ``score`` is the median of the last scores, with its quartiles;
    ``accuracy`` the median of the last test accuracies, None for regression.  A diverged network
    counts as an infinite loss or error, and as an accuracy of 0.
    """

    variant: str
    reached: int
    epochs: float | None
    score: float
    score_low: float
    score_high: float
    accuracy: float | None
    diverged: int


@dataclass(eq=False)
class Race:
    """What has been measured, in the order of the settings' variants.

    ``middle``, ``low`` and ``high`` (variants, epochs shown) are median and quartiles of the scores
    over the seeds.  ``reached`` and ``when`` (variants, goals) say how many seeds have come to each
    goal, and the median of the epochs after which they have.  ``accuracy`` (variants,) is the
    median of the last test accuracies, ``diverged`` (variants,) counts the networks that have.
    """

    settings: Compare
    middle: Float64s
    low: Float64s
    high: Float64s
    reached: Int64s
    when: Float64s
    accuracy: Float64s
    diverged: Int64s
    share_done: float = 0.0

    @classmethod
    def begin(cls, settings: Compare) -> Race:
        """Before anything is known."""
        count, goals = len(settings.variants), len(settings.goals)
        shown = count, len(epochs_shown(settings.epochs))
        return cls(
            settings, np.full(shown, np.nan), np.full(shown, np.nan), np.full(shown, np.nan),
            np.zeros((count, goals), np.int64), np.full((count, goals), np.nan),
            np.full(count, np.nan), np.zeros(count, np.int64),
        )  # fmt: skip

    def note(self, place: int, scores: Float64s, accuracies: Float64s) -> None:
        """Take in a variant: its scores (epochs, seeds) from the start on, the last accuracies.

        NaN stands for what has diverged.
        """
        rises = self.settings.rises
        self.diverged[place] = (~np.isfinite(scores[-1])).sum()
        scores = np.where(np.isnan(scores), 0.0 if rises else np.inf, scores)
        shown = scores[epochs_shown(self.settings.epochs)]
        self.middle[place] = np.median(shown, axis=1)
        # Nearest ranks: interpolating between finite and infinite would give NaN.
        quartiles = np.quantile(shown, [0.25, 0.75], axis=1, method="nearest")
        self.low[place], self.high[place] = quartiles
        for number, goal in enumerate(self.settings.goals):
            there = scores >= goal if rises else scores <= goal
            first = there.argmax(axis=0)[there.any(axis=0)]
            self.reached[place, number] = len(first)
            self.when[place, number] = np.median(first) if len(first) else np.nan
        self.accuracy[place] = np.median(np.nan_to_num(accuracies))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """A row for each epoch shown, but for those where a quartile is infinite."""
        epochs = epochs_shown(self.settings.epochs)
        frames = [
            pd.DataFrame({"variant": key, "epoch": epochs, "score": self.middle[place],
                          "score_low": self.low[place], "score_high": self.high[place]})
            for place, key in enumerate(self.settings.variants)
        ]  # fmt: skip
        frame = pd.concat(frames, ignore_index=True)
        shown: pd.DataFrame = frame[np.isfinite(frame["score_high"])].reset_index(drop=True)
        return shown

    def standings(self, goal: float) -> list[Standing]:
        """How each variant has done, the best first: most seeds there, soonest, best score.

        Raises ``ValueError`` for another goal than those of the settings.
        """
        number = self.settings.goals.index(goal)
        sign = -1.0 if self.settings.rises else 1.0
        standings = []
        for place, key in enumerate(self.settings.variants):
            reached, when = int(self.reached[place, number]), float(self.when[place, number])
            standings.append(
                Standing(
                    key, reached, when if reached else None,
                    float(self.middle[place, -1]), float(self.low[place, -1]),
                    float(self.high[place, -1]),
                    None if self.settings.kind == "regression" else float(self.accuracy[place]),
                    int(self.diverged[place]),
                )
            )  # fmt: skip
        return sorted(
            standings,
            key=lambda s: (-s.reached, np.inf if s.epochs is None else s.epochs, sign * s.score),
        )


def epochs_shown(last: int) -> Int64s:
    """The epochs of a curve: start, end and up to ``POINTS`` - 1 between."""
    return np.unique(np.rint(np.linspace(0, last, POINTS + 1)).astype(np.int64))


def run_race(settings: Compare) -> Iterator[Race]:
    """Train the variants in turn, giving the race after each epoch; it is one object, and grows."""
    race, variants = Race.begin(settings), settings.variants.values()
    for place, variant in enumerate(variants):
        scores = np.full((settings.epochs + 1, settings.seeds), np.nan)
        accuracies = scores.copy()
        for epoch, score, accuracy in train(variant):
            scores[epoch] = score
            accuracies[epoch] = np.nan if accuracy is None else accuracy
            race.share_done = (place + epoch / settings.epochs) / len(variants)
            yield race
        race.note(place, scores, accuracies[-1])
    race.share_done = 1.0
    yield race


def train(variant: Compare) -> Iterator[tuple[int, Floats, Floats | None]]:
    """Train a network of each seed: from the start on each epoch, the scores, the test accuracies.

    NaN stands for a network that has diverged; it ends early where all have.  In float32.
    """
    functions = tuple(map(variant.function_of, variant.by_layer))
    seeds = seeds_from(variant.seed, variant.seeds)
    training = begin(variant, [(functions, seed) for seed in seeds], np.float32)
    _, test = variant.points()
    inputs = variant.inputs(test.inputs)
    # Counted here, as an epoch in which the last has diverged is not over.
    for number, epoch in enumerate(chain([training.measure()], training.epochs(variant.epochs))):
        score = epoch.test_loss
        if variant.score == "accuracy":
            assert epoch.test_accuracy is not None
            score = epoch.test_accuracy
        elif variant.score == "error":
            errors = training.stack.outputs(inputs)[:, 0] - test.targets
            score = np.where(np.isnan(score), np.nan, np.abs(errors).mean(axis=1))
        yield number, score, epoch.test_accuracy


def constant_score(settings: Compare) -> float:
    """The test score of always giving the one output that fits the training points best.

    For classes the shares of these: a goal that it reaches asks for no learning.
    """
    (points, test), loss = settings.points(), settings.measured
    if settings.score == "error":
        loss = MAE()
    output = _constant(points, loss, settings.outputs)
    outputs = np.tile(output, (len(test), 1))
    if settings.rises:
        right = loss.accuracy(outputs.T, loss.prepare(test.targets, len(output), np.float64))
        assert right is not None
        return float(right)
    targets = test.targets if loss.head == "softmax" else test.targets[:, None]
    return float(loss(outputs, targets).mean())


def _constant(points: Points, loss: Loss, outputs: int) -> Float64s:
    """The one output with the least mean loss on these points."""
    if loss.head == "softmax":
        counts = np.bincount(points.targets, minlength=outputs)
        with np.errstate(divide="ignore"):  # of a class that none of them has
            logits: Float64s = np.log(counts / counts.sum())
        return logits
    low, high = -30.0, 30.0
    for _ in range(60):  # its mean slope changes its sign once
        middle = (low + high) / 2.0
        if loss.grad(np.full(len(points), middle), points.targets).mean() > 0.0:
            high = middle
        else:
            low = middle
    return np.array([low])
