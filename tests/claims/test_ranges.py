"""Where sigmoid and tanh meet the ends of their intervals in floating point."""

import math

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.sigmoid.sigmoid_range import (
    SigmoidRange,
    quotient,
    reciprocal,
    run_sigmoid_range,
)
from dlbasic.claims.tanh.tanh_range import TanhRange, run_tanh_range
from dlbasic.measures.float_range import PRECISIONS, float_grid, rounding_point


def test_zero_begins_where_the_smallest_float_ends():
    measured = run_sigmoid_range(SigmoidRange()).measured
    # exp(x) rounds to 0 below half the smallest subnormal 2**-1074, exp(-x) to infinity above max.
    assert measured["low_from"] == pytest.approx(-1075 * math.log(2), abs=1e-9)
    assert measured["quotient_low_from"] == pytest.approx(-745.1332191, abs=1e-7)
    assert measured["reciprocal_low_from"] == pytest.approx(-709.7827129, abs=1e-7)
    assert measured["high_from"] == pytest.approx(53 * math.log(2), abs=1)


def test_zero_begins_earlier_in_single_precision():
    measured = run_sigmoid_range(SigmoidRange(precision="float32")).measured
    assert measured["low_from"] == pytest.approx(-150 * math.log(2), abs=1e-4)
    assert measured["quotient_low_from"] == pytest.approx(-103.97208, abs=1e-4)
    assert measured["reciprocal_low_from"] == pytest.approx(-88.72284, abs=1e-4)
    assert measured["high_from"] == pytest.approx(24 * math.log(2), abs=1)


def test_tanh_rounds_to_one_at_nineteen():
    measured = run_tanh_range(TanhRange()).measured
    # 1 - tanh(x) is about 2·exp(-2x), rounded away below half the spacing 2**-53.
    assert measured["high_from"] == pytest.approx(27.5 * math.log(2), abs=0.2)
    assert measured["low_from"] == -measured["high_from"]
    single = run_tanh_range(TanhRange(precision="float32")).measured
    assert single["high_from"] == pytest.approx(13 * math.log(2), abs=0.2)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_ends_are_kept_beyond_the_rounding_points(precision):
    dtype = PRECISIONS[precision]
    for f, low, run in [("sigmoid", 0, run_sigmoid_range), ("tanh", -1, run_tanh_range)]:
        kind = SigmoidRange if f == "sigmoid" else TanhRange
        measured = run(kind(precision=precision)).measured
        below = np.linspace(measured["low_from"], -1000, 5000, dtype=dtype)
        above = np.linspace(measured["high_from"], 1000, 5000, dtype=dtype)
        assert (ACTIVATIONS[f]()(below) == low).all()
        assert (ACTIVATIONS[f]()(above) == 1).all()


@pytest.mark.parametrize("form", [quotient, reciprocal])
def test_rounding_point_is_sharp(form):
    x = rounding_point(form, 0.0, -1000, np.float64)
    assert form(np.array([x]))[0] == 0
    assert form(np.array([np.nextafter(x, 0)]))[0] > 0


def test_no_rounding_point_where_the_end_is_not_met_or_met_at_once():
    assert math.isnan(rounding_point(np.ones_like, 0.0, -1000, np.float64))
    assert math.isnan(rounding_point(np.zeros_like, 0.0, -1000, np.float64))


def test_grid_holds_the_limits_of_the_floats():
    for dtype in PRECISIONS.values():
        grid, limits = float_grid(dtype), np.finfo(dtype)
        assert grid.dtype == dtype and np.isfinite(grid).all()
        for size in (limits.max, limits.tiny, limits.smallest_subnormal, 0):
            assert size in grid and -size in grid
        assert np.signbit(grid[grid == 0]).any()


def test_only_sigmoid_has_sigmoids_range_and_only_tanh_tanhs():
    for precision in PRECISIONS:
        of_sigmoid = {f: run_sigmoid_range(SigmoidRange(f, precision)) for f in ACTIVATIONS}
        kept = {f for f, outcome in of_sigmoid.items() if outcome.verdict is Verdict.HOLDS}
        assert kept == {"sigmoid"}
        assert of_sigmoid["tanh"].verdict is Verdict.CONTRADICTED
        of_tanh = {f: run_tanh_range(TanhRange(f, precision)).verdict for f in ACTIVATIONS}
        assert {f for f, verdict in of_tanh.items() if verdict is Verdict.HOLDS} == {"tanh"}
        assert {f for f in of_tanh if of_tanh[f] is Verdict.CONDITIONAL} == {"sigmoid"}
        # The smallest value of the functions with a dip is found, not stepped over.
        assert of_sigmoid["silu"].measured["smallest"] == pytest.approx(-0.27846, abs=1e-5)


def test_lines_run_to_the_last_value_that_is_not_the_end():
    frame = run_sigmoid_range(SigmoidRange()).frame
    x_of = {series: rows["x"] for series, rows in frame.groupby("series")}
    assert -745.2 < x_of["sigmoid"].min() < -740
    assert -709.8 < x_of["reciprocal"].min() < -705
    assert 30 < x_of["sigmoid"].max() < 37.5


RANGES = [CLAIMS["sigmoid-range"], CLAIMS["tanh-range"]]


@pytest.mark.parametrize("claim", RANGES)
def test_rounding_is_told_behind_the_fold_alone(claim):
    asked = ("question", "answer", "wrong")  # before all that
    for name, text in claim.words.parts.items():
        if name.startswith(asked):
            continue
        told = "float" in text.ko or "float" in text.en or "smallest}" in text.ko
        assert told == (name not in ("sentence", "why-holds")), name
        if name in ("sentence", "deciding") or name.startswith("why"):
            assert "float" not in text.ko + text.en, name


@pytest.mark.parametrize("claim", RANGES)
def test_ordinary_inputs_come_near_the_ends_and_never_meet_them(claim):
    measured = claim.run(claim.defaults).measured
    f = {"sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh}[claim.defaults.function]
    assert measured["near_smallest"] == pytest.approx(f(-5), rel=1e-12) != measured["smallest"]
    assert measured["near_largest"] == pytest.approx(f(5), rel=1e-12) != measured["largest"]


def test_no_cause_is_told_that_the_number_contradicts():
    """Rounded rightly, 1 begins where half a spacing, 2**-54, is left: not here before 19.06."""
    rightly = math.log(2 * 2.0**54) / 2
    assert rightly == pytest.approx(19.06, abs=0.01)
    assert run_tanh_range(TanhRange()).measured["high_from"] < rightly + 0.2
    reading = CLAIMS["tanh-range"].words["reading"]
    assert "간격" not in reading.ko and "spacing" not in reading.en
    assert "프로그램" in reading.ko and "program" in reading.en
