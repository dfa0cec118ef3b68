"""The Playground: what the drawing sets is in the link, and the link is the whole screen."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from dlbasic.datasets.own_rows import from_table
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.text import number
from dlbasic.ui import replay
from tests.pages.shown import said
from tests.pages.visits import Alone

LIVE = "training/live"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def live(**link):
    return Alone(LIVE).follow(lang="en", **link)


def network(reader):
    return reader.player[0]["scene"]["network"]


@pytest.mark.parametrize(
    ("name", "value", "drawn"),
    [
        ("layers", "8,8,3", {"layers": [8, 8, 3]}),
        ("layers", "0", {"layers": [], "function_keys": []}),
        ("features", "x1,x1x2", {"features": ["x1", "x1x2"]}),
        ("functions", "relu,sigmoid", {"function_keys": ["relu", "sigmoid"]}),
    ],
)
def test_what_the_drawing_sets_is_in_the_link_and_begins_another_run(name, value, drawn):
    reader = live(lr="0.1", **{"live.epoch": "9"}).play(wanted=1).play(shown=12)
    run = reader.player[0]["run"]
    reader.draw(name, value)
    assert reader.link == {"lang": "en", "lr": "0.1", name: value}
    assert {key: network(reader)[key] for key in drawn} == drawn
    sent, _ = reader.player
    assert sent["run"] != run and (sent["goal"], sent["epoch"]) == (0, [0])
    assert Alone(LIVE).follow(**reader.address).player == reader.player


def test_a_weight_set_by_hand_is_in_the_link_and_leaves_the_reader_where_he_was():
    reader = live(lr="0.1").play(wanted=1).play(shown=3)
    reader.draw("live.edits", "65:0:1.5", frame=3, batch=5)
    assert reader.link == {"lang": "en", "lr": "0.1", "live.edits": "65:0:1.5", "live.epoch": "3",
                           "live.step": "5"}  # fmt: skip
    sent, _ = reader.player
    assert (sent["goal"], sent["goal_batch"]) == (3, 5)
    other = Alone(LIVE).follow(**reader.address)
    assert other.player == reader.player
    # Another setting is another run, in which nothing was set.
    assert reader.move("lr", 0.3).link == {"lang": "en", "lr": "0.3"}


def test_what_is_told_between_two_epochs_is_of_that_batch():
    reader = live(lr="0.1").play(wanted=1).play(wanted=2, batch=7).play(shown=2, batch=7)
    assert reader.link["live.step"] == "7"
    run = LiveRun(Live(lr=0.1))
    measured = run.between(2, 7)
    slots = said(reader, LIVE, "caption", "en")
    assert slots["train_loss"] == number(measured.train_loss[0])
    assert slots["test_loss"] == number(measured.test_loss[0])
    assert slots["epoch"] == "2 + 7/20"
    # And the frames that follow are those of the epochs.
    sent, maps = reader.play(wanted=1).player
    run.seek(sent["epoch"][-1])
    frames = np.frombuffer(maps, "<f4").reshape(len(sent["epoch"]), -1)
    np.testing.assert_array_equal(frames[-1], run.state().astype(np.float32))


def test_what_passed_is_told_after_a_step_back_by_a_batch():
    """The run goes back to the epoch, and what was measured of those that follow stays known."""
    reader = live(lr="0.1").play(wanted=1).play(wanted=21).play(shown=40)
    there = said(reader, LIVE, "caption", "en")
    reader.play(wanted=5, batch=3).play(shown=5, batch=3)
    assert said(reader, LIVE, "caption", "en")["epoch"] == "5 + 3/20"
    assert reader.play(shown=40).link == {"lang": "en", "lr": "0.1", "live.epoch": "40"}
    assert said(reader, LIVE, "caption", "en") == there
    # Playing goes on from there, chunk by chunk.
    for start in (41, 61, 81):
        assert reader.play(wanted=start).player[0]["epoch"] == list(range(start, start + 20))


def test_who_plays_fast_is_given_more_time_unless_another_waits(monkeypatch):
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    monkeypatch.setattr(replay, "ALONE", 1e9)
    reader = live()

    def given(start, **more):
        return len(reader.play(wanted=start, **more).player[0]["epoch"])

    assert given(1) == 1, "as fast as the page shows them"
    assert given(2, most=60) == 60
    with monkeypatch.context() as patch:
        patch.setattr(replay._Turns, "awaited", True)
        assert given(62, most=60) == 1
    assert given(63, most=60) == 60


def test_it_is_known_whether_another_waits_for_a_turn():
    turns, had = replay._Turns(), threading.Event()

    def other():
        with turns:
            had.set()

    with turns:
        assert not turns.awaited
        thread = threading.Thread(target=other)
        thread.start()
        while not turns.awaited:
            assert thread.is_alive()
        assert not had.is_set()
    assert had.wait(60) and not turns.awaited
    thread.join()


def test_a_far_batch_is_gone_to_as_time_allows(monkeypatch):
    reader = live().play(wanted=1)
    monkeypatch.setattr(replay, "SECONDS", 0.0)
    answers = [reader.play(wanted=6, batch=2).player[0]["between"] for _ in range(6)]
    assert [answer["there"] for answer in answers] == [False] * 5 + [True]
    assert all(answer["never"] is None for answer in answers)


def test_a_batch_in_which_it_diverges_says_so():
    reader = live(data="plane", function="relu", lr="10")
    end = LiveRun(Live(data="plane", function="relu", lr=10.0))
    end.seek(10**6)
    last, step = end.epoch.number, end.divergence.step
    reader.play(wanted=1, most=200)
    batch = step - 20 * (end.divergence.epoch - 1)
    answer = reader.play(wanted=end.divergence.epoch - 1, batch=min(batch + 1, 19)).player[0]
    assert answer["between"]["there"] is False and "Diverged" in answer["between"]["never"]
    reader.play(shown=last)
    assert said(reader, LIVE, "caption-regression", "en")["epoch"] == number(last)


def test_where_weights_give_nan_between_two_epochs_it_has_diverged():
    reader = live(function="leaky_relu", lr="3", batch="1").play(wanted=0, batch=20)
    answer = reader.player[0]["between"]
    assert answer["there"] is False and "Diverged" in answer["never"]


def test_a_function_without_a_layer_has_no_controls():
    reader = live(function="elu", functions="leaky_relu,tanh")
    assert reader.has("leaky_relu.alpha") and not reader.has("elu.alpha")


def test_what_has_nothing_to_act_on_is_not_shown():
    assert live().has("live.stop_accuracy") and live().has("noise")
    reader = live(data="plane")
    assert not reader.has("live.stop_accuracy")
    assert reader.widget("live.discretise").label == "Sign of the output only"


def test_how_a_run_is_shown_changes_nothing_in_it(monkeypatch):
    edits = "40:3:1.5"
    reader = live(**{"live.edits": edits}).play(wanted=1).play(shown=12)
    run, view, began = reader.player[0]["run"], reader.player[0]["view"], []
    begin = LiveRun.__init__
    monkeypatch.setattr(
        LiveRun, "__init__", lambda run, *given: began.append(run) or begin(run, *given)
    )
    reader.draw("live.speed", "max")
    for name, value in (("test", False), ("discretise", True), ("stop_loss", 0.1),
                        ("stop_accuracy", 0.95), ("stop_epoch", 50.0)):  # fmt: skip
        reader.move(f"live.{name}", value)
        assert reader.player[0]["run"] == run and reader.link["live.epoch"] == "12"
        assert reader.link["live.edits"] == edits
    assert began == [] and reader.player[0]["view"] == view | {
        "test": False, "discretise": True, "speed": "max", "stop_loss": 0.1,
        "stop_accuracy": 0.95, "stop_epoch": 50.0,
    }  # fmt: skip
    assert Alone(LIVE).follow(**reader.address).player[0]["view"] == reader.player[0]["view"]
    assert reader.link["live.speed"] == "max"


def test_one_function_for_all_takes_the_place_of_those_of_single_layers():
    reader = live().draw("functions", "relu,sigmoid")
    assert reader.move("function", "elu").link == {"lang": "en", "function": "elu"}
    assert network(reader)["function_keys"] == ["elu", "elu"]


def test_a_layers_own_function_has_its_parameters_on_the_page():
    reader = live(functions="elu")
    assert reader.has("elu.alpha") and not reader.has("silu.beta")


@pytest.mark.parametrize("how", ["fix", "hide"])
def test_what_a_link_fixes_or_hides_has_no_control_in_the_drawing(how):
    reader = live(**{how: "layers,features"})
    assert sorted(network(reader)["fixed"]) == ["features", "layers"]


def test_only_the_losses_that_fit_can_be_chosen():
    reader = live()
    assert reader.has("loss") and not reader.has("error")
    reader.move("data", "plane")
    assert reader.has("error") and not reader.has("loss")
    reader.move("data", "blobs3")
    assert not reader.has("error") and not reader.has("loss")


@pytest.mark.parametrize(
    "link",
    [
        {"data": "spiral3", "layers": "8,7,6", "functions": "relu,prelu,tanh", "seed": "5",
         "features": "x1,x2,sin_x1", "dropout": "0.2", "optimizer": "adam", "live.epoch": "7"},
        {"data": "plane", "error": "huber", "l1": "0.001", "l2": "0.01", "layers": "4",
         "live.edits": "30:2:0.5", "live.epoch": "2", "live.step": "3", "live.speed": "4"},
        {"layers": "0", "share": "0.8", "noise": "0.3", "data_seed": "9", "batch": "400"},
    ],
    ids=lambda link: link.get("data", "circle"),
)  # fmt: skip
def test_a_link_is_the_whole_screen(link):
    one, other = live(**link), live(**link)
    assert one.link == {"lang": "en", **link} and one.notices == []
    epoch, batch = int(link.get("live.epoch", 0)), int(link.get("live.step", 0))
    for reader in (one, other):
        reader.play(wanted=1).play(shown=epoch, batch=batch)
    assert one.player == other.player and one.captions == other.captions
    assert one.link == {"lang": "en", **link}


# Own data

LINES = "x1,x2,label\n" + "\n".join(f"{k % 9},{k % 7},{'가나'[k % 2]}" for k in range(60))


def with_own(text=LINES, **link):
    reader = live(data="own", **link)
    reader.at.session_state["own-fold"] = True
    reader.run()
    reader.at.text_area(key="own-text").set_value(text)
    next(b for b in reader.at.button if "pasted" in b.label).click()
    return reader.run()


def test_own_data_are_learned_and_no_link_says_them():
    reader = live(data="own")
    assert said(reader, LIVE, "own-missing", "en") == {}, "so far the circle is shown"
    run, names = reader.player[0]["run"], reader.player[0]["scene"]["class_names"]
    reader = with_own()
    sent = reader.player[0]
    assert sent["run"] != run and sent["scene"]["class_names"] == ["가", "나"] != names
    assert len(sent["scene"]["x"]) == 60 and sent["view"]["points"]
    assert said(reader, LIVE, "own-missing", "en") is None
    assert reader.link == {"lang": "en", "data": "own"}
    reader.play(wanted=1).play(shown=5)
    slots = said(reader, LIVE, "caption", "en")
    own = from_table([(k % 9, k % 7, "가나"[k % 2]) for k in range(60)]).points
    alone = LiveRun(Live(data="own", own=own))
    alone.seek(5)
    assert slots["train_loss"] == number(alone.epoch.train_loss[0])
    # Who follows the link has no such data.
    other = Alone(LIVE).follow(**reader.address)
    assert said(other, LIVE, "own-missing", "en") == {}


def test_own_values_are_a_regression_and_own_classes_as_many_as_they_are():
    lines = "\n".join(f"{k},{k * k},{k / 7:.3f}" for k in range(20))
    reader = with_own(lines)
    assert reader.player[0]["scene"]["kind"] == "regression" and reader.has("error")
    lines = "\n".join(f"{k},{k * k},{'pqr'[k % 3]}" for k in range(20))
    assert with_own(lines).player[0]["scene"]["class_names"] == ["p", "q", "r"]


@pytest.mark.parametrize("text", ["1,2,a\n2,1,b", "1,2,a\n" * 9, "x", "", "a,b,c\nd,e,f"])
def test_data_from_which_nothing_can_be_learned_leave_the_circle_and_say_why(text):
    reader = with_own(text)
    assert said(reader, LIVE, "own-missing", "en") == {}
    assert reader.at.warning and len(reader.player[0]["scene"]["x"]) == 400


def test_another_data_set_is_shown_without_the_fold_and_the_points_stay():
    reader = with_own()
    reader.move("data", "xor")
    assert not reader.at.text_area and len(reader.player[0]["scene"]["x"]) == 400
    assert not reader.player[0]["view"]["points"]
    reader.move("data", "own")
    assert len(reader.player[0]["scene"]["x"]) == 60


def test_another_problem_takes_its_first_data_set_and_the_list_has_those_of_it():
    reader = live(data="moons")
    problem = reader.at.selectbox(key="problem")
    assert problem.options == ["Two classes", "Several classes", "Regression"]
    assert problem.value == "binary" and "Three blobs" not in reader.widget("data").options
    problem.set_value("classes")
    assert reader.run().link == {"lang": "en", "data": "blobs3"}
    assert reader.widget("data").options[0] == "Three blobs"
    reader.at.selectbox(key="problem").set_value("regression")
    assert reader.run().link == {"lang": "en", "data": "plane"}
    # A link says it with the data.
    assert live(data="spiral5").at.selectbox(key="problem").value == "classes"
    assert live(data="plane", fix="data").at.selectbox(key="problem").disabled
