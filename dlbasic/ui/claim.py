"""A claim as a card: the sentence, its verdict and deciding number; then the measurement."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.charts import claims as charts
from dlbasic.experiments import EXPERIMENTS, Outcome, Verdict
from dlbasic.params import Declared, declared
from dlbasic.text import Text, exact
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.widgets import control

CHIPS = {
    Verdict.HOLDS: (Text(ko="✓ 맞음", en="✓ holds"), "green"),
    Verdict.CONDITIONAL: (Text(ko="◐ 조건부", en="◐ depends"), "orange"),
    Verdict.CONTRADICTED: (Text(ko="✗ 어긋남", en="✗ contradicted"), "red"),
}
_OPEN = Text(ko="측정 보기", en="Show the measurement")
_READING = Text(ko="이렇게 읽었습니다.", en="How the sentence is read.")
_WHY = Text(ko="왜 그럴까요?", en="Why.")
_TRY = Text(ko="해 보세요.", en="Try this.")
_QUANTITY, _VALUE = Text(ko="잰 것", en="Measured"), Text(ko="값", en="Value")
_CSV = Text(ko="데이터 받기 (CSV)", en="Download the data (CSV)")
_CODE = Text(ko="같은 판정을 내는 Python", en="The Python that gives this verdict")


@lru_cache(maxsize=256)
def outcome(key: str, settings: Declared) -> Outcome:
    """The experiment's outcome under these settings, computed once."""
    return EXPERIMENTS[key].run(settings)


def settings_of(page: Page, key: str) -> Any:
    """The experiment's settings as the page's controls say them."""
    defaults = EXPERIMENTS[key].defaults
    return type(defaults)(**{name: page[f"claim.{key}.{name}"] for name in declared(defaults)})


def chip(verdict: Verdict, page: Page) -> None:
    """The verdict as a sign, a word and a colour."""
    words, colour = CHIPS[verdict]
    st.badge(words[page.language], color=colour)  # type: ignore[arg-type]


def claim(page: Page, key: str) -> None:
    """The card of one claim; what costs to show is shown when the card is opened."""
    experiment, language = EXPERIMENTS[key], page.language
    settings = settings_of(page, key)
    result = outcome(key, settings)
    with st.container(border=True, key=f"card-{key}"):
        chip(result.verdict, page)
        st.markdown(f"### {experiment.claim[language]}")
        st.markdown(experiment.deciding.fill(language, result.measured))
        page.prepare(f"claim.{key}.open")
        details = st.expander(_OPEN[language], key=page.key(f"claim.{key}.open"), on_change="rerun")
        if details.open:
            with details:
                _measurement(page, key, settings, result)


def _measurement(page: Page, key: str, settings: Any, result: Outcome) -> None:
    experiment, language = EXPERIMENTS[key], page.language
    with st.grid(3, min_column_width=220):
        for name in declared(settings):
            control(page, f"claim.{key}.{name}")
    draw(
        charts.lines, key, tuple(result.frame[experiment.plot.series].unique()), language,
        rows=result.frame, key=f"claim-{key}",
        alt=experiment.deciding.fill(language, result.measured),
    )  # fmt: skip
    words, numbers = st.columns(2, gap="medium")
    with words:
        for heading, text in (
            (_READING, experiment.reading),
            (_WHY, experiment.why[result.verdict]),
            (_TRY, experiment.suggestion),
        ):
            st.markdown(f"**{heading[language]}** {text.fill(language, result.measured)}")
    with numbers:
        table = pd.DataFrame(
            {
                _QUANTITY[language]: experiment.quantities[name][language],
                _VALUE[language]: exact(float(value)),
            }
            for name, value in result.measured.items()
        )
        st.table(table, hide_index=True)
        st.download_button(
            _CSV[language], lambda: result.frame.to_csv(index=False), f"{key}.csv", "text/csv",
            key=f"csv-{key}", on_click="ignore",
        )  # fmt: skip
    st.markdown(f"**{_CODE[language]}**")
    st.code(experiment.code(settings), language="python")
