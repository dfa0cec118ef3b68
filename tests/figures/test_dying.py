"""Dying units: shares of the dead and learned slopes, and the deaths that are told one by one."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.figures.gradient_flow.dying import measure
from dlbasic.figures.gradient_flow.dying.measure import Dying, DyingUnits, dying_units
from dlbasic.measures.dead_units import circle, train
from dlbasic.measures.settings import seeds_from

SHORT = {"epochs": 20, "seeds": 4, "seed": 3}


def last(laps):
    for lap in laps:  # noqa: B007
        pass
    return lap


@pytest.fixture(scope="module")
def units():
    return last(dying_units(Dying(("prelu", "elu"), lr=0.1, bias=-1.5, **SHORT)))


def test_learned_slopes_start_at_a_quarter_and_end_as_the_stack_has_them(units):
    rows = units.slope_rows
    assert (rows.loc[rows["epoch"] == 0, ["slope", "slope_low", "slope_high"]] == 0.25).all(
        axis=None
    )
    settings = units.settings
    starts = [settings.start("prelu", seed) for seed in seeds_from(settings.seed, settings.seeds)]
    history = last(train(starts, *circle(settings.seed), epochs=20, seed=settings.seed))
    ends = np.array([history.stack.alphas(k) for k in range(SHORT["seeds"])])
    at_end = rows[rows["epoch"] == SHORT["epochs"]].set_index("layer")
    assert at_end["slope"].tolist() == np.median(ends, axis=0).tolist()
    assert at_end["slope_low"].tolist() == ends.min(axis=0).tolist()
    assert len(set(ends.ravel())) == ends.size, "each layer of each network has its own"


def test_without_prelu_there_are_no_learned_slopes():
    assert last(dying_units(Dying(("relu",), **SHORT))).slopes is None


def test_a_diverged_networks_slopes_are_left_out_of_the_whole_path(units):
    slopes = units.slopes.copy()
    slopes[5, 0], slopes[6:, 0] = -1e7, np.nan
    rows = DyingUnits(units.settings, units.history, slopes, [], 1).slope_rows
    assert rows["slope_low"].min() > -10
    one = rows[(rows["epoch"] == 20) & (rows["layer"] == "1")]
    assert one["slope"].item() == np.median(slopes[20, 1:, 0])


def test_where_every_network_diverges_there_is_no_share_of_the_dead():
    gone = last(dying_units(Dying(("prelu",), lr=10.0, bias=0.0, **SHORT)))
    totals = gone.totals("prelu")
    assert totals["diverged"] == SHORT["seeds"] and np.isnan(totals["dead"])


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.full)])
def test_the_first_settings_show_units_dying_while_every_function_learns(seed):
    """ReLU's share of the dead grows manifold, the others' hardly; all losses end sensible."""
    settings = Dying(seed=seed)
    seen = last(dying_units(settings))
    totals = {key: seen.totals(key) for key in settings.functions}
    assert totals["relu"]["dead"] > 3 * totals["relu"]["born"] > 0
    assert all(totals[key]["dead"] < 0.05 for key in totals if key != "relu")
    assert all(of["diverged"] == 0 for of in totals.values())
    rows = seen.rows
    assert rows.loc[rows["epoch"] == settings.epochs, "loss"].max() < 0.1


def test_both_shares_of_the_dead_are_of_the_networks_left():
    seen = last(dying_units(Dying(("relu", "elu"), lr=0.3, bias=-2.0, **SHORT)))
    dead = np.asarray(seen.history.dead).mean(axis=(2, 3))
    relu = seen.totals("relu")
    assert relu["born"] == pytest.approx(dead[0, :4].mean()) and relu["born"] > 0
    assert relu["dead"] == pytest.approx(dead[-1, :4].mean())
    seen.history.test_loss[-1, 1:3] = np.nan  # these networks diverge in the end
    relu = seen.totals("relu")
    assert relu["born"] == pytest.approx(dead[0, [0, 3]].mean())
    assert relu["dead"] == pytest.approx(dead[-1, [0, 3]].mean()) and relu["diverged"] == 2


def test_who_comes_back_has_died_or_was_dead_from_the_start():
    seen = last(dying_units(replace(Dying(("relu",)), epochs=20)))
    born = {(layer, unit) for layer, units in enumerate(seen.born_dead) for unit in units}
    back = {(event.layer, event.unit) for event in seen.events if not event.died}
    died = {(event.layer, event.unit) for event in seen.events if event.died}
    assert born & back and back <= born | died
    first = {}
    for event in seen.events:
        first.setdefault((event.layer, event.unit), event.died)
    assert {place for place, dies in first.items() if not dies} <= born
    assert not {place for place, dies in first.items() if dies} & born


def test_a_function_of_which_no_unit_dies_has_nothing_to_tell_up_to_its_last_seed(units):
    assert units.events == [] and units.number == SHORT["seeds"]


@pytest.mark.parametrize(("lr", "bias", "number"), [(1.0, -1.0, 1), (0.1, -1.5, 3)])
def test_deaths_told_are_those_of_the_first_seed_with_any(lr, bias, number, monkeypatch):
    """Their balance is who is dead at the end."""
    settings = Dying(("relu", "elu"), lr=lr, bias=bias, **SHORT)
    few = last(dying_units(settings)).events
    monkeypatch.setattr(measure, "DEATHS", 10**6)  # all of them, not the first few
    relu = last(dying_units(settings))
    assert relu.number == number and few == relu.events[: len(few)]
    dead = np.asarray(relu.history.dead)
    assert (dead[:, : number - 1] == dead[0, : number - 1]).all(), "seeds before tell nothing"
    dead = dead[:, number - 1]
    balance = sum(1 if event.died else -1 for event in relu.events)
    assert relu.events and dead[-1].sum() - dead[0].sum() == balance
    assert {(event.layer, event.unit) for event in relu.events if event.died} >= {
        (int(layer), int(unit)) for layer, unit in np.argwhere(dead[-1] & ~dead[0])
    }


def test_the_steps_are_fine_and_rise_from_the_first_seed_on():
    """Where no unit dies every seed is searched for deaths: each is a step of its own."""
    shares = [seen.share_done for seen in dying_units(Dying(("elu",), **SHORT))]
    assert len(shares) == SHORT["seeds"] + SHORT["epochs"] + 2
    assert shares == sorted(shares) and 0.0 < shares[0] < 0.1 and shares[-1] == 1.0
    assert len(set(shares)) > SHORT["seeds"] + SHORT["epochs"] - 2


def test_what_is_kept_in_the_end_says_the_same_in_a_fraction_of_the_memory(units):
    settings = units.settings
    starts = [
        settings.start(key, seed)
        for key in settings.functions
        for seed in seeds_from(settings.seed, settings.seeds)
    ]
    history = last(train(starts, *circle(settings.seed), epochs=20, seed=settings.seed))
    for name in ("dead", "sparse", "revived", "diverged", "dead_share"):
        np.testing.assert_array_equal(getattr(units.history, name), getattr(history, name))
    assert len(pickle.dumps(units)) < len(pickle.dumps(history)) / 8
