"""Cross-entropy as entropy and a divergence, over many random pairs of distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.arrays import Float64s
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.entropy import cross_entropy, entropy, kl_divergence
from dlbasic.measures.settings import BASES, SEEDS, UNIT, seed_choice
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import softmax
from dlbasic.text import Text, both
from dlbasic.words import Words

Split = Callable[[Float64s, Float64s, float], Any]
DRAWS = 20  # pairs p, q for each seed
STEPS = 10  # on either side of p, to q and as far beyond
# Roundings of each term, and of the sums that p and q are divided by, that a difference may be due
# to: a logarithm, a quotient, a product, a sum.
ROUNDINGS = 4.0


def _squared(p: Float64s, q: Float64s, base: float) -> Any:
    return entropy(p, base) + np.square(p - q).sum(axis=-1)


# Every split is p's or q's entropy and something that is 0 at q = p.
SPLITS: dict[str, Split] = {
    "kl": lambda p, q, base: entropy(p, base) + kl_divergence(p, q, base),
    "reverse": lambda p, q, base: entropy(p, base) + kl_divergence(q, p, base),
    "other": lambda p, q, base: entropy(q, base) + kl_divergence(p, q, base),
    "squared": _squared,
}

SPLIT_NAMES = {
    "kl": Text(ko="p의 엔트로피와 KL 발산", en="p’s entropy and KL"),
    "reverse": Text(ko="p의 엔트로피와 역방향 KL", en="p’s entropy and reversed KL"),
    "other": Text(ko="q의 엔트로피와 KL 발산", en="q’s entropy and KL"),
    "squared": Text(ko="p의 엔트로피와 제곱 거리", en="p’s entropy and squared gap"),
}

FORMULAS = {
    "kl": both("H(p) + KL(p‖q)"),
    "reverse": both("H(p) + KL(q‖p)"),
    "other": both("H(q) + KL(p‖q)"),
    "squared": both("H(p) + Σ(p − q)²"),
}


@dataclass(frozen=True)
class CeEntropy(Declared):
    split: str = parameter(
        Choice(Text(ko="나누는 방법", en="Split into"), default="kl", options=SPLIT_NAMES)
    )
    outcomes: int = parameter(
        Integer(Text(ko="결과의 수", en="Outcomes"), default=10, low=2, high=100)
    )
    unit: str = parameter(UNIT)
    seed: int = parameter(seed_choice())


def pairs(outcomes: int, seed: int) -> tuple[Float64s, Float64s]:
    """Distributions p and q drawn evenly from all: ``(seeds, draws, outcomes)`` each.

    >>> p, q = pairs(3, 0)
    >>> p.shape, bool((np.abs(p.sum(axis=-1) - 1) < 1e-15).all()), bool((p > 0).all())
    ((20, 20, 3), True, True)
    """
    seeds = np.random.SeedSequence(seed).spawn(SEEDS)
    weights = np.stack(
        [np.random.default_rng(s).exponential(size=(DRAWS, 2, outcomes)) for s in seeds]
    )
    both_of: Float64s = weights / weights.sum(axis=-1, keepdims=True)
    return both_of[:, :, 0], both_of[:, :, 1]


def between(p: Float64s, q: Float64s, t: Float64s) -> Float64s:
    """Distributions in proportion to ``p·(q/p)ᵗ``: p at 0, q at 1, on the other side of p below 0.

    Shape ``(places, …)``.  Such a way, unlike a straight one, has no end on either side.
    """
    log_p, log_q = np.log(p), np.log(q)
    way = log_p + t.reshape(-1, *[1] * p.ndim) * (log_q - log_p)
    moved = np.asarray(softmax(way), np.float64)
    moved[t == 0.0] = p
    return moved


def ruled_out(p: Float64s, q: Float64s) -> Float64s:
    """``q`` with what is likeliest under ``p`` made impossible."""
    cut = q.copy()
    np.put_along_axis(cut, p.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    closed: Float64s = cut / cut.sum(axis=-1, keepdims=True)
    return closed


def run_ce_entropy(settings: CeEntropy) -> Outcome:
    base, split = BASES[settings.unit], SPLITS[settings.split]
    p, q = pairs(settings.outcomes, settings.seed)
    t = np.arange(-STEPS, STEPS + 1) / STEPS
    moved = between(p, q, t)
    targets = np.broadcast_to(p, moved.shape)
    cross = np.asarray(cross_entropy(targets, moved, base))  # (places, seeds, draws)
    total = np.asarray(split(targets, moved, base))
    floor = np.asarray(entropy(p, base))

    tolerance = ROUNDINGS * (settings.outcomes + 4) * float(np.finfo(float).eps)
    gap = np.abs(cross - total) / np.maximum(1.0, cross)
    lowest = (cross >= cross[STEPS]).all(axis=0)
    above = cross - floor
    infinite = np.isinf(cross_entropy(p, ruled_out(p, q), base))
    other_base = BASES["nat" if settings.unit == "bit" else "bit"]
    factor = math.log(other_base) / math.log(base)
    in_other = np.asarray(cross_entropy(targets, moved, other_base)) * factor

    rows = []
    for series, values in (("cross", cross), (settings.split, total)):
        means = values.mean(axis=2)  # (places, seeds)
        rows += [
            (series, float(place), float(mean.mean()), float(mean.min()), float(mean.max()))
            for place, mean in zip(t, means, strict=True)
        ]
    frame = pd.DataFrame(rows, columns=["series", "t", "value", "low", "high"])
    measured = {
        "gap": float(gap.max()),
        "within": float((gap <= tolerance).mean()),
        "tolerance": tolerance,
        "lowest": float(lowest.mean()),
        "least_above": float(np.delete(above, STEPS, axis=0).min()),
        "at_p": float(np.abs(above[STEPS]).max()),
        "infinite": float(infinite.mean()),
        "unit_gap": float((np.abs(in_other - cross) / cross).max()),
        "pairs": float(lowest.size),
        "places": float(t.size),
        "comparisons": float(gap.size),
        "seeds": float(SEEDS),
    }
    holds = (gap <= tolerance).all() and lowest.all() and infinite.all()
    return Outcome(frame, measured, Verdict.HOLDS if holds else Verdict.CONTRADICTED)


CLAIM = Claim(
    key="ce-entropy",
    words=Words(__file__),
    defaults=CeEntropy(),
    control=CeEntropy(split="reverse"),
    subject=("split",),
    expected=Verdict.HOLDS,
    measure=run_ce_entropy,
    thresholds=("ROUNDINGS",),
    right=lambda measured: "infinite" if measured["infinite"] == 1.0 else "finite",
    quantities={
        "gap": Text(
            ko="H(p, q)와 나눈 합의 최대 차이 (1보다 크면 상대적으로)",
            en="largest gap between H(p, q) and the split (relative above 1)",
        ),
        "within": Text(ko="두 값이 같은 비율", en="share of comparisons that agree"),
        "tolerance": Text(ko="반올림으로 생길 수 있는 차이", en="gap that rounding can bring"),
        "lowest": Text(
            ko="q = p에서 가장 작은 쌍의 비율", en="share of pairs with the least value at q = p"
        ),
        "least_above": Text(
            ko="q ≠ p에서 H(p)보다 큰 정도 (최소)", en="least excess over H(p) where q ≠ p"
        ),
        "at_p": Text(ko="q = p에서 H(p)와의 차이 (최대)", en="largest distance from H(p) at q = p"),
        "infinite": Text(
            ko="가능한 결과에 q가 확률 0을 줄 때 무한대인 비율",
            en="share infinite where q gives a possible outcome no probability",
        ),
        "unit_gap": Text(
            ko="다른 단위로 계산한 값과의 상대 차이 (최대)",
            en="relative gap to the value computed in the other unit (largest)",
        ),
        "pairs": Text(ko="분포 쌍의 수", en="pairs of distributions"),
        "places": Text(ko="쌍마다 q를 놓은 위치의 수", en="positions of q for each pair"),
        "comparisons": Text(ko="비교한 횟수", en="comparisons"),
        "seeds": Text(ko="시드의 수", en="seeds"),
    },
    plot=Plot(
        x="t",
        y="value",
        x_title=Text(
            ko="q의 위치 (0은 p, 1은 뽑은 q)", en="position of q (0 is p, 1 is the q drawn)"
        ),
        y_title=Text(ko="쌍의 평균, 띠는 시드 전체의 범위", en="mean over pairs, band: all seeds"),
        names={"cross": both("H(p, q)"), **FORMULAS},
        low="low",
        high="high",
    ),
)
