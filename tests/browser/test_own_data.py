"""Your own data in a browser: files opened and dropped, cells edited, by keyboard, for everyone."""

from __future__ import annotations

import re
import shutil

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.reader import small
from tests.browser.test_every_figure import AXE, FINDINGS, needs_axe
from tests.server import ROOT, serving

pytestmark = pytest.mark.browser

# The fold alone; what it says of the data is there when the fold has been drawn.
SCRIPT = """
from types import SimpleNamespace
import streamlit as st
from dlbasic.ui.own_data import add_point, own_data_fold, own_points

@st.fragment
def figure():
    st.button("click", on_click=add_point, args=(1.0, 2.0, "b", ("a", "b")))
    own_data_fold(SimpleNamespace(language=st.query_params.get("lang", "en")))
    own = own_points()
    st.text(f"rows: {own.rows() if own else own}")

st.set_page_config(page_title="Own data")
st.title("Own data")
figure()
"""
GOOD = "정답,x1,x2\r\n개,1,2\r\n고양이,abc,0\r\n개,3,1\r\n고양이,2,2.5\r\n고양이,0,0\r\n"
ROWS = [(1.0, 2.0, "개"), (3.0, 1.0, "개"), (2.0, 2.5, "고양이"), (0.0, 0.0, "고양이")]
DROP = """([label, text]) => { const files = new DataTransfer();
  files.items.add(new File([text], 'dropped.csv'));
  for (const type of ['dragover', 'drop']) {
    const event = new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true});
    if (label.dispatchEvent(event)) return 'the browser would leave the page';
  } }"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A server of a page with nothing but the fold."""
    folder = tmp_path_factory.mktemp("own")
    script = folder / "own.py"
    script.write_text(SCRIPT, encoding="utf-8")
    shutil.copytree(ROOT / "static", folder / "static")
    with serving(folder, script=script) as (address, _):
        yield address


@pytest.fixture
def opened(new_page, place):
    """The page with the fold opened."""

    def open_fold(language="en", **options):
        page = new_page(base_url=place, **options)
        page.goto(f"/?lang={language}")
        page.locator(".st-key-own-fold summary").click()
        page.locator(".st-key-own-file label:has(span:not(:empty))").wait_for()
        return page

    return open_fold


def button(page):
    return page.locator(".st-key-own-file input[type=file]")


def file(text, encoding="utf-8"):
    return {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}


def check_rows(page, rows):
    expect(page.get_by_text(re.compile("^rows: "))).to_have_text(f"rows: {rows}", timeout=PATIENCE)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_file_is_opened_again_and_again(opened, encoding):
    page = opened()
    button(page).set_input_files(file(GOOD, encoding))
    check_rows(page, ROWS)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("Row 3 is left out: x1 is ‘abc’, not a number")
    expect(page.get_by_text("Points: 4; by class: 개 2, 고양이 2")).to_be_visible()
    button(page).set_input_files(file("1,1,a\n"))
    expect(warning).to_contain_text("nothing has changed")
    check_rows(page, ROWS)
    button(page).set_input_files(file("1,1,a\n" * 200_000))
    expect(warning).to_contain_text("more than 1 MB")
    button(page).set_input_files(file(GOOD.replace("abc", "5"), encoding))
    expect(warning).to_have_count(0)
    check_rows(page, [ROWS[0], (5.0, 0.0, "고양이"), *ROWS[1:]])
    page.get_by_role("button", name="Remove all").click()
    check_rows(page, None)
    # A browser says nothing of a file that is chosen once more.
    assert button(page).evaluate("input => input.value") == ""
    button(page).set_input_files(file(GOOD, encoding))
    check_rows(page, ROWS)


def test_a_file_is_dropped_and_a_table_is_pasted(opened):
    page = opened()
    label = page.locator(".st-key-own-file label")
    assert page.evaluate(DROP, [label.element_handle(), GOOD]) is None
    check_rows(page, ROWS)
    page.get_by_label("Paste a table").fill("0\t0\ta\n0\t3\tb\n3\t0\tb\n3,5\t3\ta\n")
    page.get_by_role("button", name="Read what was pasted").click()
    check_rows(page, [(0.0, 0.0, "a"), (0.0, 3.0, "b"), (3.0, 0.0, "b"), (3.5, 3.0, "a")])


def test_cells_are_edited_and_points_clicked(opened):
    page = opened()
    button(page).set_input_files(file(GOOD))
    check_rows(page, ROWS)
    canvas = page.get_by_test_id("data-grid-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    # A heading, four rows, and one that is still empty.
    page.mouse.dblclick(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 1.5 / 6)
    editor = page.locator("input.gdg-input")
    editor.fill("4.5")
    editor.press("Enter")
    check_rows(page, [(4.5, 2.0, "개"), *ROWS[1:]])
    box = canvas.bounding_box()  # what was wrong is no longer told above it
    page.mouse.dblclick(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 2.5 / 6)
    editor.fill("-1")
    editor.press("Enter")
    edited = [(4.5, 2.0, "개"), (-1.0, 1.0, "개"), *ROWS[2:]]
    check_rows(page, edited)
    page.get_by_role("button", name="click").click()
    check_rows(page, [*edited, (1.0, 2.0, "b")])
    page.locator(".st-key-own-fold summary").click()
    expect(canvas).to_have_count(0)
    page.locator(".st-key-own-fold summary").click()
    expect(canvas).to_be_visible()
    check_rows(page, [*edited, (1.0, 2.0, "b")])
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    written = saved.value.path().read_bytes()
    assert written.startswith(b"\xef\xbb\xbfx1,x2,label\r\n4.5,2.0,")
    page.get_by_role("button", name="Remove all").click()
    check_rows(page, None)
    button(page).set_input_files(saved.value.path())
    check_rows(page, [*edited, (1.0, 2.0, "b")])


def test_a_file_is_opened_by_keyboard(opened):
    page, files = opened(), []
    # Listened to from here on: one that is asked for at the same moment may be missed.
    page.on("filechooser", lambda chooser: chooser.set_files(files))
    page.locator(".st-key-own-fold summary").focus()
    page.keyboard.press("Tab")
    expect(button(page)).to_be_focused()
    label = page.locator(".st-key-own-file label")
    assert label.evaluate("label => getComputedStyle(label).outlineStyle") == "solid"
    for key, first in (("Enter", 8), ("Space", 9)):
        files[:] = [file(GOOD.replace("1,2", f"{first},2"))]
        page.keyboard.press(key)
        check_rows(page, [(float(first), 2.0, "개"), *ROWS[1:]])
        expect(button(page)).to_be_focused()


@needs_axe
@pytest.mark.parametrize(("language", "name"), [("ko", "CSV 파일 열기"), ("en", "Open a CSV file")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everyone(opened, language, name, scheme):
    page = opened(language, color_scheme=scheme, viewport={"width": 390, "height": 844})
    expect(page.get_by_role("button", name=name)).to_be_attached()
    button(page).set_input_files(file(GOOD))
    check_rows(page, ROWS)
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]")
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(FINDINGS, {}) == []
    label = page.locator(".st-key-own-file label")
    assert min(label.bounding_box()[side] for side in ("width", "height")) >= 44
    assert small(page, 14) == []
