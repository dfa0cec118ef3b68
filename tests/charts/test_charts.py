"""The charts of the explorer and of the race: what they read, and how they draw it."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import EPOCHS
from dlbasic.charts.theme import STYLES, function_names
from dlbasic.figures.training.compare.measure import Compare, Race
from dlbasic.text import LANGUAGES
from tests.charts.specs import fields
from tests.charts.test_every_chart import build
from tests.pages.shown import chart_texts

KEYS = tuple(ACTIVATIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_readout_names_every_function(language):
    spec = build(f"explorer-{len(KEYS)}-linear", language)
    names = function_names(language)
    (rule,) = [layer for layer in spec["layer"] if "tooltip" in layer.get("encoding", {})]
    titles = [entry["title"] for entry in rule["encoding"]["tooltip"]]
    assert titles == ["x", *(names[key] for key in KEYS)]


@pytest.mark.parametrize("log", [False, True])
def test_slope_axis_is_logarithmic_when_asked(log):
    spec = build(f"explorer-1-{'log' if log else 'linear'}", "en")
    scales = [
        layer["encoding"]["y"].get("scale", {}).get("type", "linear")
        for group in spec["layer"]
        for layer in group.get("layer", [])
        if layer["encoding"].get("y", {}).get("field") == "slope"
    ]
    assert scales and set(scales) == {"log" if log else "linear"}


def test_the_race_reads_what_the_race_gives():
    losses = np.ones((3, len(KEYS), 8))
    rows = Race(Compare(epochs=2), losses, None, done=2).curves
    made = {"name", "word", "target"}  # by the chart itself
    assert fields(build(f"race-{len(KEYS)}", "en")) - made == set(rows)


def test_the_race_has_its_whole_length_from_the_start_and_a_log_axis():
    """Where every network diverges the axis still goes to the last epoch."""
    layers = build(f"race-{len(KEYS)}", "en")["layer"]
    x = [layer["encoding"]["x"] for layer in layers if "scale" in layer["encoding"].get("x", {})]
    assert x and all(axis["scale"]["domain"] == [0, {"expr": EPOCHS}] for axis in x)
    (line,) = [layer for layer in layers if layer["mark"]["type"] == "line"]
    assert line["encoding"]["y"]["scale"]["type"] == "log"


def test_the_race_draws_each_function_in_its_own_colour_and_dash():
    (line,) = [layer for layer in build(f"race-{len(KEYS)}", "en")["layer"]
               if layer["mark"]["type"] == "line"]  # fmt: skip
    colours, dashes = (line["encoding"][name]["scale"] for name in ("color", "strokeDash"))
    for place, key in enumerate(KEYS):
        assert colours["domain"][place] == dashes["domain"][place] == key
        assert colours["range"][place] == STYLES[key].colour
        assert tuple(dashes["range"][place]) == STYLES[key].dash


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_race_names_the_target(language):
    spec = build(f"race-{len(KEYS)}", language)
    rules = [layer for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert [rule["encoding"]["y"]["field"] for rule in rules] == ["target"]
    assert {"ko": "목표 ", "en": "target "}[language] in chart_texts(spec)
