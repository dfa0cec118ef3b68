"""Declared parameters: untrusted text always gives an allowed value; links are read back."""

from __future__ import annotations

import dataclasses
import math
import random
import re
from fractions import Fraction

import numpy as np
import pytest

from dlbasic.params import (
    Choice,
    Declared,
    Flag,
    InOrder,
    Integer,
    Mark,
    Numbers,
    Real,
    Several,
    Span,
    Tick,
    Widths,
    declared,
    parameter,
)
from dlbasic.text import both
from tests.site import CONTROLS

OPTIONS = {"none": both("exact"), "tanh": both("tanh"), "leaky_relu": both("Leaky ReLU")}
KINDS = {
    "real": Real(both("α"), default=0.01, low=0.0, high=1.0, step=0.01),
    "real-signed": Real(both("α"), default=0.25, low=-1.0, high=1.0, step=0.05),
    "real-wide": Real(both("α"), 1.0, 0.0, 3.0, 0.1, allowed=(-math.inf, math.inf)),
    "real-free": Real(both("x"), default=1.0, low=-1000.0, high=1000.0, step=0.5, free=True),
    "integer": Integer(both("seed"), default=0, low=0, high=9999),
    "integer-wide": Integer(both("seed"), 0, 0, 9999, allowed=(0, math.inf)),
    "integer-steps": Integer(both("draws"), default=1000, low=500, high=20_000, step=500),
    "choice": Choice(both("form"), default="none", options=OPTIONS),
    "several": Several(both("functions"), default=("tanh", "none"), options=OPTIONS),
    "span": Span(both("range"), default=(-6.0, 6.0), ticks=(-1000.0, -6.0, 0.0, 0.5, 6.0, 1000.0)),
    "numbers": Numbers(both("y"), default=(1.0, 2.5, -3.0), low=-5.0, high=5.0, step=0.1),
    "tick": Tick(both("lr"), default=0.03, ticks=(0.0001, 0.03, 1.0, 10.0)),
    "widths": Widths(both("layers"), default=(8, 8), low=1, high=32, most=6),
    "in-order": InOrder(both("by layer"), options=OPTIONS, most=3),
    "mark": Mark(both("edits"), r"\d+:\d+(?:,\d+:\d+)*"),
    "flag": Flag(both("open"), default=False),
}  # fmt: skip
# Several gives what it holds in the declared order, whatever order its default has.
KINDS["several"] = dataclasses.replace(KINDS["several"], default=("none", "tanh"))
CONTROLS_BY_NAME = {f"{page}:{n}": p for page, table in CONTROLS.items() for n, p in table.items()}
every = pytest.mark.parametrize("param", [*KINDS.values()], ids=[*KINDS])
everywhere = pytest.mark.parametrize(
    "param", [*KINDS.values(), *CONTROLS_BY_NAME.values()], ids=[*KINDS, *CONTROLS_BY_NAME]
)

HOSTILE = [
    "", " ", "\t\n", "\0", "1\x000", "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e400",
    "-1e400", "1e-400", "-0", "+0", "0", "1", "-1", "7.5", "1_0", "0x10", "1,5", "1.5.2", "--1",
    "٣", "１２", "½", "∞", "−1", "1e5", "1e", ".", ",", ",,", "9" * 10_000, "x" * 10_000,
    "," * 10_000, "none," * 2_000, "none", "NONE", " none ", "tanh,none", "none,none",
    "leaky_relu,bogus", "-6,6", "6,-6", "0,0", "inf,-inf", "nan,1", "1,2,3", "-6,", "true", "True",
    "<script>alert(1)</script>", "'; DROP TABLE", "{x}", "%s", "../../etc/passwd", "\ud800", "🎲",
    "한글", "None", "null", "[]", "1j",
]  # fmt: skip


