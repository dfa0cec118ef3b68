"""What one large error weighs under the squared, the absolute and the Huber loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.losses import MAE, MSE, Huber, Loss
from dlbasic.measures.least_loss import FITTED, fit, share_of_sum
from dlbasic.measures.settings import SEEDS, seed_choice
from dlbasic.params import Choice, Declared, Tick, declared, parameter
from dlbasic.text import Text
from dlbasic.words import Words

COUNT = 11  # points of a draw, one of which is the outlier
X = np.linspace(-2.0, 2.0, COUNT)
OUTLYING = 8  # its place: right of the middle, so that it tilts the line, too
NOISE = 0.5  # standard deviation of the other points' errors
SIZES = np.geomspace(0.125, 16.0, 29)

_KINDS = {
    "value": Text(ko="이상치의 손실", en="loss of the outlier"),
    "share": Text(ko="이상치가 차지하는 손실의 비율 (중앙값)",
                  en="share of the loss that it carries (median)"),
    "gradient": Text(ko="이상치가 차지하는 기울기의 비율 (중앙값)",
                     en="share of the gradient that it carries (median)"),
    "move": Text(ko="직선이 움직인 거리 (중앙값)", en="how far it moves the line (median)"),
}  # fmt: skip


@dataclass(frozen=True)
class Penalty(Declared):
    loss: str = parameter(Choice(Text(ko="손실", en="Loss"), default="mse", options=FITTED))
    error: float = parameter(
        Tick(Text(ko="이상치의 오차", en="Error of the outlier"), default=5.0,
             ticks=(0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0))
    )  # fmt: skip
    delta: float = parameter(declared(Huber)["delta"])
    seed: int = parameter(seed_choice())

    @property
    def losses(self) -> dict[str, Loss]:
        return {"mse": MSE(), "mae": MAE(), "huber": Huber(self.delta)}


def noise(seed: int) -> Float64s:
    """The heights of the points above their true line, ``(draws, points)``."""
    return NOISE * np.random.default_rng(seed).standard_normal((SEEDS, COUNT))


def outlier_shares(loss: Loss, heights: Float64s, error: float) -> tuple[Float64s, Float64s]:
    """What the outlier carries of the loss and of the gradient at the true line, ``(draws,)``."""
    off = -heights
    off[:, OUTLYING] = -error
    zeros = np.zeros_like(off)
    return (
        share_of_sum(loss(off, zeros))[:, OUTLYING],
        share_of_sum(np.abs(loss.grad(off, zeros)))[:, OUTLYING],
    )


def moves(loss: Loss, heights: Float64s, error: float) -> Float64s:
    """How far the fitted line moves at the outlier when that comes to lie off, ``(draws,)``."""
    with_outlier = heights.copy()
    with_outlier[:, OUTLYING] = error
    others = np.arange(COUNT) != OUTLYING
    at = X[OUTLYING]
    return np.array([
        abs(float(fit(loss, X, wrong)(at) - fit(loss, X[others], right[others])(at)))
        for wrong, right in zip(with_outlier, heights, strict=True)
    ])  # fmt: skip


def run_penalty(settings: Penalty) -> Outcome:
    heights, losses = noise(settings.seed), settings.losses
    measured: dict[str, float] = {}
    for key, loss in losses.items():
        of_loss, of_gradient = outlier_shares(loss, heights, settings.error)
        measured |= {
            f"{key}_value": float(loss(settings.error, 0.0)),
            f"{key}_share": float(np.median(of_loss)),
            f"{key}_gradient": float(np.median(of_gradient)),
            f"{key}_move": float(np.median(moves(loss, heights, settings.error))),
        }
    chosen = {kind: measured[f"{settings.loss}_{kind}"] for kind in _KINDS}
    more = {kind: chosen[kind] > measured[f"mae_{kind}"] for kind in _KINDS}
    measured |= chosen | {
        "noise": NOISE,
        "points": float(COUNT), "draws": float(SEEDS),
    }  # fmt: skip
    if all(more.values()):
        verdict = Verdict.HOLDS
    else:
        punished = more["value"] or more["share"] or more["gradient"]
        verdict = Verdict.CONDITIONAL if punished else Verdict.CONTRADICTED
    rows = [
        (key, size, *np.quantile(outlier_shares(loss, heights, size)[0], [0.5, 0.25, 0.75]))
        for key, loss in losses.items()
        for size in SIZES.tolist()
    ]
    frame = pd.DataFrame(rows, columns=["series", "error", "share", "low", "high"])
    return Outcome(frame, measured, verdict)


CLAIM = Claim(
    key="mse-penalty",
    words=Words(__file__),
    defaults=Penalty(),
    quick=Penalty(),
    control=Penalty(loss="huber"),
    subject=("loss",),
    expected=Verdict.HOLDS,
    measure=run_penalty,
    quantities={
        **{
            f"{key}_{kind}": Text(ko=f"{name.ko}: {words.ko}", en=f"{name.en}: {words.en}")
            for key, name in FITTED.items()
            for kind, words in _KINDS.items()
        },
        **{
            kind: Text(ko=f"{{loss}}: {words.ko}", en=f"{{loss}}: {words.en}")
            for kind, words in _KINDS.items()
        },
        "noise": Text(ko="다른 점들의 오차 (표준편차)", en="errors of the others (std. dev.)"),
        "points": Text(ko="점의 수", en="points"),
        "draws": Text(ko="데이터를 뽑은 횟수", en="draws"),
    },
    plot=Plot(
        x="error",
        y="share",
        x_title=Text(ko="이상치의 오차 (로그 축)", en="error of the outlier (log axis)"),
        y_title=Text(
            ko="이상치가 차지하는 손실의 비율, 띠는 사분위 범위",
            en="share of the loss that the outlier carries, band: quartiles",
        ),
        names=FITTED,
        log_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
