"""What the cards of the pages Activations and Training say decides, worked out here.

In plain NumPy and from the definitions; nothing of the claims' measures is called.
"""

from __future__ import annotations

import math
from dataclasses import replace
from string import Formatter

import numpy as np
import pytest

from dlbasic.claims import CLAIMS
from dlbasic.claims.base import Outcome
from dlbasic.datasets import DATASETS, split
from dlbasic.text import fill, number, percent
from tests.plain.training import FUNCTIONS, Networks, bell, below, sigmoid, xavier
from tests.test_text import read

FIGURES = (
    "sigmoid-range", "tanh-range", "relu-definition", "gelu", "mish", "softmax", "nonlinearity",
    "sigmoid-classifier",
)  # fmt: skip
NAMES = {
    "sigmoid": ("시그모이드", "Sigmoid"), "tanh": ("하이퍼볼릭 탄젠트", "Tanh"),
    "relu": ("ReLU", "ReLU"),
    "leaky_relu": ("Leaky ReLU", "Leaky ReLU"), "prelu": ("PReLU", "PReLU"), "elu": ("ELU", "ELU"),
    "gelu": ("GELU", "GELU"), "silu": ("SiLU", "SiLU"), "mish": ("Mish", "Mish"),
    "identity": ("항등 함수", "Identity"), "softplus": ("소프트플러스", "Softplus"),
}  # fmt: skip


def name(key, language):
    return NAMES[key][language == "en"]


def told(key, language, *parts, **chosen) -> dict[str, str]:
    """What stands in each slot of these parts: of the deciding line, and the limit if told."""
    claim = CLAIMS[key]
    settings = replace(claim.defaults, **chosen)
    outcome = claim.run(settings)
    assert isinstance(outcome, Outcome)
    slots = claim.slots(settings, outcome, language)
    parts = parts or ("deciding", *(["limit"] if outcome.limited else []))
    if "why" in parts:
        parts = (*parts, f"why-{outcome.verdict.value}")
    return {
        slot: fill(f"{{{slot}:{spec}}}" if spec else f"{{{slot}}}", slots)
        for part in parts
        if part != "why"
        for _, slot, spec, _ in Formatter().parse(claim.words[part][language])
        if slot
    }


def test_no_card_of_these_has_a_limit_that_is_not_looked_at():
    """Should one get a limit, its numbers belong here, too."""
    assert [key for key in FIGURES if "limit" in CLAIMS[key].words] == []


# Ranges

RANGES = [
    ("en", "sigmoid", "float64"),
    ("ko", "tanh", "float32"),
    ("en", "gelu", "float64"),
    ("ko", "silu", "float32"),
    ("en", "mish", "float32"),
    ("ko", "elu", "float64"),
    ("en", "softplus", "float32"),
    ("ko", "sigmoid", "float32"),
]


@pytest.mark.parametrize("key", ["sigmoid-range", "tanh-range"])
@pytest.mark.parametrize(("language", "function", "precision"), RANGES)
def test_the_values_at_ordinary_inputs(key, language, function, precision):
    values = FUNCTIONS[function][0](np.linspace(-5, 5, 100_001))
    assert told(key, language, function=function, precision=precision) == {
        "near": "5", "function": name(function, language),
        "near_smallest": number(values.min()), "near_largest": number(values.max()),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "function", "precision", "smallest", "largest"),
    [
        ("en", "sigmoid", "float64", 0.0, 1.0),
        ("ko", "tanh", "float32", -1.0, 1.0),
        ("en", "elu", "float64", -1.0, float(np.finfo(np.float64).max)),
        ("ko", "relu", "float32", 0.0, float(np.finfo(np.float32).max)),
        (
            "en",
            "identity",
            "float64",
            *(sign * float(np.finfo(np.float64).max) for sign in (-1, 1)),
        ),
    ],
)
def test_the_values_over_the_whole_range_of_floats(
    language, function, precision, smallest, largest
):
    """2⁻¹⁰⁷⁴ to 2¹⁰²³, or 2⁻¹⁴⁹ to 2¹²⁷, the largest, 0, all with both signs; −10 to 10."""
    points = 2 * ((2098 if precision == "float64" else 277) + 2) + 2001
    for key in ("sigmoid-range", "tanh-range"):
        assert told(key, language, "reading", function=function, precision=precision) == {
            "points": number(points), "precision": precision,
            "smallest": number(smallest), "largest": number(largest),
        }  # fmt: skip


# ReLU, value by value: each power of two that float64 has, its largest number, 0, −10 to 10

