"""What each activation says of itself, held against what it does."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from dlbasic.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    Identity,
    Interval,
    LeakyReLU,
    Mish,
    Paper,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
    Values,
)
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, Text, number
from tests.activations.every_activation import beside_kinks, grid, width


def close_up(activation) -> np.ndarray:
    """The grid with every turn, and both sides of every kink."""
    turns = activation.turning_points
    return np.concatenate([grid(activation), turns, beside_kinks(activation)])


def rounding(end: float) -> float:
    return 4e-16 * max(1.0, abs(end)) if math.isfinite(end) else 0.0


def test_the_value_stays_in_its_range_and_reaches_its_ends(activation):
    said, value = activation.range(), activation(close_up(activation))
    assert said.low - rounding(said.low) <= value.min()
    assert value.max() <= said.high + rounding(said.high)
    for end, reached in ((said.low, value.min()), (said.high, value.max())):
        assert reached == pytest.approx(end, rel=1e-9, abs=1e-9)


def test_the_slope_stays_in_its_range_and_reaches_its_ends(activation):
    said, slope = activation.slope_range(), activation.grad(close_up(activation))
    assert said.low - rounding(said.low) <= slope.min()
    assert slope.max() <= said.high + rounding(said.high)
    assert slope.min() == pytest.approx(said.low, rel=1e-9, abs=1e-9)
    assert slope.max() == pytest.approx(said.high, rel=1e-9, abs=1e-9)


def test_an_end_is_open_unless_it_is_reached(activation):
    """Seen where floats can tell: not far out, and on a kink, but not so close to it on the right
    that the slope there is rounded to the limit that it only tends to."""
    x = np.concatenate([np.linspace(-15.0, 15.0, 3001) * width(activation), [0.0]])
    x = np.concatenate([x, activation.turning_points])
    for kink in activation.kinks:
        x = x[np.abs(x - kink) > 1e-9 * max(1.0, abs(kink))]
    x = np.concatenate([x, activation.kinks])
    for said, numbers in (
        (activation.range(), activation(x)),
        (activation.slope_range(), activation.grad(x)),
    ):
        parts = said.parts if isinstance(said, Values) else (said,)
        for part in parts:
            for end, is_open in ((part.low, part.low_open), (part.high, part.high_open)):
                if math.isfinite(end):
                    reached = bool((np.abs(numbers - end) <= rounding(end)).any())
                    assert is_open is not reached, (said, end)


def test_what_is_said_is_what_is_taken(activation):
    """Nothing outside of the set, and inside an interval every value: no gap between neighbours."""
    dense = np.linspace(-40.0, 40.0, 200_001) * width(activation)
    far = close_up(activation)
    for said, function in (
        (Values((activation.range(),)), activation),
        (activation.slope_range(), activation.grad),
    ):
        x = np.concatenate([dense, far[np.isfinite(far)]])
        numbers, near = function(x), function(dense)
        left = np.isfinite(numbers)
        for part in said.parts:
            slack = [rounding(end) for end in (part.low, part.high)]
            inside = (part.low - slack[0] <= numbers) & (numbers <= part.high + slack[1])
            assert inside.any(), (said, part)
            if part.low < part.high:
                # An interval without an end is looked at as far as the function goes in the middle.
                low = part.low if math.isfinite(part.low) else near.min()
                high = part.high if math.isfinite(part.high) else near.max()
                taken = np.sort(np.clip(numbers[inside], low, high))
                gaps = np.diff(np.concatenate([[low], taken, [high]]))
                assert gaps.max() < 1e-3 * (high - low), (said, part)
            left &= ~inside
        assert not left.any(), (said, x[left][:3], numbers[left][:3])


def test_a_set_with_gaps_does_not_hold_what_lies_between():
    assert 0.5 not in ReLU().slope_range() and 0.0 in ReLU().slope_range()
    assert 0.1 in LeakyReLU(0.1).slope_range() and 0.2 not in LeakyReLU(0.1).slope_range()
    assert 0.7 not in ELU(0.5).slope_range() and 0.3 in ELU(0.5).slope_range()
    assert (ELU(0.5).slope_range().low, ELU(0.5).slope_range().high) == (0.0, 1.0)


def test_monotone_is_what_is_measured(activation):
    rises = bool((np.diff(activation(grid(activation)[1:-1])) >= 0).all())
    assert activation.monotone is rises
    assert activation.monotone is bool(activation.slope_range().low >= 0)


def turns_hold_the_extremes(activation, low: float, high: float) -> None:
    """No point of an interval has a more extreme value or slope than its ends and its turns."""
    turns = [turn for turn in activation.turning_points if low < turn < high]
    near = [turn + side * gap for turn in turns for side in (-1, 1) for gap in (1e-2, 1e-5, 1e-10)]
    near += beside_kinks(activation).tolist()
    x = np.array([*np.linspace(low, high, 201), *(x for x in near if low <= x <= high)])
    held_at = np.array([low, *turns, high])
    for map_ in (activation, activation.grad):
        held, found = map_(held_at), map_(x)
        slack = rounding(float(np.abs(held).max()))
        assert held.min() - slack <= found.min(), (low, high, x[found.argmin()])
        assert found.max() <= held.max() + slack, (low, high, x[found.argmax()])


def test_an_interval_has_its_extremes_at_its_ends_or_where_the_function_turns(activation):
    # In a window that slides along, each turn comes to lie alone: one that is missing cannot hide
    # behind another one.
    for low, high in [*((low, low + 0.7) for low in np.arange(-9.0, 9.0, 0.2)), (-30.0, 30.0)]:
        turns_hold_the_extremes(activation, low * width(activation), high * width(activation))


def test_zero_centred_is_what_is_measured(activation):
    x = np.linspace(0.0, 9.0, 901)
    odd = np.allclose(activation(-x), -activation(x), rtol=0, atol=1e-12)
    assert activation.zero_centred is odd


def jumps(activation) -> np.ndarray:
    """Where the slope jumps: what is left of a piece of the line, halved again and again towards
    its larger change of slope, when the slope changes still."""
    pieces = np.linspace(-20.0, 20.0, 4001) * width(activation)
    left, right = pieces[:-1], pieces[1:]
    for _ in range(60):
        middle = 0.5 * (left + right)
        below, at, above = map(activation.grad, (left, middle, right))
        first = np.abs(at - below) >= np.abs(above - at)
        left, right = np.where(first, left, middle), np.where(first, middle, right)
    change = np.abs(activation.grad(right) - activation.grad(left))
    return left[change > 1e-6]


def test_the_kinks_are_where_the_slope_jumps(activation):
    assert activation.kinks == tuple(sorted(set(activation.kinks)))
    assert jumps(activation) == pytest.approx(activation.kinks, rel=1e-12, abs=1e-12)
    assert activation.smooth is (not activation.kinks)


def test_smoothness_names_the_kinks_or_the_order(activation):
    if activation.kinks:
        korean = ", ".join(map(number, activation.kinks))
        english = re.sub(", ([^,]*)$", r" and \1", korean)
        kink = "kinks" if len(activation.kinks) > 1 else "kink"
        assert activation.smoothness == Text(ko=f"{korean}에서 꺾임", en=f"{kink} at {english}")
        return
    # Whether the second derivative jumps, from second differences of the slope.
    h = 1e-4
    slope = activation.grad(np.arange(-8.0, 8.0, h) * width(activation))
    bends = float(np.abs(np.diff(slope, 2)).max()) / h > 1e-2
    once, analytic = "differentiable only once (C¹)", "infinitely differentiable"
    assert activation.smoothness["en"] != (analytic if bends else once)


def test_saturates_is_what_is_measured(activation):
    low, high = activation([-np.inf, np.inf])
    flat = [float(slope) == 0.0 for slope in activation.grad([-np.inf, np.inf])]
    expected = {
        (True, True): f"both sides (→ {number(low)}, {number(high)})",
        (True, False): f"negative side (→ {number(low)})",
        (False, True): f"positive side (→ {number(high)})",
        (False, False): "nowhere",
    }
    assert activation.saturates["en"] == expected[flat[0], flat[1]]
    parts = [
        re.sub(r"[^(]*", "", text, count=1) for text in dataclasses.astuple(activation.saturates)
    ]
    assert parts[0] == parts[1]


def test_every_fact_is_there_in_both_languages(activation):
    texts = [activation.name, activation.smoothness, activation.saturates]
    for param in declared(activation).values():
        texts.append(param.label)
        texts.extend(getattr(param, "options", {}).values())
    assert all(
        isinstance(text, Text) and text[language].strip()
        for text in texts
        for language in LANGUAGES
    )
    for paper in activation.papers:
        assert isinstance(paper, Paper) and paper.url.startswith("https://")
        assert paper.authors and paper.title and 1950 < paper.year < 2030
    assert activation.papers


def test_a_paper_that_did_not_introduce_the_function_is_no_source():
    """The logistic function is Verhulst's (1838), ReLU stands in Fukushima (1969)."""
    see = {key for key, f in ACTIVATIONS.items() if not any(paper.introduces for paper in f.papers)}
    assert see == {"sigmoid", "tanh", "relu", "identity"}
    introduced = {p.authors.split(",")[0]: p.what["en"] for p in SiLU().papers if p.introduces}
    assert introduced == {
        "Hendrycks & Gimpel": "the name SiLU", "Ramachandran": "β and the name Swish"
    }  # fmt: skip


