"""One-hot vectors and class numbers: the same bits, and where the formula as written loses them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.cross_entropy import ce_one_hot as module
from dlbasic.claims.cross_entropy.ce_one_hot import OneHot, same_bits, soft_gap, stable, written
from tests.claims.runs import further

pytestmark = pytest.mark.filterwarnings("error")

SCORES = np.array([[1.0, -2.0, 0.5], [3.0, 3.0, -1.0]])
LABELS = np.array([2, 0])


@pytest.mark.parametrize("form", [stable, written])
@pytest.mark.parametrize("targets", [LABELS, np.eye(3)[LABELS]], ids=["numbers", "vectors"])
def test_both_forms_are_cross_entropy(form, targets):
    p = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
    values, gradients = form(SCORES, targets)
    np.testing.assert_allclose(values, -np.log(p[[0, 1], LABELS]), rtol=1e-14)
    np.testing.assert_allclose(gradients, p - np.eye(3)[LABELS], atol=1e-15)


def test_the_same_bits_are_the_same_and_finite():
    one = np.array([1.0, 0.0, np.nan, np.inf, 0.1])
    other = np.array([1.0, -0.0, np.nan, np.inf, np.nextafter(0.1, 1.0)])
    assert same_bits(one, other).tolist() == [True, False, False, False, False]


def test_as_written_it_breaks_once_a_probability_rounds_to_zero():
    logits = np.array([[800.0, 0.0]])
    assert np.isnan(written(logits - 800.0, np.array([[1.0, 0.0]]))[0][0])
    assert written(logits - 800.0, np.array([1]))[0][0] == np.inf
    assert stable(logits, np.array([1]))[0][0] == 800.0
    near = written(logits / 8, np.array([1]))[0]
    assert same_bits(near, written(logits / 8, np.array([[0.0, 1.0]]))[0]).all()


@pytest.mark.parametrize("seed", [1, *further(2, 3, 4, 5, 4242)])
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_verdicts_over_seeds_and_classes(seed, classes):
    for form, verdict in (("stable", Verdict.HOLDS), ("written", Verdict.CONTRADICTED)):
        outcome = CLAIMS["ce-one-hot"].run(OneHot(form, classes, power=3, seed=seed))
        assert outcome.verdict is verdict and outcome.limited == (form == "stable")
        # exp(-745.2) is 0, and scores of ±s differ by 2s at the most.
        if form == "written":
            assert 745.2 / 2 < outcome.measured["failing_size"] <= 1000


@pytest.mark.parametrize("seed", [0, *further(1, 2, 3)])
@pytest.mark.parametrize("classes", [2, 10, 100])
def test_as_written_both_forms_agree_while_no_power_vanishes(seed, classes):
    """Scores up to 100 lie 200 apart at the most, and exp(-200) is far from 0."""
    outcome = CLAIMS["ce-one-hot"].run(OneHot("written", classes, power=2, seed=seed))
    assert outcome.verdict is Verdict.HOLDS and outcome.limited


def test_a_form_that_loses_a_bit_is_found_out(monkeypatch):
    def rounded(logits, targets):
        values, gradients = stable(logits, targets)
        if targets.ndim == logits.ndim:  # one unit in the last place, in one draw
            values[0, 0] = np.nextafter(values[0, 0], np.inf)
        return values, gradients

    monkeypatch.setitem(module.FORMS, "stable", rounded)
    outcome = CLAIMS["ce-one-hot"].run(CLAIMS["ce-one-hot"].defaults)
    assert outcome.verdict is Verdict.CONTRADICTED
    assert 0.99 < outcome.measured["share"] < 1


def test_the_vector_grows_with_the_classes_and_the_number_does_not():
    sizes = [
        (run.measured["vector_bytes"], run.measured["number_bytes"])
        for classes in (2, 100)
        for run in [
            CLAIMS["ce-one-hot"].run(replace(CLAIMS["ce-one-hot"].defaults, classes=classes))
        ]
    ]
    assert sizes == [(16, 8), (800, 8)]


def test_soft_labels_are_linear_in_the_classes_losses(monkeypatch):
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(50, 7)) * 30, rng.integers(7, size=50)
    assert soft_gap(logits, labels) < 1e-14
    monkeypatch.setattr(module, "log_softmax", lambda z: z - 1.0)
    assert soft_gap(logits, labels) > 1e-3
