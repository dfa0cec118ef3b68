"""What the gradient page's figures of dying units, cures and signs measure."""

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.cures import STARTS, Cures, CuresSettings, run_cures
from dlbasic.experiments.deep import seeds_from
from dlbasic.experiments.directions import DirectionSettings, measure_directions
from dlbasic.experiments.lives import LivesSettings, run_lives
from dlbasic.experiments.one_sign import OneSignSettings, one_sign
from dlbasic.experiments.zigzag import BATCHES

SHORT = {"epochs": 20, "seeds": 4, "seed": 3}


def last(laps):
    for lap in laps:  # noqa: B007
        pass
    return lap


@pytest.fixture(scope="module")
def lives():
    return last(run_lives(LivesSettings(("prelu", "elu"), rate=0.1, bias=-1.5, **SHORT)))


def test_learned_slopes_start_at_a_quarter_and_end_as_the_stack_has_them(lives):
    rows = lives.slope_rows()
    assert (rows.loc[rows["epoch"] == 0, ["slope", "slope_low", "slope_high"]] == 0.25).all(
        axis=None
    )
    ends = np.array([lives.lives.stack.alphas(k) for k in range(SHORT["seeds"])])
    at_end = rows[rows["epoch"] == SHORT["epochs"]].set_index("layer")
    assert at_end["slope"].tolist() == np.median(ends, axis=0).tolist()
    assert at_end["slope_low"].tolist() == ends.min(axis=0).tolist()
    assert len(set(ends.ravel())) == ends.size, "each layer of each network has its own"


def test_without_prelu_there_are_no_learned_slopes():
    assert last(run_lives(LivesSettings(("relu",), **SHORT))).slopes is None


def test_a_diverged_networks_slopes_are_left_out_of_the_whole_path(lives):
    slopes = lives.slopes.copy()
    slopes[5, 0], slopes[6:, 0] = -1e7, np.nan
    rows = type(lives)(lives.settings, lives.lives, slopes, [], 1).slope_rows()
    assert rows["slope_low"].min() > -10
    one = rows[(rows["epoch"] == 20) & (rows["layer"] == "1")]
    assert one["slope"].item() == np.median(slopes[20, 1:, 0])


def test_where_every_network_diverges_there_is_no_share_of_the_dead():
    gone = last(run_lives(LivesSettings(("prelu",), rate=10.0, bias=0.0, **SHORT)))
    totals = gone.totals("prelu")
    assert totals["diverged"] == SHORT["seeds"] and np.isnan(totals["dead"])


def test_the_first_settings_show_units_dying_while_every_function_learns():
    """ReLU's share of the dead grows manifold, the others' hardly; all losses end sensible."""
    defaults = LivesSettings()
    for seed in (0, 1):
        seen = last(run_lives(replace(defaults, seed=seed)))
        totals = {key: seen.totals(key) for key in defaults.functions}
        assert totals["relu"]["dead"] > 3 * totals["relu"]["born"] > 0
        assert all(totals[key]["dead"] < 0.05 for key in totals if key != "relu")
        assert all(of["diverged"] == 0 for of in totals.values())
        rows = seen.rows()
        assert rows.loc[rows["epoch"] == defaults.epochs, "loss"].max() < 0.1


def test_both_shares_of_the_dead_are_of_the_networks_left():
    seen = last(run_lives(LivesSettings(("relu", "elu"), rate=0.3, bias=-2.0, **SHORT)))
    dead = np.asarray(seen.lives.dead).mean(axis=(2, 3))
    relu = seen.totals("relu")
    assert relu["born"] == pytest.approx(dead[0, :4].mean()) and relu["born"] > 0
    assert relu["dead"] == pytest.approx(dead[-1, :4].mean())
    seen.lives.test_loss[-1, 1:3] = np.nan  # these networks diverge in the end
    relu = seen.totals("relu")
    assert relu["born"] == pytest.approx(dead[0, [0, 3]].mean())
    assert relu["dead"] == pytest.approx(dead[-1, [0, 3]].mean()) and relu["diverged"] == 2


