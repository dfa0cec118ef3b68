"""A component whose script is a static file; given inline, it is sent along with every message."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

_STATIC = Path(__file__).parent.parent.parent / "static"


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
