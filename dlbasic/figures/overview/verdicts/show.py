"""Every sentence of the article with its verdict and the way to its card."""

from __future__ import annotations

from html import escape

import streamlit as st

from dlbasic.claims import CLAIMS
from dlbasic.text import Text
from dlbasic.ui import Panel, chip, known_outcome, link_to

_OPEN = Text(ko="실험 보기", en="See the experiment")


def show(panel: Panel) -> None:
    """Each claim: its verdict if it is known, its sentence, a link to its card."""
    language = panel.language
    pages = {
        key: page.key
        for page in panel.site.values()
        for figure in page.figures
        for key in figure.claims
    }
    rows = []
    for key, claim in CLAIMS.items():
        words, colour = chip(known_outcome(key, claim.quick))
        link = link_to(panel, pages[key], _OPEN[language], **{f"claim.{key}.open": "1"})
        rows.append(
            f'<li><span class="dl-chip dl-{colour}">{words[language]}</span>'
            f"<span>{escape(claim.sentence[language])}</span>{link}</li>"
        )
    st.html(f'<ol class="dl-nav dl-ledger">{"".join(rows)}</ol>')
