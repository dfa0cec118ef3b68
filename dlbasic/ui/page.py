"""What a page and a figure are: declared, so that controls, links and contents follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dlbasic.claims import CLAIMS
from dlbasic.params import Declared, Flag, Param, declared
from dlbasic.text import Text
from dlbasic.words import Words

if TYPE_CHECKING:
    from dlbasic.ui.panel import Panel
_MEASURED = Flag(Text(ko="문장 측정", en="The sentence measured"))


@dataclass(frozen=True)
class Figure:
    """One figure: its folder's name, the settings that it declares, the claims that it shows.

    Each declared parameter of ``settings`` is a control, ``<key>.<parameter>`` in the link.  Those
    that the figure has in common with others of its page are declared in ``shared``: they are
    ``<parameter>`` alone, and those of an activation function ``<function>.<parameter>``.
    ``show`` draws it; ``words`` has what it says.
    """

    key: str
    name: Text
    settings: tuple[type[Declared], ...]
    show: Callable[[Panel], None]
    words: Words
    claims: tuple[str, ...] = ()
    shared: tuple[type[Any], ...] = ()

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """The declared parameters by their names in the link.

        Raises ``ValueError`` where two settings classes declare the same one.
        """
        shared = {
            f"{kind.key}.{name}" if hasattr(kind, "key") else name: param
            for kind in self.shared
            for name, param in declared(kind).items()
        }
        own: dict[str, Param] = {}
        for kind in self.settings:
            for name, param in declared(kind).items():
                if f"{self.key}.{name}" in own:
                    raise ValueError(f"two settings of the figure {self.key} are named {name}")
                if name not in shared:
                    own[f"{self.key}.{name}"] = param
        return shared | own


@dataclass(frozen=True)
class Page:
    """A page: its title, its icon in the navigation, and the list of its figures.

    ``words`` have its ``promise``, what stands above its figures (``about``) and above its claims
    (``claims``), where there is any.
    """

    key: str
    title: Text
    icon: str
    figures: tuple[Figure, ...]
    words: Words
    numbered: bool = True

    def headings(self) -> Iterator[tuple[Figure, Text]]:
        """Each figure with its heading, numbered as they follow each other."""
        for number, figure in enumerate(self.figures, start=1):
            ko, en = (f"그림 {number}. ", f"Figure {number}. ") if self.numbered else ("", "")
            yield figure, Text(ko=f"## {ko}{figure.name.ko}", en=f"## {en}{figure.name.en}")

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The keys of the claims that its figures show, in the article's order.

        They begin with the first figure's first: what the page borrows from an earlier part of
        the article comes last.
        """
        shown = [key for figure in self.figures for key in figure.claims]
        ordered = [key for key in CLAIMS if key in shown]
        start = ordered.index(shown[0]) if shown else 0
        return tuple(ordered[start:] + ordered[:start])

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """Every declared parameter by its name in the link: its figures', and its claims'.

        A setting of a claim is ``claim.<key>.<setting>``, and ``run`` whether it is asked for.
        """
        table = {name: param for figure in self.figures for name, param in figure.params.items()}
        for key in self.claims:
            claim = CLAIMS[key]
            table[f"claim.{key}.open"] = Flag(claim.sentence)
            if claim.takes_long:
                table[f"claim.{key}.run"] = _MEASURED
            for name, param in declared(claim.defaults).items():
                table[f"claim.{key}.{name}"] = param
        return table


Site = Mapping[str, Page]  # every page by its key, in the navigation's order
