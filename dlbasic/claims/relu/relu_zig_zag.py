"""ReLU, whose outputs are never negative but often 0: which way do the weights behind it move?"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims.base import Claim, Outcome, Verdict
from dlbasic.claims.sigmoid.sigmoid_one_direction import PLOT, QUANTITIES
from dlbasic.measures.gradient_signs import ALMOST_ALL, BATCH, DirectionSettings, measure_directions
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.measures.two_weights import ZIGZAG, Walks, walks_from
from dlbasic.params import parameter
from dlbasic.text import Text
from dlbasic.words import Words


@dataclass(frozen=True)
class ReluDirections(DirectionSettings):
    function: str = parameter(function_choice("relu"))
    batch: float = parameter(replace(BATCH, default=1.0))  # as on the zig-zag card


def run_relu(settings: ReluDirections) -> Generator[float, None, Outcome]:
    found = measure_directions(settings, ["sigmoid", "tanh"])
    measured = found.medians(int(settings.batch))
    for key in ("sigmoid", "tanh"):
        measured.setdefault(f"after_{key}", measured["after"])
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()
    walks: dict[str, Walks] = {}
    for key in found.functions:
        yield (1 + len(walks)) / (2 + len(found.functions))
        walks[key] = walks_from(ACTIVATIONS[key](), seeds)
    batched = walks_from(ACTIVATIONS[settings.function](), seeds, int(settings.batch))
    measured |= {
        "detour": float(np.median(walks[settings.function].detour)),
        "detour_batch": float(np.median(batched.detour)),
        "together": float(np.median(walks[settings.function].together)),
        **{f"detour_{key}": float(np.median(walks[key].detour)) for key in ("sigmoid", "tanh")},
        "zigzag": ZIGZAG,
    }
    return Outcome(found.frame(), measured, judge(measured))


def judge(measured: Mapping[str, float]) -> Verdict:
    """One sign and a long path at the chosen batch size, one of these on one sample, or neither."""
    one_sign = min(measured[name] for name in ("single", "before", "after")) >= ALMOST_ALL
    if one_sign and measured["detour_batch"] >= ZIGZAG:
        return Verdict.HOLDS
    partly = measured["single"] >= ALMOST_ALL or measured["detour"] >= ZIGZAG
    return Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED


CLAIM = Claim(
    key="relu-zig-zag",
    words=Words(__file__),
    defaults=ReluDirections(),
    quick=ReluDirections(),
    control=ReluDirections(function="tanh"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_relu,
    quantities={
        **QUANTITIES,
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
        "detour": Text(
            ko="{function}: 두 가중치의 경로가 직선거리보다 긴 비율, 표본 하나씩 (중앙값)",
            en="{function}: path of two weights, length beyond the straight line, one sample at a "
            "time (median)",
        ),
        "detour_batch": Text(
            ko="{function}: 그 비율, 고른 배치 크기", en="{function}: the same, chosen batch size"
        ),
        "together": Text(
            ko="{function}: 두 가중치가 함께 같은 쪽으로 움직인 스텝의 비율",
            en="{function}: share of steps that moved both weights the same way",
        ),
        **{
            f"detour_{key}": Text(
                ko=f"{FUNCTIONS[key].ko}: 경로가 직선거리보다 긴 비율, 표본 하나씩 (중앙값)",
                en=f"{FUNCTIONS[key].en}: length beyond the straight line, one sample at a time "
                "(median)",
            )
            for key in ("sigmoid", "tanh")
        },
    },
    plot=PLOT,
)
