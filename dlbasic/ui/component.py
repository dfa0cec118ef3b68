"""A component whose script is a static file; given inline, it is sent along with every message."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

_STATIC = Path(__file__).parent.parent.parent / "static"


def pressable(selector: str) -> str:
    """The style of what one presses in a component, that of the page's other buttons."""
    return f"""
{selector} {{
  font: inherit; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: 0.5rem;
  min-height: 44px; padding: 0.25rem 0.9rem; cursor: pointer;
}}
{selector}:hover {{ border-color: var(--st-primary-color); color: var(--st-link-color); }}
{selector}:is(:focus-visible, :has(:focus-visible)) {{
  outline: 3px solid var(--st-primary-color); outline-offset: 2px;
}}
"""


def component(name: str, parts: tuple[str, ...], html: str, css: str | None = None) -> Any:
    """The component ``name``, run by the first of its ``parts``, files of the folder ``static``.

    The script's address carries a mark of what the files hold: a browser may keep a static file for
    days without asking whether it has changed.
    """
    mark = hashlib.sha256(b"".join((_STATIC / part).read_bytes() for part in parts)).hexdigest()
    script = f"app/static/{parts[0]}?{mark[:12]}"
    return st.components.v2.component(
        name,
        html=html,
        css=css,
        js=f"""
const script = import(new URL("{script}", document.baseURI));
export default async (mount) => (await script).default(mount);
""",
    )
