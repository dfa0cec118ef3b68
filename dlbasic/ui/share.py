"""The page's link, to copy and as a QR code; what the browser is told of the page besides."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape

from dlbasic.qr import svg
from dlbasic.text import Language, Text
from dlbasic.ui.component import component, pressable

_COPY = Text(ko="링크 복사", en="Copy link")
_COPIED = Text(ko="복사했습니다", en="Copied")
_FAILED = Text(ko="아래 링크를 직접 복사해 주세요", en="Please copy the link below yourself")

_HTML = """
<button type="button"></button>
<span role="status" aria-live="polite"></span>
<input type="text" readonly hidden>
"""

_CSS = (
    pressable("button")
    + """
span { margin-left: 0.6rem; }
input { width: 100%; box-sizing: border-box; margin-top: 0.5rem; font: inherit; }
"""
)

_mount = component("dlbasic_share", ("link.js", "reach.js", "glossary.js"), _HTML, _CSS)


def qr_code(link: str, said: str) -> str:
    """The link's QR code as HTML, in which Streamlit lets no SVG stand by itself.

    Raises ``ValueError`` for a link that is too long for one.
    """
    coded = b64encode(svg(link, said).encode()).decode()
    return (
        f'<img class="dl-qr" alt="{escape(said)}" data-link="{escape(link)}" '
        f'src="data:image/svg+xml;base64,{coded}">'
    )


def copy_link(
    language: Language, target: str | None, terms: Mapping[str, tuple[str, str]], view: str
) -> None:
    """A button that copies the address of the page as it stands.

    A reader who came by a link is taken to ``target``, the key of a control in a card that it
    names; a figure stands on the first screen and needs no such way.  ``terms`` have the name and
    the meaning of those that the page links by their key; ``view`` is how the page looks.
    """
    _mount(
        key="share",
        data={
            "language": language,
            "target": target,
            "terms": terms,
            "view": view,
            "copy": _COPY[language],
            "copied": _COPIED[language],
            "failed": _FAILED[language],
        },
    )
