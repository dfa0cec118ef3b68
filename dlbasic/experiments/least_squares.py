"""The mean of squared errors: worked out by hand, and made least by a line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from dlbasic.activations.exact import Float64s
from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.experiments.fit import fit
from dlbasic.experiments.line_fit import FITTED
from dlbasic.losses import LOSSES, MSE, Loss
from dlbasic.params import Choice, Declared, Tick, parameter
from dlbasic.text import Text

COUNT = 20  # points of a draw
SPREAD = 0.5  # of their heights around the line that they are drawn from
STEPS = 500
SAME = 1e-9  # relative difference of value or line that counts as none
NEARBY = 0.01  # how far the lines lie that are compared with the best
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
    rate: float = parameter(
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


def largest_rate(x: Float64s) -> float:
    """Above it descent on the sum of squares diverges in one of the draws, whatever the heights.

    A step multiplies what is left of the way by ``1 - 2·rate·λ`` along each direction in which the
    sum has the curvature 2λ: it shrinks while rate < 1/λ.  On the mean all rates may be as many
    times larger as there are points.
    """
    columns = np.stack([x, np.ones_like(x)], axis=1)  # (draws, 2, points)
    return float(1.0 / np.linalg.eigvalsh(columns @ columns.swapaxes(1, 2)).max())


def descend(
    loss: Loss, over: float, x: Float64s, y: Float64s, rate: float, least: Float64s
) -> tuple[Float64s, Float64s]:
    """Descent from the line ŷ = 0 in every draw, on the sum of losses divided by ``over``.

    Gives the last lines, ``(draws, 2)``, and after each step the mean of the squared errors
    divided by the ``least`` one, ``(steps, draws)``; there are fewer steps if it grows without end.
    """
    lines, ratios = np.zeros((len(x), 2)), []
    for _ in range(STEPS):
        lines = lines - rate * slope_at(loss, over, x, y, lines)
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
    lines, ratios = descend(loss, over, x, y, settings.rate, squares)
    around = [np.array(move) for move in np.ndindex(3, 3) if move != (1, 1)]
    nearby = [value(best + NEARBY * (move - 1)) / value(best) - 1.0 for move in around]
    gaps = np.linalg.norm(lines - best, axis=1) / np.linalg.norm(best, axis=1)
    left, first = (np.linalg.norm(slope_at(loss, over, x, y, at), axis=1)
                   for at in (best, np.zeros_like(best)))  # fmt: skip
    hand, limit = np.array(HAND), largest_rate(x)
    measured = {
        "value": float(values[0]), "by_hand": float(by_hand[0]),
        "difference": float(np.abs(values / by_hand - 1.0).max()),
        "left": float((left / first).max()), "nearby": float(np.min(nearby)),
        "gap": float(gaps.max()), "sum_limit": limit, "mean_limit": COUNT * limit,
        **{f"hand_{name}": float((hand**2).sum()) / divisor(name, len(hand))
           for name in REDUCTIONS},
        "same": SAME, "apart": NEARBY, "steps": float(len(ratios)),
        "points": float(COUNT), "draws": float(SEEDS),
    }  # fmt: skip
    is_value = measured["difference"] < SAME
    is_line = measured["left"] < SAME and measured["nearby"] > 0.0
    if is_value and is_line:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if is_value or is_line else Verdict.CONTRADICTED
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


MSE_CLAIM = Experiment(
    key="mse",
    claim=Text(
        ko="MSE는 실제 값과 예측 값의 차이를 제곱하여 평균 낸 것으로, 주로 회귀에서 씁니다.",
        en="MSE is the mean of the squared differences between the true and the predicted values, "
        "used mostly in regression.",
    ),
    reading=Text(
        ko="직선 주위에 흩어진 점 {points}개를 {draws}번 새로 뽑습니다. ① 코드로 구한 손실이, "
        "반올림 없이 분수로 따로 계산한 제곱의 평균과 같은가. ② 이 손실은 최소제곱법(least "
        "squares)의 닫힌 해(closed form)에서 가장 작은가. 곧 그곳의 기울기가 0이고, 직선의 "
        "기울기와 절편을 {apart}만큼 옮긴 여덟 직선의 손실이 모두 더 큰가. 상대 차이가 {same} "
        "미만이면 같다고 보고, 둘 다 그러면 맞음, 하나만 그러면 조건부입니다. 경사 하강법(gradient "
        "descent)이 도달하는지는 학습률에 달려 있으므로 보이기만 하고 판정에 넣지 않습니다. "
        "회귀에서 실제로 얼마나 쓰이는지는 재지 않습니다.",
        en="{points} points around a line are drawn {draws} times. First: is the loss computed in "
        "code equal to the mean of squares computed separately in fractions, which do not round? "
        "Second: is it least at the line of least squares in closed form, that is, is its gradient "
        "0 there, and do all eight lines whose slope and intercept are moved by {apart} have a "
        "larger loss? Relative differences below {same} count as none. Taken to hold if both are "
        "so; if one is, it depends. Whether gradient descent arrives depends on the learning rate: "
        "that is shown and not judged. How often it is used in regression is not measured.",
    ),
    defaults=LeastSquares(),
    quick=LeastSquares(),
    control=LeastSquares(loss="mae"),
    subject=("loss", "reduction"),
    expected=Verdict.HOLDS,
    measure=run_least_squares,
    deciding=Text(
        ko="{loss}의 {reduction}: 예측이 모두 0일 때 첫 데이터의 손실 {value}, 분수로 계산한 "
        "제곱의 평균 {by_hand}. 최소제곱법의 닫힌 해에서 손실의 기울기는 처음의 {left}배 이하 "
        "(데이터 {draws}개)",
        en="{loss}, {reduction}: with all predictions 0 the first draw's loss is {value}, the mean "
        "of squares in fractions {by_hand}. At the line of least squares in closed form the "
        "gradient is at most {left} of what it is at the start ({draws} draws)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="오차가 1, 0, −2이면 제곱의 평균은 (1 + 0 + 4) ÷ 3 = {hand_mean}입니다. 제곱의 합은 "
            "{hand_sum}, 평균의 절반은 {hand_half}이고, 프레임워크와 교과서마다 셋 가운데 다른 "
            "것을 쓰기도 합니다. 제곱의 평균은 직선의 기울기와 절편에 대해 볼록(convex)한 "
            "이차식이므로 가장 작은 곳이 하나이고, 그곳이 최소제곱법의 해입니다. 옮긴 여덟 직선의 "
            "손실은 그보다 적어도 {nearby:%} 큽니다. 학습률 {rate}의 경사 하강법이 {steps}스텝 "
            "뒤에 구한 직선과의 상대 차이는 {gap}입니다.",
            en="Errors of 1, 0 and −2 have a mean square of (1 + 0 + 4) / 3 = {hand_mean}. The sum "
            "of squares is {hand_sum}, half the mean {hand_half}: frameworks and textbooks differ "
            "in which of the three they take. The mean of squares is convex and quadratic in slope "
            "and intercept, so there is one lowest place, which is that of least squares. The "
            "eight lines beside it have a loss larger by at least {nearby:%}. After {steps} steps "
            "at a learning rate of {rate} descent is {gap} from it, relatively.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="값은 다르고(상대 차이 {difference}) 직선은 같습니다. 합이나 평균의 절반은 제곱의 "
            "평균과 값이 다르지만 가장 작은 곳은 같습니다. 다만 기울기도 그 배수만큼 커지거나 "
            "작아져서 맞는 학습률이 달라집니다. 이 데이터 {draws}개 가운데 하나에서라도 "
            "경사 하강법이 발산하는 것은 학습률이 제곱의 합에서 {sum_limit}, 제곱의 평균에서 "
            "{mean_limit}보다 클 때입니다. 지금 학습률 {rate}에서 {steps}스텝 뒤의 직선과 닫힌 "
            "해의 상대 차이는 {gap}입니다.",
            en="The value is another (it differs by {difference}), the line is the same: a sum, or "
            "half the mean, has another value than the mean but is lowest at the same place. Its "
            "gradient, though, is as many times larger or smaller, and so is the rate that fits. "
            "In one or more of these {draws} draws descent diverges above a learning rate of "
            "{sum_limit} on the sum of squares, above {mean_limit} on their mean. At {rate}, "
            "{steps} steps end at a relative distance of {gap} from the closed form.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="손실의 값이 제곱의 평균과 다르고(상대 차이 {difference}), 최소제곱법의 해에서도 "
            "기울기가 0이 아닙니다(처음의 {left}배까지). 제곱이 아닌 손실은 다른 직선을 가장 "
            "좋다고 봅니다. 학습률 {rate}에서 {steps}스텝 뒤의 직선과 최소제곱법의 해의 상대 "
            "차이는 {gap}입니다.",
            en="The value is not the mean of squares (relative difference {difference}), nor is "
            "the gradient 0 at the line of least squares (it is up to {left} of what it is at the "
            "start): a loss that is no square takes another line for the best. At a learning rate "
            "of {rate}, {steps} steps end at a relative distance of {gap} from least squares.",
        ),
    },
    suggestion=Text(
        ko="모으는 방법을 합으로 바꾸어 보세요. 값은 달라도 가장 작은 곳은 같습니다. 경사 하강법은 "
        "학습률 0.01에서 그 직선에 도달하고, 0.1에서는 발산합니다.",
        en="Take the sum: its value is another, but it is least at the same line. At a learning "
        "rate of 0.01 descent reaches it, at 0.1 it diverges.",
    ),
    quantities={
        "value": Text(ko="첫 데이터의 손실 (코드)", en="loss of the first draw (code)"),
        "by_hand": Text(
            ko="첫 데이터의 제곱의 평균 (분수 계산)", en="mean of its squares (fractions)"
        ),
        "difference": Text(ko="두 값의 상대 차이 (최대)", en="relative difference (largest)"),
        "left": Text(
            ko="닫힌 해에서 남은 기울기 ÷ 처음의 기울기 (최대)",
            en="gradient left at the closed form / at the start (largest)",
        ),
        "gap": Text(
            ko="닫힌 해와 경사 하강법의 직선의 상대 차이 (최대)",
            en="relative gap of the line of descent to the closed form (largest)",
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
