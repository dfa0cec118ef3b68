"""Whether all the weights into a unit move the same way: signs of gradients, batch by batch."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS, Sigmoid
from dlbasic.datasets import DATASETS, Points
from dlbasic.diagnostics import chance_of_agreement, of_one_sign
from dlbasic.experiments.base import (
    FUNCTIONS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.losses import BCE
from dlbasic.network import Floats, Member, Stack, Trace
from dlbasic.params import Choice, Declared, Tick, parameter
from dlbasic.text import Text

Float64s = NDArray[np.float64]

WIDTH = 8  # units in each of the two hidden layers
SECOND = 1  # the second hidden layer's place: its inputs are the first one's outputs
POINTS, NOISE = 256, 0.1
BATCHES = (1, 2, 4, 8, 16, 32, 64)
ALMOST_ALL = 0.9  # the share of units from which on the sentence is taken to be true of them
CHANCE = chance_of_agreement(WIDTH)
QUARTILES = (0.5, 0.25, 0.75)

DATA = Choice(
    Text(ko="데이터", en="Data"), default="xor",
    options={key: DATASETS[key].name for key in ("xor", "circle", "spiral", "moons", "gaussians")},
)  # fmt: skip
BATCH = Tick(
    Text(ko="배치 크기", en="Batch size"), default=32.0, ticks=tuple(map(float, BATCHES)),
    allowed=(1.0, float(POINTS)),
)  # fmt: skip


@dataclass(frozen=True)
class DirectionSettings(Declared):
    function: str = parameter(function_choice("sigmoid"))
    data: str = parameter(DATA)
    batch: float = parameter(BATCH)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def points_for(data: str, seed: int) -> Points:
    """The data that the gradients are taken on, with a little noise."""
    return DATASETS[data](noise=NOISE).sample(POINTS, seed=seed)


def stack_of(functions: Sequence[str], seeds: Sequence[int]) -> Stack:
    """Networks before training, function after function, a seed after the other."""
    members = [Member(ACTIVATIONS[key](), seed=seed) for key in functions for seed in seeds]
    return Stack((2, WIDTH, WIDTH, 1), members)


def fit_output_bias(stack: Stack, points: Points) -> None:
    """Set each network's last bias so that its mean probability is the share of the label 1.

    The errors then add up to 0: they have both signs.
    """
    sigmoid, last = Sigmoid(), stack.weights[-1]
    scores = stack.outputs(points.inputs)[:, 0]
    low, high = -scores.max(axis=1) - 50.0, -scores.min(axis=1) + 50.0
    for _ in range(60):
        middle = (low + high) / 2
        too_high = sigmoid(scores + middle[:, None]).mean(axis=1) > points.targets.mean()
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    last[:, 0, -1] += (low + high) / 2


@dataclass(frozen=True, eq=False)
class Agreement:
    """Of each network's second hidden layer over an epoch of batches: ``(networks,)`` each.

    ``units`` is the share of units whose incoming weights all move the same way.  It is taken of
    the units that have two gradients other than 0, a share ``counted`` of all, and NaN where there
    is none.  ``layers`` is the share of batches that move all weights of the layer the same way.
    """

    units: Float64s
    counted: Float64s
    layers: Float64s


def agreement(stack: Stack, points: Points, batch: int) -> Agreement:
    """The signs of the gradients at the weights, biases aside, for batch after batch of points."""
    trace = passed(stack, points)
    # A batch's gradient is the sum over its samples of error signal times input; the factor that
    # makes the sum a mean has no say in the sign.  A short last batch is filled up with zeros.
    batches = -(-len(points) // batch)
    fill = ((0, 0), (0, 0), (0, batches * batch - len(points)))
    shape = (len(stack), WIDTH, batches, batch)
    errors, inputs = (
        np.pad(of, fill).reshape(shape).swapaxes(1, 2)
        for of in (trace.deltas[SECOND], trace.a[SECOND - 1])
    )
    gradients = errors @ inputs.swapaxes(2, 3)  # (networks, batches, units, weights)
    agreeing = of_one_sign(gradients).sum(axis=2)
    counted = ((gradients != 0).sum(axis=3) >= 2).sum(axis=2)
    whole = of_one_sign(gradients.reshape(*gradients.shape[:2], -1)) & (gradients != 0).all(
        axis=(2, 3)
    )
    sums = counted.sum(axis=1)
    units = np.divide(
        agreeing.sum(axis=1), sums, out=np.full(len(stack), np.nan), where=sums > 0
    )  # fmt: skip
    return Agreement(units, counted.mean(axis=1) / WIDTH, whole.mean(axis=1))


def passed(stack: Stack, points: Points) -> Trace:
    """All points' way forward and their errors' way back, the loss being their sum."""
    loss, rows = BCE(), stack.with_ones(points.inputs)
    trace = Trace(stack, len(rows))
    trace.forward(rows.T)
    trace.backward(rows, loss, loss.prepare(points.targets, 1, stack.dtype), np.asarray(1.0))
    return trace


@dataclass(frozen=True, eq=False)
class Directions:
    """Agreement before and after the fit of the output's bias, by batch size.

    Shares of units: ``before`` of the first function alone, ``(batches, seeds)``, and ``after``,
    ``(batches, functions, seeds)``.  The rest is the first function's: ``counted`` and ``layers``
    of one sample at a time, and of the first hidden layer's outputs the smallest, the share below
    0 and the share that is 0.
    """

    functions: list[str]
    batches: list[int]
    before: Float64s
    after: Float64s
    counted: float
    layers: float
    lowest: float
    negative: float
    zeros: float

    def frame(self) -> pd.DataFrame:
        """Rows for the chart: after the fit, the first function before it, and chance."""
        shares = dict(zip(self.functions, self.after.swapaxes(0, 1), strict=True))
        shares["before"] = self.before
        shares["chance"] = np.full((len(self.batches), 1), CHANCE)
        return pd.DataFrame(
            [
                (key, float(batch), *np.nanquantile(values, QUARTILES))
                for key, by_batch in shares.items()
                for batch, values in zip(self.batches, by_batch, strict=True)
            ],
            columns=["series", "batch", "share", "low", "high"],
        )

    def medians(self, batch: int) -> dict[str, float]:
        """What the verdict and the words need, of one batch size."""
        place = self.batches.index(batch)
        before, after = (np.nanmedian(shares, axis=-1) for shares in (self.before, self.after))
        return {
            "single": float(min(before[0], after[0, 0])),
            "before": float(before[place]),
            "after": float(after[place, 0]),
            **{f"after_{key}": float(value) for key, value in
               zip(self.functions[1:], after[place, 1:], strict=True)},
            "counted": self.counted, "layers": self.layers, "lowest": self.lowest,
            "negative": self.negative, "zeros": self.zeros,
            "chance": CHANCE, "width": float(WIDTH), "almost": ALMOST_ALL,
        }  # fmt: skip


def measure_directions(settings: DirectionSettings, others: Sequence[str]) -> Directions:
    """The chosen function, and beside it ``others``, with the same seeds and data."""
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    points = points_for(settings.data, settings.seed)
    functions = [settings.function, *(key for key in others if key != settings.function)]
    batches = sorted({*BATCHES, int(settings.batch)})
    alone, stack = stack_of(functions[:1], seeds), stack_of(functions, seeds)
    outputs = first_outputs(alone, points)
    before = [agreement(alone, points, batch) for batch in batches]
    fit_output_bias(stack, points)
    after = [agreement(stack, points, batch).units for batch in batches]
    return Directions(
        functions, batches,
        before=np.stack([found.units for found in before]),
        after=np.stack(after).reshape(len(batches), len(functions), len(seeds)),
        counted=float(before[0].counted.mean()),
        layers=float(before[0].layers.mean()),
        lowest=float(outputs.min()),
        negative=float((outputs < 0).mean()),
        zeros=float((outputs == 0).mean()),
    )  # fmt: skip


def first_outputs(stack: Stack, points: Points) -> Floats:
    """What the first hidden layers give for all points: ``(networks, units, points)``."""
    trace = Trace(stack, len(points))
    trace.forward(stack.with_ones(points.inputs).T)
    return trace.a[0]


def judge(medians: Mapping[str, float]) -> Verdict:
    """Almost all units at the chosen batch size, on one sample alone, or not even there."""
    if min(medians[name] for name in ("single", "before", "after")) >= ALMOST_ALL:
        return Verdict.HOLDS
    return Verdict.CONDITIONAL if medians["single"] >= ALMOST_ALL else Verdict.CONTRADICTED


def run_directions(settings: DirectionSettings) -> Generator[float, None, Outcome]:
    found = measure_directions(settings, ["tanh"])
    yield 0.9
    measured = found.medians(int(settings.batch))
    measured.setdefault("after_tanh", measured["after"])
    return Outcome(found.frame(), measured, judge(measured))


PLOT = Plot(
    x="batch",
    y="share",
    x_title=Text(ko="배치 크기 (로그 축)", en="batch size (log axis)"),
    y_title=Text(
        ko="부호가 모두 같은 유닛의 비율, 띠는 사분위 범위",
        en="share of units that move one way, band: quartiles",
    ),
    names={
        **FUNCTIONS,
        "before": Text(ko="출력 편향을 맞추기 전", en="before the output's bias is fitted"),
        "chance": Text(ko="우연", en="chance"),
    },
    log_x=True,
    y_domain=(0.0, 1.0),
    low="low",
    high="high",
)

QUANTITIES = {
    "single": Text(
        ko="{function}: 표본 하나에서 가중치가 모두 같은 쪽으로 움직이는 유닛 (중앙값)",
        en="{function}: units whose weights all move the same way, one sample (median)",
    ),
    "before": Text(
        ko="{function}: 그런 유닛, 고른 배치, 출력 편향을 맞추기 전 (중앙값)",
        en="{function}: such units, chosen batch, before the output's bias is fitted (median)",
    ),
    "after": Text(
        ko="{function}: 그런 유닛, 고른 배치, 맞춘 뒤 (중앙값)",
        en="{function}: such units, chosen batch, after the fit (median)",
    ),
    **{
        f"after_{key}": Text(
            ko=f"{FUNCTIONS[key].ko}: 그런 유닛, 고른 배치, 맞춘 뒤 (중앙값)",
            en=f"{FUNCTIONS[key].en}: such units, chosen batch, after the fit (median)",
        )
        for key in ("sigmoid", "tanh")
    },
    "counted": Text(
        ko="표본 하나에서 0이 아닌 기울기가 둘 이상인 유닛의 비율 (평균)",
        en="share of units with two gradients other than 0, one sample (mean)",
    ),
    "layers": Text(
        ko="표본 하나가 층 전체의 가중치를 같은 쪽으로 움직이는 비율 (평균)",
        en="share of single samples that move the whole layer the same way (mean)",
    ),
    "lowest": Text(ko="첫째 은닉층 출력의 최솟값", en="smallest output of the first hidden layer"),
    "negative": Text(
        ko="첫째 은닉층의 출력이 음수인 비율", en="share of its outputs that are negative"
    ),
    "zeros": Text(ko="첫째 은닉층의 출력이 0인 비율", en="share of its outputs that are 0"),
    "chance": Text(ko="우연히 부호가 모두 같을 확률", en="chance of agreement"),
    "width": Text(ko="유닛에 들어오는 가중치의 수", en="weights into a unit"),
    "almost": Text(ko="맞음으로 볼 비율", en="share from which on it is taken to hold"),
}

SIGMOID_ONE_DIRECTION = Experiment(
    key="sigmoid-one-direction",
    claim=Text(
        ko="시그모이드의 출력은 모두 양수라서, 한 유닛의 가중치는 모두 같은 방향으로 "
        "업데이트됩니다.",
        en="Sigmoid's outputs are all positive, so all weights of a unit move the same way.",
    ),
    reading=Text(
        ko="유닛 {width}개짜리 은닉층이 둘인 신경망을 Xavier 정규분포로 초기화하고, 학습하기 전에 "
        "바이너리 크로스 엔트로피의 기울기를 잽니다. 둘째 은닉층의 유닛마다, 들어오는 가중치 "
        "{width}개(편향 제외)의 기울기 가운데 0이 아닌 것의 부호가 모두 같은지 봅니다. 출력층의 "
        "편향을 레이블의 비율에 맞추기 전과 맞춘 뒤에 모두 잽니다. 맞추고 나면 오차의 합이 0이 "
        "되어 오차에 두 부호가 섞입니다. 그런 유닛의 비율(시드의 중앙값)이 고른 배치 크기에서 두 "
        "번 다 {almost:%} 이상이면 맞음, 표본 하나에서만 그러면 조건부로 봅니다.",
        en="Networks with two hidden layers of {width} units start from Xavier normal weights, and "
        "the gradients of binary cross-entropy are taken before any training. For each unit of "
        "the second hidden layer: do the gradients of its {width} incoming weights, biases and "
        "zeros aside, all share one sign? Measured before and after the output's bias is fitted "
        "to the share of the labels; after it the errors add up to 0, so they have both signs. "
        "Taken to hold if at the chosen batch size the share of such units (median over seeds) "
        "is at least {almost:%} both times; if it is so on one sample only, it depends.",
    ),
    defaults=DirectionSettings(),
    quick=DirectionSettings(),
    control=DirectionSettings(function="tanh"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_directions,
    deciding=Text(
        ko="{function}, 시드 {seeds}개의 중앙값: 가중치가 모두 같은 쪽으로 움직이는 유닛은 표본 "
        "하나에서 {single:%}, 배치 크기 {batch}에서 출력 편향을 맞추기 전 {before:%}, 맞춘 뒤 "
        "{after:%} (우연이라면 {chance:%})",
        en="{function}, median over {seeds} seeds: units whose weights all move the same way, "
        "{single:%} on one sample; over batches of {batch}, {before:%} before and {after:%} "
        "after the output's bias is fitted (by chance {chance:%})",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="한 유닛의 가중치 기울기는 유닛의 오차 신호 δ에 입력을 곱한 것입니다. {function}의 "
            "출력은 가장 작은 것이 {lowest}이고 음수인 것은 {negative:%}이므로, 부호는 δ 하나가 "
            "정합니다. 다만 δ의 부호는 유닛마다 다릅니다. 층 전체의 가중치가 같은 쪽으로 움직인 "
            "표본은 {layers:%}뿐입니다. ‘모든 파라미터’가 아니라 ‘한 유닛의 모든 가중치’입니다.",
            en="The gradients of a unit's weights are its error signal δ times its inputs. The "
            "smallest output of {function} here is {lowest}, and {negative:%} are negative: the "
            "sign is that of δ alone. But δ differs in sign from unit to unit: {layers:%} of the "
            "samples moved the weights of the whole layer the same way. It is all weights of a "
            "unit, not all parameters.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="표본 하나에서는 기울기가 오차 신호 δ와 입력의 곱이고 입력에 음수가 없으므로(음수인 "
            "출력 {negative:%}) 부호를 δ가 정합니다. 배치에서는 표본마다 부호가 다른 δ로 입력을 "
            "가중해 더하므로 가중치마다 부호가 갈릴 수 있습니다. 배치 크기 {batch}에서 부호가 모두 "
            "같은 유닛은 출력 편향을 맞추기 전 {before:%}, 맞춘 뒤 {after:%}입니다. 맞추기 전에는 "
            "오차가 한쪽으로 치우친 만큼 δ의 부호도 치우칩니다. 같은 배치에서 Tanh는 "
            "{after_tanh:%}, 우연은 {chance:%}입니다. 층 전체의 가중치가 같은 쪽으로 움직인 표본은 "
            "{layers:%}입니다.",
            en="On one sample the gradients are the error signal δ times the inputs, none of them "
            "negative (negative outputs: {negative:%}), so δ decides the sign. Over a batch the "
            "inputs are added up with δ of both signs, and the weights may part: over {batch} "
            "samples {before:%} of the units agree before the output's bias is fitted, {after:%} "
            "after. Before, the errors lean to one side, and δ with them. Tanh has "
            "{after_tanh:%} at this batch size, chance {chance:%}. {layers:%} of the single "
            "samples moved the weights of the whole layer the same way.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: 출력에 양수와 음수가 섞여 있어(음수 {negative:%}) 표본 하나에서도 "
            "기울기의 부호가 가중치마다 갈립니다. 부호가 모두 같은 유닛은 {single:%}이고, "
            "우연이라면 {chance:%}입니다.",
            en="{function} gives outputs of both signs ({negative:%} negative), so even on one "
            "sample the gradients differ in sign from weight to weight. {single:%} of the units "
            "agree; chance gives {chance:%}.",
        ),
    },
    suggestion=Text(
        ko="배치 크기를 1로 줄이면 모든 유닛의 부호가 하나로 모입니다. 데이터를 두 "
        "가우시안으로 바꾸면 배치에서는 거의 모이지 않습니다. 함수를 Tanh로 바꿔 비교해 보세요.",
        en="With batches of one sample every unit agrees. With two Gaussians hardly any does over "
        "a batch. Compare Tanh.",
    ),
    quantities={name: text for name, text in QUANTITIES.items() if name != "after_sigmoid"},
    plot=PLOT,
)
