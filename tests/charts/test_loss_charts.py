"""The charts of the losses page: fed with what they read, and drawn as the figures need it."""

from __future__ import annotations

import pytest

from dlbasic.charts.theme import LOSS_STYLES, STYLES
from dlbasic.figures.activations.explorer import chart as explorer
from dlbasic.figures.losses.class_numbers import chart as class_numbers
from dlbasic.figures.losses.explorer.chart import AXES, STEEPEST, loss_names
from dlbasic.figures.losses.explorer.measure import REGRESSION, TWO_CLASSES, Explorer, frame
from dlbasic.figures.losses.many_classes import chart as many_classes
from dlbasic.measures.least_loss import FITTED
from dlbasic.measures.sigmoid_losses import NAMES
from dlbasic.text import LANGUAGES
from tests.charts.specs import fields, nodes
from tests.charts.test_every_chart import SIDES, build
from tests.pages.shown import chart_texts


@pytest.mark.parametrize("against", SIDES)
def test_the_explorer_reads_what_its_rows_have(against):
    keys = SIDES[against]
    rows = set(frame(Explorer(against=against)))
    spec = build(f"loss-explorer-{against}-{len(keys)}-linear", "en")
    folded = {column for node in nodes(spec) for column in node.get("fold", [])}
    assert folded == {*keys, *(f"{key}_slope" for key in keys)} <= rows
    made = {"function", "value", "slope", "name", *(f"{key}_read" for key in keys)}
    assert fields(spec) - made <= rows


@pytest.mark.parametrize("against", SIDES)
def test_every_loss_has_its_own_colour_and_dash_and_is_read_by_name(against):
    keys = SIDES[against]
    spec = build(f"loss-explorer-{against}-{len(keys)}-linear", "ko")
    lines = [node for node in nodes(spec) if node.get("mark") == {"type": "line"}]
    assert len(lines) == 2
    for line in lines:
        colours, dashes = (line["encoding"][of]["scale"] for of in ("color", "strokeDash"))
        assert colours["domain"] == dashes["domain"] == [*keys]
        pairs = [*zip(colours["range"], map(tuple, dashes["range"]), strict=True)]
        assert pairs == [tuple(LOSS_STYLES[key]) for key in keys] and len({*pairs}) == len(keys)
    (rule,) = [node for node in nodes(spec) if "tooltip" in node.get("encoding", {})]
    titles = [entry["title"] for entry in rule["encoding"]["tooltip"]]
    assert titles == [AXES[against].x, *(loss_names("ko")[key] for key in keys)]


def drawn(name):
    """How a slope is drawn, and every condition on the rows that are."""
    steps = [*nodes(build(name, "en"))]
    (slope,) = {step["calculate"] for step in steps if step.get("as") == "slope"}
    return slope, {step["filter"] for step in steps if isinstance(step.get("filter"), str)}


@pytest.mark.parametrize("against", SIDES)
def test_a_slope_that_has_no_place_breaks_the_line(against):
    """A row that is left out would be bridged: its slope is null instead."""
    log, filters = drawn(f"loss-explorer-{against}-{len(SIDES[against])}-log")
    assert log == "abs(datum.slope) > 0 ? abs(datum.slope) : null"
    linear, others = drawn(f"loss-explorer-{against}-{len(SIDES[against])}-linear")
    cut = f"abs(datum.slope) <= {STEEPEST} ? datum.slope : null"
    assert linear == (cut if against == "probability" else "datum.slope")
    assert not any("slope" in condition for condition in filters | others)


def test_the_axis_says_where_slopes_are_cut():
    assert "10" in AXES["probability"].slope.en and "10" in AXES["probability"].slope.ko


def test_what_the_explorers_share_leaves_functions_as_they_were():
    spec = explorer.chart(tuple(STYLES), False, "en").to_dict()
    titles = chart_texts(spec)
    assert {"x", "value f(x)", "slope f′(x)"} <= {*titles}
    assert not any("ℓ" in title for title in titles)


