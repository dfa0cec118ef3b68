"""Softmax's sum on hostile scores, stable and as written."""

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.softmax import softmax
from dlbasic.claims.softmax.softmax import SoftmaxSum, run_softmax
from dlbasic.softmax import naive_softmax
from dlbasic.text import LANGUAGES
from tests.claims.runs import further


def test_naive_quotient_by_hand():
    assert naive_softmax(np.log([1.0, 3.0])) == pytest.approx([0.25, 0.75])
    assert np.isnan(naive_softmax(np.array([710.0, 710.0]))).all()  # infinity / infinity
    assert np.isnan(naive_softmax(np.array([-746.0, -746.0]))).all()  # 0 / 0


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
@pytest.mark.parametrize("seed", [0, *further(1, 2, 3, 4)])
def test_stable_form_stays_within_the_rounding_bound(classes, seed):
    outcome = run_softmax(SoftmaxSum(classes=classes, power=6, seed=seed))
    assert outcome.verdict is Verdict.HOLDS
    assert 0 < outcome.measured["largest_error"] <= outcome.measured["tolerance"] < 3e-14
    assert outcome.measured["smallest"] == 0 and outcome.measured["largest"] == 1


@pytest.mark.parametrize("classes", [2, 10, 100])
@pytest.mark.parametrize("seed", [0, *further(1, 2)])
def test_naive_form_fails_between_a_hundred_and_a_thousand(classes, seed):
    def run(power):
        return run_softmax(SoftmaxSum("naive", classes, power, seed))

    assert run(2).verdict is Verdict.HOLDS
    failed = run(3)
    assert failed.verdict is Verdict.CONTRADICTED
    assert failed.measured["failing_size"] == 1000 == run(4).measured["failing_size"]
    assert failed.measured["exp_limit"] == pytest.approx(709.7827, abs=1e-4)
    assert f"{failed.measured['share']:.1%}" != "100.0%"


def test_share_is_counted_over_all_draws():
    outcome = run_softmax(SoftmaxSum("naive"))
    naive = outcome.frame[outcome.frame["series"] == "naive"]
    assert (naive.loc[naive["size"] < 700, "share"] == 1).all()
    assert (naive.loc[naive["size"] > 5000, "share"] < 0.2).all()
    assert outcome.measured["share"] == pytest.approx(naive["share"].mean())
    assert outcome.measured["draws"] == len(naive) * 20 * 50
    spread = naive["share_high"] - naive["share_low"]
    assert spread.max() > 0.05


def test_a_sum_that_is_off_is_found(monkeypatch):
    monkeypatch.setitem(softmax.FORMS, "stable", lambda z: naive_softmax(z / 1e9) * (1 + 1e-12))
    assert run_softmax(SoftmaxSum()).verdict is Verdict.CONTRADICTED


def test_a_value_outside_is_found(monkeypatch):
    def outside(z):
        p = np.zeros_like(z)
        p[..., 0], p[..., 1] = 1.25, -0.25  # the sum is right all the same
        return p

    monkeypatch.setitem(softmax.FORMS, "stable", outside)
    assert run_softmax(SoftmaxSum()).verdict is Verdict.CONTRADICTED


def test_the_articles_slips_are_named_on_the_closed_card():
    """The values' sum is 1, the formula lacks its indices, n counts units and not layers."""
    said = {"ko": ("**합**", "첨자", "유닛"), "en": ("**sum**", "indices", "units")}
    for language in LANGUAGES:
        for word in (*said[language], "exp(aₖ) / Σᵢ exp(aᵢ)"):
            assert word in CLAIMS["softmax"].words["slip"][language]


def test_the_closed_card_says_all_and_nothing_of_rounding():
    settings = CLAIMS["softmax"].defaults
    for language in LANGUAGES:
        slots = CLAIMS["softmax"].slots(settings, run_softmax(settings), language)
        told = CLAIMS["softmax"].words["deciding"].fill(language, slots)
        assert "100%" in told and "10⁻" not in told and "0.9999" not in told
