"""The player's Python side: what it sends, what it asks for, what it makes of hostile messages."""

from __future__ import annotations

import json
import math
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dlbasic.text import LANGUAGES
from dlbasic.ui import component
from dlbasic.ui.player import (
    LONGEST_VALUE,
    Change,
    Chunk,
    Frame,
    Network,
    Scene,
    asked,
    change,
    described,
    message,
)
from dlbasic.ui.player_words import NETWORK_WORDS, PAIR_WORDS, WORDS
from dlbasic.ui.wiring import Limits, Named, Table, Wiring

STATIC = Path(__file__).parents[2] / "static"
PARTS = sorted(STATIC.glob("player*"))
SCRIPT = "".join(part.read_text("utf-8") for part in PARTS)
POINTS = {"x": (0.5,), "y": (-1.0,), "value": (1.0,), "test": (True,)}
SCENE = Scene("run", "binary", 2, 6.0, **POINTS, class_names=("A", "B"), loss_name="BCE")
WIRED = replace(
    SCENE,
    network=Wiring(
        features=("x1", "x2"),
        every_feature=(("x1", "x₁"), ("x2", "x₂"), ("x1x2", "x₁x₂")),
        layers=(3, 2),
        outputs=1,
        function_keys=("prelu", "relu"),
        every_function=(Named("prelu", *["PReLU"] * 3), Named("relu", *["ReLU"] * 3)),
        functions=(1, 0),
        tables=(Table((0.0, 16.0), 0.0, 1.0), Table((-4.0, 16.0), 0.25, 1.0, prelu=True)),
        head="sigmoid",
        batches=20,
        limits=Limits(layers=6, units=32, edits=20, weight=1000),
    ),
)
FRAME = Frame(7, 0.5, 0.25, 0.75, None, bytes([1, 2, 3, 4]))


def unpack(sent: bytes):
    """As static/player.js reads it."""
    line, _, maps = zlib.decompress(sent).partition(b"\n")
    return json.loads(line, parse_constant=pytest.fail), maps


def app():
    import streamlit as st

    from dlbasic.ui.player import Chunk, Frame, Goal, Scene, player

    state = st.session_state
    run, language = state.get("run", "run"), state.get("language", "ko")
    scene = Scene(run, "regression", 1, 6.0, (0.0,), (1.0,), (0.25,), (False,), (), "MSE")
    state["calls"] = []

    class Source:
        def chunk(self, start, most):
            state["calls"].append(start)
            stop = min(start + most, 50)
            frames = tuple(Frame(i, 1.0, 2.0, None, None, bytes([i])) for i in range(start, stop))
            return Chunk(start, frames, {"ko": "끝", "en": "end"}[language] if stop == 50 else None)

        def between(self, start, batch):
            state["calls"].append((start, batch))
            frame = Frame(start, 1.5, 2.5, None, None, bytes([batch]))
            if batch == 9:
                return Chunk(start, ())
            return Chunk(start, (frame,)) if batch < 10 else Chunk(start, (), "none")

    goal = Goal(7, state.get("followed", 0))
    shown = player("p", scene, Source(), goal, language)
    st.text(shown.frame)
    st.text(shown.moved_to)
    st.text(shown.batch)


class Reader:
    """A browser's side of a session: what it says, and what it gets."""

    def __init__(self):
        self.test = AppTest.from_function(app).run()

    def say(self, run="run", language="ko", followed=0, **said):
        self.test.session_state["run"] = run
        self.test.session_state["followed"] = followed
        self.test.session_state["language"] = language
        self.test.session_state["p"] = said
        self.test.run()
        return self.got

    @property
    def got(self):
        assert not self.test.exception
        return unpack(self.test.get("bidi_component")[0].proto.bytes)

    @property
    def calls(self):
        return self.test.session_state["calls"]

    @property
    def shown(self):
        return int(self.test.text[0].value)

    @property
    def moved_to(self):
        moved_to = self.test.text[1].value
        return None if moved_to == "None" else int(moved_to)

    @property
    def batch(self):
        return int(self.test.text[2].value)


def frame(number, run="run", **more):
    return {"run": run, "frame": number, **more}


@pytest.fixture
def reader():
    return Reader()


def test_the_first_message_carries_the_first_frames(reader):
    said, maps = reader.got
    assert said["start"] == 0 and said["epoch"] == list(range(20))
    assert maps == bytes(range(20))
    assert said["scene"]["words"]["play"] == "재생"
    assert reader.shown == said["shown"] == 7, "the link's, to which the browser goes"


