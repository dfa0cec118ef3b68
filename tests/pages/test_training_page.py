"""The training page: its numbers are those of the runs it shows, and what diverges is said."""

from __future__ import annotations

import sys
from collections import deque

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, GELU
from dlbasic.charts.theme import function_names
from dlbasic.datasets import DATASETS
from dlbasic.experiments import replay as runs
from dlbasic.experiments.live import MAP, LiveRun, LiveSettings
from dlbasic.experiments.race import DATA, RaceSettings, loss_for, run_race
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, number, percent
from dlbasic.ui import replay
from tests.pages.settings import QUICK
from tests.pages.shown import charts, shown

DIVERGES = {"data": "plane", "rate": "10", "function": "relu"}
BEGINS = {"live": ("Measured in double", "배정밀도"), "race": ("seeds,", "시드")}


@pytest.fixture
def quick(visit):
    def follow(language="en", **link):
        return visit().follow("training", lang=language, **QUICK["training"] | link)

    return follow


@pytest.fixture
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def captions(reader):
    """The captions of the two figures."""
    texts = [c.value for c in reader.at.main.get("caption")]
    (live,) = [text for text in texts if any(words in text for words in BEGINS["live"])]
    (race,) = [t for t in texts if t != live and any(words in t for words in BEGINS["race"])]
    return live, race


def table(reader):
    return reader.at.table[0].value


# Figure 1: the caption


@pytest.mark.parametrize("shown_epoch", [0, 7])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", ["circle", "spiral5", "plane"])
def test_the_captions_numbers_are_the_runs(quick, unhurried, data, language, shown_epoch):
    settings = LiveSettings(data=data, noise=0.2, function="gelu", rate=0.1, batch=20.0, seed=9)
    link = {
        name: param.write(getattr(settings, name)) for name, param in declared(settings).items()
    }
    reader = quick(language, **link, **{"gelu.approximate": "tanh"}).play(shown=shown_epoch)
    run = LiveRun(settings, GELU("tanh"))
    run.seek(shown_epoch)
    said, epoch = captions(reader)[0], run.epoch
    numbers = [number(shown_epoch), number(epoch.train_loss[0]), number(epoch.test_loss[0]), "200"]
    if data != "plane":
        numbers += [percent(epoch.train_accuracy[0]), percent(epoch.test_accuracy[0])]
    assert [n for n in numbers if n not in said] == []
    assert ("%" in said) == (data != "plane")
    assert loss_for(data).name[language].partition("(")[0].strip() in said


def test_one_link_says_the_same_to_everyone(visit, unhurried):
    link = {"lang": "ko", "data": "moons", "noise": "0.25", "seed": "77"} | QUICK["training"]
    readers = [visit().follow("training", **link) for _ in range(2)]
    assert captions(readers[0]) == captions(readers[1])
    assert readers[0].player == readers[1].player
    # One of them has been elsewhere in between.
    readers[0].move("seed", 78)
    assert captions(readers[0]) != captions(readers[1])
    readers[0].move("seed", 77)
    assert captions(readers[0]) == captions(readers[1])
    assert shown(readers[0].at) == shown(readers[1].at)


def test_new_seed_is_the_next_one_in_the_link_and_another_run(quick):
    reader = quick()
    before, link, run = captions(reader), reader.link, reader.player[0]["run"]
    reader.click("new-seed")
    assert reader.link == link | {"seed": "1"}
    assert reader.value("seed") == 1
    assert reader.player[0]["run"] != run
    live, race = captions(reader)
    assert live != before[0]
    # It is the seed of both figures.
    assert table(reader).to_dict() != table(quick()).to_dict()
    assert (live, race) == captions(quick(seed="1"))
    assert "seed" not in quick(seed="9999").click("new-seed").link, "after the last the first"


# Figure 1: the frames


