"""Values for a page's controls, and the links that say them."""

from __future__ import annotations

from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS
from dlbasic.figures import PAGES as PAGES_OF
from dlbasic.measures.tasks import DRAWN
from dlbasic.params import (
    Choice,
    Flag,
    InOrder,
    Integer,
    Mark,
    Numbers,
    Param,
    Place,
    Real,
    Several,
    Span,
    Tick,
    Widths,
    declared,
)
from dlbasic.ui.page import SHOWN
from tests.site import CLAIMS_OF, CONTROLS, FIGURES, HOMES

# That show a figure at a time; a lesson has tests of its own.
PAGES = [page for page in HOMES if PAGES_OF[page].numbered]
PAGE_OF = {key: page for page, keys in CLAIMS_OF.items() for key in keys}
LONG = [key for key in PAGE_OF if CLAIMS[key].takes_long]
# The parts of pages that have controls: a figure, or the card of a claim.
FIGURE_PARTS = [part for part, figure in FIGURES.items() if figure.params]
PARTS = [*FIGURE_PARTS, *PAGE_OF]


def page_of(part: str) -> str:
    return PAGE_OF.get(part) or part.partition("/")[0]


def claim_of(name: str) -> str | None:
    """The claim that a control is a setting of, if it is one."""
    owner, _, rest = name.partition(".")
    return (
        rest.partition(".")[0]
        if owner == "claim" and not name.endswith((".open", ".run"))
        else None
    )


def claim_link(key: str, settings: Any) -> dict[str, str]:
    """The link to a claim's open card under these settings."""
    table = declared(settings)
    said = {f"claim.{key}.{n}": p.write(getattr(settings, n)) for n, p in table.items()}
    return said | {f"claim.{key}.open": "1"}


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

# Links under which a part costs little, and those under which it shows what it can.
_LEAST: dict[str, dict[str, str]] = {
    key: {
        name: CONTROLS[page][name].write(values[0])
        for name, values in _WORK.items()
        if claim_of(name) == key and values[0] != CONTROLS[page][name].default
    }
    for key, page in PAGE_OF.items()
} | {
    "gradient_flow/microscope": {"microscope.depth": "3", "microscope.width": "8"},
    "gradient_flow/training": {"training.depth": "3"},
    "training/compare": {"compare.epochs": "20"},
}
_SHOWN = {
    "activations/explorer": {"explorer.functions": ",".join(ACTIVATIONS)},
    "activations/softmax": {"softmax.classes": "6"},
    "losses/many_classes": {"many_classes.classes": "6"},
    "losses/entropy": {"entropy.outcomes": "4"},
    **{key: {f"claim.{key}.open": "1"} for key in PAGE_OF},
}
# What has to be chosen for these to be of use.
_CHOSEN = {
    "explorer.label": {"explorer.against": "score"},
    "explorer.two_classes": {"explorer.against": "score"},
    "explorer.gamma": {"explorer.against": "score"},
    "explorer.p": {"explorer.against": "probability"},
    "error": {"data": "plane"},
    "compare.target_accuracy": {"compare.by": "losses"},
    "microscope.run": {
        "microscope.depth": "50",
        "microscope.width": "64",
        "microscope.seeds": "20",
    },
}
# Links under which a page costs little.
QUICK = {
    page: {n: v for part in PARTS if page_of(part) == page for n, v in _LEAST.get(part, {}).items()}
    for page in CONTROLS
}

# Of the settings that multiply the work, what is enough to tell one value from another.
_ENOUGH: dict[str, tuple[Any, ...]] = _WORK | {
    "batch": (20.0, 50.0, 200.0), "layers": ((), (3,), (8, 4)), "compare.seeds": (8, 16),
    "compare.epochs": (20, 40),
    "microscope.depth": (3, 8), "microscope.width": (4, 16), "training.depth": (3, 4),
    "dying.epochs": (20, 40), "dying.seeds": (3, 4), "cures.depth": (2, 3),
    "cures.epochs": (20, 60), "cures.seeds": (3, 4),
}  # fmt: skip
# A dozen cards that take long: what they hold is tested card by card.
_SHUT = {f"claim.{key}.open" for key in CLAIMS_OF["gradient_flow"]} | {
    f"claim.{key}.run" for key in LONG
}


def costs(name: str, value: Any) -> bool:
    """Whether a value makes the race, which every visit of its page runs, take long."""
    raced = ("batch", "layers", "compare.seeds", "compare.epochs")
    return name in raced and value not in (CONTROLS["training"][name].default, *_ENOUGH[name])


def part_of(page: str, name: str) -> dict[str, str]:
    """What a link that names this control, and no figure, says of the part shown."""
    return {n: said for n, said in PAGES_OF[page].means(name).items() if n != SHOWN}


def quick(part: str) -> dict[str, str]:
    """A link under which the part costs little."""
    return _LEAST.get(part, {})


def revealing(part: str, name: str) -> dict[str, str]:
    """A link under which the part shows this control, and all the others that it can."""
    owner, _, _ = name.partition(".")
    chosen = {}
    if owner in ACTIVATIONS and (chooser := _CHOOSER.get(part)):
        chosen = {chooser: owner}
    if name.endswith(".run"):  # a button asks for what is not known yet
        table, start = CONTROLS[page_of(part)], name.removesuffix("run")
        own = (n for n in table if n.startswith(start) and not n.endswith((".run", ".open")))
        seeds = (seed for seed in (f"{start}seed", "seed") if seed in table)
        other = next(seeds, None) or next(own)
        # At a seed of its own: no other test has measured there.
        said = (
            "9973" if other.endswith("seed") else table[other].write(another(other, table[other]))
        )
        chosen = {name: "0", other: said}
    if part in FIGURES:
        chosen |= part_of(page_of(part), name)
    if (part, name) == ("training/compare", "function"):  # while functions are not compared
        chosen |= {"compare.by": "rates"}
    return quick(part) | _SHOWN.get(part, {}) | chosen | _CHOSEN.get(name, {})


# Where one function is chosen, the parameters of that one are shown.
_CHOOSER = {"training/live": "function", "activations/neuron": "neuron.function"}


# What the drawing of a network sets.
_DRAWN = {*DRAWN, "live.speed"}


def has_widget(name: str, param: Param) -> bool:
    """Whether a parameter is set by a widget, not by what shows a run."""
    return name not in _DRAWN and not isinstance(param, Place | Mark)


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
        case InOrder(options=options):
            return (list(options)[-1], next(iter(options)))
        case Widths(low=low, most=most):
            return (low + 1,) * most
        case Mark():
            return "3:1:0.5"
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
        case InOrder(options=options, most=most):
            return tuple(dice.choices([*options], k=dice.randrange(most + 1)))
        case Widths(low=low, high=high, most=most):
            return tuple(dice.randrange(low, high + 1) for _ in range(dice.randrange(most + 1)))
        case Mark():
            return dice.choice(["", "0:0:-1.5", "3:1:0.5,40:2:1e-3"])
        case Span(ticks=ticks):
            return tuple(sorted(dice.sample(ticks, 2)))
        case Numbers(default=default):
            return tuple(drawn(name, param.one(place), dice) for place in range(len(default)))
        case Flag():
            return name not in _SHUT and dice.random() < 0.3
