"""The numbers on the cards of vanishing and of the zig-zag, against networks written out anew.

Of ``deciding`` and ``limit`` every slot is worked out here, at settings spread over functions and
ends of ranges, those included that only a line of Python may set.
"""

from __future__ import annotations

import numpy as np

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS
from dlbasic.measures.deep_networks import SCALE
from tests.claims.told import at, cases, check, named
from tests.plain.deep import (
    Networks,
    fit_output,
    norm,
    one_way,
    pairs,
    paths,
    seeds_of,
    sizes_of,
    xavier_pair,
)

VANISHED = 1e-3
ZIGZAG = 2**0.5 - 1


# Vanishing gradients

AT = {
    "sums": {"en": "weighted sums", "ko": "가중 합"},
    "weights": {"en": "weights", "ko": "가중치"},
}


def arrived(function, depth, rule, scale, seed, count, of="sums", width=64):
    """Of the middle seed the first hidden layer's gradient over the last's, and by itself.

    And the largest slope.
    """
    networks = Networks(
        ACTIVATIONS[function](), (*(width,) * (depth + 1), 1), rule, seeds_of(seed, count),
        scale=scale,
    )  # fmt: skip
    rng = np.random.default_rng([seed, 3])
    networks.forward(rng.standard_normal((32, width)))
    gradients = networks.backward(rng.permutation(np.arange(32) % 2))
    layers = networks.deltas if of == "sums" else gradients
    first, last = norm(layers[0]), norm(layers[depth - 1])
    steepest = max(float(abs(slopes).max()) for slopes in networks.slopes)
    return float(np.median(first / last)), float(np.median(first)), steepest


def gone(ratio, size, usual, of):
    """A ratio does not show that the gradients of all weights have vanished together."""
    return ratio < VANISHED or (of == "weights" and size < VANISHED * usual)


@cases(
    {}, {"depth": 15, "scale": 2.0}, {"depth": 12, "rule": "normal", "scale": 0.25},
    {"depth": 2, "seed": 5}, {"scale": 6.0, "depth": 9, "rule": "he_uniform"},
    {"function": "tanh", "scale": 0.5, "seed": 3},
    {"at": "weights", "depth": 12, "scale": 3.0, "seeds": 4},
    {"function": "softplus", "rule": "xavier_normal", "seed": 123456},
    {"at": "weights", "depth": 3, "scale": 0.02}, {"at": "weights", "depth": 2, "scale": 0.01},
    only_full=[{"depth": 64, "at": "weights", "scale": 0.01}],
)  # fmt: skip
def test_sigmoid_vanishing(changed):
    settings = at("sigmoid-vanishing", **changed)
    s = settings

    def at_scale(scale):
        return arrived(s.function, s.depth, s.rule, scale, s.seed, s.seeds, s.at)

    usual = at_scale(1.0)[1]
    here, size, steepest = at_scale(s.scale)
    limit = None
    if gone(here, size, usual, s.at) and steepest <= 0.25 + 1e-9:
        for scale in (tick for tick in SCALE.ticks if tick > s.scale):
            there, size, _ = at_scale(scale)
            if not limit and not gone(there, size, usual, s.at):
                limit = {"limit_scale": scale, "limit_ratio": there, "vanished": VANISHED}
    check("sigmoid-vanishing", settings, {
        "function": named(s.function), "depth": s.depth, "ratio": here, "at": AT[s.at],
        "seeds": s.seeds,
    }, limit)  # fmt: skip


