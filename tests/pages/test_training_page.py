"""The training page: the numbers are those of the runs it shows, and what diverges is said."""

from __future__ import annotations

from collections import deque
from functools import cache

import numpy as np
import pytest
import streamlit as st

from dlbasic.activations import ACTIVATIONS, GELU
from dlbasic.charts.theme import function_names
from dlbasic.datasets import DATASETS
from dlbasic.figures.training.compare.measure import Compare, constant_loss, run_race
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.measures import replay as runs
from dlbasic.measures.tasks import PLANE_DATA
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, number, percent
from dlbasic.ui import replay
from dlbasic.ui.kept import POOL
from tests.pages.settings import QUICK
from tests.pages.shown import charts, said, shown
from tests.pages.visits import Alone

LIVE, RACE = "training/live", "training/compare"
full = pytest.mark.full


@pytest.fixture
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def live(language="en", **link):
    return Alone(LIVE).follow(lang=language, **link)


def race(language="en", **link):
    return Alone(RACE).follow(lang=language, **{"compare.epochs": "20", "compare.run": "1"} | link)


@cache
def raced(settings):
    """The end of a race, and how each function has done."""
    (done,) = deque(run_race(settings), maxlen=1)
    return done.standings()


def caption(reader, language="en"):
    """What the caption of figure 1 says; it has accuracies where there are classes."""
    found = [said(reader, LIVE, part, language) for part in ("caption", "caption-regression")]
    (slots,) = [slots for slots in found if slots is not None]
    return slots


def table(reader):
    return reader.at.table[0].value


# Figure 1: the caption


@pytest.mark.parametrize("data", ["circle", "spiral5", "plane"])
def test_the_captions_numbers_are_the_runs(unhurried, data):
    settings = Live(data=data, noise=0.2, layers=(8,), function="gelu", lr=0.1, batch=20.0,
                    initializer="he_normal", optimizer="adam", seed=9)  # fmt: skip
    table = declared(settings)
    link = {name: param.write(getattr(settings, name)) for name, param in table.items()}
    run = LiveRun(settings, {"gelu": GELU("tanh")})
    for language in LANGUAGES:
        reader = live(language, **link, **{"gelu.approximate": "tanh"}).play(wanted=1)
        for epoch in (0, 7):
            run.seek(epoch)
            expected = {
                "epoch": number(epoch), "loss": settings.measured.name.short[language],
                "train_loss": number(run.epoch.train_loss[0]), "train_points": "200",
                "test_loss": number(run.epoch.test_loss[0]), "test_points": "200",
                "hidden": "1", "optimizer": "Adam",
                "initializer": {"ko": "He 정규분포", "en": "He normal"}[language],
            }  # fmt: skip
            if data != "plane":
                expected |= {
                    "loss": settings.measured.name.short.inside[language],  # within the sentence
                    "train_accuracy": percent(run.epoch.train_accuracy[0]),
                    "test_accuracy": percent(run.epoch.test_accuracy[0]),
                }
            assert caption(reader.play(shown=epoch), language) == expected


def test_one_link_says_the_same_to_everyone(visit, unhurried):
    link = {"lang": "ko", "data": "moons", "noise": "0.25", "seed": "77"} | QUICK["training"]
    readers = [visit().follow("training", **link) for _ in range(2)]
    same = shown(readers[0].at)
    assert shown(readers[1].at) == same
    assert readers[0].player == readers[1].player
    # One of them has been elsewhere in between.
    assert shown(readers[0].move("seed", 78).at) != same
    assert shown(readers[0].move("seed", 77).at) == same


def test_new_seed_is_the_next_one_in_the_link_and_another_run(visit):
    def follow(**link):
        return visit().follow("training", lang="en", fig="live", **QUICK["training"] | link)

    reader = follow()
    before, link, run = caption(reader), reader.link, reader.player[0]["run"]
    reader.click("new-seed")
    assert reader.link == link | {"seed": "1"}
    assert reader.value("seed") == 1
    assert reader.player[0]["run"] != run
    assert caption(reader) != before
    assert shown(reader.at) == shown(follow(seed="1").at)
    # It is the seed of both figures.
    reader.turn("compare")
    assert [text for text in reader.captions if "0 (now 1)" in text]
    assert "seed" not in follow(seed="9999").click("new-seed").link, "after the last the first"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_seen_without_a_hidden_layer_or_from_zeros_is_told(unhurried, language):
    zeros = {"initializer": "zeros", "lr": "0.3"}
    parts = ("no-hidden", "no-hidden-regression", "zeros-stuck", "zeros-alike")

    def told(**link):
        reader = live(language, **link).play(wanted=1).play(shown=9)
        found = {part: said(reader, LIVE, part, language) for part in parts}
        return {part: slots for part, slots in found.items() if slots is not None}

    assert told() == {}
    assert told(hidden="0") == {"no-hidden": {}} == told(hidden="0", **zeros)
    assert told(hidden="0", data="blobs3") == {"no-hidden": {}}
    assert told(hidden="0", data="plane") == {"no-hidden-regression": {}}, "no classes there"
    assert told(**zeros) == {"zeros-stuck": {}}
    (alike,) = told(**zeros, **{"function": "sigmoid"}).values()
    assert alike["difference"] == "0" and alike["weight"] != "0"
    assert told(**zeros, width="1", **{"function": "sigmoid"}) == {}, "one is like itself"


