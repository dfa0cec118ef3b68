"""Every chart in both languages: a valid specification, every word in the page's language."""

from __future__ import annotations

import itertools
from functools import cache

import altair as alt
import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts import bars, claims, curves, explorer
from dlbasic.charts.theme import STYLES, function_names
from dlbasic.experiments import EXPERIMENTS
from dlbasic.experiments.race import Race, RaceSettings
from dlbasic.text import LANGUAGES
from tests.experiments.runs import outcome
from tests.pages.shown import chart_texts, foreign

KEYS = tuple(ACTIVATIONS)
# The title is given by the page, which the page's own tests read.
TITLE = {"ko": "나온 뒤: 출력 f(z)", "en": "After: output f(z)"}


def claim(key, run, language):
    """A claim's chart with the series of one of its runs, or with all that it names."""
    experiment = EXPERIMENTS[key]
    if run == "all":
        return claims.lines(key, tuple(experiment.plot.names), language)
    frame = outcome(key, getattr(experiment, run)).frame
    return claims.lines(key, tuple(frame[experiment.plot.series].unique()), language)


CHARTS = {
    **{
        f"explorer-{len(keys)}-{'log' if log else 'linear'}": (explorer.chart, keys, log)
        for keys in (KEYS, ("relu",), ("sigmoid", "prelu", "mish"))
        for log in (False, True)
    },
    **{f"histogram-{key}": (bars.histogram, key) for key in KEYS},
    **{f"probabilities-{n}": (bars.probabilities, n) for n in (2, 6)},
    **{
        f"claim-{key}-{run}": (claim, key, run)
        for key, experiment in EXPERIMENTS.items()
        for run in ("quick", "control", "all")
        if run != "all" or len(experiment.plot.names) <= 12
    },
    **{
        f"race-{len(keys)}-{n}": (curves.race, keys, n)
        for keys in (KEYS, ("relu",))
        for n in (20, 200)
    },
}
every = pytest.mark.parametrize(("name", "language"), list(itertools.product(CHARTS, LANGUAGES)))


@cache
def build(name, language):
    """The chart's specification; read-only."""
    draw, *shape = CHARTS[name]
    if draw is bars.histogram:
        shape.append(TITLE[language])
    return draw(*shape, language).to_dict()


@every
def test_specification_is_valid(name, language):
    spec = build(name, language)
    alt.Chart.from_dict(spec)  # validates against the schema
    assert "values" not in spec.get("data", {})  # the rows are sent apart


@every
def test_every_word_is_in_the_language(name, language):
    texts = chart_texts(build(name, language))
    assert texts
    assert {text: words for text in texts if (words := foreign(text, language))} == {}


@pytest.mark.parametrize("name", CHARTS)
def test_the_languages_differ_only_in_words(name):
    """A chart that lost a title, an axis or a tooltip in one language would differ in shape."""
    korean, english = (chart_texts(build(name, language)) for language in LANGUAGES)
    assert len(korean) == len(english)
    assert sum(a != b for a, b in zip(korean, english, strict=True)) > 0


def layers(name):
    """Each layer's mark and the series that it shows; None for all."""
    for layer in build(name, "en")["layer"]:
        filters = [step["filter"] for step in layer.get("transform", []) if "filter" in step]
        yield layer["mark"], (filters[0]["oneOf"] if filters else None)


@pytest.mark.parametrize(
    ("key", "function", "references"),
    [
        ("sigmoid-range", "sigmoid", ["quotient", "reciprocal"]),
        ("relu-definition", "relu", ["definition", "slope"]),
    ],
)
def test_references_lie_wide_and_pale_under_the_functions(key, function, references):
    (below, behind), (mark, front) = [
        (mark, shown) for mark, shown in layers(f"claim-{key}-quick") if mark["type"] == "line"
    ]
    assert behind == references and front == [function]
    assert below["strokeWidth"] > 5 and below["opacity"] < 0.6
    assert "strokeWidth" not in mark and "opacity" not in mark


