"""Whether ReLU learns fast, and than what; and whether its gradients reach the first layer."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS
from dlbasic.diagnostics import delta_norms
from dlbasic.experiments.base import (
    FUNCTIONS,
    SEEDS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
)
from dlbasic.experiments.deep import DeepSettings, one_pass
from dlbasic.experiments.speed import (
    BATCH,
    POINTS,
    TARGET,
    WIDTH,
    grid,
    middle,
    own_best,
    steps_to_target,
)
from dlbasic.experiments.vanishing import VANISHED
from dlbasic.optimizers import SGD
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text

Float64s = NDArray[np.float64]

DEPTH, STEPS = 3, 500  # of the race
RATES = (0.03, 0.1, 0.3, 1.0, 3.0)
DEEP, DEEP_WIDTH = 20, 32  # of the gradients' way back
STARTS = {"half": 0.5, "he": 1.0, "double": 2.0}  # times He's weights

RACERS = {key: name for key, name in FUNCTIONS.items() if key != "identity"}  # it cannot get there
SATURATING = ("sigmoid", "tanh")

# How many times the steps a rival has to take to count as slower: at a hundred steps, one look at
# the loss.  ReLU takes 1.6 times ELU's steps or more, sigmoid 3 times ReLU's or more.
SLOWER = 1.1


@dataclass(frozen=True)
class ReluFast(Declared):
    function: str = parameter(function_choice("relu", RACERS))
    reading: str = parameter(
        Choice(
            Text(ko="비교 범위", en="Beside what"),
            default="all",
            options={
                "all": Text(ko="다른 모든 함수와 여러 초기 가중치",
                            en="all others, three starts"),
                "saturating": Text(ko="시그모이드와 tanh, He 초기화만",
                                   en="Sigmoid and Tanh, He's"),
            },
        )
    )  # fmt: skip
    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="circle",
               options={key: DATASETS[key].name for key in ("circle", "moons")})
    )  # fmt: skip
    rate: float = parameter(
        Tick(Text(ko="공통 학습률", en="Common learning rate"), default=0.1, ticks=RATES,
             allowed=(1e-6, 100.0))
    )  # fmt: skip
    seeds: int = parameter(
        Integer(Text(ko="시드 수", en="Seeds"), default=5, low=5, high=40, step=5,
                allowed=(2, 999))
    )  # fmt: skip
    seed: int = parameter(seed_choice())


def at_own_best(steps: Float64s) -> tuple[int, float]:
    """Of ``(rates, seeds)`` the best rate's place, and its median steps.

    Chosen on every second seed and reported on the others, which had no say in it.
    """
    best = own_best(steps[:, ::2])
    return best, float(middle(steps[best, 1::2]))


def kept_gradients(function: str, settings: ReluFast, seeds: list[int]) -> dict[str, float]:
    """The gradient's norm at the first hidden layer's sums over that at the last's, by start.

    The median over the seeds, before any training.
    """
    deep = DeepSettings(depth=DEEP, width=DEEP_WIDTH, rule="he_normal", seed=settings.seed)
    ratios = {}
    for name, scale in STARTS.items():
        norms = delta_norms(one_pass(replace(deep, scale=scale), [function], seeds)[0])
        ratios[name] = float(np.median(norms[0] / norms[DEEP - 1]))
    return ratios


def slower(own: float, others: list[float]) -> int:
    """How many of the others take at least ``SLOWER`` times the steps; none if it never arrives."""
    return sum(np.isfinite(own) and other >= SLOWER * own for other in others)


def run_relu_fast(settings: ReluFast) -> Generator[float, None, Outcome]:
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    ratios = kept_gradients(settings.function, settings, seeds)
    rates = sorted({*RATES, settings.rate})
    points = DATASETS[settings.data](noise=0.0).sample(POINTS, seed=settings.seed)
    runners = grid([*RACERS], [1.0], rates, seeds)
    steps = yield from steps_to_target(runners, points, DEPTH, SGD(), STEPS, seed=settings.seed)
    by_function = dict(zip(RACERS, steps.reshape(len(RACERS), len(rates), -1), strict=True))
    return _outcome(settings, rates, by_function, ratios)


def _outcome(
    settings: ReluFast, rates: list[float], steps: Mapping[str, Float64s],
    ratios: Mapping[str, float],
) -> Outcome:  # fmt: skip
    place = rates.index(settings.rate)
    common = {key: float(middle(of[place])) for key, of in steps.items()}
    best = {key: at_own_best(of) for key, of in steps.items()}
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
        "best_rate": rates[best[own][0]],
        "fastest_common": min(capped[key] for key in rivals),
        "fastest_best": min(capped_best[key] for key in rivals),
        "beaten_common": float(beaten[0]), "beaten_best": float(beaten[1]),
        "rivals": float(len(rivals)),
        **{f"{key}_common": capped[key] for key in SATURATING},
        **{f"{key}_best": capped_best[key] for key in SATURATING},
        **ratios,
        "limit": float(STEPS),
        "target": TARGET, "slower": SLOWER, "vanished": VANISHED,
    }  # fmt: skip
    judged = [*STARTS] if settings.reading == "all" else ["he"]
    # ReLU's is about 0.5 at He's weights, and far beyond either limit at half and at double.
    kept = {name: VANISHED <= ratio <= 1.0 / VANISHED for name, ratio in ratios.items()}
    if min(beaten) == len(rivals) and all(kept[name] for name in judged):
        verdict = Verdict.HOLDS
    else:
        partly = max(beaten) > 0 and kept["he"]
        verdict = Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED
    rows = []
    for key, of in steps.items():
        low, centre, high = (middle(of, share) for share in (0.25, 0.5, 0.75))
        rows += [
            (key, rates[k], centre[k], low[k], high[k])
            for k in range(len(rates))
            if np.isfinite(high[k]) and low[k] > 0
        ]
    columns = ["series", "rate", "steps", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


_RIVALS_AT = Text(
    ko="학습률 {rate}에서는 비교한 함수 {rivals}개 가운데 {beaten_common}개보다 빠르고, 저마다 "
    "가장 좋은 학습률에서는 {beaten_best}개보다 빠릅니다",
    en="Of the {rivals} functions compared it is faster than {beaten_common} at the common rate "
    "{rate}, and than {beaten_best} with each at its own best rate",
)
_NORMS = Text(
    ko="첫 은닉층과 마지막 은닉층의 기울기 비: He 가중치에서 {he}, 그 절반에서 {half}, 두 배에서 "
    "{double}",
    en="first hidden layer's gradient over the last's: {he} at He's weights, {half} at half of "
    "them, {double} at double",
)

RELU_FAST = Experiment(
    key="relu-fast",
    claim=Text(
        ko="ReLU는 학습이 빠르고, 기울기 소멸이 일어나지 않습니다.",
        en="ReLU learns fast, and its gradients do not vanish.",
    ),
    reading=Text(
        ko="무엇보다 빠른지가 판정을 가릅니다. 은닉층 "
        f"{DEPTH}개(층마다 유닛 {WIDTH}개)를 같은 He 초기 가중치에서 SGD(배치 크기 {BATCH}, 데이터 "
        f"{POINTS}개)로 학습하여 훈련 손실이 {{target}}에 이르는 스텝 수의 중앙값을 비교하고, "
        f"상대가 "
        "{slower}배 이상 걸리면 빠르다고 봅니다. 저마다 가장 좋은 학습률은 시드 절반에서 고르고 "
        "나머지 "
        f"절반에서 쟀습니다. 기울기는 학습 전 은닉층 {DEEP}개에서 가중 합에 대한 노름의 비(첫 층 / "
        f"마지막 "
        "층)의 중앙값이며, {vanished}보다 작으면 소멸, 그 역수보다 크면 폭발, 둘 다 아니면 유지로 "
        "봅니다. 비교한 모든 함수보다 두 학습률에서 다 빠르고 비교 범위의 모든 초기 가중치에서 "
        "기울기가 유지되면 맞음, 어느 한 함수보다 빠르고 He 가중치에서 유지되면 조건부, 아니면 "
        "틀림입니다.",
        en="Faster than what decides. Networks of "
        f"{DEPTH} hidden layers of {WIDTH} units start from the same draws, at He's scale, and "
        f"train by SGD on {POINTS} points in batches of {BATCH}; compared are the median steps to "
        "a training loss of {target}, and a rival is slower if it takes {slower} times as many. "
        "Each one's best rate is chosen on half of the seeds and reported on the others. The "
        f"gradient is that at the weighted sums of {DEEP} hidden layers before training, the norm "
        "at the first over that at the last, median over seeds: vanished below {vanished}, "
        "exploded above its inverse, kept in between. Taken to hold if faster than all compared at "
        "both rates and kept at every start of the reading; it depends if faster than some and "
        "kept at He's; else contradicted.",
    ),
    defaults=ReluFast(seeds=SEEDS),
    quick=ReluFast(),
    control=ReluFast(function="sigmoid"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_relu_fast,
    deciding=Text(
        ko="{function}: " + _RIVALS_AT.ko + " (시드 {seeds}개). " + _NORMS.ko,
        en="{function}: " + _RIVALS_AT.en + " ({seeds} seeds); " + _NORMS.en,
    ),
    why={
        Verdict.HOLDS: Text(
            ko="{function}: 비교한 함수 {rivals}개보다 모두 빠릅니다. 학습률 {rate}에서 "
            "{common}스텝, 저마다 가장 좋은 학습률에서 {best}스텝이 걸립니다. 비교한 함수 가운데 "
            "가장 빠른 것은 각각 {fastest_common}스텝, {fastest_best}스텝입니다(끝까지 이르지 "
            "못하면 {limit}스텝으로 적습니다). 기울기의 비는 He 가중치에서 {he}, 그 절반에서 "
            "{half}, 두 배에서 {double}입니다.",
            en="{function} is faster than all {rivals} compared: {common} steps at the rate {rate} "
            "and {best} at its own best, where the fastest of them takes {fastest_common} and "
            "{fastest_best} (one that does not get there is put down as {limit}). At He's weights "
            "the ratio of gradients is {he}; at half of them {half}, at double {double}.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{function}: 학습률 {rate}에서 {common}스텝, 가장 좋은 학습률 {best_rate}에서 "
            "{best}스텝이 걸립니다. 같은 순서로 시그모이드는 {sigmoid_common}, {sigmoid_best}스텝, "
            "tanh는 {tanh_common}, {tanh_best}스텝, 비교한 함수 가운데 가장 빠른 것은 "
            "{fastest_common}, {fastest_best}스텝입니다(끝까지 이르지 못하면 {limit}스텝으로 "
            "적습니다). 기울기가 첫 층까지 얼마나 남는지는 초기 가중치에 달려 있습니다. 기울기의 "
            "비는 He 가중치에서 {he}, 그 절반에서 {half}, 두 배에서 {double}입니다.",
            en="{function} takes {common} steps at the rate {rate} and {best} at its own best, "
            "{best_rate}. In the same order Sigmoid takes {sigmoid_common} and {sigmoid_best}, "
            "Tanh {tanh_common} and {tanh_best}, the fastest of those compared {fastest_common} "
            "and {fastest_best} (one that does not get there is put down as {limit}). How much of "
            "the gradient reaches the first layer depends on the start: the ratio is {he} at He's "
            "weights, {half} at half of them, {double} at double.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: " + _RIVALS_AT.ko + ". " + _NORMS.ko + ". "
            "조건부가 되려면 어느 한 함수보다는 빠르고, He 가중치에서 기울기의 비가 {vanished}보다 "
            "크고 그 역수보다 작아야 합니다.",
            en="{function}: " + _RIVALS_AT.en + "; " + _NORMS.en + ". To "
            "depend, it would have to be faster than one of them, with a ratio at He's weights "
            "between {vanished} and its inverse.",
        ),
    },
    suggestion=Text(
        ko="비교 범위를 시그모이드와 tanh로 좁혀 보세요. 데이터를 반달로 바꾸거나, 함수를 ELU로 "
        "바꾸어 비교해 보세요.",
        en="Compare with Sigmoid and Tanh alone. Change the data to the moons, or choose ELU.",
    ),
    quantities={
        "common": Text(ko="{function}: 스텝 수, 공통 학습률", en="{function}: steps, common"),
        "best": Text(ko="{function}: 스텝 수, 가장 좋은 학습률", en="{function}: steps, best"),
        "best_rate": Text(ko="{function}: 가장 좋은 학습률", en="{function}: its best rate"),
        "fastest_common": Text(ko="가장 빠른 상대: 공통 학습률", en="fastest rival: common rate"),
        "fastest_best": Text(ko="가장 빠른 상대: 가장 좋은 학습률", en="fastest rival: own best"),
        "beaten_common": Text(ko="더 느린 함수의 수: 공통 학습률", en="slower ones: common rate"),
        "beaten_best": Text(ko="더 느린 함수의 수: 가장 좋은 학습률", en="slower ones: own best"),
        "rivals": Text(ko="비교한 함수의 수", en="functions compared"),
        **{
            f"{key}_{at}": Text(ko=f"{ACTIVATIONS[key].name.ko}: {words.ko}",
                                en=f"{ACTIVATIONS[key].name.en}: {words.en}")
            for key in SATURATING
            for at, words in (
                ("common", Text(ko="스텝 수, 공통 학습률", en="steps, common rate")),
                ("best", Text(ko="스텝 수, 가장 좋은 학습률", en="steps, own best")),
            )
        },
        "half": Text(ko="기울기 비: He 가중치의 절반", en="ratio of gradients: half of He's"),
        "he": Text(ko="기울기 비: He 가중치", en="ratio of gradients: He's weights"),
        "double": Text(ko="기울기 비: He 가중치의 두 배", en="ratio of gradients: double He's"),
        "limit": Text(ko="학습 스텝 수", en="training steps"),
        "target": Text(ko="목표 훈련 손실", en="target training loss"),
        "slower": Text(ko="느리다고 볼 배수", en="times the steps that count as slower"),
        "vanished": Text(ko="이보다 작으면 소멸, 역수보다 크면 폭발",
                         en="vanished below this ratio, exploded above its inverse"),
    },
    plot=Plot(
        x="rate",
        y="steps",
        x_title=Text(ko="학습률 (로그 축)", en="learning rate (log axis)"),
        y_title=Text(
            ko="목표까지 스텝 수의 중앙값, 띠는 사분위수 (이르지 못하면 점이 없음)",
            en="median steps to the target, band: quartiles (none where not reached)",
        ),
        names=RACERS,
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
)  # fmt: skip
