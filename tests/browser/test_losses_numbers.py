"""Class numbers in a browser: numbered another way, and played."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, NumbersRun
from dlbasic.measures.class_numbers import EPOCHS, errors
from dlbasic.text import fill
from tests.browser.reader import table, visit, wait_for_link
from tests.site import words
from tests.test_text import read

pytestmark = pytest.mark.browser

HEADER = "Squared error of numbers"
BOARDS = {"number": 0, "one_hot": 1}


def shown_errors(page):
    return [
        (read(row[1]), read(row[2]), row[3], read(row[4])) for row in table(page, HEADER)
    ]  # fmt: skip


def expected(settings):
    rows = errors(settings.numbers, settings.true_class)
    return [
        (row.number, row.number_error, row.one_hot, row.one_hot_error) for row in rows.itertuples()
    ]


def test_another_numbering_is_in_the_table_and_the_link(page):
    visit(page, "/losses?lang=en&class_numbers.classes=5&class_numbers.truth=b")
    settings = ClassNumbers(classes="5", truth="b")
    assert shown_errors(page) == expected(settings)
    page.locator(".st-key-losses-class_numbers-numbering").get_by_text(
        "in order", exact=True
    ).click()
    wait_for_link(page, **{"class_numbers.numbering": "order"})
    other = ClassNumbers(classes="5", truth="b", numbering="order")
    assert shown_errors(page) == expected(other) != expected(settings)


@pytest.mark.parametrize("targets", BOARDS)
def test_one_run_plays_and_the_other_stands(page, targets):
    visit(page, "/losses?lang=en&class_numbers.width=6&class_numbers.seed=3")
    boards = page.locator(".board").filter(has_text="number 1")
    expect(boards).to_have_count(2)
    for targets_of, said in (("number", "It is no probability."), ("one_hot", "more certain")):
        expect(boards.nth(BOARDS[targets_of]).locator(".legend")).to_contain_text(said)
    board, other = boards.nth(BOARDS[targets]), boards.nth(1 - BOARDS[targets])
    board.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("board => Number(board.dataset.epoch) >= 25", arg=board.element_handle())
    board.get_by_role("button", name="Pause", exact=True).click()
    expect(board).to_have_attribute("data-state", "paused")
    epoch = int(board.get_attribute("data-epoch"))
    assert epoch >= 25
    expect(other).to_have_attribute("data-epoch", "0")
    run = NumbersRun(ClassNumbers(width=6, seed=3), targets)
    run.seek(epoch)
    numbers = board.locator("dd").all_inner_texts()
    assert read(numbers[0]) == epoch
    assert read(numbers[4].rstrip("%")) == pytest.approx(
        100 * run.epoch.test_accuracy[0], abs=0.05001
    )
    slots = {
        "epoch": epoch, "test_points": len(run.test), "test_loss": float(run.epoch.test_loss[0]),
        "test_accuracy": float(run.epoch.test_accuracy[0]),
    }  # fmt: skip
    played = fill(words("losses/class_numbers", "played", "en"), slots)
    expect(page.get_by_text(played)).to_be_visible()


def test_accuracies_are_measured_when_asked_for(page):
    visit(page, "/losses?lang=en&class_numbers.part=all")
    expect(page.get_by_text("Test accuracy of each numbering")).to_be_visible()
    visit(page, "/losses?lang=en&class_numbers.part=all&class_numbers.seed=3")
    expect(page.get_by_text("Measured with: Seed 0 (now 3).")).to_be_visible()
    page.locator(".st-key-button-losses-class_numbers-run").get_by_role("button").click()
    wait_for_link(page, **{"class_numbers.run": "1"})
    expect(page.get_by_text("Measured with:")).to_have_count(0)
    expect(page.get_by_text("Test accuracy of each numbering")).to_be_visible()
    assert f"{EPOCHS} epochs" in page.get_by_text("Test accuracy of each numbering").inner_text()
