"""Where the gradient vanishes, for sigmoid and over the spreads of tanh, and where it does not."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.sigmoid.sigmoid_vanishing import SigmoidVanishing
from dlbasic.claims.tanh.tanh_vanishing import SCALES, TanhVanishing, crossing
from dlbasic.measures.deep_networks import VANISHED, DeepSettings, layer_profile, one_pass
from dlbasic.measures.settings import seeds_from
from dlbasic.params import declared
from tests.claims.runs import outcome

sigmoid, tanh = CLAIMS["sigmoid-vanishing"].run, CLAIMS["tanh-vanishing"].run


def line(outcome, series):
    return outcome.frame[outcome.frame["series"] == series]["ratio"].to_numpy()


def test_ratio_is_the_median_over_the_seeds():
    trace, _ = one_pass(DeepSettings(depth=7, seed=3), ["sigmoid"], seeds_from(3, 9))
    profile = layer_profile(trace)
    measured = sigmoid(SigmoidVanishing(depth=7, seeds=9, seed=3)).measured
    assert measured["at_sums"] == np.median(profile.delta[0] / profile.delta[6])
    assert measured["at_weights"] == np.median(profile.weight[0] / profile.weight[6])
    assert measured["step"] ** 6 == pytest.approx(measured["ratio"])


def test_no_layer_lets_more_through_than_a_quarter_of_what_the_weights_deliver():
    for scale in (0.25, 1.0, 16.0):
        outcome = sigmoid(SigmoidVanishing(scale=scale))
        assert (line(outcome, "slopes") <= line(outcome, "guide") * (1 + 1e-9)).all()
        assert line(outcome, "guide")[0] == outcome.measured["guide"] == 0.25**19


def test_sigmoid_vanishes_at_both_places_and_in_every_layer():
    for at in ("sums", "weights"):
        outcome = sigmoid(SigmoidVanishing(at=at))
        assert outcome.verdict is Verdict.HOLDS
        assert outcome.measured["falling"] == outcome.measured["hops"] == 19
        assert outcome.measured["at_sums"] == pytest.approx(1e-12, rel=0.5)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"depth": 2}, Verdict.CONDITIONAL),
        ({"depth": 4}, Verdict.CONDITIONAL),
        ({"depth": 50}, Verdict.HOLDS),
        ({"scale": 0.25}, Verdict.HOLDS),
        ({"scale": 6.0}, Verdict.CONDITIONAL),
        ({"scale": 12.0}, Verdict.CONDITIONAL),
        ({"function": "tanh", "scale": 0.5}, Verdict.CONDITIONAL),  # but not for its slopes
        ({"function": "relu", "rule": "he_normal"}, Verdict.CONTRADICTED),
    ],
)
def test_depth_scale_and_function_turn_the_verdict(changed, verdict):
    for seed in (0, 77):
        assert sigmoid(SigmoidVanishing(**changed, seed=seed)).verdict is verdict


@pytest.mark.parametrize("at", ["sums", "weights"])
def test_the_limit_is_the_first_multiple_at_which_it_does_not_vanish(at):
    found = sigmoid(SigmoidVanishing(at=at))
    limit = found.measured["limit_scale"]
    assert found.limited and limit == 6.0
    ticks = declared(SigmoidVanishing)["scale"].ticks
    before = sigmoid(SigmoidVanishing(at=at, scale=ticks[ticks.index(limit) - 1]))
    beyond = sigmoid(SigmoidVanishing(at=at, scale=limit))
    assert before.verdict is Verdict.HOLDS and beyond.verdict is Verdict.CONDITIONAL
    assert beyond.measured["ratio"] == found.measured["limit_ratio"] >= VANISHED
    assert not beyond.limited


def test_layers_enough_to_vanish_are_counted_on_the_way_back():
    found = sigmoid(SigmoidVanishing())
    back = line(found, "sigmoid")[::-1]
    enough = int(found.measured["enough"])
    assert back[0] == 1.0 and back[enough] < VANISHED <= back[enough - 1]
    # About log 1000 / log 4 layers, as slopes near 0 are near a quarter.
    assert enough == 5


def test_larger_weights_lower_the_slopes_product_and_more_than_make_up_for_it():
    runs = [sigmoid(SigmoidVanishing(scale=scale)).measured for scale in (1.0, 6.0, 12.0)]
    slopes, ratios = ([run[name] for run in runs] for name in ("slope_product", "ratio"))
    assert slopes == sorted(slopes, reverse=True) and ratios == sorted(ratios)


def test_rules_of_one_spread_agree():
    lecun, xavier = (
        sigmoid(SigmoidVanishing(rule=rule)).measured["at_sums"]
        for rule in ("lecun_normal", "xavier_normal")
    )
    assert lecun == pytest.approx(xavier, rel=0.01)  # all hidden layers have equal sides


def test_the_spreads_are_those_of_single_runs():
    whole = tanh(TanhVanishing(depth=8, seeds=6))
    for scale in (0.25, 1.0, 4.0):
        alone = sigmoid(SigmoidVanishing(function="tanh", depth=8, seeds=6, scale=scale)).measured
        assert line(whole, "tanh")[SCALES.index(scale)] == pytest.approx(alone["at_sums"], rel=1e-9)
        assert line(whole, "weights")[SCALES.index(scale)] == pytest.approx(
            alone["at_weights"], rel=1e-9
        )
    assert whole.measured["large_slope_product"] == pytest.approx(alone["slope_product"], rel=1e-9)


def test_identity_falls_with_the_power_of_the_spread():
    """Its draws are the same at each spread, so the ratio is exactly that of 1 times scale⁹."""
    ratios = line(tanh(TanhVanishing(function="identity", depth=10, seeds=5)), "identity")
    at_one = ratios[SCALES.index(1.0)]
    # The deltas at the output differ with the spread; nearly all of that cancels in the ratio.
    np.testing.assert_allclose(ratios, at_one * np.array(SCALES) ** 9, rtol=0.2)


def test_tanh_vanishes_below_explodes_above_and_keeps_between():
    measured = tanh(TanhVanishing()).measured
    assert 0.65 < measured["flip"] < 0.8 and measured["vanishing"] == 5
    # Below it is the weights: slopes alone would let nearly everything through.
    assert measured["small_slope_product"] > 0.5 and measured["small_weight_product"] < 1e-10
    # Above slopes take away far more, and still it explodes.
    assert measured["large_slope_product"] < 1e-6 and measured["large_ratio"] > 100


def test_nothing_is_called_saturated_for_a_small_slope():
    """Leaky ReLU's slope of 0.01 and that around GELU's lowest point are small, too."""
    claim = CLAIMS["tanh-vanishing"]
    texts = [*claim.words.parts.values(), *claim.quantities.values(), *claim.plot.names.values()]
    assert not [text for text in texts if "포화" in text.ko or "saturat" in text.en]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.CONDITIONAL),
        ({"at": "weights"}, Verdict.CONDITIONAL),
        ({"at": "weights", "depth": 2}, Verdict.CONTRADICTED),
        ({"depth": 2}, Verdict.CONTRADICTED),
        ({"function": "sigmoid"}, Verdict.HOLDS),
        ({"function": "identity"}, Verdict.CONDITIONAL),
    ],
)
def test_place_depth_and_function_turn_the_verdict(changed, verdict):
    for seed in (0, 77):
        assert tanh(TanhVanishing(**changed, seeds=5, seed=seed)).verdict is verdict


def test_a_ratio_at_the_weights_of_one_hides_a_tiny_gradient():
    found = tanh(TanhVanishing(at="weights"))
    measured = found.measured
    assert 0.5 < measured["small_weights"] < 2 and measured["small_first"] < 1e-11
    # No ratio is small, but where the size by itself is, the gradient has vanished.
    assert (line(found, "tanh") > 0.5).all()
    assert measured["vanishing"] == (line(found, "size") < VANISHED).sum() == 5
    assert line(found, "size")[SCALES.index(1.0)] == 1.0
    same = sigmoid(SigmoidVanishing(function="tanh", at="weights", scale=0.25))
    assert same.measured["ratio"] > 0.5 and same.verdict is Verdict.CONDITIONAL
    assert sigmoid(SigmoidVanishing(function="tanh", at="weights")).verdict is Verdict.CONTRADICTED


def test_progress_rises():
    shares = [
        lap.share_done for lap in CLAIMS["tanh-vanishing"].laps(TanhVanishing(depth=2, seeds=5))
    ]
    assert len(shares) > 10 and shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.xdist_group("relu-fast")
def test_vanished_means_the_same_on_every_card():
    fast = outcome(CLAIMS["relu-fast"].key, CLAIMS["relu-fast"].defaults)
    limits = {run.measured["vanished"] for run in (sigmoid(SigmoidVanishing()),
                                                   tanh(TanhVanishing(seeds=5)), fast)}  # fmt: skip
    assert limits == {VANISHED}


def test_crossings():
    x = [0.5, 1.0, 2.0, 4.0]
    power = [value**3 for value in x]
    assert crossing(x, power, 2.0) == pytest.approx(2 ** (1 / 3))
    assert crossing(x, power[::-1], 2.0) == pytest.approx(2 ** (2 / 3))  # falling
    assert crossing(x, power, 1.0) == 1.0  # on a point
    assert crossing(x, power, 1000.0) is None


@pytest.mark.parametrize("claim", [CLAIMS["sigmoid-vanishing"], CLAIMS["tanh-vanishing"]])
def test_charts_have_positive_numbers_at_the_ends_of_the_settings(claim):
    settings = declared(claim.defaults)
    for depth in (2, 50):
        for scale in (
            (settings["scale"].ticks[0], settings["scale"].ticks[-1])
            if ("scale" in settings)
            else (None,)
        ):
            changed = {"depth": depth, "seeds": 5} | ({"scale": scale} if scale else {})
            frame = claim.run(replace(claim.defaults, **changed)).frame
            values = frame[["ratio", "low", "high"]].to_numpy()
            assert np.isfinite(values).all() and (values > 0).all()
