"""The settings that several claims and figures share, and the seeds that follow from one."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.params import Choice, Integer
from dlbasic.text import Text

FUNCTIONS: Mapping[str, Text] = {key: function.name for key, function in ACTIVATIONS.items()}
SEEDS = 20  # how many seeds a verdict rests on where chance plays


def function_choice(default: str, options: Mapping[str, Text] = FUNCTIONS) -> Choice:
    """The setting that says which activation function is measured."""
    return Choice(Text(ko="함수", en="Function"), default=default, options=options)


def seed_choice() -> Integer:
    """The seed that the seeds of a run are drawn from; from Python it may be any whole number."""
    return Integer(Text(ko="시드", en="Seed"), 0, low=0, high=9999, allowed=(0, math.inf))


def seeds_choice() -> Integer:
    """The setting that says over how many seeds a verdict is taken."""
    return Integer(
        Text(ko="시드 수", en="Seeds"), default=SEEDS, low=5, high=40, step=5, allowed=(2, 999)
    )


def seeds_from(seed: int, count: int) -> list[int]:
    """The seeds of ``count`` networks that follow from one seed."""
    states: list[int] = np.random.SeedSequence(seed).generate_state(count).tolist()
    return states


UNIT = Choice(
    Text(ko="단위", en="Unit"),
    default="bit",
    options={"bit": Text(ko="비트(bit)", en="bits"), "nat": Text(ko="내트(nat)", en="nats")},
)

BASES = {"bit": 2.0, "nat": math.e}
