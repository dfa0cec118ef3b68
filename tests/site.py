"""The app's pages as tests look things up in them: controls, claims, words."""

from __future__ import annotations

from dlbasic.figures import PAGES
from dlbasic.ui.page import EVERYWHERE, SHOWN

CONTROLS = {
    key: {name: p for name, p in page.params.items() if name not in (SHOWN, *EVERYWHERE)}
    for key, page in PAGES.items()
}
HOMES = {key: page for key, page in PAGES.items() if not page.lesson}  # where figures live
CLAIMS_OF = {
    key: claims
    for key, page in HOMES.items()
    if (claims := [claim for figure in page.figures for claim in figure.claims])
}
FIGURES = {f"{page.key}/{figure.key}": figure for page in HOMES.values() for figure in page.figures}


def words(where: str, part: str, language: str) -> str:
    """A part of the words of a page, or of a ``<page>/<figure>``."""
    owner = FIGURES[where] if where in FIGURES else PAGES[where]
    return owner.words[part][language]