LEAKY = "negative_slope=0.01", "negative_slope=0.3"
PRELU = "num_parameters=1, init=0.25", 'alpha_initializer="Zeros", shared_axes=None'


@pytest.mark.parametrize(
    ("f", "pytorch", "keras", "defaults"),
    [
        (Sigmoid(), "torch.nn.Sigmoid()", "keras.activations.sigmoid", ("", "")),
        (Tanh(), "torch.nn.Tanh()", "keras.activations.tanh", ("", "")),
        (ReLU(), "torch.nn.ReLU()", "keras.layers.ReLU()", ("", "")),
        (LeakyReLU(), "torch.nn.LeakyReLU(negative_slope=0.01)",
         "keras.layers.LeakyReLU(negative_slope=0.01)", LEAKY),
        (LeakyReLU(0.2), "torch.nn.LeakyReLU(negative_slope=0.2)",
         "keras.layers.LeakyReLU(negative_slope=0.2)", LEAKY),
        (PReLU(), "torch.nn.PReLU(init=0.25)",
         "keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))", PRELU),
        (PReLU(-0.5), "torch.nn.PReLU(init=-0.5)",
         "keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(-0.5))", PRELU),
        (PReLU(0.0), "torch.nn.PReLU(init=0.0)",
         "keras.layers.PReLU(alpha_initializer=keras.initializers.Zeros())", PRELU),
        (ELU(), "torch.nn.ELU(alpha=1.0)", "keras.layers.ELU(alpha=1.0)",
         ("alpha=1.0", "alpha=1.0")),
        (ELU(0.3), "torch.nn.ELU(alpha=0.3)", "keras.layers.ELU(alpha=0.3)",
         ("alpha=1.0", "alpha=1.0")),
        (GELU(), 'torch.nn.GELU(approximate="none")',
         "keras.activations.gelu(x, approximate=False)",
         ('approximate="none"', "approximate=False")),
        (GELU("tanh"), 'torch.nn.GELU(approximate="tanh")',
         "keras.activations.gelu(x, approximate=True)",
         ('approximate="none"', "approximate=False")),
        (SiLU(), "torch.nn.SiLU()", "keras.activations.silu", ("", "")),
        (SiLU(1.7), "x * torch.sigmoid(1.7 * x)", "x * keras.ops.sigmoid(1.7 * x)", ("", "")),
        (Mish(), "torch.nn.Mish()", "keras.activations.mish", ("", "")),
        (Identity(), "torch.nn.Identity()", "keras.activations.linear", ("", "")),
        (Softplus(), "torch.nn.Softplus()", "keras.activations.softplus",
         ("beta=1.0, threshold=20.0", "")),
    ],
    ids=repr,
)  # fmt: skip
def test_frameworks_are_asked_for_the_function_with_its_parameters(f, pytorch, keras, defaults):
    """As PyTorch 2 and Keras 3 document them."""
    assert (f.pytorch.call, f.keras.call) == (pytorch, keras)
    assert (f.pytorch.defaults, f.keras.defaults) == defaults


