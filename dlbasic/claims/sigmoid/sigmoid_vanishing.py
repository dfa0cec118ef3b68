"""Vanishing gradients: how much of the gradient arrives at the first layer of a deep network."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.measures.deep_networks import (
    AT,
    KEPT,
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


def run_sigmoid_vanishing(settings: SigmoidVanishing) -> Generator[float, None, Outcome]:
    shape = DeepSettings(depth=settings.depth, rule=settings.rule, scale=settings.scale,
                         seed=settings.seed)  # fmt: skip
    parts = in_parts(shape, seeds_from(settings.seed, settings.seeds))
    profiles, largest = [], []
    for done, seeds in enumerate(parts, start=1):
        trace, _ = one_pass(shape, [settings.function], seeds)
        profiles.append(layer_profile(trace))
        largest += [float(np.abs(layer).max()) for layer in trace.slopes]
        yield done / (len(parts) + 1)
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


CLAIM = Claim(
    key="sigmoid-vanishing",
    words=Words(__file__),
    defaults=SigmoidVanishing(),
    quick=SigmoidVanishing(),
    control=SigmoidVanishing(function="relu", rule="he_normal"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_vanishing,
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