# Figure 1: the frames


@pytest.mark.parametrize("data", PLANE_DATA)
def test_frames_are_the_epochs_of_the_run(unhurried, data):
    reader = live(data=data)
    assert reader.player[0]["epoch"] == [0], "what is seen before anyone plays"
    sent, maps = reader.play(wanted=1).player
    epochs = list(range(1, 1 + replay.FRAMES))
    assert (sent["start"], sent["epoch"], sent["ended"]) == (1, epochs, None)
    run = LiveRun(Live(data=data))
    run.seek(replay.FRAMES)
    losses = [float(f"{epoch.test_loss[0]:.6g}") for epoch in run.epochs]
    assert sent["loss2"] == losses[1:]
    assert (sent["accuracy2"][0] is None) == (DATASETS[data].task == "regression")
    frames = np.frombuffer(maps, "<f4").reshape(replay.FRAMES, -1)
    np.testing.assert_array_equal(frames[-1], run.state().astype(np.float32))
    run.seek(1)
    np.testing.assert_array_equal(frames[0], run.state().astype(np.float32))


def test_a_chunk_is_bounded_in_frames_and_in_time(unhurried, monkeypatch):
    reader = live()
    for start in (1, 21, 41, 61):
        sent, maps = reader.play(wanted=start).player
        assert sent["epoch"] == list(range(start, start + 20))
        assert len(maps) == 20 * 4 * len(LiveRun(Live()).state())
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    assert reader.play(wanted=81).player[0]["epoch"] == [81]
    # However far a browser says it is, no more is trained than one frame at a time.
    assert reader.play(wanted=10**9, shown=10**9).player[0]["epoch"] == [82]
    assert caption(reader)["epoch"] == "82"


def test_what_was_asked_before_comes_again_the_same(unhurried):
    reader = live()
    first = reader.play(wanted=1).player
    reader.play(wanted=21)
    assert reader.play(wanted=1).player == first
    assert reader.play(wanted=21).player[0]["start"] == 21


def test_what_was_asked_before_is_remembered_in_the_other_language(unhurried, monkeypatch):
    reader = live().play(wanted=1)
    sent, maps = reader.player
    monkeypatch.setattr(replay, "SECONDS", 0.0)  # no time to train it again
    again, same = reader.speak("ko").play(wanted=1).player
    assert (again["epoch"], same) == (sent["epoch"], maps)


def test_an_answer_without_a_frame_is_not_the_last_word(monkeypatch):
    """Far ahead of what is asked, the run begins anew and has no time to get there."""
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    reader = live()
    for epoch in range(1, 8):
        reader.play(wanted=epoch)
    answers = [reader.play(wanted=5).player[0]["epoch"] for _ in range(5)]
    assert answers == [[], [], [], [], [5]]


def test_a_functions_own_slider_begins_another_run(unhurried):
    reader = live(**{"function": "elu"}).play(wanted=1)
    before = reader.player[0]["run"]
    reader.move("elu.alpha", 0.5)
    sent, _ = reader.player
    assert sent["run"] != before and sent["epoch"] == [0]
    assert reader.player == live(**{"function": "elu", "elu.alpha": "0.5"}).player


def test_the_link_says_the_epoch_that_the_reader_went_to(unhurried):
    reader = live(lr="0.1")
    assert (reader.player[0]["goal"], reader.player[0]["followed"]) == (0, 0)
    reader.play(wanted=1)
    assert reader.play(shown=12).link == {"lang": "en", "lr": "0.1", "live.epoch": "12"}
    there = caption(reader)
    assert there["epoch"] == "12"
    assert reader.play(wanted=21, shown=12).link == reader.link, "while it plays on"
    other = Alone(LIVE).follow(**reader.link)
    assert (other.player[0]["goal"], other.player[0]["followed"]) == (12, 0)
    assert caption(other.play(shown=12)) == there and other.link == reader.link
    # Another setting is another run, and what was shown of the first is not of this one.
    assert other.move("seed", 3).link == {"lang": "en", "lr": "0.1", "seed": "3"}
    assert other.player[0]["goal"] == 0
    # Back, in the same session.
    other.follow(**reader.link)
    assert (other.player[0]["goal"], other.player[0]["followed"]) == (12, 1)
    assert other.link == reader.link
    assert other.play(shown=0).link == {"lang": "en", "lr": "0.1"}


