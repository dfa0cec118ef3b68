"""What is drawn of a run, what is set by hand, batches one by one, and every setting of a task."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS
from dlbasic.datasets.own_rows import from_table
from dlbasic.figures.training.live.measure import LARGEST, MOST_EDITS, Edit, Live, LiveRun
from dlbasic.figures.training.live.show import _outputs, _scene
from dlbasic.figures.training.live.wiring import VALUES, wiring
from dlbasic.measures.tasks import LOSS_SETTINGS, PLANE_DATA, SUITED
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.ui import Frame, Scene
from dlbasic.ui.player import Chunk, described, message

pytestmark = pytest.mark.filterwarnings("error")
MIXED = Live(layers=(5, 3, 4), functions=("relu", "prelu"), function="tanh", seed=2)


def at(settings, number, batch=0):
    run = LiveRun(settings)
    run.seek(number)
    if batch:
        run.between(number, batch)
    return run


def taken_apart(run):
    """The parts of a state, by the sizes that the settings say."""
    settings, state = run.settings, run.state()
    sizes = (len(settings.features), *settings.layers, settings.outputs)
    classes = 0 if settings.kind == "regression" else max(settings.outputs, 2)
    shapes = [(units, before + 1) for before, units in pairwise(sizes)]
    counts = [
        *(units * before for units, before in shapes),
        settings.by_layer.count("prelu"), len(shapes), sum(settings.layers),
        classes**2, classes**2,
    ]  # fmt: skip
    assert len(state) == sum(counts)
    *weights, alphas, norms, dead, on_train, on_test = np.split(state, np.cumsum(counts)[:-1])
    weights = [w.reshape(shape) for w, shape in zip(weights, shapes, strict=True)]
    return (
        weights,
        alphas,
        norms,
        dead,
        on_train.reshape(classes, classes),
        on_test.reshape(classes, classes),
    )


def passed_on(run, inputs):
    """The outputs and every layer's slopes, from the state alone, written out."""
    weights, alphas, *_ = taken_apart(run)
    alphas, a, slopes = iter(alphas), inputs.T, []
    for w, f in zip(weights, (*run.activations, None), strict=True):
        z = w[:, :-1] @ a + w[:, -1:]
        if f is None:
            return z, slopes
        if f.key == "prelu":
            f = type(f)(float(next(alphas)))
        a = f(z)
        slopes.append(f.grad(z))
    raise AssertionError


CASES = [
    MIXED,
    Live(data="spiral3", layers=(6,), function="relu", features=("x1", "x1x2", "sin_x2")),
    Live(data="plane", layers=(), l1=0.01),
    Live(data="blobs5", layers=(4, 4), function="gelu", dropout=0.5),
    Live(layers=(8,), function="relu", lr=1.0, batch=1.0, l2=0.1),
]


@pytest.mark.parametrize("settings", CASES, ids=repr)
def test_all_that_is_drawn_follows_from_the_state(settings):
    run = at(settings, 4)
    weights, _, norms, dead, on_train, on_test = taken_apart(run)
    outputs, slopes = passed_on(run, run.train.inputs)
    assert outputs == pytest.approx(run.training.stack.outputs(run.train.inputs)[0], rel=1e-9)
    if settings.layers:
        still = np.concatenate([(layer == 0).all(axis=1) for layer in slopes])
        assert dead.astype(bool).tolist() == still.tolist()
    # The last layer's gradient, by hand: of the mean of (p - y)·a for a head and its loss.
    if settings.kind != "regression":
        for found, points in ((on_train, run.train), (on_test, run.test)):
            scores, _ = passed_on(run, points.inputs)
            given = scores.argmax(0) if len(scores) > 1 else (scores[0] > 0).astype(int)
            for truth in range(len(found)):
                for guess in range(len(found)):
                    of_these = (points.targets == truth) & (given == guess)
                    assert found[truth, guess] == of_these.sum()
            share = run.epoch.train_accuracy if points is run.train else run.epoch.test_accuracy
            assert np.trace(found) / found.sum() == pytest.approx(share[0])
    assert len(norms) == len(weights) and (norms >= 0).all()


def test_norms_are_of_the_whole_training_data_without_biases_and_penalties():
    """By differences of the mean loss, weight by weight."""
    for penalty in ({}, {"l1": 0.1, "l2": 0.3}):
        run = at(replace(MIXED, **penalty), 2)
        norms = taken_apart(run)[2]
        stack, loss = run.training.stack, run.settings.measured
        targets = loss.prepare(run.train.targets, 1, np.float64)

        def mean(stack=stack, run=run, loss=loss, targets=targets):
            return float(loss.mean(stack.outputs(run.train.inputs), targets)[0])

        for layer, w in enumerate(stack.weights):
            squares = 0.0
            for place in np.ndindex(w.shape[1], w.shape[2] - 1):
                kept = w[0][place]
                w[0][place] = kept + 1e-6
                up = mean()
                w[0][place] = kept - 1e-6
                squares += ((up - mean()) / 2e-6) ** 2
                w[0][place] = kept
            assert norms[layer] == pytest.approx(squares**0.5, rel=1e-4)


