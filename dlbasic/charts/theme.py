"""One look for every chart: the theme, and each function's own colour and dash.

Four hues that stay apart under the three common colour-vision deficiencies, and have at least
3:1 contrast on the light and on the dark page, times four dashes make sixteen distinct pairs.
Eleven hues that everyone can tell apart do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, cycle
from typing import Any, NamedTuple

import altair as alt

from dlbasic.activations import ACTIVATIONS
from dlbasic.losses import LOSSES
from dlbasic.text import Language

BLUE, ORANGE, TEAL, PLUM = "#2360d4", "#d17702", "#1ba27f", "#9d4588"
GREY = "#7b8490"  # guides, limits and everything that is not data
SOLID, DASHED, DOTTED, DASH_DOTTED = (1, 0), (8, 4), (2, 3), (8, 3, 2, 3)


class Style(NamedTuple):
    """How one function's line is drawn, the same on every page."""

    colour: str
    dash: tuple[int, ...]


_COLOURS, _DASHES = (BLUE, ORANGE, TEAL, PLUM), (SOLID, DASHED, DOTTED, DASH_DOTTED)
# Every pair.  Of the first twelve neighbours differ in both, and can be told apart even where lines
# coincide; the fourth dash, the least plain, comes last.
PAIRS = (
    *(Style(_COLOURS[place % 4], _DASHES[place % 3]) for place in range(12)),
    *(Style(colour, DASH_DOTTED) for colour in _COLOURS),
)


def _free(taken: Iterable[Style]) -> Iterator[Style]:
    """The pairs that are not taken, then all pairs again: more names than pairs share them."""
    worn = set(taken)
    return chain((pair for pair in PAIRS if pair not in worn), cycle(PAIRS))


def own_styles(keys: Iterable[str], chosen: Mapping[str, Style]) -> dict[str, Style]:
    """Each key's own pair: the one chosen for it, or the next that nobody has chosen.

    >>> own_styles(["relu", "new", "newer"], {"relu": PAIRS[0]})["newer"] == PAIRS[2]
    True
    """
    free = _free(chosen.values())
    return {key: chosen.get(key) or next(free) for key in keys}


# What each wears; a function that is not here gets the next pair that is free.
CHOSEN_STYLES = {
    "sigmoid": Style(BLUE, SOLID),
    "tanh": Style(ORANGE, SOLID),
    "relu": Style(TEAL, SOLID),
    "leaky_relu": Style(ORANGE, DASHED),
    "prelu": Style(PLUM, DASHED),
    "elu": Style(BLUE, DASHED),
    "gelu": Style(PLUM, SOLID),
    "silu": Style(TEAL, DASHED),
    "mish": Style(ORANGE, DOTTED),
    "identity": Style(BLUE, DOTTED),
    "softplus": Style(PLUM, DOTTED),
}
STYLES = own_styles(ACTIVATIONS, CHOSEN_STYLES)
# Losses that stand together differ in both.
LOSS_STYLES: dict[str, Style] = {
    "mse": Style(BLUE, SOLID),
    "mae": Style(ORANGE, DASHED),
    "huber": Style(TEAL, DASH_DOTTED),
    "log_cosh": Style(PLUM, DOTTED),
    "bce": Style(ORANGE, DASHED),
    "sigmoid_mse": Style(BLUE, SOLID),  # both are called squared error, and never stand together
    "hinge": Style(TEAL, DASH_DOTTED),
    "focal": Style(PLUM, DOTTED),
    "cross_entropy": Style(BLUE, DOTTED),
}


def styles(names: list[str]) -> list[Style]:
    """The style of each name: a function's or a loss's own, or the next pair still free.

    Beside functions everything else is grey, so that it wears no function's colour.  Where there
    are more names than pairs, some share one.
    """
    known = STYLES | LOSS_STYLES
    own = {name: known[name] for name in names if name in known}
    free = _free(own.values())
    greys = cycle([Style(GREY, dash) for dash in _DASHES])
    beside = any(name in ACTIVATIONS for name in names)

    def style(name: str) -> Style:
        return own.get(name) or next(greys if beside and name not in ACTIVATIONS else free)

    return [style(name) for name in names]


