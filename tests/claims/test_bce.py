"""The claim of binary cross-entropy: exact references, the runs from wrong starts, the verdicts."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.binary_cross_entropy.bce import (
    CONE,
    TwoClassLoss,
    accuracies,
    blind_from,
    errors,
    exact,
    wrong_side,
)
from dlbasic.losses import BCE, SigmoidMSE
from dlbasic.measures.sigmoid_losses import COMPARED, LEARNED
from tests.claims.runs import further

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("score", [-300.0, -37.0, -0.5, 2.0, 300.0])
@pytest.mark.parametrize("label", [0, 1])
def test_exact_agrees_with_mpmath(score, label):
    mpmath = pytest.importorskip("mpmath", reason="the reference needs many digits")
    with mpmath.workdps(400):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(score)))
        told = -mpmath.log(p if label else 1 - p)
        wanted = {
            "bce": (told, p - label, p - label),
            "sigmoid_mse": ((p - label) ** 2, 2 * (p - label) * p * (1 - p), p - label),
        }
        for key, numbers in wanted.items():
            for got, true in zip(exact(key, score, label), numbers, strict=True):
                assert abs(mpmath.mpf(str(got)) / true - 1) < mpmath.mpf(10) ** -30


def test_both_losses_are_exact_and_only_cross_entropys_gradient_is_p_minus_y():
    for key in COMPARED:
        error, gap = errors(key)
        assert error < 1e-15
        assert gap == (error if key == "bce" else pytest.approx(1.0))


def test_an_error_in_a_loss_is_seen(monkeypatch):
    class Off(BCE):
        def _slope(self, outputs, targets):
            return super()._slope(outputs, targets) * (1 + 1e-13)

    monkeypatch.setitem(COMPARED, "bce", Off())
    error, gap = errors("bce")
    assert error == pytest.approx(1e-13, rel=0.01) and gap == error
    assert CLAIMS["bce"].run(CLAIMS["bce"].defaults).verdict is Verdict.CONDITIONAL


def test_the_form_from_p_is_infinite_where_p_rounds_to_1():
    score = blind_from()
    assert score == 37.0
    assert 1 / (1 + np.exp(-score)) == 1.0 > 1 / (1 + np.exp(-(score - 1)))
    assert BCE()(score, 0.0) == 37.0


def test_the_gradient_on_the_wrong_side_grows_or_fades():
    growing, fading = wrong_side(BCE(), 12.0), wrong_side(SigmoidMSE(), 12.0)
    assert growing[0] == 0.5 and (np.diff(growing) > 0).all() and growing[-1] < 1
    assert fading[0] == 0.25 and fading.argmax() < 20 and fading[-1] < 2e-5


def test_every_start_is_as_wrong_as_it_says_and_in_its_own_direction():
    settings = TwoClassLoss(wrong=6.0, lr=1e-9, steps=1.0, seeds=200)
    never = accuracies(settings, "bce")
    assert (never < 0.1).all(), "wrong almost everywhere, and not yet moved"
    assert len(set(accuracies(replace(settings, lr=0.1, steps=9.0), "bce")[-1])) > 10
    assert CONE < 90


@pytest.mark.parametrize("key", COMPARED)
def test_accuracies_end_higher_and_go_on_where_a_shorter_run_ends(key):
    long, short = (
        accuracies(TwoClassLoss(wrong=4.0, steps=steps, seeds=5), key) for steps in (100.0, 30.0)
    )
    assert long.shape == (101, 5) and np.array_equal(long[:31], short)
    assert (long[-1] > 0.9).all() and (long[0] < 0.1).all()


@pytest.mark.parametrize("seed", [1, *further(2, 3, 4, 5, 10**6, 2**70)])
def test_verdicts_over_seeds(seed):
    for settings in (CLAIMS["bce"].defaults, CLAIMS["bce"].control):
        first, other = (CLAIMS["bce"].run(replace(settings, seed=s)) for s in (0, seed))
        assert other.verdict is first.verdict and not other.frame.equals(first.frame)
    assert first.verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"steps": 20.0}, Verdict.CONDITIONAL),
        ({"wrong": 12.0}, Verdict.HOLDS),
        ({"wrong": 1.0}, Verdict.HOLDS),
        ({"loss": "sigmoid_mse", "wrong": 4.0}, Verdict.CONDITIONAL),
        ({"loss": "sigmoid_mse", "lr": 1.0}, Verdict.CONDITIONAL),
        ({"loss": "sigmoid_mse", "wrong": 12.0}, Verdict.CONTRADICTED),
    ],
)
def test_what_is_suggested_changes_the_verdict_as_it_says(changed, verdict):
    assert CLAIMS["bce"].run(replace(CLAIMS["bce"].defaults, **changed)).verdict is verdict


def test_the_squared_error_beside_itself_has_both_numbers():
    measured = CLAIMS["bce"].run(CLAIMS["bce"].control).measured
    for name in ("gap", "undecided", "weakest", "last", "learned"):
        assert measured[name] == measured[f"squared_{name}"]


@pytest.mark.parametrize("soft", [0.5, 0.9])
def test_a_soft_labels_least_loss_is_its_entropy_and_the_limit(soft):
    outcome = CLAIMS["bce"].run(replace(CLAIMS["bce"].defaults, soft=soft, seeds=5))
    entropy = -soft * np.log(soft) - (1 - soft) * np.log(1 - soft)
    assert outcome.measured["floor"] == pytest.approx(entropy, rel=1e-12)
    logits = np.linspace(-5, 5, 2001)
    assert BCE()(logits, np.full_like(logits, soft)).min() >= outcome.measured["floor"]
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["slowest"] < inf


def test_with_the_label_1_there_is_no_limit():
    outcome = CLAIMS["bce"].run(replace(CLAIMS["bce"].defaults, soft=1.0, seeds=5))
    assert outcome.measured["floor"] == 0.0
    assert outcome.verdict is Verdict.HOLDS and not outcome.limited


def test_what_counts_as_learned_is_what_the_figure_says():
    assert CLAIMS["bce"].run(TwoClassLoss(seeds=5)).measured["accuracy"] == LEARNED
