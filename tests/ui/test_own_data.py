"""The reader's own data: a file, a pasted table, cells, clicks; what the page says of them."""

from __future__ import annotations

import json
import re
from base64 import b64encode

import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from dlbasic.datasets.own_csv import MOST_BYTES, read_csv
from dlbasic.datasets.own_rows import with_point
from dlbasic.text import LANGUAGES
from dlbasic.ui import own_data
from tests.pages.shown import foreign, shown

LINES = "0,0,a\n0,3,b\n3,0,b\n3,3,a\n"
SQUARE = [(0.0, 0.0, "a"), (0.0, 3.0, "b"), (3.0, 0.0, "b"), (3.0, 3.0, "a")]


def page(language):
    from types import SimpleNamespace

    import streamlit as st

    from dlbasic.ui.own_data import add_point, own_data_fold, own_points

    st.session_state["seen"] = own_points()  # by what stands before the fold in the same run
    st.button("click", on_click=add_point, args=(1.234, 2.0, "b", ("a", "b")))
    own_data_fold(SimpleNamespace(language=language))


class Reader:
    """A reader of the fold, and of its table as the browser has it."""

    components = None  # the app's own, and what is installed: looked for once

    def __init__(self, language="en"):
        self.at = AppTest.from_function(page, kwargs={"language": language})
        self.at._bidi_component_manager = Reader.components
        self.edits = {}
        self.at.session_state["own-fold"] = True
        self.run()

    def run(self):
        states = self.at._tree.get_widget_states() if self.at._tree else None
        for table in self.at.data_editor if states is not None else ():
            edits = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
            edits |= self.edits.get(table.key, {})
            states.widgets.append(WidgetState(id=table.proto.id, string_value=json.dumps(edits)))
        self.at._run(states)
        Reader.components = self.at._bidi_component_manager
        assert [error.value for error in self.at.exception] == []
        return self

    def paste(self, text):
        self.at.text_area(key="own-text").set_value(text)
        return self.press("Read what was pasted")

    def press(self, label):
        next(button for button in self.at.button if button.label == label).click()
        return self.run()

    def open(self, opened):
        self.at.session_state["own-fold"] = opened
        return self.run()

    @property
    def table(self):
        (table,) = self.at.data_editor
        return table

    def edit(self, **edits):
        """Edit the table; the browser repeats what was edited in it before."""
        self.edits.setdefault(self.table.key, {}).update(edits)
        return self.run()

    @property
    def rows(self):
        return [tuple(row) for row in self.table.value.itertuples(index=False)]

    @property
    def own(self):
        return self.at.session_state["seen"]

    @property
    def told(self):
        """What the data are, a sentence each."""
        return [
            one.removeprefix("- ")
            for text in self.at.markdown[1:]
            for one in text.value.split("\n")
        ]

    @property
    def warned(self):
        return [text.value for text in self.at.warning]


@pytest.fixture
def reader():
    return Reader()


def test_a_closed_fold_holds_nothing():
    reader = Reader().open(False)
    assert not reader.at.data_editor and not reader.at.text_area and not reader.at.markdown
    assert not reader.at.get("bidi_component") and not reader.at.get("download_button")


def test_there_are_no_data_before_any_are_given(reader):
    assert reader.own is None and reader.rows == [] and reader.told == [] and reader.warned == []
    assert [button.label for button in reader.at.button] == ["click", "Read what was pasted"]
    assert "in this session: it is not in the link" in reader.at.markdown[0].value


def test_what_is_pasted_is_read_and_told(reader):
    reader.paste("x1;x2;label\n0;0;a\n100;3;b\n50;abc;b\n3,5;0;b\n3;3;a\n1;1;c\n")
    assert reader.own.rows() == reader.rows
    assert reader.rows[2] == (3.5, 0.0, "b") and len(reader.rows) == 5
    assert reader.told == [
        "Points: 5; by class: a 2, b 2, c 1",
        "x₁ from −10 to 110 is moved to −6 to 6, for the network, too",
    ]
    assert reader.warned == [
        "Problems in what was read:\n\n- Row 4 is left out: x2 is ‘abc’, not a number"
    ]
    assert reader.table.value.index.tolist() == [1, 2, 3, 4, 5]


