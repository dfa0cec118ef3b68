"""What one large error weighs under the squared, the absolute and the Huber loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
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
# The sentence speaks of large errors: one is large at four standard deviations of the others.
# A smaller one is measured, too, but no verdict leans on it.
LARGE = 4 * NOISE
SIZES = 2.0 ** np.arange(-3.0, 4.25, 0.25)  # of the outlier; 1 is one of them

_KINDS = {
    "value": Text(ko="이상치의 손실", en="loss of the outlier"),
    "share": Text(ko="이상치가 차지하는 손실의 비율 (중앙값)",
                  en="its share of the loss (median)"),
    "gradient": Text(ko="이상치가 차지하는 기울기의 비율 (중앙값)",
                     en="its share of the gradient (median)"),
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


def weighed(loss: Loss, heights: Float64s, error: float) -> dict[str, float]:
    """What an outlier of this error weighs, by ``_KINDS``."""
    of_loss, of_gradient = outlier_shares(loss, heights, error)
    return {
        "value": float(loss(error, 0.0)),
        "share": float(np.median(of_loss)),
        "gradient": float(np.median(of_gradient)),
        "move": float(np.median(moves(loss, heights, error))),
    }


def run_penalty(settings: Penalty) -> Outcome:
    heights, losses = noise(settings.seed), settings.losses
    judged = max(settings.error, LARGE)
    measured = {"judged": judged}
    for key, loss in losses.items():
        of_kinds = weighed(loss, heights, judged)
        measured |= {f"{key}_{kind}": of for kind, of in of_kinds.items()}
    chosen = {kind: measured[f"{settings.loss}_{kind}"] for kind in _KINDS}
    more = {kind: chosen[kind] > measured[f"mae_{kind}"] for kind in _KINDS}
    for name, loss in (("at_error", losses[settings.loss]), ("mae_at_error", losses["mae"])):
        measured[name] = float(np.median(outlier_shares(loss, heights, settings.error)[0]))
    value, of_mae = (losses[key](SIZES, np.zeros_like(SIZES)) for key in (settings.loss, "mae"))
    no_more = SIZES[value <= of_mae]
    measured |= chosen | {
        "more": float(sum(more.values())), "large": LARGE, "noise": NOISE,
        "points": float(COUNT), "draws": float(SEEDS),
    }  # fmt: skip
    even = float(no_more.max(initial=0.0))
    if 0.0 < even < SIZES[-1]:  # at the last of the sizes tried, there is no larger one to tell of
        measured["even"] = even
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
    limited = verdict is Verdict.HOLDS and "even" in measured
    return Outcome(frame, measured, verdict, limited)


CLAIM = Claim(
    key="mse-penalty",
    words=Words(__file__),
    defaults=Penalty(),
    control=Penalty(loss="huber"),
    subject=("loss",),
    expected=Verdict.HOLDS,
    measure=run_penalty,
    thresholds=("error", "LARGE", "NOISE"),
    right=lambda measured: band(measured["at_error"], {"equal": 0.3, "size": 0.75, "most": 1.0}),
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
        "at_error": Text(
            ko="{loss}: 오차 {error}인 이상치가 차지하는 손실의 비율 (중앙값)",
            en="{loss}: share of the loss at an error of {error} (median)",
        ),
        "mae_at_error": Text(
            ko="MAE: 오차 {error}인 이상치가 차지하는 손실의 비율 (중앙값)",
            en="MAE: share of the loss at an error of {error} (median)",
        ),
        "judged": Text(ko="판정에 쓴 이상치의 오차", en="error of the outlier judged"),
        "large": Text(ko="큰 오차로 볼 크기", en="size from which on an error is large"),
        "more": Text(
            ko="네 가지 가운데 절대 오차보다 큰 것", en="of the four, larger than under MAE"
        ),
        "even": Text(
            ko="손실 값이 절대 오차보다 크지 않은 가장 큰 오차",
            en="largest error whose loss is no larger than under MAE",
        ),
        "noise": Text(ko="다른 점들의 오차 (표준편차)", en="errors of the others (std. dev.)"),
        "points": Text(ko="점의 수", en="points"),
        "draws": Text(ko="데이터를 뽑은 횟수", en="draws"),
    },
    plot=Plot(
        x="error",
        y="share",
        x_title=Text(ko="이상치의 오차 (로그 축)", en="error of the outlier (log axis)"),
        y_title=Text(
            ko="손실에서 이상치가 차지하는 비율, 띠는 1·3사분위수 사이",
            en="outlier’s share of the loss, band: quartiles",
        ),
        names=FITTED,
        log_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)
