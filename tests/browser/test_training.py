"""The Playground plays a run: what is shown, what the server says and what the run is agree."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.charts.theme import function_names
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.initializers import INITIALIZERS
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.text import LANGUAGES, fill
from tests.browser.board import (
    WORDS,
    board,
    button,
    goes_back_and_on,
    keep_notes,
    notes,
    play_to,
    reach,
    says,
    shown,
    stands_at,
)
from tests.browser.reader import press, resize, said, settle, turn, visit, wait_for_link
from tests.server import serving
from tests.site import words

pytestmark = pytest.mark.browser

SETTINGS = Live()
LINK = "/training?lang=en&fig=live"
KOREAN = LINK.replace("lang=en", "lang=ko")


def caption(page):
    told = page.locator(".st-key-training-player-told")
    return told.get_by_test_id("stCaptionContainer").first


def agrees(page, settings=SETTINGS, language="en"):
    """The player, its pictures' alternatives and the server's caption say what the run is."""
    number = stands_at(page)
    run = LiveRun(settings)
    run.seek(number)
    epoch, loss = run.epoch, settings.measured
    assert epoch.number == number
    measured = [epoch.train_loss, epoch.test_loss, epoch.train_accuracy, epoch.test_accuracy]
    values = [float(value[0]) for value in measured if value is not None]
    says(page, number, values, language)
    regression = epoch.train_accuracy is None
    name = loss.name.short.inside  # within the sentence
    slots = {
        "epoch": number, "loss": name[language], "hidden": len(settings.layers),
        "initializer": INITIALIZERS[settings.initializer].name.short[language],
        "optimizer": OPTIMIZERS[settings.optimizer].name.short[language],
        "train_points": 200, "test_points": 200, "train_loss": values[0], "test_loss": values[1],
        **({} if regression else {"train_accuracy": values[2], "test_accuracy": values[3]}),
    }  # fmt: skip
    part = "caption-regression" if regression else "caption"
    expect(caption(page)).to_have_text(fill(words("training/live", part, language), slots))
    return number


# What is written on a canvas is nowhere in the document.
NOTE_WRITING = """
const write = CanvasRenderingContext2D.prototype.fillText;
window.written = new Set();
CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
  if (!this.canvas.closest('[data-testid=stVegaLiteChart]')) written.add(words);
  return write.call(this, words, ...place);
};
"""
SPOKEN = """board => [board.innerText, ...written, ...[...board.querySelectorAll('*')].flatMap(
  part => ['aria-label', 'aria-valuetext', 'title', 'placeholder'].map(
    name => part.getAttribute(name) ?? ''))].join(' | ')"""


def speaks_korean(page):
    """No English word in the player, but for a field's term in parentheses behind the Korean.

    Functions have their names, of those that are features, too.
    """
    words = board(page).evaluate(SPOKEN)
    assert "손실" in words and "x₁" in words
    names = "|".join(re.escape(name) for name in function_names("ko").values())
    words = re.sub(rf"(?<=[가-힣])\((epoch|loss)\)|{names}|tanh|LReLU|softplus|sin x", "", words)
    assert re.findall(r"[A-Za-z]{2,}", words) == []


def stands(page, epoch):
    """Wait until the player stands still at this epoch."""
    page.wait_for_selector(f".board[data-state=paused][data-epoch='{epoch}']")
    settle(page)


def test_play_trains_and_pause_stops_at_one_epoch_everywhere(page):
    visit(page, LINK)
    assert agrees(page) == 0
    start = shown(page)
    keep_notes(page)
    button(page, "Play").click()
    expect(board(page)).to_have_attribute("data-state", "playing")
    reach(page, 30)  # beyond the frames that came with the page
    later = shown(page)
    assert later["state"] == "playing"
    assert all(
        one != other for one, other in zip(start["pictures"], later["pictures"], strict=True)
    )
    button(page, "Pause").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    assert agrees(page) >= later["epoch"]
    seen = notes(page)
    pictures = {one for (one,) in seen.values()}
    assert len(pictures) == len(seen) > 10, "every epoch looks different"


def test_going_back_shows_the_same_and_goes_on_the_same(page):
    visit(page, LINK)
    goes_back_and_on(page, agrees)


def test_step_is_one_epoch_and_reset_the_first(page):
    visit(page, LINK)
    start = shown(page)
    for epoch in (1, 2):
        button(page, "+1 epoch").click()
        expect(board(page)).to_have_attribute("data-epoch", str(epoch))
        assert agrees(page) == epoch
    board(page).get_by_role("slider").press("End")
    known = int(board(page).get_attribute("data-known"))
    expect(board(page)).to_have_attribute("data-epoch", str(known - 1))
    button(page, "+1 epoch").click()  # the server must be asked for this one
    expect(board(page)).to_have_attribute("data-epoch", str(known))
    assert agrees(page) == known
    button(page, "Reset").click()
    expect(board(page)).to_have_attribute("data-epoch", "0")
    assert shown(page) == start
    assert agrees(page) == 0


def test_a_new_seed_is_another_run(page):
    visit(page, LINK)
    start = shown(page)
    play_to(page, 3)
    page.get_by_role("button", name="New seed").click()
    wait_for_link(page, seed="1")
    expect(board(page)).to_have_attribute("data-epoch", "0")
    assert agrees(page, replace(SETTINGS, seed=1)) == 0
    other = shown(page)
    assert other["numbers"][1:] != start["numbers"][1:]
    assert other["pictures"][0] != start["pictures"][0]
    play_to(page, 25)
    agrees(page, replace(SETTINGS, seed=1))
    # While it plays, the next one plays.
    button(page, "Play").click()
    page.get_by_role("button", name="New seed").click()
    wait_for_link(page, seed="2")
    reach(page, 5)
    button(page, "Pause").click()
    agrees(page, replace(SETTINGS, seed=2))


def test_another_learning_rate_forgets_the_frames(page):
    visit(page, LINK)
    play_to(page, 25)
    press(page, "Learning rate", "ArrowRight")
    wait_for_link(page, lr="0.1")
    expect(board(page)).to_have_attribute("data-epoch", "0")
    expect(board(page)).to_have_attribute("data-state", "paused")
    assert int(board(page).get_attribute("data-known")) <= 20
    settings = replace(SETTINGS, lr=0.1)
    assert agrees(page, settings) == 0
    play_to(page, 25)
    agrees(page, settings)


def test_a_setting_moved_while_it_plays_goes_on_playing_from_the_start(page):
    visit(page, LINK)
    button(page, "Play").click()
    reach(page, 60)
    expect(caption(page)).to_be_hidden()  # it tells of an epoch that has gone by
    board(page).evaluate(
        """board => { board.lowest = Infinity; new MutationObserver(() => {
          board.lowest = Math.min(board.lowest, Number(board.dataset.epoch));
        }).observe(board, {attributeFilter: ['data-drawn']}); }"""
    )
    press(page, "Learning rate", "ArrowRight")
    wait_for_link(page, lr="0.1")
    page.wait_for_function(
        "board => board.dataset.state === 'playing' && board.lowest < 50",
        arg=board(page).element_handle(),
    )
    reach(page, 60)
    button(page, "Pause").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    expect(caption(page)).to_be_visible()
    assert agrees(page, replace(SETTINGS, lr=0.1)) >= 60


def test_a_player_without_its_server_says_so(contexts, tmp_path):
    with serving(tmp_path) as (address, server):
        page = contexts(base_url=address, locale="en-US").new_page()
        visit(page, LINK)
        button(page, "Play").click()
        reach(page, 25)
        server.kill()
        expect(board(page).get_by_role("status")).to_have_text(
            "The connection to the server is lost. Playing goes on once it is back.", timeout=30_000
        )
        page.close()


def test_another_language_keeps_the_run_and_the_epoch(page):
    page.add_init_script(NOTE_WRITING)
    visit(page, LINK)
    play_to(page, 22)
    epoch, before = agrees(page), shown(page)
    page.evaluate("written.clear()")
    page.get_by_text("한국어", exact=True).click()
    wait_for_link(page, lang="ko")
    expect(button(page, "재생")).to_be_visible()
    assert agrees(page, language="ko") == epoch
    speaks_korean(page)
    after = shown(page)
    assert after["numbers"] == before["numbers"]
    assert after["pictures"][0] == before["pictures"][0]
    button(page, "재생").click()
    reach(page, epoch + 15)
    speaks_korean(page)
    button(page, "일시정지").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    agrees(page, language="ko")


def test_another_page_and_back_finds_the_run_where_it_was(page):
    visit(page, LINK)
    button(page, "Play").click()
    reach(page, 22)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    settle(page)
    sidebar.get_by_role("link", name="Playground", exact=True).click()
    page.wait_for_selector(".board[data-epoch]")
    reach(page, 22)
    settle(page)
    epoch = agrees(page)
    assert epoch >= 22
    play_to(page, epoch + 15)
    agrees(page)


def test_a_reload_keeps_the_settings_and_the_numbers(page):
    visit(page, f"{LINK}&data=xor&function=gelu&width=4&lr=0.3&seed=7")
    settings = replace(SETTINGS, data="xor", function="gelu", layers=(4, 4), lr=0.3, seed=7)
    link = said(page)
    keep_notes(page)
    play_to(page, 25)
    agrees(page, settings)
    epoch, first = agrees(page, settings), notes(page)
    wait_for_link(page, **{"live.epoch": str(epoch)})
    page.reload()
    stands(page, epoch)
    assert agrees(page, settings) == epoch
    assert said(page) == link | {"live.epoch": str(epoch)}
    button(page, "Reset").click()
    assert agrees(page, settings) == 0
    wait_for_link(page, **{"live.epoch": None})
    keep_notes(page)
    play_to(page, 25)
    again = notes(page)
    both = first.keys() & again.keys()
    assert len(both) > 10, "a slow machine leaves frames out, and others the second time"
    assert {frame: first[frame] for frame in both} == {frame: again[frame] for frame in both}


def entries(page):
    return page.evaluate("history.length")


def back(page):
    page.evaluate("history.back()")


def test_the_link_says_the_epoch_and_opens_it(page, new_page):
    visit(page, LINK)
    start = entries(page)
    button(page, "Play").click()
    reach(page, 30)
    assert "live.epoch" not in said(page), "it is being played"
    button(page, "Pause").click()
    epoch = agrees(page)
    wait_for_link(page, **{"live.epoch": str(epoch)})
    assert entries(page) == start + 1
    there = shown(page)
    other = visit(new_page(), page.url)
    stands(other, epoch)
    assert agrees(other) == epoch and shown(other) == there
    assert said(other) == said(page)
    # The same in the other language, and on to an epoch that follows.
    visit(other, page.url.replace("lang=en", "lang=ko"))
    stands(other, epoch)
    assert agrees(other, language="ko") == epoch
    button(other, "+1 에포크").click()
    wait_for_link(other, **{"live.epoch": str(epoch + 1)})


def test_another_setting_takes_the_epoch_out_and_back_brings_both_again(page):
    visit(page, LINK)
    play_to(page, 25)
    epoch = agrees(page)
    wait_for_link(page, **{"live.epoch": str(epoch)})
    there, before = shown(page), entries(page)
    press(page, "Learning rate", "ArrowRight")
    wait_for_link(page, lr="0.1", **{"live.epoch": None})
    stands(page, 0)
    assert agrees(page, replace(SETTINGS, lr=0.1)) == 0
    assert entries(page) == before + 1, "in one step"
    back(page)
    wait_for_link(page, lr=None, **{"live.epoch": str(epoch)})
    stands(page, epoch)
    assert agrees(page) == epoch and shown(page) == there
    back(page)
    wait_for_link(page, **{"live.epoch": None})
    stands(page, 0)
    assert agrees(page) == 0
    page.evaluate("history.forward()")
    wait_for_link(page, **{"live.epoch": str(epoch)})
    stands(page, epoch)
    assert agrees(page) == epoch
    assert entries(page) == before + 1, "whoever goes back and on writes nothing"


@pytest.mark.parametrize("press_on", ["Play", "+1 epoch", "Reset", "slider"])
def test_who_does_not_wait_for_the_epoch_of_the_link_need_not(page, press_on):
    visit(page, f"{LINK}&live.epoch=1900&batch=1&layers=16,16,16,16,16,16")  # it takes long
    status = board(page).get_by_role("status")
    expect(status).to_have_text("Computing…")
    reach(page, 60)
    expect(status).to_have_text("Computing…")
    expect(caption(page)).to_be_hidden()
    assert said(page)["live.epoch"] == "1900"
    if press_on == "slider":
        board(page).get_by_role("slider").press("Home")
    else:
        button(page, press_on).click()
    if press_on == "Play":
        expect(board(page)).to_have_attribute("data-state", "playing")
        button(page, "Pause").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    epoch = agrees(page, replace(SETTINGS, batch=1.0, layers=(16,) * 6))
    assert (epoch == 0) == (press_on in ("Reset", "slider")) and epoch < 1900
    wait_for_link(page, **{"live.epoch": str(epoch) if epoch else None})


def test_turning_away_and_back_keeps_the_epoch(page):
    visit(page, f"{LINK}&live.epoch=30")
    stands(page, 30)
    turn(page, "Settings compared")
    turn(page, "A network that learns")
    stands(page, 30)
    assert agrees(page) == 30
    assert said(page)["live.epoch"] == "30"


def test_a_run_that_diverges_ends_in_words(page):
    page.add_init_script(NOTE_WRITING)
    visit(page, f"{KOREAN}&data=plane&function=relu&lr=10")
    settings = replace(SETTINGS, data="plane", function="relu", lr=10.0)
    run = LiveRun(settings)
    run.seek(2000)
    assert run.divergence is not None, "these settings are to diverge"
    button(page, "재생").click()
    expect(board(page)).to_have_attribute("data-state", "ended")
    expect(board(page).get_by_role("status")).to_contain_text(run.divergence.message["ko"])
    assert agrees(page, settings, "ko") == run.epoch.number
    speaks_korean(page)
    expect(button(page, "+1 에포크")).to_be_disabled()
    keep_notes(page)
    button(page, "재생").click()  # again, from the start
    page.wait_for_function("board => board.notes[1]", arg=board(page).element_handle())
    expect(board(page)).to_have_attribute("data-state", "ended")
    assert agrees(page, settings, "ko") == run.epoch.number
    button(page, "처음으로").click()
    expect(board(page)).to_have_attribute("data-epoch", "0")
    expect(button(page, "+1 에포크")).to_be_enabled()


@pytest.mark.parametrize(("data", "numbers"), [("plane", 3), ("spiral5", 5)])
def test_every_task_is_drawn(page, data, numbers):
    page.add_init_script(NOTE_WRITING)
    visit(page, f"{KOREAN}&data={data}")
    colours = """canvas => { const {width, height} = canvas;
      const pixels = new Uint32Array(
        canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
      return new Set(pixels).size; }"""
    counts = [canvas.evaluate(colours) for canvas in board(page).locator("canvas").all()]
    assert len(counts) == 5 and min(counts) > 10, "output, points, network, its names, curves"
    start = shown(page)
    play_to(page, 10, "ko")
    now = shown(page)
    assert all(one != other for one, other in zip(start["pictures"], now["pictures"], strict=True))
    agrees(page, replace(SETTINGS, data=data), "ko")
    speaks_korean(page)
    expect(board(page).locator("dd:visible")).to_have_count(numbers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_nothing_is_cut_off_and_fingers_can_press(new_page, language):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit(page, {"en": LINK, "ko": KOREAN}[language])
    widths = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
          .map(box => [box.scrollWidth, box.clientWidth])"""
    )
    assert all(needed <= there for needed, there in widths), widths
    edges = board(page).evaluate(
        """board => [...board.querySelectorAll('*')].map(box => box.getBoundingClientRect())
          .filter(box => box.left < 0 || box.right > innerWidth).length"""
    )
    assert edges == 0
    play, _, _, reset, scrub, speed, _ = WORDS[language]
    steps = {"en": ("+1 epoch", "+1 batch"), "ko": ("+1 에포크", "+1 배치")}[language]
    controls = [button(page, name) for name in (play, *steps, reset)]
    controls += [board(page).get_by_role("slider", name=scrub)]
    controls += [board(page).get_by_role("combobox", name=speed)]
    sizes = [control.bounding_box() for control in controls]
    assert all(size["height"] >= 44 and size["width"] >= 44 for size in sizes), sizes
    figure = board(page).locator(".figure").bounding_box()
    assert figure["y"] < sizes[0]["y"] < board(page).locator(".curve canvas").bounding_box()["y"]
    controls[0].tap()
    reach(page, 2)


