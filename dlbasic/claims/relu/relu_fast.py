"""Whether ReLU learns fast, and than what; and whether its gradients reach the first layer."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.datasets import DATASETS
from dlbasic.diagnostics import delta_norms, weight_norms
from dlbasic.measures.deep_networks import VANISHED, DeepSettings, one_pass
from dlbasic.measures.settings import FUNCTIONS, function_choice, seed_choice, seeds_choice
from dlbasic.measures.steps_to_target import (
    BATCH,
    EVERY,
    POINTS,
    TARGET,
    WIDTH,
    grid,
    middle,
    own_best,
    steps_to_target,
)
from dlbasic.optimizers import SGD
from dlbasic.params import Choice, Declared, Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words

DEPTH, STEPS = 3, 500  # of the networks that train
LRS = (0.03, 0.1, 0.3, 1.0, 3.0)
DEEP, DEEP_WIDTH = 20, 32  # of the gradients' way back
# Times He's weights, of variance 2/n: PyTorch's Linear draws its own with 1/(3n).
STARTS = {"pytorch": math.sqrt(1 / 6), "he": 1.0, "double": 2.0}
RACERS = {key: name for key, name in FUNCTIONS.items() if key != "identity"}  # it cannot get there
SATURATING = ("sigmoid", "tanh")

NAMED = (*SATURATING, "elu")  # beside which the card tells ReLU's steps

# How many more steps, as a share, a rival has to take to count as slower.  The loss is looked at
# every ten steps; a target that is there after a hundred is known to a tenth.
MORE = 0.1


@dataclass(frozen=True)
class ReluFast(Declared):
    function: str = parameter(function_choice("relu", RACERS))
    reading: str = parameter(
        Choice(
            Text(ko="비교 범위", en="Beside what"),
            default="all",
            options={
                "all": Text(ko="다른 모든 함수와 세 가지 초기 가중치",
                            en="all others, three initial weights"),
                "saturating": Text(ko="시그모이드와 tanh, He 초기화만",
                                   en="sigmoid and tanh, He's alone"),
            },
        )
    )  # fmt: skip
    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="circle",
               options={key: DATASETS[key].name for key in ("circle", "moons")})
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="공통 학습률", en="Common learning rate"), default=0.1, ticks=LRS,
             allowed=(1e-6, 100.0))
    )  # fmt: skip
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def at_own_best(steps: Float64s) -> tuple[int, float]:
    """Of ``(rates, seeds)`` the best rate's place, and its median steps.

    Chosen on every second seed and reported on the others, which had no say in it.
    """
    best = own_best(steps[:, ::2])
    return best, float(middle(steps[best, 1::2]))


def kept_gradients(function: str, settings: ReluFast, seeds: list[int]) -> dict[str, float]:
    """The gradient's norm at the first hidden layer's sums over that at the last's, by start.

    The median over the seeds, before any training; and from PyTorch's start at the weights, too.
    """
    deep = DeepSettings(depth=DEEP, width=DEEP_WIDTH, rule="he_normal", seed=settings.seed)
    ratios = {}
    for name, scale in STARTS.items():
        trace, _ = one_pass(replace(deep, scale=scale), [function], seeds)
        norms = delta_norms(trace)
        ratios[name] = float(np.median(norms[0] / norms[DEEP - 1]))
        if name == "pytorch":
            first, last = weight_norms(trace, (0, DEEP - 1))
            ratios["pytorch_weights"] = float(np.median(first / last))
    return ratios


def slower(own: float, others: list[float]) -> int:
    """How many of the others take ``MORE`` more steps, or still more; none if it never arrives.

    >>> slower(100.0, [110.0, 109.0])  # though 1.1 * 100 is a little more than 110 in floats
    1
    """
    return sum(np.isfinite(own) and other >= round((1 + MORE) * own, 9) for other in others)


def run_relu_fast(settings: ReluFast) -> Generator[float, None, Outcome]:
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    ratios = kept_gradients(settings.function, settings, seeds)
    lrs = sorted({*LRS, settings.lr})
    points = DATASETS[settings.data](noise=0.0).sample(POINTS, seed=settings.seed)
    runners = grid([*RACERS], [1.0], lrs, seeds)
    steps = yield from steps_to_target(
        runners, points, DEPTH, SGD(), STEPS, target=TARGET, seed=settings.seed
    )
    by_function = dict(zip(RACERS, steps.reshape(len(RACERS), len(lrs), -1), strict=True))
    return _outcome(settings, lrs, by_function, ratios)


def _outcome(
    settings: ReluFast, lrs: list[float], steps: Mapping[str, Float64s],
    ratios: Mapping[str, float],
) -> Outcome:  # fmt: skip
    place = lrs.index(settings.lr)
    common = {key: float(middle(taken[place])) for key, taken in steps.items()}
    best = {key: at_own_best(taken) for key, taken in steps.items()}
    own = settings.function
    pool = RACERS if settings.reading == "all" else SATURATING
    rivals = [key for key in pool if key != own]
    beaten = [
        slower(times[own], [times[key] for key in rivals])
        for times in (common, {key: value for key, (_, value) in best.items()})
    ]
    capped = {key: min(value, float(STEPS)) for key, value in common.items()}
    capped_best = {key: min(value, float(STEPS)) for key, (_, value) in best.items()}
    measured = {
        "common": capped[own], "best": capped_best[own],
        "best_lr": lrs[best[own][0]],
        "fastest_common": min(capped[key] for key in rivals),
        "fastest_best": min(capped_best[key] for key in rivals),
        "beaten_common": float(beaten[0]), "beaten_best": float(beaten[1]),
        "rivals": float(len(rivals)),
        **{f"{key}_common": capped[key] for key in NAMED},
        **{f"{key}_best": capped_best[key] for key in NAMED},
        **ratios,
        "limit": float(STEPS),
        "target": TARGET, "more": MORE, "vanished": VANISHED,
    }  # fmt: skip
    judged = [*STARTS] if settings.reading == "all" else ["he"]
    kept = {name: VANISHED <= ratios[name] <= 1.0 / VANISHED for name in STARTS}
    if min(beaten) == len(rivals) and all(kept[name] for name in judged):
        verdict = Verdict.HOLDS
    else:
        partly = max(beaten) > 0 and kept["he"]
        verdict = Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED
    rows = []
    for key, taken in steps.items():
        low, centre, high = (middle(taken, share) for share in (0.25, 0.5, 0.75))
        rows += [
            (key, lrs[k], centre[k], low[k], high[k])
            for k in range(len(lrs))
            if np.isfinite(high[k]) and low[k] > 0
        ]
    columns = ["series", "lr", "steps", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


def fastest(measured: Mapping[str, float]) -> str:
    """The question's answer: of the functions that the card names, the one of the fewest steps."""
    steps = {key: measured[f"{key}_best"] for key in NAMED} | {"relu": measured["best"]}
    return min(steps, key=lambda key: steps[key])


