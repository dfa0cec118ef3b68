"""What the page Activations tells in numbers, against plain NumPy and decimals worked out here."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.text import exact, number, percent
from tests.pages.shown import said
from tests.pages.visits import Alone
from tests.plain.training import FUNCTIONS, below
from tests.test_text import read

EXPLORER, NEURON, SOFTMAX = "activations/explorer", "activations/neuron", "activations/softmax"


# The explorer: captions and the functions' cards

SPREAD = [  # language, range of x, the functions' own parameters
    ("en", (-6.0, 6.0), {}),
    (
        "ko", (-1.0, 0.0),
        {"leaky_relu.alpha": 0.0, "prelu.alpha": -1.0, "elu.alpha": 0.0, "silu.beta": 0.0},
    ),
    (
        "en", (0.0, 3.0),
        {"leaky_relu.alpha": 1.0, "prelu.alpha": 0.0, "elu.alpha": 3.0, "silu.beta": 5.0},
    ),
    (
        "ko", (-1000.0, 200.0),
        {"leaky_relu.alpha": 0.33, "prelu.alpha": 0.5, "elu.alpha": 1.7, "silu.beta": 0.4},
    ),
    ("en", (2.0, 15.0), {"prelu.alpha": 1.0, "elu.alpha": 0.5, "silu.beta": 2.5}),
    ("ko", (-40.0, -15.0), {"elu.alpha": 2.0, "silu.beta": 0.1}),
    (
        "en", (-3.0, 1.0),
        {"prelu.alpha": -0.35, "elu.alpha": 0.7, "silu.beta": 3.3, "gelu.approximate": "tanh"},
    ),
]  # fmt: skip
LOW_SLOPE = ("gelu", "silu", "mish")


def own(key, link):
    """Value and slope of a function with the parameters that the link gives it."""
    f, slope = FUNCTIONS[key]
    given = {
        name.partition(".")[2]: value for name, value in link.items() if name.startswith(f"{key}.")
    }
    return lambda x: f(x, **given), lambda x: slope(x, **given)


def swept(g, low, high):
    """The least and the largest value on an interval: looked for ever more finely."""
    found = []
    for sign in (1, -1):
        a, b = low, high
        for _ in range(6):
            x = np.unique([*np.linspace(a, b, 4001), *([0.0] if a <= 0 <= b else [])])
            with np.errstate(over="ignore", under="ignore"):
                values = sign * g(x)
            at = int(values.argmin())
            a, b = x[max(at - 1, 0)], x[min(at + 1, len(x) - 1)]
        found.append(float(sign * values.min()))
    return found


def explorer(language, ends, link, **more):
    texts = {
        name: value if isinstance(value, str) else f"{value:g}" for name, value in link.items()
    }
    ends = ",".join(f"{end:g}" for end in ends)
    chosen = {"explorer.functions": ",".join(ACTIVATIONS), "explorer.x": ends} | more
    return Alone(EXPLORER).follow(lang=language, **chosen, **texts)


@pytest.mark.parametrize(("language", "ends", "link"), SPREAD)
def test_a_functions_card_tells_what_its_curve_does_on_the_range(language, ends, link):
    low, high = ends
    reader = explorer(language, ends, link, **{"explorer.part": "formulas"})
    value, slope = ({key: swept(own(key, link)[n], low, high) for key in FUNCTIONS} for n in (0, 1))
    left = percent(max(min(high, 0.0) - low, 0.0) / (high - low))  # of the range below 0
    alphas = {
        key: link.get(f"{key}.alpha", default)
        for key, default in (("leaky_relu", 0.01), ("prelu", 0.25), ("elu", 1.0))
    }
    steepest = slope["sigmoid"][1]
    expected = {
        "sigmoid": {
            "low": number(value["sigmoid"][0]), "high": number(value["sigmoid"][1]),
            "slope_high": number(steepest), "layers": "10", "product": number(steepest**10),
        },
        "tanh": {
            "low": number(value["tanh"][0]), "high": number(value["tanh"][1]),
            "slope_low": number(slope["tanh"][0]),
        },
        "relu": {"zero_share": left},
        "leaky_relu": {
            "alpha": number(alphas["leaky_relu"]),
            "zero_share": left if alphas["leaky_relu"] == 0 else "0%",
        },
        "prelu": {"alpha": number(alphas["prelu"])},
        "elu": {"alpha": number(alphas["elu"]), "low": number(value["elu"][0])},
        "softplus": {"low": number(value["softplus"][0])},
    } | {
        key: {"low": number(value[key][0]), "slope_low": number(slope[key][0])} for key in LOW_SLOPE
    }  # fmt: skip
    expected["silu"]["beta"] = number(link.get("silu.beta", 1.0))
    assert {key: said(reader, EXPLORER, key, language) for key in expected} == expected


CHOSEN = [[*ACTIVATIONS], ["sigmoid", "tanh"], ["mish", "silu", "gelu"], ["prelu", "elu", "relu"]]


@pytest.mark.parametrize("chosen", CHOSEN, ids=["all", "squashing", "gated", "kinked"])
@pytest.mark.parametrize(("language", "ends", "link"), SPREAD)
def test_the_caption_tells_the_largest_slope_and_the_smallest_at_an_end(
    language, ends, link, chosen
):
    reader = explorer(language, ends, link, **{"explorer.functions": ",".join(chosen)})
    names = function_names(language)
    chosen = [key for key in ACTIVATIONS if key in chosen]  # in the order of the list
    slopes = {key: own(key, link)[1] for key in chosen}
    largest = {key: max(map(abs, swept(slope, *ends))) for key, slope in slopes.items()}
    smallest = {key: float(np.abs(f(np.array(ends))).min()) for key, f in slopes.items()}
    steepest, flattest = max(largest.values()), min(smallest.values())

    def having(slope, found):
        return ", ".join(names[k] for k in chosen if found[k] == pytest.approx(slope, 5e-16, 0))

    expected = {
        "x_low": number(ends[0]), "x_high": number(ends[1]), "steepest": number(steepest),
        "flattest": number(flattest), "steepest_names": having(steepest, largest),
        "flattest_names": having(flattest, smallest),
    }  # fmt: skip
    assert said(reader, EXPLORER, "caption", language) == expected
    assert said(reader, EXPLORER, "caption-flat", language) is None


@pytest.mark.parametrize(
    ("language", "x", "chosen"),
    [
        ("en", (-6.0, 0.0), "relu"),
        ("ko", (-1000.0, -1.0), "relu"),
        ("en", (-1.0, 0.0), "relu,leaky_relu"),
        ("ko", (750.0, 1000.0), "sigmoid,tanh"),
        ("en", (-1000.0, -750.0), "relu,sigmoid,tanh,softplus,gelu"),
    ],
)
def test_where_every_slope_is_0_that_is_what_is_told(language, x, chosen):
    link = {"leaky_relu.alpha": 0.0}
    reader = explorer(language, x, link, **{"explorer.functions": chosen, "explorer.slope": "log"})
    for key in chosen.split(","):
        with np.errstate(all="ignore"):
            assert not own(key, link)[1](np.linspace(*x, 1001)).any(), "it is so"
    found = said(reader, EXPLORER, "caption-flat", language)
    assert found == {"x_low": number(x[0]), "x_high": number(x[1])}
    names = [function_names(language)[key] for key in ACTIVATIONS if key in chosen.split(",")]
    assert said(reader, EXPLORER, "caption-log", language) == {"names": ", ".join(names)}


@pytest.mark.parametrize(("language", "ends", "link"), SPREAD)
def test_the_log_axis_names_the_functions_whose_slope_is_0_somewhere(language, ends, link):
    reader = explorer(language, ends, link, **{"explorer.slope": "log"})
    x = np.unique([*np.linspace(*ends, 20_001), *([0.0] if ends[0] <= 0 <= ends[1] else [])])
    with np.errstate(all="ignore"):
        names = [
            name
            for key, name in function_names(language).items()
            if (own(key, link)[1](x) == 0).any()
        ]
    found = said(reader, EXPLORER, "caption-log", language)
    assert found == ({"names": ", ".join(names)} if names else None)


@pytest.mark.parametrize(
    ("language", "key", "x", "values"),
    [
        ("en", "sigmoid", (-1000.0, 1000.0), "0, 1"),
        ("ko", "sigmoid", (-6.0, 40.0), "1"),
        ("en", "sigmoid", (-6.0, 6.0), None),
        ("ko", "tanh", (-20.0, 0.0), "−1"),
        ("en", "tanh", (-6.0, 6.0), None),
        ("en", "tanh", (0.0, 1000.0), "1, 0"),
        ("ko", "softplus", (-1000.0, -750.0), "0"),
        ("en", "softplus", (-500.0, 0.0), None),
        ("ko", "elu", (-40.0, 1.0), "−1"),
        ("en", "elu", (-20.0, 1.0), None),
        ("ko", "gelu", (-1000.0, -750.0), "0"),
        ("en", "silu", (200.0, 1000.0), "1"),
        ("ko", "mish", (0.0, 6.0), None),
    ],
)
def test_a_value_that_is_only_approached_is_told_to_be_rounded(language, key, x, values):
    """exp(−40) is lost beside 1 in float64, exp(−20) is not; exp(−750) is 0."""
    reader = explorer(language, x, {}, **{"explorer.functions": key, "explorer.part": "formulas"})
    found = said(reader, EXPLORER, "rounded", language)
    assert found == (None if values is None else {"values": values})


def test_a_product_of_slopes_is_not_lost_below_the_smallest_float():
    reader = explorer("en", (-200.0, -100.0), {}, **{"explorer.part": "formulas"})
    with localcontext() as context:
        context.prec = 40
        power = Decimal(-100).exp()
        wanted = number((power / (1 + power) ** 2) ** 10)
    assert said(reader, EXPLORER, "sigmoid")["product"] == wanted


@pytest.mark.parametrize(
    ("language", "at"),
    [("en", "-1000"), ("ko", "-2.5"), ("en", "0"), ("ko", "0.3333333333333333"), ("en", "1e-300"),
     ("ko", "745")],
)  # fmt: skip
def test_the_reading_at_one_x(language, at):
    link = {"elu.alpha": 0.7, "prelu.alpha": -0.5, "silu.beta": 2.0, "gelu.approximate": "tanh"}
    reader = explorer(language, (-6.0, 6.0), link, **{"explorer.at": at})
    assert said(reader, EXPLORER, "reading", language) == {"x": exact(float(at))}
    rows = reader.at.table[1].value  # with every digit
    assert [*rows.iloc[:, 0]] == [*function_names(language).values()]
    for key, (_, value, slope) in zip(FUNCTIONS, rows.itertuples(index=False), strict=True):
        with np.errstate(all="ignore"):
            expected = [float(g(np.array(float(at)))) for g in own(key, link)]
        assert [read(value), read(slope)] == pytest.approx(expected, rel=1e-9, abs=5e-324)


# The neuron


def normal(mean, std, g):
    """The mean of g over a normal law: the midpoint rule on both sides of its middle at once.

    So of an odd function about the middle nothing is left, not even rounding.
    """
    cut = abs(mean) / std  # where the sums are 0, at which the functions have their kinks
    ends, total = [0.0, *([cut] if 0 < cut < 12 else []), 12.0], 0.0
    for a, b in pairwise(ends):
        h = (b - a) / 200_000
        t = a + h * (np.arange(200_000) + 0.5)
        density = np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
        total += float((density * (g(mean + std * t) + g(mean - std * t))).sum() * h)
    return total


def share_where(small, mean, std):
    """The share of the normal law where ``small(z)``: its changes are looked for by halving."""
    z = np.unique([*np.linspace(mean - 40 * std, mean + 40 * std, 40_001), -1e-300, 0.0, 1e-300])
    mask, edges = small(z), []
    for at in np.flatnonzero(mask[1:] != mask[:-1]):
        a, b = z[at], z[at + 1]
        for _ in range(200):
            middle = (a + b) / 2
            a, b = (middle, b) if small(np.array([middle]))[0] == mask[at] else (a, middle)
        edges.append((b - mean) / std)

    def added(inside):
        ends = [-np.inf, *edges, np.inf]
        total = 0.0
        for place, (a, b) in enumerate(pairwise(ends)):
            if (bool(mask[0]) ^ bool(place % 2)) == inside:
                # From the side on which the tail keeps its digits.
                total += below(b) - below(a) if b < 0 else below(-a) - below(-b)
        return float(total)

    share = added(True)
    return Decimal(share) if share < 0.5 else 1 - Decimal(added(False))


NEURONS = [
    ("en", "sigmoid", 0.0, 1.0, 0.05, {}),
    ("ko", "tanh", -1.3, 2.2, 0.5, {}),
    ("en", "tanh", 0.0, 10.0, 0.005, {}),
    ("ko", "relu", 0.7, 0.4, 0.05, {}),
    ("en", "leaky_relu", -2.0, 1.5, 0.05, {}),
    ("ko", "leaky_relu", 1.0, 1.0, 0.005, {"alpha": 0.2}),
    ("en", "prelu", -0.5, 3.0, 0.3, {"alpha": -0.25}),
    ("ko", "elu", -3.0, 1.0, 0.1, {"alpha": 2.0}),
    ("en", "gelu", -0.8, 0.1, 0.05, {}),
    ("ko", "gelu", 0.3, 1.7, 0.125, {"approximate": "tanh"}),
    ("en", "silu", 5.0, 2.5, 0.5, {"beta": 3.0}),
    ("ko", "mish", -2.2, 0.6, 0.04, {}),
    ("en", "softplus", -10.0, 0.5, 0.005, {}),
    ("ko", "sigmoid", 10.0, 0.1, 0.3, {}),
    ("en", "identity", 3.3, 0.1, 0.5, {}),
    ("ko", "relu", -3.0, 0.8, 0.2, {}),
]


@pytest.mark.parametrize(("language", "key", "mean", "std", "threshold", "given"), NEURONS)
def test_the_neurons_numbers_are_those_of_the_normal_law(
    language, key, mean, std, threshold, given
):
    link = {"function": key, "mean": mean, "std": std, "threshold": threshold}
    link = {f"neuron.{name}": str(value) for name, value in link.items()}
    link |= {f"{key}.{name}": str(value) for name, value in given.items()}
    reader = Alone(NEURON).follow(lang=language, **link)
    f, slope = (lambda x, g=g: g(x, **given) for g in FUNCTIONS[key])
    output, mean_slope = normal(mean, std, f), normal(mean, std, slope)
    small = percent(share_where(lambda z: np.abs(slope(z)) < threshold, mean, std))
    flat = percent(Decimal(float(below(-mean / std)))) if key == "relu" else "0%"
    expected = {
        "mean_output": number(output), "small_slope": small, "threshold": number(threshold),
        "mean_slope": number(mean_slope), "layers": "10",
        "after_layers": number(Decimal(mean_slope) ** 10),
    }  # fmt: skip
    more = {"en": "more than {}", "ko": "{} 초과"}[language]  # in a sentence, for a sign
    spoken = more.format(small[1:]) if small[0] == ">" else small
    assert said(reader, NEURON, "caption", language) == expected | {"small_slope": spoken}
    assert [metric.value for metric in reader.at.metric] == [
        expected["mean_output"], small, flat, expected["mean_slope"], expected["after_layers"],
    ]  # fmt: skip


@pytest.mark.parametrize(("std", "language"), [("0.1", "en"), ("0.2", "ko")])
def test_a_neuron_far_in_the_dark_has_the_tails_of_the_normal_law(std, language):
    """ReLU at −10: Q(t) = φ(t)/t · (1 − 1/t² + 3/t⁴ − …), and the mean is σ(φ(t) − t·Q(t))."""
    link = {"neuron.function": "relu", "neuron.mean": "-10", "neuron.std": std}
    with localcontext() as context:
        context.prec = 60
        t = 10 / Decimal(std)
        density = (-t * t / 2).exp() / (2 * Decimal("3.14159265358979323846264338328")).sqrt()
        above = density / t * (1 - 1 / t**2 + 3 / t**4 - 15 / t**6 + 105 / t**8)
        output, after = Decimal(std) * (density - t * above), above**10
        expected = {
            "mean_output": number(output), "threshold": "0.05",
            "small_slope": {"en": "more than 99.9999%", "ko": "99.9999% 초과"}[language],
            "mean_slope": number(above), "layers": "10", "after_layers": number(after),
        }  # fmt: skip
    assert (
        said(Alone(NEURON).follow(lang=language, **link), NEURON, "caption", language) == expected
    )


# Softmax


def probabilities(scores, temperature):
    """To hundreds of digits."""
    with localcontext() as context:
        context.prec = 400
        powers = [(Decimal(str(z)) / Decimal(str(temperature))).exp() for z in scores]
        return [power / sum(powers) for power in powers]


def written(p):
    """A probability that is 1 as a float is told by what it lacks."""
    with localcontext() as context:
        context.prec = 400
        return (
            f"1 − {number(1 - p)}"
            if float(p) == 1.0
            else number(float(p) if p > Decimal("1e-300") else p)
        )


def as_written(scores, temperature, shift):
    """The quotient of the formula in floats."""
    with np.errstate(all="ignore"):
        powers = np.exp((np.array(scores) + shift) / temperature)
        return powers, powers / powers.sum()


SCORES = [
    ("en", [2.0, 1.0, 0.0], 1.0),
    ("ko", [10.0, -10.0], 0.1),
    ("en", [0.3, 0.3, -2.2, 0.3, 0.1, -9.9], 2.5),
    ("ko", [-10.0, 10.0, 9.9, 3.7], 10.0),
    ("en", [1.5, 1.5, 1.5, 1.5, 1.5], 0.7),
    ("ko", [7.7, -0.4, 5.5, 1.2], 0.2),
]


@pytest.mark.parametrize("shift", [0, 10, -400, 700, -740, -1000])
@pytest.mark.parametrize(("language", "scores", "temperature"), SCORES)
def test_softmax_is_told_as_it_is_to_hundreds_of_digits(language, scores, temperature, shift):
    link = {f"softmax.z{place}": str(score) for place, score in enumerate(scores, start=1)}
    link |= {"softmax.classes": str(len(scores)), "softmax.temperature": str(temperature),
             "softmax.shift": str(shift)}  # fmt: skip
    reader = Alone(SOFTMAX).follow(lang=language, **link)
    p = probabilities(scores, temperature)  # whatever is added to all
    scored = ["z₁", "z₂", "z₃", "z₄", "z₅", "z₆"][: len(scores)]
    names = [z for z, one in zip(scored, p, strict=True) if one == max(p)]
    powers, naive = as_written(scores, temperature, shift)
    broken = not np.allclose(naive, [float(one) for one in p], rtol=1e-9, atol=0)
    told = {"total": "1", "largest": written(max(p)), "name": ", ".join(names)}
    shifted = {"shift": number(shift)}
    expected = {"caption": None, "caption-shifted": None, "caption-broken": None}
    if broken:
        expected["caption-broken"] = {"total": "1"} | shifted
    elif shift:
        expected["caption-shifted"] = told | shifted
    else:
        expected["caption"] = told
    assert {part: said(reader, SOFTMAX, part, language) for part in expected} == expected
    rows = reader.at.table[0].value
    assert [*rows.iloc[:-1, 0]] == scored
    assert [*rows.iloc[:-1, 1]] == [number((z + shift) / temperature) for z in scores]
    assert [*rows.iloc[:, 2]] == [number(power, 6) for power in (*powers, powers.sum())]
    assert [*rows.iloc[:-1, 3]] == [number(share) for share in naive]
    assert [*rows.iloc[:, 4]] == [*map(written, p), "1"]