def test_a_dead_unit_is_marked():
    """A ReLU whose bias lies far below lets nothing through."""
    places = LiveRun(Live(layers=(3,), function="relu"))
    bias = 2  # of the first unit: two weights, then the bias
    run = at(replace(places.settings, edits=f"0:{bias}:-900"), 0)
    assert taken_apart(run)[3].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("settings", [MIXED, Live(data="spiral5"), Live(data="plane", layers=())])
def test_a_scene_has_as_many_bytes_as_a_frame(settings):
    run = LiveRun(settings)
    classes = 0 if settings.kind == "regression" else max(settings.outputs, 2)
    drawn = wiring(run, "en", ())
    assert drawn.floats(classes) == len(run.state())
    assert drawn.parameters == len(run.training.flat_parameters())
    points = dict.fromkeys(("x", "y", "value", "test"), ())
    names = tuple("abcde"[:classes])
    scene = Scene("r", settings.kind, 50, 6.0, **points, class_names=names, loss_name="L",
                  network=drawn)  # fmt: skip
    assert scene.cells == 4 * len(run.state())


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_a_table_is_the_function(key):
    """Straight lines between its values, and beyond its ends, as near as a colour can show."""
    settings = Live(layers=(2,), function=key)
    (table,) = wiring(LiveRun(settings), "ko", ()).tables
    f, grid = ACTIVATIONS[key](), np.linspace(table.low, table.high, VALUES)
    assert table.prelu == (key == "prelu")
    x = np.linspace(-15.9, 15.9, 5000)
    assert np.interp(x, grid, table.values) == pytest.approx(f(x), abs=1e-4)
    for end, slope, value in ((-16.0, table.left, table.values[0]),
                              (16.0, table.right, table.values[-1])):  # fmt: skip
        beyond = end + np.sign(end) * np.array([0.5, 5.0, 500.0])
        assert value + slope * (beyond - end) == pytest.approx(f(beyond), rel=1e-4, abs=1e-4)


# What is set by hand


def test_edits_are_read_in_the_order_of_their_steps():
    assert Live(edits="40:3:-0.5,0:1:2,40:2:1e-3").edited == (
        Edit(0, 1, 2.0), Edit(40, 3, -0.5), Edit(40, 2, 0.001),
    )  # fmt: skip
    assert Live(edits=f"0:1:{LARGEST},0:1:-{LARGEST}").edited[1].value == -LARGEST
    for wrong in (
        ",".join(["1:1:1"] * (MOST_EDITS + 1)),
        f"0:1:{LARGEST + 1}",
        "0:1:1e3",
        "0:1:nan",
    ):
        with pytest.raises(ValueError, match="edits"):
            Live(edits=wrong)