CLAIM = Claim(
    key="relu-fast",
    words=Words(__file__),
    constants={
        "depth": DEPTH, "width": WIDTH, "batch": BATCH, "points": POINTS, "deep": DEEP,
        "every": EVERY, "sure": math.exp(-TARGET),
    },
    defaults=ReluFast(),
    control=ReluFast(function="sigmoid"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_relu_fast,
    right=fastest,
    quantities={
        "common": Text(ko="{function}: 스텝 수, 공통 학습률", en="{function}: steps, common rate"),
        "best": Text(ko="{function}: 스텝 수, 가장 좋은 학습률", en="{function}: steps, own best"),
        "best_lr": Text(ko="{function}: 가장 좋은 학습률", en="{function}: its best rate"),
        "fastest_common": Text(ko="가장 빠른 다른 함수: 공통 학습률",
                               en="fastest of the others: common rate"),
        "fastest_best": Text(ko="가장 빠른 다른 함수: 가장 좋은 학습률",
                             en="fastest of the others: own best"),
        "beaten_common": Text(ko="더 느린 함수의 수: 공통 학습률", en="slower ones: common rate"),
        "beaten_best": Text(ko="더 느린 함수의 수: 가장 좋은 학습률", en="slower ones: own best"),
        "rivals": Text(ko="비교한 함수의 수", en="functions compared"),
        **{
            f"{key}_{at}": Text(ko=f"{ACTIVATIONS[key].name.ko}: {words.ko}",
                                en=f"{ACTIVATIONS[key].name.en}: {words.en}")
            for key in NAMED
            for at, words in (
                ("common", Text(ko="스텝 수, 공통 학습률", en="steps, common rate")),
                ("best", Text(ko="스텝 수, 가장 좋은 학습률", en="steps, own best")),
            )
        },
        "pytorch": Text(ko="기울기의 비: PyTorch 기본 분산 1/(3n)",
                        en="ratio of gradients: PyTorch's default variance 1/(3n)"),
        "pytorch_weights": Text(ko="그 초기화에서 가중치에 대한 기울기의 비",
                                en="there, the ratio with respect to the weights"),
        "he": Text(ko="기울기의 비: He 초기화, 분산 2/n",
                   en="ratio of gradients: He's weights, variance 2/n"),
        "double": Text(ko="기울기의 비: He 초기화의 두 배",
                       en="ratio of gradients: double He's weights"),
        "limit": Text(ko="학습 스텝 수", en="training steps"),
        "target": Text(ko="목표 훈련 손실", en="target training loss"),
        "more": Text(ko="느리다고 볼 스텝 수의 차이", en="share of more steps that is slower"),
        "vanished": Text(ko="이보다 작으면 소멸, 역수보다 크면 폭발",
                         en="vanished below this ratio, exploded above its inverse"),
    },
    plot=Plot(
        x="lr",
        y="steps",
        x_title=Text(ko="학습률 (로그 축)", en="learning rate (log axis)"),
        y_title=Text(
            ko="목표 손실까지 걸린 스텝 수 (중앙값, 띠는 1·3사분위수 사이, 못 이르면 점 없음)",
            en="median steps to the target, band: quartiles (none where not reached)",
        ),
        names=RACERS,
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
    thresholds=("MORE", "TARGET", "VANISHED", "lr"),
)  # fmt: skip
