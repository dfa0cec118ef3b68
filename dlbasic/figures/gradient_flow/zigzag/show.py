"""Two weights step by step on their way to a target; which gradients force such a path."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.arrays import Float64s
from dlbasic.charts.theme import function_names
from dlbasic.figures.gradient_flow.zigzag import chart as charts
from dlbasic.figures.gradient_flow.zigzag.measure import (
    LAST,
    Path,
    Signs,
    contours,
    fastest_steps,
    frame,
    one_sign,
    path,
    thinned,
)
from dlbasic.measures.gradient_signs import CHANCE, WIDTH
from dlbasic.measures.settings import SEEDS
from dlbasic.measures.two_weights import (
    INPUTS,
    MULTIPLES,
    NEAR,
    measure,
    target,
)
from dlbasic.text import Language, Text, percent
from dlbasic.ui import Panel, beside, caption, control, draw, more, part, play_steps, say

_PATH_ALT = Text(
    ko="두 가중치의 경로. {steps}스텝 만에 도착, 경로는 직선거리보다 {detour:%} 깁니다. "
    "지금 스텝 {step}.",
    en="The path of two weights: {steps} steps to the arrival, {detour:%} longer "
    "than the straight line. Now at step {step}.",
)
_SIGNS_ALT = Text(
    ko="가중치에 대한 기울기가 모두 같은 부호인 유닛의 비율을 배치 크기마다 그린 그림. "
    "배치 크기 {batch}: {shares}.",
    en="Share of units whose weights all have gradients of one sign, by batch size. "
    "At batch size {batch}: {shares}.",
)
_START, _TARGET = Text(ko="출발", en="start"), Text(ko="목표", en="target")


def show(panel: Panel) -> None:
    """The path of two weights, or which functions' gradients force such a path."""
    if part(panel) == "path":
        _path(panel)
    else:
        _signs(panel)


def _path(panel: Panel) -> None:
    """The path over the contours, the controls beside it, and what it is like."""
    picture, side = beside()
    with side:
        for name in ("inputs", "direction", "batch", "lr"):
            control(panel, name)
        more(panel, ["step", "seed"])
    settings, language = panel.settings(Path), panel.language
    kinds = sorted(INPUTS, key=lambda kind: kind != settings.inputs)  # the chosen one, the other
    chosen, other = (path(settings.descent(kind), settings.seed) for kind in kinds)
    end = target(settings.direction)
    walked, rest = (measure(walk[..., None], end[:, None]) for walk in (chosen, other))
    chosen, other = chosen[: int(walked.steps[0]) + 1], other[: int(rest.steps[0]) + 1]
    last = min(LAST, int(walked.steps[0]))
    step = min(settings.step, last)
    best, other_best = (
        fastest_steps(kind, settings.direction, settings.batch, settings.seed) for kind in kinds
    )
    slots = {
        "steps": float(walked.steps[0]), "detour": float(walked.detour[0]), "step": step,
        "turns": float(walked.turns[0]), "together": float(walked.together[0]),
        "other_steps": float(rest.steps[0]), "other_detour": float(rest.detour[0]),
        "inputs": INPUTS[kinds[0]][language], "other": INPUTS[kinds[1]][language],
        "batch": settings.batch, "lr": settings.lr, "seed": settings.seed, "near": NEAR,
        "seeds": SEEDS, "tried": len(MULTIPLES), "best": best, "other_best": other_best,
    }  # fmt: skip
    with picture:
        with st.container(key="steps-zigzag"):
            draw(
                charts.path, language,
                rows=_rows(settings, chosen, other, step, language), key="zigzag",
                alt=_PATH_ALT.fill(language, slots),
                values=dict(zip(charts.FRAME, frame(chosen, other, end[None]), strict=True))
                | {charts.CENTRED: int(settings.inputs == "centred")},
            )  # fmt: skip
        run = repr((settings.descent(settings.inputs), settings.seed))
        play_steps(panel, "step", last, chart="zigzag", run=run)
    numbers, words = st.columns(2, gap="medium")
    with numbers:
        caption(panel, "caption-single" if settings.batch == 1 else "caption", slots)
        caption(panel, "rates", slots)
    with words:
        say(panel, "path" if settings.batch == 1 else "path-batch")


def _rows(
    settings: Path, chosen: Float64s, other: Float64s, step: int, language: Language
) -> pd.DataFrame:
    """All rows of the picture."""
    frames = [contours(settings.descent(settings.inputs), settings.seed).assign(kind="contour")]
    frames.append(thinned(other).assign(kind="walk", series="other"))
    walk = pd.DataFrame(chosen[: LAST + 1], columns=["w1", "w2"])
    walk = walk.assign(kind="walk", series="chosen", order=np.arange(float(len(walk))))
    if settings.batch == 1:
        # A step is the sample times one number: its direction tells the sample's signs.
        ahead = np.sign(np.diff(chosen, axis=0, append=np.nan))[: LAST + 1]
        walk[["sign1", "sign2"]] = ahead
    frames.append(walk)
    end = target(settings.direction)
    points = [("start", 0.0, 0.0, _START[language]), ("target", *end, _TARGET[language])]
    frames.append(pd.DataFrame(points, columns=["kind", "w1", "w2", "words"]))
    return pd.concat(frames, ignore_index=True).assign(picked=float(step))


def _signs(panel: Panel) -> None:
    """The share of every function over the batch size, the controls, and the numbers of one."""
    picture, side = beside()
    with side:
        for name in ("data", "batch", "seeds", "signs_seed"):
            control(panel, name)
    settings, language = panel.settings(Signs), panel.language
    rows, batch = one_sign(settings), int(panel["batch"])
    slots = {
        "batch": batch, "seeds": settings.seeds, "chance": CHANCE, "width": WIDTH,
        "shares": _written(rows[rows["batch"] == batch], function_names(language)),
    }  # fmt: skip
    with picture:
        draw(charts.signs, language, rows=rows.assign(picked=float(batch)), key="signs",
             alt=_SIGNS_ALT.fill(language, slots))  # fmt: skip
    caption(panel, "signs-caption", slots)
    say(panel, "signs", slots)


def _written(rows: pd.DataFrame, names: dict[str, str]) -> str:
    ordered = rows.sort_values("share", ascending=False, kind="stable")
    shares = zip(ordered["function"], ordered["share"], strict=True)
    return ", ".join(f"{names[key]} {percent(share)}" for key, share in shares)
