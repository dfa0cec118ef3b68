"""The link holds the state: reads a page's controls from the address and writes them back.

A link says only what differs from the defaults, so it stays readable.  Streamlit tells a script
nothing about *why* it runs, so this decides between the three causes: the reader moved a control
(its value differs from the one kept), came by a link or by the browser's Back (the address differs
from the one last written), or changed the page (the address is empty).
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlbasic.params import Flag, Param, Several
from dlbasic.text import LANGUAGES, Language, Text
from dlbasic.ui.controls import CONTROLS

LANGUAGE_KEY = "lang"

_MENDED = Text(
    ko="링크에서 읽을 수 없는 값을 가장 가까운 값으로 바꾸었습니다: {changes}",
    en="The link said something that does not exist here; the nearest value is used: {changes}",
)
_UNKNOWN = Text(ko="모르는 항목 {count}개는 뺐습니다", en="{count} unknown entries left out")


def _key(page: str, name: str) -> str:
    return f"{page}:{name}"


def _kept(page: str) -> dict[str, Any]:
    """The page's values as the reader left them, for as long as the session lasts."""
    values: dict[str, Any] = st.session_state.setdefault(f"values:{page}", {})
    for name, param in CONTROLS[page].items():
        values.setdefault(name, param.default)
    return values


def _widget_value(param: Param, value: Any) -> Any:
    return list(value) if isinstance(param, Several) else value


def _moved(page: str) -> bool:
    """Whether a control of the page, or the language switch, differs from what was kept."""
    kept = _kept(page)
    if st.session_state.get(LANGUAGE_KEY, None) not in (None, st.session_state.get("language")):
        return True
    return any(
        _key(page, name) in st.session_state
        and st.session_state[_key(page, name)] != _widget_value(param, kept[name])
        for name, param in CONTROLS[page].items()
    )


def arrive() -> Language:
    """Take in what the address or the language switch says; call once, before anything is drawn."""
    state = st.session_state
    query = st.query_params.to_dict()
    moved = "page" in state and _moved(state["page"])
    came = bool(query) and query != state.get("written") and not moved
    state["arrival"] = query if came else None
    if moved or came:
        state["notice"] = None

    language: Any = state.get("language")
    if moved and state.get(LANGUAGE_KEY) in LANGUAGES:
        language = state[LANGUAGE_KEY]
    elif came and query.get("lang") in LANGUAGES:
        language = query["lang"]
    if language is None:
        language = "ko" if (st.context.locale or "").lower().startswith("ko") else "en"
    state["language"] = state[LANGUAGE_KEY] = language
    return current_language()


def current_language() -> Language:
    language: Language = st.session_state["language"]
    return language


def _shown(raw: str) -> str:
    """What a link said, short and harmless enough to be repeated on the page."""
    safe = "".join(letter if letter.isalnum() or letter in "+-.,_" else "·" for letter in raw[:24])
    return safe + ("…" if len(raw) > 24 else "") or "∅"


def _read(page: str, query: dict[str, str], language: Language) -> dict[str, Any]:
    """The values that a link gives the page; what had to be mended goes into the notice."""
    controls = CONTROLS[page]
    values: dict[str, Any] = {}
    changes: list[str] = []
    for name, param in controls.items():
        values[name], exact = param.read(query[name]) if name in query else (param.default, True)
        if not exact:
            changes.append(f"{name}={_shown(query[name])} → {param.write(values[name])}")
    if query.get("lang", language) not in LANGUAGES:
        changes.append(f"lang={_shown(query['lang'])} → {language}")
    unknown = len(set(query) - set(controls) - {"lang"})
    if unknown:
        changes.append(_UNKNOWN.fill(language, {"count": unknown}))
    if changes:
        st.session_state["notice"] = _MENDED.fill(language, {"changes": " · ".join(changes)})
    return values


class Page:
    """One page's controls in this run: ``page[name]`` is a value, ``key(name)`` its widget's key.

    Making one reads the address and the widgets and writes the address, so make it first.
    """

    def __init__(self, name: str) -> None:
        state = st.session_state
        self.name = name
        self.language: Language = current_language()
        self.controls = CONTROLS[name]
        self.values = _kept(name)
        arrival = state.get("arrival")
        if state.get("page") != name and arrival is None:
            state["notice"] = None
        state["target"] = None
        if arrival is not None:
            named = [control for control in arrival if control in self.controls]
            state["target"] = self.key(named[0]) if named else None
            self.values.update(_read(name, arrival, self.language))
            for control in self.controls:
                state.pop(self.key(control), None)
        for control, param in self.controls.items():
            key = self.key(control)
            if key in state:
                if state[key] != []:  # the last of several was deselected: it stays
                    self.values[control] = param.nearest(state[key])
                if state[key] != _widget_value(param, self.values[control]):
                    state[key] = _widget_value(param, self.values[control])
        if state.get("spoken") != self.language:
            # An expander is known by its label: in another language it is a new one.
            for control, param in self.controls.items():
                if isinstance(param, Flag):
                    state.pop(self.key(control), None)
            state["spoken"] = self.language
        state["page"] = name
        said = self.said()
        if said != st.query_params.to_dict():
            st.query_params.from_dict(said)
        state["written"] = said

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def key(self, name: str) -> str:
        return _key(self.name, name)

    def said(self) -> dict[str, str]:
        """What the page's link says: the language, and every control that is not at its default."""
        return {"lang": self.language} | {
            name: param.write(self.values[name])
            for name, param in self.controls.items()
            if self.values[name] != param.default
        }

    def prepare(self, name: str) -> Param:
        """The control's declaration, its widget's value set; call right before drawing it."""
        param = self.controls[name]
        if self.key(name) not in st.session_state:
            st.session_state[self.key(name)] = _widget_value(param, self.values[name])
        return param

    @property
    def notice(self) -> str | None:
        notice: str | None = st.session_state.get("notice")
        return notice