def test_the_frames_that_are_wanted_come(reader):
    said, maps = reader.say(wanted=frame(20))
    assert (said["start"], said["epoch"], maps) == (20, list(range(20, 40)), bytes(range(20, 40)))
    assert said["ended"] is None


def test_a_message_that_wants_nothing_costs_no_training(reader):
    said, maps = reader.say(shown=frame(3))
    assert reader.calls == [] and maps == b"" and said["epoch"] == []
    assert reader.shown == said["shown"] == 3


def test_a_repeated_request_is_answered_alike(reader):
    first = reader.say(wanted=frame(20))
    assert reader.say(wanted=frame(20)) == first


def test_an_old_request_makes_nothing_unknown_that_was_known(reader):
    reader.say(wanted=frame(20))
    reader.say(wanted=frame(0))
    reader.say(shown=frame(39))
    assert reader.shown == 39


def test_nothing_beyond_the_first_missing_frame_can_be_asked_for(reader):
    reader.say(wanted=frame(10**12))
    assert reader.calls == [20]


def test_a_new_run_starts_from_its_first_frame(reader):
    reader.say(wanted=frame(20), shown=frame(12))
    said, _ = reader.say(run="other", wanted=frame(40), shown=frame(12))
    assert (said["run"], said["start"], reader.shown) == ("other", 0, 7)
    assert said["scene"]["run"] == "other"


def test_the_end_is_told_in_the_language_of_the_page(reader):
    reader.say(wanted=frame(20))
    said, _ = reader.say(wanted=frame(40))
    assert said["ended"] == "끝" and len(said["epoch"]) == 10
    said, maps = reader.say(language="en", shown=frame(49))
    assert said["ended"] == "end" and maps == b"" and reader.shown == 49
    assert said["scene"]["words"]["play"] == "Play"


def test_what_the_browser_has_of_the_scene_is_not_sent_again(reader):
    identity = reader.got[0]["scene_id"]
    assert reader.say(wanted=frame(20, scene=identity))[0]["scene"] is None
    assert reader.say(wanted=frame(40, scene="0"))[0]["scene"] is not None
    # Another language is another scene, though the run is the same.
    assert reader.say(language="en", wanted=frame(40, scene=identity))[0]["scene"] is not None


@pytest.mark.parametrize(
    ("most", "given"),
    [(30, 30), (10**9, 30), (1, 20), (-5, 20), (True, 20), ("25", 20), (25.0, 20), (25, 25)],
)
def test_who_plays_fast_is_given_more_at_once(reader, most, given):
    said, _ = reader.say(wanted=frame(20, most=most))
    assert len(said["epoch"]) == given


def test_no_message_has_more_frames_than_it_may(reader, monkeypatch):
    monkeypatch.setattr("dlbasic.ui.player.MOST_FRAMES", 22)
    assert len(reader.say(wanted=frame(20, most=10**6))[0]["epoch"]) == 22


def test_the_network_between_two_frames_is_no_frame(reader):
    said, maps = reader.say(wanted=frame(5, batch=3))
    assert reader.calls == [(5, 3)] and said["between"] == {
        "frame": 5,
        "batch": 3,
        "there": True,
        "never": None,
    }
    assert (said["start"], said["epoch"], said["loss1"], maps) == (5, [5], [1.5], bytes([3]))
    # What is known of the run is what it was.
    said, _ = reader.say(wanted=frame(20))
    assert said["between"] is None and said["epoch"] == list(range(20, 40))


@pytest.mark.parametrize(("batch", "never"), [(9, None), (10, "none")])
def test_where_there_is_no_such_batch_or_not_yet_it_is_said(reader, batch, never):
    said, maps = reader.say(wanted=frame(5, batch=batch))
    assert said["between"] == {"frame": 5, "batch": batch, "there": False, "never": never}
    assert said["epoch"] == [] and maps == b"" and said["ended"] is None


@pytest.mark.parametrize("batch", [None, -1, True, "3", 2.0, [1]])
def test_nonsense_is_no_batch(reader, batch):
    said, _ = reader.say(wanted=frame(5, batch=batch))
    assert said["between"] is None and said["epoch"] == list(range(5, 25))


def test_a_place_between_two_frames_is_told(reader):
    reader.say(shown=frame(3, followed=0, batch=4))
    assert (reader.moved_to, reader.batch) == (3, 4)


