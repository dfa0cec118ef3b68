"""What stands around every page: configuration, navigation, language, sharing, style."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path

import pyarrow as pa
import streamlit as st

from dlbasic.text import LANGUAGE_NAMES, LANGUAGES, Language, Text
from dlbasic.ui import lesson_link, room
from dlbasic.ui.along import along
from dlbasic.ui.claims import claims
from dlbasic.ui.contents import address, anchor, contents, figures, turns
from dlbasic.ui.glossary import linked
from dlbasic.ui.link import LANGUAGE_KEY, Controls, arrive, settle, visit
from dlbasic.ui.page import VIEW, Figure, Page, Site
from dlbasic.ui.panel import Panel
from dlbasic.ui.share import copy_link

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "https://82153.github.io/dl%20basic/2025/04/09/activation-loss.html"


_SWITCH = Text(ko="언어", en="Language")
_CREDIT = Text(
    ko="[원문]({article})의 문장을 하나씩 측정합니다.",
    en="Measures, sentence by sentence, [this article]({article}) (in Korean).",
)

_FIRST = Text(ko="먼저 알아 둘 것", en="What to know first")
_MORE = Text(ko="더 알아보기", en="More about this figure")
_UNCOVERED = Text(
    ko="답이 공개되면 그림이 나타납니다.", en="The figure appears once the answers are shown."
)
_THEN = Text(
    ko="예측을 고르면 그림이 나타납니다.", en="The figure appears once you have predicted."
)
_TRY = Text(ko="해 보세요.", en="Try this.")

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
            format_func=LANGUAGE_NAMES.__getitem__, key=LANGUAGE_KEY,
        )  # fmt: skip
    if memory.new:  # the browser may know better than the link, see settle()
        memory.language = st.session_state[LANGUAGE_KEY]
    return page


def show(key: str, site: Site) -> None:
    """A page: title, promise, its figures by name, and what it shows of them."""
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
    leading = shown or page.figures[0]  # a picture; a page that shows all has lists below it
    said, terms = _said(page, leading, language)
    with st.sidebar:
        copy_link(language, controls.memory.target, terms, controls[VIEW])
        lesson_link.offer(controls, shown)
        contents(site, page, shown, language)
        st.caption(_CREDIT.fill(language, {"article": ARTICLE}))
    lesson_link.leave(controls)
    st.title(title, anchor=False)
    st.markdown(said["promise"])
    room.bar(controls, lambda: lesson_link.joining(controls))
    if shown:
        figures(site, page, shown, language)
    else:
        _notice(controls)
    if shown and page.lesson:
        _step(controls, shown, said)
    else:
        _figures(controls, leading, said)
    turns(site, page, shown, language)
    settle()
    _run.entered = False


def _figures(controls: Controls, leading: Figure, said: Mapping[str, str]) -> None:
    """The figure that is shown, its words and its claims; or every figure of a short page."""
    page, shown, language = controls.page, controls.figure, controls.language
    for figure in (shown,) if shown else page.figures:
        if shown or figure is not leading:
            _heading(page, figure, said, language)
        if figure is not leading:  # a list, which its opening announces
            st.markdown(figure.words["opening"][language])
        _figure(Panel(controls, figure.key, figure.words), figure)
        if figure is leading:  # the picture first, then the words that explain it
            st.markdown(said["opening"])
            if shown:
                with st.container(horizontal=True, key=f"folds-{figure.key}"):
                    if "more" in said:
                        with st.expander(_MORE[language], key=f"more-{figure.key}"):
                            st.markdown(said["more"])
                    along(controls, figure)
    if shown and shown.claims:
        claims(controls, shown)


def _step(controls: Controls, figure: Figure, said: Mapping[str, str]) -> None:
    """A step of a lesson: what it is about, what to predict; then what to try, and its figure."""
    language = controls.language
    _heading(controls.page, figure, said, language)
    st.markdown(said["about"])
    if claims(controls, figure):  # what is not seen yet is not measured
        st.caption((_UNCOVERED if room.joined(controls) else _THEN)[language])
        return
    # Above the controls that it speaks of: a figure is longer than a phone.
    st.markdown(f"**{_TRY[language]}** {said['try']}")
    _figure(Panel(controls, figure.key, figure.words), figure)


@cache
def _said(
    page: Page, figure: Figure, language: Language
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, str]]]:
    """What the page says around its figure, and the terms that it links.

    The first use of a term is a link: in what is in sight, and in what is to be known first.
    """
    said = {"promise": page.words["promise"][language]}
    parts = [part for part in ("opening", "more", "first") if part in figure.words]
    if page.lesson:
        own = {"about": figure.key, "try": f"{figure.key}-try"}
        said |= {part: page.words[name][language] for part, name in own.items()}
        parts = [part for part in parts if part == "first"]
    said |= {part: figure.words[part][language] for part in parts}
    terms: dict[str, tuple[str, str]] = {}
    for names in (said.keys() - {"first"}, said.keys() & {"first"}):
        ordered = [name for name in said if name in names]
        texts, used = linked((said[name] for name in ordered), language)
        said |= zip(ordered, texts, strict=True)
        terms |= {key: (term.name, term.meaning) for key, term in used.items()}
    return said, terms


def _heading(page: Page, figure: Figure, said: Mapping[str, str], language: Language) -> None:
    """The figure's number and name; beside them, what a beginner needs before it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"heading-{figure.key}"):
        st.markdown(f"## {page.heading(figure)[language]}", width="content")
        if "first" not in said:
            return
        key = f"first-{figure.key}"
        with st.popover(_FIRST[language], type="tertiary", icon=":material/school:", key=key):
            if figure.words.drawing:
                st.html(_drawing(figure.words.drawing, figure.words["first-drawing"][language]))
            st.markdown(said["first"])


def _drawing(svg: str, said: str) -> str:
    """A drawing as HTML in the colour of the text: its shape is cut out of it."""
    (width, height), *_ = re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)
    shape = f"url(data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
    style = f"aspect-ratio:{width}/{height};mask-image:{shape};-webkit-mask-image:{shape}"
    return f'<div class="dl-drawing" role="img" aria-label="{escape(said)}" style="{style}"></div>'


@st.fragment
def _figure(panel: Panel, figure: Figure) -> None:
    """A figure: a touch of its controls runs this, never the page around it."""
    panel.controls.touch(figure.params)
    panel.controls.memory.charts.clear()
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


def link_to_card(panel: Panel, claim: str, label: str) -> str:
    """A link to a claim's card, open at the settings of its verdict, as HTML."""
    page = next(
        page.key
        for page in panel.site.values()
        for figure in page.figures
        if claim in figure.claims and not page.lesson
    )
    return link_to(panel, page, label, **{f"claim.{claim}.open": "1"})