def test_an_epoch_beyond_the_end_is_the_last_and_stays_in_the_link(unhurried, monkeypatch):
    monkeypatch.setattr(runs, "MAX_EPOCHS", 15)
    reader = live(**{"live.epoch": "700"})
    assert reader.player[0]["goal"] == 700
    assert reader.play(wanted=16, shown=15).link == {"lang": "en", "live.epoch": "700"}
    assert caption(reader)["epoch"] == "15"
    assert reader.play(shown=14).link["live.epoch"] == "14"
    assert reader.play(shown=15).link["live.epoch"] == "15"


def test_other_controls_leave_the_run_as_it_is(visit, monkeypatch):
    reader = visit().follow("training", lang="en", fig="live", **QUICK["training"])
    run = reader.play(wanted=20).player[0]["run"]
    began = []
    begin = LiveRun.__init__
    monkeypatch.setattr(
        LiveRun, "__init__", lambda run, *given: began.append(run) or begin(run, *given)
    )
    reader.move("compare.target", 0.2)
    assert reader.turn("live").player[0]["run"] == run
    assert began == []


def test_the_run_ends_at_the_last_epoch_and_says_so(unhurried, monkeypatch):
    monkeypatch.setattr(runs, "MAX_EPOCHS", 25)
    monkeypatch.setattr(replay, "MAX_EPOCHS", 25)
    sent, _ = live().play(wanted=1).play(wanted=21).player
    assert sent["epoch"] == [21, 22, 23, 24, 25]
    assert "25" in sent["ended"]


@pytest.mark.parametrize(
    ("data", "language"),
    [("plane", "ko"), pytest.param("plane", "en", marks=full), ("spiral5", "en")],
)
def test_a_run_that_diverges_says_so_in_words(unhurried, language, data):
    """With every function and the largest rate some do; none ends without a word."""
    diverged = {"ko": "발산", "en": "diverged"}[language]
    ended, reader = 0, Alone(LIVE)
    for f in ("relu", "prelu", "identity"):
        reader.follow(lang=language, data=data, lr="10", **{"function": f})
        sent, maps = reader.play(wanted=1).player
        run = LiveRun(Live(data=data, function=f, lr=10.0))
        run.seek(replay.FRAMES + 1)
        assert sent["epoch"] == list(range(1, 1 + min(replay.FRAMES, run.epoch.number)))
        assert len(maps) == len(sent["epoch"]) * 4 * len(run.state())
        assert (sent["ended"] is not None) == (run.divergence is not None)
        if run.divergence is not None:
            ended += 1
            assert diverged in sent["ended"]
            # Nothing follows, however often it is asked.
            last = run.epoch.number
            again, _ = reader.play(wanted=last + 1, shown=last).player
            assert again["epoch"] == [] and again["ended"] == sent["ended"]
            assert caption(reader, language)["epoch"] == number(last)
    assert ended


# Figure 2


@pytest.mark.parametrize("data", ["gaussians", "spiral5", "plane"])
def test_the_table_and_the_caption_are_the_race(data):
    settings = Compare(data=data, noise=0.1, lr=0.1, batch=20.0, epochs=20, target=0.2)
    reader = race(data=data, noise="0.1", lr="0.1", batch="20", **{"compare.target": "0.2"})
    standings = raced(settings)
    for language in LANGUAGES:
        rows, names = table(reader.speak(language)), function_names(language)
        assert list(rows.iloc[:, 0]) == [names[s.function] for s in standings]
        assert list(rows.iloc[:, 1]) == [
            f"{'–' if s.epochs is None else number(s.epochs)} ({s.reached}/24)" for s in standings
        ]
        for cell, s in zip(rows.iloc[:, 2], standings, strict=True):
            assert cell == f"{number(s.loss)} ({number(s.loss_low)} – {number(s.loss_high)})"
        diverged = [number(s.diverged) for s in standings]
        some = set(diverged) != {"0"}
        assert rows.shape[1] == 3 + (data != "plane") + some, "no accuracy of predicted values"
        if data != "plane":
            assert list(rows.iloc[:, 3]) == [percent(s.accuracy) for s in standings]
        assert not some or list(rows.iloc[:, -1]) == diverged
        check_caption(reader, language, standings)
        (alt,) = [chart.alt for chart in charts(reader.at)]
        assert all(f"{names[s.function]} {s.reached}/24" in alt for s in standings)