@alt.theme.register("dlbasic", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Faint grid, no frame, large text; colours of text and page come from the app's theme."""
    axis: Any = {
        "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal",
        "gridOpacity": 0.5, "domain": False, "ticks": False, "labelPadding": 6,
        "labelOverlap": "greedy", "labelLimit": 90, "labelFlush": False, "aria": False,
    }  # fmt: skip
    return {
        "config": {
            "view": {"stroke": None},
            # The whole chart has words of its own; Vega's, for each part, are in English.
            "mark": {"aria": False},
            "axis": axis,
            "axisX": {"titlePadding": 8},
            "axisY": {"titlePadding": 8},
            "legend": {
                "orient": "top", "title": None, "labelFontSize": 14, "symbolSize": 500,
                "symbolStrokeWidth": 3, "symbolType": "stroke", "labelLimit": 260,
                "columnPadding": 18, "rowPadding": 4,
                "symbolOpacity": 1, "aria": False,
            },
            "line": {"strokeWidth": 2.5, "strokeCap": "butt", "strokeJoin": "round"},
            "text": {"fontSize": 14},
        }
    }  # fmt: skip


@cache
def function_names(language: Language) -> dict[str, str]:
    """Each function's name as a chart has room for it: without what stands in brackets."""
    return {key: f.name.short[language] for key, f in ACTIVATIONS.items()}


@cache
def loss_names(language: Language) -> dict[str, str]:
    """Each loss's name as a chart has room for it: without what stands in brackets."""
    return {key: loss.name.short[language] for key, loss in LOSSES.items()}


def function_scales(names: list[str]) -> tuple[alt.Scale, alt.Scale]:
    """The colour scale and the dash scale that give each name its own pair."""
    pairs = styles(names)
    return (
        alt.Scale(domain=names, range=[pair.colour for pair in pairs]),
        alt.Scale(domain=names, range=[list(pair.dash) for pair in pairs]),
    )


def relabel(labels: dict[str, str]) -> str:
    """A Vega expression that writes a key as its words, on a legend or an axis."""
    return f"{labels!r}[datum.label] || datum.label"


_POWER = "floor(log(datum.value) / LN10 + 1e-9)"
_DIGIT = f"datum.value / pow(10, {_POWER})"


def _raised() -> str:
    """A Vega expression that writes the power of ten at or below a value: 10⁻⁶."""
    power = f"format({_POWER}, 'd')"
    for plain, raised in zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True):
        power = f"replace({power}, regexp('{plain}', 'g'), '{raised}')"
    return f"'10' + replace({power}, regexp('[-−]', 'g'), '⁻')"


def power_of_ten() -> str:
    """A Vega expression that labels a log axis with powers of ten: 10⁻⁶, not 1e-6."""
    return f"abs({_DIGIT} - 1) < 1e-6 ? {_raised()} : ''"


def number_label() -> str:
    """A Vega expression that labels an axis that need not begin at 1: 2·10⁻²⁴, not 24 zeros."""
    size = f"({_raised()})".replace("datum.value", "abs(datum.value)")
    digit = f"format({_DIGIT}, '.2~f')".replace("log(datum.value)", "log(abs(datum.value))")
    return f"datum.value == 0 || abs(datum.value) >= 0.001 ? datum.label : {digit} + '·' + {size}"


def log_label(scale: str) -> str:
    """A Vega expression that labels a log axis: powers of ten, or finer where it has few of them.

    Over less than three powers of ten also 2 and 5 times each, over less than one every tick.
    ``scale`` is Vega's name of the axis's scale, x or y.
    """
    width = f"domain('{scale}')[1] / domain('{scale}')[0]"
    plain = "datum.value >= 0.001 && datum.value < 10000"
    number = f"{plain} ? format(datum.value, '.3~g') : format({_DIGIT}, '.2~f') + '·' + {_raised()}"
    digits = " || ".join(f"abs({_DIGIT} - {digit}) < 1e-6" for digit in (1, 2, 5))
    fine = f"{width} < 10 || {digits} ? {number} : ''"
    return f"{width} < 1000 ? ({fine}) : ({power_of_ten()})"
