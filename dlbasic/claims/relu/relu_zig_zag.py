"""ReLU, whose outputs are never negative but often 0: which way do the weights behind it move?"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims.base import Claim, Outcome, Verdict, band
from dlbasic.claims.sigmoid.sigmoid_one_direction import PLOT, QUANTITIES
from dlbasic.measures.gradient_signs import (
    BATCH,
    EXCEPTIONS,
    DirectionSettings,
    measure_directions,
)
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.measures.two_weights import SHARE, ZIGZAG, Walks, walks_from
from dlbasic.params import Tick, parameter
from dlbasic.text import Text
from dlbasic.words import Words


@dataclass(frozen=True)
class ReluDirections(DirectionSettings):
    function: str = parameter(function_choice("relu"))
    batch: float = parameter(replace(BATCH, default=1.0))  # as on the zig-zag card
    lr: float = parameter(
        Tick(
            Text(ko="경로의 학습률 (입력 크기에 맞춤)", en="Learning rate of the path (scaled)"),
            default=SHARE, ticks=(SHARE, 0.1, 0.2, 0.3, 0.5), allowed=(0.03, 0.5),
            help=Text(ko="입력 크기의 제곱 평균으로 나누어 씁니다.",
                      en="It is divided by the mean squared size of the inputs."),
        )
    )  # fmt: skip


def run_relu(settings: ReluDirections) -> Generator[float, None, Outcome]:
    found = measure_directions(settings, ["sigmoid", "tanh"])
    chosen = found.medians(int(settings.batch))
    for key in ("sigmoid", "tanh"):
        chosen.setdefault(f"after_{key}", chosen["after"])
    seeds = np.random.SeedSequence(settings.seed).generate_state(settings.seeds).tolist()

    def walks(key: str, batch: int = 1) -> Walks:
        return walks_from(ACTIVATIONS[key](), seeds, batch, share=settings.lr)

    alone = walks(settings.function)
    measured = chosen | {
        "together": float(np.median(alone.together)),
        "almost": 1 - EXCEPTIONS, "zigzag": ZIGZAG,
    }  # fmt: skip
    for done, key in enumerate(("sigmoid", "tanh"), start=1):
        measured[f"detour_{key}"] = float(np.median(walks(key).detour))
        yield done / (2 + len(found.batches))
    by_batch = []
    for batch in found.batches:
        of_batch = found.medians(batch)
        by_batch.append(
            {
                "batch": float(batch),
                "agree": min(of_batch["before"], of_batch["after"]),
                "detour": float(np.median(walks(settings.function, batch).detour)),
            }
        )
        yield (2 + len(by_batch)) / (2 + len(found.batches))
    own = next(one for one in by_batch if one["batch"] == settings.batch)
    measured |= {
        "detour": by_batch[0]["detour"], "detour_batch": own["detour"], "agree": own["agree"],
    }  # fmt: skip
    verdict = judge(measured)
    larger = [one for one in by_batch if one["batch"] > own["batch"]]
    beyond = [one for one in larger if not zigzags(one)]
    end = (beyond or by_batch)[0]
    measured |= {f"limit_{name}": end[name] for name in ("batch", "agree", "detour")}
    limited = verdict is Verdict.HOLDS and bool(beyond)
    return Outcome(found.frame(), measured, verdict, limited)


def zigzags(numbers: Mapping[str, float]) -> bool:
    """Whether the weights of almost every unit move one way, and the path is that long."""
    return numbers["agree"] >= 1 - EXCEPTIONS and numbers["detour"] >= ZIGZAG


def judge(measured: Mapping[str, float]) -> Verdict:
    """One sign and a long path at the chosen batch size, one of these on one sample, or neither."""
    if zigzags({"agree": measured["agree"], "detour": measured["detour_batch"]}):
        return Verdict.HOLDS
    partly = measured["single"] >= 1 - EXCEPTIONS or measured["detour"] >= ZIGZAG
    return Verdict.CONDITIONAL if partly else Verdict.CONTRADICTED


CLAIM = Claim(
    key="relu-zig-zag",
    words=Words(__file__),
    defaults=ReluDirections(),
    control=ReluDirections(function="tanh"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_relu,
    right=lambda measured: band(
        measured["detour_batch"],
        {"least": measured["detour_tanh"], "between": measured["detour_sigmoid"], "most": math.inf},
    ),
    quantities={
        **QUANTITIES,
        "agree": Text(
            ko="{function}: 그런 유닛, 고른 배치, 맞추기 전과 뒤 가운데 적은 쪽 (중앙값)",
            en="{function}: such units, chosen batch, before or after the fit, the fewer (median)",
        ),
        "detour": Text(
            ko="{function}: 두 가중치의 경로가 직선거리보다 긴 비율, 데이터 하나씩 (중앙값)",
            en="{function}: path of two weights, length beyond the straight line, one sample at a "
            "time (median)",
        ),
        "detour_batch": Text(
            ko="{function}: 그 비율, 고른 배치 크기", en="{function}: the same, chosen batch size"
        ),
        "together": Text(
            ko="{function}: 두 가중치가 같은 방향으로 움직인 스텝의 비율",
            en="{function}: share of steps that moved both weights the same way",
        ),
        **{
            f"detour_{key}": Text(
                ko=f"{FUNCTIONS[key].ko}: 경로가 직선거리보다 긴 비율, 데이터 하나씩 (중앙값)",
                en=f"{FUNCTIONS[key].en}: length beyond the straight line, one sample at a time "
                "(median)",
            )
            for key in ("sigmoid", "tanh")
        },
        "limit_batch": Text(
            ko="지그재그가 아닌 첫 배치 크기", en="first larger batch size without a zig-zag"
        ),
        "limit_agree": Text(
            ko="그 배치 크기에서 가중치가 모두 같은 방향으로 움직이는 유닛",
            en="units whose weights all move the same way there",
        ),
        "limit_detour": Text(
            ko="그 배치 크기에서 경로가 직선거리보다 긴 비율",
            en="length beyond the straight line there",
        ),
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
    },
    plot=PLOT,
    thresholds=("EXCEPTIONS", "ZIGZAG", "lr"),
)
