"""The numbers in tables and captions are those of the functions at the controls' values."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, SiLU
from dlbasic.text import number
from tests.pages.shown import said, shown, table
from tests.pages.visits import Alone
from tests.test_text import read

EXPLORER, NEURON, SOFTMAX = "activations/explorer", "activations/neuron", "activations/softmax"
LOSSES, CLASSES = "losses/explorer", "losses/many_classes"
NUMBERS, ENTROPY = "losses/class_numbers", "losses/entropy"


@pytest.mark.parametrize("at", ["-1000", "-2", "0", "0.3333333333333333", "1e-300", "745.2"])
def test_the_reading_is_exact(at):
    link = {"explorer.functions": ",".join(ACTIVATIONS), "explorer.at": at}
    short, rows = (one.value for one in Alone(EXPLORER).follow(lang="en", **link).at.table)
    assert len(rows) == len(ACTIVATIONS)
    for kind, (_, _, value, slope) in zip(ACTIVATIONS.values(), rows.itertuples(), strict=True):
        assert read(value) == float(kind()(float(at)))
        assert read(slope) == float(kind().grad(float(at)))
    for cells, exact in zip(short.to_numpy(), rows.to_numpy(), strict=True):
        assert cells[0] == exact[0]
        for cell, value in zip(cells[1:], map(read, exact[1:]), strict=True):
            assert read(cell) == pytest.approx(value, rel=5e-6, abs=5e-324)
            assert (read(cell) == 0) == (value == 0) and len(cell) <= 16


def test_a_functions_own_sliders_reach_its_numbers():
    link = {"explorer.functions": "elu,silu", "explorer.at": "-2"}
    reader = Alone(EXPLORER).follow(lang="en", **link)
    reader.move("elu.alpha", 2.0).move("silu.beta", 3.0)
    elu, silu = reader.at.table[1].value["Value f(x)"]
    assert read(elu) == float(ELU(2.0)(-2.0)) != float(ELU()(-2.0))
    assert read(silu) == float(SiLU(3.0)(-2.0)) != float(SiLU()(-2.0))


BY_P = {"explorer.against": "probability"}


@pytest.mark.parametrize(
    ("link", "slope", "first"),
    [
        ({"explorer.at": "0.05"}, "ŷ", ["0.0025", "0.1"]),
        ({**BY_P, "explorer.label": "0", "explorer.p": "0.99"}, "p", ["4.60517018599", "100"]),
        ({**BY_P, "explorer.p": "0", "explorer.gamma": "0"}, "p", ["∞", "−∞"]),
        (
            {**BY_P, "explorer.label": "0", "explorer.p": "1", "explorer.gamma": "0"},
            "p",
            ["∞", "∞"],
        ),
    ],
)
def test_a_loss_is_read_without_the_digits_of_rounding(link, slope, first):
    reader = Alone(LOSSES).follow(lang="en", **link)
    rows = table(reader, f"Gradient ∂ℓ/∂{slope}")
    assert [*rows.iloc[0][1:]] == first
    texts = " ".join(shown(reader.at))
    assert "NaN" not in texts and "99999" not in texts
    if link.get("explorer.gamma") == "0":
        assert [*rows.iloc[3]] == ["Focal loss", *first]


def test_the_neurons_metrics():
    """The mean of ReLU over the standard normal law is 1/√(2π), its mean slope 1/2."""
    reader = Alone(NEURON).follow(lang="en", **{"neuron.function": "relu"})
    mean, saturated, flat, slope, layers = (metric.value for metric in reader.at.metric)
    assert mean == number(1 / math.sqrt(2 * math.pi))
    assert (saturated, flat, slope, layers) == ("50%", "50%", "0.5", number(0.5**10))
    reader.move("neuron.mean", -5.0)
    assert read(reader.at.metric[3].value) < 1e-3


def test_softmax_breaks_only_as_it_is_written():
    reader = Alone(SOFTMAX).follow(lang="en", **{"softmax.shift": "800"})
    rows = table(reader, "Quotient as written")
    assert set(rows["Quotient as written"]) == {"NaN"}
    shares = [read(share) for share in rows["Quotient after subtracting the maximum"][:-1]]
    weights = [math.exp(score) for score in (2.0, 1.0, 0.0)]
    assert shares == pytest.approx([w / sum(weights) for w in weights], rel=0.005)
    assert said(reader, SOFTMAX, "caption-broken") and not said(reader, SOFTMAX, "caption")
    reader.move("softmax.shift", 0.0)
    assert "NaN" not in set(table(reader, "Quotient as written")["Quotient as written"])
    assert said(reader, SOFTMAX, "caption") and not said(reader, SOFTMAX, "caption-broken")


@pytest.mark.parametrize("classes", [2, 6])
def test_softmax_has_a_slider_and_a_row_for_each_class(classes):
    reader = Alone(SOFTMAX).follow(lang="en").move("softmax.classes", classes)
    assert [reader.has(f"softmax.z{n}") for n in range(1, 7)] == [n <= classes for n in range(1, 7)]
    assert len(table(reader, "Quotient as written")) == classes + 1


def test_sums_over_classes_are_told_without_their_rounding():
    """0.9999999999999999 and 2.8·10⁻¹⁷ are not the sums of probabilities and of the gradient."""
    link = {"many_classes.classes": "6", "many_classes.z1": "-10"}
    reader = Alone(CLASSES).follow(lang="en", **link)
    for second in (10.0, 9.7, 1.5, 0.4, -2.3, -5.1, -9.9):
        reader.move("many_classes.z2", second)
        assert table(reader, "Probability p").iloc[-1]["Probability p"] == "1"
        sums = table(reader, "Gradient p − y").iloc[-1]
        assert (sums["Target y"], sums["Gradient p − y"]) == ("1", "0")


def test_where_a_true_class_is_not_there_it_says_which_is_taken():
    reader = Alone(NUMBERS).follow(lang="en", **{"class_numbers.truth": "e"})
    assert said(reader, NUMBERS, "label") == {"classes": "3", "label": "E", "last": "C"}
    reader.move("class_numbers.classes", "5")
    assert said(reader, NUMBERS, "label") is None
    reader = Alone(CLASSES).follow(lang="en", **{"many_classes.label": "5"})
    assert said(reader, CLASSES, "label") == {"classes": "3", "label": "5"}
    reader.move("many_classes.classes", 5)
    assert said(reader, CLASSES, "label") is None


@pytest.mark.parametrize("classes", ["3", "5"])
def test_one_hot_vectors_are_equally_far_apart(classes):
    """Two places are 1 off, whatever the number of classes."""
    reader = Alone(NUMBERS).follow(lang="en", **{"class_numbers.classes": classes})
    assert said(reader, NUMBERS, "errors")["one_hot"] == "2"


NEAR = {"entropy.q1": "5", "entropy.q2": "3", "entropy.q3": "2.1"}
FOUR = {"entropy.outcomes": "4", "entropy.p4": "10", "entropy.q4": "0.1", "entropy.unit": "nat"}


@pytest.mark.parametrize("link", [{}, FOUR, NEAR], ids=["first", "four", "near"])
def test_bars_that_add_up_have_numbers_that_do(link):
    slots = said(Alone(ENTROPY).follow(lang="en", **link), ENTROPY, "caption")
    entropy, divergence, cross = (Decimal(slots[n]) for n in ("entropy", "divergence", "cross"))
    assert entropy + divergence == cross > 0


def test_the_distance_between_infinities_is_no_number():
    link = {"entropy.part": "units", "entropy.q1": "0"}
    rows = table(Alone(ENTROPY).follow(lang="en", **link), "Quantity")
    assert rows.iloc[-1].tolist()[1:] == ["–", "–"] and rows.iloc[-2].tolist()[1:] == ["∞", "∞"]


def test_what_differs_little_is_told_apart():
    link = {"entropy.part": "way"} | NEAR
    slots = said(Alone(ENTROPY).follow(lang="en", **link), ENTROPY, "way-caption")
    p, q = np.array([5.0, 3.0, 2.0]) / 10, np.array([5.0, 3.0, 2.1]) / 10.1
    first, least = -(p * np.log2(q)).sum(), -(p * np.log2(p)).sum()
    assert (slots["first"], slots["least"]) == (f"{first:.5f}", f"{least:.5f}")
    assert slots["first"] != slots["least"] == slots["entropy"]


def test_softmax_twice_is_measured_at_the_readers_scores():
    reader = Alone(CLASSES).follow(lang="en", **{"many_classes.part": "code"})
    for second in (1.0, -5.0):
        reader.move("many_classes.z2", second)
        z, y = np.array([2.0, second, 0.0]), np.array([0.0, 1.0, 0.0])
        p = np.exp(z) / np.exp(z).sum()
        again = np.exp(p) / np.exp(p).sum()
        gradient = p * (again - y - p @ (again - y))  # the Jacobian of softmax times that of above
        slots = said(reader, CLASSES, "twice")
        assert slots["loss"] == number(-math.log(p[1]))
        assert slots["twice_loss"] == number(-math.log(again[1]))
        assert slots["gradient"] == number(p[1] - 1)
        assert slots["twice_gradient"] == number(gradient[1])
        assert slots["floor"] == number(math.log(1 + 2 / math.e))


def test_a_log_axis_finds_the_smallest_slope():
    """What looks like 0 at x = 40 is 4·10⁻¹⁸, and the caption says so."""
    link = {"explorer.functions": "sigmoid", "explorer.x": "-40,40", "explorer.slope": "log"}
    slots = said(Alone(EXPLORER).follow(lang="en", **link), EXPLORER, "caption")
    assert (slots["x_low"], slots["x_high"]) == ("−40", "40")
    assert slots["flattest"] == number(math.exp(-40)) and slots["steepest"] == "0.25"


def test_a_flat_range_says_that_every_slope_is_zero():
    link = {"explorer.functions": "relu", "explorer.x": "-6,0"}
    reader = Alone(EXPLORER).follow(lang="en", **link)
    assert said(reader, EXPLORER, "caption-flat") == {"x_low": "−6", "x_high": "0"}
    assert said(reader, EXPLORER, "caption") is None


def test_a_tiny_mean_output_is_not_written_as_zero():
    tiny = {"neuron.function": "gelu", "neuron.mean": "-10", "neuron.std": "0.1"}
    reader = Alone(NEURON).follow(lang="en", **tiny)
    metric = reader.at.metric[0]
    assert "10⁻" in metric.value and metric.delta == "leans negative"
    metric = reader.follow(lang="en", **{"neuron.function": "tanh"}).at.metric[0]
    assert (metric.value, metric.delta) == ("0", "centred on 0")
