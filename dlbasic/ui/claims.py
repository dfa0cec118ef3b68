"""Claims as cards: the sentence, its verdict and deciding number; then the measurement."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.claims import CLAIMS, Claim, Outcome, Verdict, laps
from dlbasic.claims import chart as charts
from dlbasic.claims.base import Lap
from dlbasic.params import Declared, declared
from dlbasic.text import Language, Text, exact
from dlbasic.ui.asked import asked_for
from dlbasic.ui.drawing import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Controls
from dlbasic.ui.page import ALL_CLAIMS
from dlbasic.ui.panel import Panel
from dlbasic.ui.widgets import controls as draw_controls

CHIPS = {
    Verdict.HOLDS: (Text(ko="✓ 맞음", en="✓ holds"), "green"),
    Verdict.CONDITIONAL: (Text(ko="◐ 조건부", en="◐ depends"), "orange"),
    Verdict.CONTRADICTED: (Text(ko="✗ 틀림", en="✗ contradicted"), "red"),
}
# With another function in its place, the sentence is not what is judged.
_CONTROL_CHIPS = {
    Verdict.HOLDS: Text(ko="대조 실험: ✓ 문장과 일치", en="Control: ✓ fits"),
    Verdict.CONDITIONAL: Text(ko="대조 실험: ◐ 일부만 일치", en="Control: ◐ fits in part"),
    Verdict.CONTRADICTED: Text(ko="대조 실험: ✗ 문장과 불일치", en="Control: ✗ does not fit"),
}
_MEASURING = Text(ko="측정하고 있습니다…", en="Measuring…")
_QUICK = Text(
    ko="빠른 측정: 시드와 조건을 줄였습니다.", en="A quick run: fewer seeds and conditions."
)
_UNKNOWN = Text(ko="아직 측정하지 않음", en="not measured yet")
_MEASURE = Text(ko="측정하기", en="Measure it")
_MEASURE_ALL = Text(ko="모두 측정하기", en="Measure them all")
_HINT_ALL = Text(
    ko="아래 문장을 차례로 빠르게 측정합니다. 한 문장에 길어야 몇 초가 걸립니다.",
    en="A quick run of each sentence below, one after the other; a few seconds each at most.",
)
_FULL = Text(ko="전체 측정", en="Run in full")
_CHANGED = Text(ko="바꾼 설정에서", en="at your settings")
_CONTROL = Text(ko="대조 실험 보기", en="Show the control")
_DEFAULTS = Text(ko="기본 설정으로", en="Back to the defaults")
_OPEN = Text(ko="측정 보기", en="Show the measurement")
_READING = Text(ko="판정 기준.", en="How the sentence is read.")
_WHY = Text(ko="왜 그럴까요?", en="Why.")
_TRY = Text(ko="해 보세요.", en="Try this.")
_QUANTITY, _VALUE = Text(ko="측정 항목", en="Measured"), Text(ko="값", en="Value")
_CSV = Text(ko="데이터 받기 (CSV)", en="Download the data (CSV)")
_CODE = Text(ko="이 판정을 재현하는 Python 코드", en="Python that reproduces this verdict")

_LAPS: Kept[Lap] = Kept(laps, bound=256)


def known_outcome(key: str, settings: Declared, language: Language) -> Outcome | None:
    """The outcome if it is there or takes a moment; None if it takes long and nobody asked yet."""
    if not CLAIMS[key].takes_long:
        return _outcome(key, settings, language)
    lap = _LAPS.peek((key, settings))
    return None if lap is None else lap.outcome


def _outcome(key: str, settings: Declared, language: Language) -> Outcome | None:
    """The claim's outcome under these settings, computed once."""
    if CLAIMS[key].takes_long:
        lap = _LAPS.get((key, settings), _MEASURING, language)
        return None if lap is None else lap.outcome
    return _LAPS.at_once((key, settings)).outcome


def chip(result: Outcome | None, language: Language) -> None:
    """The verdict as a sign, a word and a colour; or that there is none yet."""
    words, colour = CHIPS[result.verdict] if result else (_UNKNOWN, "gray")
    st.badge(words[language], color=colour)  # type: ignore[arg-type]


