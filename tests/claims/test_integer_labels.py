"""The claim that class numbers invent a relation: what turns its verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.cross_entropy import integer_labels as module
from dlbasic.claims.cross_entropy.integer_labels import IntegerLabels, error_range
from dlbasic.datasets import split
from dlbasic.measures.class_numbers import NUMBERINGS, POINTS, TRAIN_SHARE, clouds, errors
from dlbasic.text import percent
from tests.claims.runs import further

pytestmark = pytest.mark.filterwarnings("error")

FEW = IntegerLabels(seeds=5)
CHANGE = 0.03  # of an accuracy: more than its standard error


@pytest.mark.parametrize(
    ("classes", "least", "largest", "differ"), [(2, 1, 1, 0), (3, 1, 4, 3), (5, 1, 16, 15)]
)
def test_number_errors_differ_from_three_classes_on_and_one_hot_ones_never(
    classes, least, largest, differ
):
    assert error_range(classes, "number_error") == (least, largest, differ)
    assert error_range(classes, "one_hot_error") == (2, 2, 0)
    assert error_range(classes, "cross_entropy")[2] == 0


@pytest.mark.parametrize("seed", [2, *further(3, 5)])
def test_the_verdict_holds_over_seeds(seed):
    outcome = CLAIMS["integer-labels"].run(replace(FEW, seed=seed))
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["number_least"] > 1.3 * CHANGE > 2 * outcome.measured["one_hot_most"]


@pytest.mark.parametrize("seed", [0, *further(4)])
def test_clouds_apart_and_a_wide_layer_hide_it(seed):
    outcome = CLAIMS["integer-labels"].run(replace(FEW, width=32, spread=0.2, seed=seed))
    # The article speaks of the errors, which differ as before.
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["number_least"] < CHANGE and outcome.measured["difference"] == 15


@pytest.mark.parametrize("seed", [0, *further(1, 2)])
def test_with_two_classes_there_is_nothing_to_tell(seed):
    outcome = CLAIMS["integer-labels"].run(replace(FEW, classes="two", seed=seed))
    assert outcome.verdict is Verdict.CONTRADICTED and not outcome.limited
    assert outcome.measured["number_most"] < CHANGE
    assert outcome.measured["least_error"] == outcome.measured["largest_error"] == 1


@pytest.mark.parametrize("settings", [FEW, replace(FEW, classes="two")])
def test_what_is_told_has_its_units_and_no_range_of_equal_ends(settings):
    """It once said “6.47% ~ 69.2%포인트” and “2 ~ 2”."""
    claim = CLAIMS["integer-labels"]
    outcome = claim.run(settings)
    for language, points in (("ko", "포인트"), ("en", " percentage point")):
        said = claim.words["deciding"].fill(language, claim.slots(settings, outcome, language))
        said = said.replace("\u2060", "")  # word joiners
        assert "~" not in said and said.count(points) == (2 if language == "ko" else 1)
        for name in ("number_most", "one_hot_most"):
            told = percent(outcome.measured[name])
            assert (told + points if language == "ko" else told.removesuffix("%")) in said
        assert ("모두 2" if language == "ko" else "all 2") in said
    assert outcome.measured["one_hot_differ"] == 0.0


def test_the_uncertainty_told_is_that_of_so_many_test_points():
    _, test = split(clouds(3, 0.8, POINTS, 0), TRAIN_SHARE, 0)
    measured = CLAIMS["integer-labels"].run(FEW).measured
    assert measured["tested"] == len(test) == 800
    assert measured["uncertain"] == pytest.approx((0.5 * 0.5 / 800) ** 0.5)
    assert measured["uncertain"] < CHANGE


def test_the_rate_is_the_one_that_the_module_names(monkeypatch):
    usual = CLAIMS["integer-labels"].run(FEW).measured
    monkeypatch.setattr(module, "LR", 1e-9)
    still = CLAIMS["integer-labels"].run(FEW).measured
    assert still["number_most"] != usual["number_most"] and still["highest"] < usual["highest"]


def test_one_hot_targets_that_depend_on_the_numbering_spoil_it(monkeypatch):
    """The claim is of number targets alone."""

    def swapped(numbers, truth):
        found = errors(numbers, truth)
        return found.assign(one_hot_error=found["number_error"])

    monkeypatch.setattr(module, "errors", swapped)
    assert CLAIMS["integer-labels"].run(FEW).verdict is Verdict.CONTRADICTED


def test_the_numbers_are_those_of_the_rows():
    outcome = CLAIMS["integer-labels"].run(FEW)
    means = outcome.frame.pivot(index="place", columns="series", values="accuracy")
    assert len(outcome.frame) == 2 * (len(NUMBERINGS[3]) + len(NUMBERINGS[5]))
    changes = (means.max() - means.min()).to_dict()
    measured = outcome.measured
    assert measured["number_least"] == pytest.approx(min(changes["number-3"], changes["number-5"]))
    assert measured["number_most"] == pytest.approx(max(changes["number-3"], changes["number-5"]))
    assert measured["one_hot_most"] == pytest.approx(
        max(changes["one_hot-3"], changes["one_hot-5"])
    )
    assert (measured["highest"], measured["lowest"]) == pytest.approx(
        (means["number-5"].max(), means["number-5"].min())
    )
    assert measured["one_hot_lowest"] == pytest.approx(means["one_hot-5"].min())


def test_the_share_done_rises_to_the_end():
    shares = [lap.share_done for lap in CLAIMS["integer-labels"].laps(replace(FEW, seeds=2))]
    assert shares == sorted(shares) and len(shares) == 9 and shares[-1] == 1.0