POWERS = [math.ldexp(1.0, exponent) for exponent in range(-1074, 1024)]
INPUTS = [
    *(sign * size for sign in (1, -1) for size in (*POWERS, math.nextafter(math.inf, 0), 0.0)),
    *(place / 100 for place in range(-1000, 1001)),
]
OTHERWISE = {  # where a function differs from max(0, x), by reasoning
    "relu": lambda x: False,
    "identity": lambda x: x < 0,
    "leaky_relu": lambda x: x < 0 and 0.01 * x != 0,
    "prelu": lambda x: x < 0 and 0.25 * x != 0,
    "elu": lambda x: x < 0,  # eˣ − 1 is not 0, however near to 0
    "sigmoid": lambda x: x > -745.2,  # from there down it is 0; no input here is its own sigmoid
    "tanh": lambda x: x < 0 or x > 3**0.5 * 2.0**-27,  # x − x³/3 else rounds to x, a power of two
}


@pytest.mark.parametrize("function", OTHERWISE)
@pytest.mark.parametrize(("language", "places"), [("en", 4), ("ko", 0), ("en", 8)])
def test_how_many_inputs_are_not_relus(language, function, places):
    differing = sum(map(OTHERWISE[function], INPUTS))
    assert told("relu-definition", language, function=function, places=places) == {
        "points": number(len(INPUTS)), "function": name(function, language),
        "differing": number(differing),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "function", "places"),
    [("en", "leaky_relu", 4), ("ko", "gelu", 2), ("en", "silu", 0), ("ko", "sigmoid", 8),
     ("en", "softplus", 3), ("ko", "elu", 6)],
)  # fmt: skip
def test_how_far_another_function_is_from_relu(language, function, places):
    f, x = FUNCTIONS[function][0], np.arange(-1_000_000, 1_000_001) / 100_000
    gap = np.abs(f(x) - np.maximum(x, 0))
    assert told("relu-definition", language, "why", function=function, places=places) == {
        "function": name(function, language),
        # Only what is looked at: hundredths and powers of two, so the gap next to 0 is that at 0.
        "gap_negative": number(gap[x < 0][::-1].max()), "gap_positive": number(gap[x > 0].max()),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "places"), [(lang, k) for lang in ("en", "ko") for k in (0, 8)]
)
def test_relus_kink_is_the_same_at_every_distance(language, places):
    found = told("relu-definition", language, "why", places=places)
    assert found == {"quotient_left": "0", "quotient_right": "1"}


# GELU beside draws


@pytest.mark.parametrize(
    ("language", "function", "draws", "seed"),
    [("en", "gelu", 1000, 0), ("ko", "gelu", 500, 9999), ("en", "silu", 1500, 3),
     ("ko", "relu", 500, 77), ("en", "mish", 2000, 12)],
)  # fmt: skip
def test_the_difference_from_the_mean_of_draws(language, function, draws, seed):
    drawn = np.concatenate([
        np.random.default_rng(one).standard_normal(draws)
        for one in np.random.SeedSequence(seed).spawn(20)
    ])  # fmt: skip
    largest = 0.0
    for x in (place / 10 for place in range(-30, 31) if place):
        mean = np.where(drawn < x, x, 0.0).mean()
        p = float(below(x))
        error = abs(x) * math.sqrt(p * (1 - p) / len(drawn))
        largest = max(largest, abs(mean - float(FUNCTIONS[function][0](np.array(x)))) / error)
    assert told("gelu", language, function=function, draws=draws, seed=seed) == {
        "function": name(function, language), "draws": number(20 * draws),
        "deviation": f"{largest:,.1f}", "limit": "6",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "seed"), [("en", 0), ("ko", 5), ("en", 81)])
def test_what_else_is_told_of_gelu_and_the_draws(language, seed):
    x = np.linspace(0, 6, 600_001)
    gap = np.abs(FUNCTIONS["gelu"][0](x) - FUNCTIONS["gelu"][0](x, "tanh"))
    of_seeds = []
    for one in np.random.SeedSequence(seed).spawn(20):
        drawn, largest = np.random.default_rng(one).standard_normal(500), 0.0
        for place in (place / 10 for place in range(-30, 31) if place):
            p = float(below(place))
            error = math.sqrt(p * (1 - p) / 500)
            largest = max(largest, abs((drawn < place).mean() - p) / error)
        of_seeds.append(largest)
    assert told("gelu", language, "why", "reading", draws=500, seed=seed) == {
        "form_gap": number(gap.max()), "form_gap_at": number(x[gap.argmax()]), "limit": "6",
        "places": "60", "seeds": "20", "seed_low": f"{min(of_seeds):,.1f}",
        "seed_high": f"{max(of_seeds):,.1f}",
    }  # fmt: skip


