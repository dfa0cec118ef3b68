"""A chart's rows as a file that a spreadsheet opens: headings, words for keys, every digit."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from dlbasic.charts import sheet
from dlbasic.claims import CLAIMS
from dlbasic.claims.chart import lines
from dlbasic.text import LANGUAGES
from tests.charts.specs import check_sheet

POINT = {
    "mark": "point",
    "encoding": {
        "x": {"field": "lr", "axis": {"title": ["learning rate", "(log axis)"]}},
        "y": {"field": "loss", "title": "loss (median, log axis)"},
        "color": {"field": "of", "legend": {"labelExpr": "{'a': 'Ape'}[datum.label] || 1"}},
        "tooltip": [{"field": "low", "title": "lowest"}, {"field": "loss", "title": "other"}],
    },
    "usermeta": {"columns": {"extra": "told apart"}},
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [key for key, claim in CLAIMS.items() if not claim.takes_long])
def test_every_column_of_every_claim_has_a_name(key, language):
    claim = CLAIMS[key]
    rows = claim.run(claim.defaults).frame
    series = tuple(rows[claim.plot.series].unique())
    specification = lines(key, series, language).to_dict()
    table = sheet.headed(rows, specification, language)
    check_sheet(specification, rows, table, language)


def test_headings_are_those_of_the_chart():
    rows = pd.DataFrame({
        "lr": [0.1], "loss": [1.5], "of": ["a"], "low": [0.5], "extra": [1], "picked": [2],
        "none": [None], "function": ["b"],
    })  # fmt: skip
    table = sheet.headed(rows, POINT, "ko")
    assert table.columns.tolist() == [
        "learning rate", "loss (median)", "of", "lowest", "told apart", "함수",
    ]  # fmt: skip
    assert table["of"].tolist() == ["Ape"]
    assert sheet.heading(POINT) == "loss (median)"


def test_a_spreadsheet_reads_it_and_no_digit_is_lost():
    rows = pd.DataFrame({"lr": [0.1 + 0.2, 5e-324, -0.0], "loss": [float("inf"), 1 / 3, 1e22]})
    data = sheet.csv(rows, POINT, "ko")
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 4
    text = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype=str)
    for place, column in enumerate(("lr", "loss")):
        assert text.iloc[:, place].map(float).tolist() == rows[column].tolist()
