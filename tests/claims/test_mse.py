"""The claims of the mean squared error: by hand, what cancels, what an outlier weighs, floors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.loss_functions import loss_measures_error as measures_error
from dlbasic.claims.loss_functions.loss_measures_error import MeasuresError, growing, label
from dlbasic.claims.mse import mse_cancel as cancelling
from dlbasic.claims.mse import mse_penalty as penalty
from dlbasic.claims.mse.mse import (
    LeastSquares,
    best_lines,
    descend,
    divisor,
    largest_lr,
    mean_square,
    points,
)
from dlbasic.claims.mse.mse_cancel import Cancelling
from dlbasic.claims.mse.mse_penalty import Penalty, moves, outlier_shares
from dlbasic.entropy import entropy
from dlbasic.losses import LOSSES, MAE, MSE, CrossEntropy, Hinge, Huber


@pytest.mark.full
@pytest.mark.parametrize(
    "claim", [CLAIMS["mse"], CLAIMS["mse-penalty"]], ids=lambda claim: claim.key
)
def test_verdicts_do_not_change_with_the_seed(claim):
    for preset in (claim.defaults, claim.control):
        verdicts = {claim.run(replace(preset, seed=seed)).verdict for seed in range(1, 9)}
        assert verdicts == {claim.run(preset).verdict}


def test_the_hand_computed_mean_is_the_losses():
    """Predictions 2, 4, 6 for 1, 4, 8: errors 1, 0, -2, squares 1, 0, 4."""
    measured = CLAIMS["mse"].run(LeastSquares()).measured
    assert float(MSE()([2.0, 4.0, 6.0], [1.0, 4.0, 8.0]).mean()) == 5 / 3
    assert measured["hand_mean"] == 5 / 3
    assert measured["hand_sum"] == 5.0
    assert measured["hand_half"] == 5 / 6
    assert mean_square(np.array([0.1] * 10)) == float(np.float64(0.1) ** 2)


@pytest.mark.parametrize(
    ("settings", "values", "lines"),
    [
        (LeastSquares(), 20, 20),
        (LeastSquares(reduction="sum"), 0, 20),
        (LeastSquares(loss="mae"), 0, 0),
    ],
)
def test_draws_are_counted_whose_value_and_whose_line_are_those_of_squares(settings, values, lines):
    measured = CLAIMS["mse"].run(settings).measured
    assert (measured["same_value"], measured["same_line"]) == (values, lines)


def test_mean_sum_and_half_differ_in_value_but_not_in_their_line():
    x, y = points(3)
    best = best_lines(x, y)
    for reduction, lr in (("mean", 0.3), ("sum", 0.015), ("half", 0.5)):
        lines, _ = descend(MSE(), divisor(reduction, x.shape[1]), x, y, lr, np.ones(len(x)))
        assert np.abs(lines - best).max() < 1e-9


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (LeastSquares(reduction="sum", lr=0.01), Verdict.CONDITIONAL),
        (LeastSquares(reduction="sum", lr=0.3), Verdict.CONDITIONAL),
        (LeastSquares(reduction="half"), Verdict.CONDITIONAL),
        (LeastSquares(lr=0.003), Verdict.HOLDS),
        (LeastSquares(lr=0.5), Verdict.HOLDS),
        (LeastSquares(loss="mae", lr=0.01), Verdict.CONTRADICTED),
        (LeastSquares(loss="mae", reduction="sum", lr=0.003), Verdict.CONTRADICTED),
    ],
)
def test_the_loss_and_the_convention_decide_and_the_rate_does_not(settings, verdict):
    outcome = CLAIMS["mse"].run(settings)
    assert outcome.verdict is verdict
    assert np.isfinite(outcome.frame[["ratio", "low", "high"]]).all(axis=None)


@pytest.mark.parametrize("seed", [0, 4])
def test_above_the_largest_rate_descent_diverges_and_below_it_does_not(seed):
    x, y = points(seed)
    for reduction, times in (("sum", 1.0), ("mean", x.shape[1]), ("half", 2.0 * x.shape[1])):
        below, above = (
            descend(MSE(), divisor(reduction, x.shape[1]), x, y, share * times * largest_lr(x),
                    np.ones(len(x)))[0] - best_lines(x, y)
            for share in (0.98, 1.02)
        )  # fmt: skip
        assert np.abs(below).max() < 1e-6 < 1e4 < np.abs(above).max()


@pytest.mark.parametrize("tilt", [0.25, 1.0, 2.0])
def test_errors_of_a_line_through_the_middle_cancel_to_exactly_nothing(tilt):
    found = cancelling.means(cancelling.errors(tilt, 0.0))
    assert found["difference"] == 0.0
    assert found["absolute"] == tilt * 20 / 9 and found["square"] == tilt**2 * 60 / 9


def test_errors_on_one_side_do_not_cancel():
    settings = Cancelling(tilt=0.25, shift=5.0)
    outcome = CLAIMS["mse-cancel"].run(settings)
    assert outcome.verdict is Verdict.CONTRADICTED
    assert outcome.measured["difference"] == outcome.measured["absolute"] == 5.0
    assert CLAIMS["mse-cancel"].run(replace(settings, shift=0.0)).verdict is Verdict.HOLDS


@pytest.mark.parametrize("shift", [-4.0, 4.0, 5.0])
def test_nothing_cancels_from_where_the_line_lies_to_one_side(shift):
    """Errors of x and 4 are 0 at the end, and of one sign elsewhere."""
    assert CLAIMS["mse-cancel"].run(Cancelling(shift=shift)).verdict is Verdict.CONTRADICTED


def test_some_cancels_in_between():
    """Errors -2, -1, 0, … 6: their sum is 18, that of their sizes 24."""
    outcome = CLAIMS["mse-cancel"].run(Cancelling(shift=2.0))
    assert outcome.verdict is Verdict.CONDITIONAL and not outcome.limited
    assert outcome.measured["left"] == pytest.approx(18 / 24)
    assert outcome.measured["mean"] == 2.0


def test_the_article_is_right_of_differences_and_the_absolute_value_is_its_limit():
    """It speaks of adding differences; the absolute values of the same errors do not cancel."""
    outcome = CLAIMS["mse-cancel"].run(CLAIMS["mse-cancel"].defaults)
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["mean"] == 0.0 and outcome.measured["absolute"] == 20 / 9


def test_the_absolute_value_never_cancels():
    for tilt in (0.25, 2.0):
        for shift in (-5.0, 0.0, 0.25):
            outcome = CLAIMS["mse-cancel"].run(Cancelling(way="absolute", tilt=tilt, shift=shift))
            assert outcome.measured["left"] == outcome.measured["absolute_left"] == 1.0
            assert outcome.verdict is Verdict.CONTRADICTED and not outcome.limited


def test_small_errors_are_told_and_only_large_ones_judged():
    """The sentence speaks of large errors: one is four standard deviations of the others' away."""
    runs = {
        error: CLAIMS["mse-penalty"].run(Penalty(error=error))
        for error in (0.1, 0.5, 1.0, 3.0, 12.0)
    }
    for error, run in runs.items():
        assert run.verdict is Verdict.HOLDS and run.limited and run.measured["even"] == 1.0
        assert run.measured["judged"] == max(error, 2.0)
        shares = [run.measured[name] for name in ("at_error", "mae_at_error")]
        assert (shares[0] > shares[1]) == (error > 0.5), error  # as large as the others' own