def holds(param, value) -> bool:
    """Whether the control can show the value, from the declaration and not from its methods."""
    match param:
        case Real(low=low, high=high, step=step, free=free):
            places = (value - low) / step
            on_step = free or abs(places - round(places)) < 1e-6
            return type(value) is float and low <= value <= high and on_step
        case Integer(low=low, high=high, step=step):
            return type(value) is int and low <= value <= high and (value - low) % step == 0
        case Choice(options=options):
            return value in options
        case Several(options=options):
            return len(value) > 0 and list(value) == [key for key in options if key in value]
        case Span(ticks=ticks):
            return len(value) == 2 and set(value) <= set(ticks) and value[0] < value[1]
        case Numbers(default=default, low=low, high=high, step=step):
            one = Real(param.label, low, low, high, step)
            return len(value) == len(default) and all(holds(one, number) for number in value)
        case Tick(ticks=ticks):
            return type(value) is float and value in ticks
        case Widths(low=low, high=high, most=most):
            return len(value) <= most and all(low <= width <= high for width in value)
        case InOrder(options=options, most=most):
            return len(value) <= most and set(value) <= set(options)
        case Mark(shape=shape):
            return value == "" or bool(re.fullmatch(shape, value))
        case Flag():
            return type(value) is bool


def some_values(param, count: int = 60):
    """The ends, the default and random allowed values in between."""
    dice = random.Random(7)
    match param:
        case Real(low=low, high=high, free=True):
            ends = [low, high, 0.0, 1 / 3, math.pi, 1e-300, -123.456789012345]
            inside = [value for value in ends if low <= value <= high]
            return [*inside, *(dice.uniform(low, high) for _ in range(count))]
        case Real(low=low, high=high, step=step):
            steps = round((high - low) / step)
            drawn = [dice.randrange(steps + 1) for _ in range(count)]
            return [low, high, *(round(low + place * step, 10) + 0.0 for place in drawn)]
        case Integer(low=low, high=high, step=step):
            return [low, high, *(dice.randrange(low, high + 1, step) for _ in range(count))]
        case Choice(options=options):
            return list(options)
        case Several(options=options):
            drawn = [[key for key in options if dice.random() < 0.5] for _ in range(count)]
            return [(key,) for key in options] + [tuple(keys) for keys in drawn if keys]
        case Span(ticks=ticks):
            return [(ticks[0], ticks[-1]), *(tuple(sorted(dice.sample(ticks, 2))) for _ in ticks)]
        case Numbers(default=default, low=low, high=high, step=step):
            every = some_values(Real(param.label, low, low, high, step))
            return [tuple(dice.choices(every, k=len(default))) for _ in range(count)]
        case Tick(ticks=ticks):
            return list(ticks)
        case Widths(low=low, high=high, most=most):
            return [(), (low,), (high,) * most, tuple(dice.choices(range(low, high + 1), k=most))]
        case InOrder(options=options, most=most):
            return [(), *(tuple(dice.choices([*options], k=count)) for count in range(1, most + 1))]
        case Mark():
            some = ["", "0:0:1", "20:3:-0.5,41:0:1e-3", "0:1", "12:3,4:5"]
            return [value for value in some if not value or re.fullmatch(param.shape, value)]
        case Flag():
            return [True, False]


@everywhere
@pytest.mark.filterwarnings("error")
def test_reading_hostile_text_gives_an_allowed_value(param):
    for raw in HOSTILE:
        value, as_said = param.read(raw)
        assert holds(param, value), raw
        assert type(as_said) is bool
        param.check("it", value)


@everywhere
def test_every_allowed_value_is_read_back_as_written(param):
    for value in [param.default, *some_values(param)]:
        assert holds(param, value)
        assert param.read(param.write(value)) == (value, True)


@everywhere
def test_reading_says_whether_it_is_what_the_text_said(param):
    """A value that had to be mended must not pass as the reader's own, and is read back as one."""
    for raw in HOSTILE:
        value, as_said = param.read(raw)
        if not as_said:
            assert param.write(value) != raw
        assert param.read(param.write(value)) == (value, True)


