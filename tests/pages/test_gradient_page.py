"""The gradient page: its figures asked for, and their numbers; figure 1 has tests of its own."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from dlbasic.figures.gradient_flow.dying.measure import Dying, dying_units
from dlbasic.figures.gradient_flow.training.measure import DeepRun, DeepTraining
from dlbasic.figures.gradient_flow.zigzag.measure import fastest_steps, path
from dlbasic.measures.two_weights import Descent, measure, target
from dlbasic.text import number, percent
from dlbasic.training import Training
from dlbasic.ui import encoding, kept, replay
from dlbasic.ui.asked import in_words
from dlbasic.ui.kept import POOL
from dlbasic.ui.pool import FULL
from tests.pages.settings import another
from tests.pages.shown import charts, said, shown, table
from tests.pages.visits import Alone

DEEP, ZIGZAG, DYING = "gradient_flow/training", "gradient_flow/zigzag", "gradient_flow/dying"
# Figures that wait until they are asked for, and the link under which they then cost little.
ASKED = {
    DYING: {"dying.epochs": "20", "dying.seeds": "3", "dying.functions": "relu,elu"},
    "gradient_flow/cures": {
        "cures.epochs": "20", "cures.seeds": "3", "cures.depth": "2",
        "cures.functions": "sigmoid,relu",
    },
    "losses/class_numbers": {"class_numbers.seed": "5"},
    "training/compare": {"compare.epochs": "40", "compare.seeds": "16"},
    "gradient_flow/microscope": {
        "microscope.depth": "45", "microscope.seeds": "20", "microscope.batch": "64",
    },
}  # fmt: skip

# The part of a figure in which that stands.
PART = {"losses/class_numbers": {"class_numbers.part": "all"}}


def lines(reader):
    """What is said of the settings of a measurement that are not those of the controls."""
    return [text for text in reader.captions if text.startswith("Measured with: ")]


@pytest.mark.parametrize("part", ASKED)
def test_a_button_asks_for_what_takes_long_and_the_link_says_so(part):
    """Until then the result at the default settings is there, and whose it is."""
    name = f"{part.partition('/')[2]}.run"
    reader = Alone(part).follow(lang="en", **PART.get(part, {}))
    known = [chart.alt for chart in charts(reader.at)]
    assert known and not lines(reader) and not reader.asks(name)
    reader = Alone(part).follow(lang="en", **PART.get(part, {}), **ASKED[part])
    assert reader.asks(name) and name not in reader.link
    (line,) = lines(reader)
    assert line.count("(now ") == len(ASKED[part])
    for changed, said_of_it in ASKED[part].items():
        param = reader.controls[changed]
        for value in (param.default, param.read(said_of_it)[0]):
            assert in_words(param, value, "en") in line, changed
    assert [chart.alt for chart in charts(reader.at)] == known, "those of the defaults"
    before = reader.link
    reader.click(f"button-{reader.page}:{name}")
    assert reader.link == before | {name: "1"}
    assert not reader.asks(name) and not lines(reader)
    measured = shown(reader.at)
    assert [chart.alt for chart in charts(reader.at)] != known
    again = Alone(part).follow(**reader.link)
    assert not again.asks(name)
    assert shown(again.at) == measured


@pytest.mark.parametrize("part", ASKED)
def test_a_touch_of_another_setting_measures_nothing_and_takes_the_asking_out(part, monkeypatch):
    """What was measured stays in sight, under a line that names the setting."""
    owner = part.partition("/")[2]
    name, (moved, *_) = f"{owner}.run", ASKED[part]
    link = PART.get(part, {}) | ASKED[part] | {name: "1"}
    reader = Alone(part).follow(lang="en", **link)
    measured = [chart.alt for chart in charts(reader.at)]
    begun = []
    monkeypatch.setattr(POOL, "begin", begun.append)
    param = reader.controls[moved]
    now, _ = param.read(ASKED[part][moved])
    reader.move(moved, another(moved, param, but=now) if "microscope" not in part else 50)
    assert begun == [] and name not in reader.link
    (line,) = lines(reader)
    assert in_words(param, now, "en") in line and line.count("(now ") == 1
    assert [chart.alt for chart in charts(reader.at)] == measured
    reader.move(moved, now)
    assert not lines(reader) and [chart.alt for chart in charts(reader.at)] == measured


def test_what_changes_nothing_in_the_measurement_asks_for_nothing(monkeypatch):
    begun = []
    monkeypatch.setattr(POOL, "begin", begun.append)
    reader = Alone("training/compare").follow(lang="en")
    before = shown(reader.at)
    reader.move("compare.target", 0.5)
    assert not lines(reader) and not reader.asks("compare.run") and shown(reader.at) != before
    reader = Alone("losses/class_numbers").follow(lang="en")
    reader.move("class_numbers.truth", "b").move("class_numbers.numbering", "order")
    reader.move("class_numbers.part", "all")
    assert not lines(reader) and not reader.asks("class_numbers.run") and begun == []


def test_where_there_is_nothing_to_show_it_is_only_asked_for(monkeypatch):
    monkeypatch.setattr(kept, "load", lambda path: None)
    show = import_module("dlbasic.figures.gradient_flow.cures.show")
    monkeypatch.setattr(show, "_COMPARISONS", kept.Kept(show.compare))
    reader = Alone("gradient_flow/cures").follow(lang="en")
    assert reader.asks("cures.run") and not charts(reader.at) and not lines(reader)
    reader.click("button-gradient_flow:cures.run")
    assert charts(reader.at) and not reader.asks("cures.run")


def test_what_cannot_be_measured_is_said_once_and_what_was_there_stays(monkeypatch):
    monkeypatch.setattr(POOL, "_queue", 0)
    reader = Alone("gradient_flow/cures").follow(lang="en", **{"cures.seed": "9", "cures.run": "1"})
    assert [warning.value for warning in reader.at.warning] == [FULL["en"]]
    assert charts(reader.at) and lines(reader) and reader.asks("cures.run")
    reader.run()
    assert not reader.at.warning and "cures.run" not in reader.link


# Figures 3 and 4


def test_the_paths_are_compared_at_one_rate_and_each_at_its_own_best():
    reader = Alone(ZIGZAG).follow(lang="en", **{"zigzag.lr": "0.5", "zigzag.seed": "3"})
    default = Descent()
    best = [
        fastest_steps(inputs, default.direction, default.batch, 3)
        for inputs in ("positive", "centred")
    ]
    slots = said(reader, ZIGZAG, "rates")
    assert (slots["inputs"], slots["other"], slots["lr"]) == ("positive", "centred", "0.5")
    assert (slots["best"], slots["other_best"]) == (number(best[0]), number(best[1]))
    walk = path(Descent("centred", lr=0.5), 3)[..., None]
    steps = measure(walk, target(default.direction)[:, None]).steps
    assert slots["other_steps"] == number(steps[0])


def test_a_link_from_before_shows_the_part_that_its_control_stands_in():
    for link, part in (({"zigzag.data": "moons"}, "signs"), ({"zigzag.lr": "0.5"}, "path")):
        reader = Alone(ZIGZAG).follow(lang="en", **link)
        assert reader.value("zigzag.part") == part
        assert all(reader.has(name) for name in link)
        assert len(charts(reader.at)) == 1
    reader = Alone(ZIGZAG).follow(lang="en", fig="zigzag", **{"zigzag.data": "moons"})
    assert reader.value("zigzag.part") == "path", "a link of today says which"


def test_a_path_is_told_by_how_much_longer_it_is_than_the_straight_line():
    reader = Alone(ZIGZAG).follow(lang="en", **{"zigzag.seed": "3"})
    settings = Descent()
    way = path(settings, 3)[..., None]
    end = int(measure(way, target(settings.direction)[:, None]).steps[0])
    steps = np.diff(way[: end + 1, :, 0], axis=0)
    times = np.hypot(*steps.T).sum() / np.hypot(*way[end, :, 0])
    assert times > 2
    slots = said(reader, ZIGZAG, "caption-single")
    assert (slots["steps"], slots["detour"]) == (number(end), percent(times - 1))
    together = (np.sign(steps[:, 0]) == np.sign(steps[:, 1])).mean()
    assert slots["together"] == percent(together)


def test_the_dead_are_told_from_the_start_and_from_those_who_die():
    link = {"dying.run": "1", "dying.functions": "relu", "dying.epochs": "20"}
    reader = Alone(DYING).follow(lang="en", **link)
    *_, seen = dying_units(Dying(("relu",), epochs=20))
    total = seen.totals("relu")
    slots = said(reader, DYING, "caption")
    assert slots["dead"] == f"ReLU {percent(total['born'])} → {percent(total['dead'])}"
    assert (slots["epochs"], slots["seeds"]) == ("20", "5")
    counts = said(reader, DYING, "counts")
    assert counts["revived"] == f"ReLU {number(total['revived'])}"
    assert said(reader, DYING, "none-diverged") == {} and said(reader, DYING, "diverged") is None
    assert counts["units"] == "160", "2 layers of 16 units from each of 5 seeds"
    told = table(reader.move("dying.part", "deaths"), "What happened")
    happened = told["What happened"].tolist()
    born = [", ".join(number(unit + 1) for unit in units) for units in seen.born_dead if units]
    assert born and told["Unit"].tolist()[: len(born)] == born
    assert happened[: len(born)] == ["dead from the start"] * len(born)
    assert set(happened[len(born) :]) == {"died", "came back"}


# Figure 2

LIVE = DeepTraining(depth=5, function="tanh", lr=0.01)
LINK = {"training.depth": "5", "training.function": "tanh", "training.lr": "0.01"}
STEPS = 20  # of an epoch: 200 points in batches of 10
DECADES = (-12, 12)  # that the colours tell apart


@pytest.fixture
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def follow(**link):
    return Alone(DEEP).follow(lang="en", **link or LINK)


def test_the_heat_map_has_a_byte_a_layer_and_comes_back_the_same(unhurried):
    reader, run = follow(), DeepRun(LIVE)
    initial, seen = reader.player
    assert initial["epoch"] == [0] and initial["scene"]["decades"] == [*DECADES]
    sent, maps = reader.play(wanted=1).player
    run.seek(replay.FRAMES)
    assert sent["epoch"] == list(range(1, 1 + replay.FRAMES))
    columns = [encoding.norms(note, DECADES) for note in run.notes]
    assert seen + maps == b"".join(columns) and len(columns[0]) == 5
    assert len(set(columns)) > replay.FRAMES / 2
    later = reader.play(wanted=1 + replay.FRAMES).player
    assert later[1] != maps
    assert reader.play(wanted=1).player[1] == maps
    assert reader.play(wanted=1 + replay.FRAMES).player == later


def test_the_gradients_of_an_epoch_are_measured_once_and_kept(monkeypatch):
    measured = []
    note = DeepRun.note

    def counted(run):
        measured.append(run)
        return note(run)

    monkeypatch.setattr(DeepRun, "note", counted)
    run = DeepRun(LIVE)
    run.seek(6)
    assert len(measured) == len(run.notes) == len(run.epochs) == 7
    for epoch in (6, 3, 0, 5):
        fresh = DeepRun(LIVE)
        fresh.seek(epoch)
        kept = run.notes[epoch]
        assert (kept == fresh.notes[-1]).all() and (kept == note(fresh)).all()


def test_an_explosion_is_told_from_a_gradient_of_1(unhurried):
    reader = follow(**{
        "training.function": "relu", "training.rule": "he_normal", "training.scale": "6",
        "training.depth": "20",
    })  # fmt: skip
    layers = list(reader.player[1][:20])
    run = DeepRun(DeepTraining(function="relu", rule="he_normal", scale=6.0, depth=20))
    assert run.notes[0][0] > 1e13 and layers[0] == 255 and list(encoding.norms(1, DECADES)) == [128]
    large = [layer for layer in layers if 128 < layer < 255]
    assert len(large) > 10 and large == sorted(set(large), reverse=True)


def check_caption(reader, epoch):
    """The caption is that of a fresh run at this epoch."""
    run = DeepRun(LIVE)
    run.seek(epoch)
    first, last = run.notes[-1][[0, -1]].tolist()
    assert said(reader, DEEP, "caption") == {
        "epoch": number(epoch), "first": number(first), "last": number(last), "points": "200",
        "ratio": number(first / last), "train_loss": number(float(run.epoch.train_loss[0])),
        "width": "16", "batch": "10",
    }  # fmt: skip


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


def test_going_back_takes_no_step(steps, unhurried):
    reader = follow()
    for start in (1, 21, 41, 61):
        reader.play(wanted=start, shown=start - 1)
    assert sum(steps) == 80 * STEPS
    for back in (79, 78, 3, 0, 41):
        steps.clear()
        reader.play(shown=back)
        assert steps == []
        check_caption(reader, back)


def test_a_new_server_catches_up_with_a_page_a_chunk_at_a_time(steps, monkeypatch):
    monkeypatch.setattr(replay, "SECONDS", 0.0)  # an epoch a chunk
    reader = Alone(DEEP)
    header = follow().player[0]
    reader.at.session_state[header["key"]] = {"shown": {"run": header["run"], "frame": 12}}
    steps.clear()
    reader.follow(lang="en", **LINK)
    assert sum(steps) == 0
    check_caption(reader, 0)
    for epoch in range(1, 13):
        steps.clear()
        reader.play(wanted=13, shown=12)
        assert sum(steps) == STEPS
        check_caption(reader, epoch)


def test_a_run_that_begins_anew_is_given_from_its_first_frame(unhurried):
    """Where a rerun cuts another short, the page may come back to settings whose run is gone."""
    reader = follow().play(wanted=20, shown=19)
    del reader.at.session_state["deep-player:run"]
    reader.play(shown=39)
    assert reader.player[0]["epoch"] == list(range(20))
    check_caption(reader, 19)
    reader.play(wanted=40, shown=39)
    assert reader.player[0]["epoch"] == list(range(20, 40))
    check_caption(reader, 39)


def test_nothing_has_no_ratio_to_nothing(unhurried):
    """ReLU's units are all dead within an epoch: neither gradient is left, nor a factor."""
    reader = follow(**{
        "training.function": "relu", "training.scale": "0.25", "training.optimizer": "sgd",
        "training.lr": "0.1",
    }).play(wanted=1).play(shown=5)  # fmt: skip
    slots = said(reader, DEEP, "caption")
    assert (slots["first"], slots["last"], slots["ratio"]) == ("0", "0", "–")
