"""The ways through the app: contents in the sidebar, a page's figures, the one before, the next.

They are plain links, one message for all of them.  The page's script follows them without loading
the page anew (``static/link.js``); without it they open it afresh, at the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dlbasic.text import Language, Text
from dlbasic.ui.page import SHOWN, Figure, Page, Site

_CONTENTS = Text(ko="차례", en="Contents")
_FIGURES = Text(ko="이 페이지의 그림", en="Figures of this page")
_CHOOSE = Text(ko="다른 그림 고르기", en="Choose another figure")
_STEPS = Text(ko="수업의 단계", en="Steps of the lesson")
_CHOOSE_STEP = Text(ko="다른 단계 고르기", en="Choose another step")
_TURN = Text(ko="앞뒤 그림", en="Previous and next figure")
_PREVIOUS, _NEXT = Text(ko="이전", en="Previous"), Text(ko="다음", en="Next")


def address(site: Site, page: Page, query: Mapping[str, str]) -> str:
    """The link to a page, relative to where any page is.

    >>> from dlbasic.figures import PAGES
    >>> address(PAGES, PAGES["losses"], {"lang": "ko", "line.x": "1,2"})
    'losses?lang=ko&line.x=1,2'
    >>> address(PAGES, PAGES["overview"], {"lang": "en"})
    './?lang=en'
    """
    path = "./" if page is next(iter(site.values())) else page.key
    return f"{path}?{urlencode(query, safe=',')}"


def anchor(words: str, where: str, *, turn: bool = False, more: str = "") -> str:
    """An ``<a>`` to an address of the app.

    One that only turns to a figure finds there what the reader has set; any other sets what it
    names.
    """
    kind = "turn" if turn else "set"
    return f'<a href="{escape(where)}" target="_self" data-go="{kind}"{more}>{words}</a>'


def _turn(
    site: Site, page: Page, figure: Figure | None, language: Language, words: str, more: str = ""
) -> str:
    query = {"lang": language} | ({SHOWN: figure.key} if figure else {})
    return anchor(words, address(site, page, query), turn=True, more=more)


def _current(here: bool) -> str:
    return ' aria-current="page"' if here else ""


def _listed(site: Site, page: Page, shown: Figure | None, language: Language) -> str:
    """The page's figures as a list of links."""
    links = (
        _turn(site, page, figure, language, f"{number}. {escape(figure.name[language])}",
              _current(figure is shown))
        for number, figure in enumerate(page.figures, start=1)
    )  # fmt: skip
    return "<ol>" + "".join(f"<li>{link}</li>" for link in links) + "</ol>"


def contents(site: Site, here: Page, shown: Figure | None, language: Language) -> None:
    """Every page with its figures."""
    entries = []
    for page in site.values():
        first = page.figures[0] if page.numbered else None
        title = _turn(site, page, first, language, escape(page.title[language]),
                      _current(page is here and not page.numbered))  # fmt: skip
        figures = _listed(site, page, shown, language) if page.numbered else ""
        entries.append(f"<li>{title}{figures}</li>")
    st.html(
        f'<nav class="dl-nav dl-contents" aria-label="{_CONTENTS[language]}">'
        f"<ul>{''.join(entries)}</ul></nav>"
    )


def figures(site: Site, page: Page, shown: Figure, language: Language) -> None:
    """The row of a page's figures; on a phone a list that opens."""
    listed = _listed(site, page, shown, language)
    label, choose = (_STEPS, _CHOOSE_STEP) if page.lesson else (_FIGURES, _CHOOSE)
    st.html(
        f'<nav class="dl-nav dl-figures" aria-label="{label[language]}">{listed}'
        f"<details><summary>{choose[language]} ({len(page.figures)})</summary>{listed}</details>"
        "</nav>"
    )


def _places(site: Site, here: Page) -> Iterator[tuple[Page, Figure | None]]:
    """Every place that can be turned to, as one reads on; a lesson is read by itself."""
    for page in [here] if here.lesson else site.values():
        if page.lesson and page is not here:
            continue
        if page.numbered:
            yield from ((page, figure) for figure in page.figures)
        else:
            yield page, None


def turns(site: Site, here: Page, shown: Figure | None, language: Language) -> None:
    """The figure before and the next one, through all pages or through a lesson."""
    places = list(_places(site, here))
    at = places.index((here, shown))
    links = []
    for other, rel, word in ((at - 1, "prev", _PREVIOUS), (at + 1, "next", _NEXT)):
        if not 0 <= other < len(places):
            continue
        page, figure = places[other]
        name = (figure.name if page is here and figure else page.title)[language]
        if figure and page is not here:
            name = f"{name}: {figure.name[language]}"
        words = f"<span><small>{word[language]}</small>{escape(name)}</span>"
        links.append(_turn(site, page, figure, language, words, f' rel="{rel}"'))
    st.html(f'<nav class="dl-nav dl-turn" aria-label="{_TURN[language]}">{"".join(links)}</nav>')
