"""What the microscope measures, where gradients vanish, die or overflow, and how much it holds."""

import tracemalloc
from dataclasses import fields, replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.diagnostics import Bins
from dlbasic.figures.gradient_flow.microscope import measure as microscope
from dlbasic.figures.gradient_flow.microscope.measure import (
    FIELDS,
    GRADIENTS,
    SIGNALS,
    FunctionPass,
    Microscope,
    View,
    view,
    views,
)
from dlbasic.measures import deep_networks
from dlbasic.measures.deep_networks import LayerProfile, layer_profile, one_pass
from dlbasic.measures.settings import seeds_from
from dlbasic.params import declared

SMALL = Microscope(depth=6, width=8, batch=16, seed=3, rule="lecun_normal")
DYING = Microscope(width=4, rule="he_normal")  # ReLU dies from 2 of 5 seeds
BURSTING = Microscope(depth=50, width=16, scale=16.0, rule="he_normal", dtype="float32")
FADING = Microscope(depth=50, width=8, scale=0.25, dtype="float32", rule="lecun_normal")


def measure(settings, functions, seeds):
    return view(replace(settings, functions=functions, seeds=seeds))


def measured(seen):
    """Every array that a view is made of."""
    for passed in seen.passes.values():
        yield from (getattr(passed.profile, field.name) for field in fields(LayerProfile))
        yield from (bins.counts for bins in passed.outputs)


def held(seen):
    """The bytes of all that a view holds once it has been shown, in float64 beside it, too."""
    arrays = [*measured(seen), *(column.to_numpy() for _, column in seen.rows.items())]
    for passed in seen.passes.values():
        arrays += passed.medians.values()
    assert all(array.base is None or array.base.nbytes < 4e5 for array in arrays), "no views"
    return sum(array.nbytes for array in arrays) + (held(seen.beside) if seen.beside else 0)


def same(one, other):
    """Whether two views hold the same numbers, to the last bit."""
    pairs = list(zip(measured(one), measured(other), strict=True))
    assert pairs
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


# Function by function


def test_function_by_function_is_what_all_at_once_would_give():
    functions, seeds = ("sigmoid", "relu", "prelu"), 4
    for settings in (SMALL, replace(SMALL, scale=2.0, dtype="float32")):
        seen = measure(settings, functions, seeds)
        trace, networks = one_pass(settings, functions, seeds_from(settings.seed, seeds))
        whole = layer_profile(trace)
        for place, key in enumerate(functions):
            own = slice(place * seeds, (place + 1) * seeds)
            assert {name for name, _ in networks[own]} == {key}
            for field in fields(LayerProfile):
                one = getattr(seen.passes[key].profile, field.name)
                there = getattr(whole, field.name)[:, own]
                assert one == pytest.approx(
                    there, rel=1e-5 if settings.dtype == "float32" else 1e-12
                )
            for layer, a in enumerate(trace.a):
                assert seen.passes[key].outputs[layer].low == pytest.approx(
                    float(a[own].min()), 1e-5
                )
                assert seen.passes[key].outputs[layer].total == a[own].size


def test_a_function_at_a_time_is_a_step_and_the_last_is_the_view():
    functions = ("tanh", "relu", "elu", "mish")
    *steps, seen = views(replace(SMALL, functions=functions, seeds=2))
    assert [step.share_done for step in steps] == [0.25, 0.5, 0.75, 1.0]
    assert not any(step.passes for step in steps)
    assert tuple(seen.passes) == functions and seen.share_done == 1.0


@pytest.mark.parametrize("settings", [SMALL, BURSTING, FADING])
def test_some_seeds_at_a_time_is_what_all_at_once_would_give(settings, monkeypatch):
    """But for rounding: some processors add in another order where there are more networks.

    Seeds differ by far more than what fifty layers of float32 make of that.
    """
    off = 0.02 if settings.dtype == "float32" else 1e-12
    functions, seeds = ("sigmoid", "relu", "prelu"), 5
    whole = measure(settings, functions, seeds)
    for some in (1, 2):
        monkeypatch.setattr(deep_networks, "HELD", settings.held * (some + 0.5))
        assert len([*views(replace(settings, functions=functions, seeds=seeds))]) == 1 + 3 * -(
            -seeds // some
        )
        seen = measure(settings, functions, seeds)
        for key in functions:
            ours, theirs = seen.passes[key], whole.passes[key]
            for field in fields(LayerProfile):
                pair = (getattr(passed.profile, field.name) for passed in (ours, theirs))
                np.testing.assert_allclose(*pair, rtol=off, atol=1e-40)
            for one, other in zip(ours.outputs, theirs.outputs, strict=True):
                assert (one.exponent, one.first, one.total) == (
                    other.exponent, other.first, other.total,
                )  # fmt: skip
                assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=off)
                assert abs(one.counts - other.counts).sum() <= off * one.total


