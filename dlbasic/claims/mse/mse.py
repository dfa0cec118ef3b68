"""The mean of squared errors: worked out by hand, and made least by a line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.losses import LOSSES, MSE, Loss
from dlbasic.measures.least_loss import FITTED, fit
from dlbasic.measures.settings import SEEDS, seed_choice
from dlbasic.params import Choice, Declared, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

COUNT = 20  # points of a draw
SPREAD = 0.5  # of their heights around the line that they are drawn from; as large as its slope
STEPS = 500
# The relative difference that counts as none: far above what sums of 20 numbers round, far below
# that of another loss or line.
SAME = 1e-9
NEARBY = 0.01  # how far the lines lie that are compared with the best: small beside slopes around 1
HAND = (1.0, 0.0, -2.0)  # the errors of a mean that anyone can check
_ENDLESS = 1e12  # a loss from which descent does not come back
LOSS_NAMES = {key: FITTED[key] for key in ("mse", "mae")}

REDUCTIONS = {
    "mean": Text(ko="평균", en="mean"),
    "sum": Text(ko="합", en="sum"),
    "half": Text(ko="평균의 절반", en="half the mean"),
}


@dataclass(frozen=True)
class LeastSquares(Declared):
    loss: str = parameter(Choice(Text(ko="손실", en="Loss"), default="mse", options=LOSS_NAMES))
    reduction: str = parameter(
        Choice(Text(ko="모으는 방법", en="Reduction"), default="mean", options=REDUCTIONS)
    )
    lr: float = parameter(
        Tick(Text(ko="학습률", en="Learning rate"), default=0.3,
             ticks=(0.003, 0.01, 0.03, 0.1, 0.3, 0.5), allowed=(1e-6, 10.0))
    )  # fmt: skip
    seed: int = parameter(seed_choice())


def divisor(reduction: str, count: int) -> float:
    """What the sum of losses is divided by.

    >>> [divisor(reduction, 20) for reduction in REDUCTIONS]
    [20.0, 1.0, 40.0]
    """
    return {"mean": 1.0 * count, "sum": 1.0, "half": 2.0 * count}[reduction]


def points(seed: int) -> tuple[Float64s, Float64s]:
    """x and y of every draw, ``(draws, points)``: around y = x/2 + 1, x standard normal."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((SEEDS, COUNT))
    return x, 0.5 * x + 1.0 + SPREAD * rng.standard_normal(x.shape)


def mean_square(errors: Float64s) -> float:
    """The mean of squares in fractions, which do not round until the end.

    >>> mean_square(np.array([1.0, 0.0, -2.0]))
    1.6666666666666667
    """
    exact = [Fraction(float(error)) ** 2 for error in errors]
    return float(sum(exact, Fraction(0)) / len(exact))


def best_lines(x: Float64s, y: Float64s) -> Float64s:
    """Slope and intercept of least squares in closed form for every draw, ``(draws, 2)``."""
    return np.array([fit(MSE(), *draw) for draw in zip(x, y, strict=True)])


def slope_at(loss: Loss, over: float, x: Float64s, y: Float64s, lines: Float64s) -> Float64s:
    """The gradient of the losses' sum divided by ``over`` at every draw's line: ``(draws, 2)``."""
    by_prediction = loss.grad(lines[:, :1] * x + lines[:, 1:], y) / over
    return np.stack([(by_prediction * x).sum(axis=1), by_prediction.sum(axis=1)], axis=1)


def largest_lr(x: Float64s) -> float:
    """Above it descent on the sum of squares diverges in one of the draws, whatever the heights.

    A step multiplies what is left of the way by ``1 - 2·rate·λ`` along each direction in which the
    sum has the curvature 2λ: it shrinks while rate < 1/λ.  On the mean all rates may be as many
    times larger as there are points.
    """
    columns = np.stack([x, np.ones_like(x)], axis=1)  # (draws, 2, points)
    return float(1.0 / np.linalg.eigvalsh(columns @ columns.swapaxes(1, 2)).max())


def descend(
    loss: Loss, over: float, x: Float64s, y: Float64s, lr: float, least: Float64s
) -> tuple[Float64s, Float64s]:
    """Descent from the line ŷ = 0 in every draw, on the sum of losses divided by ``over``.

    Gives the last lines, ``(draws, 2)``, and after each step the mean of the squared errors
    divided by the ``least`` one, ``(steps, draws)``; there are fewer steps if it grows without end.
    """
    lines, ratios = np.zeros((len(x), 2)), []
    for _ in range(STEPS):
        lines = lines - lr * slope_at(loss, over, x, y, lines)
        ratios.append(((lines[:, :1] * x + lines[:, 1:] - y) ** 2).mean(axis=1) / least)
        if ratios[-1].max() > _ENDLESS:
            break
    return lines, np.array(ratios)


