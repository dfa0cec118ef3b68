"""Every claim's chart in both languages, with the series of its runs and with all of them."""

from __future__ import annotations

from functools import cache

import pytest

from dlbasic.claims import CLAIMS, chart
from dlbasic.text import LANGUAGES
from tests.charts.specs import check_difference, check_language, check_validity
from tests.claims.runs import every_claim, every_run, outcome


@cache
def build(key, series, language):
    """The chart's specification; read-only."""
    return chart.lines(key, series, language).to_dict()


def series_of(claim, settings):
    return tuple(outcome(claim.key, settings).frame[claim.plot.series].unique())


def check(claim, series):
    specs = {language: build(claim.key, series, language) for language in LANGUAGES}
    check_validity(specs["en"])
    check_difference(**dict(zip(("korean", "english"), specs.values(), strict=True)))
    for language, spec in specs.items():
        check_language(spec, language)


@every_run
def test_the_chart_of_a_run_is_valid_and_speaks_each_language(claim, settings):
    check(claim, series_of(claim, settings))


@every_claim
def test_the_chart_of_all_that_the_claim_names_is_valid_and_speaks_each_language(claim):
    check(claim, tuple(claim.plot.names)[:12])  # as many as one chart can tell apart


def layers(key):
    """Each layer's mark and the series that it shows; None for all."""
    claim = CLAIMS[key]
    for layer in build(key, series_of(claim, claim.defaults), "en")["layer"]:
        filters = [step["filter"] for step in layer.get("transform", []) if "filter" in step]
        yield layer, (filters[0]["oneOf"] if filters else None)


@pytest.mark.parametrize(
    ("key", "function", "references"),
    [
        ("sigmoid-range", "sigmoid", ["quotient", "reciprocal"]),
        ("relu-definition", "relu", ["definition", "slope"]),
    ],
)
def test_references_lie_wide_and_pale_under_the_functions(key, function, references):
    (below, behind), (above, front) = [
        (layer["mark"], shown) for layer, shown in layers(key) if layer["mark"]["type"] == "line"
    ]
    assert behind == references and front == [function]
    assert below["strokeWidth"] > 5 and below["opacity"] < 0.6
    assert "strokeWidth" not in above and "opacity" not in above


def test_a_sample_is_points_with_bars_and_a_dot_in_the_legend():
    shown = [(layer["mark"]["type"], series) for layer, series in layers("gelu")]
    assert ("line", ["gelu"]) in shown
    assert ("rule", ["sampling"]) in shown and ("point", ["sampling"]) in shown
    (shape,) = [
        layer["encoding"]["shape"] for layer, _ in layers("gelu") if "shape" in layer["encoding"]
    ]
    assert dict(zip(shape["scale"]["domain"], shape["scale"]["range"], strict=True)) == {
        "gelu": "stroke", "sampling": chart.DOT,
    }  # fmt: skip


def test_shares_keep_their_whole_axis():
    scales = [layer["encoding"]["y"].get("scale", {}) for layer, _ in layers("softmax")]
    assert [0.0, 1.0] in [scale.get("domain") for scale in scales]
