"""Two classes: the answers' numbers, the mirrored data, the runs, the surface, the charts."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.datasets import MAP
from dlbasic.figures.losses.two_classes import chart as charts
from dlbasic.figures.losses.two_classes.measure import (
    CELL,
    CELLS,
    EPOCHS,
    LEVELS,
    PAIRS,
    REACH,
    Answer,
    UnitRun,
    WrongStart,
    answers,
    gradients,
    learned_at,
    mirrored,
    steepness,
    surface,
    thinned,
    training,
    walk,
)
from dlbasic.figures.losses.two_classes.show import _stops
from dlbasic.measures.sigmoid_losses import COMPARED

pytestmark = pytest.mark.filterwarnings("error")

every = pytest.mark.parametrize("key", COMPARED)


@pytest.mark.parametrize("score", [-12.0, -3.5, 0.0, 0.5, 12.0])
@pytest.mark.parametrize("label", [0.0, 0.3, 1.0])
def test_answers_are_the_formulas(score, label):
    p = 1 / (1 + np.exp(-score))
    said = answers(Answer(score, label))
    log_likelihood = -label * np.log(p) - (1 - label) * np.log1p(-p)
    assert said["bce"] == pytest.approx((log_likelihood, p - label), rel=1e-9)
    slope = 2 * (p - label) * p * (1 - p)
    assert said["sigmoid_mse"] == pytest.approx(((p - label) ** 2, slope), rel=1e-9)


def test_the_squared_error_lets_go_of_a_wrong_answer_and_cross_entropy_does_not():
    rows = gradients(Answer(label=1.0)).set_index(["loss", "score"])["gradient"]
    wrong = [rows["bce", -REACH], rows["bce", 0.0]]
    assert wrong[0] > 0.99 and wrong[1] == 0.5
    assert rows["sigmoid_mse", -REACH] < 2e-5 < 0.25 == rows["sigmoid_mse", 0.0]
    steepest = rows["sigmoid_mse"].idxmax()
    assert steepest == pytest.approx(-np.log(2), abs=0.07), "at p = 1/3"


def test_gradients_are_in_order_and_mark_the_answer_once_a_loss():
    rows = gradients(Answer(score=-4.5, label=0.3))
    for _, of_loss in rows.groupby("loss"):
        assert of_loss["score"].is_monotonic_increasing
        assert of_loss["picked"].dropna().tolist() == [-4.5]
        assert of_loss.loc[of_loss["picked"].notna(), "score"].tolist() == [-4.5]
    assert len(rows) < 600


def test_a_gradient_of_0_is_left_out():
    rows = gradients(Answer(score=0.0, label=0.5))
    assert rows.loc[rows["score"] == 0.0, "gradient"].isna().all()
    assert rows["gradient"].notna().sum() == (rows["score"] != 0.0).sum()


@pytest.mark.parametrize("label", [0.1, 0.3, 0.5, 0.9])
def test_where_p_is_the_label_the_lines_plunge_on_both_sides(label):
    """A flat floor would be drawn where they go down without end."""
    zero = np.log(label / (1 - label))
    for key, of_loss in gradients(Answer(label=label)).groupby("loss"):
        assert of_loss.loc[of_loss["score"] == zero, "gradient"].isna().all()
        sizes = of_loss.set_index("score")["gradient"].dropna()
        for side in (sizes[sizes.index < zero].iloc[::-1], sizes[sizes.index > zero]):
            assert abs(side.index[0] - zero) < 2e-6 and side.iloc[0] < 1e-6, key
            assert side[:7].is_monotonic_increasing and side.iloc[6] > 1e-3
    assert len(gradients(Answer(label=label))) < 600


def test_each_point_has_its_mirror_image_in_the_other_class():
    train, test = mirrored(0.3, seed=5)
    for points in (train, test):
        assert len(points) == 2 * PAIRS
        labelled = {(*x, y) for x, y in zip(points.inputs.tolist(), points.targets, strict=True)}
        assert {(-x1, -x2, 1 - y) for x1, x2, y in labelled} == labelled
    assert not {*map(tuple, train.inputs.tolist())} & {*map(tuple, test.inputs.tolist())}


@every
def test_the_bias_stays_at_0(key):
    run = training(WrongStart(lr=1.0), key, *mirrored(0.3, 0))
    run.advance(300)
    assert abs(run.stack.parameters[2]) < 1e-13


@every
def test_the_watched_run_goes_the_way_of_the_path(key):
    start = WrongStart(size=2.0, angle=120, lr=0.3, seed=4)
    run, path = UnitRun(start, key), walk(start, key)
    run.seek(7)
    run.seek(40)
    assert np.array_equal(run.notes, path[:41])
    run.seek(5)
    assert np.array_equal(run.noted, path[5]) and run.epoch.number == 5
    run.seek(40)
    assert np.array_equal(run.notes, path[:41])
    right = (run.train.inputs @ path[40] > 0) == (run.train.targets == 1)
    assert run.epoch.train_accuracy[0] == right.mean()
    assert run.epoch.train_loss[0] == pytest.approx(
        COMPARED[key](run.train.inputs @ path[40], run.train.targets).mean(), rel=1e-12
    )


@every
def test_a_step_is_the_rate_times_the_steepness(key):
    start = WrongStart(lr=0.3)
    path, (train, _) = walk(start, key), mirrored(start.noise, start.seed)
    for epoch in (0, 3, 100):
        step = np.linalg.norm(path[epoch + 1] - path[epoch])
        assert step == pytest.approx(0.3 * steepness(path[epoch], train, key), rel=1e-9)


@every
def test_the_map_is_the_probability_of_class_1(key):
    run = UnitRun(WrongStart(angle=30, size=4.0), key)
    run.seek(3)
    shares = run.probabilities().reshape(MAP, MAP)  # row 0 on top
    half = 6.0 / MAP
    along = np.linspace(half - 6.0, 6.0 - half, MAP)
    x1, x2 = np.meshgrid(along, along[::-1])
    w1, w2, bias = run.training.stack.parameters
    np.testing.assert_allclose(shares, 1 / (1 + np.exp(-(w1 * x1 + w2 * x2 + bias))), rtol=1e-9)
    assert shares[0, -1] > 0.999 and shares[-1, 0] < 0.001


def test_the_start_points_as_far_off_as_it_says():
    for angle in (0, 60, 150, 180):
        weights = WrongStart(size=2.5, angle=angle).weights
        assert np.linalg.norm(weights) == pytest.approx(2.5)
        cosine = weights.sum() / np.sqrt(2) / 2.5
        assert cosine == pytest.approx(np.cos(np.radians(angle)), abs=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4])
def test_from_a_wrong_start_cross_entropy_learns_many_times_sooner(seed):
    start = WrongStart(seed=seed)
    train, _ = mirrored(start.noise, seed)
    sooner, later = (learned_at(walk(start, key), train) for key in COMPARED)
    assert later is None or 5 * sooner < later
    away = WrongStart(size=4.0, angle=180, seed=seed)
    assert learned_at(walk(away, "sigmoid_mse"), train) is None
    assert learned_at(walk(away, "bce"), train) < 50


def test_a_right_start_has_learned_already():
    start = WrongStart(angle=0)
    train, _ = mirrored(start.noise, start.seed)
    assert [learned_at(walk(start, key), train) for key in COMPARED] == [0, 0]


@every
def test_the_surface_is_the_mean_loss_in_levels(key):
    rows = surface(0.3, 0, key)
    assert len(rows) == CELLS**2 and rows["w1"].max() == pytest.approx(CELL * (CELLS // 2))
    train, _ = mirrored(0.3, 0)
    assert (np.abs(rows["level"] * LEVELS % 1) == 0).all()
    for place in (0, 100, 480, 777, 960):
        w1, w2, level = rows.iloc[place]
        loss = COMPARED[key](train.inputs @ [w1, w2], train.targets).mean()
        if level > rows["level"].min():
            assert 10**level <= loss < 10 ** (level + 1 / LEVELS)
        else:
            assert loss < 10 ** (level + 1 / LEVELS)


def test_where_answers_are_surely_wrong_only_the_squared_error_is_flat():
    train, _ = mirrored(0.3, 0)
    near, far = WrongStart(size=1.0, angle=180).weights, WrongStart(size=4.0, angle=180).weights
    assert steepness(far, train, "bce") >= steepness(near, train, "bce") > 2
    assert steepness(far, train, "sigmoid_mse") < steepness(near, train, "sigmoid_mse") / 30


@every
def test_what_is_drawn_of_a_path_keeps_its_ends_and_its_epochs(key):
    path = walk(WrongStart(), key)
    drawn = thinned(path)
    assert len(drawn) <= 120
    assert drawn[["w1", "w2"]].iloc[[0, -1]].to_numpy().tolist() == path[[0, -1]].tolist()
    stops = _stops(path)
    assert stops["epoch"].tolist() == [0, 1, 10, 100, EPOCHS]
    said = ", ".join(stops["words"].dropna()).split(", ")
    assert said == ["0", "1", "10", "100", str(EPOCHS)]
    labelled = stops.loc[stops["words"].notna(), ["w1", "w2"]].to_numpy()
    assert (np.linalg.norm(np.diff(labelled, axis=0), axis=1) >= 0.8).all(), "words keep apart"
    start = np.linalg.norm(path[[1, 10, 100]] - path[0], axis=1)
    assert (start < 0.8).sum() == stops["words"][0].count(","), "those near the start stand there"
    still = _stops(np.zeros((EPOCHS + 1, 2)))
    assert still["words"].dropna().tolist() == ["0, 1, 10, 100, 500"]


def test_the_axis_of_sizes_has_a_label_at_1():
    values = [layer["encoding"].get("y", {}) for layer in charts.gradients("en").to_dict()["layer"]]
    (top,) = [value for value in values if "datum" in value]
    assert top["datum"] == 1.0 and top["scale"]["type"] == "log"


@every
def test_charts_read_the_columns_that_they_are_given(key):
    def fields(node):
        for name, value in node.items():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    yield from fields(part)
            if name == "field":
                yield value

    own = {"left", "right", "low", "high", "loss"}
    given = {*surface(0.3, 0, key), *thinned(walk(WrongStart(), key)),
             *_stops(walk(WrongStart(), key))}  # fmt: skip
    assert set(fields(charts.surface(key, "en").to_dict())) - own == given - {"kind"}
    assert set(fields(charts.gradients("en").to_dict())) - {"name"} <= set(gradients(Answer()))