def test_the_chain_reads_its_rows_and_its_axis_stands_still():
    spec = build("chain-4", "en")
    assert fields(spec) - {"bar"} == {"name", "kind", "value", "label"}
    scales = [
        node["encoding"]["x"]["scale"] for node in nodes(spec) if "x" in node.get("encoding", {})
    ]
    assert scales and all(scale["domain"][0] < -1 and scale["domain"][1] > 1 for scale in scales)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pointer_reads_which_bar_it_is_on(language):
    charts = (
        (many_classes.chain(3, language), many_classes.KINDS),
        (class_numbers.errors(language), class_numbers.TARGETS),
        (class_numbers.accuracies(3, "A B C", language), class_numbers.TARGETS),
    )
    for chart, series in charts:
        every = [*nodes(chart.to_dict())]
        steps = [node for node in every if "[datum." in node.get("calculate", "")]
        ((words, field),) = {(step["calculate"], step["as"]) for step in steps}
        assert all(f"'{key}': '{text[language]}'" in words for key, text in series.items())
        read = [{of["field"] for of in node["tooltip"]} for node in every if "tooltip" in node]
        assert read and all(field in fields for fields in read)


def test_what_differs_little_is_told_apart_on_the_axis_of_the_way():
    """Vega takes the digits that its ticks need where no format says how many."""
    heights = [node["encoding"]["y"] for node in nodes(build("way-bit", "en"))
               if "y" in node.get("encoding", {})]  # fmt: skip
    assert len(heights) == 4 and all("format" not in y.get("axis", {}) for y in heights)
    (read,) = [node["tooltip"] for node in nodes(build("way-bit", "en")) if "tooltip" in node]
    assert read[-1] == {"field": "value", "format": ".6~g", "title": "cross-entropy",
                        "type": "quantitative"}  # fmt: skip


def test_bars_and_way_read_their_rows_and_begin_bars_at_0():
    assert fields(build("bars-bit", "en")) == {"bar", "part", "start", "end", "label", "room"}
    assert fields(build("way-bit", "en")) - {"name"} == {"t", "value", "line", "mark"}
    scales = [
        node["encoding"]["x"]["scale"]
        for node in nodes(build("bars-bit", "en"))
        if "x" in node.get("encoding", {})
    ]
    assert scales and all(scale["domainMin"] == 0 for scale in scales)


def test_squared_error_looks_the_same_wherever_it_is_called_so():
    """Figures 2 and 3 and the claims draw one of two losses under this name."""
    every = [*FITTED.items(), *NAMES.items()]
    assert {key for key, name in every if name.en == "Squared error"} == {"mse", "sigmoid_mse"}
    assert LOSS_STYLES["mse"] == LOSS_STYLES["sigmoid_mse"]
    for together in (FITTED, NAMES, REGRESSION, TWO_CLASSES):
        assert len({LOSS_STYLES[key] for key in together}) == len(together)


def test_one_quantity_has_one_colour_in_both_charts():
    def colours(name):
        return {
            key: colour
            for node in nodes(build(name, "en"))
            if "range" in (scale := node.get("encoding", {}).get("color", {}).get("scale") or {})
            for key, colour in zip(scale["domain"], scale["range"], strict=True)
        }

    bars, way = colours("bars-bit"), colours("way-bit")
    assert set(way) == {"entropy", "cross"} and way.items() <= bars.items()
    assert len({*bars.values()}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_unit_is_on_the_axis(language):
    for name in ("bars", "way"):
        bit, nat = (chart_texts(build(f"{name}-{unit}", language)) for unit in ("bit", "nat"))
        words = {"ko": ("비트", "내트"), "en": ("bits", "nats")}[language]
        for texts, word in zip((bit, nat), words, strict=True):
            assert any(f"({word})" in text for text in texts)