def test_a_view_of_many_seeds_needs_the_memory_of_some(monkeypatch):
    settings, peaks = replace(SMALL, depth=20, width=32, batch=64), {}
    monkeypatch.setattr(deep_networks, "HELD", 0.0)
    for seeds in (1, 8):
        tracemalloc.start()
        measure(settings, ("relu",), seeds)
        peaks[seeds] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[8] < 1.3 * peaks[1]


def test_a_view_of_many_functions_needs_the_memory_of_one():
    settings, peaks = replace(SMALL, depth=20, width=32, batch=64), {}
    for count in (1, 2, 8):
        tracemalloc.start()
        measure(settings, tuple(ACTIVATIONS)[:count], 3)
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[8] < 1.1 * peaks[2] and peaks[8] < 1.7 * peaks[1]


def test_what_is_kept_neither_has_the_outputs_nor_grows_with_them():
    few, many = (
        measure(replace(SMALL, width=width, batch=batch), ("relu", "gelu"), 3)
        for width, batch in ((8, 8), (64, 64))
    )
    bins = sum(of.counts.nbytes for passed in many.passes.values() for of in passed.outputs)
    assert held(many) <= held(few) + bins
    assert bins <= 2 * SMALL.depth * 65 * 8


def test_the_largest_view_is_small():
    """By its parts: each function has as much as the next, and it is linear in depth and seeds."""
    params = declared(Microscope)
    deepest = replace(SMALL, depth=params["depth"].high, dtype="float32")
    seeds = params["seeds"].high
    seen = measure(deepest, ("relu",), seeds)
    bins = 2 * deepest.depth * 65 * 8  # with other settings there may be so many
    assert (held(seen) + bins) * len(ACTIVATIONS) < 3e6


# Zeros


def test_one_dead_seed_hides_no_line():
    seen = measure(DYING, ("relu",), 5)
    relu, rows = seen.passes["relu"], seen.rows
    delta = relu.profile.delta
    assert (delta[0] == 0).sum() == 2
    assert relu.medians["delta"].tolist() == np.median(delta, axis=1).tolist()
    assert rows["delta"].tolist() == np.median(delta, axis=1).tolist()
    assert relu.vanished() == (int((delta == 0).any(axis=1).sum()), 2)
    for field in GRADIENTS:
        spread = rows[[f"{field}_low", field, f"{field}_high"]].to_numpy()
        assert (spread > 0).all() and (np.diff(spread, axis=1) >= 0).all()
        values = getattr(relu.profile, field)
        assert spread[0, 0] == values[0][values[0] > 0].min(), "the band has the living seeds"
    middle, low, high = relu.ratio()
    assert low == 0 < middle < high
    slopes, weights = relu.split()
    alive = delta[0] > 0
    products = {
        field: np.prod(getattr(relu.profile, field)[:-1, alive], axis=0)
        for field in ("slope_factor", "weight_factor")
    }
    assert slopes == pytest.approx(np.median([0.0, 0.0, *products["slope_factor"]]))
    assert weights == pytest.approx(np.median(products["weight_factor"]))


def test_where_the_median_is_0_there_is_no_line_and_no_share_of_the_weights():
    thin = [replace(DYING, width=2, seed=seed) for seed in range(50)]
    settings = next(s for s in thin if measure(s, ("relu",), 3).passes["relu"].vanished()[1] == 3)
    gone = measure(settings, ("relu",), 3)
    first = gone.rows.iloc[0]
    assert first[[*GRADIENTS]].isna().all() and gone.passes["relu"].medians["delta"][0] == 0
    slopes, weights = gone.passes["relu"].split()
    assert slopes == 0 and np.isnan(weights) and gone.passes["relu"].ratio() == (0, 0, 0)


def profiles(rng, count=60):
    """Profiles of 4 hidden layers and 5 seeds, some of which vanish on the way back or overflow."""
    for _ in range(count):
        hidden, seeds = 4, 5
        slope = rng.uniform(0.1, 1, (hidden, seeds))
        weight = rng.uniform(0.5, 2, (hidden, seeds))
        slope[rng.random((hidden, seeds)) < 0.1] = 0.0
        delta = np.empty((hidden + 1, seeds))
        delta[-1] = np.where(rng.random(seeds) < 0.1, np.nan, rng.uniform(0.1, 1, seeds))
        for layer in reversed(range(hidden)):
            delta[layer] = delta[layer + 1] * weight[layer] * slope[layer]
        none = (delta[1:] == 0) | np.isnan(delta[1:])
        slope[none], weight[none] = np.nan, np.nan
        mean = np.where(np.isnan(delta[-1]), rng.choice([np.nan, np.inf, -np.inf], seeds), 0.5)
        signals = np.broadcast_to(mean, (hidden, seeds))
        shares = np.full((hidden, seeds), 0.25)
        yield LayerProfile(
            delta, delta * 2, slope, weight, signals, np.abs(signals), shares, shares
        )


