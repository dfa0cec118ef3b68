"""Vanishing gradients: how much of the gradient arrives at the first layer of a deep network."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
from dlbasic.experiments.deep import (
    DEPTH,
    RULE,
    SCALE,
    DeepSettings,
    layer_profile,
    one_pass,
    products_from_last,
    seeds_from,
)
from dlbasic.params import Choice, Declared, parameter
from dlbasic.text import Text

Float64s = NDArray[np.float64]

QUARTER = 0.25  # sigmoid's largest slope, as the article has it
ROUNDING = 1e-9  # by which a computed slope may pass it
# A common learning rate moves a layer as far as its gradient is long.  At a thousandth the first
# layer stands still beside the last; down to a tenth they are within one order of magnitude.
# VANISHED is what every claim means by a vanished gradient.
VANISHED, KEPT = 1e-3, 0.1

TWO_OR_MORE = replace(DEPTH, low=2, allowed=(2, 64))  # a first and a last hidden layer
PLACES = {
    "sums": Text(ko="가중 합", en="weighted sums"),
    "weights": Text(ko="가중치", en="weights"),
}
AT = Choice(Text(ko="기울기를 재는 곳", en="Gradient measured at"), default="sums", options=PLACES)


@dataclass(frozen=True)
class SigmoidVanishing(Declared):
    function: str = parameter(function_choice("sigmoid"))
    depth: int = parameter(TWO_OR_MORE)
    rule: str = parameter(RULE)
    scale: float = parameter(SCALE)
    at: str = parameter(AT)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def rows(series: str, x: Sequence[float] | Float64s, values: Float64s) -> pd.DataFrame:
    """A line of the chart, the median and the range over the networks of ``(x, networks)``."""
    low, middle, high = np.quantile(values, [0.0, 0.5, 1.0], axis=1)
    return pd.DataFrame({"series": series, "x": x, "ratio": middle, "low": low, "high": high})


def run_sigmoid_vanishing(settings: SigmoidVanishing) -> Generator[float, None, Outcome]:
    shape = DeepSettings(depth=settings.depth, rule=settings.rule, scale=settings.scale,
                         seed=settings.seed)  # fmt: skip
    trace, _ = one_pass(shape, [settings.function], seeds_from(settings.seed, settings.seeds))
    yield 0.7
    profile, hops = layer_profile(trace), settings.depth - 1
    hidden = {"sums": profile.delta[:-1], "weights": profile.weight[:-1]}
    arrived = {at: norms / norms[-1] for at, norms in hidden.items()}
    slopes = products_from_last(profile.slope_factor)
    weights = products_from_last(profile.weight_factor)
    first = {at: float(np.median(norms[0])) for at, norms in arrived.items()}
    ratio = first[settings.at]
    measured = {
        "ratio": ratio,
        "ratio_low": float(arrived[settings.at][0].min()),
        "ratio_high": float(arrived[settings.at][0].max()),
        "at_sums": first["sums"],
        "at_weights": first["weights"],
        "step": ratio ** (1 / hops),
        "slope_product": float(np.median(slopes[0])),
        "weight_product": float(np.median(weights[0])),
        "falling": float((np.diff(np.median(arrived[settings.at], axis=1)) > 0).sum()),
        "guide": QUARTER**hops,
        "largest_slope": max(float(np.abs(layer).max()) for layer in trace.slopes),
        "first_norm": float(np.median(hidden[settings.at][0])),
        "last_norm": float(np.median(hidden[settings.at][-1])),
        "hops": float(hops),
        "units": float(shape.width),
        "batch": float(shape.batch),
        "bound": QUARTER,
        "vanished": VANISHED,
        "kept": KEPT,
    }
    layers = np.arange(1.0, settings.depth + 1)
    lines = {settings.function: arrived[settings.at]}
    if settings.at == "sums":
        lines |= {"slopes": slopes, "factors": weights}
    else:
        lines["sums"] = arrived["sums"]
    lines["guide"] = QUARTER ** (settings.depth - layers)[:, None]
    frame = pd.concat([rows(name, layers, values) for name, values in lines.items()],
                      ignore_index=True)  # fmt: skip
    if ratio >= KEPT:
        return Outcome(frame, measured, Verdict.CONTRADICTED)
    as_said = ratio < VANISHED and measured["largest_slope"] <= QUARTER + ROUNDING
    return Outcome(frame, measured, Verdict.HOLDS if as_said else Verdict.CONDITIONAL)


SIGMOID_VANISHING = Experiment(
    key="sigmoid-vanishing",
    claim=Text(
        ko="시그모이드의 미분값은 0에서 0.25 사이여서, 깊은 신경망에서는 역전파로 전해지는 "
        "기울기가 층마다 줄어들다가 사라집니다.",
        en="Sigmoid's derivative lies between 0 and 0.25, so in a deep network the gradient "
        "shrinks layer by layer until it vanishes.",
    ),
    reading=Text(
        ko="학습하기 전, 층마다 유닛이 {units}개인 신경망에 표준정규분포 입력 {batch}개를 보내 "
        "역전파하고, 클리핑(clipping) 같은 처리를 하지 않은 기울기의 크기(norm)를 층별로 유닛과 "
        "배치 전체에 걸쳐 잽니다. 첫 은닉층의 크기가 마지막 은닉층의 {vanished}배보다 작고 함수의 "
        "미분값이 {bound} 이하이면 맞음, {kept}배 이상이면 틀림, 나머지는 조건부로 봅니다. 비율은 "
        "시드 {seeds}개의 중앙값입니다.",
        en="Before any training {batch} standard normal inputs go forth and back through networks "
        "with {units} units in each layer, and the gradient's norm over units and batch, "
        "unclipped, is measured layer by layer. Taken to hold if the first hidden layer has less "
        "than {vanished} times what the last has and no slope of the function is above {bound}; "
        "contradicted from {kept} times up; else it depends. Ratios are medians over {seeds} "
        "seeds.",
    ),
    defaults=SigmoidVanishing(),
    quick=SigmoidVanishing(),
    control=SigmoidVanishing(function="relu", rule="he_normal"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_vanishing,
    deciding=Text(
        ko="{function}, 은닉층 {depth}개: 첫 은닉층의 기울기는 마지막 은닉층의 {ratio}배입니다. "
        "{at}에서 잰 크기의 비율이며, 시드 {seeds}개의 중앙값입니다({ratio_low}~{ratio_high}).",
        en="{function}, {depth} hidden layers: the gradient's norm at the {at} of the first is "
        "{ratio} times that of the last, median over {seeds} seeds ({ratio_low} to {ratio_high})",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="이 신경망에서 {function}의 미분값은 가장 큰 곳에서도 {largest_slope}입니다. 마지막 "
            "은닉층에서 첫 은닉층까지 {hops}개 층을 거슬러 가는 동안 함수의 미분값이 곱한 몫은 "
            "{slope_product}, 가중치가 곱한 몫은 {weight_product}입니다. 그 결과 가중 합에서 잰 "
            "기울기는 {at_sums}배, 가중치에서 잰 기울기는 {at_weights}배입니다. {at}에서는 "
            "{falling}개 층에서 줄었고, 한 층에 {step}배꼴입니다. 층마다 {bound}만 곱한 안내선은 "
            "{guide}배까지 내려가지만, 이 선은 한계가 아닙니다. 가중치에 따라 그 위로도 아래로도 "
            "벗어납니다.",
            en="In these networks no slope of {function} is above {largest_slope}. On the way back "
            "from the last hidden layer to the first (layers passed: {hops}) the slopes multiply "
            "the gradient by {slope_product} and the weights by {weight_product}. At the weighted "
            "sums it ends at {at_sums} times, at the weights at {at_weights} times. At the {at} it "
            "fell in {falling} of {hops}, to {step} times per layer on average. The guide line, "
            "{bound} per layer, ends at {guide} times; it is no bound, since the weights may take "
            "the gradient to either side of it.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{hops}개 층을 거슬러 가는 동안 함수의 미분값이 곱한 몫은 {slope_product}, 가중치가 "
            "곱한 몫은 {weight_product}이고, 함수의 미분값은 가장 큰 곳에서 {largest_slope}입니다. "
            "기울기가 사라지는지는 미분값의 범위만이 아니라 층의 수와 가중치가 함께 정합니다. 재는 "
            "곳에 따라 다를 수도 있습니다. 가중 합에서는 {at_sums}배, 가중치에서는 "
            "{at_weights}배입니다. 가중치의 기울기에는 그 층의 입력도 곱해집니다.",
            en="On the way back (layers passed: {hops}) the slopes multiply the gradient by "
            "{slope_product} and the weights by {weight_product}; the largest slope of the "
            "function is {largest_slope}. Whether the gradient vanishes is decided not by the "
            "range of the slopes alone, but with the number of layers and the weights. It can also "
            "depend on where it is measured: {at_sums} times at the weighted sums, {at_weights} "
            "times at the weights, where the layer's inputs are a factor as well.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{at}에서 잰 기울기는 첫 은닉층에서도 마지막 은닉층의 {ratio}배여서 사라졌다고 할 "
            "수 없습니다. {hops}개 층을 거슬러 가는 동안 함수의 미분값이 곱한 몫은 "
            "{slope_product}, 가중치가 곱한 몫은 {weight_product}입니다. 층이 적거나 가중치의 몫이 "
            "미분값의 몫을 메우면 이렇게 됩니다. 가중치에서 잴 때는 그 층의 입력도 곱해지므로 "
            "이야기가 다를 수 있습니다. 가중 합에서는 {at_sums}배, 가중치에서는 "
            "{at_weights}배입니다.",
            en="At the {at} the first hidden layer still has {ratio} times the gradient of the "
            "last, which cannot be called vanished. On the way back (layers passed: {hops}) the "
            "slopes multiply it by {slope_product} and the weights by {weight_product}. So it goes "
            "where the layers are few or the weights make up for the slopes. At the weights the "
            "layer's inputs come in as well and may tell another story: {at_sums} times at the "
            "weighted sums, {at_weights} times at the weights.",
        ),
    },
    suggestion=Text(
        ko="은닉층을 4개, 2개로 줄여 보세요. 20개를 그대로 두고 초기 가중치의 배율을 6, 12로 "
        "키워도 판정이 바뀝니다. 함수의 미분값이 곱하는 몫은 더 작아지지만 가중치가 이를 메웁니다. "
        "ReLU와 He 정규분포를 고르면 20개 층을 지나도 사라지지 않습니다.",
        en="Take 4 hidden layers, then 2. Or leave all 20 and multiply the initial weights by 6, "
        "then by 12: the slopes' product gets even smaller, but the weights make up for it. With "
        "ReLU and He normal the gradient passes 20 layers without vanishing.",
    ),
    quantities={
        "ratio": Text(
            ko="첫 은닉층 / 마지막 은닉층의 기울기 (고른 곳, 중앙값)",
            en="gradient of the first / the last hidden layer (where chosen, median)",
        ),
        "ratio_low": Text(ko="그 비율의 최솟값", en="smallest such ratio"),
        "ratio_high": Text(ko="그 비율의 최댓값", en="largest such ratio"),
        "at_sums": Text(
            ko="가중 합에서 잰 비율 (중앙값)", en="the ratio at the weighted sums (median)"
        ),
        "at_weights": Text(
            ko="가중치에서 잰 비율 (편향 제외, 중앙값)",
            en="the ratio at the weights (without biases, median)",
        ),
        "step": Text(ko="한 층에 몇 배인지 (기하평균)", en="the ratio per layer (geometric mean)"),
        "falling": Text(
            ko="거슬러 가며 기울기가 줄어든 층의 수",
            en="layers in which the gradient fell on the way back",
        ),
        "slope_product": Text(
            ko="함수의 미분값이 곱한 몫 (중앙값)", en="product of what the slopes do (median)"
        ),
        "weight_product": Text(
            ko="가중치가 곱한 몫 (중앙값)", en="product of what the weights do (median)"
        ),
        "guide": Text(ko="안내선의 끝", en="end of the guide line"),
        "largest_slope": Text(
            ko="함수의 미분값의 최대 크기", en="largest size of the function's slope"
        ),
        "first_norm": Text(
            ko="첫 은닉층의 기울기의 크기 (중앙값)",
            en="gradient norm of the first hidden layer (median)",
        ),
        "last_norm": Text(
            ko="마지막 은닉층의 기울기의 크기 (중앙값)",
            en="gradient norm of the last hidden layer (median)",
        ),
        "hops": Text(ko="거슬러 가는 층의 수", en="layers on the way back"),
        "units": Text(ko="층마다 유닛의 수", en="units in each layer"),
        "batch": Text(ko="배치 크기", en="batch size"),
        "bound": Text(ko="시그모이드 미분값의 상한", en="bound of sigmoid's slope"),
        "vanished": Text(ko="이보다 작으면 소멸", en="vanished below this ratio"),
        "kept": Text(ko="이 이상이면 틀림", en="contradicted from this ratio up"),
    },
    plot=Plot(
        x="x",
        y="ratio",
        x_title=Text(ko="은닉층 (1이 입력 쪽)", en="hidden layer (1 is next to the inputs)"),
        y_title=Text(
            ko="마지막 은닉층에 대한 비율, 띠는 시드 전체의 범위 (로그 축)",
            en="ratio to the last hidden layer, band: all seeds (log axis)",
        ),
        names={
            **FUNCTIONS,
            "slopes": Text(ko="함수의 미분값의 몫", en="the slopes' product"),
            "factors": Text(ko="가중치의 몫", en="the weights' product"),
            "sums": Text(ko="가중 합에서 잰 기울기", en="gradient at the weighted sums"),
            "guide": Text(ko="안내선: 층마다 0.25배", en="guide: 0.25 per layer"),
        },
        log_y=True,
        low="low",
        high="high",
    ),
)