def test_the_keyboard_alone_can_play_step_and_scrub(page):
    visit(page, LINK)
    page.get_by_role("slider", name="Learning rate").focus()
    play, step, slider = (
        button(page, re.compile("Play|Pause")),
        button(page, "+1 epoch"),
        board(page).get_by_role("slider"),
    )
    for _ in range(3):  # a control's explanation may stand between
        page.keyboard.press("Tab")
        if play.evaluate("button => button.getRootNode().activeElement === button"):
            break
    expect(play).to_be_focused()
    page.keyboard.press("Space")
    expect(board(page)).to_have_attribute("data-state", "playing")
    reach(page, 5)
    page.keyboard.press("Space")
    expect(board(page)).to_have_attribute("data-state", "paused")
    epoch = agrees(page)
    page.keyboard.press("Tab")
    expect(step).to_be_focused()
    page.keyboard.press("Enter")
    expect(board(page)).to_have_attribute("data-epoch", str(epoch + 1))
    for _ in range(4):  # one batch, Reset, New seed
        page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(board(page)).to_have_attribute("data-epoch", str(epoch - 1))
    expect(slider).to_have_attribute("aria-valuetext", f"epoch {epoch - 1}")
    assert agrees(page) == epoch - 1


def test_a_tab_that_is_closed_while_playing_costs_nothing_more(new_page, server):
    def work():
        times = server.cpu_times()
        return times.user + times.system

    def share():
        """Of a core, over half a second: nobody is to wait for this, it is what is measured."""
        before, start = work(), time.perf_counter()
        time.sleep(0.5)
        return (work() - before) / (time.perf_counter() - start)

    page = visit(new_page(), f"{LINK}&layers=32,32,32,32,32,32&batch=1")
    board(page).get_by_role("combobox", name="Playing speed").select_option("4")
    button(page, "Play").click()
    reach(page, 10)
    busy = share()
    page.close()
    visit(new_page(), "/?lang=en")
    until = time.monotonic() + 5
    while (idle := share()) > 0.03 and time.monotonic() < until:
        pass
    assert idle <= 0.03 < 0.05 < busy, "chunks are made for who watches, and for no one else"


def test_long_numbers_have_room_beside_a_tall_picture(page):
    """The picture grows with the window's height, and leaves the numbers theirs."""
    visit(page, "/training?lang=ko&fig=live&hidden=1&optimizer=adam&live.epoch=95")
    resize(page, {"width": 1280, "height": 1000})
    numbers = page.locator(".player dl")
    expect(numbers).to_contain_text("0.00")
    assert numbers.evaluate("all => all.scrollWidth <= all.clientWidth")
