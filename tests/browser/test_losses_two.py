"""Two classes in a browser: the score is moved, and one of the runs played."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.figures.losses.two_classes.chart import compared_names
from dlbasic.figures.losses.two_classes.measure import (
    Answer,
    UnitRun,
    WrongStart,
    answers,
    steepness,
)
from dlbasic.measures.sigmoid_losses import COMPARED
from dlbasic.text import fill, number
from tests.browser.reader import press, table, visit, wait_for_link
from tests.site import words
from tests.test_text import read

pytestmark = pytest.mark.browser

BOARDS = {key: place for place, key in enumerate(COMPARED)}


def numbers(page):
    return [
        (value, gradient.partition(" = ")[2])
        for _, value, gradient in table(page, "Gradient with respect to the score")
    ]


def expected(answer):
    return [tuple(map(number, said)) for said in answers(answer).values()]


def test_moving_score_and_label_moves_every_number(page):
    visit(page, "/losses?lang=en&fig=two_classes")
    assert numbers(page) == expected(Answer())
    press(page, "Score (logit) z", "ArrowLeft", times=4)
    wait_for_link(page, **{"two_classes.score": "-7"})
    assert numbers(page) == expected(Answer(score=-7.0)) != expected(Answer())
    press(page, "Label y", "Home")
    wait_for_link(page, **{"two_classes.label": "0"})
    assert numbers(page) == expected(Answer(-7.0, 0.0))
    p = number(answers(Answer(-7.0, 0.0))["bce"][1])  # with the label 0 the miss is p
    assert page.get_by_test_id("stMetricValue").filter(has_text=p).count() >= 2
    chart = page.locator("[data-testid=stVegaLiteChart] [aria-label*='At score −7:']")
    assert chart.count() or page.get_by_label("At score −7:").count()


@pytest.mark.parametrize("key", BOARDS)
def test_one_run_plays_and_the_other_stands(page, key):
    visit(page, "/losses?lang=en&two_classes.size=2&two_classes.seed=3")
    boards = page.locator(".board").filter(has_text="Probability of “class 1”")
    expect(boards).to_have_count(2)
    board, other = boards.nth(BOARDS[key]), boards.nth(1 - BOARDS[key])
    board.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("board => Number(board.dataset.epoch) >= 25", arg=board.element_handle())
    board.get_by_role("button", name="Pause", exact=True).click()
    expect(board).to_have_attribute("data-state", "paused")
    epoch = int(board.get_attribute("data-epoch"))
    expect(other).to_have_attribute("data-epoch", "0")
    run = UnitRun(WrongStart(size=2.0, seed=3), key)
    run.seek(epoch)
    shown = board.locator("dd").all_inner_texts()
    assert read(shown[0]) == epoch >= 25
    accuracy = float(run.epoch.train_accuracy[0])
    assert read(shown[3].rstrip("%")) == pytest.approx(100 * accuracy, abs=0.05001)
    w1, w2 = run.notes[epoch].tolist()
    slots = {
        "epoch": epoch, "points": len(run.train), "train_accuracy": accuracy,
        "train_loss": float(run.epoch.train_loss[0]), "loss": compared_names("en")[key],
        "w1": w1, "w2": w2, "gradient": steepness(run.notes[epoch], run.train, key),
    }  # fmt: skip
    played = fill(words("losses/two_classes", "played", "en"), slots)
    expect(page.get_by_text(played)).to_be_visible()


def test_the_link_says_where_each_of_the_runs_stands(page):
    link = {"two_classes.bce_epoch": "24", "two_classes.sigmoid_mse_epoch": "3"}
    visit(page, "/losses?lang=en&" + "&".join(f"{name}={said}" for name, said in link.items()))
    for key, place in BOARDS.items():
        board = page.locator(".board").nth(place)
        expect(board).to_have_attribute("data-state", "paused")
        expect(board).to_have_attribute("data-epoch", link[f"two_classes.{key}_epoch"])
    board.get_by_role("button", name="Step").click()
    wait_for_link(page, **link | {"two_classes.sigmoid_mse_epoch": "4"})
    press(page, "Size of the initial weights", "ArrowRight")
    wait_for_link(page, **{"two_classes.size": "3.5"} | dict.fromkeys(link))
    for place in BOARDS.values():
        expect(page.locator(".board").nth(place)).to_have_attribute("data-epoch", "0")


def test_an_opened_card_has_its_words_above_the_measurement(page):
    """Beside it they are where the card is closed; the fold inside of it always is at first."""
    flow = "card => getComputedStyle(card).flexDirection"
    card = page.locator(".st-key-card-bce")
    visit(page, "/losses?lang=en&fig=two_classes&predict=0")
    assert card.evaluate(flow) == "row"
    visit(page, "/losses?lang=en&fig=two_classes&claim.bce.open=1")
    expect(card.locator("details details")).to_have_count(1)
    assert card.evaluate(flow) == "column"
