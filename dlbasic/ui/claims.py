"""Claims as cards: the sentence, its verdict and deciding number; then the measurement."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.charts import claims as charts
from dlbasic.experiments import EXPERIMENTS, Experiment, Outcome, Verdict
from dlbasic.params import Declared, declared
from dlbasic.text import Text, exact
from dlbasic.ui.asked import asked_for
from dlbasic.ui.controls import ALL_CLAIMS, CLAIMS
from dlbasic.ui.figures import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Page
from dlbasic.ui.widgets import control

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


_OUTCOMES: Kept[Outcome] = Kept(lambda keyed: EXPERIMENTS[keyed[0]].laps(keyed[1]), bound=256)


def outcome(page: Page, key: str, settings: Declared) -> Outcome:
    """The experiment's outcome under these settings, computed once."""
    waiting = _MEASURING[page.language] if EXPERIMENTS[key].takes_long else None
    return _OUTCOMES.get((key, settings), waiting)


def known_outcome(page: Page, key: str, settings: Declared) -> Outcome | None:
    """The outcome if it is there or takes a moment; None if it takes long and nobody asked yet."""
    if EXPERIMENTS[key].takes_long:
        return _OUTCOMES.peek((key, settings))
    return outcome(page, key, settings)


def not_measured(page: Page) -> None:
    """What stands in a verdict's place before the measurement."""
    st.badge(_UNKNOWN[page.language], color="gray")


def settings_of(page: Page, key: str) -> Any:
    """The experiment's settings as the page's controls say them."""
    defaults = EXPERIMENTS[key].defaults
    return type(defaults)(**{name: page[f"claim.{key}.{name}"] for name in declared(defaults)})


def chip(verdict: Verdict, page: Page) -> None:
    """The verdict as a sign, a word and a colour."""
    words, colour = CHIPS[verdict]
    st.badge(words[page.language], color=colour)  # type: ignore[arg-type]


def claims(page: Page) -> None:
    """The cards of the page's claims.

    Those that take long wait until they are opened or, with one button, all are asked for.
    """
    wanted = ALL_CLAIMS in page.controls and asked_for(page, ALL_CLAIMS, _MEASURE_ALL, _HINT_ALL)
    for key in CLAIMS[page.name]:
        _card(page, key, wanted or page[f"claim.{key}.open"])


def _card(page: Page, key: str, wanted: bool) -> None:
    """The card of one claim; what costs to show is shown when the card is opened."""
    experiment, language = EXPERIMENTS[key], page.language
    settings = settings_of(page, key)
    with st.container(border=True, key=f"card-{key}"):
        if wanted:
            result: Outcome | None = outcome(page, key, settings)
        else:
            result = known_outcome(page, key, settings)
        if result is None:
            not_measured(page)
        else:
            _judged(page, experiment, settings, result)
        st.markdown(f"### {experiment.claim[language]}")
        if result is None:
            st.button(_MEASURE[language], key=f"measure-{key}", on_click=page.set,
                      args=(f"claim.{key}.open", True))  # fmt: skip
            return
        slots = experiment.slots(settings, result, language)
        st.markdown(experiment.deciding.fill(language, slots))
        _, opened = page.prepare(f"claim.{key}.open")
        details = st.expander(
            _OPEN[language], opened, key=page.key(f"claim.{key}.open"), on_change="rerun"
        )
        if details.open:
            with details:
                _measurement(page, key, settings, result)


def _judged(page: Page, experiment: Experiment[Any], settings: Any, result: Outcome) -> None:
    """The chip, which says whether it is the sentence that was judged, and at which settings."""
    changed = set(experiment.changed(settings)) - set(experiment.cheaper)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if changed & set(experiment.subject):
            st.badge(_CONTROL_CHIPS[result.verdict][page.language], color="gray")
        else:
            chip(result.verdict, page)
            if changed:
                st.caption(_CHANGED[page.language], width="content")
        if settings != experiment.in_full(settings):
            st.caption(_QUICK[page.language], width="content")
            st.button(
                _FULL[page.language], key=f"full-{experiment.key}", on_click=_set,
                args=(page, experiment.key, experiment.in_full(settings)),
            )  # fmt: skip


def _set(page: Page, key: str, settings: Any) -> None:
    for name in declared(settings):
        page.set(f"claim.{key}.{name}", getattr(settings, name))


def _measurement(page: Page, key: str, settings: Any, result: Outcome) -> None:
    experiment, language = EXPERIMENTS[key], page.language
    slots = experiment.slots(settings, result, language)
    with st.grid(3, min_column_width=220):
        for name in declared(settings):
            control(page, f"claim.{key}.{name}")
    with st.container(horizontal=True):
        for words, preset in ((_CONTROL, experiment.control), (_DEFAULTS, experiment.quick)):
            if settings != preset:
                st.button(words[language], key=f"{words.en}-{key}", on_click=_set,
                          args=(page, key, preset))  # fmt: skip
    draw(
        charts.lines, key, tuple(result.frame[experiment.plot.series].unique()), language,
        rows=result.frame, key=f"claim-{key}", alt=experiment.deciding.fill(language, slots),
    )  # fmt: skip
    words_column, numbers_column = st.columns(2, gap="medium")
    with words_column:
        for heading, text in (
            (_READING, experiment.reading),
            (_WHY, experiment.why[result.verdict]),
            (_TRY, experiment.suggestion),
        ):
            st.markdown(f"**{heading[language]}** {text.fill(language, slots)}")
    with numbers_column:
        # Where what is judged is also what it is held against, its numbers have one name: one row.
        numbers = {
            experiment.quantities[name].fill(language, slots): exact(float(value))
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
    st.code(experiment.code(settings), language="python")
