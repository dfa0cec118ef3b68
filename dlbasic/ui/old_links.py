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
    "training": {"rate": "lr", "live.function": "function", "race": "compare"},
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


def today(page: str, link: Mapping[str, str]) -> dict[str, str]:
    """A link to a page under today's names; one that says both has today's.

    >>> today("training", {"hidden": "1", "lr": "0.1"}), today("training", {"width": "4"})
    ({'lr': '0.1', 'layers': '8'}, {'layers': '4,4'})
    """
    names = {name: renamed(page, name) for name in link if name not in _GONE}
    now = {now: link[name] for name, now in names.items() if now == name or now not in link}
    return _with_layers(now) if page == "training" else now


def _with_layers(link: dict[str, str]) -> dict[str, str]:
    """Layers all of one width were how many there are and how wide they are."""
    hidden, width = link.pop("hidden", None), link.pop("width", None)
    if "layers" in link or (hidden is None and width is None):
        return link
    count = int(hidden) if hidden and re.fullmatch(r"\d{1,2}", hidden) else 2
    return link | {"layers": ",".join([width or "8"] * min(count, 9)) or "0"}
