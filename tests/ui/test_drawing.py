"""A chart for some of its lines is what would be built for them; its rows are converted once."""

from __future__ import annotations

import gc
import json
import re

import pandas as pd
import pyarrow as pa
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


def test_rows_that_are_kept_are_converted_once_and_forgotten_with_their_frame(monkeypatch):
    converted = []
    convert = pa.Table.from_pandas

    class Counted:
        @staticmethod
        def from_pandas(frame):
            converted.append([*frame])
            return convert(frame)

    monkeypatch.setattr(drawing.pa, "Table", Counted)
    before = len(drawing._TABLES)
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    whole = drawing._table(frame, None)
    assert drawing._table(frame, None) is whole and whole.to_pandas().equals(frame)
    part = drawing._table(frame, ("y",))
    assert drawing._table(frame, ("y",)) is part and part.column_names == ["y"]
    assert converted == [["x", "y"], ["y"]]
    assert drawing._table(frame.copy(), None) is not whole
    del frame
    gc.collect()
    assert len(drawing._TABLES) == before
