"""Links from before a control was renamed: what they said, under the names of today.

Such a link is read as it was meant, and the address is then written anew.  When a control's name
changes, its old one is added here; nothing is ever taken out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")

# By page: the old name, or the beginning of old names up to a dot, and what it is now.
_MOVED: Mapping[str, Mapping[str, str]] = {
    "activations": {
        "f": "explorer.functions", "x": "explorer.x", "slope": "explorer.slope",
        "at": "explorer.at", "neuron.f": "neuron.function", "classes": "softmax.classes",
        "temperature": "softmax.temperature", "shift": "softmax.shift",
        **{f"z{place}": f"softmax.z{place}" for place in range(1, 7)},
    },
    "losses": {
        "ex": "explorer", "two": "two_classes", "many": "many_classes",
        "numbers": "class_numbers",
    },
    "training": {"rate": "lr", "function": "live.function", "race": "compare"},
    "gradient_flow": {
        "deep.f": "microscope.functions", "deep": "microscope", "live": "training",
        "zz": "zigzag", "signs.seed": "zigzag.signs_seed", "signs": "zigzag", "lives": "dying",
    },
}  # fmt: skip
_RATE = re.compile(r"(?<=\.)rate$")


# Every claim has a result that is kept; SiLU is measured at all depths.
_GONE = ("claims.run", "claim.silu.depths")


def renamed(page: str, name: str) -> str:
    """A control's name today.

    >>> renamed("gradient_flow", "deep.depth"), renamed("gradient_flow", "zz.rate")
    ('microscope.depth', 'zigzag.lr')
    >>> renamed("losses", "line.x"), renamed("gradient_flow", "claim.elu.rate")
    ('line.x', 'claim.elu.lr')
    """
    moved = _MOVED.get(page, {})
    if name in moved:
        return moved[name]
    owner, dot, rest = name.partition(".")
    return _RATE.sub("lr", f"{moved.get(owner, owner)}.{rest}" if dot else name)


def today(page: str, link: Mapping[str, V]) -> dict[str, V]:
    """A link to a page under today's names; one that says both has today's."""
    names = {name: renamed(page, name) for name in link if name not in _GONE}
    return {now: link[name] for name, now in names.items() if now == name or now not in link}
