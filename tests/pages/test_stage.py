"""The overview's first figure: what its player is sent and what its caption says."""

from __future__ import annotations

import pytest

from dlbasic.charts.theme import STYLES
from dlbasic.figures.overview.stage.measure import (
    EPOCHS,
    FUNCTIONS,
    LEVELS,
    PAIRS,
    SIZE,
    TARGET,
    TASK,
    learn,
)
from dlbasic.results import load, path_of
from dlbasic.text import LANGUAGES, number, percent
from dlbasic.training import Training
from tests.pages.shown import said
from tests.pages.visits import Alone

each_pair = pytest.mark.parametrize("pair", PAIRS)
NAMES = {
    "ko": {"sigmoid": "시그모이드", "tanh": "하이퍼볼릭 탄젠트", "relu": "ReLU", "gelu": "GELU"},
    "en": {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "gelu": "GELU"},
}


@pytest.fixture(scope="module")
def kept():
    return load(path_of(learn, TASK))[1]


def places(pair):
    return [FUNCTIONS.index(key) for key in pair.split("-")]


@each_pair
def test_a_visit_is_sent_the_whole_kept_run_and_trains_nothing(pair, kept, monkeypatch):
    monkeypatch.setattr(Training, "__init__", lambda *_, **__: pytest.fail("it trains"))
    reader = Alone("overview/stage").follow(lang="en", **{"stage.pair": pair})
    header, maps = reader.player
    assert header["epoch"] == list(range(EPOCHS + 1)) and header["ended"]
    one, other = places(pair)
    for name, values, k in (("loss1", kept.losses, one), ("loss2", kept.losses, other),
                            ("accuracy1", kept.accuracies, one),
                            ("accuracy2", kept.accuracies, other)):  # fmt: skip
        assert header[name] == pytest.approx(values[:, k].tolist(), rel=1e-5), name
    cells = SIZE * SIZE
    assert len(maps) == 2 * cells * (EPOCHS + 1)
    for epoch in (0, 7, EPOCHS):
        for place, k in enumerate((one, other)):
            start = (2 * epoch + place) * cells
            levels = [round(byte * LEVELS / 255) for byte in maps[start : start + cells]]
            assert levels == kept.maps[epoch, k].tolist()
    (sent,) = [c.proto.bytes for c in reader.at.get("bidi_component") if c.proto.bytes]
    assert len(sent) < 60 * 1024


def test_a_rerun_sends_no_frame_again():
    reader = Alone("overview/stage").follow(lang="en")
    header, maps = reader.play(shown=12).player
    assert header["epoch"] == [] and maps == b"" and header["shown"] == 12
    assert reader.link == {"lang": "en", "stage.epoch": "12"}
    assert reader.play(shown=EPOCHS).link == {"lang": "en"}


def test_its_end_is_where_a_reader_stands_who_has_said_nothing():
    header, _ = Alone("overview/stage").follow(lang="en").player
    assert header["goal"] == header["shown"] == EPOCHS
    header, _ = Alone("overview/stage").follow(lang="en", **{"stage.epoch": "7"}).player
    assert header["goal"] == header["shown"] == 7


@each_pair
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_lines_and_caption_are_of_the_pair(pair, language, kept):
    reader = Alone("overview/stage").follow(lang=language, **{"stage.pair": pair})
    scene, keys = reader.player[0]["scene"], pair.split("-")
    names = [NAMES[language][key] for key in keys]
    assert [network["name"] for network in scene["networks"]] == names
    assert [scene["words"]["line1"], scene["words"]["line2"]] == names
    for network, key in zip(scene["networks"], keys, strict=True):
        assert (network["colour"], tuple(network["dash"])) == STYLES[key]
    one, other = places(pair)
    slots = said(reader, "overview/stage", "caption", language)
    assert slots["one"].lower() == names[0].lower() and slots["other"] == names[1]
    assert slots["one_accuracy"] == percent(kept.accuracies[-1, one])
    assert slots["other_accuracy"] == percent(kept.accuracies[-1, other])
    assert slots["one_reached"] == number(kept.reached[one])
    assert slots["other_reached"] == number(kept.reached[other])
    assert (slots["epochs"], slots["target"]) == (str(EPOCHS), percent(TARGET))