CHANGES = [
    (None, None), ("layers", None), ({"changes": "layers"}, None), ({"layers": "8"}, None),
    ({"changes": {3: "8", "layers": ["8"]}}, Change({}, 0, 0)),
    ({"changes": {"layers": "8,8", "speed": "4"}}, Change({"layers": "8,8", "speed": "4"}, 0, 0)),
    ({"changes": {"edits": "1:2:3"}, "frame": 7, "batch": 2}, Change({"edits": "1:2:3"}, 7, 2)),
    ({"changes": {"edits": ""}, "frame": -7, "batch": "x"}, Change({"edits": ""}, 0, 0)),
    ({"changes": {"x": "9" * 9999}}, Change({"x": "9" * LONGEST_VALUE}, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), CHANGES, ids=lambda part: str(part)[:40])
def test_what_the_drawing_sets_is_read_or_nothing(monkeypatch, said, expected):
    monkeypatch.setattr(st, "session_state", {"p": {"changed": said}})
    assert change("p") == expected
    assert change("other") is None


def test_the_browser_hears_what_was_heard(monkeypatch):
    state = {"p": {"changed": {"changes": {"layers": "8"}, "told": 4}}}
    monkeypatch.setattr(st, "session_state", state)
    change("p")
    assert state["p:heard"] == 4


def test_a_move_is_told_once(reader):
    assert reader.moved_to is None
    reader.say(shown=frame(3, followed=0))
    assert reader.moved_to == 3
    reader.say(wanted=frame(20), shown=frame(3, followed=0))
    assert reader.moved_to is None
    # A new server hears of frames that it has not made.
    reader.say(shown=frame(300, followed=0))
    assert (reader.shown, reader.moved_to) == (39, 300)


def test_what_was_told_before_a_link_was_followed_is_no_move(reader):
    said, _ = reader.say(followed=1, shown=frame(3, followed=0))
    assert (said["goal"], said["followed"], reader.moved_to) == (7, 1, None)
    reader.say(followed=1, shown=frame(7, followed=1))
    assert reader.moved_to == 7


def test_what_was_told_of_a_run_at_another_time_is_no_move(reader):
    told = frame(3, followed=0)
    reader.say(shown=told)
    reader.say(run="other", shown=told)
    assert (reader.shown, reader.moved_to) == (7, None)
    reader.say(shown=told)
    assert (reader.shown, reader.moved_to) == (3, None)


NONSENSE = [
    None, True, 5, "run", [], {}, {"frame": 3}, {"run": "run"}, frame(-1), frame(3.0), frame(True),
    frame(math.nan), frame("3"), frame(None), frame([3]), frame(3, run="other"), frame(3, run=None),
    frame(3, run=["run"]), [frame(3)],
]  # fmt: skip


@pytest.mark.parametrize("said", NONSENSE, ids=str)
def test_nonsense_names_no_frame(said):
    assert asked(said, "run", 20) is None


def test_nonsense_changes_nothing(reader):
    for said in NONSENSE:
        reader.say(wanted=said, shown=said)
        assert reader.calls == [] and reader.shown == 7


def test_a_frame_beyond_the_last_known_was_not_shown(reader):
    reader.say(shown=frame(10**30))
    assert reader.shown == 19


@pytest.mark.parametrize("loss", [math.inf, -math.inf, math.nan])
def test_a_loss_that_json_cannot_say_is_null(loss):
    said, _ = unpack(message(SCENE, Chunk(0, (Frame(0, loss, 0.5, loss, 0.5, bytes(4)),)), {}))
    assert (said["loss1"], said["loss2"], said["accuracy1"]) == ([None], [0.5], [None])


def test_small_losses_keep_their_digits():
    chunk = Chunk(0, (Frame(0, 3.2000049e-300, 123456.7, 1.0, 1.0, bytes(4)),))
    said, _ = unpack(message(SCENE, chunk, {}))
    assert (said["loss1"], said["loss2"]) == ([3.2e-300], [123457.0])


def test_maps_may_hold_any_byte():
    """The line of JSON ends at the first line break; those of the maps are data."""
    _, maps = unpack(
        message(SCENE, Chunk(0, (Frame(0, 1.0, 1.0, 1.0, 1.0, b"\n{}\n"),)), {"a": "\n"})
    )
    assert maps == b"\n{}\n"


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_map_of_another_size_is_refused(size):
    with pytest.raises(ValueError, match=f"4 bytes, not {size}"):
        message(SCENE, Chunk(0, (FRAME, Frame(8, 0.5, 0.5, 0.5, 0.5, bytes(size)))), {})


def scene(**changed):
    return Scene(**{**SCENE.__dict__, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"value": (2.0,)},
        {"value": (0.5,)},
        {"value": (math.nan,)},
        {"kind": "classes", "class_names": tuple("ABCDEF")},
        {"class_names": ("A", "B", "C")},
        {"class_names": ("A",)},
        {"kind": "regression", "class_names": (), "value": (1.5,)},
        {"test": (True, False)},
    ],
    ids=str,
)
def test_a_scene_that_cannot_be_drawn_is_refused(changed):
    with pytest.raises(ValueError, match=r"must be|cannot have"):
        scene(**changed)


