"""The comparison: one setting differs, one start for all; curves and standings say the numbers."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import chain

import numpy as np
import pandas as pd
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, SiLU
from dlbasic.datasets import DATASETS, Points, features, split
from dlbasic.datasets.own_rows import from_table
from dlbasic.figures.training.compare.measure import (
    BY,
    RATES,
    Compare,
    constant_score,
    run_race,
    train,
)
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import BCE, LOSSES, MSE, CrossEntropy
from dlbasic.measures.tasks import PLANE_DATA, POINTS, SUITED
from dlbasic.network import Member, Stack
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import declared
from dlbasic.training import Training

pytestmark = pytest.mark.filterwarnings("error")

NAN = np.nan
SHORT = Compare(epochs=5, seeds=3, batch=20.0)
DIVERGES = replace(SHORT, data="plane", lr=10.0)
each_kind = pytest.mark.parametrize("by", BY)


@each_kind
def test_what_makes_no_difference_to_the_measurement_is_left_out(by):
    own = from_table([(0.1 * k, 0.3 * (k % 7), "ab"[k % 3 > 1]) for k in range(40)]).points
    given = replace(SHORT, by=by, data="own", own=own, noise=0.3, changed=(ELU(0.5), SiLU(2.0)))
    used = given.as_measured
    assert used.own == own and used.noise == Compare().noise
    assert used.changed == (given.changed if by == "functions" else ())
    assert replace(given, layers=()).as_measured.changed == ()
    without = replace(given, own=None)
    assert without.as_measured == replace(without, data="circle").as_measured


def result(settings):
    (last,) = deque(run_race(settings), maxlen=1)
    return last


def scores(variant):
    """The scores of a variant, (epochs, seeds)."""
    return np.array([score for _, score, _ in train(variant)])


# What is compared


@each_kind
def test_variants_differ_in_one_setting_and_nothing_else(by):
    settings = replace(SHORT, by=by, seed=9, noise=0.2, share=0.7, dropout=0.1, l2=0.01)
    keys = {
        "functions": ("function", list(ACTIVATIONS)),
        "initializers": ("initializer", list(INITIALIZERS)),
        "rates": ("lr", list(RATES)),
        "optimizers": ("optimizer", list(OPTIMIZERS)),
        "losses": ("loss", ["bce", "sigmoid_mse", "focal"]),
    }
    name, values = keys[by]
    assert settings.varied == name
    assert [getattr(variant, name) for variant in settings.variants.values()] == values
    if by != "rates":
        assert list(settings.variants) == values
    for variant in settings.variants.values():
        assert replace(variant, **{name: getattr(settings, name)}) == settings


def test_the_losses_are_those_that_fit_the_data():
    for data, (kind, varied) in {
        "plane": ("regression", "error"), "xor": ("binary", "loss"), "blobs3": ("classes", "loss"),
    }.items():  # fmt: skip
        settings = Compare(by="losses", data=data)
        assert (settings.kind, settings.varied) == (kind, varied)
        assert tuple(settings.variants) == SUITED[kind]
        measured = [type(variant.measured) for variant in settings.variants.values()]
        assert measured == [LOSSES[key] for key in SUITED[kind]]


def test_rates_are_ticks_of_the_slider():
    assert {*RATES} < {*declared(Compare)["lr"].ticks}


def test_functions_of_single_layers_have_no_say_where_functions_are_compared():
    settings = replace(SHORT, functions=("relu", "sigmoid"))
    assert all(variant.functions == () for variant in settings.variants.values())
    plain = replace(settings, functions=(), function="elu")
    assert result(settings).middle.tobytes() == result(plain).middle.tobytes()
    others = replace(SHORT, by="optimizers")
    mixed = replace(others, functions=("relu", "sigmoid"))
    assert all(variant.functions == mixed.functions for variant in mixed.variants.values())
    assert (result(mixed).middle[:, -1] != result(others).middle[:, -1]).all()


@pytest.mark.parametrize(
    ("settings", "own"),
    [
        ({}, "tanh"),
        ({"function": "elu"}, "elu"),
        ({"functions": ("relu", "relu")}, "relu"),
        ({"functions": ("relu",)}, None),  # the other layer has tanh
        ({"layers": (4,), "functions": ("relu", "elu")}, "relu"),
        ({"layers": (), "functions": ("relu",)}, "tanh"),
        ({"by": "initializers", "initializer": "he_normal"}, "he_normal"),
        ({"by": "rates"}, "0.03"),
        ({"by": "rates", "lr": 1.0}, "1"),
        ({"by": "rates", "lr": 10.0}, None),
        ({"by": "rates", "lr": 0.0001}, None),
        ({"by": "optimizers", "optimizer": "adam"}, "adam"),
        ({"by": "losses", "loss": "focal", "error": "mae"}, "focal"),
        ({"by": "losses", "loss": "focal", "error": "mae", "data": "plane"}, "mae"),
    ],
)
def test_the_readers_own_variant_is_the_one_with_their_settings(settings, own):
    assert Compare(**settings).chosen == own


@each_kind
@pytest.mark.parametrize("data", ["circle", "plane", "blobs3"])
def test_what_makes_no_difference_is_left_out_of_what_a_result_is_known_by(by, data):
    one = replace(SHORT, by=by, data=data, epochs=1)
    idle = {
        "functions": {"function": "relu", "functions": ("elu",)},
        "initializers": {"initializer": "zeros"}, "rates": {"lr": 10.0},
        "optimizers": {"optimizer": "adam"}, "losses": {"loss": "focal", "error": "huber"},
    }[by]  # fmt: skip
    idle |= {"target": 0.3, "target_accuracy": 0.6}
    idle |= {"error": "mae"} if data != "plane" else {}
    idle |= {"loss": "sigmoid_mse"} if data != "circle" else {}
    other = replace(one, **idle)
    assert other != one and other.as_measured == one.as_measured == one
    assert result(other).middle.tobytes() == result(one).middle.tobytes()


SAYS = {
    "data": "xor", "noise": 0.3, "share": 0.3, "data_seed": 1, "features": ("x1", "x1x2"),
    "layers": (5,), "function": "relu", "functions": ("relu",), "lr": 0.1, "batch": 50.0,
    "initializer": "he_normal", "optimizer": "adam", "loss": "focal", "l1": 0.1, "l2": 0.1,
    "dropout": 0.5, "seed": 1, "seeds": 4, "epochs": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_every_other_setting_has_its_say(name):
    one = replace(SHORT, by="initializers" if name != "initializer" else "optimizers")
    other = replace(one, **{name: SAYS[name]})
    assert other.as_measured != one.as_measured
    assert result(other).middle.tobytes() != result(one).middle.tobytes()


def test_no_setting_is_left_out_of_this():
    read_only = {"by", "target", "target_accuracy", "error"}  # which have tests of their own
    assert {*declared(Compare)} == {*SAYS} | read_only


# How it is run


@each_kind
@pytest.mark.parametrize("data", ["xor", "plane"])
def test_each_network_is_the_one_that_its_seed_draws(by, data):
    """A single network of the same seed, trained alone in float64, learns the same at first."""
    settings = replace(SHORT, by=by, data=data, epochs=3, lr=0.001, seed=5, share=0.6, l2=0.01,
                       features=("x2", "x1_squared"), layers=(6, 4))  # fmt: skip
    seeds = np.random.SeedSequence(5).generate_state(settings.seeds)
    drawn = DATASETS[data](settings.noise).sample(POINTS, seed=0)
    shown = Points(features(drawn.inputs, ["x2", "x1_squared"]), drawn.targets)
    points, test = split(shown, 0.6, seed=0)
    for key, variant in settings.variants.items():
        if by == "rates" and float(key) > 0.003:
            continue  # what is rounded grows too fast
        chosen = {
            "function": "tanh", "initializer": "xavier_normal", "lr": 0.001, "optimizer": "sgd",
            "loss": "mse" if data == "plane" else "bce",
        }  # fmt: skip
        varied = {"functions": "function", "initializers": "initializer", "rates": "lr",
                  "optimizers": "optimizer", "losses": "loss"}[by]  # fmt: skip
        chosen[varied] = float(key) if by == "rates" else key
        member = Member(ACTIVATIONS[chosen["function"]](),
                        INITIALIZERS[chosen["initializer"]](), int(seeds[1]))  # fmt: skip
        alone = Training(
            Stack((2, 6, 4, 1), [member]), points, test, LOSSES[chosen["loss"]](),
            optimizer=OPTIMIZERS[chosen["optimizer"]](), lr=chosen["lr"], batch_size=20, seed=5,
            l2=0.01,
        )  # fmt: skip
        expected = []
        for epoch in chain([alone.measure()], alone.epochs(3)):
            outputs = alone.stack.outputs(test.inputs)[0, 0]
            expected.append({
                "loss": epoch.test_loss[0], "error": np.abs(outputs - test.targets).mean(),
                "accuracy": ((outputs > 0) == test.targets).mean(),
            }[settings.score])  # fmt: skip
        assert scores(variant)[:, 1] == pytest.approx(expected, rel=1e-3, abs=1e-6), key


@each_kind
def test_all_variants_start_from_the_same_draws(by):
    starts = {key: scores(variant)[0] for key, variant in replace(SHORT, by=by).variants.items()}
    first = next(iter(starts.values()))
    if by in ("rates", "optimizers", "losses"):
        assert all((start == first).all() for start in starts.values())
    drawn = [start for key, start in starts.items() if key != "zeros"]
    assert all(len(set(start)) == SHORT.seeds for start in drawn), "each seed draws its own"


def test_same_settings_same_bits_another_seed_another_result():
    one, same, other = (result(replace(SHORT, seed=seed)) for seed in (0, 0, 1))
    for name in ("middle", "low", "high", "when", "accuracy"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
    assert (one.middle != other.middle).all()


def test_it_grows_by_an_epoch_at_a_time():
    settings = replace(SHORT, by="optimizers")
    laps = [
        (lap.share_done, int(np.isfinite(lap.middle).all(axis=1).sum()))
        for lap in run_race(settings)
    ]
    shares, known = zip(*laps, strict=True)
    whole = [(place + epoch / 5) / 4 for place in range(4) for epoch in range(6)]
    assert shares == pytest.approx([*whole, 1.0])
    assert list(known) == [place for place in range(4) for _ in range(6)] + [4]


@pytest.mark.parametrize("data", PLANE_DATA)
@pytest.mark.parametrize("by", ["functions", "losses"])
def test_every_data_set_can_be_compared_on(data, by):
    done = result(replace(SHORT, data=data, by=by, epochs=2))
    task = DATASETS[data].task
    if by == "functions":
        kinds = {"binary": BCE, "classes": CrossEntropy, "regression": MSE}
        assert type(done.settings.measured) is kinds[task]
    assert np.isfinite([done.middle, done.low, done.high]).all()
    accuracies = [standing.accuracy for standing in done.standings(done.settings.goal)]
    if task == "regression":
        assert {*accuracies} == {None}
    else:
        assert all(0 <= accuracy <= 1 for accuracy in accuracies)


def test_the_networks_learn():
    settings = replace(SHORT, data="gaussians", epochs=10, batch=10.0)
    done = result(settings)
    tanh = list(ACTIVATIONS).index("tanh")
    assert done.high[tanh, -1] < 0.3 * done.low[tanh, 0]
    assert done.accuracy[tanh] > 0.97


def test_losses_are_compared_by_the_accuracy_or_the_mean_absolute_error():
    binary, plane = (replace(SHORT, by="losses", data=data) for data in ("xor", "plane"))
    done = result(binary)
    assert done.settings.score == "accuracy"
    assert done.middle[:, -1] == pytest.approx(done.accuracy), "the last accuracies"
    done = result(plane)
    assert done.settings.score == "error"
    alone = result(replace(plane, by="optimizers", error="mae")).middle
    mae = list(done.settings.variants).index("mae")
    assert done.middle[mae] == pytest.approx(alone[0], rel=1e-5), "which is that loss itself"


# Networks that diverge


def test_where_all_diverge_it_is_over_early_and_done():
    settings = replace(DIVERGES, epochs=200)
    assert sum(len(list(train(variant))) for variant in settings.variants.values()) < 200
    done = result(settings)
    assert done.share_done == 1.0
    for standing in done.standings(0.1):
        assert standing.diverged == SHORT.seeds
        assert np.isinf([standing.score, standing.score_low, standing.score_high]).all()
        assert (standing.reached, standing.epochs, standing.accuracy) == (0, None, None)


def test_what_diverges_in_the_first_epoch_has_its_start():
    variant = replace(DIVERGES, optimizer="momentum", function="elu")
    (start, first, _), (end, second, _) = train(variant)
    assert (start, end) == (0, 1) and np.isfinite(first).all() and np.isnan(second).all()


@pytest.mark.parametrize("by", ["functions", "losses"])
def test_rows_of_diverged_networks_are_left_out_not_NaN(by):  # noqa: N802
    done = result(replace(DIVERGES, by=by, optimizer="momentum"))
    frame = done.curves
    assert done.diverged.any()
    assert np.isfinite(frame[["epoch", "score", "score_low", "score_high"]]).all(axis=None)
    assert (frame.groupby("variant")["epoch"].min() == 0).all()
    gone = [key for key, count in zip(done.settings.variants, done.diverged, strict=True)
            if count == SHORT.seeds]  # fmt: skip
    assert gone and (frame.groupby("variant")["epoch"].max()[gone] < DIVERGES.epochs).all()


@each_kind
def test_the_frame_is_what_the_chart_reads(by):
    done = result(replace(SHORT, by=by))
    frame = done.curves
    assert isinstance(frame, pd.DataFrame) and done.curves is frame
    assert list(frame) == ["variant", "epoch", "score", "score_low", "score_high"]
    assert list(frame["variant"].unique()) == list(done.settings.variants)
    assert (frame["score_low"] <= frame["score"]).all()
    assert (frame["score"] <= frame["score_high"]).all()
    assert (frame["score_low"] > 0).all(), "the axis may be logarithmic"


# A goal that asks for no learning


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        ("circle", {}), ("xor", {"loss": "sigmoid_mse", "share": 0.1}), ("moons", {"loss": "focal",
        "share": 0.3}), ("many_gaussians", {}), ("plane", {"error": "huber"}),
        ("plane", {"error": "mae"}), ("many_gaussians", {"error": "log_cosh", "share": 0.2}),
        ("plane", {"by": "losses"}), ("circle", {"by": "losses", "share": 0.1}),
    ],
)  # fmt: skip
def test_the_baseline_is_that_of_the_constant_that_fits_the_training_points_best(data, settings):
    settings = Compare(data=data, **settings)
    points, test = settings.points()
    constants = np.linspace(-3, 3, 6001)
    loss = LOSSES["mae"]() if settings.score == "error" else settings.measured

    def mean(points):
        targets = points.targets[:, None].astype(float)
        return np.array([loss(np.full(targets.shape, c), targets).mean() for c in constants])

    best = constants[mean(points).argmin()]
    if settings.score == "accuracy":
        assert constant_score(settings) == ((best > 0) == test.targets).mean()
    else:
        expected = mean(test)[np.searchsorted(constants, best)]
        assert constant_score(settings) == pytest.approx(expected, rel=2e-3)


def test_without_noise_three_even_classes_leave_a_constant_ln_3():
    settings = Compare(data="spiral3", noise=0.0)
    assert constant_score(settings) == pytest.approx(np.log(3), rel=0.01)
