"""What a reader takes along of the Playground's run: scripts, and its weights as JSON."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dlbasic.datasets.own_csv import write_csv
from dlbasic.datasets.own_rows import with_point
from dlbasic.figures.training.live.weights import Weights
from dlbasic.text import LANGUAGES, Text, number
from dlbasic.ui import kept, own_data, replay
from dlbasic.ui.kept import Kept, NotMeasuredError
from tests.executed import executed, losses
from tests.pages.shown import foreign, said
from tests.pages.visits import Alone

ROOT = Path(__file__).parents[2]
LIVE = "training/live"
AT = {"live.epoch": "5"}
# Settings in the link, and after how many batches of the next epoch it is shown.
RUNS = {
    "usual": ({}, 0),
    "two classes": (
        {"features": "x1,x2,sin_x1", "layers": "6,5,4", "functions": "prelu,softplus", "lr": "0.1",
         "function": "silu", "silu.beta": "1.7", "share": "0.7", "dropout": "0.2", "l1": "0.001",
         "loss": "focal", "optimizer": "adam", "live.edits": "0:1:0.5,9:20:-1", "seed": "4"}, 2,
    ),
    "classes": ({"data": "blobs5", "layers": "5", "function": "gelu", "gelu.approximate": "tanh",
                 "optimizer": "nesterov", "l2": "0.01", "batch": "400"}, 0),
    "values": ({"data": "plane", "layers": "0", "error": "mae", "noise": "0.3", "data_seed": "2",
                "initializer": "zeros"}, 3),
}  # fmt: skip


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def stopped(language="en", batches=0, **link):
    """A reader who has opened the fold where the run stands at an epoch, or some batches on."""
    reader = Alone(LIVE).follow(lang=language, **AT | link).play(wanted=1)
    reader.at.session_state["along-live"] = True
    if batches:
        reader.play(wanted=5, batch=batches)
    return reader.play(shown=5, batch=batches)


def scripts(reader):
    return [code.value for code in reader.at.code if "import" in code.value]


def numbers(printed):
    """The losses that a script has printed, as pages write numbers."""
    return [number(loss) for loss in losses(printed)]


def told(reader):
    found = [said(reader, LIVE, part) for part in ("caption", "caption-regression")]
    (slots,) = [slots for slots in found if slots is not None]
    return [slots["train_loss"], slots["test_loss"]]


def files(reader):
    """What the row of buttons was sent."""
    (sent,) = [
        json.loads(part.proto.json)
        for part in reader.at.get("bidi_component")
        if '"rows"' in part.proto.json
    ]
    return sent


def asked(reader, row="other-0"):
    """The browser asks for the file of a row."""
    reader.at.session_state["files-live"] = {"asked": row}
    reader.run()
    del reader.at.session_state["files-live"]
    return files(reader)["written"]


@pytest.mark.parametrize("name", RUNS)
def test_both_scripts_give_the_numbers_of_the_caption(name):
    link, batches = RUNS[name]
    reader = stopped(batches=batches, **link)
    own, pytorch = scripts(reader)
    assert "torch" not in own and len(own.splitlines()) < 22
    assert numbers(executed(own)) == told(reader)
    if importlib.util.find_spec("torch"):
        assert numbers(executed(pytorch)) == told(reader)


def test_its_own_script_is_a_file_that_runs_by_itself(tmp_path):
    """From the repository's top folder, without a word of Streamlit's."""
    link, batches = RUNS["two classes"]
    reader = stopped(batches=batches, **link)
    file = tmp_path / "run.py"
    file.write_text(scripts(reader)[0], "utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "error", file], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert numbers(ran.stdout) == told(reader) and not ran.stderr


def test_the_weights_are_written_when_they_are_asked_for_and_only_then(monkeypatch):
    wanted = []
    get = Kept.get
    monkeypatch.setattr(Kept, "get", lambda self, *of: wanted.append(of[0]) or get(self, *of))
    link, batches = RUNS["two classes"]
    reader = stopped(batches=batches, **link)
    assert files(reader)["written"] is None and not wanted
    assert [row["kinds"] for row in files(reader)["rows"]] == [["png"], ["png", "csv"], ["json"]]
    written = asked(reader)
    network = json.loads(written["text"])
    assert written["of"] == "other-0" and network["at"] == {"epoch": 5, "batches": 2}
    assert [number(network["loss"][of]) for of in ("training", "test")] == told(reader)
    assert [layer["function"] for layer in network["layers"]] == [
        "prelu", "softplus", "silu", "sigmoid"
    ]  # fmt: skip
    assert network["layers"][2]["parameters"] == {"beta": 1.7}
    assert files(reader.run())["written"] is None and len(wanted) == 1, "it is sent once"
    assert asked(reader) != written, "or the browser would not be told of it"


def test_the_curves_are_still_asked_for_the_same_way():
    written = asked(stopped("ko"), "training-player")
    head, *rows = written["text"].splitlines()
    assert head.startswith("\ufeff에포크,훈련 손실") and len(rows) >= 6


@pytest.mark.parametrize("row", ["other-1", "", 7, ["other-0"], {}])
def test_what_there_is_not_is_not_written(row):
    assert asked(stopped(), row) is None


def test_why_a_file_cannot_be_written_is_told(monkeypatch):
    reader = stopped()

    def none(*of):
        raise NotMeasuredError(Text(ko="너무 오래", en="It takes too long."))

    with monkeypatch.context() as patch:
        patch.setattr(Kept, "get", none)
        assert asked(reader) is None
    assert [warning.value for warning in reader.at.warning] == ["It takes too long."]
    assert asked(reader) is not None and not reader.at.warning


def test_a_touch_while_it_is_written_does_not_lose_it(monkeypatch):
    """Streamlit begins the fold anew, and then the browser's word has gone."""
    reader, begun = stopped(), []

    def interrupted(self, *of):
        begun.append(of)
        if len(begun) == 1:
            reader.at.session_state["files-live"] = {"asked": None}
            kept.again()
        return Weights(1.0, "{}")

    monkeypatch.setattr(Kept, "get", interrupted)
    assert asked(reader)["text"] == "{}" and len(begun) == 2


