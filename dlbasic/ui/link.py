"""The link holds the state: reads a page's controls from the address and writes them back.

A link says the language, the figure shown and what differs from the defaults, so it stays readable.
Streamlit tells a script nothing about *why* it runs, so this decides between the three causes: the
reader moved a control (its value differs from the one kept), came by a link or by the browser's
Back (the address is not the one last written for this page), or turned to another figure (the
address is empty, or names a figure and nothing else: what was set there before stays).

A link sets what its figure shows and whatever else it names; what the reader has set in other
figures stays as it is.  What holds on every page stays when one turns the page.

Writing an address adds an entry to the browser's history.  After a first visit without a language
in its link, or with a link that had to be mended, Back therefore takes two presses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import streamlit as st

from dlbasic.params import Declared, Flag, Param, Several, Widths, declared
from dlbasic.text import LANGUAGES, Language, Text, harmless
from dlbasic.ui.old_links import today
from dlbasic.ui.page import EVERYWHERE, FIX, HIDE, HOST, SHOWN, VIEW, Figure, Page, Site, is_moved

D = TypeVar("D", bound=Declared)

LANGUAGE_KEY = "lang"

_MENDED = Text(
    ko="링크에 쓸 수 없는 값이 있어 가장 가까운 값으로 바꾸었습니다: {changes}",
    en="Some settings in the link are not available; the nearest are used: {changes}",
)
_UNKNOWN = Text(
    ko="링크의 알 수 없는 항목 {count}개는 무시했습니다",
    en="Unknown entries in the link were ignored: {count}",
)


class Portable(Protocol):
    """A chart or a player that stands on the page."""

    def pictures(self, language: Language) -> tuple[str, ...]:
        """What is to be seen in each of its pictures."""

    def csv(self, language: Language) -> bytes:
        """The data of the last of them as a file."""


@dataclass
class Visit:
    """What a reader's session remembers between runs."""

    language: Language
    values: dict[str, dict[str, Any]] = field(default_factory=dict)  # by page and control
    page: Page | None = None  # the page drawn last
    spoken: Language | None = None  # the language it was drawn in
    written: tuple[str | None, dict[str, str]] = (None, {})  # page and link last written
    moved: bool = False  # whether a control, not a link, made this run
    notice: str | None = None  # what was wrong with the link
    target: str | None = None  # the key of the first control in a card that the link named
    new: bool = True  # whether no page has been drawn whole yet
    followed: int = 0  # links that were followed since
    drawn: set[str] = field(default_factory=set)  # the controls drawn while it was new
    # By claim, the answer predicted and whether it is right.
    predicted: dict[str, tuple[str, bool]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # the claims whose result has been shown
    refused: dict[str, Text] = field(default_factory=dict)  # by claim, why a room took no answer
    charts: dict[str, Portable] = field(default_factory=dict)  # what the figure draws, by its key

    @property
    def projected(self) -> bool:
        """Whether the page stands on a projector."""
        return self.page is not None and self.values[self.page.key].get(VIEW) == "projector"

    def kept(self, page: Page) -> dict[str, Any]:
        """The page's values as the reader left them."""
        values = self.values.setdefault(page.key, {})
        for name, param in page.params.items():
            values.setdefault(name, param.default)
        return values


def visit() -> Visit:
    """This session's memory; a new one speaks the browser's language."""
    if "visit" not in st.session_state:
        korean = (st.context.locale or "").lower().startswith("ko")
        st.session_state["visit"] = Visit("ko" if korean else "en")
    memory: Visit = st.session_state["visit"]
    return memory


def _key(page: str, name: str) -> str:
    return f"{page}:{name}"


def _widget_value(param: Param, value: Any) -> Any:
    if isinstance(param, Widths):
        return param.write(value)
    return list(value) if isinstance(param, Several) else value


def arrive() -> None:
    """Find out why the script runs, and in which language; before anything is drawn."""
    state, memory = st.session_state, visit()
    switched = state.get(LANGUAGE_KEY, memory.language) != memory.language
    memory.moved = switched or (
        memory.page is not None and _read(memory, memory.page, memory.page.params)
    )
    wanted = st.query_params.get("lang")
    if memory.moved:
        if state.get(LANGUAGE_KEY) in LANGUAGES:
            memory.language = state[LANGUAGE_KEY]
    elif wanted in LANGUAGES and st.query_params.to_dict() != memory.written[1]:
        memory.language = wanted
    if not memory.new:
        state[LANGUAGE_KEY] = memory.language


def settle() -> None:
    """The page stands.  In a new session, see whether the browser knows better than the link.

    After a restart or a long silence a browser meets a server that does not know it, and what its
    reader moved last came too late for the link: it is told with the widgets, once they are drawn.
    """
    memory = visit()
    if memory.new:
        memory.new = False
        if memory.page is not None and _read(memory, memory.page, memory.drawn):
            st.rerun()


def _read(memory: Visit, page: Page, names: Iterable[str]) -> bool:
    """Take what the page's widgets say, and put right what a widget cannot have said.

    Tells whether a control has another value than before.  Where that makes it another run, the
    reader stands at its beginning.
    """
    state, kept, moved = st.session_state, memory.kept(page), set()
    for name in names:
        key = _key(page.key, name)
        if key not in state:
            continue
        param, said = page.params[name], state[key]
        if said != _widget_value(param, kept[name]):
            moved.add(name)
        if said != []:  # the last of several was deselected: it stays
            kept[name] = param.nearest(said)
        if said != _widget_value(param, kept[name]):
            state[key] = _widget_value(param, kept[name])
    for figure in page.figures:
        for place, settings in figure.places.items():
            if moved & settings:
                kept[place] = page.params[place].default
    return bool(moved)


class Controls:
    """A page's controls: ``[name]`` is a value, ``key(name)`` its widget's key.

    Making them reads the address and the widgets and writes the address, so make them first.  A
    fragment that runs alone begins with :meth:`touch`.
    """

    def __init__(self, page: Page, site: Site) -> None:
        memory = visit()
        self.page, self.site, self.memory = page, site, memory
        self.language: Language = memory.language
        self.drawn: set[str] = set()  # the controls that stand on the page already
        self.params = page.params
        self.values = memory.kept(page)
        if memory.page not in (None, page):
            self._bring(memory.kept(memory.page))
        query = st.query_params.to_dict()
        turned = set(query) == {SHOWN}
        # After a quick second move the address is older than what was last written.
        late = memory.moved and memory.page is page and not turned
        came = bool(query) and (page.key, query) != memory.written and not late
        if came or memory.moved or memory.page is not page:
            memory.notice = None
        memory.target = None
        if came:
            self._follow(today(page.key, query), turned)
            memory.followed += not turned and not memory.new
        if memory.spoken != self.language:
            # An expander is known by its label: in another language it is a new one.
            self._forget(name for name, param in self.params.items() if isinstance(param, Flag))
        memory.page, memory.spoken = page, self.language
        link = self.link()
        # A request's address may be older than what was last written: compare with both.
        if link != query or (not came and memory.written != (page.key, link)):
            st.query_params.from_dict(link)
        memory.written = (page.key, link)

    def touch(self, names: Iterable[str]) -> None:
        """Take what the reader moved of these controls, and put it into the link."""
        self.drawn.clear()
        _read(self.memory, self.page, names)
        self._write()

    def stay(self) -> None:
        """Let a run that is begun from here have the link, whatever address this one came with.

        Where one change follows on another, that address is the one before.
        """
        link = self.link()
        if st.query_params.to_dict() != link:
            st.query_params.from_dict(link)

    def keep(self, name: str, value: Any) -> None:
        """Take the value of what has no widget, and put it into the link."""
        self.values[name] = self.params[name].nearest(value)
        self._write()

    def _write(self) -> None:
        link = self.link()
        if link != self.memory.written[1]:
            self.memory.notice = None
            st.query_params.from_dict(link)
            self.memory.written = (self.page.key, link)

    @property
    def figure(self) -> Figure | None:
        """The figure that the page shows; None if it shows all."""
        return self.page.figure(self.values[SHOWN]) if self.page.numbered else None

    @property
    def notice(self) -> str | None:
        """What was wrong with the link."""
        return self.memory.notice

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def key(self, name: str) -> str:
        return _key(self.page.key, name)

    def link(self) -> dict[str, str]:
        """What the page's link says: language, figure, every control that is not at its default."""
        return {"lang": self.language} | {
            name: param.write(self.values[name])
            for name, param in self.params.items()
            if name == SHOWN or self.values[name] != param.default
        }

    def settings(self, kind: type[D], names: Callable[[str], str]) -> D:
        """An instance of declared settings, each parameter's value that of the control it names."""
        return kind(**{name: self.values[names(name)] for name in declared(kind)})

    def prepare(self, name: str) -> tuple[Param, Any]:
        """The control's declaration and its widget's value; call right before drawing it.

        The widget takes the value as its default too: a run that is cut short leaves the session
        state set but the browser without a value, and the next run then tells it the default.  A
        new session leaves the word to the browser, see :func:`settle`.
        """
        self.drawn.add(name)
        param = self.params[name]
        value = _widget_value(param, self.values[name])
        if self.memory.new:
            self.memory.drawn.add(name)
        elif self.key(name) not in st.session_state:
            st.session_state[self.key(name)] = value
        return param, value

    def fixed(self, name: str) -> bool:
        """Whether the link says that this control stays as it is."""
        return name in self.values[FIX]

    def hidden(self, name: str) -> bool:
        """Whether the link says that this control is not shown."""
        return name in self.values[HIDE]

    def set(self, name: str, value: Any) -> None:
        """Give a control a value, as if the reader had moved it; for a button's callback."""
        if self.fixed(name):
            return
        st.session_state[self.key(name)] = _widget_value(self.params[name], value)

    def _follow(self, query: dict[str, str], turned: bool) -> None:
        """Take the values that a link gives; what had to be mended goes into the notice.

        A link that names no figure means that of the first control which it names, and the part
        of it in which this stands.
        """
        memory, page = self.memory, self.page
        named = [name for name in query if name in self.params and name not in EVERYWHERE]
        if page.numbered and SHOWN not in query:
            query = page.means(named[0] if named else None) | query
        changes = []

        def take(names: Iterable[str]) -> None:
            for name in names:
                param: Any = self.params[name]
                value, exact = param.read(query[name]) if name in query else (param.default, True)
                self.values[name] = value
                if not exact:
                    # A key is nobody's to read.
                    said = "…" if name == HOST else harmless(query[name])
                    now = "" if name == HOST else param.write(value)
                    changes.append(f"{name}={said} → {now or '∅'}")

        take(name for name in self.params if name in query)
        if not turned:
            shown = {**(self.figure.controls if self.figure else self.params), **EVERYWHERE}
            take(name for name in shown if name not in query)
        if query.get("lang", self.language) not in LANGUAGES:
            changes.append(f"lang={harmless(query['lang'])} → {self.language}")
        for place in (FIX, HIDE):
            of_none = [name for name in self.values[place] if not self._known(name)]
            if place in query and of_none:
                self.values[place] = tuple(n for n in self.values[place] if n not in of_none)
                changes.append(f"{place}={harmless(','.join(of_none))} → ∅")
        notices = []
        if changes:
            notices.append(_MENDED.fill(self.language, {"changes": " · ".join(changes)}))
        unknown = len(set(query) - set(self.params) - {"lang"})
        if unknown:
            notices.append(_UNKNOWN.fill(self.language, {"count": unknown}))
        if notices:
            memory.notice = " · ".join(notices)
        in_cards = [name for name in named if name.startswith("claim.")]
        memory.target = self.key(in_cards[0]) if in_cards else None
        self._forget(self.params)

    def _known(self, name: str) -> bool:
        """Whether any page has a control of this name that a link may fix or hide."""
        found = [page.params[name] for page in self.site.values() if name in page.params]
        return any(is_moved(name, param) for param in found)

    def _bring(self, values: dict[str, Any]) -> None:
        """Set here what was set on another page and holds on every one."""
        for name in EVERYWHERE:
            self.values[name] = values[name]
        self._forget(EVERYWHERE)

    def _forget(self, names: Iterable[str]) -> None:
        """Let the widgets of these parameters start again from the kept values."""
        for name in names:
            st.session_state.pop(self.key(name), None)
