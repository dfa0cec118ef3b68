"""ReLU's values, slopes and kink."""

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import Verdict
from dlbasic.claims.relu.relu_definition import ReluDefinition, run_relu_definition


@pytest.mark.parametrize("places", range(9))
def test_relu_has_a_kink_at_every_step(places):
    outcome = run_relu_definition(ReluDefinition(places=places))
    assert outcome.verdict is Verdict.HOLDS
    measured = outcome.measured
    assert (measured["quotient_left"], measured["quotient_right"]) == (0, 1)
    assert measured["slope_at_zero"] == 0
    assert measured["differing"] == measured["slopes_differing"] == measured["gap_negative"] == 0


def test_only_relu_is_relu():
    verdicts = {f: run_relu_definition(ReluDefinition(f)).verdict for f in ACTIVATIONS}
    assert {f for f, verdict in verdicts.items() if verdict is Verdict.HOLDS} == {"relu"}


def test_gaps_by_hand():
    leaky = run_relu_definition(ReluDefinition("leaky_relu")).measured
    assert leaky["gap_negative"] == pytest.approx(0.1) and leaky["gap_positive"] == 0
    assert leaky["quotient_left"] == pytest.approx(0.01)
    identity = run_relu_definition(ReluDefinition("identity")).measured
    assert identity["gap_negative"] == 10 and identity["gap_positive"] == 0
    silu = run_relu_definition(ReluDefinition("silu")).measured
    assert silu["gap_negative"] == pytest.approx(0.27846, abs=1e-5)
    assert silu["gap_positive"] == pytest.approx(silu["gap_negative"], rel=1e-12)


@pytest.mark.parametrize("f", ["gelu", "silu"])
def test_quotients_of_smooth_functions_draw_together(f):
    def apart(places):
        measured = run_relu_definition(ReluDefinition(f, places)).measured
        return measured["quotient_right"] - measured["quotient_left"]

    gaps = [apart(places) for places in range(9)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0.4 and gaps[8] < 1e-7


def test_one_wrong_slope_is_enough_against_the_claim(monkeypatch):
    class Bent(ACTIVATIONS["relu"]):
        def grad(self, x):
            return np.where(np.asarray(x) < -1e300, 1e-300, super().grad(x))

    monkeypatch.setitem(ACTIVATIONS, "relu", Bent)
    outcome = run_relu_definition(ReluDefinition())
    assert outcome.measured["differing"] == 0
    assert outcome.verdict is Verdict.CONTRADICTED


def test_one_wrong_value_is_enough_against_the_claim(monkeypatch):
    class Lifted(ACTIVATIONS["relu"]):
        def __call__(self, x):
            return super().__call__(x) + 5e-324

    monkeypatch.setitem(ACTIVATIONS, "relu", Lifted)
    outcome = run_relu_definition(ReluDefinition())
    assert outcome.measured["slopes_differing"] == 0 < outcome.measured["differing"]
    assert outcome.verdict is Verdict.CONTRADICTED


def test_slope_jumps_in_the_chart():
    frame = run_relu_definition(ReluDefinition()).frame
    slope = frame[frame["series"] == "slope"].sort_values("x")
    assert slope["value"].isin([0, 1]).all()
    assert slope.loc[slope["value"].diff() == 1, "x"].tolist() == [1e-9]