@pytest.mark.parametrize(("delta", "even"), [(1.5, 2.0), (2.0, 2.0), (5.0, 2.0)])
def test_up_to_which_error_a_huber_loss_is_no_larger_than_the_absolute_value(delta, even):
    """r²/2 reaches r at 2, where δ allows it; δ(r - δ/2) at δ²/(2δ - 2), for 1.5 at 2.25."""
    outcome = CLAIMS["mse-penalty"].run(Penalty(loss="huber", delta=delta))
    assert outcome.measured["even"] == even


@pytest.mark.parametrize("delta", [0.5, 1.0])
def test_a_huber_loss_that_is_never_larger_has_no_such_error(delta):
    """δ(r - δ/2) is below r at every r for δ up to 1: the last size tried once stood for it."""
    assert "even" not in CLAIMS["mse-penalty"].run(Penalty(loss="huber", delta=delta)).measured


def test_absolute_values_punish_no_more_than_themselves():
    assert CLAIMS["mse-penalty"].run(Penalty(loss="mae")).verdict is Verdict.CONTRADICTED


def test_shares_of_an_outlier_are_those_worked_out_by_hand():
    heights = np.full((1, penalty.COUNT), 0.5)
    before = heights.copy()
    others = penalty.COUNT - 1
    for loss, of_loss, of_gradient in (
        (MSE(), 9 / (9 + others / 4), 6 / (6 + others)),
        (MAE(), 3 / (3 + others / 2), 1 / (1 + others)),
        (Huber(1.0), 2.5 / (2.5 + others / 8), 1 / (1 + others / 2)),
    ):
        found = outlier_shares(loss, heights, 3.0)
        assert [share.item() for share in found] == pytest.approx([of_loss, of_gradient])
    assert (heights == before).all()


