"""What stands around every page: configuration, navigation, language, sharing, style."""

from __future__ import annotations

import gc
import threading
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dlbasic.text import LANGUAGES, Text
from dlbasic.ui.link import LANGUAGE_KEY, Page, arrive, visit
from dlbasic.ui.prose import say
from dlbasic.ui.share import copy_link

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "https://82153.github.io/dl%20basic/2025/04/09/activation-loss.html"


class _Entry(NamedTuple):
    """How a page stands in the navigation."""

    title: Text
    icon: str


PAGES = {
    "overview": _Entry(Text(ko="개요", en="Overview"), ":material/home:"),
    "activations": _Entry(Text(ko="활성화 함수", en="Activations"), ":material/show_chart:"),
    "losses": _Entry(Text(ko="손실 함수", en="Losses"), ":material/target:"),
    "training": _Entry(Text(ko="학습", en="Training"), ":material/play_circle:"),
    "gradient_flow": _Entry(Text(ko="기울기의 흐름", en="Gradient flow"), ":material/south:"),
}

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
    """Leave what the imports made out of the collection that Streamlit runs after every script.

    It costs about 65 ms each time otherwise, more than a page does.
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


def pages() -> dict[str, st.Page]:
    """The app's pages; a page is added here when it exists."""
    language = visit().language
    return {
        name: st.Page(
            ROOT / "pages" / f"{name}.py", title=entry.title[language], icon=entry.icon,
            url_path=name, default=name == "overview",
        )
        for name, entry in PAGES.items()
    }  # fmt: skip


def navigate() -> st.Page:
    """Draw the sidebar and give the page that the reader is on."""
    language = visit().language
    page = st.navigation(list(pages().values()))
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


def open_page(name: str) -> Page:
    """Begin a page: its title, its promise, and what was wrong with its link."""
    if not getattr(_run, "entered", False):
        # Streamlit takes a folder named pages/ for an app of the older kind until st.navigation
        # has been called once, and then runs the page's file alone.  Call it and begin anew.
        configure()
        st.navigation(list(pages().values()))
        st.rerun()
    page = Page(name)
    title = PAGES[name].title[page.language]
    st.set_page_config(page_title=f"{title} · dlbasic")
    st.title(title, anchor=False)
    say(page, "promise")
    if page.notice:
        st.caption(page.notice)
    return page


def link_to(page: str, label: str, **query: str) -> None:
    """A link to another page, with that page's controls set."""
    st.page_link(pages()[page], label=label, query_params={"lang": visit().language, **query})
