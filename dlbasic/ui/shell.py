"""What stands around every page: configuration, navigation, language, sharing, style."""

from __future__ import annotations

import gc
import threading
from functools import cache
from pathlib import Path

import streamlit as st

from dlbasic.text import LANGUAGES, Text
from dlbasic.ui.claims import claims
from dlbasic.ui.link import LANGUAGE_KEY, Controls, arrive, visit
from dlbasic.ui.page import Site
from dlbasic.ui.panel import Panel
from dlbasic.ui.share import copy_link

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "https://82153.github.io/dl%20basic/2025/04/09/activation-loss.html"


_SWITCH = Text(ko="언어", en="Language")
_NAMES = {"ko": "한국어", "en": "English"}
_CREDIT = Text(
    ko="[원문 글]({article})의 문장을 하나씩 측정합니다.",
    en="Measures, sentence by sentence, [this article]({article}) (in Korean).",
)

# Text no wider than about 70 characters, Korean broken between words, room between lines.
_STYLE = """<style>
.stMainBlockContainer { max-width: 72rem; }
@media (min-width: 1700px) { .stMainBlockContainer { max-width: 88rem; } }
:is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]),
:is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) * {
  word-break: keep-all !important; overflow-wrap: break-word;
}
[data-testid="stMarkdownContainer"] > p,
[data-testid="stMarkdownContainer"] > ul { line-height: 1.7; max-width: 44rem; }
/* Captions carry the numbers, charts their ticks: as readable as the text. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color: inherit !important; opacity: 0.92;
}
[data-testid="stVegaLiteChart"] svg :is(
  .role-axis-label, .role-axis-title, .role-legend-label, .mark-text
) text { fill: currentColor; }
table { font-variant-numeric: tabular-nums; }
td code { font-size: 0.875rem !important; }
[data-testid="InputInstructions"] { display: none; }  /* "Press Enter to apply", in English */
@media (max-width: 640px) {
  :is(button, .stPageLink a, [data-testid="stSidebarNavLink"]) { min-height: 44px; }
}
.katex-display { overflow-x: auto; overflow-y: hidden; padding: 2px 0; font-size: 0.95em; }
.st-key-facts td { min-width: 8rem; }
.st-key-facts :is(th, td:first-child) { white-space: nowrap; min-width: 0; }
</style>"""


_run = threading.local()  # a script runs in a thread of its own


@cache
def _settle() -> None:
    """Leave what the imports made out of every later collection.

    A full one then takes a third of the time, in which no reader is served: it still comes every
    few dozen runs, and after each one where `runner.postScriptGC` is on.
    """
    gc.collect()
    gc.freeze()


def configure() -> None:
    """Page configuration and style; reads the link.  The first call of the app."""
    _run.entered = True
    st.set_page_config(page_title="dlbasic", page_icon=ROOT / "static" / "icon.svg", layout="wide")
    _settle()
    arrive()
    st.html(_STYLE)


def _entries(site: Site) -> dict[str, st.Page]:
    """The pages as the navigation has them; the first is the one that the root opens."""
    language = visit().language
    return {
        key: st.Page(
            ROOT / "pages" / f"{key}.py", title=page.title[language], icon=page.icon,
            url_path=key, default=key == next(iter(site)),
        )
        for key, page in site.items()
    }  # fmt: skip


def navigate(site: Site) -> st.Page:
    """Draw the sidebar and give the page that the reader is on."""
    language = visit().language
    page = st.navigation(list(_entries(site).values()))
    with st.sidebar:
        st.segmented_control(
            _SWITCH[language], LANGUAGES, required=True, format_func=_NAMES.__getitem__,
            key=LANGUAGE_KEY,
        )  # fmt: skip
    return page


def share() -> None:
    """The sidebar's end, drawn last, when the page has said what its link is: copy it; credit."""
    language = visit().language
    with st.sidebar:
        copy_link(language, visit().written[1], visit().target)
        st.caption(_CREDIT.fill(language, {"article": ARTICLE}))
    _run.entered = False


def show(key: str, site: Site) -> None:
    """A page: its title, its promise, what was wrong with its link; its figures and claims."""
    if not getattr(_run, "entered", False):
        # Streamlit takes a folder named pages/ for an app of the older kind until st.navigation
        # has been called once, and then runs the page's file alone.  Call it and begin anew.
        configure()
        st.navigation(list(_entries(site).values()))
        st.rerun()
    page, controls = site[key], Controls(site[key], site)
    language = controls.language
    title = page.title[language]
    st.set_page_config(page_title=f"{title} · dlbasic")
    st.title(title, anchor=False)
    st.markdown(page.words["promise"][language])
    if controls.notice:
        st.caption(controls.notice)
    if "about" in page.words:
        st.markdown(page.words["about"][language])
    for figure, heading in page.headings():
        st.markdown(f"{heading[language]}\n\n{figure.words['opening'][language]}")
        figure.show(Panel(controls, figure.key, figure.words))
    if page.claims:
        st.markdown(page.words["claims"][language])
        claims(controls)


def link_to(panel: Panel, page: str, label: str, **query: str) -> None:
    """A link to another page, with that page's controls set."""
    st.page_link(_entries(panel.site)[page], label=label,
                 query_params={"lang": panel.language, **query})  # fmt: skip