def claims(controls: Controls) -> None:
    """The cards of the page's claims.

    Those that take long wait until they are opened or, with one button, all are asked for.
    """
    page = Panel(controls, controls.page.key, controls.page.words)
    wanted = ALL_CLAIMS in controls.params and asked_for(page, ALL_CLAIMS, _MEASURE_ALL, _HINT_ALL)
    for key in controls.page.claims:
        panel = Panel(controls, f"claim.{key}", CLAIMS[key].words)
        _card(panel, CLAIMS[key], wanted or panel["open"])


def _card(panel: Panel, claim: Claim[Any], wanted: bool) -> None:
    """The card of one claim; what costs to show is shown when the card is opened."""
    key, language = claim.key, panel.language
    settings = panel.settings(type(claim.defaults))
    with st.container(border=True, key=f"card-{key}"):
        result = (_outcome if wanted else known_outcome)(key, settings, language)
        if result is None:
            chip(None, language)
        else:
            _judged(panel, claim, settings, result)
        st.markdown(f"### {claim.sentence[language]}")
        if result is None:
            st.button(_MEASURE[language], key=f"measure-{key}", on_click=panel.set,
                      args=("open", True))  # fmt: skip
            return
        slots = claim.slots(settings, result, language)
        st.markdown(claim.words["deciding"].fill(language, slots))
        _, opened = panel.prepare("open")
        details = st.expander(_OPEN[language], opened, key=panel.key("open"), on_change="rerun")
        if details.open:
            with details:
                _measurement(panel, claim, settings, result)


def _judged(panel: Panel, claim: Claim[Any], settings: Any, result: Outcome) -> None:
    """The chip, which says whether it is the sentence that was judged, and at which settings."""
    language, changed = panel.language, set(claim.changed(settings)) - set(claim.cheaper)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if changed & set(claim.subject):
            st.badge(_CONTROL_CHIPS[result.verdict][language], color="gray")
        else:
            chip(result, language)
            if changed:
                st.caption(_CHANGED[language], width="content")
        if settings != claim.in_full(settings):
            st.caption(_QUICK[language], width="content")
            st.button(_FULL[language], key=f"full-{claim.key}", on_click=_set,
                      args=(panel, claim.in_full(settings)))  # fmt: skip


def _set(panel: Panel, settings: Any) -> None:
    for name in declared(settings):
        panel.set(name, getattr(settings, name))


def _measurement(panel: Panel, claim: Claim[Any], settings: Any, result: Outcome) -> None:
    key, language = claim.key, panel.language
    slots = claim.slots(settings, result, language)
    draw_controls(panel, type(settings), columns=3, width=220)
    with st.container(horizontal=True):
        for words, preset in ((_CONTROL, claim.control), (_DEFAULTS, claim.quick)):
            if settings != preset:
                st.button(words[language], key=f"{words.en}-{key}", on_click=_set,
                          args=(panel, preset))  # fmt: skip
    draw(
        charts.lines, key, tuple(result.frame[claim.plot.series].unique()), language,
        rows=result.frame, key=f"claim-{key}", alt=claim.words["deciding"].fill(language, slots),
    )  # fmt: skip
    words_column, numbers_column = st.columns(2, gap="medium")
    with words_column:
        for heading, text in (
            (_READING, claim.words["reading"]),
            (_WHY, claim.why[result.verdict]),
            (_TRY, claim.words["suggestion"]),
        ):
            st.markdown(f"**{heading[language]}** {text.fill(language, slots)}")
    with numbers_column:
        # Where what is judged is also what it is held against, its numbers have one name: one row.
        numbers = {
            claim.quantities[name].fill(language, slots): exact(float(value))
            for name, value in result.measured.items()
        }
        st.table(
            pd.DataFrame(numbers.items(), columns=[_QUANTITY[language], _VALUE[language]]),
            hide_index=True,
        )
        st.download_button(
            _CSV[language], lambda: result.frame.to_csv(index=False), f"{key}.csv", "text/csv",
            key=f"csv-{key}", on_click="ignore",
        )  # fmt: skip
    st.markdown(f"**{_CODE[language]}**")
    st.code(claim.code(settings), language="python")
