"""Deep networks before any training: one batch forth and back, and what arrives at each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s, Floats
from dlbasic.datasets import Points
from dlbasic.diagnostics import (
    delta_factors,
    delta_norms,
    signals,
    weight_norms,
    zero_slope_shares,
)
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import BCE
from dlbasic.measures.settings import seed_choice
from dlbasic.network import Member, Stack, Trace
from dlbasic.params import Choice, Declared, Integer, Tick, parameter
from dlbasic.text import Text, both

FLAT = 0.05  # a slope smaller in size than this counts as small, as in the neuron's figure

DEPTH = Integer(
    Text(ko="은닉층의 수", en="Hidden layers"), default=20, low=1, high=50, allowed=(1, 64)
)

WIDTH = Integer(
    Text(ko="층마다 유닛의 수", en="Units in each layer"), default=64, low=2, high=64,
    allowed=(1, 512),
)  # fmt: skip

RULE = Choice(
    Text(ko="초기화 방법", en="Initializer"),
    default="lecun_normal",
    # From zeros no gradient gets past the last layer, whatever the function.
    options={key: rule.name for key, rule in INITIALIZERS.items() if key != "zeros"},
)

SCALE = Tick(
    Text(ko="초기 가중치에 곱하는 배율", en="Multiple of the initial weights"),
    default=1.0,
    ticks=(0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0),
    allowed=(0.01, 100.0),
)

BATCH = Integer(
    Text(ko="배치 크기", en="Batch size"), default=32, low=1, high=64, allowed=(1, 10_000)
)

DTYPE = Choice(
    Text(ko="정밀도", en="Precision"),
    default="float64",
    options={kind: both(kind) for kind in ("float64", "float32")},
)

HELD = 60e6  # bytes that the passes of some seeds may take at a time
_BATCH = 3  # part of the batch's seed, so that it does not repeat the draws of the weights


@dataclass(frozen=True)
class DeepSettings(Declared):
    """The networks, ``depth`` hidden layers of ``width`` units, and the batch sent through them.

    There are as many inputs as units, so that all hidden layers are of one shape.  ``scale``
    multiplies the weights that the ``rule`` draws; every bias is 0.
    """

    depth: int = parameter(DEPTH)
    width: int = parameter(WIDTH)
    rule: str = parameter(RULE)
    scale: float = parameter(SCALE)
    batch: int = parameter(BATCH)
    dtype: str = parameter(DTYPE)
    seed: int = parameter(seed_choice())

    @property
    def held(self) -> int:
        """About how many bytes the pass of one network takes."""
        return self.depth * self.width * (6 * self.batch + 3 * self.width) * 8


def in_parts(settings: DeepSettings, seeds: Sequence[int]) -> list[Sequence[int]]:
    """The seeds in turn, as many at a time as there is memory for."""
    some = max(1, int(HELD / settings.held))
    return [seeds[first : first + some] for first in range(0, len(seeds), some)]


def build(
    settings: DeepSettings,
    functions: Sequence[str],
    seeds: Sequence[int],
    start: Sequence[Floats] | None = None,
) -> Stack:
    """A network for each function and each seed, function by function, with one output.

    All functions meet the same seeds, and so the same weights.  To draw them takes longer than to
    copy them: ``start`` are the weights of a stack that was built like this one.
    """
    rule = INITIALIZERS[settings.rule if start is None else "zeros"]()
    members = [Member(ACTIVATIONS[key](), rule, seed) for key in functions for seed in seeds]
    stack = Stack((settings.width,) * (settings.depth + 1) + (1,), members, settings.dtype)
    if start is None:
        rescale(stack, settings.scale)
    else:
        for w, drawn in zip(stack.weights, start, strict=True):
            w[...] = drawn
    return stack


def rescale(stack: Stack, factor: float) -> None:
    """Multiply all weights, but neither biases nor PReLU's slopes.

    The draws scale with their rule, so this is a start from a smaller or a larger spread.
    """
    if factor != 1.0:
        for w in stack.weights:
            w[..., :-1] *= factor


def send(stack: Stack, settings: DeepSettings) -> Trace:
    """A batch forth and back through the stack, without a step of training.

    Standard normal inputs, half of them labelled 1 at random; binary cross-entropy through a
    sigmoid.  The batch is the same for all networks and follows from ``settings.seed``.
    """
    rng = np.random.default_rng([settings.seed, _BATCH])
    inputs = rng.standard_normal((settings.batch, settings.width))
    labels = rng.permutation(np.arange(settings.batch) % 2)
    return stack.backpropagate(Points(inputs, labels), BCE())


def one_pass(
    settings: DeepSettings, functions: Sequence[str], seeds: Sequence[int]
) -> tuple[Trace, list[tuple[str, int]]]:
    """The trace of one batch, and each network's function and seed in the stack's order.

    >>> trace, networks = one_pass(DeepSettings(depth=3, width=4), ["tanh", "relu"], [5, 6])
    >>> networks, trace.deltas[0].shape
    ([('tanh', 5), ('tanh', 6), ('relu', 5), ('relu', 6)], (4, 4, 32))
    """
    trace = send(build(settings, functions, seeds), settings)
    return trace, [(key, seed) for key in functions for seed in seeds]


@dataclass(frozen=True, eq=False)
class LayerProfile:
    """What a pass did in each layer, ``(layers, networks)``, the inputs' side first.

    ``delta`` is the norm of the gradient with respect to the weighted sums, over units and samples,
    ``weight`` that with respect to the weights without biases; both have the output layer last.
    The rest is of the hidden layers alone: ``slope_factor`` and ``weight_factor`` are what the way
    from the layer above multiplies ``delta`` by (NaN where it is 0 already), ``mean`` and ``std``
    are the outputs', ``saturated`` and ``zero_slope`` the shares of slopes that are nearly and
    exactly 0.
    """

    delta: Float64s
    weight: Float64s
    slope_factor: Float64s
    weight_factor: Float64s
    mean: Float64s
    std: Float64s
    saturated: Float64s
    zero_slope: Float64s


def layer_profile(trace: Trace) -> LayerProfile:
    """Norms, factors and signals of every layer and network."""
    factors, outputs = delta_factors(trace), signals(trace, FLAT)
    return LayerProfile(
        delta=delta_norms(trace),
        weight=weight_norms(trace),
        slope_factor=factors.slopes,
        weight_factor=factors.weights,
        mean=outputs.mean,
        std=outputs.std,
        saturated=outputs.saturated,
        zero_slope=np.array([shares.mean(axis=1) for shares in zero_slope_shares(trace)]),
    )


def joined(parts: Sequence[LayerProfile]) -> LayerProfile:
    """The profile of all the networks of which there are several profiles."""
    return LayerProfile(
        *(
            np.concatenate([getattr(part, field.name) for part in parts], axis=1)
            for field in fields(LayerProfile)
        )
    )


def products_from_last(factors: Float64s) -> Float64s:
    """What the way back from the last hidden layer has multiplied up to each hidden layer by.

    ``factors`` are the hidden layers' of a profile; the last of them, the way there from the
    output, is left out: ``(hidden, networks)``, 1 in the last row.

    >>> products_from_last(np.array([[0.5], [0.25], [7.0]])).ravel().tolist()
    [0.125, 0.25, 1.0]
    """
    ways = factors.copy()
    ways[-1:] = 1.0
    return np.asarray(np.cumprod(ways[::-1], axis=0)[::-1], np.float64)


# What every claim means by a vanished gradient: of the error's signal a thousandth is left.
VANISHED = 1e-3
TWO_OR_MORE = replace(DEPTH, low=2, allowed=(2, 64))  # a first and a last hidden layer

PLACES = {
    "sums": Text(ko="가중 합", en="weighted sums"),
    "weights": Text(ko="가중치", en="weights"),
}

AT = Choice(
    Text(ko="무엇에 대한 기울기", en="Gradient with respect to"), default="sums", options=PLACES
)


def rows(series: str, x: Sequence[float] | Float64s, values: Float64s) -> pd.DataFrame:
    """A line of the chart, the median and the range over the networks of ``(x, networks)``."""
    low, middle, high = np.quantile(values, [0.0, 0.5, 1.0], axis=1)
    return pd.DataFrame({"series": series, "x": x, "ratio": middle, "low": low, "high": high})