# Mish beside SiLU: second derivatives by the rules of calculus


def _of_mish(x):
    t, s = np.tanh(np.logaddexp(0, x)), sigmoid(x)
    return (1 - t**2) * s * (2 + x * (1 - s) - 2 * x * t * s)


BENDS = {
    "elu": np.exp,  # for x < 0
    "gelu": lambda x: bell(x) * (2 - x**2),
    "silu": lambda x: sigmoid(x) * sigmoid(-x) * (2 + x * (1 - 2 * sigmoid(x))),
    "mish": _of_mish,
}


@pytest.mark.parametrize(
    ("language", "function", "rival", "window"),
    [
        ("en", "mish", "silu", (-6.0, 0.0)),
        ("ko", "mish", "silu", (-2.0, -1.5)),
        ("en", "silu", "mish", (-6.0, -1.5)),
        ("ko", "elu", "gelu", (-10.0, 0.0)),
        ("en", "gelu", "elu", (-0.5, 0.0)),
        ("ko", "elu", "mish", (-3.5, -3.0)),
        ("en", "silu", "gelu", (-9.0, -2.5)),
    ],
)
def test_the_second_derivatives(language, function, rival, window):
    x = np.linspace(*window, 1_000_001)
    expected = {"function": name(function, language), "rival": name(rival, language)}
    for key, own in ((function, ""), (rival, "rival_")):
        bend = np.abs(BENDS[key](x))
        expected[f"{own}largest"] = number(bend.max())
        expected[f"{own}mean"] = number((bend[1:] + bend[:-1]).mean() / 2)
    assert told("mish", language, function=function, rival=rival, window=window) == expected


@pytest.mark.parametrize(("language", "low"), [("en", -6.0), ("ko", -10.0), ("en", -0.5)])
def test_why_mish_bends_more_is_told_by_its_slope_and_its_depth(language, low):
    x = np.linspace(-6, 0, 1_000_001)
    depths = {key: FUNCTIONS[key][0](x).min() for key in ("mish", "silu")}
    inside = np.linspace(low, 0, 1_000_001)
    found = told("mish", language, "why", "reading", window=(low, 0.0))
    place, step = inside[np.abs(BENDS["mish"](inside)).argmax()], -low / 2000
    assert read(found.pop("largest_at")) == pytest.approx(place, abs=step), "near it, as is said"
    assert found == {
        "mish_slope": number(math.tanh(math.log(2))), "silu_slope": "0.5",
        "mish_lowest": number(depths["mish"]), "function": "Mish", "low": number(low), "high": "0",
    }  # fmt: skip
    assert depths["mish"] < depths["silu"], "deeper than SiLU"


# Softmax: by reasoning, without a quotient


@pytest.mark.parametrize(
    ("language", "form", "classes", "power", "seed"),
    [
        ("en", "stable", 10, 4, 0),
        ("ko", "naive", 10, 4, 0),
        ("en", "naive", 2, 3, 17),
        ("ko", "naive", 100, 6, 9999),
        ("en", "naive", 7, 2, 5),
        ("ko", "stable", 33, 6, 3),
    ],
)
def test_the_share_of_vectors_whose_sum_is_1(language, form, classes, power, seed):
    """The formula as written fails where an exponential or their sum overflows, or all are 0."""
    units = np.concatenate([
        np.random.default_rng(one).uniform(-1, 1, (50, classes))
        for one in np.random.SeedSequence(seed).spawn(20)
    ])  # fmt: skip
    sizes = [10 ** (place / 4) for place in range(4 * power + 1)]
    right = 0
    for size in sizes:
        scores = size * units
        top = scores.max(axis=1)
        total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))  # the sum's logarithm
        right += int(((total < math.log(math.nextafter(math.inf, 0))) & (top > -745.13)).sum())
    count = len(sizes) * len(units)
    names = {"stable": ("최댓값을 빼고 계산", "largest score subtracted first"),
             "naive": ("수식 그대로 계산", "formula as written")}  # fmt: skip
    chosen = {"form": form, "classes": classes, "power": power, "seed": seed}
    assert told("softmax", language, **chosen) == {
        "draws": number(count), "seeds": "20", "form": names[form][language == "en"],
        "share": "100%" if form == "stable" else percent(right / count),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "power", "seed"), [("en", 3, 0), ("ko", 6, 4), ("en", 4, 321), ("ko", 5, 9999)]
)
def test_where_the_formula_as_written_first_fails(language, power, seed):
    found = told("softmax", language, "why", form="naive", power=power, seed=seed, classes=3)
    units = np.concatenate([
        np.random.default_rng(one).uniform(-1, 1, (50, 3))
        for one in np.random.SeedSequence(seed).spawn(20)
    ])  # fmt: skip
    limit = math.log(math.nextafter(math.inf, 0))
    first = next(
        size for size in (10 ** (place / 4) for place in range(4 * power + 1))
        if (size * units.max(axis=1) > limit).any() or (size * units.max(axis=1) < -745.13).any()
    )  # fmt: skip
    assert found == {"exp_limit": number(limit), "failing_size": number(first)}


