"""A chart for some of its lines: what is left of that for all is what would be built for them."""

from __future__ import annotations

import json
import re

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.activations.explorer import chart as explorer
from dlbasic.ui import drawing
from tests.charts.specs import check_validity

ALL = tuple(ACTIVATIONS)
CHARTS = {
    "linear": (explorer.chart, False, "en"),
    "log": (explorer.chart, True, "ko"),
}
CHOICES = [("relu",), ("sigmoid", "mish"), ALL[2:7], ALL]
# The names by key, of which an expression may know more than it needs; Altair's marks of views.
_NAMES = re.compile(r"\{'[^{}]*'\}|view_\w+")


@pytest.mark.parametrize("only", CHOICES, ids=len)
@pytest.mark.parametrize("chart", CHARTS)
def test_a_choice_of_lines_is_what_would_be_built_for_them(chart, only):
    build, *rest = CHARTS[chart]
    for some in (only, only):  # the second is kept
        chosen = drawing._chosen(build, (ALL, *rest), some)
        built = drawing._specification(build, (only, *rest))
        assert _NAMES.sub("", chosen) == _NAMES.sub("", built)
    check_validity(json.loads(chosen))


def test_a_choice_of_lines_builds_nothing(monkeypatch):
    build = CHARTS["linear"][0]
    drawing._specification(build, (ALL, False, "en"))
    monkeypatch.setattr(explorer, "panels", None)
    for keys in (("elu", "gelu"), ("tanh", "softplus")):
        domains = re.findall(
            r'"domain": (\[[^]]*\])', drawing._chosen(build, (ALL, False, "en"), keys)
        )
        assert json.loads(domains[0]) == list(keys)
