"""Who got to the goal and when, and the curves, from scores that are written out."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.figures.training.compare.measure import Compare, Race
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import declared

pytestmark = pytest.mark.filterwarnings("error")

NAN = np.nan
FOUR = tuple(OPTIMIZERS)  # variants to write scores out for


def noted(scores, accuracies=None, **given):
    """A comparison of four variants, whose scores are written out as (epochs, variants, seeds)."""
    scores = np.array(scores, float)
    settings = Compare(by="optimizers", epochs=len(scores) - 1, seeds=scores.shape[2], **given)
    race = Race.begin(settings)
    for place in range(scores.shape[1]):
        last = scores[-1, place] if accuracies is None else np.array(accuracies[place], float)
        race.note(place, scores[:, place], last)
    return race


# Networks that diverge


def test_some_diverged_networks_count_as_infinite():
    # Of eight seeds none, two, three, five diverge: at an infinite third quartile the row ends.
    losses = np.full((2, 4, 8), 0.25)
    for place, count in enumerate((0, 2, 3, 5)):
        losses[1, place, :count] = NAN
    done = noted(losses)
    assert done.curves.groupby("variant")["epoch"].max()[[*FOUR]].tolist() == [1, 1, 0, 0]
    by_name = {standing.variant: standing for standing in done.standings(0.1)}
    four = [by_name[key] for key in FOUR]
    assert [standing.diverged for standing in four] == [0, 2, 3, 5]
    assert [standing.score for standing in four] == [0.25, 0.25, 0.25, np.inf]
    assert [standing.score_high for standing in four] == [0.25, 0.25, np.inf, np.inf]
    assert four[3].score_low == 0.25


def test_a_diverged_networks_accuracy_counts_as_none_right():
    losses = np.full((2, 4, 3), 0.2)
    losses[1, 0, :2] = losses[1, 1, :1] = NAN
    accuracies = [[NAN, NAN, 0.9], [NAN, 0.9, 0.9], [0.9] * 3, [0.8] * 3]
    by_name = {s.variant: s for s in noted(losses, accuracies).standings(0.1)}
    assert [by_name[key].accuracy for key in FOUR] == [0.0, 0.9, 0.9, 0.8]


def test_as_the_score_an_accuracy_of_a_diverged_network_is_0():
    settings = Compare(by="losses", epochs=1, seeds=3)
    race = Race.begin(settings)
    race.note(0, np.array([[0.5, 0.5, 0.5], [1.0, NAN, NAN]]), np.array([1.0, NAN, NAN]))
    race.note(1, np.array([[0.5, 0.5, 0.5], [1.0, 0.9, NAN]]), np.array([1.0, 0.9, NAN]))
    race.note(2, np.full((2, 3), 0.5), np.full(3, 0.5))
    first, second, third = race.standings(0.95)
    assert (first.variant, first.score, first.score_low) == ("sigmoid_mse", 0.9, 0.0)
    assert (second.variant, second.score, second.score_low) == ("bce", 0.0, 0.0)
    assert [s.diverged for s in (first, second, third)] == [1, 2, 0]
    assert len(race.curves) == 6, "0 has a place on the axis"


# Who is where


def test_standings_by_hand():
    """Four variants, four seeds, five epochs after the start; the goal is 0.5."""
    slow, fast, never, some = FOUR
    losses = [
        # slow                    fast                      never                 some
        [[0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.5], [0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9]],
        [[0.8, 0.8, 0.8, 0.8], [0.4, 0.8, 0.8, 0.4], [0.8, 0.8, 0.8, 0.8], [0.4, 0.8, 0.8, NAN]],
        [[0.7, 0.7, 0.7, 0.4], [0.6, 0.3, 0.8, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.4, 0.6, 0.6, 0.4], [0.6, 0.3, 0.2, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.3, 0.5, 0.6, 0.4], [0.6, 0.3, 0.2, 0.4], [0.8, 0.8, 0.8, 0.8], [0.9, 0.8, 0.8, NAN]],
        [[0.1, 0.2, 0.5, 0.4], [0.6, 0.3, 0.2, 0.4], [0.6, 0.7, 0.8, 0.9], [0.9, 0.8, 0.7, NAN]],
    ]
    standings = noted(losses).standings(0.5)
    # fast: at epochs 1, 2, 3 and at the start; one comes back above the goal later.
    # slow: at 3, 4, 5 and 2; exactly the goal is there.
    assert [(s.variant, s.reached, s.epochs) for s in standings] == [
        (fast, 4, 1.5), (slow, 4, 3.5), (some, 1, 1.0), (never, 0, None),
    ]  # fmt: skip
    assert [s.diverged for s in standings] == [0, 0, 1, 0]
    by_name = {standing.variant: standing for standing in standings}
    of_slow = by_name[slow]
    assert 0.2 <= of_slow.score <= 0.4 and (of_slow.score_low, of_slow.score_high) == (0.2, 0.4)
    assert (by_name[some].score_high, by_name[some].score_low) == (0.9, 0.8)


def test_the_order_is_seeds_there_then_epochs_then_score():
    one, two, three, four = FOUR
    # Each alike in both seeds, but the third, of which one seed comes to the goal.
    start = [[0.9, 0.9]] * 4
    then = [[0.4, 0.4], [0.9, 0.9], [0.1, 0.9], [0.3, 0.3]]
    end = [[0.4, 0.4], [0.2, 0.2], [0.1, 0.9], [0.3, 0.3]]
    standings = noted([start, then, end]).standings(0.5)
    assert [s.variant for s in standings] == [four, one, two, three]


def test_an_accuracy_is_to_rise_to_its_goal_and_the_higher_is_the_better():
    race = Race.begin(Compare(by="losses", epochs=3, seeds=2))
    bce, squared, focal = race.settings.variants
    race.note(0, np.array([[0.5, 0.5], [0.9, 0.8], [0.95, 0.96], [0.9, 0.9]]), np.ones(2))
    race.note(1, np.array([[0.5, 0.5], [0.9, 0.8], [0.96, 0.95], [1.0, 1.0]]), np.ones(2))
    race.note(2, np.array([[0.5, 0.5], [0.96, 0.8], [0.9, 0.94], [1.0, 0.94]]), np.ones(2))
    standings = race.standings(0.95)
    assert [(s.variant, s.reached, s.epochs) for s in standings] == [
        (squared, 2, 2.0), (bce, 2, 2.0), (focal, 1, 1.0),
    ]  # fmt: skip
    assert race.standings(0.6)[0].reached == 2


def test_every_goal_that_can_be_chosen_is_known_and_no_other():
    losses = np.linspace(0.6, 0.005, 61)[:, None, None] * np.ones((1, 4, 2))
    race = noted(losses, target=0.123)
    ticks = declared(Compare)["target"].ticks
    assert race.settings.goals == tuple(sorted((*ticks, 0.123)))
    for goal in race.settings.goals:
        expected = int(np.argmax(losses[:, 0, 0] <= goal))
        assert {(s.reached, s.epochs) for s in race.standings(goal)} == {(2, expected)}
    with pytest.raises(ValueError, match="not in tuple"):
        race.standings(0.124)
    rising = Compare(by="losses", target_accuracy=0.5)
    assert rising.goals == (0.5, *declared(Compare)["target_accuracy"].ticks)


# The curves


def test_curves_are_median_and_quartiles():
    losses = np.random.default_rng(0).permuted(np.tile(np.arange(1.0, 10.0), (3, 4, 1)), axis=2)
    curves = noted(losses).curves
    assert (curves[["score", "score_low", "score_high"]] == [5, 3, 7]).all(axis=None)


@pytest.mark.parametrize("epochs", [1, 20, 59, 60, 61, 140, 160, 200, 10_000])
def test_curves_are_short_and_go_from_start_to_end(epochs):
    frame = noted(np.tile(np.arange(1.0, epochs + 2)[:, None, None], (1, 4, 1))).curves
    assert tuple(frame["variant"].unique()) == FOUR
    for _, rows in frame.groupby("variant"):
        assert min(epochs, 40) < len(rows) <= 61
        shown = rows["epoch"].to_numpy()
        assert (shown[0], shown[-1]) == (0, epochs)
        assert (np.diff(shown) > 0).all() and np.diff(shown).max() <= max(1, epochs / 60 + 1)
        assert (rows["score"] == rows["epoch"] + 1).all()
