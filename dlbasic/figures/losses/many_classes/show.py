"""Several classes, from scores to the gradient."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dlbasic.arrays import Float64s
from dlbasic.figures.losses.many_classes import chart as charts
from dlbasic.figures.losses.many_classes.measure import (
    Chain,
    Forms,
    ManyClasses,
    chain,
    hard_forms,
    soft_forms,
    softmax_twice,
)
from dlbasic.losses import CrossEntropy, listed, smoothed
from dlbasic.text import Text, both, exact, number, rounded
from dlbasic.ui import Panel, beside, caption, control, draw, more, part, say

_ALT = Text(
    ko="클래스별 확률, 정답, 기울기: {told}.", en="Probability, target, gradient by class: {told}."
)
_TOLD = both("{name}: p {p}, y {y}, p − y {gradient}")
_CLASS, _SUM = Text(ko="클래스", en="Class"), Text(ko="합", en="Sum")
_TRUE = Text(ko="{name} (정답)", en="{name} (true)")
_SCORE, _POWER = Text(ko="점수 z", en="Score z"), both("exp z")
_SHARE, _TARGET = Text(ko="확률 p", en="Probability p"), Text(ko="정답 y", en="Target y")
_TERM, _GRADIENT = both("−y log p"), Text(ko="기울기 p − y", en="Gradient p − y")
_IN_FRAMEWORKS = Text(ko="PyTorch와 Keras에서는", en="In PyTorch and Keras")
_FORM, _LOSS = Text(ko="정답의 형식", en="Target given as"), Text(ko="손실", en="Loss")
_VECTOR = Text(ko="벡터 [{vector}]", en="vector [{vector}]")
_NUMBER = Text(ko="번호 {index} (0부터 셈)", en="number {index} (counted from 0)")
_MIXED = Text(ko="클래스별 손실의 가중 평균", en="weighted mean of the classes' losses")
_APART = Text(ko="차이", en="Difference")
_NOTHING = 1e-14
_FIRST = Text(ko="클래스 1의 기울기", en="Gradient for class 1")


def show(panel: Panel) -> None:
    """The bars, scores and label beside them; below every number, the formulas or the code."""
    settings = panel.settings(ManyClasses)
    links = chain(settings)
    picture, side = beside()
    with picture:
        _bars(panel, settings, links)
    with side:
        for name in ("label", *(f"z{place}" for place in range(1, settings.classes + 1))):
            control(panel, name)
        more(panel, ("classes", "smoothing"))
    if settings.label > settings.classes:
        caption(panel, "label", {"label": settings.label, "classes": settings.classes})
    _caption(panel, settings, links)
    match part(panel):
        case "numbers":
            _table(panel, settings, links)
        case "formulas":
            _formulas(links)
        case _:
            _forms(panel, settings)
            with st.expander(_IN_FRAMEWORKS[panel.language]):
                _frameworks(panel, settings, links)


def tex(value: float, digits: int = 4) -> str:
    """A number as :func:`dlbasic.text.number` writes it, in TeX.

    >>> tex(-2.5e-7), tex(12345.0)
    ('-2.5\\\\cdot 10^{-7}', '12{,}345')
    """
    written = number(value, digits).replace("−", "-").replace(",", "{,}")
    mantissa, power, exponent = written.partition("·10")
    plain = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return rf"{mantissa}\cdot 10^{{{plain}}}" if power else mantissa


def _column(values: Iterable[float]) -> str:
    return r"\begin{pmatrix}" + r" \\ ".join(map(tex, values)) + r"\end{pmatrix}"


def _formulas(links: Chain) -> None:
    """The chain with its numbers in it, on lines that a phone has room for."""
    st.latex(rf"\exp z = \exp{_column(links.logits)} = " + _column(links.powers))
    st.latex(
        r"\begin{aligned} p &= \mathrm{softmax}(z) \\ &= "
        rf"\dfrac{{1}}{{{tex(_sum(links.powers))}}}"
        + _column(links.powers) + " = " + _column(links.p) + r"\end{aligned}"
    )  # fmt: skip
    st.latex(_loss(links))
    st.latex(
        r"\begin{aligned} \dfrac{\partial \ell}{\partial z} &= p - y \\ &= "
        + _column(links.p) + " - " + _column(links.y) + " = " + _column(links.gradient)
        + r"\end{aligned}"
    )  # fmt: skip


def _sum(values: Float64s) -> float:
    """The sum without its rounding error, which is all that a sum so small would be."""
    total = float(values.sum())
    return rounded(total) if abs(total) > _NOTHING else 0.0


def _loss(links: Chain) -> str:
    """The loss, its terms two to a line, as more have no room."""
    terms = [
        rf"{tex(y)} \cdot \log {tex(p)}" for y, p in zip(links.y, links.p, strict=True) if y > 0
    ]
    pairs = [" + ".join(terms[place : place + 2]) for place in range(0, len(terms), 2)]
    line = r" \\ &" if len(terms) > 1 else ""
    return (
        r"\begin{aligned} \ell &= -\bigl(" + r" \\ &\qquad + ".join(pairs)
        + rf"\bigr) {line} = {tex(links.loss)} \end{{aligned}}"
    )  # fmt: skip


def _beside(value: float) -> str:
    """The number beside a bar: of one that is long no more digits than there is room for."""
    return f"{value:.2f}".replace("-", "−") if 0.99 < abs(value) < 1.0 else number(value)


def _bars(panel: Panel, settings: ManyClasses, links: Chain) -> None:
    language = panel.language
    names = [str(place) for place in range(1, settings.classes + 1)]
    columns = {"p": links.p, "y": links.y, "gradient": links.gradient}
    rows = pd.DataFrame(
        (name, kind, float(value), _beside(float(value)))
        for place, name in enumerate(names)
        for kind, value in ((kind, column[place]) for kind, column in columns.items())
    )
    rows.columns = pd.Index(["name", "kind", "value", "label"])
    listed = "; ".join(
        _TOLD.fill(language, {"name": name, "p": p, "y": y, "gradient": gradient})
        for name, p, y, gradient in zip(names, *columns.values(), strict=True)
    )
    draw(charts.chain, settings.classes, language, rows=rows, key="many-chain",
         alt=_ALT.fill(language, {"told": listed}))  # fmt: skip


def _caption(panel: Panel, settings: ManyClasses, links: Chain) -> None:
    slots = {
        "truth": settings.truth + 1, "p": float(links.p[settings.truth]), "loss": links.loss,
        "floor": links.floor, "smoothing": settings.smoothing, "above": links.above,
        "y": float(links.y[settings.truth]), "rest": settings.smoothing / settings.classes,
    }  # fmt: skip
    caption(panel, "caption-soft" if settings.smoothing else "caption", slots)


def _table(panel: Panel, settings: ManyClasses, links: Chain) -> None:
    """One row for each class, and their sums, in two parts: a phone has no room for both."""
    language = panel.language
    names = [str(place) for place in range(1, settings.classes + 1)]
    names[settings.truth] = _TRUE.fill(language, {"name": names[settings.truth]})
    halves = (
        ((_SCORE, links.logits, False), (_POWER, links.powers, True), (_SHARE, links.p, True)),
        ((_TARGET, links.y, True), (_TERM, links.terms, True), (_GRADIENT, links.gradient, True)),
    )
    for half, column in zip(halves, st.columns(2, gap="medium"), strict=True):
        table = pd.DataFrame({_CLASS[language]: [*names, f"**{_SUM[language]}**"]})
        for title, values, summed in half:
            total = number(_sum(values), 4) if summed else ""
            table[title[language]] = [*(number(float(value), 4) for value in values), total]
        with column:
            st.table(table, hide_index=True)


def _forms(panel: Panel, settings: ManyClasses) -> None:
    """The same loss from a vector and from class numbers, as exact as it is computed."""
    language = panel.language
    forms: Forms = soft_forms(settings) if settings.smoothing else hard_forms(settings)
    say(panel, "forms-soft" if settings.smoothing else "forms")
    vector = chain(settings).y
    by_number = _MIXED[language]
    if not settings.smoothing:
        by_number = _NUMBER.fill(language, {"index": settings.truth})
    table = pd.DataFrame(
        {
            _FORM[language]: [
                _VECTOR.fill(language, {"vector": ", ".join(map(number, vector))}),
                by_number,
                f"**{_APART[language]}**",
            ],
            _LOSS[language]: [exact(forms.vector), exact(forms.number), exact(forms.apart)],
            _FIRST[language]: [
                exact(float(forms.vector_gradient[0])),
                exact(float(forms.number_gradient[0])),
                exact(abs(float(forms.vector_gradient[0] - forms.number_gradient[0]))),
            ],
        }
    )
    st.table(table, hide_index=True)


def _frameworks(panel: Panel, settings: ManyClasses, links: Chain) -> None:
    """What the loss takes in PyTorch and in Keras, and what softmax before it does."""
    say(panel, "frameworks")
    st.markdown(listed(panel.language, *smoothed(settings.smoothing)))
    st.markdown(CrossEntropy.note[panel.language])
    twice, truth = softmax_twice(settings), settings.truth
    say(panel, "twice", {
        "loss": links.loss, "twice_loss": twice.loss, "gradient": float(links.gradient[truth]),
        "twice_gradient": float(twice.gradient[truth]), "floor": twice.floor,
    })  # fmt: skip