def test_frameworks_notes_say_what_differs():
    assert "0.2" in LeakyReLU().keras.note["en"]
    assert all("no β" in named.note["en"] for named in (SiLU(2.0).pytorch, SiLU(2.0).keras))
    assert SiLU().pytorch.note is None
    assert PReLU().pytorch.note != PReLU().keras.note


@pytest.mark.parametrize(
    ("f", "range_", "slope_range"),
    [
        (Sigmoid(), "(0, 1)", "(0, 0.25]"),
        (ReLU(), "[0, ∞)", "{0, 1}"),
        (LeakyReLU(), "(−∞, ∞)", "{0.01, 1}"),
        (LeakyReLU(0.0), "[0, ∞)", "{0, 1}"),
        (LeakyReLU(1.0), "(−∞, ∞)", "{1}"),
        (PReLU(-0.5), "[0, ∞)", "{−0.5, 1}"),
        (PReLU(2.0), "(−∞, ∞)", "{1, 2}"),
        (ELU(), "(−1, ∞)", "(0, 1]"),
        (ELU(2.0), "(−2, ∞)", "(0, 2]"),
        (ELU(0.5), "(−0.5, ∞)", "(0, 0.5] ∪ {1}"),
        (ELU(0.0), "[0, ∞)", "{0, 1}"),
        (GELU(), "[−0.17, ∞)", "[−0.129, 1.13]"),
        (SiLU(2.0), "[−0.139, ∞)", "[−0.0998, 1.1]"),
        (SiLU(0.0), "(−∞, ∞)", "{0.5}"),
        (Mish(), "[−0.309, ∞)", "[−0.113, 1.09]"),
        (Identity(), "(−∞, ∞)", "{1}"),
    ],
    ids=str,
)
def test_ranges_as_they_are_written(f, range_, slope_range):
    assert (str(f.range()), str(f.slope_range())) == (range_, slope_range)


