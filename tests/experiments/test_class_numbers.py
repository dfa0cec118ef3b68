"""Class numbers as targets: the errors, the clouds, the two runs, the trials, the charts."""

from __future__ import annotations

import itertools

import altair as alt
import numpy as np
import pytest

from dlbasic.charts import class_numbers as charts
from dlbasic.experiments.class_numbers import (
    GAP,
    NAMES,
    NUMBERINGS,
    SURE,
    NumbersRun,
    NumbersSettings,
    NumberTargets,
    clouds,
    errors,
    jump,
    nearest,
    trials,
)
from dlbasic.text import LANGUAGES
from tests.pages.shown import chart_texts, foreign

pytestmark = pytest.mark.filterwarnings("error")

every = pytest.mark.parametrize(
    ("numbers", "truth"),
    [(numbers, truth) for count, them in NUMBERINGS.items() for numbers in them
     for truth in range(count)],
)  # fmt: skip


@every
def test_errors_are_what_the_definitions_give(numbers, truth):
    for k, row in errors(numbers, truth).iterrows():
        assert row["name"] == NAMES[k] and row["number"] == numbers[k]
        assert row["number_error"] == (numbers[k] - numbers[truth]) ** 2
        vector = [int(place) for place in row["one_hot"].split()]
        assert vector.index(1) + 1 == numbers[k] and sum(vector) == 1
        assert row["one_hot_error"] == (0 if k == truth else 2)
        given = SURE if k == truth else (1 - SURE) / (len(numbers) - 1)
        assert row["cross_entropy"] == pytest.approx(-np.log(given), rel=1e-14)


def test_every_numbering_uses_each_number_once_and_is_listed_once():
    for count, numberings in NUMBERINGS.items():
        assert all(sorted(numbers) == [*range(1, count + 1)] for numbers in numberings)
        assert len(set(numberings)) == len(numberings)
        jumps = [jump(numbers) for numbers in numberings]
        assert jumps == sorted(jumps)
        if count > 2:  # read from the other end they would be the same relation
            backwards = {tuple(count + 1 - n for n in numbers) for numbers in numberings}
            assert not backwards & set(numberings)


@pytest.mark.parametrize("classes", ["3", "5"])
def test_the_named_numberings_are_among_those_measured(classes):
    named = [
        NumbersSettings(classes=classes, numbering=name).numbers
        for name in ("order", "swapped", "jumping")
    ]
    assert set(named) <= set(NUMBERINGS[int(classes)]) and len(set(named)) == 3


def test_a_true_class_that_is_not_there_is_the_last():
    assert NumbersSettings(truth="e").true_class == 2
    assert NumbersSettings(classes="5", truth="e").true_class == 4
    assert NumbersSettings(truth="b").true_class == 1


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_clouds_stand_in_a_row_of_the_spread_asked_for(classes):
    points = clouds(classes, 0.5, 20_000, seed=3)
    means = [points.inputs[points.targets == k].mean(axis=0) for k in range(classes)]
    expected = [(GAP * (k - (classes - 1) / 2), 0.0) for k in range(classes)]
    np.testing.assert_allclose(means, expected, atol=0.1)
    own = points.inputs[points.targets == 0, 0]
    assert own.std() == pytest.approx(0.5, rel=0.05)
    counts = np.bincount(points.targets)
    assert counts.max() - counts.min() <= 1


def test_the_nearest_number_and_its_share():
    outputs = np.array([[-7.0, 1.4, 1.6, 2.9, 99.0, np.nan]])
    assert nearest(outputs, 3)[0, :5].tolist() == [1, 1, 2, 3, 3]
    accuracy = NumberTargets(classes=3).accuracy(outputs, np.array([[1.0, 1, 1, 3, 3, 3]]))
    assert accuracy == pytest.approx(4 / 6)


def both_runs(**settings):
    return [NumbersRun(NumbersSettings(**settings), targets) for targets in ("number", "one_hot")]


@pytest.mark.parametrize("run", both_runs(), ids=lambda run: run.targets)
def test_an_epoch_is_the_same_however_it_is_reached(run):
    run.seek(4)
    there = (run.epoch.test_loss.tobytes(), run.cells())
    run.seek(1)
    early = run.cells()
    run.seek(4)
    assert there == (run.epoch.test_loss.tobytes(), run.cells()) and early != there[1]


@pytest.mark.parametrize("run", both_runs(classes="5", seed=2), ids=lambda run: run.targets)
def test_the_map_and_the_accuracy_tell_the_same_classes(run):
    run.seek(20)
    classes, sure = run.answers(run.test.inputs)
    assert (classes == run.test.targets).mean() == pytest.approx(run.epoch.test_accuracy[0])
    assert sure.min() >= 0 and sure.max() <= 1
    levels = np.frombuffer(run.cells(), np.uint8)
    assert set(levels // 50) <= set(range(5)) and len(set(levels // 50)) > 2


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
    scores = one_hot.training.stack.outputs(x)[0].T
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    classes, sure = one_hot.answers(x)
    assert classes.tolist() == [of[place + 1] for place in scores.argmax(axis=1)]
    np.testing.assert_allclose(sure, (3 * shares.max(axis=1) - 1) / 2, rtol=1e-12)


def test_the_true_class_does_not_touch_what_is_learned():
    assert NumbersSettings(truth="b").learned == NumbersSettings(truth="c").learned
    assert NumbersSettings(width=5).learned.width == 5


def test_between_neighbours_one_and_three_lies_a_strip_of_two():
    """A and B are neighbours and have the numbers 1 and 3: on the way lies C, with number 2."""
    number, one_hot = both_runs(numbering="jumping", spread=0.5, width=8)
    across = np.column_stack([np.linspace(-2, 0, 201), np.zeros(201)])  # from A to B
    for run in (number, one_hot):
        run.seek(60)
    answers = [key for key, _ in itertools.groupby(number.answers(across)[0])]
    assert answers == [0, 2, 1]
    assert [key for key, _ in itertools.groupby(one_hot.answers(across)[0])] == [0, 1]


def test_trials_start_alike_and_only_number_targets_depend_on_the_numbering():
    found = list(trials(5, 4, 0.8, seeds=4, seed=1))
    assert [trial.numbering for trial in found] == list(NUMBERINGS[5])
    means = {
        targets: [getattr(trial, targets).mean() for trial in found]
        for targets in ("number", "one_hot")
    }
    assert np.ptp(means["number"]) > 0.3 > 0.05 > np.ptp(means["one_hot"])
    assert means["number"][0] == max(means["number"])  # in order
    again = list(trials(5, 4, 0.8, seeds=4, seed=1))
    assert all((a.number == b.number).all() for a, b in zip(found, again, strict=True))
    assert all(len(trial.one_hot) == 4 for trial in found)


CHARTS = {"errors": (charts.errors,), "accuracies": (charts.accuracies, 3, "A B C")}


@pytest.mark.parametrize(("name", "language"), [*itertools.product(CHARTS, LANGUAGES)])
def test_charts_are_valid_and_speak_one_language(name, language):
    draw, *shape = CHARTS[name]
    spec = draw(*shape, language).to_dict()
    alt.Chart.from_dict(spec)
    texts = chart_texts(spec)
    assert texts and {text: words for text in texts if (words := foreign(text, language))} == {}


def test_both_targets_have_their_own_colour():
    (bars,) = [
        layer for layer in charts.errors("en").to_dict()["layer"] if layer["mark"]["type"] == "bar"
    ]
    scale = bars["encoding"]["color"]["scale"]
    assert scale["domain"] == ["number", "one_hot"] and len(set(scale["range"])) == 2