def test_zeros_and_what_is_not_finite_are_kept_apart():
    bins = Bins(0, 0, np.zeros(0, np.intp), 1, np.inf, -np.inf)
    seen = set()
    for profile in profiles(np.random.default_rng(8)):
        passed = FunctionPass("relu", profile, (bins,) * 4)
        dead, lost = (profile.delta[0] == 0).sum(), np.isnan(profile.delta[0]).sum()
        seen.add((int(dead), int(lost)))
        middle = passed.medians["delta"][0]
        # Zeros at one end, what is not finite at the other.
        ordered = sorted(profile.delta[0], key=lambda x: np.inf if np.isnan(x) else x)
        assert middle == (np.inf if np.isnan(ordered[2]) else ordered[2])
        assert passed.vanished()[1] == dead and passed.overflow().seeds == lost
        assert not np.isnan([*passed.ratio(), passed.split()[0]]).any()
        assert np.isnan(passed.split()[1]) == (dead == 5)
        slopes = passed.split()[0]
        assert (slopes == 0) == (dead >= 3) and (slopes == np.inf) == (lost >= 3)
        rows = passed.rows()
        for field in FIELDS:
            middles = passed.medians[field]
            drawn = np.isfinite(middles) & ((middles > 0) | (field in SIGNALS))
            columns = rows[[field, f"{field}_low", f"{field}_high"]].to_numpy()[: len(drawn)]
            assert (np.isfinite(columns).all(axis=1) == drawn).all()
            assert np.isnan(columns[~drawn]).all()
    assert len(seen) > 8


# Overflow and underflow


@pytest.mark.parametrize("seeds", [1, 3])
def test_overflow_is_not_vanished_and_says_where(seeds):
    functions = ("tanh", "relu", "gelu")
    seen = measure(BURSTING, functions, seeds)
    trace, _ = one_pass(BURSTING, functions, seeds_from(BURSTING.seed, seeds))
    assert seen.passes["tanh"].overflow() == (0, None, None)
    for key in ("relu", "gelu"):
        place = functions.index(key) * seeds
        own = slice(place, place + seeds)
        lost = [layer for layer, a in enumerate(trace.a, 1) if not np.isfinite(a[own]).all()]
        back = [
            layer
            for layer, of in enumerate(zip(trace.deltas, trace.weight_gradients, strict=True), 1)
            if not all(np.isfinite(gradient[own]).all() for gradient in of)
        ]
        assert lost and back == list(range(1, 52))
        assert seen.passes[key].overflow() == (seeds, lost[0], (1, 51))
        assert seen.passes[key].vanished() == (0, 0)
        assert (
            seen.passes[key].ratio() == (np.inf,) * 3 and seen.passes[key].split() == (np.inf,) * 2
        )
        for field in FIELDS:
            middles = seen.passes[key].medians[field]
            if field in SIGNALS:
                most = [np.isfinite(a[own]).all(axis=(1, 2)).mean() > 0.5 for a in trace.a]
                assert np.isfinite(middles).tolist() == most and any(most)
            assert (middles[~np.isfinite(middles)] == np.inf).all() and middles[-1] == np.inf


def test_a_layer_that_overflows_in_part_has_a_share_of_its_outputs():
    seen = measure(BURSTING, ("tanh", "relu"), 2)
    first = seen.passes["relu"].overflow().outputs
    at = seen.distribution(first).groupby("function")["share"].sum()
    assert 0 < at["relu"] < 1 and at["tanh"] == pytest.approx(1)
    assert set(seen.distribution(first + 5)["function"]) == {"tanh"}
    assert measure(BURSTING, ("relu",), 2).distribution(50).empty


def test_float32_underflows_where_float64_beside_it_does_not():
    functions = ("sigmoid", "tanh")
    small, big = (
        measure(settings, functions, 2) for settings in (FADING, replace(FADING, dtype="float64"))
    )
    assert small.passes["sigmoid"].vanished()[0] > 0 and small.passes["sigmoid"].vanished()[1] == 2
    assert big.passes["sigmoid"].vanished() == (0, 0)
    assert big.passes["sigmoid"].profile.delta.min() < 1e-40
    assert big.beside is None and not [name for name in big.rows if name.endswith("_beside")]
    assert isinstance(small.beside, View) and same(small.beside, big)
    for field in GRADIENTS:
        assert small.rows[f"{field}_beside"].equals(big.rows[field].rename(f"{field}_beside"))
    assert small.beside.rows.equals(big.rows)
    assert small.distribution(3)["output"].size == big.distribution(3)["output"].size