def test_beyond_the_end_of_a_run_what_is_taken_along_is_its_last_epoch():
    link = {"data": "plane", "function": "relu", "lr": "10", "live.epoch": "2000"}
    reader = Alone(LIVE).follow(lang="en", **link).play(wanted=1, most=250)
    reader.at.session_state["along-live"] = True
    last = json.loads(asked(reader.run())["text"])["at"]["epoch"]
    assert 0 < last < 2000 and reader.link["live.epoch"] == "2000"
    assert files(reader)["rows"][-1]["title"] == f"Weights and biases at epoch {last}"
    assert f"epochs = {last}\n" in scripts(reader)[1]
    if importlib.util.find_spec("torch"):
        assert numbers(executed(scripts(reader)[1])) == told(reader.play(shown=last))


def test_a_script_reads_own_points_only_where_there_are_some(tmp_path, monkeypatch):
    reader = stopped(data="own")
    assert "points.csv" not in scripts(reader)[0] and "replace" not in scripts(reader)[0]
    assert numbers(executed(scripts(reader)[0])) == told(reader)
    own = None
    for k in range(8):
        own = with_point(own, k / 2, k % 3, "BA"[k > 4], ("A", "B")).points
    reader.at.session_state["own"] = own_data._Memory(own, rows=own.rows())
    reader.run()
    (tmp_path / "points.csv").write_text(write_csv(own), "utf-8")
    monkeypatch.chdir(tmp_path)
    reader.play(wanted=1).play(shown=5)
    for script in scripts(reader):
        assert "points.csv" in script and numbers(executed(script)) == told(reader)
    (caption,) = [text for text in reader.captions if text.startswith("Your own data")]
    assert caption == "Your own data is not in the link."


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_words_are_in_the_language_and_say_where_the_run_stands(language):
    for batches in (0, 2):
        reader = stopped(language, batches)
        title = files(reader)["rows"][-1]["title"]
        found = re.findall(r"\d+", title)
        assert sorted(found) == (["2", "5"] if batches else ["5"])
        texts = [part.value for part in reader.at.main.markdown]
        (heading,) = [text for text in texts if re.fullmatch(r"\*\*[^*]*PyTorch[^*]*\*\*", text)]
        assert not foreign(title + heading, language)
        comment = scripts(reader)[1].splitlines()[0]
        assert bool(re.search("[가-힣]", comment)) == (language == "ko")
