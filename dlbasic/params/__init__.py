"""Declared parameters: default, range, step and label, said once.

The fields of an activation, and the settings of a claim or of a figure, which are the controls of a
page, are all declared with these kinds.  From the declaration follow the check of a value, the
widget that shows it and how it is written into a link and read back.

``read`` never fails: what a link says is untrusted, so it gives the nearest allowed value (or the
default) and whether that is what the text said.  ``check`` is for callers in Python: it gives the
value, NumPy's numbers as plain ones, or raises.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from dlbasic.params.numeric import (
    Integer,
    Numbers,
    Place,
    Real,
    Span,
    Tick,
    Widths,
    as_float,
)
from dlbasic.params.options import Choice, Flag, InOrder, Mark, Names, Several, Word

Param = (
    Real | Integer | Tick | Choice | Several | InOrder | Span | Numbers | Widths | Names | Word
    | Flag
)  # fmt: skip


def parameter(param: Param) -> Any:
    """A dataclass field that carries its declaration and takes its default from it."""
    return dataclasses.field(default=param.default, metadata={"param": param})


def declared(owner: Any) -> dict[str, Param]:
    """The declared parameters of a dataclass or of an instance of it, by field name."""
    return {
        field.name: field.metadata["param"]
        for field in dataclasses.fields(owner)
        if "param" in field.metadata
    }


class Declared:
    """Base of the dataclasses whose fields are declared parameters: checks them when made.

    Raises ``ValueError`` naming the parameter and its range.  Numbers are kept as plain ``float``
    and ``int``, so that one number always gives equal instances that are written alike.
    """

    def __post_init__(self) -> None:
        for name, param in declared(self).items():
            # The dataclasses are frozen, and take a value only this way.
            object.__setattr__(self, name, param.check(name, getattr(self, name)))


__all__ = [
    "Choice",
    "Declared",
    "Flag",
    "InOrder",
    "Integer",
    "Mark",
    "Names",
    "Numbers",
    "Param",
    "Place",
    "Real",
    "Several",
    "Span",
    "Tick",
    "Widths",
    "Word",
    "as_float",
    "declared",
    "parameter",
]
