"""Figure 3 of the gradient page: two weights on their way to the target, step by step."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dlbasic.charts import path as charts
from dlbasic.experiments.two_weights import MULTIPLES, Walks, measure, target
from dlbasic.experiments.zigzag import (
    INPUTS,
    ZigZag,
    allowed_quadrants,
    fastest_steps,
    loss_surface,
    path,
)
from dlbasic.text import Language, Text, rounded
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.one_sign import one_sign_figure
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

Float64s = NDArray[np.float64]

FIELDS = ("inputs", "direction", "batch", "rate")
_ALT = Text(
    ko="두 가중치의 경로. {steps}스텝 만에 도착, 경로의 길이는 직선거리의 {times}배입니다. "
    "지금 스텝 {step}.",
    en="The path of two weights: {steps} steps to the arrival, {times} times as long "
    "as the straight line. Now at step {step}.",
)
_START, _TARGET = Text(ko="출발", en="start"), Text(ko="목표", en="target")
_LEVELS = 4.0 ** -np.arange(6.0)  # of the loss at the start
_EDGE = 3.0  # beyond the picture


def zigzag_figure(page: Page) -> None:
    """The path of two weights, and beside it which functions' gradients force such a path."""
    path_side, signs_side = st.columns(2, gap="large")
    with path_side:
        _path_figure(page)
    with signs_side:
        one_sign_figure(page)


def _path_figure(page: Page) -> None:
    """The controls, the path over the contours, and what it is like."""
    say(page, "path")
    with st.grid(2, min_column_width=150):
        for name in FIELDS:
            control(page, f"zz.{name}")
        control(page, "zz.seed")
        control(page, "zz.step")
    settings = ZigZag(**{name: page[f"zz.{name}"] for name in FIELDS})
    seed = page["zz.seed"]
    chosen, other = (_path(_with(settings, kind), seed) for kind in _kinds(settings))
    ends = target(settings.direction)[:, None]
    walked, rest = (measure(walk[..., None], ends) for walk in (chosen, other))
    step = min(page["zz.step"], int(walked.steps[0]))
    slots = {
        "steps": float(walked.steps[0]), "times": _times(walked), "step": step,
        "turns": float(walked.turns[0]), "together": float(walked.together[0]),
        "other_steps": float(rest.steps[0]), "other_times": _times(rest),
        "inputs": INPUTS[_kinds(settings)[0]][page.language],
        "other": INPUTS[_kinds(settings)[1]][page.language],
        "batch": settings.batch, "rate": settings.rate,
        "seeds": settings.seeds, "tried": len(MULTIPLES),
        **{slot: _fastest(kind, settings.direction, settings.batch, seed)
           for slot, kind in zip(("best", "other_best"), _kinds(settings), strict=True)},
    }  # fmt: skip
    rows = _rows(settings, seed, chosen[: int(walked.steps[0]) + 1],
                 other[: int(rest.steps[0]) + 1], step, page.language)  # fmt: skip
    draw(charts.path, page.language, rows=rows, key="zigzag", alt=_ALT.fill(page.language, slots))
    caption(page, "zigzag-caption-single" if settings.batch == 1 else "zigzag-caption", slots)
    caption(page, "zigzag-rates", slots)


def _times(walks: Walks) -> float:
    """The length of the path as a multiple of the straight line's."""
    return rounded(1.0 + float(walks.detour[0]))


def _kinds(settings: ZigZag) -> tuple[str, str]:
    """The kind of inputs chosen, and the other."""
    return ("positive", "centred") if settings.inputs == "positive" else ("centred", "positive")


def _with(settings: ZigZag, inputs: str) -> ZigZag:
    return ZigZag(inputs, settings.direction, settings.batch, settings.rate)


@lru_cache(maxsize=64)
def _path(settings: ZigZag, seed: int) -> Float64s:
    return path(settings, seed)


@lru_cache(maxsize=64)
def _fastest(inputs: str, direction: int, batch: float, seed: int) -> float:
    return fastest_steps(ZigZag(inputs, direction, batch, seed=seed))


def _contours(settings: ZigZag, seed: int) -> pd.DataFrame:
    """The ellipses on which the loss is a fourth, a sixteenth, … of that at the start."""
    angles = np.linspace(0.0, 2.0 * np.pi, 73)
    end = target(settings.direction)
    ray = np.stack([np.cos(angles), np.sin(angles)])
    # Along a ray from the target the loss grows with the square of the distance.
    unit = np.diag(loss_surface(settings, seed, end[0] + ray[0], end[1] + ray[1]))
    start = float(loss_surface(settings, seed, [0.0], [0.0])[0, 0])
    frames = []
    for level in _LEVELS:
        w1, w2 = end[:, None] + ray * np.sqrt(level * start / unit)
        frames.append(pd.DataFrame({"series": f"{level:g}", "order": np.arange(len(angles)) * 1.0,
                                    "w1": w1, "w2": w2}))  # fmt: skip
    rows = pd.concat(frames, ignore_index=True).assign(kind="contour")
    inside = (rows[["w1", "w2"]].abs() <= _EDGE).all(axis=1)
    return rows[inside]


def _rows(
    settings: ZigZag, seed: int, chosen: Float64s, other: Float64s, step: int, language: Language
) -> pd.DataFrame:
    """All rows of the picture."""
    frames = [_contours(settings, seed)]
    for series, walk in (("other", other), ("chosen", chosen[: step + 1])):
        thin = walk[:: max(1, len(walk) // 400)]
        columns = {"w1": thin[:, 0], "w2": thin[:, 1], "order": np.arange(len(thin)) * 1.0}
        frames.append(pd.DataFrame(columns).assign(kind="walk", series=series))
    now, end = chosen[step], target(settings.direction)
    points = [("start", 0.0, 0.0, _START[language]), ("target", *end, _TARGET[language]),
              ("now", *now, None)]  # fmt: skip
    frames.append(pd.DataFrame(points, columns=["kind", "w1", "w2", "words"]))
    if settings.batch == 1 and step + 1 < len(chosen):
        # A step is the sample times one number: its direction tells the sample's signs.
        move = chosen[step + 1] - now
        corners = [
            ("allowed", *now, *(now + _EDGE * np.array(signs))) for signs in allowed_quadrants(move)
        ]
        corner = ["kind", "w1", "w2", "w1_end", "w2_end"]
        frames.append(pd.DataFrame(corners, columns=corner))
    return pd.concat(frames, ignore_index=True)