def test_who_comes_back_has_died_or_was_dead_from_the_start():
    seen = last(run_lives(replace(LivesSettings(("relu",)), epochs=20)))
    born = {(layer, unit) for layer, units in enumerate(seen.born_dead) for unit in units}
    back = {(event.layer, event.unit) for event in seen.told if not event.died}
    died = {(event.layer, event.unit) for event in seen.told if event.died}
    assert born & back and back <= born | died
    first = {}
    for event in seen.told:
        first.setdefault((event.layer, event.unit), event.died)
    assert {place for place, dies in first.items() if not dies} <= born
    assert not {place for place, dies in first.items() if dies} & born


def test_deaths_told_are_those_of_the_first_function(lives):
    """PReLU never dies; of ReLU's the balance is who is dead at the end."""
    assert lives.told == []
    relu = last(run_lives(LivesSettings(("relu",), rate=1.0, bias=-1.0, **SHORT)))
    assert relu.told and any(event.died for event in relu.told)
    if len(relu.told) < 12:  # all of them, not the first few
        dead = np.asarray(relu.lives.dead)[:, relu.teller - 1]
        balance = sum(1 if event.died else -1 for event in relu.told)
        assert dead[-1].sum() - dead[0].sum() == balance


def test_cures_count_those_below_and_keep_zeros_and_diverged_off_the_axis():
    settings = CuresSettings(("tanh", "relu"), epochs=20, seeds=3)
    loss = np.full((21, len(STARTS), 2, 3), 0.5)
    gradient = np.full_like(loss, 1e-3)
    loss[7, 0, 0, 2] = 0.1  # for one epoch, one seed of tanh from the first start
    loss[9:, 0, 1, 0] = np.nan  # diverged
    gradient[9:, 0, 1, 0] = np.nan
    gradient[:, 1, 1, :2] = 0.0  # the median is a gradient of 0
    gradient[:, 2, 1, 0] = 0.0  # that of one seed is
    cures = Cures(settings, loss, gradient, done=20)
    naive, xavier, he = STARTS
    assert [cures.learned(naive, key, 0.2) for key in settings.functions] == [1, 0]
    rows = cures.rows(naive)
    relu = rows[rows["function"] == "relu"]
    assert (relu[["loss", "loss_low", "loss_high"]] == 0.5).all(axis=None), "two of three go on"
    one_dead = cures.rows(he)[["gradient", "gradient_low", "gradient_high"]]
    assert (one_dead == 1e-3).all(axis=None)
    dead = cures.rows(xavier).query("function == 'relu'")
    assert dead["gradient"].isna().all() and (dead["loss"] == 0.5).all()


def test_cures_start_as_the_rules_say_and_train():
    done = last(run_cures(CuresSettings(("tanh",), depth=3, epochs=20, seeds=3)))
    assert np.isfinite(done.loss).all() and done.share_done == 1.0
    he = list(STARTS).index("he")
    assert (done.loss[-1, he] < done.loss[0, he] / 2).all()


@pytest.fixture(scope="module")
def signs():
    return one_sign(OneSignSettings(seeds=3, seed=5))


def test_every_function_has_a_share_at_every_batch_size(signs):
    assert set(signs["function"]) == set(ACTIVATIONS)
    assert set(signs["batch"]) == set(BATCHES)
    inside = signs[["share_low", "share", "share_high"]].to_numpy()
    assert (np.diff(inside, axis=1) >= 0).all() and inside.min() >= 0 and inside.max() <= 1


def test_behind_outputs_of_one_sign_one_sample_moves_all_weights_one_way(signs):
    one = signs[signs["batch"] == 1].set_index("function")["share"]
    assert (one[["sigmoid", "softplus", "relu"]] == 1.0).all()
    assert (one[["tanh", "identity", "elu"]] < 0.2).all()


def test_the_shares_are_the_claims(signs):
    """The same networks and data as the claim's, its median over the same seeds."""
    seeds, claim = seeds_from(5, 3), DirectionSettings(seeds=3, seed=5)
    same = np.random.SeedSequence(5).generate_state(3).tolist() == seeds
    assert same, "seeds are drawn in one way"
    medians = measure_directions(claim, ["relu"]).medians(32)
    at = signs[signs["batch"] == 32].set_index("function")["share"]
    assert at["sigmoid"] == medians["after"] and at["relu"] == medians["after_relu"]