@cases(
    {}, {"depth": 2, "seed": 5}, {"depth": 50, "at": "weights"}, {"function": "sigmoid", "seed": 4},
    {"function": "identity", "depth": 33, "seeds": 2, "seed": 123456},
    {"function": "gelu", "depth": 10, "at": "weights", "seeds": 4},
)  # fmt: skip
def test_tanh_vanishing(changed):
    s = at("tanh-vanishing", **changed)
    scales = [2 ** (k / 3) for k in range(-6, 7)]
    found = [
        arrived(s.function, s.depth, "lecun_normal", scale, s.seed, s.seeds, s.at)[:2]
        for scale in scales
    ]
    usual = found[6][1]
    left = [min(ratio, size / usual if s.at == "weights" else ratio) for ratio, size in found]
    below = [share < VANISHED for share in left]
    ends = {"small": 0.25, "large": 4.0}
    if len(set(below)) > 1:
        # On logarithmic axes the line between the last that vanishes and the first that does not
        k = below.index(False)
        ends = {"flip": float(np.exp(np.interp(
            np.log(VANISHED), np.log(left[k - 1 : k + 1]), np.log(scales[k - 1 : k + 1])
        )))}  # fmt: skip
    check("tanh-vanishing", s, {
        "function": named(s.function), "depth": s.depth, "middle": 1.0,
        "middle_ratio": found[6][0], "at": AT[s.at], "seeds": s.seeds, **ends,
    })  # fmt: skip


# Signs, and the zig-zag


def agreeing(s, batches):
    """The middle share of units whose weights move one way: before and after the fit, by batch."""
    points = DATASETS[s.data](noise=0.1).sample(256, seed=s.seed)
    networks = xavier_pair(ACTIVATIONS[s.function](), seeds_of(s.seed, s.seeds))
    shares = []
    for fitted in (False, True):
        if fitted:
            fit_output(networks, points)
        shares.append([np.nanmedian(one_way(networks, points, batch)) for batch in batches])
    return zip(*shares, strict=True)


def longer(function, seeds, batch, bias=0.0, rate=0.05):
    """How much longer than the straight line the middle path with a function's outputs is."""
    inputs = pairs(ACTIVATIONS[function](), seeds, bias)
    walked = paths(inputs, seeds, -45, batch, rate / sizes_of(inputs), 1500)
    return max(0.0, float(np.median([path.times for path in walked])) - 1)


@cases(
    {}, {"function": "tanh", "batch": 4.0, "seed": 8}, {"function": "relu", "data": "moons"},
    {"batch": 256.0, "data": "spiral", "seeds": 2}, {"function": "gelu", "batch": 3.0, "seeds": 4},
    {"data": "gaussians", "batch": 1.0, "seed": 123456},
)  # fmt: skip
def test_sigmoid_one_direction(changed):
    s = at("sigmoid-one-direction", **changed)
    single, (before, after) = agreeing(s, (1, int(s.batch)))
    check("sigmoid-one-direction", s, {
        "function": named(s.function), "single": min(single), "batch": s.batch, "before": before,
        "after": after, "seeds": s.seeds,
    })  # fmt: skip


@cases(
    {}, {"direction": -90, "seed": 7}, {"direction": 0, "batch": 2.0}, {"batch": 16.0, "seed": 4},
    {"direction": 45, "lr": 0.5}, {"inputs": "centred", "seeds": 4},
    {"direction": 15, "batch": 3.0, "lr": 1.0}, {"direction": -180, "lr": 0.3, "seed": 123456},
)  # fmt: skip
def test_zig_zag(changed):
    s = at("zig-zag", **changed)
    seeds = seeds_of(s.seed, s.seeds)

    def detour(kind, batch):
        inputs = pairs(ACTIVATIONS["sigmoid"](), seeds, centred=kind == "centred")
        most = int(np.ceil(150 / s.lr))
        walked = paths(inputs, seeds, s.direction, batch, np.full(len(seeds), s.lr), most)
        return max(0.0, float(np.median([path.times for path in walked])) - 1)

    own = {kind: detour(kind, int(s.batch)) for kind in ("positive", "centred")}
    limit = None
    if own[s.inputs] >= ZIGZAG:
        for batch in (2**k for k in range(8) if 2**k > s.batch):
            if not limit and (there := detour(s.inputs, batch)) < ZIGZAG:
                limit = {"limit_batch": batch, "limit_detour": there, "zigzag": ZIGZAG}
    check("zig-zag", s, {
        "detour_positive": own["positive"], "detour_centred": own["centred"], "batch": s.batch,
        "lr": s.lr, "direction": s.direction, "seeds": s.seeds,
    }, limit)  # fmt: skip