@pytest.mark.parametrize(
    ("kind", "raw", "value", "as_said"),
    [
        ("real", "0.5", 0.5, True),
        ("real", "2", 1.0, False),
        ("real", "-1e400", 0.0, False),
        ("real", "0.014", 0.01, False),
        ("real", "nan", 0.01, False),
        ("real", "0,5", 0.01, False),
        ("real-signed", "-0", 0.0, True),
        ("real-free", "0.123456789", 0.123456789, True),
        ("real-free", "1e9", 1000.0, False),
        ("integer", "7.9", 8, False),
        ("integer", "1e400", 9999, False),
        ("integer", "-1", 0, False),
        ("integer-steps", "1300", 1500, False),
        ("choice", "TANH", "tanh", False),
        ("choice", "bogus", "none", False),
        ("several", "leaky_relu,none", ("none", "leaky_relu"), True),
        ("several", "tanh,bogus", ("tanh",), False),
        ("several", "tanh,tanh", ("tanh",), False),
        ("several", "bogus", ("none", "tanh"), False),
        ("span", "0.4,5000", (0.5, 1000.0), False),
        ("span", "6,-6", (-6.0, 6.0), False),
        ("span", "1000,1000", (6.0, 1000.0), False),
        ("numbers", "0,0.5,5", (0.0, 0.5, 5.0), True),
        ("numbers", "-0,1e400,-9", (0.0, 5.0, -5.0), False),
        ("numbers", "x,nan,0.13", (1.0, 2.5, 0.1), False),
        ("numbers", "0,0.5", (1.0, 2.5, -3.0), False),
        ("numbers", "0,0.5,1,2", (1.0, 2.5, -3.0), False),
        ("numbers", "", (1.0, 2.5, -3.0), False),
        ("flag", "1", True, True),
        ("flag", "yes", False, False),
    ],
)
def test_the_nearest_allowed_value_is_read(kind, raw, value, as_said):
    assert KINDS[kind].read(raw) == (value, as_said)


def test_negative_zero_is_not_kept():
    for kind in ("real", "real-signed", "real-free"):
        value, _ = KINDS[kind].read("-0")
        assert math.copysign(1.0, value) == 1.0


@every
def test_widgets_may_hand_over_anything(param):
    """A modified browser can send None, a list or a number where the widget has none."""
    for value in (None, [], {}, object(), True, "0.5", math.nan, math.inf, -math.inf, (1,)):
        assert holds(param, param.nearest(value)), value
    for value in (10**400, -(10**400), np.float32(0.3), np.int64(7), np.nan, (10**400, True)):
        assert holds(param, param.nearest(value)), value


def test_the_nearest_to_a_number_of_numpys_is_that_to_the_plain_one():
    assert KINDS["real"].nearest(np.float32(0.5)) == KINDS["real"].nearest(Fraction(1, 2)) == 0.5
    assert KINDS["real"].nearest(np.int64(1)) == KINDS["real"].nearest(10**400) == 1.0
    assert KINDS["integer"].nearest(np.int64(7)) == KINDS["integer"].nearest(np.float64(7.2)) == 7
    assert KINDS["span"].nearest((np.float32(0.5), np.int64(6))) == (0.5, 6.0)
    assert KINDS["span"].nearest((False, True)) == KINDS["span"].default
    assert KINDS["numbers"].nearest([np.float32(0.5), np.int64(9), True]) == (0.5, 5.0, -3.0)


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("real", 2.0, "from 0 to 1"),
        ("real", math.nan, "from 0 to 1"),
        ("real", "0.5", "from 0 to 1"),
        ("real", True, "from 0 to 1"),
        ("real", np.float32(2.0), "from 0 to 1,"),
        ("real", np.True_, "from 0 to 1,"),
        ("real-wide", math.inf, "a finite number,"),
        ("real-wide", 10**400, "a finite number,"),
        ("integer", 10_000, "from 0 to 9999,"),
        ("integer", 1.5, "from 0 to 9999,"),
        ("integer", np.float64(2.0), "from 0 to 9999,"),
        ("integer", True, "from 0 to 9999,"),
        ("integer-wide", -1, "a whole number of at least 0,"),
        ("integer-wide", math.inf, "a whole number of at least 0,"),
        ("choice", "bogus", "none, tanh, leaky_relu"),
        ("several", ("bogus",), "none, tanh, leaky_relu"),
        ("several", (), "none, tanh, leaky_relu"),
        ("several", None, "none, tanh, leaky_relu"),
        ("span", None, "ticks"),
        ("span", (6.0, -6.0), "rising"),
        ("span", (-5.0, 5.0), "ticks"),
        ("numbers", (1.0, 2.0), "3 finite numbers from -5 to 5,"),
        ("numbers", (1.0, 2.0, 5.1), "3 finite numbers from -5 to 5,"),
        ("numbers", (1.0, 2.0, math.nan), "3 finite numbers"),
        ("numbers", (1.0, True, 2.0), "3 finite numbers"),
        ("numbers", 1.0, "3 finite numbers"),
        ("numbers", "123", "3 finite numbers"),
        ("flag", 1, "True or False"),
    ],
)
def test_check_names_the_parameter_and_what_it_may_be(kind, wrong, said):
    with pytest.raises(ValueError, match=said) as refused:
        KINDS[kind].check("alpha_of_mine", wrong)
    assert "alpha_of_mine" in str(refused.value)
    assert repr(wrong) in str(refused.value)


