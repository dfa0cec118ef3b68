"""The zig-zag: the path of two weights whose inputs are all positive, and of centred inputs."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.settings import seed_choice, seeds_choice, seeds_from
from dlbasic.measures.two_weights import (
    BATCHES,
    INPUTS,
    NEAR,
    OPPOSITE,
    TOGETHER,
    ZIGZAG,
    Descent,
    batch_moments,
    descend,
    fastest,
    inputs_of,
    measure,
    steps_for,
    target,
)
from dlbasic.params import parameter
from dlbasic.text import Text
from dlbasic.words import Words

SERIES = {
    "positive": Text(ko="양수 입력", en="positive inputs"),
    "together": Text(ko="양수 입력, 목표 45°", en="positive inputs, target at 45°"),
    "centred": Text(ko="평균이 0인 입력", en="centred inputs"),
}

QUARTILES = (0.5, 0.25, 0.75)

_QUANTITIES = {
    "detour": Text(
        ko="직선거리보다 긴 비율 (중앙값)", en="length beyond the straight line (median)"
    ),
    "together": Text(
        ko="두 가중치가 같은 방향으로 움직인 스텝의 비율",
        en="share of steps that moved both weights the same way",
    ),
    "turns": Text(ko="가중치 하나가 방향을 바꾼 횟수", en="turns of a weight"),
    "steps": Text(ko="도착까지의 스텝 수", en="steps to the arrival"),
    "fastest": Text(
        ko="가장 빠른 학습률에서 도착까지의 스텝 수", en="steps at the fastest of the rates tried"
    ),
}


@dataclass(frozen=True)
class ZigZag(Descent):
    """One descent, over seeds."""

    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_zigzag(settings: ZigZag) -> Generator[float, None, Outcome]:
    seeds = seeds_from(settings.seed, settings.seeds)
    inputs = {kind: inputs_of(kind, seeds) for kind in INPUTS}
    chosen = int(settings.batch)
    batches = sorted({*BATCHES, chosen})
    moments = {}
    for kind, batch in product(INPUTS, batches):
        moments[kind, batch] = batch_moments(inputs[kind], seeds, batch, steps_for(settings.lr))
        yield len(moments) / (len(INPUTS) * len(batches) + 4)
    lines = (("positive", settings.direction), ("positive", TOGETHER),
             ("centred", settings.direction))  # fmt: skip
    cases = [(*line, batch) for line in lines for batch in batches]
    cases.append((settings.inputs, OPPOSITE, 1))
    targets = np.repeat(np.stack([target(way) for _, way, _ in cases], axis=1), len(seeds), axis=1)
    joined = np.concatenate([moments[kind, batch] for kind, _, batch in cases], axis=2)
    walks = measure(descend(joined, targets, settings.lr), targets)
    found = {name: getattr(walks, name).reshape(len(cases), -1)
             for name in ("detour", "turns", "steps", "together", "arrived")}  # fmt: skip
    place = {case: k for k, case in enumerate(cases)}

    def middle(name: str, kind: str, direction: int, batch: int = chosen) -> float:
        return float(np.median(found[name][place[kind, direction, batch]]))

    measured = {
        "detour": middle("detour", settings.inputs, settings.direction),
        "detour_together": middle("detour", "positive", TOGETHER),
        "worst": middle("detour", settings.inputs, OPPOSITE, 1),
        **{
            f"{name}_{kind}": middle(name, kind, settings.direction)
            for name in ("detour", "together", "turns", "steps")
            for kind in INPUTS
        },
        **{f"fastest_{kind}": fastest(inputs[kind], seeds, chosen, settings.direction)
           for kind in INPUTS},
        "arrived": float(
            found["arrived"][place[settings.inputs, settings.direction, chosen]].mean()
        ),
        "zigzag": ZIGZAG, "near": NEAR,
    }  # fmt: skip
    limit: dict[str, float] = {}
    if measured["detour"] >= ZIGZAG:
        verdict = Verdict.HOLDS
        for batch in batches:
            detour = middle("detour", settings.inputs, settings.direction, batch)
            if batch > chosen and detour < ZIGZAG and not limit:
                limit = {"limit_batch": float(batch), "limit_detour": detour}
    else:
        verdict = Verdict.CONDITIONAL if measured["worst"] >= ZIGZAG else Verdict.CONTRADICTED
    rows = [
        (series, float(batch), *np.quantile(found["detour"][place[(*line, batch)]], QUARTILES))
        for series, line in zip(SERIES, lines, strict=True)
        for batch in batches
    ]
    columns = ["series", "batch", "detour", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    return Outcome(frame, measured | limit, verdict, limited=bool(limit))


CLAIM = Claim(
    key="zig-zag",
    words=Words(__file__),
    defaults=ZigZag(),
    control=ZigZag(inputs="centred"),
    subject=("inputs",),
    expected=Verdict.HOLDS,
    measure=run_zigzag,
    right=lambda measured: band(
        measured["limit_detour"] / measured["detour"],
        {"little": 0.25, "half": 0.75, "same": 1.2, "more": 2.0},
    ),
    quantities={
        "detour": Text(
            ko="고른 입력: 직선거리보다 긴 비율 (중앙값)",
            en="chosen inputs: length beyond the straight line (median)",
        ),
        "detour_together": Text(
            ko="양수 입력, 45° 방향: 직선거리보다 긴 비율",
            en="positive inputs, target at 45°: length beyond the straight line",
        ),
        "worst": Text(
            ko="고른 입력, 배치 크기 1, −45° 방향: 직선거리보다 긴 비율",
            en="chosen inputs, batches of one, target at −45°: length beyond the straight line",
        ),
        **{
            f"{name}_{kind}": Text(
                ko=f"{INPUTS[kind].ko}: {words.ko}", en=f"{INPUTS[kind].en}: {words.en}"
            )
            for kind in INPUTS
            for name, words in _QUANTITIES.items()
        },
        "arrived": Text(ko="고른 입력: 도착한 시드의 비율", en="chosen inputs: seeds that arrived"),
        "limit_batch": Text(
            ko="지그재그가 아닌 첫 배치 크기", en="first larger batch size without a zig-zag"
        ),
        "limit_detour": Text(
            ko="그 배치 크기에서 직선거리보다 긴 비율", en="length beyond the straight line there"
        ),
        "zigzag": Text(
            ko="지그재그로 볼 비율", en="length beyond the straight line that counts as a zig-zag"
        ),
        "near": Text(ko="도착으로 볼 남은 거리", en="distance left that counts as arrived"),
    },
    plot=Plot(
        x="batch",
        y="detour",
        x_title=Text(ko="배치 크기 (로그 축)", en="batch size (log axis)"),
        y_title=Text(
            ko="경로가 직선거리보다 긴 비율, 띠는 1·3사분위수 사이",
            en="length beyond the straight line, band: quartiles",
        ),
        names=SERIES,
        log_x=True,
        low="low",
        high="high",
    ),
    thresholds=("ZIGZAG", "lr"),
)
