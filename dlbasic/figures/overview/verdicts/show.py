"""The ledger: every sentence of the article with its verdict, its number, and the way to its card.

It shows what ``python -m dlbasic.claims`` wrote, and measures nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape

import streamlit as st

from dlbasic.claims import CLAIMS, HEADINGS, SAID, Outcome
from dlbasic.claims.ledger import ledger
from dlbasic.params import Choice, Declared, parameter
from dlbasic.text import Text
from dlbasic.ui import COLOURS, Panel, as_html, caption, link_to_card, part, say

_ALL = Text(ko="모두", en="All")
_OPEN = Text(ko="실험 보기", en="See the experiment")


@dataclass(frozen=True)
class Shown(Declared):
    """Which verdicts are listed."""

    shown: str = parameter(
        Choice(Text(ko="보일 판정", en="Verdicts shown"), "all", {"all": _ALL, **SAID})
    )


def show(panel: Panel) -> None:
    """Counts, which choose what is listed; each claim under its heading; what it was made with."""
    language, outcomes = panel.language, ledger().outcomes
    counts = Counter(outcome.said for outcome in outcomes.values())
    counts["all"] = len(outcomes)
    options = {"all": _ALL, **SAID}
    wanted = part(panel, "shown", lambda said: f"{options[said][language]} {counts[said]}")
    say(panel, "meanings")
    parts = []
    for heading, keys in HEADINGS:
        rows = [_row(panel, k, outcomes[k]) for k in keys if wanted in ("all", outcomes[k].said)]
        if rows:
            parts.append(f"<h3>{escape(heading[language])}</h3><ul>{''.join(rows)}</ul>")
    st.html(f'<div class="dl-nav dl-ledger">{"".join(parts)}</div>')
    caption(panel, "made", ledger().made)


def _row(panel: Panel, key: str, outcome: Outcome) -> str:
    claim, language = CLAIMS[key], panel.language
    brief = claim.brief(claim.defaults, outcome, language)
    if "slip" in brief:
        brief["slip"] = panel.words["slips"][language]
    small = "".join(f"<small>{as_html(said)}</small>" for said in brief.values())
    return (
        f'<li><span class="dl-chip dl-{COLOURS[outcome.said]}">{SAID[outcome.said][language]}'
        f"</span><div>{escape(claim.sentence[language])}{small}</div>"
        f"{link_to_card(panel, key, _OPEN[language])}</li>"
    )
