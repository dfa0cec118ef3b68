"""The player by itself: messages that come in an order which a busy server can bring about."""

from __future__ import annotations

import base64
import json

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from dlbasic.ui.player import Chunk, Frame, Scene, _setting, message
from tests.browser.reader import visit

pytestmark = pytest.mark.browser

POINTS = {"x": (0.5,), "y": (-1.0,), "value": (1.0,), "test": (False,)}
SCENE = Scene("a run", "binary", 2, 6.0, **POINTS, class_names=("A", "B"), loss_name="loss")

MOUNT = """async ([messages, scrubbed]) => {
  const script = performance.getEntriesByType('resource')
    .map(({name}) => name).find(name => /player\\.js/.test(name));
  const {default: mount} = await import(script);
  const parentElement = document.createElement('div');
  parentElement.innerHTML = '<div class="player" style="width: 900px"></div>';
  document.body.append(parentElement);
  const asked = [];
  let board;
  for (const [message, known] of messages) {
    const data = Uint8Array.from(atob(message), byte => byte.charCodeAt(0));
    mount({data, parentElement, setStateValue() {}, setTriggerValue: (_, it) => asked.push(it)});
    board = parentElement.querySelector('.board');
    while (known && board.dataset.known !== String(known))
      await new Promise(requestAnimationFrame);
    if (known && known === scrubbed) {
      const slider = board.querySelector('input');
      slider.value = known - 1;
      slider.dispatchEvent(new Event('input'));
      slider.dispatchEvent(new Event('change'));
    }
  }
  const shown = {asked, epoch: board.dataset.epoch,
    numbers: [...board.querySelectorAll('dd')].map(number => number.textContent)};
  parentElement.remove();
  return shown;
}"""


def sent(chunk):
    header = {
        "key": "alone",
        "shown": 0,
        "scene_id": "s",
        "scene": json.loads(_setting(SCENE, "en")),
    }
    return base64.b64encode(message(SCENE, chunk, header)).decode()


def test_frames_that_follow_on_their_scene_are_drawn(page):
    """A report to Python can push the first answer aside: then the scene comes without frames."""
    frames = tuple(Frame(k, 0.5 - k / 10, 0.75, 0.5, 0.25, bytes(4)) for k in range(2))
    visit(page, "/training?lang=en")
    shown = page.evaluate(MOUNT, [[[sent(Chunk(0, ())), None], [sent(Chunk(0, frames)), 2]], None])
    assert shown["asked"] == [{"run": "a run", "frame": 0, "scene": "s"}]
    assert shown["epoch"] == "0"
    assert shown["numbers"] == ["0", "0.500", "0.750", "50%", "25%"]


def test_a_new_server_is_asked_until_it_is_where_the_page_stands(page):
    """Its first answers are of frames that the page has, and until then its caption is of these."""
    frames = tuple(Frame(k, 0.5 - k / 10, 0.75, 0.5, 0.25, bytes(4)) for k in range(4))
    visit(page, "/training?lang=en")
    behind = [Chunk(0, frames[:1]), Chunk(1, frames[1:2]), Chunk(2, ())]
    there = [Chunk(2, frames[2:3]), Chunk(0, frames[:1], "ended earlier")]
    messages = [[sent(Chunk(0, frames[:3])), 3], *([sent(chunk), None] for chunk in behind + there),
                [sent(Chunk(3, frames[3:])), 4]]  # fmt: skip
    shown = page.evaluate(MOUNT, [messages, 3])
    assert [asked["frame"] for asked in shown["asked"]] == [3] * len(behind)
    assert shown["epoch"] == "2"
