"""The live player of a page, whichever run it plays: what a reader does with it, and sees of it.

A page may have one player only.
"""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.test_text import read

WORDS = {
    "en": ("Play", "Pause", "Step", "Reset", "Epoch shown", "Playing speed", "Paused at epoch {}."),
    "ko": (
        "재생", "일시정지", "한 단계", "처음으로", "보여 줄 에포크", "재생 속도",
        "에포크 {}에서 멈췄습니다.",
    ),
}  # fmt: skip

NOTE = """(board) => { const root = board.getRootNode(); return {
  state: board.dataset.state, epoch: Number(board.dataset.epoch),
  numbers: [...board.querySelectorAll('dd')].map(number => number.textContent),
  pictures: [...board.querySelectorAll('canvas[role=img]')].map(canvas => canvas.toDataURL()),
}; }"""


def board(page):
    return page.locator(".board")


def button(page, name):
    return board(page).get_by_role("button", name=name, exact=True)


def shown(page):
    """The state, the epoch, the numbers and both pictures, all of one moment."""
    return board(page).evaluate(NOTE)


def keep_notes(page):
    """From now on, keep what each frame shows; a frame drawn twice must be the same."""
    board(page).evaluate(
        f"""board => {{
          const note = {NOTE};
          board.notes = {{}};
          new MutationObserver(() => {{
            const {{numbers, pictures}} = note(board);
            (board.notes[board.dataset.frame] ??= new Set()).add([numbers, pictures[0]].join());
          }}).observe(board, {{attributeFilter: ['data-drawn']}});
        }}"""
    )


def notes(page):
    """What each frame has shown: a set for each, of one entry if nothing has changed."""
    return board(page).evaluate(
        "board => Object.fromEntries(Object.entries(board.notes).map(([k, v]) => [k, [...v]]))"
    )


def play_to(page, epoch, language="en"):
    """Press Play, and Pause some time after this epoch."""
    play, pause, *_ = WORDS[language]
    button(page, play).click()
    reach(page, epoch)
    button(page, pause).click()
    expect(board(page)).to_have_attribute("data-state", "paused")


def reach(page, epoch):
    page.wait_for_function(
        "([board, epoch]) => Number(board.dataset.epoch) >= epoch",
        arg=[board(page).element_handle(), epoch],
    )


def stands_at(page):
    """The epoch shown, which must stand still."""
    now = shown(page)
    assert now["state"] in ("paused", "ended")
    return now["epoch"]


def says(page, number, measured, language="en"):
    """The numbers, the pictures' alternatives and the status say what was measured at the epoch."""
    now = shown(page)
    written, *numbers = now["numbers"]
    assert read(written) == number == now["epoch"]
    for text, value in zip(numbers, measured, strict=False):
        share = text.endswith("%")
        expected = pytest.approx(100 * value, abs=0.05001) if share else pytest.approx(value, 0.005)
        assert (float("inf") if text == "∞" else read(text.rstrip("%"))) == expected
    for picture in board(page).get_by_role("img").all():
        words = picture.get_attribute("aria-label")
        for text in (written, *numbers[: len(measured)]):
            assert re.search(rf"(?<![\d.]){re.escape(text)}(?![\d])", words), (text, words)
    assert len(now["pictures"]) == 2
    if number and now["state"] == "paused":
        expect(board(page).get_by_role("status")).to_have_text(
            WORDS[language][-1].format(f"{number:,}")
        )


def goes_back_and_on(page, agrees):
    """Play, go back, and play on: each frame shows again what it showed, and no other's picture.

    ``agrees(page)`` holds what is shown against the run, and gives the epoch.
    """
    start = shown(page)
    keep_notes(page)
    play_to(page, 30)
    there = agrees(page)
    first = notes(page)
    slider = board(page).get_by_role("slider", name="Epoch shown")
    slider.press("Home")
    expect(board(page)).to_have_attribute("data-epoch", "0")
    assert {**shown(page), "state": ""} == {**start, "state": ""}
    assert agrees(page) == 0
    for key, times, epoch in (("ArrowRight", 5, 5), ("ArrowLeft", 2, 3)):
        for _ in range(times):
            slider.press(key)
        expect(slider).to_have_attribute("aria-valuetext", f"epoch {epoch}")
        assert agrees(page) == epoch
    play_to(page, there + 15)
    again = notes(page)
    assert agrees(page) >= there + 15
    assert len(first) > 10 and all(len(seen) == 1 for seen in again.values())
    assert {frame: again[frame] for frame in first} == first
    pictures = {one for (one,) in again.values()}
    assert len(pictures) == len(again), "every epoch looks different"
