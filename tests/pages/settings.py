"""Values for a page's controls, and the links that say them."""

from __future__ import annotations

from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import EXPERIMENTS
from dlbasic.params import Choice, Flag, Integer, Numbers, Param, Real, Several, Span, Tick
from dlbasic.ui.controls import ALL_CLAIMS, CLAIMS, CONTROLS

PAGES = [page for page, table in CONTROLS.items() if table]
PAGE_OF = {key: page for page, keys in CLAIMS.items() for key in keys}
OPEN = {page: {f"claim.{key}.open": "1" for key in keys} for page, keys in CLAIMS.items()}
LONG = [key for key in PAGE_OF if EXPERIMENTS[key].takes_long]


def claim_of(name: str) -> str | None:
    """The claim that a control is a setting of, if it is one."""
    owner, _, rest = name.partition(".")
    return rest.partition(".")[0] if owner == "claim" and not name.endswith(".open") else None


# What multiplies the work of a claim that takes long, and its smallest values.
_WORK: dict[str, tuple[Any, ...]] = {
    name: (
        param.ticks[:3]
        if isinstance(param, Tick)
        else tuple(range(param.low, param.low + 3 * param.step, param.step))
    )
    for table in CONTROLS.values()
    for name, param in table.items()
    if claim_of(name) in LONG and name.endswith((".seeds", ".epochs", ".steps"))
}


def _least(page: str) -> dict[str, str]:
    """The link under which the claims of a page cost least."""
    return {
        name: param.write(_WORK[name][0])
        for name, param in CONTROLS[page].items()
        if name in _WORK and _WORK[name][0] != param.default
    }


# Links under which a page costs little, and those under which it shows what it can.
QUICK: dict[str, dict[str, str]] = {page: _least(page) for page in CONTROLS} | {
    "gradient_flow": {
        "deep.depth": "3", "deep.width": "8", "live.depth": "3", **_least("gradient_flow"),
    },
    "training": {"race.epochs": "20", **_least("training")},
}  # fmt: skip
SHOWN = QUICK | {
    "activations": {"f": ",".join(ACTIVATIONS), "classes": "6"},
    "losses": QUICK["losses"] | {"many.classes": "6", "entropy.outcomes": "4"},
}
# What has to be chosen for these to be of use.
CHOSEN = {
    "ex.label": {"ex.against": "score"},
    "ex.two_classes": {"ex.against": "score"},
    "ex.gamma": {"ex.against": "score"},
    "ex.p": {"ex.against": "probability"},
}

# Of the settings that multiply the work, what is enough to tell one value from another.
_ENOUGH: dict[str, tuple[Any, ...]] = _WORK | {
    "batch": (20.0, 50.0, 200.0), "width": (1, 3, 8), "race.seeds": (8, 16),
    "race.epochs": (20, 40),
    "deep.depth": (3, 8), "deep.width": (4, 16), "live.depth": (3, 4),
    "lives.epochs": (20, 40), "lives.seeds": (3, 4), "cures.depth": (2, 3),
    "cures.epochs": (20, 60), "cures.seeds": (3, 4),
    # A dozen cards: what they hold is tested card by card.
    **{f"claim.{key}.open": (False,) for key in CLAIMS["gradient_flow"]},
}  # fmt: skip


def revealing(page: str, name: str) -> dict[str, str]:
    """A link under which the page shows this control, and all that are not in a claim's card."""
    owner, _, rest = name.partition(".")
    if owner == "claim":
        return SHOWN[page] | {f"claim.{rest.partition('.')[0]}.open": "1"}
    chosen = {"function": owner} if page == "training" and owner in ACTIVATIONS else {}
    return SHOWN[page] | chosen | CHOSEN.get(name, {})


def link_of(page: str, state: dict[str, Any]) -> dict[str, str]:
    """What a link says of these values: those that are not the defaults."""
    table = CONTROLS[page]
    return {
        name: table[name].write(value)
        for name, value in state.items()
        if value != table[name].default
    }


def another(name: str, param: Param, *, but: Any = None) -> Any:
    """An allowed value that is not the default, as far from it as the control goes.

    Of a setting that multiplies the work, one that costs little and is not ``but`` either.
    """
    if name in _ENOUGH:
        return next(value for value in _ENOUGH[name] if value not in (param.default, but))
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
        case Numbers(default=default, low=low, high=high):
            return tuple(max(low, high, key=lambda end: abs(end - number)) for number in default)
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
        case Numbers(default=default):
            return tuple(drawn(name, param.one(place), dice) for place in range(len(default)))
        case Flag():
            return name != ALL_CLAIMS and dice.random() < 0.3  # all of them at once take long
