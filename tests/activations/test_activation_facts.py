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
    Framework,
    Identity,
    Interval,
    LeakyReLU,
    Mish,
    Paper,
    PReLU,
    Sigmoid,
    SiLU,
)
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, Text, number


def grid(activation) -> np.ndarray:
    near = np.linspace(-8.0, 8.0, 400_001)
    far = np.geomspace(8.0, 1e300, 300)
    x = np.concatenate([-far[::-1], near, far])
    beta = getattr(activation, "beta", 1.0) or 1.0
    return np.concatenate([[-np.inf], x / max(beta, 1e-8), [np.inf]])


def test_the_value_stays_in_its_range_and_reaches_its_ends(activation):
    said, value = activation.range(), activation(grid(activation))
    slack = 4e-16 * (abs(said.low) if math.isfinite(said.low) else 0.0)
    assert said.low - slack <= value.min() and value.max() <= said.high
    for end, reached in ((said.low, value.min()), (said.high, value.max())):
        assert reached == pytest.approx(end, rel=1e-9, abs=1e-9)


def test_the_slope_stays_in_its_range_and_reaches_its_ends(activation):
    said, slope = activation.slope_range(), activation.grad(grid(activation))
    assert said.low - 4e-16 <= slope.min() and slope.max() <= said.high + 4e-16
    assert slope.min() == pytest.approx(said.low, rel=1e-9, abs=1e-9)
    assert slope.max() == pytest.approx(said.high, rel=1e-9, abs=1e-9)


def test_an_open_end_is_not_reached_where_floats_can_tell(activation):
    x = np.linspace(-15.0, 15.0, 3001) / (getattr(activation, "beta", 1.0) or 1.0)
    for said, numbers in (
        (activation.range(), activation(x)),
        (activation.slope_range(), activation.grad(x)),
    ):
        if said.low_open:
            assert numbers.min() > said.low
        if said.high_open:
            assert numbers.max() < said.high


def test_monotone_is_what_is_measured(activation):
    rises = bool((np.diff(activation(grid(activation)[1:-1])) >= 0).all())
    assert activation.monotone is rises
    assert activation.monotone is bool(activation.slope_range().low >= 0)


def test_zero_centred_is_what_is_measured(activation):
    x = np.linspace(0.0, 9.0, 901)
    odd = np.allclose(activation(-x), -activation(x), rtol=0, atol=1e-12)
    assert activation.zero_centred is odd


def test_smooth_is_what_is_measured(activation):
    jump = float(activation.grad(1e-12)) - float(activation.grad(-1e-12))
    assert activation.smooth is (abs(jump) < 1e-9)


def test_smoothness_names_the_order(activation):
    # The second derivative on both sides of 0, from the slope.
    h = 1e-4
    left, at, right = activation.grad([-h, 0.0, h])
    bends = abs((right - at) - (at - left)) / h > 1e-2
    said = activation.smoothness["en"]
    if not activation.smooth:
        assert said == "kink at 0"
    elif isinstance(activation, ELU):
        assert said == "differentiable only once (C¹)" and bends
    elif activation != SiLU(100.0):
        assert said == "infinitely differentiable" and not bends


def test_saturates_is_what_is_measured(activation):
    low, high = activation([-np.inf, np.inf])
    flat = [float(slope) == 0.0 for slope in activation.grad([-np.inf, np.inf])]
    expected = {
        (True, True): f"both sides (→ {number(low)}, {number(high)})",
        (True, False): f"negative side (→ {number(low)})",
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
    assert isinstance(activation.pytorch, Framework) and activation.pytorch.call
    assert activation.pytorch.call.startswith("torch.nn.")
    assert re.match(r"keras\.(activations|layers)\.\w+$", activation.keras.call)
    assert isinstance(activation.paper, Paper) and activation.paper.url.startswith("https://")
    assert activation.paper.authors and activation.paper.title
    assert 1950 < activation.paper.year < 2030
    assert len(activation.__doc__) > 150 and f"({activation.paper.year})" in activation.__doc__


@pytest.mark.parametrize("which", ["value_tex", "slope_tex"])
def test_formulas_are_balanced_latex(activation, which):
    tex = getattr(activation, which)
    assert "=" in tex and "$" not in tex
    bare = re.sub(r"\\[{}]", "", tex)
    depth = np.cumsum([(c == "{") - (c == "}") for c in bare])
    assert depth.min() >= 0 and depth[-1] == 0
    assert tex.count("(") == tex.count(")")
    for opening, closing in ((r"\left", r"\right"), (r"\begin", r"\end"), (r"\bigl", r"\bigr")):
        assert len(re.findall(re.escape(opening) + r"(?![a-z])", tex)) == len(
            re.findall(re.escape(closing) + r"(?![a-z])", tex)
        )
    known = (
        "sigma dfrac frac sqrt tanh max log left right bigl bigr begin end operatorname alpha beta "
        "le Phi varphi pi quad"
    )
    assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= set(known.split())


def test_formulas_name_the_parameters(activation):
    for name in declared(activation):
        if name != "approximate":
            assert "\\" + name in activation.value_tex and "\\" + name in activation.slope_tex


def test_each_form_of_gelu_has_its_own_formulas():
    assert r"\operatorname{erf}" in GELU().value_tex and r"\varphi" in GELU().slope_tex
    assert "0.044715" in GELU("tanh").value_tex and "0.134145" in GELU("tanh").slope_tex
    assert vars(GELU("tanh")) == {"approximate": "tanh"}


@pytest.mark.parametrize(
    ("f", "range_", "slope_range"),
    [
        (Sigmoid(), "(0, 1)", "(0, 0.25]"),
        (LeakyReLU(0.0), "[0, ∞)", "[0, 1]"),
        (PReLU(-0.5), "[0, ∞)", "[−0.5, 1]"),
        (PReLU(2.0), "(−∞, ∞)", "[1, 2]"),
        (ELU(2.0), "(−2, ∞)", "(0, 2]"),
        (ELU(0.0), "[0, ∞)", "[0, 1]"),
        (GELU(), "[−0.17, ∞)", "[−0.129, 1.13]"),
        (SiLU(2.0), "[−0.139, ∞)", "[−0.0998, 1.1]"),
        (SiLU(0.0), "(−∞, ∞)", "[0.5, 0.5]"),
        (Mish(), "[−0.309, ∞)", "[−0.113, 1.09]"),
        (Identity(), "(−∞, ∞)", "[1, 1]"),
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
        "leaky_relu": {"alpha": 0.01},
        "prelu": {"alpha": 0.25},
        "elu": {"alpha": 1.0},
        "gelu": {"approximate": "none"},
        "silu": {"beta": 1.0},
    }
    for key, make in ACTIVATIONS.items():
        assert dataclasses.asdict(make()) == stated.get(key, {})
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
