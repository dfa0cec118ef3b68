"""Claims as cards: the sentence, its verdict and deciding number; then the measurement."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.claims import CLAIMS, SAID, Claim, Outcome, Verdict, laps
from dlbasic.claims import chart as charts
from dlbasic.claims.base import Lap
from dlbasic.measures.settings import SEEDS
from dlbasic.params import declared
from dlbasic.text import Text, exact
from dlbasic.ui import room
from dlbasic.ui.along import files
from dlbasic.ui.asked import ask, measured
from dlbasic.ui.drawing import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Controls
from dlbasic.ui.page import PREDICT, Figure
from dlbasic.ui.panel import Panel
from dlbasic.ui.predict import answered, awaited, predict
from dlbasic.ui.widgets import control
from dlbasic.ui.widgets import controls as draw_controls

COLOURS = {"holds": "green", "limited": "green", "conditional": "orange", "contradicted": "red"}
_FEW = Text(ko="시드가 적어 판정하지 않음", en="too few seeds for a verdict")
# With another function in its place, the sentence is not what is judged.
_CONTROL_CHIPS = {
    Verdict.HOLDS: Text(ko="대조 실험: ✓ 문장과 일치", en="Control: ✓ fits"),
    Verdict.CONDITIONAL: Text(ko="대조 실험: ◐ 일부만 일치", en="Control: ◐ fits in part"),
    Verdict.CONTRADICTED: Text(ko="대조 실험: ✗ 문장과 불일치", en="Control: ✗ does not fit"),
}
_MEASURING = Text(ko="측정하고 있습니다…", en="Measuring…")
_UNKNOWN = Text(ko="아직 측정하지 않음", en="not measured yet")
_CHANGED = Text(ko="바꾼 설정에서", en="at your settings")
_CONTROL = Text(ko="대조 실험 보기", en="Show the control")
_DEFAULTS = Text(ko="기본 설정으로", en="Back to the defaults")
_OPEN = Text(ko="측정 보기", en="Show the measurement")
_READING = Text(ko="어떻게 판정했나요?", en="How this was judged")
_WHY = Text(ko="왜 그럴까요?", en="Why.")
_TRY = Text(ko="해 보세요.", en="Try this.")
_QUANTITY, _VALUE = Text(ko="측정 항목", en="Measured"), Text(ko="값", en="Value")
_FILES = Text(ko="이 측정의 그림과 데이터", en="Picture and data of this measurement")
_CODE = Text(ko="이 판정을 재현하는 Python 코드", en="Python that reproduces this verdict")
_HEADING = Text(ko="원문의 문장", en="The article says")

_LAPS: Kept[Lap] = Kept(laps, bound=256)


def claims(controls: Controls, figure: Figure) -> bool:
    """The cards of a figure's claims; beside their heading, whether one predicts first.

    Gives, in a lesson, whether one of them waits for a prediction.  There an answer brings the
    figure, too: until it is given the card is no fragment.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="heading-claims"):
        if not controls.page.lesson:
            st.markdown(f"## {_HEADING[controls.language]}", width="content")
        if not room.joined(controls):
            control(Panel(controls, figure.key, figure.words), PREDICT)
    waits = False
    for key in figure.claims:
        panel, claim = Panel(controls, f"claim.{key}", CLAIMS[key].words), CLAIMS[key]
        if controls.page.lesson and awaited(panel, claim):
            waits |= _card(panel, claim)
        else:
            st.fragment(_card)(panel, claim)
    return waits


def _card(panel: Panel, claim: Claim[Any]) -> bool:
    """The card of one claim; whether it waits for a prediction.

    What costs to show is shown when the card is opened.
    """
    key, language = claim.key, panel.language
    own = ("open", "run", *declared(claim.defaults))
    panel.controls.touch([panel.link_name(name) for name in own if panel.has(name)])
    with st.container(border=True, key=f"card-{key}"):
        heading = st.container(gap="small")
        if awaited(panel, claim):
            heading.markdown(f"### {claim.sentence[language]}")
            predict(panel, claim)
            return True
        result, settings = _outcome(panel, claim, panel.settings(type(claim.defaults)))
        with heading:
            _judged(panel, claim, settings, result)
        if result is None:
            return False
        answered(panel, claim)
        st.markdown(" ".join(claim.brief(settings, result, language).values()))
        _, opened = panel.prepare("open")
        details = st.expander(_OPEN[language], opened, key=panel.key("open"), on_change="rerun")
        if details.open:
            with details:
                _measurement(panel, claim, settings, result)
    return False


def _outcome(panel: Panel, claim: Claim[Any], settings: Any) -> tuple[Outcome | None, Any]:
    """The outcome that is shown, if there is one, and the settings that it belongs to."""
    if not claim.takes_long:
        return _LAPS.at_once((claim.key, settings)).outcome, settings
    found = measured(
        panel, _LAPS, settings, claim.defaults, _MEASURING, keyed=lambda of: (claim.key, of)
    )
    return (None, settings) if found is None else (found[0].outcome, found[1])


def _judged(panel: Panel, claim: Claim[Any], settings: Any, result: Outcome | None) -> None:
    """The sentence behind its chip, which says whether it is itself what was judged, and how."""
    language, changed = panel.language, set(claim.changed(settings))
    words, colour = (SAID[result.said], COLOURS[result.said]) if result else (_UNKNOWN, "gray")
    if result is not None and changed & set(claim.subject):
        words, colour = _CONTROL_CHIPS[result.verdict], "gray"
    elif result is not None and getattr(settings, "seeds", SEEDS) < SEEDS:
        words, colour = _FEW, "gray"
    st.markdown(f"### :{colour}-badge[{words[language]}] {claim.sentence[language]}")
    if result is not None and changed and colour != "gray":
        st.caption(_CHANGED[language])


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
        for words, preset in ((_CONTROL, claim.control), (_DEFAULTS, claim.defaults)):
            moved = [name for name in declared(preset)
                     if getattr(preset, name) != panel[name]]  # fmt: skip
            if moved and not any(map(panel.fixed, moved)):
                st.button(words[language], key=f"{words.en}-{key}", on_click=_set,
                          args=(panel, claim, preset))  # fmt: skip
    drawn = draw(
        charts.lines, key, tuple(result.frame[claim.plot.series].unique()), language,
        rows=result.frame, key=f"claim-{key}",
        alt=claim.deciding(result.verdict).fill(language, slots),
    )  # fmt: skip
    for heading, text in ((_WHY, claim.why[result.verdict]), (_TRY, claim.words["suggestion"])):
        st.markdown(f"**{heading[language]}** {text.fill(language, slots)}")
    with st.expander(_READING[language], key=f"reading-{key}"):
        st.markdown(claim.words["reading"].fill(language, slots))
        # Where what is judged is also what it is held against, its numbers have one name: one row.
        numbers = {
            claim.quantities[name].fill(language, slots): exact(float(value))
            for name, value in result.measured.items()
        }
        st.table(
            pd.DataFrame(numbers.items(), columns=[_QUANTITY[language], _VALUE[language]]),
            hide_index=True,
        )
        files(f"files-{key}", {f"claim-{key}": drawn}, key, _FILES[language], language)
        st.markdown(f"**{_CODE[language]}**")
        st.code(claim.code(settings), language="python")
