"""The network that learns: its numbers are those of the runs, and what diverges is said."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.activations import GELU
from dlbasic.datasets import DATASETS
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.measures import replay as runs
from dlbasic.measures.tasks import PLANE_DATA
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, number, percent
from dlbasic.ui import replay
from tests.pages.settings import QUICK
from tests.pages.shown import said, shown
from tests.pages.visits import Alone

LIVE = "training/live"
full = pytest.mark.full


@pytest.fixture
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def live(language="en", **link):
    return Alone(LIVE).follow(lang=language, **link)


def caption(reader, language="en"):
    """What the caption of figure 1 says; it has accuracies where there are classes."""
    found = [said(reader, LIVE, part, language) for part in ("caption", "caption-regression")]
    (slots,) = [slots for slots in found if slots is not None]
    return slots


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
                "epoch": number(epoch), "loss": settings.measured.name.short.inside[language],
                "train_loss": number(run.epoch.train_loss[0]), "train_points": "200",
                "test_loss": number(run.epoch.test_loss[0]), "test_points": "200",
                "hidden": "1", "optimizer": "Adam",
                "initializer": {"ko": "He 정규분포", "en": "He normal"}[language],
            }  # fmt: skip
            if data != "plane":
                expected |= {
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

    def new_seed(reader):
        return reader.draw("seed", str(reader.player[0]["scene"]["network"]["next_seed"]))

    new_seed(reader)
    assert reader.link == link | {"seed": "1"}
    assert reader.value("seed") == 1
    assert reader.player[0]["run"] != run
    assert caption(reader) != before
    assert shown(reader.at) == shown(follow(seed="1").at)
    # It is the seed of both figures.
    reader.turn("compare")
    assert [text for text in reader.captions if "0 (now 1)" in text]
    assert "seed" not in new_seed(follow(seed="9999")).link, "after the last the first"


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
    diverged = {"ko": "발산", "en": "Diverged"}[language]
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
