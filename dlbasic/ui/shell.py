"""What stands around every page: configuration, navigation, language, sharing, style."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path

import pyarrow as pa
import streamlit as st

from dlbasic.text import LANGUAGES, Text
from dlbasic.ui.claims import claims
from dlbasic.ui.contents import address, anchor, contents, figures, turns
from dlbasic.ui.link import LANGUAGE_KEY, Controls, arrive, settle, visit
from dlbasic.ui.page import Figure, Site
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

_run = threading.local()  # a script runs in a thread of its own


# glibc's mallopt: one pool for all threads, freed blocks of this size and more back to the system.
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
_LARGE = 256 * 1024  # bytes


@cache
def _settle() -> None:
    """Once a server: keep memory and collections small, however many readers come.

    What the imports made is left out of every later collection: a full one then takes a third of
    the time, in which no reader is served.  It still comes every few dozen runs, and after each one
    where `runner.postScriptGC` is on.  A pool for each thread and Arrow's own would together keep
    a third more memory than is in use.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a libc that is not glibc
            libc = ctypes.CDLL(None)
            libc.mallopt(_ARENA_MAX, 1)
            libc.mallopt(_MMAP_THRESHOLD, _LARGE)
            libc.mallopt(_TRIM_THRESHOLD, 4 * _LARGE)
    gc.collect()
    gc.freeze()


@cache
def _style() -> str:
    return f"<style>{(ROOT / 'static' / 'page.css').read_text('utf-8')}</style>"


def configure() -> None:
    """Page configuration and style; reads the link.  The first call of the app."""
    _run.entered = True
    st.set_page_config(page_title="dlbasic", page_icon=ROOT / "static" / "icon.svg", layout="wide")
    _settle()
    arrive()
    st.html(_style())


def _pages(site: Site) -> list[st.Page]:
    """The pages as Streamlit has them.

    The first is the one that the root opens, and as such has no name in the address; it has a
    second entry under its name, so that this leads somewhere, too.
    """
    language = visit().language
    first = next(iter(site))

    def entry(key: str, url_path: str, default: bool = False) -> st.Page:
        return st.Page(
            ROOT / "pages" / f"{key}.py", title=site[key].title[language], url_path=url_path,
            default=default,
        )  # fmt: skip

    return [entry(first, "start", default=True), *(entry(key, key) for key in site)]


def navigate(site: Site) -> st.Page:
    """Read which page the reader is on; draw the language switch."""
    memory = visit()
    page = st.navigation(_pages(site), position="hidden")
    with st.sidebar:
        st.segmented_control(
            _SWITCH[memory.language], LANGUAGES, required=True, default=memory.language,
            format_func=_NAMES.__getitem__, key=LANGUAGE_KEY,
        )  # fmt: skip
    if memory.new:  # the browser may know better than the link, see settle()
        memory.language = st.session_state[LANGUAGE_KEY]
    return page


def show(key: str, site: Site) -> None:
    """A page: title, promise, its figures by name; the one that is shown, and its claims."""
    if not getattr(_run, "entered", False):
        # Streamlit takes a folder named pages/ for an app of the older kind until st.navigation
        # has been called once, and then runs the page's file alone.  Call it and begin anew.
        st.navigation(_pages(site), position="hidden")
        st.rerun()
    page, controls = site[key], Controls(site[key], site)
    language, shown = controls.language, controls.figure
    title = page.title[language]
    heading = f"{shown.name[language]} · {title}" if shown else title
    st.set_page_config(page_title=f"{heading} · dlbasic")
    with st.sidebar:
        copy_link(language, controls.memory.target)
        contents(site, page, shown, language)
        st.caption(_CREDIT.fill(language, {"article": ARTICLE}))
    st.title(title, anchor=False)
    st.markdown(page.words["promise"][language])
    if shown:
        figures(site, page, shown, language)
    else:
        _notice(controls)
    if "about" in page.words:
        st.markdown(page.words["about"][language])
    for figure in (shown,) if shown else page.figures:
        st.markdown(f"## {page.heading(figure)[language]}")
        opening = figure.words["opening"][language]
        if not shown:  # a list, which its opening announces
            st.markdown(opening)
        _figure(Panel(controls, figure.key, figure.words), figure)
        if shown:  # the picture first, then the words that explain it
            st.markdown(opening)
    if shown and shown.claims:
        st.markdown(page.words["claims"][language])
        claims(controls, shown)
    turns(site, page, shown, language)
    settle()
    _run.entered = False


@st.fragment
def _figure(panel: Panel, figure: Figure) -> None:
    """A figure: a touch of its controls runs this, never the page around it."""
    panel.controls.touch(figure.params)
    if panel.controls.figure:
        _notice(panel.controls)
    figure.show(panel)


def _notice(controls: Controls) -> None:
    """What was wrong with the link."""
    if controls.notice:
        st.caption(controls.notice)


def link_to(panel: Panel, page: str, label: str, **query: str) -> str:
    """A link to a page with these controls set, as HTML."""
    where = address(panel.site, panel.site[page], {"lang": panel.language, **query})
    return anchor(escape(label), where)
