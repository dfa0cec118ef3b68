"""The comparison of functions: one start for all; curves and standings say what the numbers say."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dlbasic.activations import ACTIVATIONS, ReLU, Tanh
from dlbasic.datasets import DATASETS, split
from dlbasic.figures.training.compare import measure as race
from dlbasic.figures.training.compare.measure import Compare, Race, constant_loss, run_race
from dlbasic.losses import BCE, MSE, CrossEntropy
from dlbasic.measures.tasks import PLANE_DATA, POINTS, loss_for, points_for
from dlbasic.network import Member, Stack
from dlbasic.training import Training

pytestmark = pytest.mark.filterwarnings("error")

NAN = np.nan
SHORT = Compare(epochs=5, seeds=3, batch=20.0)
DIVERGES = replace(SHORT, data="plane", lr=10.0)


def result(settings):
    (last,) = deque(run_race(settings), maxlen=1)
    return last


@pytest.fixture
def racing(monkeypatch):
    """Run with these functions alone, by the names that are given."""

    def run(settings, **functions):
        monkeypatch.setattr(race, "ACTIVATIONS", functions)
        done = result(settings)
        monkeypatch.undo()
        return done

    return run


def standings(losses, accuracy=None, target=0.5):
    """Of a race of the first functions, written out as (epochs, functions, seeds)."""
    losses = np.array(losses, float)
    settings = Compare(epochs=len(losses) - 1, seeds=losses.shape[2], target=target)
    accuracy = None if accuracy is None else np.array(accuracy, float)
    return Race(settings, losses, accuracy, done=len(losses) - 1).standings()


# How it is run


def test_every_function_starts_from_the_same_draws_and_meets_the_same_batches(racing):
    done = racing(SHORT, first=Tanh, between=ReLU, second=Tanh)
    first, between, second = done.test_loss.transpose(1, 0, 2)
    assert (first == second).all()
    assert (between[-1] != first[-1]).all()
    assert len(set(first[0])) == SHORT.seeds, "each seed draws its own start"


def test_each_network_is_the_one_that_its_seed_draws():
    """A single network of the same seed, trained alone in float64, learns the same at first."""
    settings = replace(SHORT, data="xor", epochs=3, lr=0.1, seed=5)
    seeds = np.random.SeedSequence(5).generate_state(settings.seeds)
    train, test = split(DATASETS["xor"](settings.noise).sample(POINTS, seed=0), 0.5, seed=0)
    done = result(settings)
    for place, key in enumerate(ACTIVATIONS):
        stack = Stack((2, 8, 8, 1), [Member(ACTIVATIONS[key](), seed=int(seeds[1]))])
        alone = Training(stack, train, test, BCE(), lr=0.1, batch_size=20, seed=5)
        losses = [epoch.test_loss[0] for epoch in (alone.measure(), *alone.epochs(3))]
        assert done.test_loss[:, place, 1] == pytest.approx(losses, rel=2e-4), key


def test_a_functions_curve_does_not_depend_on_who_else_races(racing):
    whole = result(SHORT)
    for key in ("sigmoid", "prelu", "softplus"):
        alone = racing(SHORT, **{key: ACTIVATIONS[key]})
        place = list(ACTIVATIONS).index(key)
        # Float32, and products of another number of networks may be summed in another order.
        np.testing.assert_allclose(alone.test_loss[:, 0], whole.test_loss[:, place], rtol=1e-4)


def test_same_settings_same_bits_another_seed_another_race():
    one, same, other = (result(replace(SHORT, seed=seed)) for seed in (0, 0, 1))
    assert one.test_loss.tobytes() == same.test_loss.tobytes()
    assert one.accuracy.tobytes() == same.accuracy.tobytes()
    assert (one.test_loss != other.test_loss).all()


def test_the_race_grows_by_an_epoch_at_a_time():
    shares, known = [], []
    for lap in run_race(SHORT):
        shares.append(lap.share_done)
        known.append(int(np.isfinite(lap.test_loss).all(axis=(1, 2)).sum()))
        assert len(replace(lap).curves) == len(ACTIVATIONS) * (lap.done + 1)
        assert len(lap.standings()) == len(ACTIVATIONS)
    assert shares == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert known == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("data", PLANE_DATA)
def test_every_data_set_can_be_raced(data):
    done = result(replace(SHORT, data=data, epochs=2))
    task = DATASETS[data].task
    kinds = {"binary": BCE, "classes": CrossEntropy, "regression": MSE}
    assert type(loss_for(data)) is kinds[task]
    assert np.isfinite(done.test_loss).all()
    if task == "regression":
        assert done.accuracy is None
        assert all(standing.accuracy is None for standing in done.standings())
    else:
        assert ((done.accuracy >= 0) & (done.accuracy <= 1)).all()
        assert all(0 <= standing.accuracy <= 1 for standing in done.standings())


def test_the_networks_learn():
    done = result(replace(SHORT, data="gaussians", epochs=10, batch=10.0))
    tanh = list(ACTIVATIONS).index("tanh")
    assert done.test_loss[-1, tanh].max() < 0.3 * done.test_loss[0, tanh].min()
    assert done.accuracy[-1, tanh].min() > 0.97


# Networks that diverge


def test_where_all_diverge_the_race_is_over_early_and_done():
    laps = [(lap.done, lap.share_done) for lap in run_race(replace(DIVERGES, epochs=200))]
    assert laps[-1] == (200, 1.0) and len(laps) < 50
    done = result(DIVERGES)
    for standing in done.standings():
        assert standing.diverged == SHORT.seeds
        assert np.isinf([standing.loss, standing.loss_low, standing.loss_high]).all()
        assert (standing.reached, standing.epochs, standing.accuracy) == (0, None, None)


def test_rows_of_diverged_networks_are_left_out_not_NaN():  # noqa: N802
    frame = result(DIVERGES).curves
    assert np.isfinite(frame[["epoch", "loss", "loss_low", "loss_high"]]).all(axis=None)
    assert (frame.groupby("function")["epoch"].min() == 0).all()
    assert frame["epoch"].max() < DIVERGES.epochs


def test_some_diverged_networks_count_as_infinite():
    # Of eight seeds two, three, five diverge: at an infinite third quartile the row ends.
    losses = np.full((2, 3, 8), 0.25)
    for function, count in enumerate((2, 3, 5)):
        losses[1, function, :count] = NAN
    settings = Compare(epochs=1, seeds=8, target=0.1)
    done = Race(settings, losses, None, done=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(race, "ACTIVATIONS", dict.fromkeys(["a", "b", "c"]))
        frame = done.curves
        by_name = {standing.function: standing for standing in done.standings()}
    assert frame.groupby("function")["epoch"].max().to_dict() == {"a": 1, "b": 0, "c": 0}
    assert [by_name[key].diverged for key in "abc"] == [2, 3, 5]
    assert [by_name[key].loss for key in "abc"] == [0.25, 0.25, np.inf]
    assert [by_name[key].loss_high for key in "abc"] == [0.25, np.inf, np.inf]
    assert by_name["c"].loss_low == 0.25


def test_a_diverged_networks_accuracy_counts_as_none_right():
    losses = np.full((2, 11, 3), 0.2)
    accuracy = np.full((2, 11, 3), 0.9)
    losses[1, 0, :2] = accuracy[1, 0, :2] = NAN
    losses[1, 1, :1] = accuracy[1, 1, :1] = NAN
    by_name = {s.function: s for s in standings(losses, accuracy)}
    assert (by_name["sigmoid"].accuracy, by_name["tanh"].accuracy) == (0.0, 0.9)


# Who is where


def test_standings_by_hand(monkeypatch):
    """Three functions, four seeds, five epochs after the start; the target is 0.5."""
    monkeypatch.setattr(race, "ACTIVATIONS", dict.fromkeys(["slow", "fast", "never", "some"]))
    losses = [
        # slow                    fast                      never                 some
        [[0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.5], [0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9]],
        [[0.8, 0.8, 0.8, 0.8], [0.4, 0.8, 0.8, 0.4], [0.8, 0.8, 0.8, 0.8], [0.4, 0.8, 0.8, NAN]],
        [[0.7, 0.7, 0.7, 0.4], [0.6, 0.3, 0.8, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.4, 0.6, 0.6, 0.4], [0.6, 0.3, 0.2, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.3, 0.5, 0.6, 0.4], [0.6, 0.3, 0.2, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.1, 0.2, 0.5, 0.4], [0.6, 0.3, 0.2, 0.4], [0.6, 0.7, 0.8, 0.9], [0.9, 0.8, 0.7, NAN]],
    ]
    fast, slow, some, never = standings(losses)
    # fast: at epochs 1, 2, 3 and at the start; one comes back above the target later.
    assert (fast.function, fast.reached, fast.epochs) == ("fast", 4, 1.5)
    # slow: at 3, 4, 5 and 2; exactly the target is there.
    assert (slow.function, slow.reached, slow.epochs) == ("slow", 4, 3.5)
    assert (some.function, some.reached, some.epochs) == ("some", 1, 1.0)
    assert (never.function, never.reached, never.epochs) == ("never", 0, None)
    assert [s.diverged for s in (fast, slow, some, never)] == [0, 0, 1, 0]
    assert 0.2 <= slow.loss <= 0.4 and (slow.loss_low, slow.loss_high) == (0.2, 0.4)
    assert (some.loss_high, some.loss_low) == (0.9, 0.8)


def test_the_order_is_seeds_there_then_epochs_then_loss(monkeypatch):
    monkeypatch.setattr(race, "ACTIVATIONS", dict.fromkeys("abcde"))
    # Each function in both seeds alike, but c, of which one seed comes to the target.
    start = [[0.9, 0.9]] * 5
    then = [[0.4, 0.4], [0.9, 0.9], [0.1, 0.9], [0.9, 0.9], [0.3, 0.3]]
    end = [[0.4, 0.4], [0.2, 0.2], [0.1, 0.9], [0.8, 0.8], [0.3, 0.3]]
    assert [s.function for s in standings([start, then, end])] == ["e", "a", "b", "c", "d"]


def test_only_what_has_been_run_counts():
    losses = np.full((6, 11, 2), NAN)
    losses[:3] = [[[0.9]], [[0.8]], [[0.7]]]
    done = Race(Compare(epochs=5, seeds=2, target=0.75), losses, None, done=2)
    assert {(s.reached, s.epochs, s.loss, s.diverged) for s in done.standings()} == {(2, 2, 0.7, 0)}
    assert set(done.curves["epoch"]) == {0, 1, 2}


# The curves


def test_curves_are_median_and_quartiles():
    losses = np.random.default_rng(0).permuted(np.tile(np.arange(1.0, 10.0), (3, 11, 1)), axis=2)
    done = Race(Compare(epochs=2, seeds=9), losses, None, done=2)
    assert (done.curves[["loss", "loss_low", "loss_high"]] == [5, 3, 7]).all(axis=None)


@pytest.mark.parametrize("epochs", [1, 20, 59, 60, 61, 140, 160, 200, 10_000])
def test_curves_are_short_and_go_from_start_to_end(epochs):
    losses = np.tile(np.arange(1.0, epochs + 2)[:, None, None], (1, 11, 1))
    frame = Race(Compare(epochs=epochs, seeds=1), losses, None, done=epochs).curves
    assert list(frame["function"].unique()) == list(ACTIVATIONS)
    for _, rows in frame.groupby("function"):
        assert min(epochs, 40) < len(rows) <= 61
        shown = rows["epoch"].to_numpy()
        assert (shown[0], shown[-1]) == (0, epochs)
        assert (np.diff(shown) > 0).all() and np.diff(shown).max() <= max(1, epochs / 60 + 1)
        assert (rows["loss"] == rows["epoch"] + 1).all()


def test_the_frame_is_what_the_chart_reads():
    frame = result(SHORT).curves
    assert isinstance(frame, pd.DataFrame)
    assert list(frame) == ["function", "epoch", "loss", "loss_low", "loss_high"]
    assert (frame["loss_low"] <= frame["loss"]).all()
    assert (frame["loss"] <= frame["loss_high"]).all()
    assert (frame["loss_low"] > 0).all(), "the axis is logarithmic"


@pytest.mark.parametrize("data", ["circle", "many_gaussians"])
def test_the_baseline_is_that_of_the_constant_that_fits_the_training_points_best(data):
    train, test = points_for(data, 0.1)
    loss, constants = loss_for(data), np.linspace(-3, 3, 6001)

    def mean(points):
        targets = points.targets[:, None]
        return np.array([loss(np.full(targets.shape, c), targets).mean() for c in constants])

    assert constant_loss(data, 0.1) == pytest.approx(mean(test)[mean(train).argmin()], rel=1e-3)


def test_without_noise_three_even_classes_leave_a_constant_ln_3():
    assert constant_loss("spiral3", 0.0) == pytest.approx(np.log(3), rel=0.01)