@cases(
    {}, {"data": "moons", "seed": 11}, {"data": "spiral", "seeds": 4}, {"bias": 0.3, "seed": 6},
    {"bias": 1.0, "seed": 3}, {"function": "relu", "data": "moons"},
    {"bias": 4.0, "data": "circle", "seeds": 4}, {"function": "identity", "seed": 123456},
    {"function": "silu", "bias": 0.5, "data": "spiral", "seeds": 2},
)  # fmt: skip
def test_tanh_zero_centred(changed):
    s = at("tanh-zero-centred", **changed)
    seeds = seeds_of(s.seed, s.seeds)
    points = DATASETS[s.data](noise=0.1).sample(256, seed=s.seed)

    def outputs(function, bias):
        """Mean output, whether it is off centre, and the share of units of one sign."""
        networks = xavier_pair(ACTIVATIONS[function](), seeds, bias)
        networks.forward(points.inputs)
        means, stds = (f(networks.a[1], axis=(1, 2)) for f in (np.mean, np.std))
        shares = np.nanmedian(one_way(networks, points, 1))
        return float(np.median(means)), float(np.median(abs(means) / stds)), shares

    def kept(function, bias):
        _, off, shares = outputs(function, bias)
        return off < 0.5 and shares < 0.5 and longer(function, seeds, 1, bias) < ZIGZAG

    mean, _, shares = outputs(s.function, s.bias)
    sigmoid_mean, _, sigmoid_shares = outputs("sigmoid", s.bias)
    limit = None
    if kept(s.function, s.bias):
        for bias in (k / 2 for k in range(9) if k / 2 > s.bias):
            if not limit and not kept(s.function, bias):
                there = outputs(s.function, bias)
                limit = {
                    "limit_bias": bias, "limit_mean": there[0], "limit_off_centre": there[1],
                    "limit_one_sided": there[2],
                    "limit_detour": longer(s.function, seeds, 1, bias),
                    "limit": 0.5, "mixed": 0.5, "zigzag": ZIGZAG,
                }  # fmt: skip
    check("tanh-zero-centred", s, {
        "function": named(s.function), "mean": mean, "one_sided": shares, "bias": s.bias,
        "sigmoid_mean": sigmoid_mean, "sigmoid_one_sided": sigmoid_shares, "seeds": s.seeds,
    }, limit)  # fmt: skip


@cases(
    {}, {"data": "spiral", "seed": 2}, {"data": "gaussians", "seeds": 5},
    {"function": "sigmoid", "seed": 3}, {"function": "tanh", "batch": 8.0},
    {"batch": 3.0, "data": "circle", "seeds": 4}, {"lr": 0.5, "data": "moons", "seed": 123456},
    {"function": "softplus", "batch": 2.0, "lr": 0.1, "seeds": 2},
)  # fmt: skip
def test_relu_zig_zag(changed):
    s = at("relu-zig-zag", **changed)
    batches = [int(s.batch), *(2**k for k in range(7) if 2**k > s.batch)]
    seeds = seeds_of(s.seed, s.seeds)
    found = [
        (batch, min(shares), longer(s.function, seeds, batch, rate=s.lr))
        for batch, shares in zip(batches, agreeing(s, batches), strict=True)
    ]

    def zigzags(of):
        return of[1] >= 0.9 and of[2] >= ZIGZAG

    own, limit = found[0], None
    beyond = [of for of in found[1:] if not zigzags(of)]
    if zigzags(own) and beyond:
        limit = dict(zip(("limit_batch", "limit_agree", "limit_detour"), beyond[0], strict=True))
        limit |= {"almost": 0.9, "zigzag": ZIGZAG}
    check("relu-zig-zag", s, {
        "function": named(s.function), "batch": own[0], "agree": own[1], "detour_batch": own[2],
    }, limit)  # fmt: skip
