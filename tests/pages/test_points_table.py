"""Points in a table: cells edited, sliders of one of them, links, in whatever order."""

from __future__ import annotations

import json

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from dlbasic.figures.losses.line.measure import OUTLIER, LineFit
from tests.pages.visits import Alone
from tests.site import CONTROLS

POINTS = CONTROLS["losses"]
X, Y = LineFit().x, LineFit().y
ONE_X, ONE_Y, HEIGHT = "losses:line.x-one", "losses:line.y-one", "losses:line.y-outlier"


class Table:
    """The table as the browser has it: what was edited stays, laid over what the server sends."""

    def __init__(self, reader):
        self.reader = reader
        self.edits: dict[str, dict[int, dict[str, object]]] = {}

    @property
    def element(self):
        return self.reader.widget("line.x")

    def state(self):
        """What the browser says of the table; a table of another key has nothing edited."""
        rows = self.edits.get(self.element.proto.id, {})
        said = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
        return WidgetState(id=self.element.proto.id, string_value=json.dumps(said))

    def run(self):
        # The test client has no edits of its own: they go with what the other widgets say.
        states = self.reader.at._tree.get_widget_states()
        states.widgets.append(self.state())
        self.reader.at._run(states)
        assert [error.value for error in self.reader.at.exception] == []
        return self

    def edit(self, row, **cells):
        rows = self.edits.setdefault(self.element.proto.id, {})
        rows.setdefault(row, {}).update(cells)
        return self.run()

    def slide(self, key, value):
        self.reader.at.slider(key=key).set_value(value)
        return self.run()

    @property
    def cells(self):
        """What the reader sees: the numbers sent, and over them what was edited."""
        frame = self.element.value.copy()
        for row, cells in self.edits.get(self.element.proto.id, {}).items():
            for column, cell in cells.items():
                frame.loc[row, column] = cell
        return {column: tuple(frame[column]) for column in ("x", "y")}

    def check(self, x=X, y=Y):
        """Table, sliders and link say these points."""
        assert self.cells == {"x": x, "y": y}
        point = self.reader.value("line.point")
        sliders = {key: self.reader.at.slider(key=key).value for key in (ONE_X, ONE_Y, HEIGHT)}
        assert sliders == {ONE_X: x[point - 1], ONE_Y: y[point - 1], HEIGHT: y[OUTLIER - 1]}
        said = {"line.x": POINTS["line.x"].write(x), "line.y": POINTS["line.y"].write(y)}
        before = {"line.x": POINTS["line.x"].write(X), "line.y": POINTS["line.y"].write(Y)}
        for name in said:
            assert self.reader.link.get(name, before[name]) == said[name]
            assert (name in self.reader.link) == (said[name] != before[name])


@pytest.fixture
def table():
    return Table(Alone("losses/line").follow(lang="en"))


def but(numbers, place, value):
    return (*numbers[:place], value, *numbers[place + 1 :])


def test_a_cell_edited_is_in_the_link_and_the_table_stays(table):
    table.check()
    known = table.element.proto.id
    table.edit(1, y=-2.5)
    table.check(y=but(Y, 1, -2.5))
    table.edit(2, x=0.5)
    table.check(x=but(X, 2, 0.5), y=but(Y, 1, -2.5))
    assert table.element.proto.id == known, "a new table would lose the cell that is selected"
    table.run()
    table.check(x=but(X, 2, 0.5), y=but(Y, 1, -2.5))
    assert table.element.proto.id == known


def test_a_slider_that_moves_an_edited_point_is_not_undone_by_the_edit(table):
    table.edit(0, y=9.0)
    table.slide(ONE_Y, 4.4)
    table.check(y=but(Y, 0, 4.4))
    table.run()
    table.check(y=but(Y, 0, 4.4))
    table.edit(0, y=9.0)
    table.check(y=but(Y, 0, 9.0))


def test_an_edited_table_is_sent_the_numbers_that_it_has(table):
    """For others it tells that its edits are dropped, and undoes what is moved right then."""
    known = table.element.value
    table.edit(1, y=-2.5)
    assert table.element.value.equals(known)
    table.edit(2, x=0.5).slide(HEIGHT, 3.0).edit(3, x=0.7)
    table.check(x=but(but(X, 2, 0.5), 3, 0.7), y=but(but(Y, 1, -2.5), OUTLIER - 1, 3.0))


