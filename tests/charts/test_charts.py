"""The charts of the explorer and of the race: what they read, and how they draw it."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import EPOCHS
from dlbasic.charts.theme import LOSS_STYLES, STYLES, function_names
from dlbasic.figures.training.compare.chart import names_of
from dlbasic.figures.training.compare.measure import BY, Compare, Race
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


def of_race(by, **given):
    settings = Compare(by=by, **given)
    return settings, f"race-{by}-{settings.score}"


KINDS = [of_race(by) for by in BY] + [of_race("losses", data="plane")]
each_race = pytest.mark.parametrize(("settings", "name"), KINDS, ids=[name for _, name in KINDS])


@each_race
def test_the_race_reads_what_the_race_gives(settings, name):
    race = Race.begin(settings)
    for place in range(len(settings.variants)):
        race.note(place, np.full((settings.epochs + 1, settings.seeds), 0.5), np.ones(1))
    made = {"name", "word", "target"}  # by the chart itself
    assert fields(build(name, "en")) - made == set(race.curves)


@each_race
def test_the_race_has_its_whole_length_from_the_start(settings, name):
    """Where every network diverges the axis still goes to the last epoch."""
    layers = build(name, "en")["layer"]
    x = [layer["encoding"]["x"] for layer in layers if "scale" in layer["encoding"].get("x", {})]
    assert x and all(axis["scale"]["domain"] == [0, {"expr": EPOCHS}] for axis in x)
    (line,) = [layer for layer in layers if layer["mark"]["type"] == "line"]
    logarithmic = settings.score != "accuracy"
    assert (line["encoding"]["y"]["scale"].get("type") == "log") == logarithmic


@each_race
def test_the_race_draws_each_variant_in_its_own_colour_and_dash(settings, name):
    (line,) = [layer for layer in build(name, "en")["layer"] if layer["mark"]["type"] == "line"]
    colours, dashes = (line["encoding"][of]["scale"] for of in ("color", "strokeDash"))
    keys = list(settings.variants)
    assert colours["domain"] == dashes["domain"] == keys
    pairs = [*zip(colours["range"], map(tuple, dashes["range"]), strict=True)]
    assert len({*pairs}) == len(keys), "colour is not the only sign"
    if settings.by == "functions":
        assert pairs == [tuple(STYLES[key]) for key in keys]
    if settings.by == "losses":
        assert pairs == [tuple(LOSS_STYLES[key]) for key in keys]
        assert len({dash for _, dash in pairs}) == len({colour for colour, _ in pairs}) == len(keys)


@each_race
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_race_names_the_target_and_every_variant(settings, name, language):
    spec = build(name, language)
    rules = [layer for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert [rule["encoding"]["y"]["field"] for rule in rules] == ["target"]
    words = chart_texts(spec)
    assert {"ko": "목표 ", "en": "target "}[language] in words
    named = names_of(settings.varied, tuple(settings.variants), language)
    assert len({*named.values()}) == len(named) and {*named.values()} <= {*words}
