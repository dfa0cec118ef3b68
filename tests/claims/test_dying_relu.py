"""The claim that ReLU's units die: what verdict the counted units give."""

from dataclasses import replace

import pytest

from dlbasic.activations import ReLU
from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.relu.dying_relu import LRS
from dlbasic.measures.dead_units import Start, circle, train
from dlbasic.measures.settings import seeds_from

pytestmark = pytest.mark.filterwarnings("error")


def verdict(**changes):
    return CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].quick, seeds=5, **changes)).verdict


def test_the_verdict_turns_with_the_rate_and_the_function():
    assert verdict() is Verdict.CONDITIONAL
    assert verdict(lr=3.0) is Verdict.HOLDS
    assert verdict(function="leaky_relu") is Verdict.CONTRADICTED


def test_units_dead_all_along_have_not_died():
    outcome = CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].quick, seeds=5, bias=-10.0))
    measured = outcome.measured
    assert measured["start"] > 0.9 and measured["most_dead"] > 0.9
    assert measured["most"] == measured["died"] == 0.0
    assert outcome.verdict is Verdict.CONDITIONAL  # dead, but not by learning


def test_who_died_was_alive_at_some_time_and_is_dead_in_the_end():
    outcome = CLAIMS["dying-relu"].run(
        replace(CLAIMS["dying-relu"].quick, seeds=4, bias=-2.0, lr=3.0)
    )
    starts = [Start(ReLU(), 3.0, seed, -2.0) for seed in seeds_from(0, 4)]
    *_, history = train(starts, *circle(0), epochs=60, seed=0)
    lived = sum(~dead for dead in history.dead) > 0
    assert 0 < (~lived).sum() < (history.dead[0] & lived).sum()  # dead all along; revived
    assert outcome.measured["died"] == (history.dead[-1] & lived).sum() / lived.sum()
    row = outcome.frame.query("series == 'died' and lr == 3")
    assert row["value"].item() == outcome.measured["died"] and (row["low"] < row["high"]).all()


def test_rows_are_shares_of_all_units():
    outcome = CLAIMS["dying-relu"].run(replace(CLAIMS["dying-relu"].quick, seeds=5, epochs=20))
    start = outcome.frame[outcome.frame["series"] == "start"]
    assert start["lr"].tolist() == [*LRS] and start["value"].nunique() == 1
    history = next(train([Start(ReLU(), 1.0, s) for s in seeds_from(0, 5)], *circle(0), epochs=1,
                      seed=0))  # fmt: skip
    assert outcome.measured["start"] == pytest.approx(history.dead[0].mean())
    assert outcome.measured["moved"] == 0.0 == outcome.measured["first_revivals"]