def test_the_line_moves_in_proportion_under_the_square_and_stops_under_the_absolute_value():
    heights = penalty.noise(5)
    for loss, grows in ((MSE(), True), (MAE(), False), (Huber(1.0), False)):
        near, far = (np.median(moves(loss, heights, size)) for size in (50.0, 500.0))
        assert far == pytest.approx(10 * near if grows else near, rel=0.05)


@pytest.mark.parametrize("smoothing", [0.05, 0.1, 0.5])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_floor_under_soft_labels_is_their_entropy(smoothing, classes):
    soft = label(classes, smoothing)
    assert soft.sum() == pytest.approx(1.0) and soft.argmax() == 0
    values = growing(CrossEntropy(), soft)[0]
    assert values[0] == values.min() == pytest.approx(float(entropy(soft)), rel=1e-14)
    outcome = CLAIMS["loss-measures-error"].run(MeasuresError(smoothing=smoothing, classes=classes))
    assert outcome.verdict is Verdict.HOLDS and outcome.limited
    assert outcome.measured["sound"] == outcome.measured["series"] == len(LOSSES)
    wrong = smoothing / classes
    right = 1 - smoothing + wrong
    floor = -right * np.log(right) - (classes - 1) * wrong * np.log(wrong)
    assert outcome.measured["floor"] == pytest.approx(floor, rel=1e-12)


def test_with_hard_labels_every_loss_measures_the_error():
    outcome = CLAIMS["loss-measures-error"].run(MeasuresError(smoothing=0.0))
    assert outcome.verdict is Verdict.HOLDS and not outcome.limited
    assert outcome.measured["highest"] == outcome.measured["floor"] == 0.0
    assert "soft" not in set(outcome.frame["series"])


@pytest.mark.parametrize("spoilt", [lambda loss: loss + 1e-9, lambda loss: loss * (1.5 - loss)])
def test_a_loss_that_is_not_0_or_falls_is_seen(monkeypatch, spoilt):
    """The hard labels decide; a floor that soft labels have is no fault of theirs."""

    class Spoilt(MSE):
        def _value(self, outputs, targets):
            return spoilt(super()._value(outputs, targets))

    monkeypatch.setitem(LOSSES, "mse", Spoilt)
    outcome = CLAIMS["loss-measures-error"].run(MeasuresError())
    assert outcome.verdict is Verdict.CONTRADICTED and not outcome.limited
    assert outcome.measured["sound"] == len(LOSSES) - 1


def test_probabilities_leave_the_truth_as_errors_say():
    """From label 1 and from label 0 alike: -log(1 - t) for BCE; the hinge waits for a margin."""
    both = growing(LOSSES["bce"](), label(2, 0.0))
    assert np.allclose(both, -np.log1p(-measures_error.ERRORS), rtol=1e-12)
    cross = growing(CrossEntropy(), label(2, 0.0))[0]
    assert np.allclose(cross, both[0], rtol=1e-12)
    hinge = growing(Hinge(), label(2, 0.0))[0]
    still = 1 / (1 + np.e) > measures_error.ERRORS
    assert (hinge[still] == 0.0).all() and (hinge[~still] > 0.0).all()