# What it shows


def test_it_splits_the_gradient():
    seen = measure(Microscope(depth=12, width=16), ("sigmoid", "relu"), 3)
    for passed in seen.passes.values():
        own = passed.profile
        ratios = own.delta[0] / own.delta[-2]
        slopes, weights = (np.prod(of[:-1], axis=0) for of in (own.slope_factor, own.weight_factor))
        assert slopes * weights == pytest.approx(ratios, rel=1e-10)
        assert passed.split() == pytest.approx((np.median(slopes), np.median(weights)))
        assert passed.ratio() == (np.median(ratios), ratios.min(), ratios.max())
        assert passed.vanished() == (0, 0) and passed.overflow() == (0, None, None)


def test_a_layers_outputs_are_counted_in_the_same_bins_for_all_functions():
    functions = ("sigmoid", "tanh", "relu")
    seen = measure(SMALL, functions, 3)
    trace, _ = one_pass(SMALL, functions, seeds_from(SMALL.seed, 3))
    for layer, a in enumerate(trace.a, 1):
        rows = seen.distribution(layer)
        middles = rows.loc[rows["function"] == "relu", "output"].to_numpy()
        width = middles[1] - middles[0]
        for place, key in enumerate(functions):
            own = rows[rows["function"] == key]
            assert own["output"].tolist() == middles.tolist()
            values = a[3 * place : 3 * place + 3].ravel()
            # The cumulative share at an edge is that of the values below it.
            for middle, share in zip(middles, own["share"].cumsum(), strict=True):
                edge = middle + width / 2
                below, at = (values < edge).mean(), (values <= edge).mean()
                assert below - 1e-9 <= share <= at + 1e-9


# Initial weights


def test_a_function_starts_as_suits_it_and_a_rule_that_is_named_is_everyones():
    functions = ("sigmoid", "tanh", "relu", "gelu")
    suited, he, lecun = (
        measure(replace(SMALL, rule=rule), functions, 3)
        for rule in (declared(Microscope)["rule"].default, "he_normal", "lecun_normal")
    )
    for key in functions:
        own, *others = (he, lecun) if key in ("relu", "gelu") else (lecun, he)
        for field in fields(LayerProfile):
            ours, theirs = (getattr(v.passes[key].profile, field.name) for v in (suited, own))
            assert np.array_equal(ours, theirs)
        assert suited.passes[key].ratio() != others[0].passes[key].ratio()


def test_at_first_sight_sigmoid_vanishes_and_relu_does_not():
    seen = view(Microscope())
    (sigmoid, *_), (relu, low, high) = (seen.passes[key].ratio() for key in ("sigmoid", "relu"))
    assert sigmoid < 1e-9
    assert 0.3 < low <= relu <= high < 3


@pytest.mark.parametrize(("depth", "scale"), [(1, 1.0), (4, 2.0), (20, 1.0)])
def test_from_lecun_relu_keeps_of_its_gradient_what_halved_variances_leave(depth, scale):
    """By hand: (1/√2)^(depth - 1).  Exactly of one sample; several weigh otherwise in the loss."""
    share = {1: 1.0, 4: 0.3535533905932738, 20: 0.0013810679320049757}[depth]
    for batch, off in ((1, 1e-9), (32, 0.1)):
        settings = Microscope(depth=depth, scale=scale, batch=batch)
        he, lecun = (
            np.array(measure(replace(settings, rule=rule), ("relu",), 4).passes["relu"].ratio())
            for rule in ("he_normal", "lecun_normal")
        )
        assert lecun / he == pytest.approx([share] * 3, rel=off)


def test_the_weights_are_drawn_once_for_all_functions_of_a_rule(monkeypatch):
    built = []
    build = microscope.build

    def noted(settings, functions, seeds, start):
        built.append((settings.dtype, *functions, start is None))
        return build(settings, functions, seeds, start)

    monkeypatch.setattr(microscope, "build", noted)
    measure(replace(SMALL, dtype="float32"), ("tanh", "relu"), 2)
    assert built == [
        ("float32", "tanh", True), ("float64", "tanh", True),
        ("float32", "relu", False), ("float64", "relu", False),
    ]  # fmt: skip
    built.clear()
    measure(replace(SMALL, rule="suited"), ("sigmoid", "tanh", "relu", "gelu"), 2)
    assert built == [
        ("float64", "sigmoid", True), ("float64", "tanh", False),
        ("float64", "relu", True), ("float64", "gelu", False),
    ]  # fmt: skip
