"""The player by itself: messages that come in an order which a busy server can bring about."""

from __future__ import annotations

import base64
import json

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from dlbasic.ui.player import Chunk, Frame, Scene, described, message
from tests.browser.reader import visit

pytestmark = pytest.mark.browser

POINTS = {"x": (0.5,), "y": (-1.0,), "value": (1.0,), "test": (False,)}
SCENE = Scene("a run", "binary", 2, 6.0, **POINTS, class_names=("A", "B"), loss_name="loss")

MOUNT = """async ([messages, scrubbed, waits]) => {
  const script = performance.getEntriesByType('resource')
    .map(({name}) => name).find(name => /player\\.js/.test(name));
  const {default: mount} = await import(script);
  const parentElement = document.createElement('div');
  parentElement.innerHTML = '<div class="player" style="width: 900px"></div>';
  document.body.append(parentElement);
  const asked = [], told = [];
  let board;
  for (const [message, known] of messages) {
    if (message === 'turn') {  // the reader leaves the page, and presses Step
      window.dispatchEvent(new PopStateEvent('popstate', {state: {}}));
      board.querySelectorAll('button')[1].click();
      continue;
    }
    const data = Uint8Array.from(atob(message), byte => byte.charCodeAt(0));
    mount({data, parentElement, setStateValue: (_, it) => told.push(it),
      setTriggerValue: (_, it) => asked.push(it)});
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
  if (waits) await new Promise(done => setTimeout(done, waits));
  const shown = {asked, told, state: board.dataset.state, epoch: board.dataset.epoch,
    numbers: [...board.querySelectorAll('dd')].map(number => number.textContent)};
  parentElement.remove();
  return shown;
}"""


def sent(chunk, goal=0, followed=0):
    header = {
        "key": "alone",
        "shown": 0,
        "goal": goal,
        "followed": followed,
        "scene_id": "s",
        "scene": json.loads(described(SCENE, "en")),
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


FRAMES = tuple(Frame(k, 0.5 - k / 10, 0.75, 0.5, 0.25, bytes(4)) for k in range(4))
REPORTED = 300  # ms, after which the epoch shown has been reported


def test_the_epoch_of_a_link_is_asked_for_and_reported_once_it_is_there(page):
    visit(page, "/training?lang=en")
    parts = [(FRAMES[:1], 1), (FRAMES[1:3], 3), (FRAMES[3:], 4)]
    messages = [[sent(Chunk(f[0].epoch, f), goal=3), known] for f, known in parts]
    shown = page.evaluate(MOUNT, [messages, None, REPORTED])
    assert [asked["frame"] for asked in shown["asked"]] == [1, 3]
    assert shown["told"] == [{"run": "a run", "frame": 3, "followed": 0}]
    assert (shown["state"], shown["epoch"]) == ("paused", "3")


def test_a_run_that_ends_before_the_epoch_of_the_link_stands_at_its_end(page):
    visit(page, "/training?lang=en")
    messages = [[sent(Chunk(0, FRAMES, "the end"), goal=9), 4]]
    shown = page.evaluate(MOUNT, [messages, None, REPORTED])
    assert shown["asked"] == [] and [told["frame"] for told in shown["told"]] == [3]
    assert (shown["state"], shown["epoch"]) == ("ended", "3")


@pytest.mark.parametrize(
    ("goal", "followed", "epoch"),
    [
        pytest.param(1, 0, "2", id="a new session, whose link is older than what is shown"),
        pytest.param(1, 6, "1", id="another link was followed"),
        pytest.param(0, 6, "0", id="another link was followed, which names no epoch"),
        pytest.param(1, 5, "2", id="the link that has been followed already"),
    ],
)
def test_a_page_moves_for_a_link_that_is_followed_alone(page, goal, followed, epoch):
    visit(page, "/training?lang=en")
    messages = [
        [sent(Chunk(0, FRAMES[:3]), followed=5), 3],  # and there the reader goes to the last
        [sent(Chunk(3, FRAMES[3:]), goal, followed), 4],
    ]
    shown = page.evaluate(MOUNT, [messages, 3, REPORTED])
    assert (shown["state"], shown["epoch"]) == ("paused", epoch)
    told = {"run": "a run", "frame": int(epoch), "followed": followed}
    assert shown["told"][-1:] == ([told] if told["frame"] else []), "0 is what Python knows"


def test_nothing_is_asked_while_the_page_turns(page):
    """The request would name the page that is left, and Streamlit would go on with that one."""
    visit(page, "/training?lang=en")
    first = [sent(Chunk(0, FRAMES[:1])), 1]
    # It has turned to another link of this figure, and later to another page with a player.
    there = [sent(Chunk(1, FRAMES[1:2]), goal=3, followed=1), 2]
    shown = page.evaluate(MOUNT, [[first, ["turn", None], there], None, REPORTED])
    assert [asked["frame"] for asked in shown["asked"]] == [2]
    page.evaluate(MOUNT, [[there, ["turn", None]], None, REPORTED])
    shown = page.evaluate(MOUNT, [[there], None, REPORTED])
    assert [asked["frame"] for asked in shown["asked"]] == [2]