@pytest.mark.parametrize("data", DATA.options)
def test_frames_are_the_epochs_of_the_run(quick, unhurried, data):
    reader = quick(data=data)
    said, maps = reader.player
    assert (said["start"], said["epoch"], said["ended"]) == (0, list(range(replay.FRAMES)), None)
    run = LiveRun(LiveSettings(data=data))
    run.seek(replay.FRAMES - 1)
    losses = [float(f"{epoch.test_loss[0]:.6g}") for epoch in run.epochs]
    assert said["testLoss"] == losses
    assert (said["testAccuracy"][0] is None) == (DATASETS[data].task == "regression")
    levels = np.frombuffer(maps, np.uint8).reshape(replay.FRAMES, MAP * MAP)
    outputs = run.outputs()
    if DATASETS[data].task == "classes":
        assert (levels[-1] // 50 == outputs.argmax(axis=0)).all()
        assert (levels % 50).max() > 20
    elif DATASETS[data].task == "binary":
        assert ((levels[-1] > 127) == (outputs[0] > 0)).mean() > 0.99
    else:
        np.testing.assert_allclose(levels[-1] / 127.5 - 1, outputs[0].clip(-1, 1), atol=0.005)


def test_a_chunk_is_bounded_in_frames_and_in_time(quick, unhurried, monkeypatch):
    reader = quick()
    for start in (20, 40, 60):
        said, maps = reader.play(wanted=start).player
        assert said["epoch"] == list(range(start, start + 20))
        assert len(maps) == 20 * MAP * MAP
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    assert reader.play(wanted=80).player[0]["epoch"] == [80]
    # However far a browser says it is, no more is trained than one frame at a time.
    assert reader.play(wanted=10**9, shown=10**9).player[0]["epoch"] == [81]
    assert captions(reader)[0].count("81") == 1


def test_what_was_asked_before_comes_again_the_same(quick, unhurried):
    reader = quick()
    first = reader.play(wanted=20).player
    reader.play(wanted=40)
    assert reader.play(wanted=20).player == first
    assert reader.play(wanted=40).player[0]["start"] == 40


def test_what_was_asked_before_is_remembered_in_the_other_language(quick, unhurried, monkeypatch):
    reader = quick().play(wanted=20)
    said, maps = reader.player
    monkeypatch.setattr(replay, "SECONDS", 0.0)  # no time to train it again
    again, same = reader.speak("ko").play(wanted=20).player
    assert (again["epoch"], same) == (said["epoch"], maps)


def test_an_answer_without_a_frame_is_not_the_last_word(quick, monkeypatch):
    """Far ahead of what is asked, the run begins anew and has no time to get there."""
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    reader = quick()
    for epoch in range(1, 8):
        reader.play(wanted=epoch)
    answers = [reader.play(wanted=5).player[0]["epoch"] for _ in range(5)]
    assert answers == [[], [], [], [], [5]]


def test_a_functions_own_slider_begins_another_run(quick, unhurried):
    reader = quick(function="elu").play(wanted=20)
    before = reader.player[0]["run"]
    reader.move("elu.alpha", 0.5)
    said, _ = reader.player
    assert said["run"] != before and said["epoch"][0] == 0
    assert reader.player == quick(function="elu", **{"elu.alpha": "0.5"}).player


def test_other_controls_leave_the_run_where_it_is(quick, unhurried):
    reader = quick().play(wanted=20).play(wanted=40)
    reader.play(shown=45)
    before = captions(reader)[0]
    reader.move("race.target", 0.2)
    assert captions(reader)[0] == before and "45" in before


def test_the_run_ends_at_the_last_epoch_and_says_so(quick, unhurried, monkeypatch):
    monkeypatch.setattr(runs, "MAX_EPOCHS", 25)
    monkeypatch.setattr(replay, "MAX_EPOCHS", 25)
    reader = quick().play(wanted=20)
    said, _ = reader.player
    assert said["epoch"] == [20, 21, 22, 23, 24, 25]
    assert "25" in said["ended"]


@pytest.mark.parametrize(
    ("data", "language"), [("plane", "ko"), ("plane", "en"), ("spiral5", "ko")]
)
def test_a_run_that_diverges_says_so_in_words(quick, unhurried, language, data):
    """With every function and the largest rate some do; none ends without a word."""
    words = {"ko": "발산", "en": "diverged"}[language]
    ended = 0
    for f in ("relu", "prelu", "identity"):
        reader = quick(language, data=data, function=f, rate="10")
        said, maps = reader.player
        run = LiveRun(LiveSettings(data=data, function=f, rate=10.0))
        run.seek(replay.FRAMES)
        assert said["epoch"] == list(range(min(replay.FRAMES, run.epoch.number + 1)))
        assert len(maps) == len(said["epoch"]) * MAP * MAP
        assert (said["ended"] is not None) == (run.divergence is not None)
        if run.divergence is not None:
            ended += 1
            assert words in said["ended"]
            # Nothing follows, however often it is asked.
            again = reader.play(wanted=run.epoch.number + 1, shown=run.epoch.number).player
            assert again[0]["epoch"] == [] and again[0]["ended"] == said["ended"]
            assert number(run.epoch.number) in captions(reader)[0]
    assert ended


# Figure 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", ["gaussians", "spiral5", "plane"])
def test_the_table_and_the_caption_are_the_race(quick, data, language):
    settings = RaceSettings(data=data, noise=0.1, rate=0.1, batch=20.0, epochs=20, target=0.2)
    reader = quick(language, data=data, noise="0.1", rate="0.1", batch="20",
                   **{"race.target": "0.2"})  # fmt: skip
    (done,) = deque(run_race(settings), maxlen=1)
    rows, names, standings = table(reader), function_names(language), done.standings()
    assert list(rows.iloc[:, 0]) == [names[s.function] for s in standings]
    assert list(rows.iloc[:, 1]) == [f"{s.reached}/8" for s in standings]
    assert list(rows.iloc[:, 2]) == ["–" if s.epochs is None else number(s.epochs)
                                     for s in standings]  # fmt: skip
    for cell, s in zip(rows.iloc[:, 3], standings, strict=True):
        assert cell.startswith(f"{number(s.loss)} (") and number(s.loss_high) in cell
    assert (rows.shape[1] == 6) == (data != "plane"), "no accuracy where values are predicted"
    assert list(rows.iloc[:, -1]) == [number(s.diverged) for s in standings]
    said = captions(reader)[1]
    winners = [s for s in standings if s.reached == 8]
    none = [s for s in standings if not s.reached]
    if winners:
        assert names[winners[0].function] in said and number(winners[0].epochs) in said
        assert str(len(winners)) in said
        assert all(names[s.function] in said for s in none)
    else:
        assert str(len(none)) in said
    assert "0.2" in said and "20" in said
    (alt,) = [chart.alt for chart in charts(reader.at)]
    assert all(f"{names[s.function]} {s.reached}/8" in alt for s in standings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_diverge_table_and_caption_say_so(quick, language):
    reader = quick(language, **DIVERGES)
    rows = table(reader)
    assert len(rows) == len(ACTIVATIONS)
    assert set(rows.iloc[:, -1]) == {"8"}
    assert set(rows.iloc[:, 3]) == {"∞ (∞ – ∞)"}
    said = captions(reader)[1]
    assert {"ko": "발산", "en": "diverged"}[language] in said
    assert {"ko": "학습률", "en": "lower learning rate"}[language] in said


def test_where_some_diverge_the_table_counts_them(quick):
    reader = quick(data="xor", rate="3")
    (done,) = deque(run_race(RaceSettings(data="xor", rate=3.0, epochs=20)), maxlen=1)
    diverged = [s.diverged for s in done.standings()]
    assert 0 < sum(diverged) < 8 * len(ACTIVATIONS)
    assert list(table(reader)["Seeds that diverged"]) == [str(count) for count in diverged]
    assert "diverged" not in captions(reader)[1]


def test_the_chosen_function_does_not_change_the_race(quick, monkeypatch):
    """Nor does it run again: all readers share what has been run."""
    reader = quick(seed="4242")
    before = table(reader)
    # The package's own name "race" is the figure.
    monkeypatch.setattr(sys.modules["dlbasic.ui.race"]._RACES, "_steps", None)
    reader.move("function", "elu").move("elu.alpha", 0.5)
    assert table(reader).equals(before)
    assert table(quick(seed="4242", function="mish")).equals(before)


def test_a_waiting_reader_sees_a_bar_and_then_none(quick):
    reader = quick(seed="4243")
    assert not reader.at.get("progress")
