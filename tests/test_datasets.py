"""Datasets: balance, seeds, noise, geometry; the split, the features and the grid."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.datasets import (
    DATASETS,
    EXTENT,
    FEATURES,
    ManyGaussians,
    Plane,
    Points,
    features,
    grid,
    split,
)
from dlbasic.params import declared
from dlbasic.text import LANGUAGES

KEYS = list(DATASETS)
LABELLED = [key for key, dataset in DATASETS.items() if dataset.classes > 1]
CURVES = [key for key, dataset in DATASETS.items() if dataset.classes == 1]
SURFACES = [key for key in CURVES if DATASETS[key].dimensions == 2]
LINES = [key for key in CURVES if DATASETS[key].dimensions == 1]


def clean(key: str, count: int = 500, seed: int = 0) -> Points:
    return DATASETS[key](noise=0.0).sample(count, seed)


def linear_accuracy(points: Points) -> float:
    """The share that the best linear scores, by least squares, get right."""
    inputs = np.column_stack([points.inputs, np.ones(len(points))])
    one_hot = np.eye(int(points.targets.max()) + 1)[points.targets]
    weights, *_ = np.linalg.lstsq(inputs, one_hot, rcond=None)
    return float(((inputs @ weights).argmax(axis=1) == points.targets).mean())


def neighbour_accuracy(points: Points) -> float:
    """The share of points whose nearest other point has the same label."""
    x = points.inputs
    distance = ((x[:, None] - x) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    return float((points.targets[distance.argmin(axis=1)] == points.targets).mean())


@pytest.mark.parametrize("key", KEYS)
def test_facts_and_parameters_are_declared(key):
    dataset = DATASETS[key]
    assert dataset.key == key
    assert list(declared(dataset)) == ["noise"]
    assert dataset.task == {1: "regression", 2: "binary"}.get(dataset.classes, "classes")
    for language in LANGUAGES:
        assert dataset.name[language] and dataset.description[language].endswith(".")
        assert "\n" not in dataset.description[language]


def test_the_names_tell_the_sets_apart():
    for language in LANGUAGES:
        names = {dataset.name[language] for dataset in DATASETS.values()}
        assert len(names) == len(DATASETS)


@pytest.mark.parametrize("count", [2, 3, 20, 201])
@pytest.mark.parametrize("key", KEYS)
def test_shapes_types_and_balance(key, count):
    dataset = DATASETS[key]
    points = dataset().sample(count, seed=3)
    assert points.inputs.shape == (count, dataset.dimensions) and points.targets.shape == (count,)
    assert points.inputs.dtype == np.float64 and len(points) == count
    if dataset.classes == 1:
        assert points.targets.dtype == np.float64
    else:
        assert points.targets.dtype == np.int64
        sizes = np.bincount(points.targets, minlength=dataset.classes)
        assert len(sizes) == dataset.classes and sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("key", KEYS)
def test_the_seed_decides_every_bit(key):
    once, again = DATASETS[key]().sample(100, seed=7), DATASETS[key]().sample(100, seed=7)
    assert once.inputs.tobytes() == again.inputs.tobytes()
    assert once.targets.tobytes() == again.targets.tobytes()
    for noise in (0.0, 0.1):
        first, second = (DATASETS[key](noise).sample(100, seed) for seed in (7, 8))
        # Not even the same points in another order.
        assert not np.isin(first.inputs, second.inputs).any()


@pytest.mark.parametrize("key", LABELLED)
def test_data_do_not_repeat_what_the_bare_seed_gives_to_other_parts(key):
    # A network's weights and a split are drawn from seeds, too, often from the same number.
    points = DATASETS[key]().sample(50, seed=5)
    order = np.random.default_rng(5).permutation(50)
    assert not np.array_equal(points.targets, order % DATASETS[key].classes)
    numbered = Points(np.zeros((50, 1)), np.arange(50))
    parts = np.concatenate([part.targets for part in split(numbered, 0.5, seed=5)])
    assert not np.array_equal(points.targets, parts % DATASETS[key].classes)
    assert not np.array_equal(parts, order)


@pytest.mark.parametrize("key", LABELLED)
def test_noise_moves_each_point_along_a_line_and_keeps_its_label(key):
    calm, some, much = (DATASETS[key](noise).sample(300, seed=2) for noise in (0.0, 0.2, 0.5))
    shift, further = some.inputs - calm.inputs, much.inputs - calm.inputs
    np.testing.assert_allclose(further, shift * 2.5, rtol=0.0, atol=1e-12)
    assert (np.linalg.norm(further, axis=1) > np.linalg.norm(shift, axis=1)).all()
    assert (np.linalg.norm(shift, axis=1) > 0.0).all()
    np.testing.assert_array_equal(much.targets, calm.targets)


@pytest.mark.parametrize("key", CURVES)
def test_noise_of_a_curve_moves_the_targets_alone_and_is_the_smallest_error(key):
    calm, some, much = (DATASETS[key](noise).sample(50_000, seed=2) for noise in (0.0, 0.2, 0.5))
    np.testing.assert_array_equal(much.inputs, calm.inputs)
    shift, further = some.targets - calm.targets, much.targets - calm.targets
    np.testing.assert_allclose(further, shift * 2.5, rtol=0.0, atol=1e-12)
    # The mean of n squared normals has the relative standard error sqrt(2/n).
    floor = float((further**2).mean())
    assert floor == pytest.approx(0.25, rel=5.0 * np.sqrt(2.0 / 50_000))
    assert abs(further.mean()) < 5.0 * 0.5 / np.sqrt(50_000)


@pytest.mark.parametrize("key", KEYS)
def test_the_plot_holds_all_points_without_noise_and_most_with_it(key):
    assert np.abs(clean(key, 2000).inputs).max() <= EXTENT
    noisy = DATASETS[key](noise=0.5).sample(2000, seed=0)
    assert (np.abs(noisy.inputs) <= EXTENT).all(axis=1).mean() > 0.95


@pytest.mark.parametrize("key", KEYS)
def test_points_come_in_mixed_order(key):
    points = clean(key, 400)
    half = len(points) // 2
    spread = points.targets.std() * np.sqrt(2.0 / half)
    assert abs(points.targets[:half].mean() - points.targets[half:].mean()) < 4.0 * spread
    # And not one class after the other in turn.
    assert len(set(np.diff(points.targets).tolist())) > 2


def test_the_radius_separates_a_clean_circle():
    points = clean("circle", 2000)
    radius = np.hypot(*points.inputs.T)
    inner, ring = radius[points.targets == 1], radius[points.targets == 0]
    assert 2.45 < inner.max() <= 2.5
    assert 3.5 <= ring.min() < 3.55 and 4.95 < ring.max() <= 5.0
    for label in (0, 1):
        angles = np.sort(np.arctan2(*points.inputs[points.targets == label].T))
        gaps = np.diff(angles, append=angles[0] + 2.0 * np.pi)
        assert gaps.max() < 0.1  # all the way round


def test_xor_is_one_where_exactly_one_coordinate_is_positive():
    points = clean("xor", 2000)
    size = np.abs(points.inputs)
    assert 0.3 <= size.min() < 0.31 and 4.95 < size.max() <= 5.0
    np.testing.assert_array_equal((points.inputs > 0.0).sum(axis=1) == 1, points.targets == 1)
    quadrants = np.bincount((points.inputs > 0.0) @ np.array([2, 1]), minlength=4)
    assert quadrants.min() > 400


@pytest.mark.parametrize(
    ("key", "centres"),
    [
        ("gaussians", [(-2.0, -2.0), (2.0, 2.0)]),
        ("blobs3", [(0.0, 3.0), (2.598076, -1.5), (-2.598076, -1.5)]),
        (
            "blobs5",
            [
                (0.0, 3.0),
                (2.853170, 0.927051),
                (1.763356, -2.427051),
                (-1.763356, -2.427051),
                (-2.853170, 0.927051),
            ],
        ),
    ],
)
@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.25), (0.1, 0.34), (0.5, 2.5)])
def test_clouds_have_the_stated_centres_and_variance(key, centres, noise, variance):
    points = DATASETS[key](noise).sample(20_000, seed=1)
    for label, centre in enumerate(centres):
        cloud = points.inputs[points.targets == label]
        error = 4.5 * np.sqrt(variance / len(cloud))
        np.testing.assert_allclose(cloud.mean(axis=0), centre, rtol=0.0, atol=error)
        tolerance = 4.5 * np.sqrt(2.0 / len(cloud))
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=tolerance)
    assert linear_accuracy(clean(key)) > 0.99


@pytest.mark.parametrize(("key", "turns"), [("spiral", 1.75), ("spiral3", 1.25), ("spiral5", 0.75)])
def test_the_radius_of_a_spiral_grows_with_its_angle(key, turns):
    points = clean(key, 300)
    radius = np.hypot(*points.inputs.T)
    angle = np.arctan2(points.inputs[:, 0], points.inputs[:, 1]) / (2.0 * np.pi)
    start = points.targets / DATASETS[key].classes
    off = angle - start - turns * radius / 5.0
    np.testing.assert_allclose(off, np.round(off), rtol=0.0, atol=1e-12)
    for label in range(DATASETS[key].classes):
        arm = np.sort(radius[points.targets == label])
        assert arm[0] >= 0.4 and arm[-1] <= 5.0
        assert np.diff(arm, prepend=0.4, append=5.0).max() <= 2.0 * 4.6 / len(arm) + 1e-12


def test_moons_are_half_circles_that_reach_into_each_other():
    points = clean("moons", 1000)
    for label, sign in ((0, -1.0), (1, 1.0)):
        moon = sign * points.inputs[points.targets == label]
        centre = np.array([-5.0 / 3.0, -2.5 / 3.0])
        np.testing.assert_allclose(np.hypot(*(moon - centre).T), 10.0 / 3.0, rtol=1e-12)
        assert (moon[:, 1] >= centre[1]).all()  # the upper half
    assert points.inputs[points.targets == 1][:, 0].max() > 1.6
    assert points.inputs[points.targets == 0][:, 0].min() < -1.6


@pytest.mark.parametrize("key", ["circle", "xor", "spiral", "moons", "spiral3", "spiral5"])
def test_no_line_separates_clean_classes_that_are_far_apart(key):
    points = clean(key)
    assert linear_accuracy(points) < 0.9
    if key != "xor":  # whose squares are but 0.6 apart
        assert neighbour_accuracy(points) == 1.0


@pytest.mark.parametrize("key", LABELLED)
def test_much_noise_makes_classes_overlap(key):
    noisy = DATASETS[key](noise=0.5).sample(1000, seed=0)
    assert 1.0 / DATASETS[key].classes + 0.2 < neighbour_accuracy(noisy) < 0.97


def test_surfaces_have_the_hand_computed_values():
    np.testing.assert_allclose(
        Plane().truth([[6, 6], [-6, -6], [6, -6], [1, 2]]), [1.0, -1.0, 0.0, 0.25], rtol=1e-15
    )
    at = [[-4, 2.5], [0, 2.5], [4, -2.5], [4, 1.5], [0, -1], [-5.2, -0.9], [0, 0], [6, 6]]
    # A point 1.2 and 1.6 from a centre is 2 from it, one 1.5 from it has a quarter left.
    np.testing.assert_allclose(
        ManyGaussians().truth(at), [1.0, -1.0, -1.0, 0.5, 0.25, 0.0, 0.0, 0.0], rtol=0.0, atol=1e-15
    )


def test_curves_have_the_hand_computed_values():
    at = [[-6.0], [-1e-9], [0.0], [1.5], [6.0]]
    expected = {
        "sine": [0.27941549819892586, -1e-9, 0.0, 0.9974949866040544, -0.27941549819892586],
        "step": [-1.0, -1.0, 1.0, 1.0, 1.0],
        "absolute": [1.0, -1.0 + 1e-9 / 3.0, -1.0, -0.5, 1.0],
    }
    assert list(expected) == LINES
    for key, values in expected.items():
        np.testing.assert_allclose(DATASETS[key]().truth(at), values, rtol=1e-15)


@pytest.mark.parametrize("key", LINES)
def test_curves_are_odd_or_even_and_fill_their_range(key):
    curve = DATASETS[key]()
    x = np.linspace(-EXTENT, EXTENT, 1202)[:, None]
    y = curve.truth(x)
    np.testing.assert_allclose(curve.truth(-x), y if key == "absolute" else -y, atol=1e-15)
    assert y.min() == pytest.approx(-1.0, abs=2e-3) and y.max() == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("key", CURVES)
def test_clean_targets_are_the_truth_within_1_over_the_whole_plot(key):
    points = clean(key, 2000)
    np.testing.assert_array_equal(points.targets, DATASETS[key]().truth(points.inputs))
    assert np.abs(points.targets).max() <= 1.0
    for column in points.inputs.T:
        counts, _ = np.histogram(column, bins=4, range=(-EXTENT, EXTENT))
        assert counts.sum() == 2000 and counts.min() > 400


@pytest.mark.parametrize("key", CURVES)
def test_the_truth_refuses_inputs_of_another_shape(key):
    dimensions = DATASETS[key].dimensions
    with pytest.raises(ValueError, match=re.escape(f"shape (n, {dimensions}), not (2, 3)")):
        DATASETS[key]().truth(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=re.escape("not (2,)")):
        DATASETS[key]().truth(np.zeros(2))


@pytest.mark.parametrize(
    ("count", "seed", "message"),
    [
        (1, 0, "count must be a whole number from 2 to 100000, not 1"),
        (100_001, 0, "count must be a whole number from 2 to 100000, not 100001"),
        (20.5, 0, "count must be a whole number from 2 to 100000, not 20.5"),
        (20, -1, "seed must be a whole number of at least 0, not -1"),
        (20, 0.5, "seed must be a whole number of at least 0, not 0.5"),
    ],
)
def test_errors_of_a_sample_name_the_argument(count, seed, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        DATASETS["circle"]().sample(count, seed)


@pytest.mark.parametrize("noise", [-0.05, 0.55, float("nan")])
def test_noise_keeps_its_range(noise):
    with pytest.raises(ValueError, match=r"noise must be a finite number from 0 to 0\.5"):
        DATASETS["sine"](noise)


@pytest.mark.parametrize("count", [2, 3, 7, 200])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.75, 0.9])
def test_a_split_is_disjoint_and_complete(count, share):
    points = Points(np.arange(2.0 * count).reshape(count, 2), np.arange(count))
    train, test = split(points, share, seed=4)
    assert len(train) and len(test)
    assert abs(len(train) - share * count) <= 1.0
    assert sorted([*train.targets, *test.targets]) == list(range(count))
    for part in (train, test):
        np.testing.assert_array_equal(part.inputs, points.inputs[part.targets])


def test_the_seed_decides_a_split():
    points = Points(np.zeros((100, 1)), np.arange(100))
    first, same, other = (split(points, 0.5, seed)[0].targets.tolist() for seed in (1, 1, 2))
    assert first == same and first != other
    assert first != sorted(first) and set(first) != set(range(50))


@pytest.mark.parametrize(
    ("count", "share", "seed", "message"),
    [
        (1, 0.5, 0, "a split needs at least 2 points, not 1"),
        (0, 0.5, 0, "a split needs at least 2 points, not 0"),
        (10, 0.0, 0, "train_share must be a finite number from 0.1 to 0.9, not 0.0"),
        (10, 1.0, 0, "train_share must be a finite number from 0.1 to 0.9, not 1.0"),
        (10, 0.5, -1, "seed must be a whole number of at least 0, not -1"),
    ],
)
def test_errors_of_a_split_name_the_argument(count, share, seed, message):
    points = Points(np.zeros((count, 1)), np.zeros(count))
    with pytest.raises(ValueError, match=re.escape(message)):
        split(points, share, seed)


def test_features_have_the_hand_computed_values():
    known = {
        "x1": 0.5,
        "x2": -2.0,
        "x1_squared": 0.25,
        "x2_squared": 4.0,
        "x1x2": -1.0,
        "sin_x1": 0.479425538604203,
        "sin_x2": -0.9092974268256817,
    }
    assert list(FEATURES) == list(known) and all(key == FEATURES[key].key for key in FEATURES)
    every = features([[0.5, -2.0], [0.0, 0.0]], list(known))
    np.testing.assert_allclose(every, [list(known.values()), [0.0] * 7], rtol=1e-15)
    turned = features([[0.5, -2.0], [0.0, 0.0]], list(known)[::-1])
    np.testing.assert_array_equal(turned, every[:, ::-1])


def test_a_line_has_the_features_of_its_one_coordinate():
    keys = ["x1", "x1_squared", "sin_x1"]
    np.testing.assert_allclose(
        features([[3.0], [-1.0]], keys),
        [[3.0, 9.0, 0.1411200080598672], [-1.0, 1.0, -0.8414709848078965]],
        rtol=1e-15,
    )
    for key in set(FEATURES) - set(keys):
        with pytest.raises(ValueError, match=f"'{key}' is not one .* x1, x1_squared, sin_x1$"):
            features([[3.0]], ["x1", key])


def test_errors_of_features_name_the_key_or_the_shape():
    with pytest.raises(
        ValueError, match=r"'x3' is not one of those of 2-dim.*: x1, x2, x1_squared"
    ):
        features([[1.0, 2.0]], ["x1", "x3"])
    with pytest.raises(ValueError, match="choose at least one feature: x1, x2"):
        features([[1.0, 2.0]], [])
    for shape in ((3,), (3, 3), (3, 0)):
        with pytest.raises(ValueError, match=re.escape(f"not {shape}")):
            features(np.zeros(shape), ["x1"])


def test_features_do_not_change_or_share_the_inputs():
    inputs = np.array([[1.0, 2.0]])
    features(inputs, ["x1", "x2"])[:] = 9.0
    np.testing.assert_array_equal(inputs, [[1.0, 2.0]])


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_a_grid_is_read_like_an_image_of_pixel_centres(size):
    image = grid(size).reshape(size, size, 2)
    pixel = 2.0 * EXTENT / size
    assert image[0, 0] == pytest.approx([-EXTENT + pixel / 2.0, EXTENT - pixel / 2.0])
    assert image[0, -1] == pytest.approx([EXTENT - pixel / 2.0, EXTENT - pixel / 2.0])
    assert image[-1, 0] == pytest.approx([-EXTENT + pixel / 2.0, -EXTENT + pixel / 2.0])
    np.testing.assert_allclose(np.diff(image[..., 0], axis=1), pixel, rtol=1e-12)
    np.testing.assert_allclose(np.diff(image[..., 1], axis=0), -pixel, rtol=1e-12)
    assert (image[::-1, :, 1] == -image[..., 1]).all()  # exactly
    np.testing.assert_array_equal(grid(size, 2.0 * EXTENT), 2.0 * grid(size))


@pytest.mark.parametrize("size", [0, -1])
def test_a_grid_needs_a_pixel(size):
    with pytest.raises(ValueError, match=f"size must be at least 1, not {size}"):
        grid(size)


@pytest.mark.parametrize("extent", [0.0, -1.0, float("inf"), float("nan")])
def test_a_grid_needs_an_extent(extent):
    with pytest.raises(ValueError, match="extent must be finite and above 0"):
        grid(4, extent)
