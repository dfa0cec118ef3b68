"""Values for a page's controls, and the links that say them."""

from __future__ import annotations

from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.params import Choice, Flag, Integer, Param, Real, Several, Span, Tick
from dlbasic.ui.controls import CLAIMS, CONTROLS

# The gradient page, of the same controls and cards but longer runs, has tests of its own.
PAGES = [page for page, table in CONTROLS.items() if table and page != "gradient_flow"]
PAGE_OF = {key: page for page, keys in CLAIMS.items() for key in keys}
OPEN = {page: {f"claim.{key}.open": "1" for key in keys} for page, keys in CLAIMS.items()}

# Links under which a page costs little, and those under which it shows what it can.
QUICK: dict[str, dict[str, str]] = {
    "overview": {},
    "activations": {},
    "gradient_flow": {"deep.depth": "3", "deep.width": "8"},
    "training": {
        "race.epochs": "20", "claim.nonlinearity.epochs": "20", "claim.nonlinearity.seeds": "5",
        "claim.sigmoid-classifier.steps": "100", "claim.sigmoid-classifier.seeds": "5",
    },
}  # fmt: skip
SHOWN = {
    "activations": {"f": ",".join(ACTIVATIONS), "classes": "6"},
    "training": QUICK["training"],
}

# Of the settings that multiply the work, what is enough to tell one value from another.
_ENOUGH: dict[str, tuple[Any, ...]] = {
    "batch": (20.0, 50.0, 200.0), "width": (1, 3, 8), "race.seeds": (8, 16),
    "race.epochs": (20, 40), "claim.nonlinearity.epochs": (20, 40),
    "claim.nonlinearity.seeds": (5, 10), "claim.sigmoid-classifier.steps": (100.0, 200.0),
    "claim.sigmoid-classifier.seeds": (5, 10),
}  # fmt: skip


def revealing(page: str, name: str) -> dict[str, str]:
    """A link under which the page shows this control, and all that are not in a claim's card."""
    owner, _, rest = name.partition(".")
    if owner == "claim":
        return SHOWN[page] | {f"claim.{rest.partition('.')[0]}.open": "1"}
    chosen = {"function": owner} if page == "training" and owner in ACTIVATIONS else {}
    return SHOWN[page] | chosen


def link_of(page: str, state: dict[str, Any]) -> dict[str, str]:
    """What a link says of these values: those that are not the defaults."""
    table = CONTROLS[page]
    return {
        name: table[name].write(value)
        for name, value in state.items()
        if value != table[name].default
    }


def another(name: str, param: Param) -> Any:
    """An allowed value that is not the default, as far from it as the control goes."""
    if name in _ENOUGH:
        return next(value for value in _ENOUGH[name] if value != param.default)
    match param:
        case (
            Real(default=default, low=low, high=high) | Integer(default=default, low=low, high=high)
        ):
            return max(low, high, key=lambda end: abs(end - default))
        case Choice(default=default, options=options):
            return [option for option in options if option != default][-1]
        case Several(options=options):
            return (list(options)[-1],)
        case Tick(default=default, ticks=ticks):
            return max(ticks[0], ticks[-1], key=lambda end: abs(end - default))
        case Span(ticks=ticks):
            return (ticks[1], ticks[-1])
        case Flag(default=default):
            return not default


def drawn(name: str, param: Param, dice: Any) -> Any:
    """Any allowed value."""
    if name in _ENOUGH:
        return dice.choice(_ENOUGH[name])
    match param:
        case Real(low=low, high=high, step=step):
            return round(low + dice.randrange(round((high - low) / step) + 1) * step, 10) + 0.0
        case Integer(low=low, high=high, step=step):
            return dice.randrange(low, high + 1, step)
        case Choice(options=options):
            return dice.choice(list(options))
        case Several(options=options):
            return tuple(key for key in options if dice.random() < 0.4) or (
                dice.choice([*options]),
            )
        case Tick(ticks=ticks):
            return dice.choice(ticks)
        case Span(ticks=ticks):
            return tuple(sorted(dice.sample(ticks, 2)))
        case Flag():
            return dice.random() < 0.3
