"""Vanishing gradients against the spread of the initial weights: where a deep network flips."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.diagnostics import delta_norms, weight_norms
from dlbasic.measures.deep_networks import (
    AT,
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
                f"{name}_first": _middle(first),
            }
    arrived = {"sums": np.array(sums), "weights": np.array(weights)}
    ratios: list[float] = np.median(arrived[settings.at], axis=1).tolist()
    # At the weights all layers may vanish together, which no ratio of two shows.
    firsts = np.array([np.concatenate(norms[scale], axis=1)[2] for scale in SCALES])
    sizes = firsts / firsts[SCALES.index(1.0)]
    left = ratios
    if settings.at == "weights":
        middles = np.median(firsts, axis=1)
        left = np.minimum(ratios, middles / middles[SCALES.index(1.0)]).tolist()
    vanishing = sum(share < VANISHED for share in left)
    measured |= {
        "vanishing": float(vanishing),
        "scales": float(len(SCALES)),
        "least": min(ratios),
        "least_at": SCALES[int(np.argmin(ratios))],
        "most": max(ratios),
        "most_at": SCALES[int(np.argmax(ratios))],
        "hops": float(settings.depth - 1),
        "units": float(shape.width),
        "batch": float(shape.batch),
        "vanished": VANISHED,
    }
    place = crossing(SCALES, left, VANISHED)
    if place is not None:
        measured["flip"] = place
    other = next(place for place in PLACES if place != settings.at)
    lines = [
        rows(settings.function, SCALES, arrived[settings.at]),
        rows(other, SCALES, arrived[other]),
        rows("vanished", SCALES, np.full((len(SCALES), 1), VANISHED)),
    ]
    if settings.at == "weights":
        lines.append(rows("size", SCALES, sizes))
    frame = pd.concat(lines, ignore_index=True)
    if 0 < vanishing < len(SCALES):
        return Outcome(frame, measured, Verdict.CONDITIONAL)
    return Outcome(frame, measured, Verdict.HOLDS if vanishing else Verdict.CONTRADICTED)


def where_it_vanishes(measured: Mapping[str, float]) -> str:
    """The question's answer that names the end of the scales at which the gradient vanishes."""
    small, large = (measured[f"{end}_ratio"] < measured["vanished"] for end in ("small", "large"))
    if small:
        return "always" if large else "small"
    return "large" if large else "never"


_OF_A_SCALE = {
    "": Text(ko="초기 가중치의 배율", en="multiple of the initial weights"),
    "_ratio": Text(
        ko="첫 번째 은닉층 ÷ 마지막 은닉층의 기울기 크기 (고른 기울기)",
        en="gradient norm of the first / the last hidden layer (as chosen)",
    ),
    "_sums": Text(
        ko="가중 합에 대한 기울기의 비율", en="the ratio with respect to the weighted sums"
    ),
    "_weights": Text(
        ko="가중치에 대한 기울기의 비율 (편향 제외)",
        en="the ratio with respect to the weights (without biases)",
    ),
    "_slope_product": Text(
        ko="f′(z)를 모두 곱했을 때의 배율", en="factor that all slopes f′(z) multiply it by"
    ),
    "_weight_product": Text(
        ko="가중치를 모두 곱했을 때의 배율", en="factor that all weights multiply it by"
    ),
    "_first": Text(
        ko="첫 번째 은닉층의 가중치에 대한 기울기의 크기",
        en="gradient norm with respect to the first hidden layer's weights",
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
    control=TanhVanishing(function="sigmoid"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_tanh_vanishing,
    right=where_it_vanishes,
    quantities={
        **{
            f"{name}{kind}": Text(ko=f"{scale.ko}: {words.ko}", en=f"{scale.en}: {words.en}")
            for name, scale in _SCALE_NAMES.items()
            for kind, words in _OF_A_SCALE.items()
        },
        "vanishing": Text(ko="소멸하는 배율의 수", en="multiples at which it vanishes"),
        "scales": Text(ko="시험한 배율의 수", en="multiples tried"),
        "least": Text(ko="가장 작은 비율", en="smallest ratio"),
        "least_at": Text(ko="비율이 가장 작은 배율", en="multiple of the smallest ratio"),
        "most": Text(ko="가장 큰 비율", en="largest ratio"),
        "most_at": Text(ko="비율이 가장 큰 배율", en="multiple of the largest ratio"),
        "flip": Text(
            ko="이보다 작으면 소멸하는 배율",
            en="multiple below which it vanishes",
        ),
        "hops": Text(ko="거슬러 가는 층의 수", en="layers on the way back"),
        "units": Text(ko="층마다 유닛의 수", en="units in each layer"),
        "batch": Text(ko="배치 크기", en="batch size"),
        "vanished": Text(ko="이보다 작은 비율은 소멸", en="vanished below this ratio"),
    },
    plot=Plot(
        x="x",
        y="ratio",
        x_title=Text(
            ko="초기 가중치의 표준편차 × √n (로그 축)",
            en="spread of the initial weights × √n (log axis)",
        ),
        y_title=Text(
            ko="첫 번째 ÷ 마지막 은닉층의 기울기 크기, 띠는 시드 전체의 범위 (로그 축)",
            en="gradient norm, first / last hidden layer, band: all seeds (log axis)",
        ),
        names={
            **FUNCTIONS,
            **{
                place: Text(
                    ko=f"{words.ko}에 대한 기울기", en=f"gradient with respect to the {words.en}"
                )
                for place, words in PLACES.items()
            },
            "size": Text(ko="첫 번째 은닉층만, 1/√n에서 = 1", en="first layer alone, 1 at 1/√n"),
            "vanished": Text(ko="소멸 기준", en="limit of vanishing"),
        },
        log_x=True,
        log_y=True,
        low="low",
        high="high",
    ),
    thresholds=("VANISHED",),
)
