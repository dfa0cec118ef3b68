"""The chain from scores to a gradient: its links fit each other, and both forms are one."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from dlbasic.figures.losses.many_classes.measure import (
    MOST,
    ManyClasses,
    chain,
    hard_forms,
    soft_forms,
    softmax_twice,
)
from dlbasic.figures.losses.many_classes.show import _beside, _loss
from dlbasic.losses import CrossEntropy
from dlbasic.params import declared
from dlbasic.softmax import softmax

pytestmark = pytest.mark.filterwarnings("error")


def drawn(count):
    """Settings anywhere that the sliders go."""
    dice = random.Random(5)
    for _ in range(count):
        values = {f"z{place}": round(dice.uniform(-10, 10), 1) for place in range(1, MOST + 1)}
        yield ManyClasses(
            classes=dice.randint(2, MOST), label=dice.randint(1, MOST),
            smoothing=dice.choice([0.0, 0.05, 0.3, 1.0]), **values,
        )  # fmt: skip


SOME = [*drawn(60)]


def test_the_numbers_of_a_worked_example():
    """Scores 2, 1, 0: softmax 0.6652, 0.2447, 0.0900, as e² : e : 1 gives by hand."""
    links = chain(ManyClasses())
    total = math.e**2 + math.e + 1
    assert links.p == pytest.approx([math.e**2 / total, math.e / total, 1 / total], rel=1e-15)
    assert links.loss == pytest.approx(math.log(total) - 1, rel=1e-15)
    assert links.y.tolist() == [0.0, 1.0, 0.0]
    assert links.gradient == pytest.approx([0.6652410, -0.7552715, 0.0900306], abs=5e-8)
    assert links.floor == 0.0


def test_label_smoothing_as_published():
    """Szegedy et al. (2016): (1 - ε) for the label and ε/K for each class, the label's too."""
    y = chain(ManyClasses(classes=4, smoothing=0.2)).y
    assert y == pytest.approx([0.05, 0.85, 0.05, 0.05], rel=1e-15)


@pytest.mark.parametrize("settings", SOME)
def test_the_links_fit_each_other(settings):
    links = chain(settings)
    assert len(links.p) == settings.classes
    np.testing.assert_allclose(links.powers, [math.exp(z) for z in settings.logits], rtol=1e-14)
    np.testing.assert_allclose(links.p, links.powers / links.powers.sum(), rtol=1e-14)
    assert links.p.sum() == pytest.approx(1.0, abs=4e-16)
    assert links.y.sum() == pytest.approx(1.0, abs=4e-16)
    np.testing.assert_allclose(links.gradient, links.p - links.y, rtol=0, atol=4e-16)
    assert links.loss == pytest.approx(links.terms.sum(), rel=1e-14)
    assert links.gradient.sum() == pytest.approx(0.0, abs=4e-16)
    assert links.above == pytest.approx(links.loss - links.floor, rel=1e-12, abs=1e-14)
    assert links.above >= 0.0


@pytest.mark.parametrize("settings", SOME[::6])
def test_the_gradient_is_how_the_loss_changes(settings):
    links, loss, step = chain(settings), CrossEntropy(), 1e-6
    for place in range(settings.classes):
        moved = np.tile(settings.logits, (2, 1))
        moved[:, place] += [step, -step]
        high, low = loss(moved, np.tile(links.y, (2, 1)))
        assert (high - low) / (2 * step) == pytest.approx(links.gradient[place], abs=1e-8)


@pytest.mark.parametrize("settings", SOME)
def test_vector_and_number_give_the_same_bits(settings):
    forms = hard_forms(settings)
    assert forms.vector == forms.number and forms.apart == 0.0
    assert forms.vector_gradient.tobytes() == forms.number_gradient.tobytes()


@pytest.mark.parametrize("settings", SOME)
def test_soft_labels_are_the_numbers_losses_mixed(settings):
    forms = soft_forms(settings)
    assert forms.vector == chain(settings).loss
    assert forms.apart <= 1e-14 * max(1.0, forms.vector)
    np.testing.assert_allclose(forms.vector_gradient, forms.number_gradient, rtol=0, atol=1e-15)


def test_the_forms_differ_where_the_targets_do():
    """What guards the two tests above: the soft labels' loss is not that of the number."""
    settings = ManyClasses(label=1, smoothing=0.1)
    assert abs(soft_forms(settings).vector - hard_forms(settings).number) > 0.01


@pytest.mark.parametrize("settings", SOME[::6])
def test_softmax_twice_is_the_loss_of_probabilities_and_how_that_changes(settings):
    twice, y, step = softmax_twice(settings), chain(settings).y, 1e-5

    def loss(logits):
        return -(y * np.log(softmax(softmax(logits)))).sum()

    assert twice.loss == pytest.approx(loss(settings.logits), rel=1e-12)
    for place in range(settings.classes):
        aside = step * np.eye(settings.classes)[place]
        slope = (loss(settings.logits + aside) - loss(settings.logits - aside)) / (2 * step)
        assert twice.gradient[place] == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("classes", range(2, MOST + 1))
def test_softmax_twice_never_falls_below_its_floor_and_lets_go_of_sure_mistakes(classes):
    far = {f"z{place}": -10.0 for place in range(1, MOST + 1)}
    right = softmax_twice(ManyClasses(**far | {"z1": 10.0}, classes=classes, label=1))
    wrong = ManyClasses(**far | {"z1": 10.0}, classes=classes, label=2)
    assert right.loss == pytest.approx(right.floor, abs=1e-7) and right.floor > 0.3
    assert abs(softmax_twice(wrong).gradient).max() < 1e-7 < 0.999 < -chain(wrong).gradient[1]
    one_hot = [softmax_twice(replace(s, classes=classes, smoothing=0.0)) for s in SOME]
    assert all(twice.loss >= twice.floor for twice in one_hot)


def test_the_floor_is_reached_where_the_scores_say_the_target():
    settings = ManyClasses(classes=2, label=1, smoothing=0.5)
    best = replace(settings, z1=1.1, z2=0.0)  # log(0.75/0.25) = 1.0986
    assert chain(best).loss - chain(best).floor == pytest.approx(0.0, abs=1e-6)
    assert np.abs(chain(best).gradient).max() < 1e-3
    assert chain(replace(best, z1=9.0)).loss > chain(best).floor + 0.1


@pytest.mark.parametrize("classes", range(2, MOST + 1))
def test_a_class_that_is_not_there_gives_way_to_the_last(classes):
    for label in range(1, MOST + 1):
        settings = ManyClasses(classes=classes, label=label)
        assert settings.truth == min(label, classes) - 1
        assert chain(settings).y[settings.truth] == 1.0


@pytest.mark.parametrize("settings", SOME)
def test_beside_a_bar_there_is_room_for_its_number(settings):
    links = chain(settings)
    for value in (*links.p, *links.y, *links.gradient):
        assert len(_beside(value)) <= (6 if abs(value) > 0.5 else 11)


def test_the_loss_has_two_terms_to_a_line_and_its_result_on_one_of_its_own():
    """On one line six terms run out of the picture."""
    *lines, last = _loss(chain(ManyClasses(classes=6, smoothing=0.3))).split(r"\\")
    assert [line.count("log") for line in lines] == [2, 2, 2] and "log" not in last
    assert r"\\" not in _loss(chain(ManyClasses()))


def test_there_is_a_slider_for_every_score():
    assert [f"z{n}" for n in range(1, MOST + 1)] == [
        name for name in declared(ManyClasses) if name.startswith("z")
    ]
