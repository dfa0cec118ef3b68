"""The line to fit in a browser: points edited in the table and moved by sliders."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from dlbasic.figures.losses.line.measure import OUTLIER, LineFit, summary
from dlbasic.params import declared
from tests.browser.reader import press, said, settle, table, visit, wait_for_link
from tests.test_text import read

pytestmark = pytest.mark.browser

HEADER = "Minimised"
FIRST = LineFit()


def means(page):
    """What the table of the three lines says: slope, intercept, mean error, the mean losses."""
    return [[read(cell) for cell in row[1:]] for row in table(page, HEADER)]


def expected(settings):
    columns = ["slope", "intercept", "mean_error", "mae", "mse", "huber"]
    return [pytest.approx(row, rel=0.005) for row in summary(settings)[columns].values.tolist()]


def grid(page):
    return page.locator("[class*=st-key-losses-line-x-table]")


def cell(page, row, column):
    """The middle of a cell of the editor, which draws them all on one canvas."""
    canvas = grid(page).get_by_test_id("data-grid-canvas")
    canvas.scroll_into_view_if_needed()
    # Until nothing above it grows any more.
    page.wait_for_function(
        """canvas => { const top = canvas.getBoundingClientRect().top, before = canvas.dataset.top;
          canvas.dataset.top = top; return before === String(top); }""",
        arg=canvas.element_handle(), polling=300,
    )  # fmt: skip
    box = canvas.bounding_box()
    heights = box["height"] / (OUTLIER + 1)
    return box["x"] + box["width"] * (0.5, 0.85)[column], box["y"] + heights * (row + 0.5)


def unfold(page):
    """Show the table, and the sliders of any point."""
    fold = page.locator(".st-key-line-more details")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
        grid(page).get_by_test_id("data-grid-canvas").wait_for()


def fill_in(page, row, column, text):
    """Double-click a cell, type, Enter."""
    unfold(page)
    page.mouse.dblclick(*cell(page, row, column))
    editor = page.locator("input.gdg-input")
    editor.fill(text)
    editor.press("Enter")


def place_of(page):
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def values(numbers, place, value):
    return tuple(value if at == place else number for at, number in enumerate(numbers))


def link(name, numbers):
    return {f"line.{name}": declared(LineFit)[name].write(numbers)}


def test_points_edited_one_after_the_other_move_the_lines(page):
    visit(page, "/losses?lang=en&fig=line")
    assert means(page) == expected(FIRST)
    fill_in(page, 2, 1, "-3.5")
    y = values(FIRST.y, 1, -3.5)
    wait_for_link(page, **link("y", y))
    assert means(page) == expected(replace(FIRST, y=y))
    before = place_of(page)
    fill_in(page, 5, 0, "9.9")
    x = values(FIRST.x, 4, 9.9)
    wait_for_link(page, **link("x", x), **link("y", y))
    assert means(page) == expected(replace(FIRST, x=x, y=y))
    assert place_of(page) == before, "the page does not jump"


def test_after_an_edit_the_selection_stays_in_the_table(page):
    """Enter goes to the cell below, and the next edit begins there without the mouse."""
    visit(page, "/losses?lang=en&fig=line")
    fill_in(page, 2, 1, "5")
    wait_for_link(page, **link("y", values(FIRST.y, 1, 5.0)))
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    wait_for_link(page, **link("y", values(values(FIRST.y, 1, 5.0), 2, 6.0)))


def test_the_outliers_slider_drags_the_line_of_squares(page):
    visit(page, "/losses?lang=en&fig=line")
    press(page, "Height y of the outlier", "ArrowLeft", times=30)
    y = values(FIRST.y, OUTLIER - 1, 10.0)
    wait_for_link(page, **link("y", y))
    settle(page)
    assert means(page) == expected(replace(FIRST, y=y))
    slopes, before = ([row[0] for row in rows] for rows in (means(page), [
        row.expected for row in expected(FIRST)
    ]))  # fmt: skip
    moved = [abs(one - other) for one, other in zip(slopes, before, strict=True)]
    assert moved[0] > 3 * max(moved[1:])


def test_a_slider_after_an_edit_of_the_same_point_wins_and_back_goes_back(page):
    visit(page, "/losses?lang=en&fig=line")
    fill_in(page, 1, 1, "9")
    wait_for_link(page, **link("y", values(FIRST.y, 0, 9.0)))
    press(page, "y of point 1", "ArrowRight", times=2)
    wait_for_link(page, **link("y", values(FIRST.y, 0, 9.2)))
    # The table has to show it, too: an edit of another cell brings no old one back.
    fill_in(page, 3, 1, "0")
    wait_for_link(page, **link("y", values(values(FIRST.y, 0, 9.2), 2, 0.0)))
    page.get_by_role("button", name="Back to the first points").click()
    page.wait_for_function("() => !location.search.includes('line.y')")
    settle(page)
    assert "line.y" not in said(page) and means(page) == expected(FIRST)


def test_what_is_out_of_range_does_not_get_in(page):
    visit(page, "/losses?lang=en&fig=line")
    fill_in(page, 1, 1, "99")
    page.wait_for_function("() => location.search.includes('line.y')")
    settle(page)
    y = tuple(map(float, said(page)["line.y"].split(",")))
    assert -5.0 <= y[0] <= 15.0 and y[1:] == FIRST.y[1:]
    assert means(page) == expected(replace(FIRST, y=y))