@pytest.mark.parametrize("step", [0, 1, 19, 20, 33, 40])
def test_a_weight_that_is_set_is_set_before_that_step_and_learns_on(step):
    """20 steps an epoch: at the start, within an epoch, at its end."""
    settings = replace(MIXED, edits=f"{step}:7:2.5")
    plain, edited = LiveRun(MIXED), LiveRun(settings)
    number, batch = divmod(step, 20)
    if step:
        before = at(MIXED, (step - 1) // 20, (step - 1) % 20).state()
        assert at(settings, (step - 1) // 20, (step - 1) % 20).state().tolist() == before.tolist()
    for run in (plain, edited):
        run.seek(number)
        if batch:
            run.between(number, batch)
    one, other = plain.training.flat_parameters(), edited.training.flat_parameters()
    assert other[7] == 2.5 != one[7]
    assert np.delete(one, 7).tolist() == np.delete(other, 7).tolist()
    edited.seek(4)
    assert edited.training.flat_parameters()[7] not in (2.5, one[7])
    # The epoch that has passed is the same again, and so is the one that follows.
    again = at(settings, 4)
    assert again.state().tolist() == edited.state().tolist()
    assert [e.test_loss[0] for e in again.epochs] == [e.test_loss[0] for e in edited.epochs]


def test_an_edit_of_no_parameter_changes_nothing():
    assert at(replace(MIXED, edits="5:9999:3"), 3).state().tolist() == at(MIXED, 3).state().tolist()


def test_edits_after_a_divergence_change_nothing():
    settings = Live(data="plane", function="relu", lr=10.0)
    end = at(settings, 10**6)
    edits = ",".join(f"{step}:0:1" for step in range(end.divergence.step, end.divergence.step + 9))
    run = at(replace(settings, edits=edits), 10**6)
    assert (run.epoch.number, run.divergence) == (end.epoch.number, end.divergence)


# Batches one by one


@pytest.mark.parametrize("settings", [MIXED, replace(MIXED, dropout=0.3, optimizer="adam")])
def test_batches_one_by_one_lead_to_the_next_epoch(settings):
    run, whole = at(settings, 2), at(settings, 3)
    losses = [float(run.between(2, batch).train_loss[0]) for batch in range(1, 20)]
    assert len(set(losses)) == 19 and run.epoch.number == 2
    run.seek(3)
    assert run.state().tolist() == whole.state().tolist()
    # Back to a batch that has passed, and to the epoch before it.
    assert float(run.between(2, 5).train_loss[0]) == losses[4]
    assert float(run.between(2, 5).train_loss[0]) == losses[4], "where it stands already"
    assert float(run.between(2, 3).train_loss[0]) == losses[2]
    run.seek(2)
    assert run.state().tolist() == at(settings, 2).state().tolist()


@pytest.mark.parametrize(("number", "batch"), [(2, 0), (2, 20), (2, -1), (2, 10**6), (10**6, 1)])
def test_there_is_nothing_between_beyond_an_epoch(monkeypatch, number, batch):
    monkeypatch.setattr("dlbasic.measures.replay.MAX_EPOCHS", 5)
    assert at(MIXED, 2).between(number, batch) is None


# Every setting


def test_functions_are_said_layer_by_layer_as_far_as_they_go():
    assert MIXED.by_layer == ("relu", "prelu", "tanh")
    assert Live(layers=(2,), functions=("elu", "mish")).by_layer == ("elu",)
    assert Live(layers=(), functions=("elu",)).by_layer == ()


@pytest.mark.parametrize("data", PLANE_DATA)
def test_every_kind_of_problem_has_its_losses(data):
    kind = DATASETS[data].task
    for key in SUITED[kind]:
        settings = Live(data=data, layers=(3,), **(
            {LOSS_SETTINGS[kind]: key} if kind in LOSS_SETTINGS else {}
        ))  # fmt: skip
        run = at(settings, 5)
        assert settings.measured.key == key
        assert run.epoch.train_loss[0] < run.epochs[0].train_loss[0]


@pytest.mark.parametrize(
    "change",
    [
        {"share": 0.8}, {"data_seed": 3}, {"features": ("x1", "x2", "x1x2")}, {"layers": (8, 7)},
        {"functions": ("relu",)}, {"loss": "focal"}, {"l1": 0.01}, {"l2": 0.01}, {"dropout": 0.2},
        {"seed": 1}, *({"optimizer": key} for key in OPTIMIZERS if key != "sgd"),
        {"initializer": "lecun_uniform"}, {"batch": 400.0}, {"edits": "0:0:1"},
    ],
    ids=repr,
)  # fmt: skip
def test_each_setting_makes_another_run(change):
    losses = [at(settings, 2).epoch.train_loss[0] for settings in (Live(), Live(**change))]
    assert losses[0] != losses[1]


def test_the_share_says_how_many_points_there_are_to_train_on():
    for share in (0.1, 0.5, 0.9):
        run = LiveRun(Live(share=share))
        assert (len(run.train), len(run.test)) == (400 * share, 400 - 400 * share)
        assert LiveRun(Live(share=share, batch=400.0)).training.batches == 1


def test_a_batch_in_which_it_diverges_is_none_and_the_epoch_stands_as_before():
    settings = Live(data="plane", function="relu", lr=10.0)
    end = at(settings, 10**6)
    epoch, step = end.divergence.epoch - 1, end.divergence.step
    run, before = at(settings, epoch), at(settings, epoch).state()
    batches = step - 20 * epoch  # the step in which it diverges
    assert run.between(epoch, min(batches + 1, 19)) is None
    run.seek(epoch)
    assert run.state().tolist() == before.tolist()
    if batches > 1:
        assert run.between(epoch, 1) is not None
    run.seek(10**6)
    assert (run.epoch.number, run.divergence) == (end.epoch.number, end.divergence)


def test_a_readers_own_points_are_kept_nowhere_when_the_session_is_over():
    rows = [(0.1 * k, 0.3 * (k % 7), "ab"[k % 2]) for k in range(40)]
    own = from_table(rows).points
    gone = weakref.ref(own)
    run = LiveRun(Live(data="own", own=own))
    scene = _scene(run, "en", ())
    described(scene, "en")
    frame = Frame(0, 1.0, 1.0, None, None, _outputs(run))
    message(scene, Chunk(0, (frame,), "the end"), {})
    del own, run, scene, frame
    gc.collect()
    assert gone() is None
