"""The Playground as a whole: another reader's screen, a weight set while it plays, own points."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.board import board, button, play_to, reach
from tests.browser.reader import said, settle, visit, wait_for_link

pytestmark = pytest.mark.browser

LINK = "/training?lang=en&fig=live"


def screen(page):
    """All that is seen of the network: its numbers, its readings, its drawing, its pictures."""
    numbers = board(page).locator("dl dd").all_inner_texts()
    readings = board(page).locator(".readings").inner_text()
    pictures = board(page).evaluate(
        "board => [...board.querySelectorAll('canvas')].map(canvas => canvas.toDataURL())"
    )
    heads = board(page).evaluate(
        "board => [...board.querySelectorAll('select')].map(select => select.value)"
    )
    return numbers, readings, heads, pictures


def test_a_link_shows_another_reader_the_same_screen_after_every_kind_of_change(page, new_page):
    visit(page, f"{LINK}&data=spiral3&noise=0.05")
    changes = [
        lambda: button(page, "Add a hidden layer").click(),
        lambda: button(page, "Take away a unit of hidden layer 1").click(),
        lambda: (
            board(page).get_by_label("Activation function of hidden layer 2").select_option("relu")
        ),
        lambda: board(page).get_by_role("button", name="Input feature x₁x₂").click(),
        lambda: board(page).get_by_label("Playing speed").select_option("4"),
        lambda: page.get_by_role("button", name="New seed").click(),
        lambda: button(page, "+1 epoch").click(),
        lambda: button(page, "+1 batch").click(),
    ]
    for change in changes:
        before = page.url
        change()
        page.wait_for_function("before => location.href !== before", arg=before)
        settle(page)
    board(page).get_by_role("button", name="Hidden layer 1, unit 2").click()
    board(page).get_by_label("Weight x₂").fill("-1.5")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('live.edits')")
    page.keyboard.press("Escape")
    button(page, "+1 epoch").click()
    wait_for_link(page, **{"live.epoch": "2", "live.step": None})
    link = said(page)
    assert set(link) == {
        "lang", "data", "noise", "layers", "functions", "features", "seed", "live.speed",
        "live.epoch", "live.edits",
    }  # fmt: skip
    page.reload()
    settle(page)
    expect(board(page)).to_have_attribute("data-epoch", "2")
    other = visit(new_page(), page.url)
    expect(board(other)).to_have_attribute("data-epoch", "2")
    assert said(other) == link
    assert screen(other) == screen(page)


def test_a_weight_that_is_set_while_it_plays_is_set_where_it_stood(page):
    visit(page, LINK)
    button(page, "Play").click()
    reach(page, 10)
    board(page).get_by_role("button", name="Hidden layer 1, unit 1").focus()
    page.keyboard.press("Enter")
    board(page).get_by_label("Weight x₁").fill("3")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('live.edits')")
    settle(page)
    expect(board(page)).to_have_attribute("data-state", "paused")
    link = said(page)
    step, index, value = link["live.edits"].split(":")
    epoch = int(board(page).get_attribute("data-epoch"))
    assert (int(step), index, value) == (20 * epoch, "0", "3")
    assert link["live.epoch"] == str(epoch) and epoch >= 10
    expect(board(page).get_by_label("Weight x₁")).to_have_value("3")


def test_a_press_on_the_map_adds_a_point_to_own_data(page):
    visit(page, f"{LINK}&data=own")
    plane = board(page).locator(".shown canvas").first
    axes = board(page).locator(".shown canvas").last  # above it
    assert points_learned(page) == 200, "so far half of the circle's are"
    page.get_by_text("Your own data", exact=True).last.click()
    labels = page.get_by_role("radiogroup", name="Label of the point that a press on the map adds")
    for label, height in (("A", 0.25), ("B", 0.75)):
        labels.get_by_role("radio", name=label, exact=True).click()
        settle(page)
        for share in (0.2, 0.5, 0.8):
            box, whole = plane.bounding_box(), axes.bounding_box()
            x = box["x"] - whole["x"] + share * box["width"]
            axes.click(position={"x": x, "y": box["y"] - whole["y"] + height * box["height"]})
            settle(page)
    expect(board(page).locator(".legend")).to_contain_text("B")
    rows = page.get_by_test_id("stMarkdownContainer").filter(has_text=re.compile("Points: 6"))
    expect(rows.first).to_be_visible()
    play_to(page, 30)
    expect(board(page).locator(".accuracy1 dd")).to_have_text("100%")
    assert said(page)["data"] == "own" and not any("point" in name for name in said(page))


def points_learned(page):
    """How many points there are to learn from, as the confusion matrix counts them."""
    cells = board(page).locator(".readings td").all_inner_texts()
    return int(np.sum([int(cell) for cell in cells if cell.isdigit()]))


def test_points_pressed_faster_than_they_are_heard_are_all_added(page):
    visit(page, f"{LINK}&data=own")
    places = [(0.2, 0.2), (0.4, 0.7), (0.6, 0.3), (0.7, 0.8), (0.3, 0.5), (0.8, 0.4)]
    board(page).locator(".shown .figure").evaluate(
        """async (figure, places) => {
          for (const [across, down] of places) {
            const { left, top, width, height } = figure.firstChild.getBoundingClientRect();
            const at = { clientX: left + across * width, clientY: top + down * height };
            figure.firstChild.dispatchEvent(new MouseEvent("click", { ...at, bubbles: true }));
            await new Promise(requestAnimationFrame);
          }
        }""",
        places,
    )
    page.get_by_text("Your own data", exact=True).last.click()
    expect(page.get_by_text(re.compile("Points: 6")).first).to_be_visible()
    settle(page)


def test_layers_pressed_faster_than_they_are_heard_all_count(page):
    visit(page, LINK)
    button(page, "Play").click()
    reach(page, 5)
    more = button(page, "Add a unit to hidden layer 1")
    for _ in range(5):
        more.click()
    wait_for_link(page, layers="13,8")
    button(page, "Pause").click()
    assert board(page).locator(".layer .number").all_inner_texts()[1:] == ["13", "8"]


def test_a_weight_that_is_typed_before_play_is_played_from_where_it_was_set(page):
    visit(page, LINK)
    play_to(page, 10)
    epoch = int(board(page).get_attribute("data-epoch"))
    board(page).get_by_role("button", name="Hidden layer 1, unit 1").focus()
    page.keyboard.press("Enter")
    keep = """board => { board.epochs = [];
      const keep = ({state, epoch}) => board.epochs.push([state, Number(epoch)]);
      new MutationObserver(() => keep(board.dataset))
        .observe(board, {attributeFilter: ['data-drawn']}); }"""
    board(page).evaluate(keep)
    board(page).get_by_label("Weight x₁").evaluate(
        """field => { field.value = "3";
          field.dispatchEvent(new Event("change"));  // as it is left for Play
          field.getRootNode().querySelector(".toggle").click(); }"""
    )
    page.wait_for_function("() => location.search.includes('live.edits')")
    step, *_ = said(page)["live.edits"].split(":")
    assert int(step) == 20 * epoch
    reach(page, epoch + 5)
    button(page, "Pause").click()
    seen = board(page).evaluate("board => board.epochs")
    played = [number for state, number in seen if state == "playing"]
    assert played and min(played) >= epoch, "what comes before is not played again"
    expect(board(page)).to_have_attribute("data-state", "paused")


def test_a_run_that_diverges_is_played_to_its_end_with_a_unit_open(page):
    visit(page, f"{LINK}&data=plane&function=relu&lr=10")
    board(page).get_by_role("button", name="Hidden layer 2, unit 1").click()
    button(page, "Play").click()
    expect(board(page)).to_have_attribute("data-state", "ended")
    expect(board(page).locator(".steer .status")).to_contain_text("Diverged in epoch")
    expect(board(page).locator(".steer .status")).to_contain_text("Try a smaller learning rate")
    for name in ("+1 epoch", "+1 batch"):
        expect(button(page, name)).to_be_disabled()


def test_a_batch_in_which_it_diverges_says_so(page):
    visit(page, f"{LINK}&function=leaky_relu&lr=3&batch=1&live.step=19")
    for _ in range(12):
        button(page, "+1 batch").click()
        settle(page)
    expect(board(page).locator(".steer .status")).to_contain_text("Diverged in epoch 1")


def test_two_presses_of_new_seed_are_two_seeds_on(page):
    visit(page, LINK)
    button(page, "New seed").click()
    button(page, "New seed").click()
    wait_for_link(page, seed="2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x1,x2,label\n1,2,a\n2,abc,b\n3,1,a\n0,0,b\n1,1,b\n", "abc"),
        ("1,2,a\n2,1,a\n3,3,a\n4,4,a\n", "two classes"),
        ("nonsense", "nothing has changed"),
    ],
)
def test_pasted_tables_are_read_or_say_what_is_wrong(page, text, says):
    visit(page, f"{LINK}&data=own")
    page.get_by_text("Your own data", exact=True).last.click()
    page.get_by_label("Paste a table").fill(text)
    page.get_by_role("button", name="Read what was pasted").click()
    settle(page)
    expect(page.get_by_test_id("stAlert")).to_contain_text(says)