def check_caption(reader, language, standings):
    """Who was there first, and who never."""
    names = function_names(language)
    winners = [s for s in standings if s.reached == 24]
    none = [names[s.function] for s in standings if not s.reached]
    expected = {"seeds": "24", "epochs": "20", "target": "0.2"}
    if not winners:
        part = "caption-no-winner"
        expected |= {"none_count": number(len(none))}
    else:
        first = [names[s.function] for s in winners if s.epochs == winners[0].epochs]
        part = "caption" if none else "caption-no-loser"
        expected |= {
            "all_count": number(len(winners)), "fastest": ", ".join(first),
            "fastest_epochs": number(winners[0].epochs),
        }  # fmt: skip
        if none:
            expected |= {"none": ", ".join(none)}
    assert said(reader, RACE, part, language) == expected


def test_a_target_that_asks_for_nothing_is_called_easy():
    reader = race(data="plane", **{"compare.target": "0.5"})
    baseline = constant_loss("plane", Compare().noise)
    assert baseline < 0.5
    assert said(reader, RACE, "easy-target") == {"target": "0.5", "baseline": number(baseline)}
    reader.move("compare.target", 0.05)
    assert said(reader, RACE, "easy-target") is None


def test_where_all_diverge_table_and_caption_say_so():
    reader = race(data="plane", lr="10")
    for language in LANGUAGES:
        rows = table(reader.speak(language))
        assert len(rows) == len(ACTIVATIONS)
        assert set(rows.iloc[:, -1]) == {"24"}
        assert set(rows.iloc[:, 2]) == {"∞ (∞ – ∞)"}
        slots = {"seeds": "24", "epochs": "20"}
        assert said(reader, RACE, "caption-diverged", language) == slots


def test_where_some_diverge_the_table_counts_them():
    reader = race(data="xor", lr="3")
    diverged = [s.diverged for s in raced(Compare(data="xor", lr=3.0, epochs=20))]
    assert 0 < sum(diverged) < 24 * len(ACTIVATIONS)
    assert list(table(reader)["Seeds that diverged"]) == [str(count) for count in diverged]
    assert said(reader, RACE, "caption-diverged") is None


def test_a_comparison_without_a_hidden_layer_or_from_zeros_says_so():
    reader = race(data="gaussians", hidden="0")
    assert said(reader, RACE, "no-hidden") == {} and said(reader, RACE, "zeros") is None
    assert table(reader).iloc[:, 1:].drop_duplicates().shape[0] == 1, "all functions alike"
    reader = race(data="gaussians", initializer="zeros")
    still = said(reader, RACE, "zeros")["names"]
    names = function_names("en")
    assert still == ", ".join(names[f] for f in ACTIVATIONS if f not in ("sigmoid", "softplus"))
    raced_alike = raced(Compare(data="gaussians", initializer="zeros", epochs=20))
    assert all(s.loss_low == s.loss == s.loss_high for s in raced_alike), "seeds differ in nothing"
    assert said(race(data="gaussians"), RACE, "no-hidden") is None


def test_the_chosen_function_does_not_change_the_race(visit, monkeypatch):
    """Nor does it run again: all readers share what has been run."""
    run, begin = [], POOL.begin
    monkeypatch.setattr(POOL, "begin", lambda given: run.append(given) or begin(given))
    link = QUICK["training"] | {"seed": "4242", "compare.run": "1"}
    reader = visit().follow("training", lang="en", fig="compare", **link)
    before = table(reader)
    assert len(run) == 1
    reader.move("function", "elu").move("elu.alpha", 0.5)
    assert table(reader.turn("compare")).equals(before)
    again = visit().follow("training", lang="en", fig="compare", **link, **{"function": "mish"})
    assert table(again).equals(before)
    # Nor does another target, which only reads it otherwise.
    assert not table(again.move("compare.target", 0.5)).equals(before)
    again.move("seed", 4243)
    assert len(run) == 1, "nor does a slider race anew"


def test_a_waiting_reader_sees_a_bar_and_then_none(monkeypatch):
    drawn, progress = [], st.progress
    monkeypatch.setattr(st, "progress", lambda *given: drawn.append(given) or progress(*given))
    reader = race(seed="4244")
    assert [share for share, _ in drawn] == [0.0]
    assert not reader.at.get("progress")
    reader.run()
    assert len(drawn) == 1, "what is known needs none"