def test_values_of_a_regression_are_told(reader):
    reader.paste("0,0,0.5\n1,2,-0.5\n2,2,0.25\n0,1,1\n")
    assert reader.told == ["Points: 4; regression, values from −0.5 to 1"]
    assert [row[2] for row in reader.rows] == ["0.5", "-0.5", "0.25", "1.0"]


def test_what_cannot_be_used_changes_nothing(reader):
    reader.paste(LINES)
    assert reader.warned == []
    own = reader.own
    reader.paste("1,1,a\n")
    assert reader.own is own and reader.rows == SQUARE
    (warning,) = reader.warned
    assert warning.startswith(
        "What was read cannot be used, so nothing has changed:\n\n- It takes 4"
    )
    assert reader.paste(LINES).warned == []


def test_cells_are_edited_and_rows_added_and_deleted(reader):
    reader.paste(LINES)
    key = reader.table.key
    reader.edit(edited_rows={0: {"x1": 1.5}})
    assert reader.own.rows() == [(1.5, 0.0, "a"), *SQUARE[1:]]
    reader.edit(added_rows=[{"x1": 1.0, "y": "c"}])
    assert reader.own.rows() == [(1.5, 0.0, "a"), *SQUARE[1:]]
    assert reader.warned == ["- Row 5 is left out: it has no x2"]
    reader.edit(added_rows=[{"x1": 1.0, "x2": 2.0, "y": "c"}], deleted_rows=[1])
    assert reader.own.rows() == [(1.5, 0.0, "a"), *SQUARE[2:], (1.0, 2.0, "c")]
    assert reader.own.names == ("a", "b", "c") and reader.warned == []
    # The table stays as it is, with what is selected in it: the browser has the edits.
    assert reader.table.key == key and reader.rows == SQUARE


def test_an_edit_keeps_the_colours_of_classes_and_speaks_of_the_table(reader):
    reader.paste(LINES + "?,1,a\n")
    reader.edit(deleted_rows=[0], added_rows=[{"x1": 1.0}])
    assert reader.own.names == ("a", "b") and reader.own.targets.tolist() == [1, 1, 0]
    assert reader.warned[0].startswith("- It takes 4 points")
    assert "In what was read" not in reader.warned[0]


def test_a_table_that_comes_again_has_what_was_edited(reader):
    reader.paste(LINES)
    edited = [(1.5, 0.0, "a"), *SQUARE[1:]]
    reader.edit(edited_rows={0: {"x1": 1.5}}, added_rows=[{"x1": 7.0}])
    first = reader.table.key
    reader.open(False)
    assert reader.own.rows() == edited
    reader.open(True)
    assert reader.table.key != first and reader.own.rows() == edited
    assert reader.rows[:4] == edited and reader.rows[4][0] == 7.0 and pd.isna(reader.rows[4][1])
    reader.edit(deleted_rows=[4])
    assert reader.warned == [] and reader.own.rows() == edited


def test_a_table_is_filled_from_nothing(reader):
    reader.edit(added_rows=[{"x1": 0, "x2": 1.0, "y": "a"}])
    assert reader.told == ["Points: 1; by class: a 1"]
    assert reader.warned == ["- It takes 4 points to learn from; so far: 1"]
    rows = [{"x1": x1, "x2": x2, "y": label} for x1, x2, label in SQUARE]
    reader.edit(added_rows=rows)
    assert reader.own.rows() == SQUARE and reader.own.missing is None and reader.warned == []


def test_points_are_clicked_and_stand_in_the_table(reader):
    for count in range(1, 4):
        reader.press("click")
        assert reader.own.rows() == reader.rows == [(1.23, 2.0, "b")] * count
    assert reader.own.names == ("a", "b") and reader.told == ["Points: 3; by class: a 0, b 3"]
    assert reader.warned == ["- It takes 4 points to learn from; so far: 3"]
    reader.press("click")
    assert reader.warned[0].startswith("- Every point has the label ‘b’")
    reader.edit(edited_rows={0: {"y": "a"}})
    assert reader.own.missing is None and reader.warned == []
    # Half a row stays, and so does what was edited.
    reader.edit(added_rows=[{"x1": 5.0}])
    reader.press("click")
    assert [row[2] for row in reader.own.rows()] == ["a", "b", "b", "b", "b"]
    assert len(reader.rows) == 6 and reader.rows[4][0] == 5.0 and reader.rows[0][2] == "a"