def run_least_squares(settings: LeastSquares) -> Outcome:
    loss, over = LOSSES[settings.loss](), divisor(settings.reduction, COUNT)
    x, y = points(settings.seed)
    best = best_lines(x, y)

    def value(lines: Float64s) -> Float64s:
        """The loss of one line for each draw, collected as the settings say."""
        total: Float64s = loss(lines[:, :1] * x + lines[:, 1:], y).sum(axis=1) / over
        return total

    by_hand = np.array([mean_square(-heights) for heights in y])
    values = value(np.zeros_like(best))
    squares = ((best[:, :1] * x + best[:, 1:] - y) ** 2).mean(axis=1)
    lines, ratios = descend(loss, over, x, y, settings.lr, squares)
    around = [np.array(move) for move in np.ndindex(3, 3) if move != (1, 1)]
    nearby = [value(best + NEARBY * (move - 1)) / value(best) - 1.0 for move in around]
    gaps = np.linalg.norm(lines - best, axis=1) / np.linalg.norm(best, axis=1)
    left, first = (np.linalg.norm(slope_at(loss, over, x, y, at), axis=1)
                   for at in (best, np.zeros_like(best)))  # fmt: skip
    hand, limit = np.array(HAND), largest_lr(x)
    differences = np.abs(values / by_hand - 1.0)
    is_value = differences < SAME
    is_line = (left / first < SAME) & (np.min(nearby, axis=0) > 0.0)
    measured = {
        "same_value": float(is_value.sum()), "same_line": float(is_line.sum()),
        "value": float(values[0]), "by_hand": float(by_hand[0]),
        "difference": float(differences.max()),
        "left": float((left / first).max()), "nearby": float(np.min(nearby)),
        "gap": float(gaps.max()), "sum_limit": limit, "mean_limit": COUNT * limit,
        **{f"hand_{name}": float((hand**2).sum()) / divisor(name, len(hand))
           for name in REDUCTIONS},
        "same": SAME, "apart": NEARBY, "steps": float(len(ratios)),
        "points": float(COUNT), "draws": float(SEEDS),
    }  # fmt: skip
    met = [bool(is_value.all()), bool(is_line.all())]
    if all(met):
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if any(met) else Verdict.CONTRADICTED
    shown = np.unique(np.round(np.geomspace(1, len(ratios), 60)).astype(int))
    middle, low, high = (
        np.quantile(ratios[shown - 1], share, axis=1) for share in (0.5, 0.0, 1.0)
    )  # fmt: skip
    step = shown.astype(float)
    frame = pd.concat(
        [
            pd.DataFrame({"series": "descent", "step": step, "ratio": middle,
                          "low": low, "high": high}),
            pd.DataFrame({"series": "closed", "step": step, "ratio": 1.0, "low": 1.0,
                          "high": 1.0}),
        ],
        ignore_index=True,
    )  # fmt: skip
    return Outcome(frame, measured, verdict)


CLAIM = Claim(
    key="mse",
    words=Words(__file__),
    defaults=LeastSquares(),
    control=LeastSquares(loss="mae"),
    subject=("loss", "reduction"),
    expected=Verdict.HOLDS,
    measure=run_least_squares,
    thresholds=("SAME", "NEARBY", "SPREAD", "lr"),
    right=lambda measured: band(
        1.0 - measured["same_line"] / measured["draws"], {"never": 0.0, "few": 0.5, "most": 1.0}
    ),
    quantities={
        "same_value": Text(
            ko="손실이 제곱의 평균과 같은 데이터의 수", en="draws whose loss is the mean of squares"
        ),
        "same_line": Text(
            ko="최소제곱법의 직선에서 손실이 가장 작은 데이터의 수",
            en="draws where the loss is least at the line of least squares",
        ),
        "value": Text(ko="첫 데이터의 손실 (코드)", en="loss of the first draw (code)"),
        "by_hand": Text(
            ko="첫 데이터의 제곱의 평균 (분수 계산)", en="mean of its squares (fractions)"
        ),
        "difference": Text(ko="두 값의 상대 차이 (최대)", en="relative difference (largest)"),
        "left": Text(
            ko="최소제곱법의 직선에서 손실의 기울기 ÷ 처음의 기울기 (최대)",
            en="gradient at the line of least squares / at the start (largest)",
        ),
        "gap": Text(
            ko="경사 하강법과 최소제곱법의 직선 사이의 상대 차이 (최대)",
            en="relative gap between the lines of descent and least squares (largest)",
        ),
        "sum_limit": Text(
            ko="제곱의 합: 이보다 큰 학습률에서 발산", en="sum of squares: diverges above this rate"
        ),
        "mean_limit": Text(
            ko="제곱의 평균: 이보다 큰 학습률에서 발산",
            en="mean of squares: diverges above this rate",
        ),
        "nearby": Text(
            ko="옮긴 직선의 손실이 더 큰 비율 (최소)",
            en="excess of the loss on a nearby line (least)",
        ),
        "hand_mean": Text(ko="오차 1, 0, −2의 제곱의 평균", en="mean of squares of 1, 0, −2"),
        "hand_sum": Text(ko="오차 1, 0, −2의 제곱의 합", en="sum of squares of 1, 0, −2"),
        "hand_half": Text(
            ko="오차 1, 0, −2의 제곱의 평균의 절반", en="half the mean of squares of 1, 0, −2"
        ),
        "same": Text(ko="같다고 볼 상대 차이", en="relative difference that counts as none"),
        "apart": Text(ko="기울기와 절편을 옮긴 크기", en="how far slope and intercept are moved"),
        "steps": Text(ko="스텝 수 (발산하면 거기까지)", en="steps (up to a divergence)"),
        "points": Text(ko="점의 수", en="points"),
        "draws": Text(ko="데이터를 뽑은 횟수", en="draws"),
    },
    plot=Plot(
        x="step",
        y="ratio",
        x_title=Text(ko="스텝 (로그 축)", en="step (log axis)"),
        y_title=Text(
            ko="제곱의 평균 ÷ 가장 작은 값, 띠는 전체 범위 (로그 축)",
            en="mean square / the least one, band: all draws (log axis)",
        ),
        names={
            "descent": Text(ko="경사 하강법", en="gradient descent"),
            "closed": Text(ko="최소제곱법의 닫힌 해", en="least squares in closed form"),
        },
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
)
