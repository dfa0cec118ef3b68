"""Vanishing gradients: how much of the gradient arrives at the first layer of a deep network."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.diagnostics import delta_norms, weight_norms
from dlbasic.measures.deep_networks import (
    AT,
    RULE,
    SCALE,
    TWO_OR_MORE,
    VANISHED,
    DeepSettings,
    in_parts,
    joined,
    layer_profile,
    one_pass,
    products_from_last,
    rows,
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

QUARTER = 0.25  # sigmoid's largest slope, as the article has it
ROUNDING = 1e-9  # by which a computed slope may pass it


@dataclass(frozen=True)
class SigmoidVanishing(Declared):
    function: str = parameter(function_choice("sigmoid"))
    depth: int = parameter(TWO_OR_MORE)
    rule: str = parameter(RULE)
    scale: float = parameter(SCALE)
    at: str = parameter(AT)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def arriving(
    settings: SigmoidVanishing, shape: DeepSettings, parts: list[Sequence[int]]
) -> tuple[float, float]:
    """The median norm of the first hidden layer's gradient, over the last's and by itself."""
    norms = {"sums": delta_norms, "weights": weight_norms}[settings.at]
    found = [norms(one_pass(shape, [settings.function], seeds)[0]) for seeds in parts]
    first, last = (np.concatenate([of[place] for of in found]) for place in (0, -2))
    return float(np.median(first / last)), float(np.median(first))


def larger_weights(
    settings: SigmoidVanishing, shape: DeepSettings, parts: list[Sequence[int]], least: float
) -> Generator[float, None, dict[str, float]]:
    """The first larger multiple of the initial weights at which the gradient has not vanished.

    And what then arrives at the first layer; nothing if there is no such multiple.  ``least`` is
    the size of its gradient below which it has vanished, whatever the ratio.
    """
    larger = [scale for scale in SCALE.ticks if scale > settings.scale]
    for done, scale in enumerate(larger, start=1):
        yield done / (len(larger) + 1)
        ratio, size = arriving(settings, replace(shape, scale=scale), parts)
        if ratio >= VANISHED and size >= least:
            return {"limit_scale": scale, "limit_ratio": ratio}
    return {}


def run_sigmoid_vanishing(settings: SigmoidVanishing) -> Generator[float, None, Outcome]:
    shape = DeepSettings(depth=settings.depth, rule=settings.rule, scale=settings.scale,
                         seed=settings.seed)  # fmt: skip
    parts = in_parts(shape, seeds_from(settings.seed, settings.seeds))
    profiles, largest = [], []
    for seeds in parts:
        trace, _ = one_pass(shape, [settings.function], seeds)
        profiles.append(layer_profile(trace))
        largest += [float(np.abs(layer).max()) for layer in trace.slopes]
    profile, hops = joined(profiles), settings.depth - 1
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
        "largest_slope": max(largest),
        "first_norm": float(np.median(hidden[settings.at][0])),
        "last_norm": float(np.median(hidden[settings.at][-1])),
        "hops": float(hops),
        "units": float(shape.width),
        "batch": float(shape.batch),
        "bound": QUARTER,
        "vanished": VANISHED,
    }
    # At the weights all layers may vanish together, which no ratio of two shows.
    least = 0.0
    if settings.at == "weights":
        least = VANISHED * arriving(settings, replace(shape, scale=1.0), parts)[1]
    vanished = ratio < VANISHED or measured["first_norm"] < least
    below = np.median(arrived[settings.at], axis=1)[::-1] < VANISHED
    if vanished:
        measured["enough"] = float(below.argmax()) if below.any() else float(hops)
    layers = np.arange(1.0, settings.depth + 1)
    lines = {settings.function: arrived[settings.at]}
    if settings.at == "sums":
        lines |= {"slopes": slopes, "factors": weights}
    else:
        lines["sums"] = arrived["sums"]
    lines["guide"] = QUARTER ** (settings.depth - layers)[:, None]
    frame = pd.concat([rows(name, layers, values) for name, values in lines.items()],
                      ignore_index=True)  # fmt: skip
    small_slopes = measured["largest_slope"] <= QUARTER + ROUNDING
    if small_slopes and vanished:
        limit = yield from larger_weights(settings, shape, parts, least)
        return Outcome(frame, measured | limit, Verdict.HOLDS, limited=bool(limit))
    partly = small_slopes or vanished
    return Outcome(frame, measured, Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED)


CLAIM = Claim(
    key="sigmoid-vanishing",
    words=Words(__file__),
    defaults=SigmoidVanishing(),
    control=SigmoidVanishing(function="relu", rule="he_normal"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_vanishing,
    right=lambda measured: band(
        measured["ratio"],
        {"billionth": 1e-9, "hundred-thousandth": 1e-3, "hundredth": 0.1, "half": 1.0},
    ),
    quantities={
        "ratio": Text(
            ko="첫 번째 은닉층 ÷ 마지막 은닉층의 기울기 크기 (고른 기울기, 중앙값)",
            en="gradient norm of the first / the last hidden layer (as chosen, median)",
        ),
        "ratio_low": Text(ko="그 비율의 최솟값", en="smallest such ratio"),
        "ratio_high": Text(ko="그 비율의 최댓값", en="largest such ratio"),
        "at_sums": Text(
            ko="가중 합에 대한 기울기의 비율 (중앙값)",
            en="the ratio with respect to the weighted sums (median)",
        ),
        "at_weights": Text(
            ko="가중치에 대한 기울기의 비율 (편향 제외, 중앙값)",
            en="the ratio with respect to the weights (without biases, median)",
        ),
        "step": Text(
            ko="한 층마다 평균 몇 배인지 (기하평균)", en="the ratio per layer (geometric mean)"
        ),
        "falling": Text(
            ko="거슬러 가며 기울기가 줄어든 층의 수",
            en="layers in which the gradient fell on the way back",
        ),
        "slope_product": Text(
            ko="f′(z)를 모두 곱했을 때의 배율 (중앙값)",
            en="factor that all slopes f′(z) multiply it by (median)",
        ),
        "weight_product": Text(
            ko="가중치를 모두 곱했을 때의 배율 (중앙값)",
            en="factor that all weights multiply it by (median)",
        ),
        "enough": Text(
            ko="기준 아래로 내려갈 때까지 거슬러 간 층의 수",
            en="layers on the way back until it is below the limit",
        ),
        "limit_scale": Text(
            ko="소멸하지 않는 첫 배율", en="first larger multiple at which it does not vanish"
        ),
        "limit_ratio": Text(ko="그 배율에서의 비율 (중앙값)", en="the ratio there (median)"),
        "guide": Text(ko="안내선의 끝", en="end of the guide line"),
        "largest_slope": Text(
            ko="함수의 미분값의 최대 크기", en="largest size of the function's slope"
        ),
        "first_norm": Text(
            ko="첫 번째 은닉층의 기울기 크기 (중앙값)",
            en="gradient norm of the first hidden layer (median)",
        ),
        "last_norm": Text(
            ko="마지막 은닉층의 기울기 크기 (중앙값)",
            en="gradient norm of the last hidden layer (median)",
        ),
        "hops": Text(ko="거슬러 가는 층의 수", en="layers on the way back"),
        "units": Text(ko="층마다 유닛의 수", en="units in each layer"),
        "batch": Text(ko="배치 크기", en="batch size"),
        "bound": Text(ko="시그모이드 미분값의 상한", en="bound of sigmoid's slope"),
        "vanished": Text(ko="이보다 작으면 소멸", en="vanished below this ratio"),
    },
    plot=Plot(
        x="x",
        y="ratio",
        x_title=Text(ko="은닉층 (1이 입력 쪽)", en="hidden layer (1 is next to the inputs)"),
        y_title=Text(
            ko="기울기의 크기, 마지막 은닉층 = 1, 띠는 시드 전체의 범위 (로그 축)",
            en="gradient norm, last hidden layer = 1, band: all seeds (log axis)",
        ),
        names={
            **FUNCTIONS,
            "slopes": Text(ko="f′(z)의 곱", en="product of the slopes f′(z)"),
            "factors": Text(ko="가중치의 곱", en="product of the weights"),
            "sums": Text(
                ko="가중 합에 대한 기울기", en="gradient with respect to the weighted sums"
            ),
            "guide": Text(ko="안내선: 층마다 0.25배", en="guide: 0.25 per layer"),
        },
        log_y=True,
        low="low",
        high="high",
    ),
    thresholds=("VANISHED", "scale"),
)
