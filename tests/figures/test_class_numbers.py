"""Clouds in a row and their numbers: the two runs that are watched, the charts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.figures.losses.class_numbers import chart as charts
from dlbasic.figures.losses.class_numbers import measure
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, NumbersRun, try_numberings
from dlbasic.figures.losses.class_numbers.show import _scene
from dlbasic.measures.class_numbers import NUMBERINGS, trials

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("classes", ["3", "5"])
def test_the_named_numberings_are_among_those_measured(classes):
    named = [
        ClassNumbers(classes=classes, numbering=name).numbers
        for name in ("order", "swapped", "jumping")
    ]
    assert set(named) <= set(NUMBERINGS[int(classes)]) and len(set(named)) == 3


def test_a_true_class_that_is_not_there_is_the_last():
    assert ClassNumbers(truth="e").true_class == 2
    assert ClassNumbers(classes="5", truth="e").true_class == 4
    assert ClassNumbers(truth="b").true_class == 1


def both_runs(**settings):
    return [NumbersRun(ClassNumbers(**settings), targets) for targets in ("number", "one_hot")]


def seen(run):
    """All that is shown of an epoch."""
    return (run.epoch.test_loss.tobytes(), *(part.tobytes() for part in run.over_plane()))


@pytest.mark.parametrize("run", both_runs(), ids=lambda run: run.targets)
def test_an_epoch_is_the_same_however_it_is_reached(run):
    run.seek(4)
    there = seen(run)
    run.seek(1)
    early = seen(run)
    run.seek(4)
    assert there == seen(run) and early != there and early[2] != there[2]


@pytest.mark.parametrize("run", both_runs(classes="5", seed=2), ids=lambda run: run.targets)
def test_the_map_and_the_accuracy_tell_the_same_classes(run):
    run.seek(20)
    classes, sure = run.answers(run.test.inputs)
    assert (classes == run.test.targets).mean() == pytest.approx(run.epoch.test_accuracy[0])
    assert sure.min() >= 0 and sure.max() <= 1
    over, _ = run.over_plane()
    assert set(over.tolist()) <= set(range(5)) and len(set(over.tolist())) > 2


def test_how_sure_is_what_the_outputs_say():
    """Written out from the networks' own outputs at a few points."""
    number, one_hot = both_runs()
    x = number.test.inputs[:50]
    for run in (number, one_hot):
        run.seek(10)
    output = number.training.stack.outputs(x)[0, 0]
    classes, sure = number.answers(x)
    of = dict(zip(number.settings.numbers, range(3), strict=True))
    for out, k, s in zip(output, classes, sure, strict=True):
        distances = {n: abs(out - n) for n in (1, 2, 3)}
        best = min(distances, key=distances.get)
        assert of[best] == k
        assert s == pytest.approx(1 - 2 * distances[best] if 1 <= out <= 3 else 1.0)
    logits = one_hot.training.stack.outputs(x)[0].T
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    classes, sure = one_hot.answers(x)
    assert classes.tolist() == [of[place + 1] for place in logits.argmax(axis=1)]
    np.testing.assert_allclose(sure, (3 * shares.max(axis=1) - 1) / 2, rtol=1e-12)


def test_the_true_class_does_not_touch_what_is_learned():
    assert ClassNumbers(truth="b").learned == ClassNumbers(truth="c").learned
    assert ClassNumbers(width=5).learned.width == 5
    assert ClassNumbers(numbering="swapped").learned.numbering == "swapped"


def test_neither_it_nor_the_numbering_touches_what_is_tried_with_all_numberings():
    one, other = (ClassNumbers(truth=t, numbering=n) for t, n in (("a", "order"), ("b", "swapped")))
    assert one.tried == other.tried != replace(one, seed=1).tried


def test_between_neighbours_one_and_three_lies_a_strip_of_two():
    """A and B are neighbours and have the numbers 1 and 3: on the way lies C, with number 2."""
    number, one_hot = both_runs(numbering="jumping", spread=0.5, width=8)
    across = np.column_stack([np.linspace(-2, 0, 201), np.zeros(201)])  # from A to B
    for run in (number, one_hot):
        run.seek(60)
    answers = [key for key, _ in itertools.groupby(number.answers(across)[0])]
    assert answers == [0, 2, 1]
    assert [key for key, _ in itertools.groupby(one_hot.answers(across)[0])] == [0, 1]


def test_rows_of_the_trials_are_their_means_and_extremes_and_grow(monkeypatch):
    monkeypatch.setattr(measure, "SEEDS", 3)
    settings = ClassNumbers(seed=6)
    shares, frames = zip(
        *((lap.share_done, lap.frame()) for lap in try_numberings(settings)), strict=True
    )
    assert shares == pytest.approx((1 / 3, 2 / 3, 1.0))
    assert [len(frame) for frame in frames] == [2, 4, 6]
    last = frames[-1].set_index(["numbering", "targets"])
    for trial in trials(3, settings.width, settings.spread, 3, 6):
        for targets in ("number", "one_hot"):
            accuracies = getattr(trial, targets)
            row = last.loc[(" ".join(map(str, trial.numbering)), targets)]
            assert row.tolist() == [accuracies.mean(), accuracies.min(), accuracies.max()]


def test_both_targets_have_their_own_colour():
    (bars,) = [
        layer for layer in charts.errors("en").to_dict()["layer"] if layer["mark"]["type"] == "bar"
    ]
    scale = bars["encoding"]["color"]["scale"]
    assert scale["domain"] == ["number", "one_hot"] and len(set(scale["range"])) == 2


def test_a_strong_colour_is_certainty_where_there_are_probabilities_alone():
    """Untrained, most outputs are beyond all numbers, and strong, though nothing is certain."""
    numbers, one_hot = both_runs()
    assert [_scene(run, "en").strong for run in (numbers, one_hot)] == ["near", "sure"]
    strong = numbers.over_plane()[1] == 1.0
    outputs = numbers.training.stack.outputs(measure._PLANE)[0][0]
    assert strong.any() and (strong == ((outputs <= 1.0) | (outputs >= 3.0)))[outputs != 2].all()
