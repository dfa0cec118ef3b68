"""Vanishing gradients against the spread of the initial weights: where a deep network flips."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.diagnostics import delta_norms, weight_norms
from dlbasic.measures.deep_networks import (
    AT,
    FLAT,
    PLACES,
    TWO_OR_MORE,
    VANISHED,
    DeepSettings,
    LayerProfile,
    build,
    in_parts,
    joined,
    layer_profile,
    products_from_last,
    rescale,
    rows,
    send,
)
from dlbasic.measures.settings import (
    FUNCTIONS,
    function_choice,
    seed_choice,
    seeds_choice,
    seeds_from,
)
from dlbasic.params import Declared, parameter
from dlbasic.text import Text
from dlbasic.words import Words

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
    parts = in_parts(shape, seeds_from(settings.seed, settings.seeds))
    norms: dict[float, list[Float64s]] = {scale: [] for scale in SCALES}
    profiles: dict[float, list[LayerProfile]] = {scale: [] for scale in NAMED}
    for part, seeds in enumerate(parts):
        stack, before = build(shape, [settings.function], seeds), shape.scale
        for done, scale in enumerate(SCALES):
            yield (part + done / len(SCALES)) / len(parts)
            rescale(stack, scale / before)  # the same draws at every scale
            before, trace = scale, send(stack, shape)
            delta = delta_norms(trace)
            norms[scale].append(np.stack([delta[0], delta[-2], *weight_norms(trace, (0, -2))]))
            if scale in NAMED:
                profiles[scale].append(layer_profile(trace))
    sums, weights = [], []
    measured: dict[str, float] = {}
    for scale in SCALES:
        first_sum, last_sum, first, last = np.concatenate(norms[scale], axis=1)
        sums.append(first_sum / last_sum)
        weights.append(first / last)
        if scale in NAMED:
            name, profile = NAMED[scale], joined(profiles[scale])
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

CLAIM = Claim(
    key="tanh-vanishing",
    words=Words(__file__),
    defaults=TanhVanishing(),
    quick=TanhVanishing(),
    control=TanhVanishing(function="sigmoid"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_tanh_vanishing,
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
