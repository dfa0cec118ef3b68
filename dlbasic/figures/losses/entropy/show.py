"""What cross-entropy is made of: bars that add up, and q on its way to p."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.figures.losses.entropy import chart as charts
from dlbasic.figures.losses.entropy.chart import BARS, PARTS
from dlbasic.figures.losses.entropy.measure import (
    Entropy,
    Information,
    information,
    terms,
    way,
)
from dlbasic.measures.settings import BASES, UNIT
from dlbasic.text import Text, aligned, both, exact, number, rounded
from dlbasic.ui import Panel, beside, caption, control, draw, more, part, say

_BARS_ALT = Text(
    ko="H(p) {entropy}와 KL(p‖q) {divergence}의 막대, 그 아래 H(p, q) {cross}의 막대.",
    en="Bars of H(p) {entropy} and KL(p‖q) {divergence}, and below them of H(p, q) {cross}.",
)
_WAY_ALT = Text(
    ko="q가 p로 다가갈 때의 H(p, q): 처음 {first}, p에서 {least}.",
    en="H(p, q) as q moves to p: {first} at first, {least} at p.",
)
_OUTCOME, _SUM = Text(ko="결과", en="Outcome"), Text(ko="합", en="Sum")
_TERMS = {
    "p": both("p"), "q": both("q"), "entropy": both("−p log p"),
    "divergence": both("p log(p/q)"), "cross": both("−p log q"),
}  # fmt: skip
_QUANTITY = Text(ko="양", en="Quantity")
_TOTAL = both("H(p) + KL(p‖q)")
_APART = Text(ko="H(p, q)와의 차이", en="its distance from H(p, q)")


def show(panel: Panel) -> None:
    """Bars that add up, with what each outcome adds or in both units; or q on its way to p."""
    shown = part(panel)
    picture, side = beside()
    with side:
        for name in "pq":
            say(panel, name)
        with st.grid(2, min_column_width=110):
            for place in range(1, panel["outcomes"] + 1):
                for name in "pq":
                    control(panel, f"{name}{place}")
        more(panel, ("outcomes", "unit"))
    settings = panel.settings(Entropy)
    found = information(settings.p, settings.q, settings.base)
    with picture:
        if shown == "way":
            _way(panel, settings, found)
        else:
            _bars(panel, settings, found)
    empty = [name for name in "pq" if not settings.weights(name).any()]
    if empty:
        caption(panel, "empty", {"names": ", ".join(empty)})
    match shown:
        case "sum":
            _terms(panel, settings, found)
        case "way":
            say(panel, "way")
        case _:
            nats = information(settings.p, settings.q, BASES["nat"])
            _units(panel, settings)
            say(panel, "units", {"nats": nats.entropy, "bits": nats.entropy / math.log(2.0)})


def _bars(panel: Panel, settings: Entropy, found: Information) -> None:
    language = panel.language
    both_bars, cross_bar = BARS
    finite = math.isfinite(found.total)
    room = max(found.cross if finite else 1.5 * found.entropy, 0.1)
    rows = pd.DataFrame(
        {
            "bar": [both_bars, both_bars, cross_bar],
            "part": ["entropy", "divergence", "cross"],
            "start": [0.0, found.entropy, 0.0],
            "end": [found.entropy, found.total, found.cross],
        }
    )
    written = aligned(found.entropy, found.divergence, found.cross, adding=True)
    rows["label"] = [
        f"{PARTS[part][language]} = {value}"
        for part, value in zip(rows["part"], written, strict=True)
    ]
    # JSON knows no infinity.
    rows["end"] = rows["end"].where(np.isfinite(rows["end"]))
    rows["room"] = room
    slots = dict(zip(rows["part"], written, strict=True)) | {
        "unit": charts.unit(settings.unit, language),
        "ruled_out": ", ".join(
            str(place) for place, (p, q) in enumerate(zip(settings.p, settings.q, strict=True), 1)
            if p > 0 and q == 0
        ),
    }  # fmt: skip
    draw(charts.bars, settings.unit, language, rows=rows, key="entropy-bars",
         alt=_BARS_ALT.fill(language, slots))  # fmt: skip
    caption(panel, "caption" if finite else "caption-infinite", slots)


def _terms(panel: Panel, settings: Entropy, found: Information) -> None:
    """What each outcome adds, and the sums."""
    language = panel.language
    each = terms(settings.p, settings.q, settings.base)
    sums = [rounded(settings.p.sum()), rounded(settings.q.sum()), found.entropy, found.divergence,
            found.cross]  # fmt: skip
    table = pd.DataFrame(
        {_OUTCOME[language]: [*map(str, range(1, len(each) + 1)), f"**{_SUM[language]}**"]}
    )
    for (column, title), total in zip(_TERMS.items(), sums, strict=True):
        table[title[language]] = [*(number(float(value), 4) for value in each[column]),
                                  number(total, 4)]  # fmt: skip
    st.table(table, hide_index=True)


def _way(panel: Panel, settings: Entropy, found: Information) -> None:
    language = panel.language
    rows = way(settings.p, settings.q, settings.base)
    curve = rows.rename(columns={"cross": "value"}).drop(columns="entropy").assign(line="cross")
    floor = rows.rename(columns={"entropy": "value"}).drop(columns="cross").assign(line="entropy")
    ends = curve[curve["t"].isin([0.0, 1.0])].copy()
    ends["mark"] = ["q" if t == 0.0 else "p" for t in ends["t"]]
    written = aligned(found.cross, float(rows["cross"].min()), found.entropy)
    slots = dict(zip(("first", "least", "entropy"), written, strict=True)) | {
        "unit": charts.unit(settings.unit, language),
        "at": float(rows["t"].iloc[int(rows["cross"].argmin())]),
    }  # fmt: skip
    draw(charts.way, settings.unit, language, rows=pd.concat([floor.iloc[[0, -1]], curve, ends]),
         key="entropy-way", alt=_WAY_ALT.fill(language, slots))  # fmt: skip
    same = (settings.p == settings.q).all()
    caption(panel, "way-caption-same" if same else "way-caption", slots)


def _units(panel: Panel, settings: Entropy) -> None:
    """Every quantity in bits and in nats, as exact as it is computed."""
    language = panel.language
    found = {key: information(settings.p, settings.q, base) for key, base in BASES.items()}
    table = pd.DataFrame(
        {
            _QUANTITY[language]: ["H(p)", "KL(p‖q)", _TOTAL[language], "H(p, q)", _APART[language]],
            **{
                UNIT.options[key][language]: [
                    exact(parts.entropy), exact(parts.divergence), exact(parts.total),
                    exact(parts.cross),
                    "–" if math.isnan(parts.apart) else exact(parts.apart),
                ]
                for key, parts in found.items()
            },
        }
    )  # fmt: skip
    st.table(table, hide_index=True)
