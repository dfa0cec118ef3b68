"""Class numbers as targets: the errors, the clouds, the trials."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.measures.class_numbers import (
    GAP,
    NAMES,
    NUMBERINGS,
    SURE,
    NumberTargets,
    clouds,
    errors,
    jump,
    nearest,
    trials,
)

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