def test_an_interval_knows_what_is_in_it():
    half_open = Interval(0.0, 1.0, low_open=True)
    assert 1.0 in half_open and 0.0 not in half_open and math.nan not in half_open
    assert 1.0000001 not in half_open and -math.inf in Interval(-math.inf, 0.0)
    assert 0.0 in Interval(0.0, 1.0, high_open=True) and 1.0 not in Interval(0, 1, high_open=True)


@pytest.mark.parametrize(
    ("make", "wrong", "message"),
    [
        (lambda v: LeakyReLU(v), -0.1, "alpha must be a finite number from 0 to 1"),
        (lambda v: LeakyReLU(v), 1.1, "alpha must be a finite number from 0 to 1"),
        (lambda v: LeakyReLU(v), "0.1", "alpha must be a finite number from 0 to 1"),
        (lambda v: LeakyReLU(v), True, "alpha must be a finite number from 0 to 1"),
        (lambda v: PReLU(v), math.inf, "alpha must be a finite number"),
        (lambda v: PReLU(v), math.nan, "alpha must be a finite number"),
        (lambda v: PReLU(v), 10**400, "alpha must be a finite number, not 1000"),
        (lambda v: LeakyReLU(v), np.float32(1.5), "alpha must be a finite number from 0 to 1"),
        (lambda v: LeakyReLU(v), np.True_, "alpha must be a finite number from 0 to 1"),
        (lambda v: ELU(v), -1.0, "alpha must be a finite number from 0 to 1000"),
        (lambda v: ELU(v), math.nan, "alpha must be a finite number from 0 to 1000"),
        (lambda v: SiLU(v), -1.0, "beta must be a finite number from 0 to 100"),
        (lambda v: SiLU(v), math.inf, "beta must be a finite number from 0 to 100"),
        (lambda v: GELU(v), "erf", "approximate must be one of none, tanh"),
        (lambda v: GELU(v), False, "approximate must be one of none, tanh"),
    ],
)
def test_a_wrong_parameter_is_named_with_its_range(make, wrong, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make(wrong)


def test_parameters_have_the_stated_defaults():
    stated = {
        **{key: {} for key in ("sigmoid", "tanh", "relu", "mish", "identity", "softplus")},
        "leaky_relu": {"alpha": 0.01},
        "prelu": {"alpha": 0.25},
        "elu": {"alpha": 1.0},
        "gelu": {"approximate": "none"},
        "silu": {"beta": 1.0},
    }
    for key, defaults in stated.items():
        assert dataclasses.asdict(ACTIVATIONS[key]()) == defaults
    assert declared(PReLU)["alpha"].allowed == (-math.inf, math.inf)
    assert PReLU(-1e300).alpha == -1e300


def test_an_activation_is_a_value(activation):
    again = dataclasses.replace(activation)
    assert again == activation and hash(again) == hash(activation)
    assert eval(repr(activation), {c.__name__: c for c in ACTIVATIONS.values()}) == activation
    assert {activation: 1}[again] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        activation.alpha = 3.0


@pytest.mark.parametrize("number", [1, np.float64(1.0), np.float32(1.0), np.int64(1), np.uint8(1)])
def test_a_parameter_is_kept_as_a_plain_float(number):
    for make in (LeakyReLU, PReLU, ELU, SiLU):
        f, plain = make(number), make(1.0)
        assert f == plain and hash(f) == hash(plain) and repr(f) == repr(plain)
        assert all(type(value) is float for value in dataclasses.astuple(f))
    assert LeakyReLU(np.float64(0.1)) == LeakyReLU(0.1)
    assert repr(LeakyReLU(np.float32(0.1))) == f"LeakyReLU(alpha={float(np.float32(0.1))!r})"


def test_different_activations_differ():
    everything = [make() for make in ACTIVATIONS.values()] + [LeakyReLU(0.2), GELU("tanh")]
    assert len(set(everything)) == len(everything)
    assert repr(LeakyReLU(0.2)) == "LeakyReLU(alpha=0.2)"
    assert ACTIVATIONS["leaky_relu"](alpha=0.1) == LeakyReLU(0.1)
