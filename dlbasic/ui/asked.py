"""What takes seconds to measure: it waits, in its own place, until it is asked for."""

from __future__ import annotations

import streamlit as st

from dlbasic.text import Text
from dlbasic.ui.panel import Panel

_MEASURE = Text(ko="측정하기", en="Measure it")
_HINT = Text(
    ko="몇 초 동안 신경망을 학습시켜 측정합니다.",
    en="Takes a few seconds of training to measure.",
)


def asked_for(panel: Panel, name: str, words: Text = _MEASURE, hint: Text = _HINT) -> bool:
    """Whether the flag ``name`` says that the figure is wanted; if not, a button that sets it.

    The flag is a control, so a link to the figure with the measurement in it opens so.
    """
    if panel[name]:
        return True
    with st.container(border=True, horizontal_alignment="center", key=f"ask-{panel.key(name)}"):
        st.caption(hint[panel.language])
        st.button(words[panel.language], key=f"button-{panel.key(name)}", type="primary",
                  on_click=panel.set, args=(name, True))  # fmt: skip
    return False
