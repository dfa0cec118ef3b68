"""Play for a chart that is drawn up to a step: all steps are sent at once, the browser moves."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlbasic.text import Text
from dlbasic.ui.component import component
from dlbasic.ui.panel import Panel

_PLAY, _PAUSE = Text(ko="재생", en="Play"), Text(ko="일시정지", en="Pause")
_SHOWN = Text(ko="스텝 {step} / {last}", en="step {step} of {last}")

_mount = component(
    "dlbasic_steps", ("steps.js", "player.css"), '<div class="player"></div>',
    ".player { min-height: 44px; }",
)  # fmt: skip


def play_steps(panel: Panel, name: str, last: int, *, chart: str, run: str) -> None:
    """Draw Play and a slider for the control ``name``, from 0 to ``last``.

    They move the parameter ``step``, which has a bound input, of the chart that stands in the
    container of the key ``steps-<chart>``.  Where they stop is the control's value from then on;
    another ``run`` begins at that of the control.
    """
    key, language = f"{panel.key(name)}-play", panel.language

    def stopped() -> None:
        step: Any = (st.session_state.get(key) or {}).get("step")
        if isinstance(step, int | float):
            panel.set(name, panel.param(name).nearest(step))

    _mount(
        key=key,
        data={
            "chart": chart,
            "run": run,
            "step": min(panel[name], last),
            "last": last,
            "words": {
                "play": _PLAY[language],
                "pause": _PAUSE[language],
                "step": panel.param(name).label[language],
                "shown": _SHOWN[language],
            },
        },
        on_step_change=stopped,
    )