def test_the_words_of_a_scene_are_sent(reader):
    for language in LANGUAGES:
        words = reader.say(language=language)[0]["scene"]["words"]
        assert words == {name: text[language] for name, text in WORDS.items()}
        drawn = json.loads(described(WIRED, language))["words"]
        assert drawn == words | {name: text[language] for name, text in NETWORK_WORDS.items()}


def test_the_script_uses_the_words_there_are():
    used = set(re.findall(r"\bwords\.(\w+)", SCRIPT)) | {"line1", "line2", "play", "pause"}
    numbers = set(re.findall(r'"(\w+)"', re.search(r"NUMBERS = \[(.*?)\]", SCRIPT)[1]))
    used |= numbers | {f"{name}Mean" for name in numbers}
    used |= set(re.findall(r"^  (stop_\w+): \(", SCRIPT, re.MULTILINE))
    assert used == {*WORDS, *NETWORK_WORDS}


@pytest.mark.parametrize("words", [WORDS, PAIR_WORDS, NETWORK_WORDS], ids=len)
def test_words_have_the_same_slots_in_both_languages(words):
    for text in words.values():
        slots = [sorted(re.findall(r"\{(\w+)\}", text[language])) for language in LANGUAGES]
        assert slots[0] == slots[1]
        assert re.search("[가-힣]", text["ko"]) and not re.search("[가-힣]", text["en"])


def test_every_part_of_the_script_marks_its_address():
    """A part that is left out would stay in browsers' caches when it changes."""
    marked = set(re.findall(r"[`./](player[\w-]*\.(?:js|css))\$\{", SCRIPT))
    assert marked == {part.name for part in PARTS} - {"player.js"}


def test_the_mark_changes_with_every_part(tmp_path, monkeypatch):
    """The address of the script as it is registered, beside copies of its files."""
    registered = []
    monkeypatch.setattr(
        st.components.v2, "component", lambda name, **given: registered.append(given["js"])
    )
    (tmp_path / "static").mkdir()
    copies = [tmp_path / "static" / part.name for part in PARTS]
    for part, copy in zip(PARTS, copies, strict=True):
        copy.write_bytes(part.read_bytes())
    monkeypatch.setattr(component, "_STATIC", tmp_path / "static")

    def address():
        component.component("copy", tuple(part.name for part in PARTS), "")
        (found,) = re.findall(r"\?(\w+)", registered.pop())
        return found

    marks = [address()]
    for copy in copies:
        copy.write_bytes(copy.read_bytes() + b" ")
        marks.append(address())
    assert len(set(marks)) == 1 + len(copies) == 19


def test_a_frame_of_a_drawn_network_has_its_numbers():
    """Layer by layer 3·3 + 2·4 + 3 parameters, 1 alpha, 3 norms, 5 units, two matrices of 2·2."""
    assert WIRED.cells == 4 * (3 * 3 + 2 * 4 + 3 + 1 + 3 + 5 + 2 * 4)
    numbers = bytes(range(WIRED.cells))
    _, sent = unpack(message(WIRED, Chunk(0, (Frame(0, 1.0, 1.0, 1.0, 1.0, numbers),)), {}))
    assert sent == numbers
    with pytest.raises(ValueError, match=f"{WIRED.cells} bytes, not 4"):
        message(WIRED, Chunk(0, (FRAME,)), {})


NETWORKS = (Network("Sigmoid", "#2360d4", (1, 0)), Network("ReLU", "#1ba27f", (8, 4)))


def test_a_pair_has_a_map_for_each_network():
    pair = scene(networks=NETWORKS)
    assert pair.cells == 2 * SCENE.cells
    _, maps = unpack(message(pair, Chunk(0, (Frame(0, 1.0, 1.0, 1.0, 1.0, bytes(range(8))),)), {}))
    assert maps == bytes(range(8))
    with pytest.raises(ValueError, match="8 bytes, not 4"):
        message(pair, Chunk(0, (FRAME,)), {})


@pytest.mark.parametrize("count", [1, 3])
def test_other_than_two_networks_do_not_stand_side_by_side(count):
    with pytest.raises(ValueError, match=f"two networks.*not {count}"):
        scene(networks=(NETWORKS * 2)[:count])