def test_a_table_that_has_left_the_page_does_not_tell_its_edits_again(table):
    table.edit(0, y=9.0)
    gone = table.state()
    table.slide(ONE_Y, 4.4)
    states = table.reader.at._tree.get_widget_states()
    states.widgets.extend([table.state(), gone])
    table.reader.at._run(states)
    table.check(y=but(Y, 0, 4.4))


def test_sliding_leaves_the_table_where_it_is(table):
    known = table.element.proto.id
    table.slide(HEIGHT, 3.0).slide(HEIGHT, 2.9).slide(ONE_X, 0.0)
    table.check(x=but(X, 0, 0.0), y=but(Y, OUTLIER - 1, 2.9))
    assert table.element.proto.id == known


def test_the_sliders_go_with_the_point_chosen(table):
    table.reader.move("line.point", 3)
    table.check()
    table.slide(ONE_Y, 7.0)
    table.reader.move("line.point", OUTLIER)
    table.check(y=but(Y, 2, 7.0))
    table.slide(ONE_Y, 1.0)
    table.check(y=but(but(Y, 2, 7.0), OUTLIER - 1, 1.0))
    table.reader.move("line.point", 1)
    table.slide(HEIGHT, 6.0)
    table.check(y=but(but(Y, 2, 7.0), OUTLIER - 1, 6.0))


@pytest.mark.parametrize(
    ("cell", "mended"),
    [(99.0, 15.0), (-99, -5.0), (3.14159, 3.1), (None, Y[3]), ("x", Y[3]), (True, Y[3])],
)
def test_what_no_cell_can_hold_is_mended_in_the_table(table, cell, mended):
    """A browser keeps to the column's range; a modified one need not."""
    table.edit(3, y=cell)
    table.check(y=but(Y, 3, mended))


def test_a_row_that_is_not_there_is_not_edited(table):
    table.edits[table.element.proto.id] = {-1: {"x": 3.0}}
    states = table.reader.at._tree.get_widget_states()
    states.widgets.append(table.state())
    table.reader.at._run(states)
    assert table.reader.link == {"lang": "en"}


def test_back_to_the_first_points(table):
    table.edit(1, x=9.0, y=9.0)
    table.reader.at.button(key="line-back").click()
    table.run()
    table.check()


def test_a_link_replaces_what_was_edited(table):
    table.edit(1, y=9.0)
    table.reader.follow(lang="en", **{"line.x": "1,2,3,4,5,6,7,8"})
    table.check(x=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0))


def test_points_survive_the_language_and_other_pages(visit):
    table = Table(visit().follow("losses", lang="en", fig="line"))
    table.edit(1, y=9.0)
    table.reader.speak("ko")
    table.check(y=but(Y, 1, 9.0))
    table.edit(1, y=8.0)
    table.reader.follow("overview")
    table.reader.follow("losses")
    table.check(y=but(Y, 1, 8.0))


def test_a_link_gives_the_next_reader_the_same_points(table):
    table.edit(4, x=0.0, y=-5.0).slide(HEIGHT, 14.9)
    again = Table(Alone("losses/line").follow(**table.reader.link))
    assert again.reader.notices == []
    again.check(x=but(X, 4, 0.0), y=but(but(Y, 4, -5.0), OUTLIER - 1, 14.9))


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("1,2,3,4,5,6,7,99", "1,2,3,4,5,6,7,10"),
        ("1,2,3,4,5,6,7,nan", None),  # that is the default
        ("1,2,3,4,5,6,7", None),
        ("<b>,2,3,4,5,6,7,8", "1,2,3,4,5,6,7,8"),
        ("," * 4000, None),
    ],
)
def test_points_that_cannot_be_are_mended_and_said(raw, mended):
    reader = Alone("losses/line").follow(lang="en", **{"line.x": raw})
    assert reader.link == {"lang": "en"} | ({"line.x": mended} if mended else {})
    (notice,) = reader.notices
    assert "line.x=" in notice and "<" not in notice and len(notice) < 400
