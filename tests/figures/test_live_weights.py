"""The Playground's network as JSON: built again from that alone, it gives the same outputs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, PReLU, SiLU
from dlbasic.datasets.own_rows import from_table
from dlbasic.figures.training.live.measure import At, Live, LiveRun
from dlbasic.figures.training.live.weights import Wanted, weights
from tests.plain.training import FUNCTIONS

CASES = {
    "two classes": (Live(data="moons", lr=0.1), At(epoch=4), ()),
    "three classes": (
        Live(data="spiral3", layers=(5,), function="prelu", share=0.3, optimizer="adam"),
        At(epoch=3), (PReLU(0.1),),
    ),
    "values": (Live(data="plane", layers=(4, 3), function="relu", error="huber"), At(2, 7), ()),
    "no hidden layer": (Live(data="xor", layers=(), features=("x1x2",)), At(epoch=5), ()),
    "everything": (
        Live(data="circle", noise=0.3, layers=(6, 5, 4, 3), functions=("elu", "gelu", "prelu"),
             features=("x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"),
             function="silu", dropout=0.2, l1=0.001, loss="sigmoid_mse", edits="3:4:-2.5,60:1:9"),
        At(3, 2), (ELU(0.3), GELU("tanh"), PReLU(), SiLU(1.7)),
    ),
}  # fmt: skip
HEADS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}
INPUTS = {
    "x1": lambda x1, x2: x1, "x2": lambda x1, x2: x2, "x1x2": lambda x1, x2: x1 * x2,
    "x1_squared": lambda x1, x2: x1**2, "x2_squared": lambda x1, x2: x2**2,
    "sin_x1": lambda x1, x2: np.sin(x1), "sin_x2": lambda x1, x2: np.sin(x2),
}  # fmt: skip


def taken(settings, at, *changed):
    """The file's text, and the run at that place."""
    given = {f.key: f for f in changed}
    functions = tuple(given.get(key) or ACTIVATIONS[key]() for key in settings.by_layer)
    shares = list(weights(Wanted(settings, functions, at)))
    run = LiveRun(settings, given)
    epoch = run.between(at.epoch, at.step)
    if epoch is None:
        run.seek(at.epoch)
        epoch = run.epoch
    done = [one.share_done for one in shares]
    assert done == sorted(done) and done[-1] == 1.0 and not any(one.text for one in shares[:-1])
    return shares[-1].text, run, epoch


def rebuilt(network, points):
    """What the network gives for points of the plane, in NumPy from the file's words alone."""
    a = np.column_stack([INPUTS[name](*points.T) for name in network["inputs"]])
    *hidden, last = network["layers"]
    for layer in hidden:
        f, _ = FUNCTIONS[layer["function"]]
        sums = a @ np.array(layer["weights"]).T + np.array(layer["biases"])
        a = f(sums, **layer["parameters"])
    sums = a @ np.array(last["weights"]).T + np.array(last["biases"])
    return HEADS[last["function"]](sums)


@pytest.mark.parametrize("name", CASES)
def test_the_network_is_built_again_from_the_file_alone(name):
    settings, at, changed = CASES[name]
    text, run, epoch = taken(settings, at, *changed)
    network = json.loads(text)
    _, test = settings.points()
    scores = run.training.stack.outputs(run.test.inputs)[0].T
    expected = settings.measured.predictions(scores)
    np.testing.assert_allclose(rebuilt(network, test.inputs), expected, rtol=1e-12, atol=1e-14)
    assert network["at"] == {"epoch": at.epoch, "batches": at.step}
    assert network["loss"] == {
        "name": settings.measured.key,
        "training": epoch.train_loss[0], "test": epoch.test_loss[0],
    }  # fmt: skip
    assert ("accuracy" in network) == (settings.kind != "regression")
    if "accuracy" in network:
        assert network["accuracy"]["test"] == epoch.test_accuracy[0]


def test_every_digit_is_there_a_row_for_each_unit():
    text, run, _ = taken(Live(layers=(3,)), At(epoch=2))
    first, _ = json.loads(text)["layers"]
    whole = run.training.stack.weights[0][0]
    assert np.column_stack([first["weights"], first["biases"]]).tobytes() == whole.tobytes()
    assert all(f"[{row[0]!r}, {row[1]!r}]" in text for row in whole.tolist())


def test_settings_say_what_made_it_and_nothing_twice():
    settings, at, changed = CASES["everything"]
    text, *_ = taken(settings, at, *changed)
    said = json.loads(text)["settings"]
    assert '"batch": 10,' in text and said["edits"] == "3:4:-2.5,60:1:9" and said["dropout"] == 0.2
    assert not said.keys() & {"function", "functions", "layers", "features", "loss", "error"}


@pytest.mark.parametrize("labels", [["a", "b", "a"] * 14, [0.7 * k for k in range(42)]])
def test_own_points_come_onto_the_plane_as_the_file_says(labels):
    rows = [(100.0 + 7 * k, 0.3 * (k % 7), label) for k, label in enumerate(labels)]
    own = from_table(rows).points
    text, run, _ = taken(Live(data="own", own=own, layers=()), At(epoch=1))
    data = json.loads(text)["data"]
    places = [(row[0] - data["x1"]["centre"]) / data["x1"]["size"] for row in rows]
    drawn = [*run.train.inputs[:, 0], *run.test.inputs[:, 0]]
    assert np.sort(places) == pytest.approx(np.sort(drawn))
    if labels[0] == "a":
        assert data["classes"] == ["a", "b"] and "target" not in data
    else:
        targets = [(row[2] - data["target"]["centre"]) / data["target"]["size"] for row in rows]
        assert np.sort(targets) == pytest.approx(np.sort([*run.train.targets, *run.test.targets]))


def test_beyond_a_divergence_it_is_the_last_epoch_before_it():
    diverges = Live(data="plane", function="relu", lr=10.0)
    text, run, _ = taken(diverges, At(epoch=50, step=3))
    network = json.loads(text)
    assert run.divergence is not None
    assert network["at"] == {"epoch": run.epoch.number, "batches": 0}
    assert network["at"]["epoch"] < 50


def test_so_it_is_where_the_run_diverges_between_two_epochs():
    midway = Live(data="circle", function="leaky_relu", lr=3.0, batch=1.0)
    run = LiveRun(midway)
    run.seek(1000)
    last = run.epoch.number
    assert run.divergence is not None and run.divergence.step > last * 200 + 1
    whole, *_ = taken(midway, At(epoch=last))
    assert taken(midway, At(epoch=last, step=199))[0] == whole
    assert taken(midway, At(epoch=last, step=1))[0] != whole


def test_what_is_beyond_all_numbers_is_no_number_of_json():
    text, *_ = taken(Live(data="plane", layers=(), lr=1e6, batch=400.0, features=("x1_squared",)),
                     At(epoch=18))  # fmt: skip
    assert json.loads(text, parse_constant=pytest.fail)["loss"]["training"] is None
