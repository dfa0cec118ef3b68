"""Claims as cards: the sentence, its verdict and deciding number; then the measurement."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.claims import CLAIMS, Claim, Outcome, Verdict, laps
from dlbasic.claims import chart as charts
from dlbasic.claims.base import Lap
from dlbasic.params import Declared, declared
from dlbasic.text import Text, exact
from dlbasic.ui.asked import ask, measured
from dlbasic.ui.drawing import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Controls
from dlbasic.ui.page import Figure
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


def known_outcome(key: str, settings: Declared) -> Outcome | None:
    """The outcome if it is there or takes a moment; None if it takes long and nobody asked yet."""
    known = _LAPS.peek if CLAIMS[key].takes_long else _LAPS.at_once
    lap = known((key, settings))
    return None if lap is None else lap.outcome


def chip(result: Outcome | None) -> tuple[Text, str]:
    """The verdict as a sign and a word, and its colour; or that there is none yet."""
    return CHIPS[result.verdict] if result else (_UNKNOWN, "gray")


def claims(controls: Controls, figure: Figure) -> None:
    """The cards of a figure's claims."""
    for key in figure.claims:
        _card(Panel(controls, f"claim.{key}", CLAIMS[key].words), CLAIMS[key])


@st.fragment
def _card(panel: Panel, claim: Claim[Any]) -> None:
    """The card of one claim; what costs to show is shown when the card is opened."""
    key, language = claim.key, panel.language
    own = ("open", "run", *declared(claim.defaults))
    panel.controls.touch([panel.link_name(name) for name in own if panel.has(name)])
    with st.container(border=True, key=f"card-{key}"):
        heading = st.container(gap="small")
        result, settings = _outcome(panel, claim, panel.settings(type(claim.defaults)))
        with heading:
            _judged(panel, claim, settings, result)
        if result is None:
            return
        slots = claim.slots(settings, result, language)
        st.markdown(claim.words["deciding"].fill(language, slots))
        _, opened = panel.prepare("open")
        details = st.expander(_OPEN[language], opened, key=panel.key("open"), on_change="rerun")
        if details.open:
            with details:
                _measurement(panel, claim, settings, result)


def _outcome(panel: Panel, claim: Claim[Any], settings: Any) -> tuple[Outcome | None, Any]:
    """The outcome that is shown, if there is one, and the settings that it belongs to."""
    if not claim.takes_long:
        return known_outcome(claim.key, settings), settings
    found = measured(
        panel, _LAPS, settings, claim.quick, _MEASURING, keyed=lambda of: (claim.key, of)
    )
    return (None, settings) if found is None else (found[0].outcome, found[1])


def _judged(panel: Panel, claim: Claim[Any], settings: Any, result: Outcome | None) -> None:
    """The sentence behind its chip, which says whether it is itself what was judged, and how."""
    language, changed = panel.language, set(claim.changed(settings)) - set(claim.cheaper)
    words, colour = chip(result)
    if result is not None and changed & set(claim.subject):
        words, colour = _CONTROL_CHIPS[result.verdict], "gray"
    st.markdown(f"### :{colour}-badge[{words[language]}] {claim.sentence[language]}")
    if result is None:
        return
    quick = settings != claim.in_full(settings)
    notes = [_CHANGED[language]] if changed and colour != "gray" else []
    notes += [_QUICK[language]] if quick else []
    if notes:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for note in notes:
                st.caption(note, width="content")
            if quick:
                st.button(_FULL[language], key=f"full-{claim.key}", type="tertiary", on_click=_set,
                          args=(panel, claim, claim.in_full(settings)))  # fmt: skip


def _set(panel: Panel, claim: Claim[Any], settings: Any) -> None:
    for name in declared(settings):
        panel.set(name, getattr(settings, name))
    if claim.takes_long:
        ask(panel, settings)


def _measurement(panel: Panel, claim: Claim[Any], settings: Any, result: Outcome) -> None:
    key, language = claim.key, panel.language
    slots = claim.slots(settings, result, language)
    draw_controls(panel, type(settings), columns=3, width=220)
    with st.container(horizontal=True):
        for words, preset in ((_CONTROL, claim.control), (_DEFAULTS, claim.quick)):
            if panel.settings(type(settings)) != preset:
                st.button(words[language], key=f"{words.en}-{key}", on_click=_set,
                          args=(panel, claim, preset))  # fmt: skip
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