def test_edits_of_a_table_that_has_gone_are_not_heard(reader):
    reader.paste(LINES)
    stale = reader.edit(edited_rows={0: {"x1": 1.5}}).table.proto.id
    reader.paste(LINES)
    assert reader.own.rows() == SQUARE
    states = reader.at._tree.get_widget_states()
    edits = json.dumps({"edited_rows": {1: {"x1": 9.0}}, "added_rows": [], "deleted_rows": []})
    states.widgets.append(WidgetState(id=stale, string_value=edits))
    reader.at._run(states)
    assert reader.own.rows() == SQUARE


def test_everything_can_be_removed(reader):
    reader.paste(LINES + "?,1,a\n").press("Remove all")
    assert reader.own is None and reader.rows == [] and reader.told == [] and reader.warned == []
    assert "Remove all" not in [button.label for button in reader.at.button]


def test_what_is_saved_opens_in_a_spreadsheet_and_reads_as_the_same(monkeypatch):
    saved = []
    monkeypatch.setattr(
        own_data.st, "download_button", lambda label, data, *more, **_: saved.append((data, *more))
    )
    text = LINES.replace("a", "고양이")
    reader = Reader().paste(text)
    (data, name, kind), *_ = saved
    assert (name, kind) == ("points.csv", "text/csv")
    assert data.startswith("\ufeffx1,x2,label\r\n0.0,0.0,고양이\r\n".encode())
    assert read_csv(data) == (reader.own, ())


@pytest.fixture
def state(monkeypatch):
    """The session's state, as a callback finds it."""
    state = {}
    monkeypatch.setattr(own_data.st, "session_state", state)
    return state


