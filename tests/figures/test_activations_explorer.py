"""The explorer's rows are the functions themselves, and names stand where nothing crosses them."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, LeakyReLU, PReLU, ReLU, Sigmoid, Tanh
from dlbasic.charts.theme import function_names
from dlbasic.figures.activations.explorer.chart import (
    HALF,
    HEIGHT,
    WIDTH,
    labelled,
    place_labels,
    text_width,
)
from dlbasic.figures.activations.explorer.measure import Explorer, curves, drawn, extremes
from dlbasic.measures.curves import grid
from dlbasic.params import declared
from dlbasic.text import LANGUAGES
from tests.pages.shown import chart_texts, charts
from tests.pages.visits import Alone

TICKS = declared(Explorer)["x"].ticks
RANGES = [(-6.0, 6.0), (0.0, 1.0), (-1.0, 0.0), (-1000.0, 1000.0), (-1000.0, -750.0),
          (1.0, 2.0), (-1.0, 1000.0), (-40.0, 3.0), (750.0, 1000.0)]  # fmt: skip
SETS = [
    ("sigmoid", "tanh", "relu"), ("relu",), ("identity",), tuple(ACTIVATIONS),
    ("relu", "gelu", "silu", "mish"), ("relu", "leaky_relu"), ("elu", "prelu", "softplus"),
]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations(TICKS, 2))[::7] + RANGES)
def test_grid_is_round_covers_the_range_and_holds_zero(low, high):
    x = grid(low, high)
    assert 150 <= len(x) <= 810
    steps = np.diff(x)
    assert (steps > 0).all()
    assert low <= x[0] < low + steps.max() and high - steps.max() < x[-1] <= high
    assert all(float(f"{place:.6g}") == place for place in x)
    if low <= 0.0 <= high:
        assert 0.0 in x


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_rows_are_the_functions_at_x(low, high):
    functions = {key: kind() for key, kind in ACTIVATIONS.items()} | {"elu": ELU(2.0)}
    rows = curves(tuple(functions.items()), low, high)
    x = rows["x"].to_numpy()
    for key, f in functions.items():
        np.testing.assert_array_equal(rows[key], f(x))
        np.testing.assert_array_equal(rows[f"{key}_slope"], f.grad(x))
    assert np.isfinite(rows).all(axis=None)
    turns = {turn for f in functions.values() for turn in f.turning_points if low < turn < high}
    assert turns <= set(x), "between two x a function could go beyond what its column says"


def test_extremes_by_hand():
    rows = curves((("sigmoid", Sigmoid()), ("relu", ReLU())), -2.0, 6.0)
    ends = {key: extremes(rows, key) for key in ("sigmoid", "relu")}
    assert ends["sigmoid"] == pytest.approx({
        "low": 1 / (1 + np.exp(2)), "high": 1 / (1 + np.exp(-6)), "slope_high": 0.25,
        "slope_low": np.exp(-6) / (1 + np.exp(-6)) ** 2, "zero_share": 0.0, "product": 0.25**10,
        "layers": 10,
    })  # fmt: skip
    assert ends["relu"] == pytest.approx({
        "low": 0.0, "high": 6.0, "slope_low": 0.0, "slope_high": 1.0, "zero_share": 0.25,
        "product": 1.0, "layers": 10,
    })  # fmt: skip


def crosses(x, curve, box) -> bool:
    """Whether the drawn line runs through the box (left, right, top, bottom), densely followed."""
    left, right, bottom, top = box
    fine = np.linspace(left, right, 400)
    heights = np.interp(fine, x, curve)
    return bool(((heights > bottom) & (heights < top)).any())


def boxes(x, curves, names):
    """Each placed name's box in the units of the axes, on a plot of the size it is meant for."""
    placed = place_labels(x, curves, names)
    low, high = min(c.min() for c in curves.values()), max(c.max() for c in curves.values())
    across, up = (x[-1] - x[0]) / WIDTH, (high - low) / HEIGHT
    return {
        key: (
            at - text_width(names[key]) / 2 * across, at + text_width(names[key]) / 2 * across,
            height - HALF * up, height + HALF * up,
        )
        for key, at, height in zip(*placed.values(), strict=True)
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("keys", SETS, ids="-".join)
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_names_stand_clear(keys, low, high, language):
    x = grid(low, high)
    names = function_names(language)
    curves = {key: ACTIVATIONS[key]()(x) for key in keys}
    placed = boxes(x, curves, names)
    assert np.isfinite([*placed.values()]).all()
    lowest = min(c.min() for c in curves.values())
    highest = max(c.max() for c in curves.values())
    for key, (left, right, bottom, top) in placed.items():
        assert low <= left and right <= high, key
        assert lowest <= bottom and top <= highest, key
        for other, curve in curves.items():
            assert not crosses(x, curve, (left, right, bottom, top)), (key, other)
    for one, other in itertools.combinations(placed.values(), 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart


def test_a_name_stands_nearest_to_its_own_curve():
    x = grid(-6.0, 6.0)
    curves = {key: ACTIVATIONS[key]()(x) for key in ("sigmoid", "tanh", "relu")}
    placed = place_labels(x, curves, function_names("en"))
    assert placed["label"], "there is room for names on the first view"
    for key, at, height in zip(*placed.values(), strict=True):
        gaps = {other: abs(np.interp(at, x, curve) - height) for other, curve in curves.items()}
        assert min(gaps, key=gaps.__getitem__) == key


def test_the_check_of_names_sees_a_crossing():
    x = np.linspace(0.0, 1.0, 11)
    assert crosses(x, x, (0.4, 0.6, 0.45, 0.55))
    assert not crosses(x, x, (0.4, 0.6, 0.7, 0.8))


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize(
    "curve", [np.zeros(50), np.full(50, np.nan), np.full(50, 1e308) * np.linspace(-1, 1, 50) * 1.7]
)
def test_flat_or_unbounded_curves_get_no_name_and_no_nan(curve):
    placed = place_labels(np.linspace(-1, 1, 50), {"relu": curve}, {"relu": "ReLU"})
    assert np.isfinite(placed["label_x"] + placed["label_y"]).all()


def test_long_names_and_few_points_are_left_to_the_legend():
    x = np.linspace(-1, 1, 5)
    placed = place_labels(x, {"relu": np.maximum(x, 0)}, {"relu": "A name " * 20})
    assert placed == {"label": [], "label_x": [], "label_y": []}


def test_rows_without_a_name_are_not_drawn_as_names():
    """The rows of names are shorter than the rows of points; what is missing is empty, not 0."""
    functions = {"sigmoid": Sigmoid(), "prelu": PReLU()}
    rows = labelled(curves(tuple(functions.items()), -6.0, 6.0), [*functions], "ko")
    placed = rows["label"].notna()
    assert 1 <= placed.sum() <= 2
    assert rows.loc[~placed, ["label_x", "label_y"]].isna().all(axis=None)
    assert rows.loc[placed, ["label_x", "label_y"]].notna().all(axis=None)


FACTS = "activations/explorer"


def facts(language, **link):
    """The table of facts, a row for each fact, a column for each function."""
    link |= {"explorer.part": "facts"}
    (found,) = [element.value for element in Alone(FACTS).follow(lang=language, **link).at.table]
    return {row[0].strip("*"): tuple(row[1:]) for row in found.itertuples(index=False)}


def test_the_facts_are_those_of_the_readers_parameters():
    link = {"explorer.functions": "leaky_relu,elu,silu", "leaky_relu.alpha": "0.2",
            "elu.alpha": "0.5", "silu.beta": "2"}  # fmt: skip
    found = facts("en", **link)
    assert found["Slope range"] == ("{0.2, 1}", "(0, 0.5] ∪ {1}", "[−0.0998, 1.1]")
    assert found["Saturates"] == ("nowhere", "negative side (→ −0.5)", "negative side (→ 0)")
    assert found["PyTorch"] == (
        "`torch.nn.LeakyReLU(negative_slope=0.2)` (default `negative_slope=0.01`)",
        "`torch.nn.ELU(alpha=0.5)` (default `alpha=1.0`)",
        "`x * torch.sigmoid(2.0 * x)` (`torch.nn.SiLU` has no β)",
    )
    assert facts("ko", **link)["Keras"] == (
        "`keras.layers.LeakyReLU(negative_slope=0.2)` (기본값 `negative_slope=0.3`; "
        "`keras.activations.leaky_relu`의 기본값은 0.2)",
        "`keras.layers.ELU(alpha=0.5)` (기본값 `alpha=1.0`)",
        "`x * keras.ops.sigmoid(2.0 * x)` (`keras.activations.silu`에는 β가 없음)",
    )


@pytest.mark.parametrize(("language", "word"), [("ko", "참고"), ("en", "See")])
def test_what_did_not_introduce_a_function_is_not_called_its_source(language, word):
    link = {"explorer.functions": "tanh,silu", "explorer.part": "formulas"}
    papers = [text for text in Alone(FACTS).follow(lang=language, **link).captions if "](" in text]
    assert papers[0].startswith(f"{word}: ")
    assert len(papers) == 4 and "LeCun" in papers[0] and "Hendrycks" in papers[1]


@pytest.mark.parametrize("axis", ["linear", "log"])
def test_the_charts_slopes_are_called_what_the_functions_are(axis):
    """기울기 is the gradient of a loss; f′(x) is 미분값, where the pointer reads it, too."""
    (chart,) = charts(Alone(FACTS).follow(lang="ko", **{"explorer.slope": axis}).at)
    texts = chart_texts(json.loads(chart.spec))
    assert [text for text in texts if "미분값" in text]
    assert not [text for text in [*texts, chart.alt] if "기울기" in text]


def test_where_a_slope_jumps_its_line_breaks_and_the_others_go_on():
    functions = {"relu": ReLU(), "leaky_relu": LeakyReLU(0.2), "prelu": PReLU(-0.5),
                 "elu": ELU(0.5), "tanh": Tanh()}  # fmt: skip
    rows = drawn(tuple(functions.items()), -6.0, 6.0)
    assert rows["x"].is_monotonic_increasing
    slopes = {key: rows.loc[rows["x"] == 0, f"{key}_slope"].tolist() for key in functions}
    assert slopes.pop("tanh") == [1.0, 1.0, 1.0]
    gap = [pytest.approx(one, nan_ok=True) for one in (float("nan"), 1.0)]
    for key, left in (("relu", 0.0), ("leaky_relu", 0.2), ("prelu", -0.5), ("elu", 0.5)):
        assert slopes.pop(key) == [left, *gap]
    assert not slopes
    for key in functions:
        assert (rows.loc[rows["x"] == 0, key] == 0).all(), "the values have no gap"
        steps = np.abs(np.diff(rows[f"{key}_slope"]))
        assert np.nanmax(steps) < 0.05, "no line bridges a jump"
    # What the pointer reads is the row of the left slope alone.
    assert rows.loc[rows["x"] == 0, "again"].isna().tolist() == [True, False, False]
    pointed = rows[rows["again"].isna()].drop(columns="again").reset_index(drop=True)
    assert pointed.equals(curves(tuple(functions.items()), -6.0, 6.0))


def test_there_is_no_gap_where_no_slope_jumps():
    functions = (("elu", ELU(1.0)), ("prelu", PReLU(1.0)), ("sigmoid", Sigmoid()))
    assert drawn(functions, -6.0, 6.0).equals(curves(functions, -6.0, 6.0))
