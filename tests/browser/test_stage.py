"""The overview's first screen: two networks side by side, which play once by themselves."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.figures.overview.stage.measure import EPOCHS, PAIRS
from dlbasic.text import LANGUAGES
from tests.browser.board import board, button, reach, shown
from tests.browser.reader import address, settle, turn, visit, wait_for_link

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SECOND = 1000  # ms, in which it would have begun to play
# Keeps the number of each frame that is shown, from the first on.
WATCH = """
  window.frames_seen = [];
  const find = root => root.querySelector('.board') ?? [...root.querySelectorAll('*')]
    .map(part => part.shadowRoot && find(part.shadowRoot)).find(Boolean);
  setInterval(() => {
    const frame = find(document)?.dataset.frame;
    if (frame !== undefined && frame !== window.frames_seen.at(-1)) window.frames_seen.push(frame);
  }, 10);
"""


def open_overview(new_page, language="en", path="/", **options):
    page = new_page(**{"reduced_motion": "no-preference", **options})
    page.add_init_script(WATCH)
    return visit(page, f"{path}?lang={language}")


def ended(page):
    expect(board(page)).to_have_attribute("data-state", "ended", timeout=60_000)
    return int(board(page).get_attribute("data-epoch"))


def seen(page):
    return [int(frame) for frame in page.evaluate("window.frames_seen")]


def plays(page):
    """Whether it moves by itself within a second."""
    before = len(seen(page))
    page.wait_for_timeout(SECOND)
    return len(seen(page)) > before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_all_of_it_stands_on_the_first_screen(new_page, size, language):
    page = open_overview(new_page, language, viewport=size, reduced_motion="reduce")
    main = page.get_by_test_id("stMain")
    caption = main.get_by_test_id("stCaptionContainer").filter(has_text=re.compile(r"\d%")).first
    pictures = board(page).get_by_role("img").all()
    switch = page.locator(".st-key-overview-stage-pair")
    title, play = main.get_by_role("heading", level=1), board(page).locator(".toggle")
    parts = [title, switch, play, *pictures, caption]
    assert len(parts) == 7
    for part in parts:
        expect(part).to_be_visible()
        box = part.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"], part
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], part
    left, right, _ = [picture.bounding_box() for picture in pictures]
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]


def test_it_plays_once_by_itself_and_leaves_no_trace(new_page):
    page = open_overview(new_page, viewport=DESK)
    assert ended(page) == EPOCHS
    frames = seen(page)
    assert frames[0] == 0 and frames == sorted(frames) and len(frames) > 10
    assert address(page) == {"lang": "en"}
    # Not in another language, nor when the reader is back, nor when the page is loaded again.
    page.get_by_text("한국어", exact=True).click()
    wait_for_link(page, lang="ko")
    assert not plays(page)
    turn(page, "소프트맥스")
    page.go_back()
    wait_for_link(page, lang="ko")
    expect(board(page)).to_have_attribute("data-epoch", str(EPOCHS))
    assert not plays(page)
    page.reload()
    settle(page)
    assert not plays(page) and set(seen(page)) == {EPOCHS}
    # Play plays it again.
    button(page, "재생").click()
    expect(board(page)).to_have_attribute("data-state", "playing")
    reach(page, 5)
    assert shown(page)["epoch"] < EPOCHS


def test_who_comes_from_another_page_sees_it_play(new_page):
    page = new_page(viewport=DESK, reduced_motion="no-preference")
    page.add_init_script(WATCH)
    visit(page, "/activations?lang=en")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    wait_for_link(page, lang="en")
    assert ended(page) == EPOCHS
    assert len(seen(page)) > 10


@pytest.mark.parametrize(
    ("options", "path", "epoch"),
    [
        pytest.param({"reduced_motion": "reduce"}, "", EPOCHS, id="less motion"),
        pytest.param({}, "&stage.epoch=7", 7, id="a link to an epoch"),
    ],
)
def test_it_stands_still(new_page, options, path, epoch):
    page = open_overview(new_page, "en" + path, viewport=DESK, **options)
    expect(board(page)).to_have_attribute("data-epoch", str(epoch))
    assert not plays(page)
    assert set(seen(page)) == {epoch}


def test_a_touch_stops_it(new_page):
    page = open_overview(new_page, viewport=DESK)
    reach(page, 3)
    board(page).locator(".networks").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    stopped = shown(page)["epoch"]
    assert 3 <= stopped < EPOCHS and not plays(page)
    wait_for_link(page, **{"stage.epoch": str(stopped)})


def test_play_itself_pauses_it(new_page):
    page = open_overview(new_page, viewport=DESK)
    reach(page, 3)
    button(page, "Pause").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    assert not plays(page)
    button(page, "Play").click()
    assert ended(page) == EPOCHS


def test_who_leaves_while_it_plays_finds_it_at_its_end(new_page):
    page = open_overview(new_page, viewport=DESK)
    reach(page, 3)
    turn(page, "Softmax")
    page.go_back()
    wait_for_link(page, lang="en")
    assert ended(page) == EPOCHS and not plays(page)
    assert address(page) == {"lang": "en"}


def test_the_switch_shows_another_pair_in_words_too(new_page):
    page = open_overview(new_page, viewport=DESK, reduced_motion="reduce")
    pictures = board(page).get_by_role("img")
    before = shown(page)
    for pair, names in zip(PAIRS, (("Sigmoid", "ReLU"), ("Tanh", "ReLU"), ("ReLU", "GELU")),
                           strict=True):  # fmt: skip
        page.get_by_role("radio", name=" · ".join(names)).click()
        wait_for_link(page, **{} if pair == "sigmoid-relu" else {"stage.pair": pair})
        first = re.compile(f"the {names[0]} network")
        expect(pictures.first).to_have_attribute("aria-label", first)
        for picture, name in zip(pictures.all(), names, strict=False):
            words = picture.get_attribute("aria-label")
            assert re.search(rf"the {name} network.*{name} Training loss .*\d%", words), words
        assert ended(page) == EPOCHS
    now = shown(page)
    assert now["numbers"] != before["numbers"] and now["pictures"] != before["pictures"]
    page.get_by_text("한국어", exact=True).click()
    wait_for_link(page, lang="ko")
    for picture in pictures.all():
        assert not re.search("network|loss", picture.get_attribute("aria-label"))


def test_another_pair_goes_on_playing_from_the_start(new_page):
    page = open_overview(new_page, viewport=DESK)
    reach(page, 10)
    page.get_by_role("radio", name="ReLU · GELU").click()
    wait_for_link(page, **{"stage.pair": "relu-gelu"})
    assert ended(page) == EPOCHS
    frames = seen(page)
    again = max(place for place, frame in enumerate(frames) if frame <= 2)
    assert again > 5 and address(page) == {"lang": "en", "stage.pair": "relu-gelu"}
