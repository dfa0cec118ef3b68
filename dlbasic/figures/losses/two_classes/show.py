"""Two classes: one answer under two losses, two units that learn, and the surfaces they go down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.arrays import Float64s
from dlbasic.datasets import EXTENT, MAP
from dlbasic.figures.losses.two_classes import chart as charts
from dlbasic.figures.losses.two_classes.chart import compared_names
from dlbasic.figures.losses.two_classes.measure import (
    EPOCHS,
    LEVELS,
    Answer,
    UnitRun,
    WrongStart,
    answers,
    gradients,
    learned_at,
    mirrored,
    steepness,
    surface,
    thinned,
    walk,
)
from dlbasic.measures.sigmoid_losses import COMPARED, LEARNED, NAMES
from dlbasic.text import Language, Text, number
from dlbasic.ui import (
    Panel,
    Scene,
    beside,
    caption,
    controls,
    draw,
    encoding,
    more,
    part,
    play,
    say,
    told,
)

_PROBABILITY = Text(ko="확률 p = σ(z)", en="Probability p = σ(z)")
_MISS = Text(ko="오차 p − y", en="Error p − y")
_SLOPE = Text(ko="시그모이드의 미분값 σ′(z)", en="Sigmoid's slope σ′(z)")
_LOSS, _VALUE = Text(ko="손실 함수", en="Loss"), Text(ko="값", en="Value")
_GRADIENT = Text(ko="점수에 대한 기울기", en="Gradient with respect to the score")
_FORMULAS = {"bce": "p − y", "sigmoid_mse": "2(p − y)·σ′(z)"}
_ALT = Text(
    ko="점수에 따른 두 손실의 기울기 크기, 정답 {label}. 점수 {score}에서 {told}.",
    en="Size of both losses' gradients over the score, label {label}. At score {score}: {told}.",
)
_CLASS = Text(ko="클래스 {number}", en="class {number}")
_SURFACE_ALT = Text(
    ko="두 가중치에 따른 {name}의 평균 손실과, {epochs}에포크 동안 내려간 경로. 시작 ({w1}, {w2}), "
    "끝 ({w1_end}, {w2_end}).",
    en="Mean {name} over two weights, and the path of {epochs} epochs down it, from ({w1}, {w2}) "
    "to ({w1_end}, {w2_end}).",
)
_REACHED = Text(ko="{epoch}에포크", en="at epoch {epoch}")
_FROM_THE_START = Text(ko="처음부터", en="from the start")
_NOT_REACHED = Text(ko="{epochs}에포크 안에는 이르지 못함", en="not within {epochs} epochs")
_STOPS = (0, 1, 10, 100, EPOCHS)  # epochs whose places on the path are told
_FURTHER = ("noise", "seed")  # settings of the start that few readers need
_NEAR = 0.8  # places no further than this from one are told together with it


def show(panel: Panel) -> None:
    """One answer under both losses, two units that learn, or the surfaces they go down."""
    match part(panel):
        case "answer":
            picture, side = beside()
            with side:
                controls(panel, Answer, columns=1)
            _answer(panel, picture, side)
        case "runs":
            _start(panel)
            for key, column in zip(COMPARED, st.columns(2, gap="medium"), strict=True):
                with column:
                    say(panel, key.replace("_", "-"))
                    _play(panel, key)
            more(panel, _FURTHER)
            say(panel, "runs")
        case _:
            _start(panel)
            _surfaces(panel)
            more(panel, _FURTHER)
            say(panel, "surface", {"levels": LEVELS})


def _start(panel: Panel) -> None:
    controls(panel, WrongStart, leave=_FURTHER, columns=3, width=200)


def _answer(panel: Panel, picture: Any, side: Any) -> None:
    """The chart of one answer, its numbers beside it, and those of both losses in a table."""
    language = panel.language
    answer = panel.settings(Answer)
    by_loss, names = answers(answer), compared_names(language)
    miss = by_loss["bce"][1]
    p, slope = answer.probability, answer.sigmoid_slope
    listed = ", ".join(
        f"{NAMES[key].inside[language]} {number(abs(slope))}" for key, (_, slope) in by_loss.items()
    )
    slots = {
        "score": answer.score, "label": answer.label, "told": listed, "probability": p,
        "slope": slope, "factor": 2 * slope, "bce": miss,
        "squared": by_loss["sigmoid_mse"][1],
    }  # fmt: skip
    with picture:
        draw(charts.gradients, language, rows=gradients(answer), key="two-gradients",
             alt=_ALT.fill(language, slots))  # fmt: skip
    with side:
        st.metric(_PROBABILITY[language], number(p))
        st.metric(_MISS[language], number(miss))
        st.metric(_SLOPE[language], number(slope))
    caption(panel, "caption", slots)
    if answer.balanced is not None:
        caption(panel, "caption-between", {"zero": answer.balanced})
    table = pd.DataFrame(
        {
            _LOSS[language]: [*names.values()],
            _VALUE[language]: [number(value) for value, _ in by_loss.values()],
            _GRADIENT[language]: [
                f"{_FORMULAS[key]} = {number(gradient)}" for key, (_, gradient) in by_loss.items()
            ],
        }
    )
    st.table(table, hide_index=True)


@st.fragment
def _play(panel: Panel, key: str) -> None:
    """One of the two players: asking for frames reruns nothing else."""
    start, language = panel.settings(WrongStart), panel.language
    run, epoch = play(
        panel, f"two-player-{key}", start, lambda: UnitRun(start, key),
        scene=lambda run: _scene(run, language),
        outputs=lambda run: encoding.probabilities(run.probabilities()), place=f"{key}_epoch",
    )  # fmt: skip
    assert epoch.train_accuracy is not None  # both losses say which class was meant
    weights = run.notes[epoch.number]
    w1, w2 = weights.tolist()
    slots = {
        "epoch": epoch.number, "points": len(run.train), "w1": w1, "w2": w2,
        "train_loss": float(epoch.train_loss[0]), "train_accuracy": float(epoch.train_accuracy[0]),
        "gradient": steepness(weights, run.train, key),
        "loss": NAMES[key].inside[language],
    }  # fmt: skip
    told(panel, f"two-player-{key}", slots, "played")


def _scene(run: UnitRun, language: Language) -> Scene:
    """The plane and the points to train on."""
    inside = (np.abs(run.train.inputs) <= EXTENT).all(axis=1)
    inputs, labels = run.train.inputs[inside], run.train.targets[inside]
    return Scene(
        repr((run.start, run.key)), "binary", MAP, EXTENT,
        tuple(inputs[:, 0].tolist()), tuple(inputs[:, 1].tolist()),
        tuple(labels.astype(float).tolist()), (False,) * len(labels),
        tuple(_CLASS.fill(language, {"number": k}) for k in (0, 1)),
        compared_names(language)[run.key],
    )  # fmt: skip


def _surfaces(panel: Panel) -> None:
    """Each loss over the two weights, with the path of descent, and when it got there."""
    start, language = panel.settings(WrongStart), panel.language
    names = compared_names(language)
    train, _ = mirrored(start.noise, start.seed)
    w1, w2 = start.weights.tolist()
    slots = {"epochs": EPOCHS, "accuracy": LEARNED, "lr": start.lr, "w1": w1, "w2": w2}
    for key, column in zip(COMPARED, st.columns(2, gap="medium"), strict=True):
        path = walk(start, key)
        arrival = learned_at(path, train)
        words = _NOT_REACHED if arrival is None else _REACHED if arrival else _FROM_THE_START
        slots[f"{key}_reached"] = words.fill(language, {"epoch": arrival or 0, "epochs": EPOCHS})
        slots[f"{key}_gradient"] = steepness(path[0], train, key)
        w1_end, w2_end = path[-1].tolist()
        alt = slots | {"name": NAMES[key].inside[language], "w1_end": w1_end, "w2_end": w2_end}
        rows = pd.concat(
            [
                surface(start.noise, start.seed, key).assign(kind="cell"),
                thinned(path).assign(kind="walk"),
                _stops(path).assign(kind="epoch"),
            ],
            ignore_index=True,
        )
        with column:
            st.markdown(f"**{names[key]}**")
            draw(charts.surface, key, language, rows=rows, key=f"two-surface-{key}",
                 alt=_SURFACE_ALT.fill(language, alt))  # fmt: skip
    caption(panel, "surface-caption", slots)


def _stops(path: Float64s) -> pd.DataFrame:
    """Where the path stands at some of its epochs; those at one place have their words together."""
    groups: list[list[int]] = []
    for epoch in _STOPS:
        if groups and np.linalg.norm(path[epoch] - path[groups[-1][0]]) < _NEAR:
            groups[-1].append(epoch)
        else:
            groups.append([epoch])
    words = {group[0]: ", ".join(map(number, group)) for group in groups}
    rows = [(*path[epoch], float(epoch), words.get(epoch)) for epoch in _STOPS]
    return pd.DataFrame(rows, columns=["w1", "w2", "epoch", "words"])
