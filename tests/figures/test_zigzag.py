"""The zig-zag's figure: its path and the surface that it goes down, and whose gradients agree."""

from itertools import pairwise

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, Sigmoid
from dlbasic.claims import CLAIMS
from dlbasic.claims.sigmoid.zig_zag import ZigZag
from dlbasic.figures.gradient_flow.zigzag.measure import (
    EDGE,
    Path,
    Signs,
    contours,
    fastest_steps,
    frame,
    loss_surface,
    one_sign,
    path,
    thinned,
)
from dlbasic.measures.gradient_signs import DirectionSettings, measure_directions
from dlbasic.measures.settings import SEEDS
from dlbasic.measures.two_weights import (
    BATCHES,
    INPUTS,
    POINTS,
    Descent,
    centred,
    measure,
    target,
    unit_outputs,
)

pytestmark = pytest.mark.filterwarnings("error")


# The path and its surface


def test_a_full_batch_descends_the_loss_surface():
    descent, h = Descent(batch=float(POINTS), direction=15), 1e-6
    places = path(descent, 3)
    for place, after in pairwise(places[:4]):
        ends = place[:, None] + [-h, h]
        across = np.diff(loss_surface(descent, 3, ends[0], place[1:]))[0, 0] / (2 * h)
        up = np.diff(loss_surface(descent, 3, place[:1], ends[1]), axis=0)[0, 0] / (2 * h)
        np.testing.assert_allclose(after - place, [-0.2 * across, -0.2 * up], rtol=1e-6)


@pytest.mark.parametrize("kind", INPUTS)
def test_the_loss_is_least_at_the_target(kind):
    w1, w2 = target(-60)
    surface = loss_surface(
        Descent(inputs=kind, direction=-60), 3, [w1 - 0.1, w1, w1 + 0.1], [w2 - 0.1, w2]
    )
    assert surface.shape == (2, 3)
    assert surface.argmin() == 4 and surface[1, 1] == 0


@pytest.mark.parametrize("kind", INPUTS)
def test_loss_by_hand(kind):
    (x,) = unit_outputs(Sigmoid(), [3])
    x = centred(x[None])[0] if kind == "centred" else x
    by_hand = ((x @ [0.5, 2.0] - x @ [1.0, 0.0]) ** 2 / 2).mean()
    found = loss_surface(Descent(inputs=kind, direction=0), 3, [0.5], [2.0])
    assert found[0, 0] == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("direction", [-60, 45])  # one of the latter's leaves the picture
def test_a_contour_joins_places_of_one_loss_and_each_has_a_fourth_of_the_next_ones(direction):
    descent = Descent(direction=direction)
    rows = contours(descent, 3)
    assert (rows[["w1", "w2"]].abs() <= EDGE).all(axis=None)
    start = loss_surface(descent, 3, [0.0], [0.0])[0, 0]
    for series, of in rows.groupby("series"):
        heights = [loss_surface(descent, 3, [w1], [w2])[0, 0]
                   for w1, w2 in of[["w1", "w2"]].to_numpy()]  # fmt: skip
        np.testing.assert_allclose(heights, float(series) * start, rtol=1e-5)
    levels = sorted({float(series) for series in rows["series"]}, reverse=True)
    assert levels == pytest.approx([4.0**-k for k in range(6)])


def test_both_inputs_of_the_figure_go_to_one_target_by_one_batch_size_and_rate():
    settings = Path(direction=30, batch=4.0, lr=0.5, seed=7)
    for kind in INPUTS:
        assert settings.descent(kind) == Descent(kind, 30, 4.0, 0.5)


@pytest.mark.parametrize("direction", [-60, 45])
@pytest.mark.parametrize("lr", [0.2, 1.0])
def test_the_picture_holds_what_it_is_of_and_little_else(direction, lr):
    walk, end = path(Descent(direction=direction, lr=lr), 3), target(direction)
    w1, w2, width, height = frame(walk, end[None])
    shown = np.clip(np.concatenate([walk, end[None]]), -EDGE, EDGE)
    away = np.abs(shown - [w1, w2]) / [width, height]
    assert away.max() < 1
    assert away.max(axis=0).min() > 0.6 or min(width, height) <= 0.2


def test_what_is_drawn_of_a_path_begins_at_its_start_and_is_short():
    walk = path(Descent(lr=0.1), 0)
    drawn = thinned(walk)
    assert len(drawn) <= 2 * 400 < len(walk)
    assert drawn[["w1", "w2"]].to_numpy()[0].tolist() == walk[0].tolist() == [0.0, 0.0]
    kept = {tuple(place) for place in walk}
    assert {tuple(place) for place in drawn[["w1", "w2"]].to_numpy()} <= kept
    assert (drawn["order"].diff()[1:] > 0).all()


def test_the_further_two_weights_have_to_part_the_longer_the_detour():
    detours = []
    for way in (45, 30, 15, 0, -15, -30, -45):
        paths = np.stack([path(Descent(direction=way), seed) for seed in range(9)], axis=2)
        detours.append(np.median(measure(paths, np.tile(target(way)[:, None], 9)).detour))
    assert (np.diff(detours) > 0).all()


def test_the_figures_fastest_steps_are_the_claims():
    measured = CLAIMS["zig-zag"].run(ZigZag(direction=30, batch=4.0, seeds=SEEDS, seed=2)).measured
    for kind in INPUTS:
        assert fastest_steps(kind, 30, 4.0, 2) == measured[f"fastest_{kind}"]


# Gradients of one sign


@pytest.fixture(scope="module")
def signs():
    return one_sign(Signs(seeds=3, signs_seed=5))


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
    medians = measure_directions(DirectionSettings(seeds=3, seed=5), ["relu"]).medians(32)
    at = signs[signs["batch"] == 32].set_index("function")["share"]
    assert at["sigmoid"] == medians["after"] and at["relu"] == medians["after_relu"]
