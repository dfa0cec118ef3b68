"""Every sentence of the article with its verdict and the way to its card."""

from __future__ import annotations

import streamlit as st

from dlbasic.claims import CLAIMS
from dlbasic.text import Text
from dlbasic.ui import Panel, chip, known_outcome, link_to

_OPEN = Text(ko="실험 보기", en="See the experiment")


def show(panel: Panel) -> None:
    """Each claim: its verdict if it is known, its sentence, a link to its card."""
    language = panel.language
    # The article's second part, on losses, comes last, wherever its page stands.
    for page in sorted(panel.site.values(), key=lambda page: page.key == "losses"):
        for key in page.claims:
            claim = CLAIMS[key]
            verdict, sentence, link = st.columns([2, 7, 3], vertical_alignment="center")
            with verdict:
                chip(known_outcome(key, claim.quick), language)
            with sentence:
                st.markdown(claim.sentence[language])
            with link:
                link_to(panel, page.key, _OPEN[language], **{f"claim.{key}.open": "1"})
