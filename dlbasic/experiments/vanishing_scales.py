"""Vanishing gradients against the spread of the initial weights: where a deep network flips."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.diagnostics import delta_norms
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
    FLAT,
    DeepSettings,
    Float64s,
    build,
    layer_profile,
    products_from_last,
    rescale,
    seeds_from,
    send,
    weight_norm,
)
from dlbasic.experiments.vanishing import AT, PLACES, TWO_OR_MORE, VANISHED, rows
from dlbasic.params import Declared, parameter
from dlbasic.text import Text

GROWN = 1 / VANISHED  # as many times above 1 as what counts as vanished is below
# Multiples of LeCun's spread, three to the doubling, on both sides of 1.
SCALES = tuple(2.0 ** (third / 3) for third in range(-6, 7))
NAMED = {SCALES[0]: "small", 1.0: "middle", SCALES[-1]: "large"}


@dataclass(frozen=True)
class TanhVanishing(Declared):
    function: str = parameter(function_choice("tanh"))
    depth: int = parameter(TWO_OR_MORE)
    at: str = parameter(AT)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def crossing(x: Sequence[float], y: Sequence[float], level: float) -> float | None:
    """Where ``y``, a line through points on logarithmic axes, first crosses ``level``, or None.

    >>> crossing([1.0, 16.0], [0.01, 1.0], 0.1)
    4.0
    """
    for left, right, before, after in zip(x, x[1:], y, y[1:], strict=False):
        if (before < level) != (after < level):
            share = math.log(level / before) / math.log(after / before)
            return float(left * (right / left) ** share)
    return None


def _middle(values: Float64s) -> float:
    return float(np.median(values))


def run_tanh_vanishing(settings: TanhVanishing) -> Generator[float, None, Outcome]:
    shape = DeepSettings(depth=settings.depth, seed=settings.seed)
    stack = build(shape, [settings.function], seeds_from(settings.seed, settings.seeds))
    before, sums, weights = shape.scale, [], []
    measured: dict[str, float] = {}
    for done, scale in enumerate(SCALES):
        yield done / len(SCALES)
        rescale(stack, scale / before)  # the same draws at every scale
        before, trace = scale, send(stack, shape)
        delta = delta_norms(trace)
        first, last = (weight_norm(trace.weight_gradients[layer]) for layer in (0, -2))
        sums.append(delta[0] / delta[-2])
        weights.append(first / last)
        if scale in NAMED:
            name, profile = NAMED[scale], layer_profile(trace)
            measured |= {
                name: scale,
                f"{name}_ratio": _middle({"sums": sums, "weights": weights}[settings.at][-1]),
                f"{name}_sums": _middle(sums[-1]),
                f"{name}_weights": _middle(weights[-1]),
                f"{name}_slope_product": _middle(products_from_last(profile.slope_factor)[0]),
                f"{name}_weight_product": _middle(products_from_last(profile.weight_factor)[0]),
                f"{name}_saturated": _middle(profile.saturated.mean(axis=0)),
                f"{name}_first": _middle(first),
            }
    arrived = {"sums": np.array(sums), "weights": np.array(weights)}
    ratios: list[float] = np.median(arrived[settings.at], axis=1).tolist()
    vanishing = sum(ratio < VANISHED for ratio in ratios)
    measured |= {
        "vanishing": float(vanishing),
        "exploding": float(sum(ratio > GROWN for ratio in ratios)),
        "scales": float(len(SCALES)),
        "least": min(ratios),
        "least_at": SCALES[int(np.argmin(ratios))],
        "most": max(ratios),
        "most_at": SCALES[int(np.argmax(ratios))],
        "hops": float(settings.depth - 1),
        "units": float(shape.width),
        "batch": float(shape.batch),
        "flat": FLAT,
        "vanished": VANISHED,
        "grown": GROWN,
    }
    for name, level in (("flip", VANISHED), ("flip_grown", GROWN)):
        place = crossing(SCALES, ratios, level)
        if place is not None:
            measured[name] = place
    other = next(place for place in PLACES if place != settings.at)
    frame = pd.concat(
        [
            rows(settings.function, SCALES, arrived[settings.at]),
            rows(other, SCALES, arrived[other]),
            rows("vanished", SCALES, np.full((len(SCALES), 1), VANISHED)),
        ],
        ignore_index=True,
    )
    if 0 < vanishing < len(SCALES):
        return Outcome(frame, measured, Verdict.CONDITIONAL)
    return Outcome(frame, measured, Verdict.HOLDS if vanishing else Verdict.CONTRADICTED)


_OF_A_SCALE = {
    "": Text(ko="초기 가중치의 배율", en="multiple of the initial weights"),
    "_ratio": Text(
        ko="첫 은닉층 / 마지막 은닉층의 기울기 (고른 곳)",
        en="gradient of the first / the last hidden layer (where chosen)",
    ),
    "_sums": Text(ko="가중 합에서 잰 비율", en="the ratio at the weighted sums"),
    "_weights": Text(
        ko="가중치에서 잰 비율 (편향 제외)", en="the ratio at the weights (without biases)"
    ),
    "_slope_product": Text(ko="함수의 미분값이 곱한 몫", en="product of what the slopes do"),
    "_weight_product": Text(ko="가중치가 곱한 몫", en="product of what the weights do"),
    "_saturated": Text(
        ko="미분값의 크기가 {flat}보다 작은 비율 (층 평균)",
        en="share of slopes smaller than {flat} (mean of layers)",
    ),
    "_first": Text(
        ko="첫 은닉층의 가중치에서 잰 기울기의 크기",
        en="gradient norm at the first hidden layer's weights",
    ),
}
_SCALE_NAMES = {
    "small": Text(ko="가장 작은 배율", en="smallest multiple"),
    "middle": Text(ko="LeCun의 배율", en="LeCun's multiple"),
    "large": Text(ko="가장 큰 배율", en="largest multiple"),
}

TANH_VANISHING = Experiment(
    key="tanh-vanishing",
    claim=Text(
        ko="하이퍼볼릭 탄젠트의 미분값도 0에서 1 사이여서, 신경망이 깊어지면 기울기 소멸이 여전히 "
        "일어납니다.",
        en="Tanh's derivative lies between 0 and 1, so in deep networks gradients still vanish.",
    ),
    reading=Text(
        ko="초기 가중치의 표준편차를 {small}/√n에서 {large}/√n까지 {scales}가지로 바꿉니다(n은 "
        "층의 입력 수). 학습하기 전, 층마다 유닛이 {units}개인 신경망에 표준정규분포 입력 "
        "{batch}개를 보내 역전파하고, 클리핑(clipping) 같은 처리를 하지 않은 기울기의 크기(norm)를 "
        "층의 유닛과 배치 전체에 걸쳐 잽니다. 첫 은닉층의 크기가 마지막 은닉층의 {vanished}배보다 "
        "작으면(시드 {seeds}개의 중앙값) 소멸로 보고, 모든 배율에서 소멸하면 맞음, 일부에서만 "
        "소멸하면 조건부, 하나도 없으면 틀림으로 봅니다.",
        en="The initial weights get {scales} spreads, from {small}/√n to {large}/√n with n inputs "
        "to a layer. Before any training {batch} standard normal inputs go forth and back through "
        "networks with {units} units in each layer, and the gradient's norm over a layer's units "
        "and the batch, unclipped, is measured. It counts as vanished where the first hidden layer "
        "has less than {vanished} times what the last has (median over {seeds} seeds). Taken to "
        "hold if it vanishes at every spread; at some, it depends; at none, contradicted.",
    ),
    defaults=TanhVanishing(),
    quick=TanhVanishing(),
    control=TanhVanishing(function="sigmoid"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_tanh_vanishing,
    deciding=Text(
        ko="{function}, 은닉층 {depth}개, {at}에서 잰 첫 은닉층 / 마지막 은닉층의 비율: 배율 "
        "{small}에서 {small_ratio}, {middle}에서 {middle_ratio}, {large}에서 {large_ratio}. 배율 "
        "{scales}가지 가운데 소멸 {vanishing}, {grown}배가 넘는 폭발 {exploding} (시드 {seeds}개의 "
        "중앙값)",
        en="{function}, {depth} hidden layers, gradient at the {at}, first / last: {small_ratio} "
        "with {small}/√n, {middle_ratio} with {middle}/√n, {large_ratio} with {large}/√n. Of "
        "{scales} spreads it vanishes at {vanishing} and grows more than {grown}-fold at "
        "{exploding} (medians over {seeds} seeds)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="어느 배율에서도 첫 은닉층에 도달한 기울기가 마지막 은닉층의 {most}배를 넘지 "
            "않습니다(배율 {most_at}일 때 가장 큽니다). {hops}개 층을 거슬러 가는 동안 배율 "
            "{small}에서 함수의 미분값이 곱한 몫은 {small_slope_product}, 가중치가 곱한 몫은 "
            "{small_weight_product}입니다. 배율 {large}에서는 각각 {large_slope_product}, "
            "{large_weight_product}입니다. 시드마다 가중 합에서 잰 비율은 이 둘의 곱입니다.",
            en="At no spread does more than {most} times the last hidden layer's gradient arrive "
            "at the first (the most with {most_at}/√n). On the way back (layers passed: {hops}) "
            "the slopes multiply it by {small_slope_product} and the weights by "
            "{small_weight_product} with {small}/√n; with {large}/√n the slopes by "
            "{large_slope_product} and the weights by {large_weight_product}. For each seed the "
            "ratio at the weighted sums is the product of the two.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="기준인 {vanished}배를 지나는 곳은 배율 {flip}입니다. {hops}개 층을 거슬러 가는 "
            "동안 배율 {small}에서 함수의 미분값이 곱한 몫은 {small_slope_product}, 가중치가 곱한 "
            "몫은 {small_weight_product}입니다. 배율 {large}에서는 미분값의 "
            "{large_saturated:%}쯤이 {flat}보다 작고(포화), 두 몫은 각각 {large_slope_product}, "
            "{large_weight_product}입니다. 가중 합의 기울기가 소멸할지 폭발할지는 미분값의 "
            "범위만이 아니라 이 두 몫의 곱이 정합니다. 재는 곳에 따라 다를 수도 있습니다. 배율 "
            "{small}에서 가중 합의 비율은 {small_sums}, 가중치의 비율은 {small_weights}입니다. "
            "가중치의 기울기에는 그 층의 입력도 곱해집니다.",
            en="The ratio passes {vanished} at {flip}/√n. On the way back (layers passed: {hops}) "
            "the slopes multiply the gradient by {small_slope_product} and the weights by "
            "{small_weight_product} with {small}/√n. With {large}/√n a share of "
            "{large_saturated:%} of the slopes is smaller than {flat} (saturated) and together "
            "they multiply it by {large_slope_product}, the weights by {large_weight_product}. "
            "Whether the gradient at the weighted sums vanishes or explodes is decided by the "
            "product of the two, not by the range of the slopes alone. It can also depend on where "
            "it is measured: with {small}/√n the ratio is {small_sums} at the weighted sums and "
            "{small_weights} at the weights, where the layer's inputs are a factor as well.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{at}에서 잰 기울기는 {hops}개 층을 거슬러 가도 어느 배율에서나 마지막 은닉층의 "
            "{vanished}배 이상입니다. 가장 작은 것이 배율 {least_at}에서의 {least}배입니다. 배율 "
            "{small}에서 가중 합의 비율은 {small_sums}, 가중치의 비율은 {small_weights}입니다. "
            "가중치의 기울기에는 그 층의 입력도 곱해지므로 둘이 다를 수 있습니다. 비율이 크다고 "
            "기울기 자체가 큰 것은 아닙니다. 첫 은닉층의 가중치에서 잰 크기는 배율 {small}에서 "
            "{small_first}, 배율 {middle}에서 {middle_first}입니다.",
            en="Measured at the {at}, after its way back (layers passed: {hops}) the gradient is "
            "still at least {vanished} times that of the last hidden layer, whatever the spread; "
            "the least is {least} times, with {least_at}/√n. With {small}/√n the ratio is "
            "{small_sums} at the weighted sums and {small_weights} at the weights; the two can "
            "differ as the layer's inputs are a factor of the latter. A large ratio is not yet a "
            "large gradient: at the first hidden layer's weights its norm is {small_first} with "
            "{small}/√n and {middle_first} with {middle}/√n.",
        ),
    },
    suggestion=Text(
        ko="기울기를 가중치에서 재 보세요. 가중 합에서는 소멸하는 작은 배율에서도 비율이 거의 줄지 "
        "않습니다. 은닉층을 2개로 줄여도 소멸하지 않습니다. 시그모이드를 고르면 모든 배율에서 "
        "소멸합니다. 미분값이 늘 1인 항등 함수도 작은 배율에서는 소멸하는데, 이때는 가중치가 "
        "원인입니다.",
        en="Measure at the weights: the ratio hardly falls even where at the weighted sums it "
        "vanishes. With 2 hidden layers nothing vanishes. With Sigmoid it vanishes at every "
        "spread. Identity, whose slope is always 1, vanishes at small spreads too: there it is the "
        "weights.",
    ),
    quantities={
        **{
            f"{name}{kind}": Text(ko=f"{scale.ko}: {words.ko}", en=f"{scale.en}: {words.en}")
            for name, scale in _SCALE_NAMES.items()
            for kind, words in _OF_A_SCALE.items()
        },
        "vanishing": Text(ko="소멸하는 배율의 수", en="spreads at which it vanishes"),
        "exploding": Text(
            ko="{grown}배보다 커지는 배율의 수",
            en="spreads at which it grows more than {grown}-fold",
        ),
        "scales": Text(ko="시험한 배율의 수", en="spreads tried"),
        "least": Text(ko="가장 작은 비율", en="smallest ratio"),
        "least_at": Text(ko="비율이 가장 작은 배율", en="multiple of the smallest ratio"),
        "most": Text(ko="가장 큰 비율", en="largest ratio"),
        "most_at": Text(ko="비율이 가장 큰 배율", en="multiple of the largest ratio"),
        "flip": Text(
            ko="비율이 {vanished} 기준을 지나는 배율",
            en="multiple at which the ratio passes {vanished}",
        ),
        "flip_grown": Text(
            ko="비율이 {grown} 기준을 지나는 배율", en="multiple at which the ratio passes {grown}"
        ),
        "hops": Text(ko="거슬러 가는 층의 수", en="layers on the way back"),
        "units": Text(ko="층마다 유닛의 수", en="units in each layer"),
        "batch": Text(ko="배치 크기", en="batch size"),
        "flat": Text(ko="이보다 작은 미분값은 포화", en="slopes smaller than this are saturated"),
        "vanished": Text(ko="이보다 작은 비율은 소멸", en="vanished below this ratio"),
        "grown": Text(ko="이보다 큰 비율은 폭발", en="exploded above this ratio"),
    },
    plot=Plot(
        x="x",
        y="ratio",
        x_title=Text(
            ko="초기 가중치의 표준편차 × √n (로그 축)",
            en="spread of the initial weights × √n (log axis)",
        ),
        y_title=Text(
            ko="첫 / 마지막 은닉층의 기울기, 띠는 시드 전체의 범위 (로그 축)",
            en="gradient of the first / the last hidden layer, band: all seeds (log axis)",
        ),
        names={
            **FUNCTIONS,
            **{
                place: Text(ko=f"{words.ko}에서 잰 기울기", en=f"gradient at the {words.en}")
                for place, words in PLACES.items()
            },
            "vanished": Text(ko="소멸 기준", en="limit of vanishing"),
        },
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
)
