"""Long prose: ``dlbasic/prose/<page>.<language>.md``, its parts marked ``<!-- part -->``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dlbasic.text import Language, fill
from dlbasic.ui.link import Page

# A Korean word keeps its particle where a line ends behind a bracket, a sign or a slot.
_PARTICLE = re.compile(r"(?<=[)%’}$])(?=[가-힣])|(?<=[가-힣]-)(?=[가-힣])")
_WORD_JOINER = "\u2060"

FOLDER = Path(__file__).parent.parent / "prose"


@cache
def parts(page: str, language: Language) -> Mapping[str, str]:
    """The parts of a page's prose by name; the names are the same in both languages."""
    text = (FOLDER / f"{page}.{language}.md").read_text(encoding="utf-8")
    text = _PARTICLE.sub(_WORD_JOINER, text)
    marked = re.split(r"^<!-- (\S+) -->$", text, flags=re.MULTILINE)[1:]
    return {name: body.strip() for name, body in zip(marked[::2], marked[1::2], strict=True)}


def prose(page: Page, part: str, slots: Mapping[str, Any] | None = None) -> str:
    """One part of the page's prose, its slots filled from what was measured."""
    return fill(parts(page.name, page.language)[part], slots or {})


def say(page: Page, part: str, slots: Mapping[str, Any] | None = None) -> None:
    """Show one part of the page's prose."""
    st.markdown(prose(page, part, slots))


def caption(page: Page, part: str, slots: Mapping[str, Any] | None = None) -> None:
    """Show one part of the page's prose under the figure whose numbers fill it."""
    st.caption(prose(page, part, slots))