def test_a_sample_is_points_with_bars_and_a_dot_in_the_legend():
    shown = [(mark["type"], series) for mark, series in layers("claim-gelu-quick")]
    assert ("line", ["gelu"]) in shown
    assert ("rule", ["sampling"]) in shown and ("point", ["sampling"]) in shown
    (shape,) = [
        layer["encoding"]["shape"]
        for layer in build("claim-gelu-quick", "en")["layer"]
        if "shape" in layer["encoding"]
    ]
    assert dict(zip(shape["scale"]["domain"], shape["scale"]["range"], strict=True)) == {
        "gelu": "stroke", "sampling": claims.DOT,
    }  # fmt: skip


def test_shares_keep_their_whole_axis():
    scales = [
        layer["encoding"]["y"].get("scale", {})
        for layer in build("claim-softmax-quick", "en")["layer"]
    ]
    assert [0.0, 1.0] in [scale.get("domain") for scale in scales]


def test_titles_are_translated():
    """What guards the test above: a title left in Korean must be seen as such."""
    texts = chart_texts(build("explorer-1-log", "ko"))
    assert any("로그 축" in text for text in texts)
    assert any("기울기" in text for text in texts if "축" not in text)
    assert [foreign(text, "en") for text in texts if "로그 축" in text] != [[]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_readout_names_every_function(language):
    spec = build("explorer-11-linear", language)
    names = function_names(language)
    (rule,) = [layer for layer in spec["layer"] if "tooltip" in layer.get("encoding", {})]
    titles = [entry["title"] for entry in rule["encoding"]["tooltip"]]
    assert titles == ["x", *(names[key] for key in KEYS)]


@pytest.mark.parametrize("log", [False, True])
def test_slope_axis_is_logarithmic_when_asked(log):
    spec = build(f"explorer-3-{'log' if log else 'linear'}", "en")
    scales = [
        layer["encoding"]["y"].get("scale", {}).get("type", "linear")
        for group in spec["layer"]
        for layer in group.get("layer", [])
        if layer["encoding"].get("y", {}).get("field") == "slope"
    ]
    assert scales and set(scales) == {"log" if log else "linear"}


def fields(node):
    """Every column that the encodings of a specification read."""
    for key, value in node.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from fields(part)
        if key == "field":
            yield value


def test_the_race_reads_what_the_race_gives():
    losses = np.ones((3, len(KEYS), 8))
    rows = Race(RaceSettings(epochs=2), losses, None, done=2).curves().assign(target=0.1)
    made = {"name", "word"}  # by the chart itself
    assert set(fields(build("race-11-20", "en"))) - made == set(rows)


@pytest.mark.parametrize("epochs", [20, 200])
def test_the_race_has_its_whole_length_from_the_start_and_a_log_axis(epochs):
    """Where every network diverges the axis still goes to the last epoch."""
    layers = build(f"race-11-{epochs}", "en")["layer"]
    x = [layer["encoding"]["x"] for layer in layers if "scale" in layer["encoding"].get("x", {})]
    assert x and all(axis["scale"]["domain"] == [0, epochs] for axis in x)
    (line,) = [layer for layer in layers if layer["mark"]["type"] == "line"]
    assert line["encoding"]["y"]["scale"]["type"] == "log"


def test_the_race_draws_each_function_in_its_own_colour_and_dash():
    (line,) = [layer for layer in build("race-11-20", "en")["layer"]
               if layer["mark"]["type"] == "line"]  # fmt: skip
    colours, dashes = (line["encoding"][name]["scale"] for name in ("color", "strokeDash"))
    for place, key in enumerate(KEYS):
        assert colours["domain"][place] == dashes["domain"][place] == key
        assert colours["range"][place] == STYLES[key].colour
        assert tuple(dashes["range"][place]) == STYLES[key].dash


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_race_names_the_target(language):
    spec = build("race-11-20", language)
    rules = [layer for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert [rule["encoding"]["y"]["field"] for rule in rules] == ["target"]
    assert {"ko": "목표 ", "en": "target "}[language] in chart_texts(spec)
