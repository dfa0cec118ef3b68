"""For every function: the share of units all of whose weights one batch moves the same way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import seed_choice
from dlbasic.experiments.deep import seeds_from
from dlbasic.experiments.directions import (
    DATA,
    agreement,
    fit_output_bias,
    points_for,
    stack_of,
)
from dlbasic.experiments.zigzag import BATCHES
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text


@dataclass(frozen=True)
class OneSignSettings(Declared):
    """The second of two hidden layers of 8 units, before training, its output's bias fitted."""

    data: str = parameter(DATA)
    seeds: int = parameter(Integer(Text(ko="시드 수", en="Seeds"), default=5, low=1, high=20))
    seed: int = parameter(seed_choice())


def one_sign(settings: OneSignSettings) -> pd.DataFrame:
    """The share ``share`` by ``function`` and ``batch``: median over seeds, lowest and highest.

    Zeros are left out; without a unit that has two gradients other than 0 there is no row.
    """
    keys = list(ACTIVATIONS)
    points = points_for(settings.data, settings.seed)
    stack = stack_of(keys, seeds_from(settings.seed, settings.seeds))
    fit_output_bias(stack, points)
    frames = []
    for batch in BATCHES:
        units = agreement(stack, points, batch).units
        for key, own in zip(keys, np.split(units, len(keys)), strict=True):
            known = own[np.isfinite(own)]
            if len(known):
                frames.append((key, float(batch), np.median(known), known.min(), known.max()))
    columns = ["function", "batch", "share", "share_low", "share_high"]
    return pd.DataFrame(frames, columns=columns)
