"""What a page and a figure are: declared, so that controls, links and contents follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dlbasic.claims import CLAIMS
from dlbasic.params import (
    Choice,
    Declared,
    Flag,
    InOrder,
    Mark,
    Names,
    Param,
    Place,
    Word,
    declared,
)
from dlbasic.text import Text, both
from dlbasic.ui.rooms import as_code
from dlbasic.words import Words

if TYPE_CHECKING:
    from dlbasic.ui.panel import Panel

SHOWN = "fig"  # the name in the link of the figure that a page shows
PREDICT, VIEW, FIX, HIDE = "predict", "view", "fix", "hide"
ROOM, HOST = "room", "host"

_FIGURE = Text(ko="그림", en="Figure")
_MEASURED = Flag(Text(ko="문장 측정", en="The sentence measured"))

# What is set on one page and holds on every other.
EVERYWHERE: Mapping[str, Param] = {
    PREDICT: Flag(Text(ko="먼저 예측하기", en="Predict first"), default=True),
    VIEW: Choice(
        Text(ko="화면", en="View"),
        default="page",
        options={"page": both("page"), "projector": both("projector")},  # it has no widget
    ),
    FIX: Names(Text(ko="고정할 설정", en="Settings that stay as they are")),
    HIDE: Names(Text(ko="숨길 설정", en="Settings that are not shown")),
    ROOM: Word(Text(ko="방", en="Room"), "[0-9A-Z]{1,8}", tidy=as_code),
    HOST: Word(Text(ko="방을 연 사람의 열쇠", en="Key of who opened the room"), r"[\w-]{1,64}"),
}


def is_moved(name: str, param: Param) -> bool:
    """Whether a reader sets this parameter by a control of its own, which a link may fix or hide.

    Not so a place in a run, what a card's fold or a button says, and what holds everywhere.
    """
    others = (SHOWN, *EVERYWHERE)
    return (
        not isinstance(param, Place)
        and name not in others
        and name.rpartition(".")[2] not in ("open", "run")
    )


@dataclass(frozen=True)
class Offer:
    """What a reader may take along of a figure beside its pictures, their data and its example.

    ``write`` gives its text at the reader's settings: ``python`` is shown, any other kind is a
    file, which is written when it is asked for.  ``write`` may wait, as :class:`~dlbasic.ui.Kept`
    does.
    """

    kind: Literal["python", "json"]
    title: Callable[[Panel], str]
    write: Callable[[Panel], str]


@dataclass(frozen=True)
class Figure:
    """One figure: its folder's name, the settings that it declares, the claims that it shows.

    Each declared parameter of ``settings`` is a control, ``<key>.<parameter>`` in the link.  Those
    that the figure has in common with others of its page are declared in ``shared``: they are
    ``<parameter>`` alone, and those of an activation function ``<function>.<parameter>``.
    ``show`` draws it; ``words`` has what it says: ``opening`` (a few words below the picture), and
    where there is something to say ``first`` (what a beginner needs before it, under their
    ``drawing`` with its text alternative ``first-drawing``) and ``more`` (formulas, conventions).
    A figure of several ``parts``, of which its
    setting ``part`` is the one shown, says which settings stand with one of them alone, unless
    that is the default.  ``prepared`` are values of its own parameters that take the place of the
    declared defaults: a figure can stand on several pages, prepared otherwise on each.
    ``offers`` are what else a reader may take along.
    """

    key: str
    name: Text
    settings: tuple[type[Declared], ...]
    show: Callable[[Panel], None]
    words: Words
    claims: tuple[str, ...] = ()
    shared: tuple[type[Any], ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    prepared: Mapping[str, Any] = field(default_factory=dict, hash=False)
    offers: tuple[Offer, ...] = ()

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """The declared parameters by their names in the link.

        Raises ``ValueError`` where two settings classes declare the same one, ``KeyError`` or
        ``ValueError`` where what is prepared is no parameter of its own or not allowed.
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
        for name, value in self.prepared.items():
            setting: Any = own[f"{self.key}.{name}"]
            own[f"{self.key}.{name}"] = replace(setting, default=setting.check(name, value))
        return shared | own

    @cached_property
    def places(self) -> Mapping[str, frozenset[str]]:
        """What a move of settings sets back, such as places in runs, and which settings do."""
        return {
            name: frozenset(
                other
                for other, setting in self.params.items()
                if not isinstance(setting, Place | Mark)
                and name != other
                and (not param.of or other.removeprefix(f"{self.key}.") in param.of)
            )
            for name, param in self.params.items()
            if isinstance(param, Place | Mark) or (isinstance(param, InOrder) and param.of)
        }

    @cached_property
    def controls(self) -> Mapping[str, Param]:
        """Its parameters, and those of the claims below it.

        A setting of a claim is ``claim.<key>.<setting>``, and ``run`` whether it is asked for.
        """
        table = dict(self.params)
        for key in self.claims:
            claim = CLAIMS[key]
            table[f"claim.{key}.open"] = Flag(claim.sentence)
            if claim.takes_long:
                table[f"claim.{key}.run"] = _MEASURED
            for name, param in declared(claim.defaults).items():
                table[f"claim.{key}.{name}"] = param
        return table


@dataclass(frozen=True)
class Page:
    """A page: its title, and the list of its figures.

    It shows one of them at a time, the one that ``fig`` names in the link; a page that is not
    ``numbered`` shows all, the first of which needs no heading.  ``words`` have its ``promise``.

    A ``lesson`` leads once more through figures and claims of other pages, a step each: its words
    have for each step what it is about, under the step's key, and ``<key>-try``.
    """

    key: str
    title: Text
    figures: tuple[Figure, ...]
    words: Words
    numbered: bool = True
    lesson: bool = False

    def figure(self, key: str) -> Figure:
        """The figure of this key."""
        return next(figure for figure in self.figures if figure.key == key)

    def heading(self, figure: Figure) -> Text:
        """The figure's name, with its number on the page."""
        if not self.numbered:
            return figure.name
        number = self.figures.index(figure) + 1
        if self.lesson:
            return Text(ko=f"{number}단계. {figure.name.ko}", en=f"Step {number}. {figure.name.en}")
        return Text(ko=f"그림 {number}. {figure.name.ko}", en=f"Figure {number}. {figure.name.en}")

    def shows(self, name: str) -> str | None:
        """The key of the first figure that has the control of this name, if there is one."""
        return next((figure.key for figure in self.figures if name in figure.controls), None)

    def means(self, name: str | None) -> dict[str, str]:
        """What a link means which names this control first, and no figure: figure and part."""
        key = (name and self.shows(name)) or self.figures[0].key
        return {SHOWN: key} | {
            f"{key}.part": part
            for part, settings in self.figure(key).parts.items()
            if name in [f"{key}.{setting}" for setting in settings]
        }

    @cached_property
    def params(self) -> Mapping[str, Param]:
        """Every declared parameter by its name in the link: which figure it shows, and theirs."""
        table: dict[str, Param] = {}
        if self.numbered:
            options = {figure.key: figure.name for figure in self.figures}
            table[SHOWN] = Choice(_FIGURE, self.figures[0].key, options)
        for figure in self.figures:
            table |= figure.controls
        return {**table, **EVERYWHERE}


Site = Mapping[str, Page]  # every page by its key, in the navigation's order
