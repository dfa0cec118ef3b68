"""The claim that ReLU's units die: what verdict the counted units give."""

from dataclasses import replace

import pytest

from dlbasic.activations import ReLU
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.relu.dying_relu import ENOUGH, LOW_BIAS, LRS
from dlbasic.measures.dead_units import Start, circle, train
from dlbasic.measures.settings import seeds_from

pytestmark = pytest.mark.filterwarnings("error")


def verdict(**changes):
    return (
        CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].defaults, seeds=5, **changes)).verdict
    )


def test_the_verdict_turns_with_the_function():
    assert verdict() is verdict(lr=3.0) is verdict(lr=0.3) is Verdict.HOLDS
    # Its slope is 0 only far below 0, where a very large step takes a unit.
    assert verdict(function="gelu") is Verdict.CONDITIONAL
    assert verdict(function="leaky_relu") is Verdict.CONTRADICTED


def test_it_is_the_many_negative_sums_that_stop_the_updates():
    """The article's own condition: at a rate at which hardly a unit dies, a low bias is enough."""
    assert verdict(lr=0.3, bias=-2.0) is Verdict.HOLDS
    found = [
        CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].defaults, lr=0.3, bias=bias))
        for bias in (0.0, -1.0, -2.0, -5.0)
    ]
    for name in ("flat", "dead"):
        shares = [outcome.measured[name] for outcome in found]
        assert shares == sorted(shares) and shares[0] < shares[-1]
    assert found[0].measured["flat"] == pytest.approx(0.5, abs=0.03)
    # Sums at bias 0 are symmetric about 0; ReLU's slope is 0 where they are not above it.
    starts = [Start(ReLU(), 0.3, seed, LOW_BIAS) for seed in seeds_from(0, 20)]
    *_, history = train(starts, *circle(0), epochs=60, seed=0)
    assert found[0].measured["low_flat"] == pytest.approx(history.silent[0].mean())
    assert found[0].measured["low_dead"] == pytest.approx(history.dead[-1].mean())


def test_where_few_die_is_the_limit():
    outcome = CLAIMS["dying-relu"].run(CLAIMS["dying-relu"].defaults)
    dead = outcome.frame[outcome.frame["series"] == "dead"].set_index("lr")["value"]
    assert outcome.limited and outcome.measured["few"] == dead[outcome.measured["few_lr"]] < ENOUGH
    assert (dead[dead.index > outcome.measured["few_lr"]] >= ENOUGH).all()
    judged = replace(CLAIMS["dying-relu"].defaults, lr=outcome.measured["few_lr"])
    # There it is still so where many values are negative, of which the sentence speaks.
    beyond = CLAIMS["dying-relu"].run(judged)
    assert beyond.verdict is Verdict.HOLDS and beyond.limited
    assert beyond.measured["dead"] == outcome.measured["few"] < ENOUGH
    assert beyond.measured["low_flat"] > 0.9 and beyond.measured["low_dead"] > 4 * ENOUGH
    low = CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].defaults, seeds=5, bias=-10.0))
    assert low.verdict is Verdict.HOLDS and not low.limited


def test_the_rate_judged_is_the_best_ones():
    """That of the lowest loss, not one at which training fails."""
    claim = CLAIMS["dying-relu"]
    measured = claim.run(claim.defaults).measured
    assert measured["best_lr"] == claim.defaults.lr and measured["best_dead"] == measured["dead"]


def test_units_dead_all_along_have_not_died():
    outcome = CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].defaults, seeds=5, bias=-10.0))
    measured = outcome.measured
    assert measured["start"] > 0.9 and measured["dead"] > 0.9
    assert measured["died"] == 0.0


def test_who_died_was_alive_at_some_time_and_is_dead_in_the_end():
    outcome = CLAIMS["dying-relu"].run(
        replace(CLAIMS["dying-relu"].defaults, seeds=4, bias=-2.0, lr=3.0)
    )
    starts = [Start(ReLU(), 3.0, seed, -2.0) for seed in seeds_from(0, 4)]
    *_, history = train(starts, *circle(0), epochs=60, seed=0)
    lived = sum(~dead for dead in history.dead) > 0
    assert 0 < (~lived).sum() < (history.dead[0] & lived).sum()  # dead all along; revived
    assert outcome.measured["died"] == (history.dead[-1] & lived).sum() / lived.sum()
    row = outcome.frame.query("series == 'died' and lr == 3")
    assert row["value"].item() == outcome.measured["died"] and (row["low"] < row["high"]).all()


def test_rows_are_shares_of_all_units():
    outcome = CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].defaults, seeds=5, epochs=20))
    start = outcome.frame[outcome.frame["series"] == "start"]
    assert start["lr"].tolist() == [*LRS] and start["value"].nunique() == 1
    history = next(train([Start(ReLU(), 1.0, s) for s in seeds_from(0, 5)], *circle(0), epochs=1,
                      seed=0))  # fmt: skip
    assert outcome.measured["start"] == pytest.approx(history.dead[0].mean())
    assert outcome.measured["moved"] == 0.0 == outcome.measured["first_revivals"]
