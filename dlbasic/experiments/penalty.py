"""What one large error weighs under the squared, the absolute and the Huber loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations.exact import Float64s
from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.experiments.fit import fit
from dlbasic.experiments.line_fit import FITTED, share_of_sum
from dlbasic.losses import MAE, MSE, Huber, Loss
from dlbasic.params import Choice, Declared, Tick, declared, parameter
from dlbasic.text import Text

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


MSE_PENALTY = Experiment(
    key="mse-penalty",
    claim=Text(
        ko="차이를 제곱하면 오차가 큰 것에 더 큰 페널티를 줄 수 있습니다.",
        en="Squaring the differences punishes a large error more.",
    ),
    reading=Text(
        ko="직선 주위(표준편차 {noise})의 점 {points}개를 {draws}번 뽑고, 점 하나를 "
        "이상치(outlier)로 옮깁니다. 고른 손실과 절댓값(MAE)을 네 가지로 견줍니다. ① 이상치 하나의 "
        "손실 값, 참인 직선에서 잰 전체 가운데 이상치가 차지하는 ② 손실의 비율과 ③ "
        "기울기(gradient) 크기의 비율, ④ 이상치가 있을 때와 없을 때 맞춘 두 직선이 이상치의 "
        "자리에서 벌어지는 거리입니다(② ~ ④는 중앙값). 넷 다 MAE보다 크면 맞음, ① ~ ③이 모두 크지 "
        "않으면 틀림, 그 밖에는 조건부입니다.",
        en="{points} points around a line (standard deviation {noise}) are drawn {draws} times, "
        "and one is made an outlier. The loss chosen is compared with the absolute value (MAE) in "
        "four ways: first, the loss of the outlier; then what it carries, at the true line, of "
        "second the whole loss and third the whole gradient, in size; fourth, how far apart, at "
        "the outlier, the lines fitted with and without it lie (medians of the last three). Taken "
        "to hold if all four are larger than under MAE; contradicted if none of the first three "
        "is; otherwise it depends.",
    ),
    defaults=Penalty(),
    quick=Penalty(),
    control=Penalty(loss="huber"),
    subject=("loss",),
    expected=Verdict.HOLDS,
    measure=run_penalty,
    deciding=Text(
        ko="이상치의 오차 {error}, {loss} / MAE: 손실 {value} / {mae_value}, 손실의 {share:%} / "
        "{mae_share:%}, 기울기의 {gradient:%} / {mae_gradient:%}, 직선이 움직인 거리 {move} / "
        "{mae_move}",
        en="An outlier off by {error}, {loss} / MAE: its loss {value} / {mae_value}; {share:%} "
        "/ {mae_share:%} of the whole loss, {gradient:%} / {mae_gradient:%} of the gradient; the "
        "line moves by {move} / {mae_move}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="오차 {error}의 제곱은 {mse_value}이고 기울기는 오차에 비례합니다. 절댓값의 "
            "기울기는 오차가 아무리 커도 그대로입니다. 그래서 점 {points}개 가운데 하나가 제곱 "
            "손실에서는 기울기의 {mse_gradient:%}, 절댓값에서는 {mae_gradient:%}, δ = {delta}인 "
            "후버 손실에서는 {huber_gradient:%}만큼 차지하고, 맞춘 직선은 각각 {mse_move}, "
            "{mae_move}, {huber_move}만큼 움직입니다. 큰 오차를 무겁게 보는 것이 늘 좋은 것은 "
            "아닙니다. 그 점이 잘못 적힌 값이라면 직선 전체가 끌려갑니다.",
            en="The square of an error of {error} is {mse_value}, and its gradient grows in "
            "proportion to the error; that of the absolute value stays the same however large the "
            "error. So one point of {points} carries {mse_gradient:%} of the gradient of the "
            "squares, {mae_gradient:%} of that of the absolute values and {huber_gradient:%} of "
            "Huber’s at δ = {delta}; the fitted lines move by {mse_move}, {mae_move} and "
            "{huber_move}. To weigh a large error more is not always good: if the point is a "
            "mistake, it draws the whole line along.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="네 가지의 결론이 엇갈립니다. 손실 값은 {value} / {mae_value}, 손실의 비율은 "
            "{share:%} / {mae_share:%}, 기울기의 비율은 {gradient:%} / {mae_gradient:%}, 직선이 "
            "움직인 거리는 {move} / {mae_move}입니다({loss} / MAE). 제곱은 오차가 1보다 클 때만 "
            "절댓값보다 크고, 1에서는 같고, 1보다 작으면 오히려 작습니다. 후버 손실은 큰 오차를 "
            "절댓값처럼 재므로 값은 MAE를 넘지 않을 수 있지만, 작은 오차를 제곱으로 줄여 큰 오차의 "
            "몫은 커집니다.",
            en="The four disagree: loss {value} / {mae_value}, share of the loss {share:%} / "
            "{mae_share:%}, of the gradient {gradient:%} / {mae_gradient:%}, move of the line "
            "{move} / {mae_move} ({loss} / MAE). A square is larger than the absolute value only "
            "for errors above 1; at 1 they are equal, below it the square is smaller. Huber’s loss "
            "measures large errors like absolute values and so need not exceed MAE, but as it "
            "squares small errors away, a large one carries more.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="이 설정에서는 MAE보다 더 큰 페널티를 주지 않습니다. 손실 값은 {value} / "
            "{mae_value}, 손실의 비율은 {share:%} / {mae_share:%}, 기울기의 비율은 {gradient:%} / "
            "{mae_gradient:%}입니다({loss} / MAE). 오차가 {error}인 점은, 다른 점들의 "
            "오차(표준편차 {noise})보다 작다면 제곱에서 절댓값보다 오히려 가벼워집니다. 문장이 "
            "말하는 것은 큰 오차입니다.",
            en="At these settings it punishes no more than MAE: loss {value} / {mae_value}, share "
            "of the loss {share:%} / {mae_share:%}, of the gradient {gradient:%} / "
            "{mae_gradient:%} ({loss} / MAE). A point off by {error}, if that is less than the "
            "others are (standard deviation {noise}), even weighs less when squared. The sentence "
            "speaks of large errors.",
        ),
    },
    suggestion=Text(
        ko="이상치의 오차를 1을 지나 0.5, 0.1까지 줄여 보세요. 1보다 작은 오차는 제곱하면 더 "
        "작아져서, 판정이 바뀝니다.",
        en="Lower the outlier’s error past 1 to 0.5 and 0.1: squared, an error below 1 becomes "
        "smaller, and the verdict changes.",
    ),
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
