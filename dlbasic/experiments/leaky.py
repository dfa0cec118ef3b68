"""Leaky ReLU from a start that kills ReLU's units: who is dead, and what it does for the loss."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import LeakyReLU, ReLU
from dlbasic.experiments.base import (
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.experiments.dead_units import (
    EPOCHS,
    RATE,
    Float64s,
    Lives,
    Start,
    circle,
    live,
    loss_ratios,
    quartiles,
    seldom,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.params import Declared, Real, Tick, parameter
from dlbasic.text import Text

SLOPES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3)
SIDES = {
    "relu": Text(ko="기울기 0 (ReLU 그대로)", en="Slope 0 (ReLU itself)"),
    "leaky_relu": LeakyReLU.name,
}

# A loss counts as lower from half of ReLU's on: the smallest slope's is all but ReLU's own, the
# largest's an eighth of it and less.
LOWER = 0.5


@dataclass(frozen=True)
class Leaky(Declared):
    function: str = parameter(function_choice("leaky_relu", SIDES))
    smallest: float = parameter(
        Tick(
            Text(ko="가장 작은 α", en="Smallest α"), default=0.001,
            ticks=(0.001, 0.01, 0.1, 0.2), allowed=(0.001, 0.3),
        )
    )  # fmt: skip
    bias: float = parameter(
        Real(
            Text(ko="은닉층 편향의 시작값", en="Hidden biases at the start"),
            default=-5.0, low=-10.0, high=0.0, step=0.5,
        )
    )  # fmt: skip
    rate: float = parameter(RATE)
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_leaky(settings: Leaky) -> Generator[float, None, Outcome]:
    leaky = settings.function == "leaky_relu"
    slopes = [alpha for alpha in SLOPES if alpha >= settings.smallest] if leaky else [0.0]
    seeds = seeds_from(settings.seed, 2 * settings.seeds)
    # Slope 0 from ReLU's own seeds would be the same run: others show what chance alone does.
    first, others = seeds[: settings.seeds], seeds[settings.seeds :]
    beside = first if leaky else others
    groups = [(ReLU(), first), *((LeakyReLU(alpha), beside) for alpha in slopes)]
    starts = [Start(f, settings.rate, seed, settings.bias) for f, group in groups for seed in group]
    run = live(
        starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed,
        every=seldom(settings.epochs),
    )  # fmt: skip
    for lives in run:
        if lives.share_done < 1.0:
            yield lives.share_done
    return _outcome(settings, slopes, lives)


def _outcome(settings: Leaky, slopes: list[float], lives: Lives) -> Outcome:
    shape = (len(slopes) + 1, settings.seeds)
    dead = lives.dead_share[-1].reshape(shape)
    losses = lives.test_loss[-1].reshape(shape)
    ratios = loss_ratios(losses[1:], losses[0])
    medians, wins = np.median(ratios, axis=1), (ratios <= LOWER).mean(axis=1)
    best = int(medians.argmin())
    survived = np.isfinite(dead[1:])  # what diverges has no units to count
    means = [float(of[there].mean()) for of, there in zip(dead[1:], survived, strict=True)
             if there.any()]  # fmt: skip
    most_dead = max(means, default=0.0)
    lower = int((medians <= LOWER).sum())
    measured = {
        "relu_dead": float(np.nanmean(dead[0])),
        "dead": most_dead,
        "relu_loss": float(np.nanmedian(losses[0])),
        "slopes": float(len(slopes)), "lower": float(lower), "half": LOWER,
        "first": slopes[0], "first_wins": float(wins[0]),
        "best": slopes[best], "best_wins": float(wins[best]),
        "diverged": float(1.0 - survived.mean()),
    }  # fmt: skip
    of_both = {"first_ratio": float(medians[0]), "best_ratio": float(medians[best])}
    measured |= {name: ratio for name, ratio in of_both.items() if np.isfinite(ratio)}
    if most_dead > 0.0:
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.HOLDS if lower == len(slopes) else Verdict.CONDITIONAL
    return Outcome(_rows(slopes, dead, losses), measured, verdict)


def _rows(slopes: list[float], dead: Float64s, losses: Float64s) -> pd.DataFrame:
    """The function's lines over the slopes, and ReLU's own level beside each.

    Slope 0, which a logarithmic axis has no place for, is a level too.
    """
    rows = []
    if slopes == [0.0]:
        slopes = [*SLOPES]
        dead, losses = (of[[0, *(1 for _ in slopes)]] for of in (dead, losses))
    for series, of in (("loss", quartiles(losses)), ("dead", quartiles(dead))):
        for place, alpha in enumerate(slopes, start=1):
            rows += [(series, alpha, *of[:, place]), (f"relu_{series}", alpha, *of[:, 0])]
    frame = pd.DataFrame(rows, columns=["series", "alpha", "low", "value", "high"])
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].reset_index(drop=True)
    return shown


LEAKY_RELU = Experiment(
    key="leaky-relu",
    claim=Text(
        ko="Leaky ReLU는 음수 쪽에 미리 정한 작은 기울기를 주어 ReLU의 문제를 해결합니다.",
        en="Leaky ReLU cures ReLU's dying with a small slope on the negative side, fixed "
        "beforehand.",
    ),
    reading=Text(
        ko="은닉층의 편향을 {bias}에서 시작해 ReLU의 유닛이 얼마나 죽는지 잰 다음, 같은 시드에서 "
        "시작한 신경망의 음수 쪽 기울기 α를 바꿔 가며 비교합니다(원 데이터, 은닉층 둘에 유닛 "
        "16개씩, 학습률 {rate}의 SGD, {epochs}에포크). 죽은 유닛은 훈련 데이터 전체에서 기울기가 "
        "정확히 0인 유닛입니다. 죽은 유닛이 없고 모든 α에서 테스트 손실이 ReLU의 {half}배 "
        "이하(같은 시드끼리 잰 비율의 중앙값)이면 맞음, 죽은 유닛은 없지만 손실은 그렇지 않으면 "
        "조건부로 봅니다. 죽은 유닛이 있으면 틀림입니다. 비교할 기울기 0은 ReLU 그대로이므로, "
        "우연만으로 얼마나 달라지는지 보도록 다른 시드에서 시작합니다. α는 학습하지 않는 "
        "하이퍼파라미터이고, 기본값은 PyTorch가 0.01, Keras가 0.3(층) 또는 0.2(함수)입니다.",
        en="With hidden biases started at {bias}, ReLU's dead units are counted; then networks "
        "from the same seeds are compared over the slope α of their negative side (the circle, two "
        "hidden layers of 16 units, SGD at rate {rate}, {epochs} epochs). Dead means: slope "
        "exactly 0 at every training point. Taken to hold if no unit is dead and at every α the "
        "test loss is at most {half} times ReLU's (median of the ratios seed by seed); if none is "
        "dead but the loss is not always that low, it depends; if any is dead, it is contradicted. "
        "Slope 0, the control, is ReLU itself: it starts from other seeds, to show what chance "
        "alone does. α is a hyperparameter, not learned: by default 0.01 in PyTorch, 0.3 (layer) "
        "or 0.2 (function) in Keras.",
    ),
    defaults=Leaky(),
    quick=Leaky(),
    control=Leaky(function="relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_leaky,
    deciding=Text(
        ko="죽은 유닛: ReLU {relu_dead:%}, {function} {dead:%}. 테스트 손실이 ReLU의 {half}배 "
        "이하인 음수 쪽 기울기는 {slopes}개 가운데 {lower}개입니다(시드 {seeds}개).",
        en="Dead units: ReLU {relu_dead:%}, {function} {dead:%}. Slopes on the "
        "negative side at which the test loss is at most {half} times ReLU's: {lower} of {slopes} "
        "({seeds} seeds)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="음수 쪽에도 기울기가 있으면 0이 되는 데이터가 없으므로 유닛이 죽지 않습니다. "
            "여기서 잰 α에서는 손실도 낮아졌습니다. ReLU의 손실에 대한 비율은 α = {first}에서 "
            "{first_ratio}, 가장 낮은 α = {best}에서 {best_ratio}입니다(ReLU의 손실 {relu_loss}).",
            en="With a slope on the negative side too, no point has slope 0, and no unit dies. At "
            "every α measured here the loss is lower as well: {first_ratio} times ReLU's at α = "
            "{first}, {best_ratio} times at best, α = {best} (ReLU's loss: {relu_loss}).",
        ),
        Verdict.CONDITIONAL: Text(
            ko="죽은 유닛이 없다는 것과 손실이 낮다는 것은 다릅니다. 손실이 ReLU의 {half}배 이하로 "
            "내려간 시드의 비율은 α = {first}에서 {first_wins:%}, 가장 나은 α = {best}에서 "
            "{best_wins:%}입니다. α가 아주 작으면 음수 쪽에 갇힌 유닛이 그만큼 느리게 움직여, 죽지 "
            "않아도 제때 돌아오지 못할 수 있습니다. 애초에 ReLU에서 죽은 유닛(여기서 "
            "{relu_dead:%})이 적으면 고칠 것도 적고, 음수 쪽이 열려 있으면 발산하기도 "
            "합니다(여기서 {diverged:%}).",
            en="No dead units is not yet a lower loss. It is at most {half} times ReLU's in "
            "{first_wins:%} of the seeds at α = {first} and in {best_wins:%} at the best, α = "
            "{best}. With a tiny α, units caught on the negative side move that much more slowly: "
            "not dead, yet perhaps not back in time. Where few of ReLU's units are dead (here "
            "{relu_dead:%}) there is little to cure, and with the negative side open a network can "
            "diverge (here {diverged:%}).",
        ),
        Verdict.CONTRADICTED: Text(
            ko="음수 쪽의 기울기가 0이면 훈련 데이터 전체가 음수 쪽에 놓인 유닛이 죽습니다. 죽은 "
            "유닛의 비율은 {dead:%}이고, 다른 시드의 ReLU에서도 {relu_dead:%}입니다. 손실도 "
            "낮아지지 않습니다. 시드만 다른 두 ReLU의 손실의 비율은 중앙값이 {best_ratio}이고, "
            "{half}배 이하인 것은 {best_wins:%}입니다. Leaky ReLU에서 손실이 그보다 낮아진다면 "
            "우연이 아니라 기울기 때문입니다.",
            en="With slope 0 on the negative side, a unit dies when all training points lie there: "
            "{dead:%} of the units are dead, as with ReLU from other seeds ({relu_dead:%}). Nor is "
            "the loss lower: the ratio of two losses of ReLU from different seeds has the median "
            "{best_ratio}, and {best_wins:%} of these ratios are {half} or less. Where Leaky "
            "ReLU does better than that, it is the slope and not chance.",
        ),
    },
    suggestion=Text(
        ko="가장 작은 α를 0.2로 올려 보세요. 남은 α에서는 모두 손실이 낮아집니다. 편향을 0으로 "
        "되돌리고 학습률을 3으로 올리면 ReLU는 유닛이 많이 죽지만, 이번에는 Leaky ReLU의 신경망이 "
        "대부분 발산합니다.",
        en="Raise the smallest α to 0.2: at those that remain the loss is always lower. With bias "
        "0 and rate 3 many of ReLU's units die, too, but there most of the leaky networks diverge.",
    ),
    quantities={
        "relu_dead": Text(
            ko="ReLU: 죽은 유닛의 비율 (평균)", en="ReLU: share of dead units (mean)"
        ),
        "dead": Text(
            ko="{function}: 죽은 유닛의 비율 (평균, 가장 많은 α)",
            en="{function}: share of dead units (mean, largest over α)",
        ),
        "relu_loss": Text(ko="ReLU: 테스트 손실 (중앙값)", en="ReLU: test loss (median)"),
        "slopes": Text(ko="잰 α의 수", en="values of α measured"),
        "lower": Text(ko="손실이 낮아진 α의 수", en="values of α with a lower loss"),
        "half": Text(
            ko="낮아졌다고 볼 손실의 비율", en="ratio of losses from which on one counts as lower"
        ),
        "first": Text(ko="가장 작은 α", en="smallest α"),
        "first_wins": Text(
            ko="가장 작은 α: 손실이 낮아진 시드의 비율",
            en="smallest α: share of seeds with a lower loss",
        ),
        "best_wins": Text(
            ko="손실이 가장 낮은 α: 손실이 낮아진 시드의 비율",
            en="α of the lowest loss: share of seeds with a lower loss",
        ),
        "first_ratio": Text(
            ko="가장 작은 α: ReLU에 대한 손실의 비율 (중앙값)",
            en="smallest α: loss as a multiple of ReLU's (median)",
        ),
        "best": Text(ko="손실이 가장 낮은 α", en="α of the lowest loss"),
        "best_ratio": Text(
            ko="그 α: ReLU에 대한 손실의 비율 (중앙값)",
            en="there: loss as a multiple of ReLU's (median)",
        ),
        "diverged": Text(
            ko="{function}: 발산한 신경망의 비율", en="{function}: share of networks that diverged"
        ),
    },
    plot=Plot(
        x="alpha",
        y="value",
        x_title=Text(ko="음수 쪽 기울기 α (로그 축)", en="slope α on the negative side (log axis)"),
        y_title=Text(
            ko="테스트 손실, 죽은 유닛의 비율 (중앙값, 띠는 사분위)",
            en="test loss, share of dead units (medians, band: quartiles)",
        ),
        names={
            "loss": Text(ko="테스트 손실", en="test loss"),
            "relu_loss": Text(ko="ReLU의 테스트 손실", en="ReLU's test loss"),
            "dead": Text(ko="죽은 유닛", en="dead units"),
            "relu_dead": Text(ko="ReLU의 죽은 유닛", en="ReLU's dead units"),
        },
        log_x=True,
        low="low",
        high="high",
    ),
)
