"""What takes seconds to measure: it waits, in its own place, until it is asked for."""

from __future__ import annotations

import streamlit as st

from dlbasic.text import Text
from dlbasic.ui.link import Page

_MEASURE = Text(ko="측정하기", en="Measure it")
_HINT = Text(
    ko="몇 초 동안 신경망을 학습시켜 측정합니다.",
    en="Takes a few seconds of training to measure.",
)


def asked_for(page: Page, name: str, words: Text = _MEASURE, hint: Text = _HINT) -> bool:
    """Whether the flag ``name`` says that the figure is wanted; if not, a button that sets it.

    The flag is a control, so a link to the figure with the measurement in it opens so.
    """
    if page[name]:
        return True
    with st.container(border=True, horizontal_alignment="center", key=f"ask-{page.key(name)}"):
        st.caption(hint[page.language])
        st.button(words[page.language], key=f"button-{page.key(name)}", type="primary",
                  on_click=page.set, args=(name, True))  # fmt: skip
    return False
