"""A chart that a touch does not change is sent as it was: the browser has it and is told so."""

from __future__ import annotations

import json
import math

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import EPOCHS
from dlbasic.figures.gradient_flow.zigzag.chart import FRAME
from dlbasic.ui import drawing
from tests.pages.shown import charts
from tests.pages.visits import Alone
from tests.site import CONTROLS


@pytest.mark.parametrize(
    ("place", "control", "value", "others"),
    [
        ("activations/explorer", "at", 1.5, {}),
        ("losses/explorer", "at", 1.5, {}),
        ("losses/explorer", "at", 1.5, {"against": "score"}),
        ("losses/explorer", "p", 0.7, {"against": "probability"}),
    ],
)
def test_reading_at_another_place_changes_no_chart(place, control, value, others):
    reader = Alone(place).follow(
        lang="en", **{f"explorer.{name}": said for name, said in others.items()}
    )
    before = charts(reader.at)
    reader.move(f"explorer.{control}", value)
    assert reader.value(f"explorer.{control}") == value
    assert charts(reader.at) == before


def test_another_path_is_framed_without_building_its_chart_anew():
    def frame(reader):
        [chart] = charts(reader.at)
        params = {param["name"]: param.get("value") for param in json.loads(chart.spec)["params"]}
        return [params[name] for name in FRAME]

    reader = Alone("gradient_flow/zigzag").follow(lang="en")
    before, built = frame(reader), drawing._specification.cache_info().misses
    reader.move("zigzag.direction", 30)
    # The target at 30° from the start at 0, both in sight.
    across, up, half_width, half_height = frame(reader)
    assert [across, up, half_width, half_height] != before
    assert abs(math.cos(math.pi / 6) - across) < half_width
    assert abs(math.sin(math.pi / 6) - up) < half_height
    assert drawing._specification.cache_info().misses == built


@pytest.mark.parametrize(
    ("place", "control", "value"),
    [
        ("activations/explorer", "explorer.functions", ["relu", "mish"]),
        ("losses/explorer", "explorer.regression", ["mae", "huber"]),
        ("gradient_flow/microscope", "microscope.functions", ["relu", "leaky_relu", "mish"]),
    ],
)
def test_other_functions_are_drawn_without_building_their_chart_anew(place, control, value):
    reader = Alone(place).follow(lang="en")
    built = drawing._specification.cache_info().misses
    reader.move(control, value)
    assert drawing._specification.cache_info().misses == built
    for chart in charts(reader.at):
        scales = [
            layer["encoding"]["color"]["scale"]
            for layer in every_layer(json.loads(chart.spec))
            if "scale" in layer.get("encoding", {}).get("color", {})
        ]
        assert scales and all(scale["domain"] == value for scale in scales)


def every_layer(part):
    for layer in part["layer"]:
        yield from every_layer(layer) if "layer" in layer else [layer]


def test_a_legend_has_the_columns_that_the_chosen_names_leave_room_for():
    def wide(functions):
        reader = Alone("gradient_flow/microscope").follow(**{"microscope.functions": functions})
        params = json.loads(charts(reader.at)[0].spec)["params"]
        return next(param["value"] for param in params if param["name"] == "wide")

    assert wide("relu,elu,mish") == 3
    assert wide(",".join(ACTIVATIONS)) < len(ACTIVATIONS)


@pytest.mark.parametrize(
    ("place", "control"),
    [
        ("training/compare", "compare.epochs"),
        ("gradient_flow/dying", "dying.epochs"),
        ("gradient_flow/cures", "cures.epochs"),
    ],
)
def test_the_axis_of_epochs_ends_where_training_did(place, control):
    reader = Alone(place).follow(lang="en")
    drawn = charts(reader.at)
    assert drawn
    for chart in drawn:
        params = {param["name"]: param.get("value") for param in json.loads(chart.spec)["params"]}
        assert params[EPOCHS] == CONTROLS[reader.page][control].default
