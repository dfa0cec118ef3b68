"""Claims that rest on the signs of gradients: where their verdicts turn."""

import math
from dataclasses import replace

import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.relu import relu_zig_zag
from dlbasic.claims.sigmoid.sigmoid_one_direction import judge
from dlbasic.claims.tanh.tanh_zero_centred import MIXED, OFF_CENTRE
from dlbasic.measures.gradient_signs import CHANCE, EXCEPTIONS
from dlbasic.measures.two_weights import ZIGZAG
from tests.claims.runs import outcome

pytestmark = pytest.mark.filterwarnings("error")

HOLDS, DEPENDS, NOT = Verdict.HOLDS, Verdict.CONDITIONAL, Verdict.CONTRADICTED


def test_the_verdict_follows_its_three_shares():
    high, low = (1 - EXCEPTIONS), (1 - EXCEPTIONS) - 0.01
    for shares, found in {
        (high, high, high): HOLDS, (high, low, high): DEPENDS, (high, high, low): DEPENDS,
        (low, high, high): NOT,
    }.items():  # fmt: skip
        numbers = dict(zip(("single", "before", "after"), shares, strict=True))
        assert judge(numbers | {"almost": (1 - EXCEPTIONS)}) is found


def test_the_closed_card_says_that_the_article_means_more_weights():
    """ "모든 파라미터": no sample moves those of a layer the same way."""
    slip = CLAIMS["sigmoid-one-direction"].words["slip"]
    assert "모든 파라미터" in slip.ko and "all parameters" in slip.en
    measured = by_default("sigmoid-one-direction").measured
    assert measured["single"] == 1.0 and measured["layers"] < 0.1


def by_default(key, **changed):
    return outcome(key, replace(CLAIMS[key].defaults, **changed))


def verdict(key, **changed):
    return by_default(key, seeds=5, **changed).verdict


def test_the_batch_size_and_the_function_turn_the_verdict():
    assert verdict("sigmoid-one-direction", batch=1.0) is HOLDS
    assert verdict("sigmoid-one-direction", batch=2.0) is DEPENDS
    assert verdict("sigmoid-one-direction", function="tanh", batch=1.0) is NOT
    assert verdict("sigmoid-one-direction", data="gaussians") is DEPENDS


def test_a_zigzag_takes_one_sign_and_a_long_path_whatever_the_card():
    """ReLU can: one sample at a time, as the sentence asks."""
    assert verdict("relu-zig-zag") is verdict("relu-zig-zag", function="sigmoid") is HOLDS
    for batch in (2.0, 32.0):
        assert verdict("relu-zig-zag", batch=batch) is DEPENDS
    assert verdict("relu-zig-zag", function="sigmoid", batch=32.0) is DEPENDS
    assert verdict("relu-zig-zag", function="leaky_relu") is DEPENDS  # its path alone
    cards = ("zig-zag", "tanh-zero-centred", "relu-zig-zag")
    assert {by_default(key).measured["zigzag"] for key in cards} == {ZIGZAG}


@pytest.mark.parametrize(
    ("changed", "found"),
    [({}, HOLDS), ({"agree": 0.8}, DEPENDS), ({"detour_batch": 0.4}, DEPENDS),
     ({"single": 0.8, "agree": 0.8}, DEPENDS), ({"detour": 0.4, "detour_batch": 0.4}, DEPENDS),
     ({"single": 0.8, "agree": 0.8, "detour": 0.4, "detour_batch": 0.4}, NOT)],
)  # fmt: skip
def test_what_relus_card_makes_of_its_numbers(changed, found):
    numbers = {"single": 0.95, "agree": 0.95, "detour": 0.45, "detour_batch": 0.45}
    assert relu_zig_zag.judge(numbers | changed) is found


