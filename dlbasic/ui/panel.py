"""A part of a page in this run, a figure or a claim's card: its controls, language, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypeVar

import streamlit as st

from dlbasic.activations import ACTIVATIONS, Activation
from dlbasic.params import Declared, Param
from dlbasic.ui.link import Controls
from dlbasic.ui.page import Site
from dlbasic.words import Words

D = TypeVar("D", bound=Declared)


class Panel:
    """What a figure's ``show`` is given.

    ``panel[name]`` is the value of a parameter that the figure declares, by its own name there;
    ``panel.settings(Kind)`` are all those of one of its settings classes.  ``owner`` is what its
    own parameters begin with in the link; those that it shares with others have none.
    """

    def __init__(self, controls: Controls, owner: str, words: Words) -> None:
        self.controls, self.owner, self.words = controls, owner, words
        self.language = controls.language

    @property
    def site(self) -> Site:
        """Every page."""
        return self.controls.site

    def link_name(self, name: str) -> str:
        """The name of a parameter in the link."""
        own = f"{self.owner}.{name}"
        return own if own in self.controls.params else name

    def has(self, name: str) -> bool:
        """Whether there is a parameter of this name."""
        return self.link_name(name) in self.controls.params

    def __getitem__(self, name: str) -> Any:
        return self.controls[self.link_name(name)]

    def param(self, name: str) -> Param:
        """The declaration of a parameter."""
        return self.controls.params[self.link_name(name)]

    def key(self, name: str) -> str:
        """The key of a parameter's widget."""
        return self.controls.key(self.link_name(name))

    def set(self, name: str, value: Any) -> None:
        """Give a parameter a value, as if the reader had moved it; for a button's callback."""
        self.controls.set(self.link_name(name), value)

    def fixed(self, name: str) -> bool:
        """Whether the link says that a parameter stays as it is."""
        return self.controls.fixed(self.link_name(name))

    def hidden(self, name: str) -> bool:
        """Whether the link says that a parameter has no control here."""
        return self.controls.hidden(self.link_name(name))

    def prepare(self, name: str) -> tuple[Param, Any]:
        """A parameter's declaration and its widget's value; call right before drawing it."""
        return self.controls.prepare(self.link_name(name))

    def stands(self, name: str) -> bool:
        """Whether a parameter has its control on the page already."""
        return self.link_name(name) in self.controls.drawn

    def settings(self, kind: type[D]) -> D:
        """Settings of this kind, as the controls say them."""
        return self.controls.settings(kind, self.link_name)

    def function(self, key: str) -> Activation:
        """The function with the parameters that the page's controls give it."""
        return self.controls.settings(ACTIVATIONS[key], lambda name: f"{key}.{name}")

    def functions(self, keys: Iterable[str]) -> dict[str, Activation]:
        """Several functions by key, in the order of the keys."""
        return {key: self.function(key) for key in keys}


def say(panel: Panel, part: str, slots: Mapping[str, Any] | None = None) -> None:
    """Show one part of the words, its slots filled from what was measured."""
    st.markdown(panel.words[part].fill(panel.language, slots or {}))


def caption(panel: Panel, part: str, slots: Mapping[str, Any] | None = None) -> None:
    """Show one part of the words under the picture whose numbers fill it."""
    st.caption(panel.words[part].fill(panel.language, slots or {}))


def as_html(words: str) -> str:
    """Words of Markdown as HTML, with what is bold in them.

    >>> as_html("p < 1, **all** of it")
    'p &lt; 1, <b>all</b> of it'
    """
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(words, quote=False))