@every
def test_check_accepts_every_allowed_value(param):
    for value in some_values(param):
        checked = param.check("it", value)
        assert checked == value and type(checked) is type(value)


def test_check_goes_by_the_mathematics_and_not_by_the_slider():
    assert KINDS["real-wide"].check("alpha", -1e9) == -1e9
    assert KINDS["integer-wide"].check("seed", 10**30) == 10**30
    assert KINDS["integer-wide"].read("10000") == (9999, False)


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (None, "from 0 to 9,"),
        ((-5, 20_000_000), "from -5 to 20000000,"),
        ((0, math.inf), "of at least 0,"),
        ((-math.inf, 9.0), "of at most 9,"),
        ((-math.inf, math.inf), "number,"),
    ],
)
def test_check_names_the_range_that_it_goes_by(allowed, said):
    for param, kind in (
        (Integer(both("n"), 0, 0, 9, allowed=allowed), "whole"),
        (Real(both("x"), 0.0, 0, 9, 1.0, allowed=allowed), "finite"),
    ):
        with pytest.raises(ValueError, match=f"^n must be a {kind} number[^,]*,") as refused:
            param.check("n", math.nan)
        assert said in str(refused.value)


def test_declared_dataclasses_check_themselves():
    @dataclasses.dataclass(frozen=True)
    class Settings(Declared):
        alpha: float = parameter(KINDS["real"])
        note: str = "not a parameter"

    assert Settings().alpha == 0.01
    assert declared(Settings) == declared(Settings()) == {"alpha": KINDS["real"]}
    with pytest.raises(ValueError, match="alpha must be a finite number from 0 to 1, not 3"):
        Settings(alpha=3)


def test_declared_dataclasses_keep_plain_numbers():
    @dataclasses.dataclass(frozen=True)
    class Settings(Declared):
        alpha: float = parameter(KINDS["real"])
        seed: int = parameter(KINDS["integer"])
        span: tuple[float, float] = parameter(KINDS["span"])
        keys: tuple[str, ...] = parameter(KINDS["several"])
        heights: tuple[float, ...] = parameter(KINDS["numbers"])

    plain = Settings(1.0, 3, (0.0, 0.5), ("tanh",), (1.0, 2.0, 0.5))
    for given in (
        Settings(1, np.int64(3), [0, np.float32(0.5)], ["tanh"]),
        Settings(np.float16(1.0), np.uint8(3), (np.int8(0), 0.5)),
        Settings(np.int32(1), 3, (-0.0, Fraction(1, 2)), ("tanh",)),
    ):
        given = dataclasses.replace(given, keys=["tanh"], heights=[1, np.int8(2), Fraction(1, 2)])
        assert given == plain and hash(given) == hash(plain) and repr(given) == repr(plain)