def sent(raw, kind="text/csv"):
    """A file as the browser sends it."""
    return {"file": f"data:{kind};base64,{b64encode(raw).decode()}"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_file_is_read_as_it_is_sent(state, encoding):
    text = LINES.replace("a", "고양이")
    state["own-file"] = sent(text.encode(encoding))
    own_data._opened()
    assert own_data.own_points() == read_csv(text).points


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (sent(b"1,1,a\n" * 200_000), "more than 1 MB"),
        (sent((b"1,1,a\n" * 200_000)[: MOST_BYTES + 1]), "more than 1 MB"),
        (sent(b"PK\x03\x04"), "Excel workbook"),
        (sent(b"\x81\xff", ""), "not a text file"),
        (sent(b""), "It takes 4 points"),
        ({"file": "data:"}, "It takes 4 points"),  # how Chromium writes an empty file
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(state, file, said):
    state["own-text"] = LINES
    own_data._pasted()
    own = own_data.own_points()
    state["own-file"] = file
    own_data._opened()
    assert own_data.own_points() is own
    assert any(said in problem["en"] for problem in state["own"].problems)


@pytest.mark.parametrize("file", [{}, {"file": None}, {"file": 7}, {"file": "data:,%"}])
def test_what_is_no_file_is_no_news(state, file):
    state["own-text"] = LINES
    own_data._pasted()
    state["own-file"] = file
    own_data._opened()
    assert own_data.own_points() == read_csv(LINES).points and state["own"].problems == ()


def test_a_click_that_adds_no_point_is_told(state):
    state["own-text"] = LINES
    own_data._pasted()
    own_data.add_point(7.0, 0.0, "a")
    assert state["own"].rows == SQUARE and own_data.own_points().rows() == SQUARE
    assert [problem["en"] for problem in state["own"].problems] == [
        "No point is added outside the plane"
    ]
    own_data.add_point(1.0, 0.0, "a")
    assert own_data.own_points().rows()[-1] == (1.0, 0.0, "a") and state["own"].problems == ()


def test_a_table_that_a_click_has_replaced_is_not_heard_any_more(state):
    state["own-text"] = LINES
    own_data._pasted()
    memory = state["own"]
    memory.sent, memory.key = list(memory.rows), "table"
    own_data.add_point(1.0, 0.0, "a")
    state["table"] = {"edited_rows": {0: {"x1": 5.0}}, "added_rows": [], "deleted_rows": []}
    own_data._edited("table")
    assert own_data.own_points().rows() == [*SQUARE, (1.0, 0.0, "a")]


def test_a_class_without_points_is_told_as_well():
    own = with_point(None, 0.0, 0.0, "a", names=("a", "b")).points
    assert own_data._summary(own, "en") == "Points: 1; by class: a 1, b 0"


def test_edits_of_rows_that_there_are_not_are_left(state):
    state["own-text"] = LINES
    own_data._pasted()
    memory = state["own"]
    memory.sent, memory.key = list(memory.rows), "table"
    state["table"] = {
        "edited_rows": {99: {"x1": 1.0}, 0: {"x3": 1.0, "_index": 4}},
        "added_rows": [{"_index": 9}],
        "deleted_rows": [77],
    }
    own_data._edited("table")
    assert own_data.own_points().rows() == SQUARE


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_page_s_language(language):
    reader = Reader(language)
    said = []
    for text in ("100,0,1\n0,0,?\n5,9,1.5\n3,3,\n7,1,5\n1,2,3", LINES.replace("a", "1"), "?"):
        reader.at.text_area(key="own-text").set_value(text)
        reader.at.button[1].click()
        said += shown(reader.run().at)
    assert len(said) > 40
    wrong = [text for text in said if text != "click" and foreign(text, language)]
    assert wrong == []


def test_a_press_adds_a_point_of_the_class_that_was_chosen_last(state):
    state["own-text"] = LINES
    own_data._pasted()
    own_data.press(1.0, 1.0)
    assert own_data.own_points().rows()[-1] == (1.0, 1.0, "a"), "the first there is, no new one"
    state["own-press"] = "b"
    own_data._choose()
    del state["own-press"]  # as when its control has left the page
    own_data.press(2.0, 1.0)
    assert own_data.own_points().rows()[-1] == (2.0, 1.0, "b")
    own_data._cleared()
    own_data.press(0.0, 0.0)
    assert own_data.own_points().rows() == [(0.0, 0.0, "A")]


def test_a_press_adds_a_row_to_a_table_that_cannot_be_used(state):
    state["own-text"] = "".join(
        f"{k},{j},{name}\n" for k, name in enumerate("abcde") for j in (0, 1)
    )
    own_data._pasted()
    memory = state["own"]
    memory.key, memory.sent = "table", list(memory.rows)
    state["table"] = {"edited_rows": {0: {"y": "f"}}, "deleted_rows": [], "added_rows": []}
    own_data._edited("table")
    assert own_data.own_points() is None and len(memory.rows) == 10
    own_data.press(1.0, 1.0)
    assert len(memory.rows) == 11 and own_data.own_points() is None
    assert "7 different labels" in memory.problems[0]["en"], "and what is wrong stays told"
    memory.key, memory.sent = "table", list(memory.rows)
    state["table"]["edited_rows"] = {0: {"y": "a"}, 10: {"y": "a"}}
    own_data._edited("table")
    assert own_data.own_points().rows()[-1][:2] == (1.0, 1.0) and len(own_data.own_points()) == 11


def test_a_class_is_named_as_it_is_whatever_markdown_would_make_of_it():
    for name in ("+", "1.", "_a_", "-"):
        assert re.sub(r"\\(.)", r"\1", own_data._plain(name)) == name
        assert re.search(r"\\", own_data._plain(name))
    assert own_data._plain("가 a1") == "가 a1"


def test_a_press_adds_a_value_to_a_regression(state):
    state["own-text"] = "\n".join(f"{k},0,{k / 7:.3f}" for k in range(9))
    own_data._pasted()
    own_data.press(1.0, 1.0)
    assert own_data.own_points().rows()[-1][2] == "0.0"
    state["own-press"] = "2.5"
    own_data._choose()
    own_data.press(1.0, 1.0)
    assert own_data.own_points().rows()[-1][2] == "2.5"
    state["own-press"] = "1,5"
    own_data._choose()
    own_data.press(1.0, 1.0)
    assert own_data.own_points().rows()[-1][2] == "1.5"
    state["own-press"] = "abc"
    own_data._choose()
    own_data.press(1.0, 1.0)
    assert len(own_data.own_points()) == 12, "no other value in its stead"
    assert "label is ‘abc’, not a number" in state["own"].problems[0]["en"]
