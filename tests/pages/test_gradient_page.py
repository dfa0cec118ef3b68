"""The gradient page: whole in both languages, its figures asked for, its links and its numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.experiments import EXPERIMENTS
from dlbasic.experiments.deep_live import DeepLiveRun, DeepLiveSettings, as_bytes
from dlbasic.experiments.lives import LivesSettings, run_lives
from dlbasic.experiments.two_weights import measure, target
from dlbasic.experiments.zigzag import ZigZag, fastest_steps, path
from dlbasic.text import LANGUAGES, fill, number, percent
from dlbasic.training import Training
from dlbasic.ui import replay
from dlbasic.ui.controls import ALL_CLAIMS, CLAIMS, CONTROLS
from dlbasic.ui.prose import parts
from tests.pages.settings import QUICK
from tests.pages.shown import charts, foreign, shown

PAGE = "gradient_flow"
SMALL = {"deep.depth": "4", "deep.width": "8", "live.depth": "3"}
RUNS = {
    "lives.run": "1", "lives.epochs": "20", "lives.seeds": "3", "lives.functions": "relu,elu",
    "cures.run": "1", "cures.epochs": "20", "cures.seeds": "3", "cures.depth": "2",
    "cures.functions": "sigmoid,relu",
}  # fmt: skip
VIEWS = {
    "first visit": {},
    "small": SMALL,
    "measured": SMALL | RUNS,
    "one function": SMALL | {"deep.f": "mish", "live.function": "mish", "zz.batch": "8"},
    "centred": SMALL | {"zz.inputs": "centred", "zz.step": "0", "zz.direction": "45"},
    "dying": SMALL | RUNS | {"lives.rate": "3", "lives.bias": "-3"},
    "skipping": SMALL | RUNS | {"cures.skip": "1", "live.skip": "1", "cures.optimizer": "adam"},
}
language = pytest.mark.parametrize("language", LANGUAGES)


@language
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_speaks_one_language_without_an_error(visit, view, language):
    reader = visit().follow(PAGE, lang=language, **VIEWS[view])
    texts = shown(reader.at)
    assert len(texts) > 40 and reader.notices == []
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    unfilled = re.compile(r"\{\w*[:}]|\bnan\b|(?<!=)\bNone\b")
    assert [text for text in texts if unfilled.search(text)] == []
    found = charts(reader.at)
    assert len(found) >= 8
    assert all(len(chart.alt) > 15 for chart in found)


@language
@pytest.mark.parametrize("key", CLAIMS[PAGE])
def test_every_claim_opens_in_both_languages(visit, key, language):
    reader = visit().follow(PAGE, lang=language, **SMALL, **{f"claim.{key}.open": "1"})
    texts = shown(reader.at)
    assert any(EXPERIMENTS[key].claim[language] in text for text in texts)
    assert {text: words for text in texts if (words := foreign(text, language))} == {}


def test_what_takes_long_waits_until_it_is_asked_for(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL)
    assert not [text for text in shown(reader.at) if "came back:" in text]
    long = [key for key in CLAIMS[PAGE] if EXPERIMENTS[key].takes_long]
    assert long
    reader.at.button("button-gradient_flow:lives.run").click()
    reader.run()
    assert reader.link["lives.run"] == "1"
    assert [text for text in shown(reader.at) if "Share of units dead" in text]


@pytest.mark.parametrize("name", [name for name in CONTROLS[PAGE] if name.endswith(".run")])
def test_a_button_asks_for_what_takes_long_and_the_link_says_so(visit, name):
    small = QUICK[PAGE] | {key: value for key, value in RUNS.items() if not key.endswith(".run")}
    reader = visit().follow(PAGE, lang="en", **small)
    before, waiting = reader.link, shown(reader.at)
    reader.click(f"button-{PAGE}:{name}")
    assert reader.link == before | {name: "1"}
    assert not reader.asks(name)
    measured = shown(reader.at)
    assert measured != waiting
    assert name != ALL_CLAIMS or not [text for text in measured if "not measured yet" in text]
    again = visit().follow(PAGE, **reader.link)
    assert not again.asks(name)
    assert shown(again.at) == measured


def test_a_claim_is_measured_once_and_can_be_closed(visit):
    reader = visit().follow(PAGE, lang="en", **QUICK[PAGE], **{"claim.zig-zag.seed": "77"})
    before = reader.link
    assert "not measured yet" in reader.chip("zig-zag")
    assert not reader.has("claim.zig-zag.open")
    reader.click("measure-zig-zag")
    assert reader.link == before | {"claim.zig-zag.open": "1"}
    assert reader.value("claim.zig-zag.open") is True
    chip = reader.chip("zig-zag")
    reader.move("claim.zig-zag.open", False)
    assert reader.link == before
    assert reader.chip("zig-zag") == chip and "not measured" not in chip


# Figures 3 to 5


def test_the_paths_are_compared_at_one_rate_and_each_at_its_own_best(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL, **{"zz.rate": "0.5", "zz.seed": "3"})
    best = [fastest_steps(ZigZag(kind, seed=3)) for kind in ("positive", "centred")]
    own = f"positive {number(best[0])} steps, centred {number(best[1])}."
    (said,) = [text for text in shown(reader.at) if own in text]
    assert "same learning rate of 0.5, centred inputs take" in said


def test_a_path_is_told_as_a_multiple_of_the_straight_line(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL, **{"zz.seed": "3"})
    settings = ZigZag()
    way = path(settings, 3)[..., None]
    end = int(measure(way, target(settings.direction)[:, None]).steps[0])
    steps = np.diff(way[: end + 1, :, 0], axis=0)
    times = np.hypot(*steps.T).sum() / np.hypot(*way[end, :, 0])
    assert times > 2
    (said,) = [text for text in shown(reader.at) if "to come within 5%" in text]
    assert f"on a path {number(times)} times as long as the straight line" in said


def test_the_dead_are_told_from_the_start_and_from_those_who_die(visit):
    link = SMALL | {"lives.run": "1", "lives.functions": "relu", "lives.epochs": "20"}
    reader = visit().follow(PAGE, lang="en", **link)
    *_, seen = run_lives(LivesSettings(("relu",), epochs=20))
    of = seen.totals("relu")
    said = f"ReLU {percent(of['born'])} → {percent(of['dead'])}."
    assert [text for text in shown(reader.at) if said in text]
    (table,) = [table.value for table in reader.at.table if "What happened" in table.value]
    happened = table["What happened"].tolist()
    born = [", ".join(number(unit + 1) for unit in units) for units in seen.born_dead if units]
    assert born and table["Unit"].tolist()[: len(born)] == born
    assert happened[: len(born)] == ["dead from the start"] * len(born)
    assert set(happened[len(born) :]) == {"died", "came back"}


# Figure 2

LIVE = DeepLiveSettings(depth=5, function="tanh", rate=0.01)
LINK = SMALL | {"live.depth": "5", "live.function": "tanh", "live.rate": "0.01"}
STEPS = 20  # of an epoch: 200 points in batches of 10


def test_the_heat_map_has_a_byte_a_layer_and_comes_back_the_same():
    run = DeepLiveRun(LIVE)
    start = run.column()
    run.seek(6)
    later = run.column()
    run.seek(0)
    assert run.column() == start and len(start) == 5 and later != start
    run.seek(6)
    assert run.column() == later


def test_the_gradients_of_an_epoch_are_measured_once_and_kept(monkeypatch):
    measured = []
    note = DeepLiveRun.note

    def counted(run):
        measured.append(run)
        return note(run)

    monkeypatch.setattr(DeepLiveRun, "note", counted)
    run = DeepLiveRun(LIVE)
    run.seek(6)
    columns = [run.column() for _ in range(3)]
    assert len(measured) == len(run.notes) == len(run.epochs) == 7
    assert len({*columns, as_bytes(run.notes[6])}) == 1
    for epoch in (6, 3, 0, 5):
        fresh = DeepLiveRun(LIVE)
        fresh.seek(epoch)
        kept = run.notes[epoch]
        assert (kept == fresh.notes[-1]).all() and (kept == note(fresh)).all()


def test_an_explosion_is_told_from_a_gradient_of_1():
    run = DeepLiveRun(DeepLiveSettings(function="relu", rule="he_normal", scale=6.0, depth=20))
    layers = list(run.column())
    assert run.notes[0][0] > 1e13 and layers[0] == 255 and as_bytes(np.ones(1)) == bytes([128])
    large = [layer for layer in layers if 128 < layer < 255]
    assert len(large) > 10 and large == sorted(set(large), reverse=True)


def tells(reader, epoch):
    """Whether the caption is that of a fresh run at this epoch."""
    run = DeepLiveRun(LIVE)
    run.seek(epoch)
    first, last = run.notes[-1][[0, -1]].tolist()
    slots = {
        "epoch": epoch, "first": first, "last": last, "ratio": first / last,
        "train_loss": float(run.epoch.train_loss[0]), "points": 200,
    }  # fmt: skip
    caption = fill(parts(PAGE, "en")["live-caption"], slots)
    return [c.value for c in reader.at.main.get("caption")].count(caption) == 1


@pytest.fixture
def steps(monkeypatch):
    """The steps that were taken since these were last forgotten."""
    taken: list[int] = []
    advance = Training.advance

    def counted(training, steps):
        taken.append(steps)
        return advance(training, steps)

    monkeypatch.setattr(Training, "advance", counted)
    return taken


def test_going_back_takes_no_step(visit, steps, monkeypatch):
    monkeypatch.setattr(replay, "SECONDS", 1e9)
    reader = visit().run()
    steps.clear()  # what the overview measures takes steps, too, if nobody has asked for it yet
    reader.follow(PAGE, lang="en", **LINK)
    for start in (20, 40, 60):
        reader.play(wanted=start, shown=start - 1)
    assert sum(steps) == 79 * STEPS
    for back in (79, 78, 3, 0, 41):
        steps.clear()
        reader.play(shown=back)
        assert steps == []
        assert tells(reader, back)


def test_a_new_server_catches_up_with_a_page_a_chunk_at_a_time(visit, steps, monkeypatch):
    monkeypatch.setattr(replay, "SECONDS", 0.0)  # an epoch a chunk
    reader = visit().run()
    says = {"run": repr(LIVE), "frame": 12}
    reader.at.session_state["deep-player"] = {"shown": says}
    steps.clear()
    reader.follow(PAGE, lang="en", **LINK)
    assert sum(steps) == 0 and tells(reader, 0)
    for epoch in range(1, 13):
        steps.clear()
        reader.play(wanted=13, shown=12)
        assert sum(steps) == STEPS
        assert tells(reader, epoch)


def test_a_run_that_begins_anew_is_given_from_its_first_frame(visit, monkeypatch):
    """Where a rerun cuts another short, the page may come back to settings whose run is gone."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)
    reader = visit().follow(PAGE, lang="en", **LINK).play(wanted=20, shown=19)
    del reader.at.session_state["deep-player:run"]
    reader.play(shown=39)
    assert reader.player[0]["epoch"] == list(range(20)) and tells(reader, 19)
    reader.play(wanted=40, shown=39)
    assert reader.player[0]["epoch"] == list(range(20, 40)) and tells(reader, 39)


def test_nothing_has_no_ratio_to_nothing(visit, monkeypatch):
    """ReLU's units are all dead within an epoch: neither gradient is left, nor a factor."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)
    dead = {"live.function": "relu", "live.scale": "0.25", "live.optimizer": "sgd"}
    reader = visit().follow(PAGE, lang="en", **dead, **{"live.rate": "0.1"}).play(shown=5)
    words = " ".join(shown(reader.at))
    assert "is 0 in the first hidden layer and 0 in the last (a factor of –)" in words
