"""What the terms mean: the first use of each on a page is a link that opens its definition.

``glossary.ko.md`` and ``glossary.en.md`` have a part for each term: its name in bold, then what it
means.  The browser shows it where the link stands (``static/glossary.js``); nothing is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from dlbasic.text import Language
from dlbasic.words import Words

WORDS = Words(__file__)

_PART = re.compile(r"\*\*(?P<name>.+?)\*\*\s+(?P<meaning>.+)", re.DOTALL)
_ALIKE = ("기울기", "가중치")  # of a line, of a class
# No term is looked for in a formula, in code or in a link.
_ASIDE = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\[[^\]]*\]\([^)]*\)", re.DOTALL)


class Term(NamedTuple):
    """A term's name, its meaning, and what it is found by."""

    name: str
    meaning: str
    found: re.Pattern[str]


@cache
def terms(language: Language) -> Mapping[str, Term]:
    """Every term by its key, the longer names first, as they hold shorter ones.

    A Korean word that is short or means other things, too, counts as the term where its English
    name stands behind it.

    >>> terms("en")["epoch"].meaning
    'One pass of training through all the training data.'
    """
    found = {}
    for key, part in WORDS.parts.items():
        match = _PART.fullmatch(part[language].replace("\u2060", ""))
        if match is None:
            raise ValueError(f"the glossary's {key} needs a name in bold and a meaning")
        found[key] = Term(match["name"], match["meaning"], _pattern(match["name"], language))
    return dict(sorted(found.items(), key=lambda item: -len(item[1].name)))


def _pattern(name: str, language: Language) -> re.Pattern[str]:
    if language == "en":
        plural = re.sub(r"\b(\w+)$", r"\1(?:s|es)?", re.escape(name))
        return re.compile(rf"(?<![\w-]){plural}(?![\w-])", re.IGNORECASE)
    korean, english = (re.escape(part) for part in name.rstrip(")").split("("))
    korean = korean.replace(r"\-", "-\u2060?")  # what keeps the word together in a line
    alike = len(korean) < 3 or korean in _ALIKE
    return re.compile(rf"(?<![가-힣]){korean}" + rf"(?=\({english}\))" * alike)


def linked(texts: Iterable[str], language: Language) -> tuple[list[str], dict[str, Term]]:
    """The texts of a page in their order, the first use of each term a link; and these terms.

    >>> linked(["An epoch, another epoch."], "en")[0]
    ['An [epoch](#term-epoch), another epoch.']
    """
    said, used = [], {}
    for text in texts:
        taken = [match.span() for match in _ASIDE.finditer(text)]
        links: list[tuple[int, int, str]] = []
        for key, term in terms(language).items():
            for match in term.found.finditer(text):
                start, end = match.span()
                if any(start < high and low < end for low, high in taken):
                    continue
                taken.append((start, end))  # no shorter term stands inside of it
                if key not in used:
                    links.append((start, end, key))
                    used[key] = term
        for start, end, key in sorted(links, reverse=True):
            text = f"{text[:start]}[{text[start:end]}](#term-{key}){text[end:]}"
        said.append(text)
    return said, used
