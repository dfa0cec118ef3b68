"""Any text and any bytes as a reader's own points, searched for counterexamples by hypothesis."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("hypothesis", reason="the search for counterexamples needs hypothesis")
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from dlbasic.datasets import EXTENT
from dlbasic.datasets.own_csv import read_csv, write_csv
from dlbasic.datasets.own_rows import (
    LARGEST,
    LISTED,
    MOST_CLASSES,
    MOST_ROWS,
    from_table,
    with_point,
)
from dlbasic.text import LANGUAGES

thorough = settings(max_examples=300, deadline=None, derandomize=True, database=None)

finite = st.floats(-LARGEST, LARGEST).map(repr)
small = st.integers(-3, 3).map(str)
field = st.one_of(
    finite, small, st.floats().map(repr), st.text(max_size=6), st.sampled_from("ab,;")
)
label = st.one_of(
    st.sampled_from(["a", "b", "한 글자", '"', "1,5", "=1"]), small, finite, st.text()
)


@st.composite
def sheets(draw):
    """Rows that can mostly be used, written with one of the delimiters."""
    labels = draw(st.lists(label, min_size=2, max_size=6))
    rows = draw(
        st.lists(
            st.tuples(finite | small, finite | small, st.sampled_from(labels)),
            min_size=3,
            max_size=12,
        )
    )
    spoilt = draw(st.lists(st.lists(field, max_size=5), max_size=2))
    delimiter = draw(st.sampled_from(["\t", ";", ",", ", "]))
    header = draw(st.sampled_from(["", "x1,x2,label\n", "정답,x2,x1\n", "\ufeff"]))
    lines = [delimiter.join(row) for row in draw(st.permutations([*rows, *spoilt]))]
    return header.replace(",", delimiter) + draw(st.sampled_from(["\n", "\r\n"])).join(lines)


texts = sheets() | st.text() | st.lists(field, max_size=40).map(",".join)
encoded = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    texts,
    st.sampled_from(["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le"]),
)
files = texts | encoded | st.binary()


def check(own):
    """What holds of all points, whatever they were read from."""
    points = own.points()
    assert 1 <= len(own) <= MOST_ROWS and own.inputs.shape == points.inputs.shape == (len(own), 2)
    assert np.isfinite(own.inputs).all() and np.abs(points.inputs).max() <= EXTENT
    assert points.targets.shape == (len(own),)
    if own.task == "regression":
        assert own.names == () and points.targets.dtype == np.float64
        assert np.abs(points.targets).max() <= 1.0 + 1e-9
    else:
        assert points.targets.dtype == np.int64
        assert {*own.targets.tolist()} == {*range(len(own.names))}
        assert len({*own.names}) == len(own.names) <= MOST_CLASSES and all(own.names)
        assert own.task == ("binary" if len(own.names) <= 2 else "classes")
    for scaling, given_, shown in zip(own.scalings, own.inputs.T, points.inputs.T, strict=False):
        largest = np.abs(given_).max()  # beside which smaller numbers are rounded
        np.testing.assert_allclose(scaling.undo(shown), given_, rtol=0.0, atol=1e-14 * largest)


@thorough
@given(files)
def test_whatever_is_read_is_sound_or_refused_with_a_reason(raw):
    own, problems = read_csv(raw)
    event("read" if own else "refused")
    assert len(problems) <= LISTED + 1
    for problem in problems:
        assert all("{" not in problem[language] for language in LANGUAGES)
        assert all(len(problem[language]) < 150 for language in LANGUAGES)
    if own is None:
        assert problems
    else:
        assert own.missing is None
        check(own)


@thorough
@given(sheets())
def test_what_is_written_reads_as_the_same(text):
    own = read_csv(text).points
    assume(own is not None)
    written = write_csv(own)
    assert read_csv(written) == (own, ())
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read_csv(written.encode(encoding)).points == own
    assert from_table(own.rows()) == from_table(own.rows(), before=own) == (own, ())


cells = st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=5), st.booleans())


@thorough
@given(st.lists(st.tuples(cells, cells, cells | label), max_size=9), st.data())
def test_any_table_and_clicks_upon_it(rows, data):
    own = from_table(rows).points
    if own is not None:
        check(own)
    for _ in range(3):
        place = st.floats(-EXTENT, EXTENT) | st.floats()
        clicked = data.draw(place), data.draw(place), data.draw(label)
        more, problems = with_point(own, *clicked, names=("a", "b"))
        assert bool(problems) == (more is own)
        if more is own:
            continue
        assert len(more) == (len(own) if own else 0) + 1
        before = own.points().inputs if own else np.zeros((0, 2))
        np.testing.assert_array_equal(more.points().inputs[:-1], before)
        np.testing.assert_allclose(more.points().inputs[-1], clicked[:2], rtol=0.0, atol=0.016)
        own = more