# Networks with and without an activation


def accuracy_of(function, hidden, data, seed, seeds, epochs):
    """The mean test accuracy of networks trained by Adam."""
    (x, y), test = ((p.inputs, p.targets) for p in split(data, 0.5, seed=seed))
    sizes = (2, *(16,) * hidden, 1)
    networks = Networks(function, sizes, seeds, xavier, "bce", (x, y), dtype=np.float32)
    for _ in networks.epochs(epochs, optimizer="adam", lr=0.02, batch=40, seed=seed):
        pass
    return float(networks.losses(*test)[1].mean())


@pytest.mark.parametrize(
    ("language", "function", "epochs", "seeds", "seed"),
    [("en", "tanh", 5, 3, 0), ("ko", "relu", 8, 2, 4), ("en", "sigmoid", 3, 4, 9),
     ("ko", "identity", 6, 2, 123), ("en", "gelu", 10, 2, 77)],
)  # fmt: skip
def test_the_accuracies_with_an_activation_and_without(language, function, epochs, seeds, seed):
    drawn = np.random.SeedSequence(seed).generate_state(seeds).tolist()
    expected = {"seeds": number(seeds), "function": name(function, language)}
    for key in ("circle", "xor", "spiral"):
        data = DATASETS[key](0.0).sample(400, seed=seed)
        found = {
            (f, hidden): accuracy_of(f, hidden, data, seed, drawn, epochs)
            for f in {"identity", function}
            for hidden in (0, 1, 3)
        }
        for f, side in (("identity", "line"), (function, "bent")):
            expected[f"{key}_{side}"] = percent(max(found[f, hidden] for hidden in (0, 1, 3)))
    chosen = {"function": function, "epochs": epochs, "seeds": seeds, "seed": seed}
    assert told("nonlinearity", language, **chosen) == expected


# One sigmoid unit


@pytest.mark.parametrize(
    ("language", "data", "noise", "steps", "seeds", "seed"),
    [("en", "gaussians", 0.5, 200.0, 4, 0), ("ko", "moons", 0.2, 100.0, 3, 5),
     ("en", "circle", 0.35, 50.0, 2, 9), ("ko", "xor", 0.5, 500.0, 3, 1234),
     ("en", "gaussians", 0.0, 10.0, 5, 77)],
)  # fmt: skip
def test_the_accuracy_of_a_single_sigmoid_unit(language, data, noise, steps, seeds, seed):
    """Logistic regression on all points at once, by gradient descent with Nesterov's momentum."""
    right = []
    for state in np.random.SeedSequence(seed).generate_state(seeds).tolist():
        points = DATASETS[data](noise).sample(1000, seed=state)
        x, y = points.inputs, points.targets
        rng = np.random.default_rng(state)
        w = np.append(math.sqrt(2 / 3) * rng.standard_normal(2), 0.0)
        ones, velocity = np.column_stack([x, np.ones(len(x))]), np.zeros(3)
        for _ in range(int(steps)):
            gradient = ones.T @ (sigmoid(ones @ w) - y) / len(x)
            velocity = 0.9 * velocity + gradient
            w = w - 0.3 * (gradient + 0.9 * velocity)
        right.append(((ones @ w > 0) == (y == 1)).mean())
    names = {"gaussians": ("두 가우시안", "Two Gaussians"), "moons": ("반달", "Moons"),
             "circle": ("원", "Circle"), "xor": ("배타적 논리합", "XOR")}  # fmt: skip
    chosen = {"data": data, "noise": noise, "steps": steps, "seeds": seeds, "seed": seed}
    assert told("sigmoid-classifier", language, **chosen) == {
        "data": names[data][language == "en"], "accuracy": percent(np.mean(right)),
        "seeds": number(seeds),
    }  # fmt: skip