@pytest.mark.parametrize("lr", [0.05, 0.1, 0.2, 0.3, 0.5])
def test_relus_zigzag_does_not_hang_on_the_rate(lr):
    """Without a turn back no path is longer than √2 times the straight line, at any rate."""
    measured = by_default("relu-zig-zag", lr=lr).measured
    assert measured["detour"] > 1.3 * (math.sqrt(2) - 1) > 1.3 * measured["detour_tanh"]
    assert verdict("relu-zig-zag", lr=lr) is HOLDS


def test_relus_limit_is_the_first_batch_size_that_mixes_the_signs():
    found = by_default("relu-zig-zag")
    assert found.limited and found.measured["limit_batch"] == 2.0
    shares = found.frame.set_index(["series", "batch"])["share"]
    agree = min(shares["before", 2.0], shares["relu", 2.0])
    assert found.measured["limit_agree"] == agree < (1 - EXCEPTIONS)
    beyond = by_default("relu-zig-zag", batch=2.0)
    assert beyond.verdict is DEPENDS and not beyond.limited
    assert beyond.measured["detour_batch"] == found.measured["limit_detour"]


def test_without_the_fit_more_units_agree():
    measured = by_default("sigmoid-one-direction").measured
    assert measured["before"] > measured["after"] + 0.2 > CHANCE + 0.2
    assert measured["after_tanh"] < 0.05


def test_relus_zeros_make_its_path_shorter_than_sigmoids():
    measured = by_default("relu-zig-zag", batch=32.0).measured
    assert measured["detour_tanh"] < measured["detour"] / 2
    assert 2 * measured["detour_batch"] < measured["detour"] < measured["detour_sigmoid"] / 2
    # Of 4 samples of 2 ReLU outputs 1 has no 0, of the 3 that move a weight at all.
    assert measured["together"] == pytest.approx(1 / 3, abs=0.05)
    assert measured["zeros"] == pytest.approx(0.5, abs=0.05)


def test_a_large_bias_makes_tanh_one_sided():
    verdicts = [verdict("tanh-zero-centred", bias=bias) for bias in (0.0, 1.0, 3.0, 4.0)]
    assert verdicts == [HOLDS, DEPENDS, NOT, NOT]
    assert verdict("tanh-zero-centred", function="sigmoid") is NOT
    frame = by_default("tanh-zero-centred").frame
    shares = frame[frame["series"] == "tanh"].sort_values("bias")["share"]
    assert (shares.diff().dropna() > 0).all()
    assert (frame[frame["series"] == "sigmoid"]["share"] == 1.0).all()


def test_tanhs_limit_is_the_first_bias_that_fails():
    found = by_default("tanh-zero-centred")
    limit = found.measured["limit_bias"]
    assert found.limited and limit == 1.0
    assert by_default("tanh-zero-centred", bias=limit - 0.5).verdict is HOLDS
    beyond = by_default("tanh-zero-centred", bias=limit)
    assert beyond.verdict is DEPENDS and not beyond.limited
    assert beyond.measured["mean"] == found.measured["limit_mean"] > 0.3


def test_tanhs_numbers_keep_their_distance_from_the_limits():
    measured = by_default("tanh-zero-centred").measured
    assert measured["off_centre"] < OFF_CENTRE / 4 and measured["one_sided"] < MIXED / 4
    assert measured["sigmoid_off_centre"] > 2 * OFF_CENTRE
    assert abs(measured["mean"]) < 0.05 and measured["sigmoid_mean"] == pytest.approx(0.5, abs=0.05)


def test_sigmoid_beside_itself_has_one_set_of_numbers():
    measured = outcome("tanh-zero-centred", CLAIMS["tanh-zero-centred"].control).measured
    for name in ("mean", "off_centre", "one_sided", "detour"):
        assert measured[name] == measured[f"sigmoid_{name}"]


def test_leaky_relus_mixed_signs_hardly_shorten_the_path():
    relu, leaky = (by_default("relu-zig-zag", function=f).measured for f in ("relu", "leaky_relu"))
    assert leaky["single"] < 0.1 < relu["single"]
    assert leaky["detour"] > 0.8 * relu["detour"]
