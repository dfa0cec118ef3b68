"""Cross-entropy as entropy and a divergence, over many random pairs of distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.entropy import cross_entropy, entropy, kl_divergence
from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.experiments.information import BASES, UNIT
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import softmax
from dlbasic.text import Text, both

Float64s = NDArray[np.float64]
Split = Callable[[Float64s, Float64s, float], Any]

DRAWS = 20  # pairs p, q for each seed
STEPS = 10  # on either side of p, to q and as far beyond


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
    there = np.broadcast_to(p, moved.shape)
    cross = np.asarray(cross_entropy(there, moved, base))  # (places, seeds, draws)
    total = np.asarray(split(there, moved, base))
    floor = np.asarray(entropy(p, base))

    # Some ten roundings of each of the terms, and of the sums that they are divided by.
    tolerance = 4.0 * (settings.outcomes + 4) * float(np.finfo(float).eps)
    gap = np.abs(cross - total) / np.maximum(1.0, cross)
    lowest = (cross >= cross[STEPS]).all(axis=0)
    above = cross - floor
    infinite = np.isinf(cross_entropy(p, ruled_out(p, q), base))
    other_base = BASES["nat" if settings.unit == "bit" else "bit"]
    factor = math.log(other_base) / math.log(base)
    in_other = np.asarray(cross_entropy(there, moved, other_base)) * factor

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


CE_ENTROPY = Experiment(
    key="ce-entropy",
    claim=Text(
        ko="크로스 엔트로피는 정보 엔트로피에서 나온 손실입니다.",
        en="Cross-entropy comes from information entropy.",
    ),
    reading=Text(
        ko="크로스 엔트로피 H(p, q)가 엔트로피와, q가 p에서 벗어난 정도로 나누어지는지를 봅니다. "
        "무작위로 뽑은 분포마다 H(p, q)의 값이 두 부분({split})의 합과 반올림 오차의 "
        "한계({tolerance}) 안에서 같고, q = p에서 가장 작으며, p에서 가능한 결과를 q가 0으로 두면 "
        "무한대이면 맞음, 아니면 틀림으로 봅니다.",
        en="Taken as: does the cross-entropy H(p, q) split into an entropy and how far q is from "
        "p? It holds if, for random distributions, H(p, q) is the sum of two parts ({split}) to "
        "within rounding ({tolerance}), is least at q = p, and is infinite once q rules out what "
        "p allows; otherwise it is contradicted.",
    ),
    defaults=CeEntropy(),
    quick=CeEntropy(),
    control=CeEntropy(split="reverse"),
    subject=("split",),
    expected=Verdict.HOLDS,
    measure=run_ce_entropy,
    deciding=Text(
        ko="시드 {seeds}개에서 뽑은 분포 {pairs}쌍의 자리 {places}곳에서 모두 {comparisons}번 "
        "비교한 가운데 H(p, q)의 값이 두 부분({split})의 합과 같은 것: {within:%} "
        "(가장 큰 차이 {gap})",
        en="Of {comparisons} comparisons, {pairs} pairs from {seeds} seeds at {places} places, "
        "those where H(p, q) is the sum of the two ({split}): {within:%} (largest gap {gap})",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="−Σ p·log q는 −Σ p·log p와 Σ p·log(p/q)의 합이고, 둘째는 q = p일 때만 0이고 다른 "
            "q에서는 양수입니다. 그래서 모든 쌍({lowest:%})에서 H(p, q)는 q = p일 때 가장 작고, "
            "그때 H(p)와의 차이는 {at_p}입니다. 다른 자리에서는 H(p)보다 적어도 {least_above}만큼 "
            "큽니다. p에서 가장 그럴듯한 결과를 q가 0으로 두면 모든 쌍({infinite:%})에서 "
            "무한대입니다. 비트와 내트는 log 2배 차이일 뿐이어서, 다른 단위로 계산해 환산해도 상대 "
            "차이는 {unit_gap} 이하입니다. H(p)는 q와 상관없으므로 크로스 엔트로피를 줄이는 것은 "
            "KL(p‖q)를 줄이는 것입니다.",
            en="−Σ p·log q is the sum of −Σ p·log p and Σ p·log(p/q), and the latter is 0 at q = p "
            "alone, positive elsewhere. So for all pairs ({lowest:%}) H(p, q) is least at q = p, "
            "where its distance from H(p) is {at_p}; at the other places it is at least "
            "{least_above} above. With what is likeliest under p ruled out by q, all "
            "({infinite:%}) are infinite. Bits and nats differ by the factor log 2 alone: computed "
            "in the other unit and converted, it is the same to within {unit_gap}, relatively. As "
            "H(p) does not depend on q, lowering the cross-entropy is lowering KL(p‖q).",
        ),
        Verdict.CONTRADICTED: Text(
            ko="두 부분({split})의 합은 H(p, q)와 {gap}까지 차이 납니다. q = p에서는 같지만 다른 "
            "자리에서는 갈라집니다. 크로스 엔트로피에 든 엔트로피는 p의 것이고, 나머지는 p의 "
            "확률로 평균을 낸 KL(p‖q)입니다. H(p, q) 자체는 이때도 {lowest:%}의 쌍에서 q = p일 때 "
            "가장 작습니다.",
            en="The sum of the two ({split}) is up to {gap} away from H(p, q): the same at q = p, "
            "but elsewhere they part. The entropy in the cross-entropy is that of p, and the rest "
            "is KL(p‖q), a mean over p. H(p, q) itself is still least at q = p for {lowest:%} of "
            "the pairs.",
        ),
    },
    suggestion=Text(
        ko="나누는 방법을 바꾸어 보세요. KL(q‖p)도 q = p에서 0이고 다른 곳에서 양수이지만, p와 q를 "
        "바꾸면 다른 값이 되므로 두 선이 갈라집니다.",
        en="Try the other splits: KL(q‖p), too, is 0 at q = p and positive elsewhere, but with p "
        "and q exchanged it is another number, and the two lines part.",
    ),
    quantities={
        "gap": Text(
            ko="H(p, q)와 나눈 합의 최대 차이 (1보다 크면 상대적으로)",
            en="largest gap between H(p, q) and the split (relative above 1)",
        ),
        "within": Text(ko="같은 비율", en="share that is the same"),
        "tolerance": Text(ko="반올림으로 생길 수 있는 차이", en="gap that rounding can bring"),
        "lowest": Text(ko="q = p에서 가장 작은 쌍의 비율", en="share of pairs least at q = p"),
        "least_above": Text(
            ko="q ≠ p에서 H(p)보다 큰 정도 (최소)", en="least excess over H(p) where q ≠ p"
        ),
        "at_p": Text(ko="q = p에서 H(p)와의 차이 (최대)", en="largest distance from H(p) at q = p"),
        "infinite": Text(
            ko="가능한 결과를 0으로 두어 무한대가 된 비율",
            en="share infinite with a possible outcome ruled out",
        ),
        "unit_gap": Text(
            ko="다른 단위로 계산한 값과의 상대 차이 (최대)",
            en="relative gap to the value computed in the other unit (largest)",
        ),
        "pairs": Text(ko="분포 쌍의 수", en="pairs of distributions"),
        "places": Text(ko="쌍마다 q를 놓은 자리의 수", en="places of q for each pair"),
        "comparisons": Text(ko="비교한 횟수", en="comparisons"),
        "seeds": Text(ko="시드의 수", en="seeds"),
    },
    plot=Plot(
        x="t",
        y="value",
        x_title=Text(ko="q의 위치: 0은 p, 1은 뽑은 q", en="place of q: 0 at p, 1 at the q drawn"),
        y_title=Text(ko="쌍의 평균, 띠는 시드 전체의 범위", en="mean over pairs, band: all seeds"),
        names={"cross": both("H(p, q)"), **FORMULAS},
        low="low",
        high="high",
    ),
)
