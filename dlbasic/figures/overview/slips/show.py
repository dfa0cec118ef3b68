"""Where the article's own words are not right: what is, and the way to where it is seen."""

from __future__ import annotations

import streamlit as st

from dlbasic.claims import CLAIMS, HEADINGS
from dlbasic.claims.ledger import ledger
from dlbasic.text import Text
from dlbasic.ui import Panel, as_html, link_to, link_to_card

_CARD = Text(ko="실험 보기", en="See the experiment")
_FUNCTIONS = Text(ko="함수 보기", en="See the functions")
_TODAY = Text(ko="시그모이드(Sigmoid)와 ReLU의 쓰임", en="Use of sigmoid and ReLU")


def show(panel: Panel) -> None:
    """The slip of each claim that has one, as its card says it, or as the figure's words do."""
    language = panel.language
    rows = []
    for heading, keys in HEADINGS:
        for key in keys:
            claim = CLAIMS[key]
            words = panel.words if key in panel.words else claim.words
            part = key if key in panel.words else "slip"
            if part in words:
                slots = claim.slots(claim.defaults, ledger().outcomes[key], language)
                said = words[part].fill(language, slots)
                link = link_to_card(panel, key, _CARD[language])
                rows.append(_row(heading[language], said, link))
    functions = {"explorer.functions": "sigmoid,relu,gelu,silu"}
    link = link_to(panel, "activations", _FUNCTIONS[language], **functions)
    rows.append(_row(_TODAY[language], panel.words["today"][language], link))
    st.html(f'<ul class="dl-nav dl-slips">{"".join(rows)}</ul>')


def _row(heading: str, said: str, link: str) -> str:
    return f"<li><div><b>{as_html(heading)}.</b> {as_html(said)}</div>{link}</li>"
