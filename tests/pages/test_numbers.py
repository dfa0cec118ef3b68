"""The numbers in tables and captions are those of the functions at the controls' values."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest

from dlbasic.activations import ACTIVATIONS, ELU, SiLU
from tests.pages.shown import shown
from tests.test_text import read


def table(reader, column):
    (found,) = [t.value for t in reader.at.table if column in t.value.columns]
    return found


@pytest.mark.parametrize("at", ["-1000", "-2", "0", "0.3333333333333333", "1e-300", "745.2"])
def test_the_reading_is_exact(visit, at):
    reader = visit().follow("activations", lang="en", f=",".join(ACTIVATIONS), at=at)
    rows = table(reader, "Slope f′(x)")
    assert len(rows) == 11
    for kind, (_, _, value, slope) in zip(ACTIVATIONS.values(), rows.itertuples(), strict=True):
        assert read(value) == float(kind()(float(at)))
        assert read(slope) == float(kind().grad(float(at)))


def test_a_functions_own_sliders_reach_its_numbers(visit):
    reader = visit().follow("activations", lang="en", f="elu,silu", at="-2")
    reader.move("elu.alpha", 2.0).move("silu.beta", 3.0)
    elu, silu = table(reader, "Value f(x)")["Value f(x)"]
    assert read(elu) == float(ELU(2.0)(-2.0)) != float(ELU()(-2.0))
    assert read(silu) == float(SiLU(3.0)(-2.0)) != float(SiLU()(-2.0))


BY_P = {"ex.against": "probability"}


@pytest.mark.parametrize(
    ("link", "slope", "first"),
    [
        ({"ex.at": "0.05"}, "ŷ", ["0.0025", "0.1"]),
        ({**BY_P, "ex.label": "0", "ex.p": "0.99"}, "p", ["4.60517018599", "100"]),
        ({**BY_P, "ex.p": "0", "ex.gamma": "0"}, "p", ["∞", "−∞"]),
        ({**BY_P, "ex.label": "0", "ex.p": "1", "ex.gamma": "0"}, "p", ["∞", "∞"]),
    ],
)
def test_a_loss_is_read_without_the_digits_of_rounding(visit, link, slope, first):
    reader = visit().follow("losses", lang="en", **link)
    rows = table(reader, f"Slope ∂ℓ/∂{slope}")
    assert [*rows.iloc[0][1:]] == first
    words = " ".join(shown(reader.at))
    assert "NaN" not in words and "99999" not in words
    if link.get("ex.gamma") == "0":
        assert [*rows.iloc[3]] == ["Focal loss", *first]


def test_the_neurons_metrics(visit):
    reader = visit().follow("activations", lang="en", **{"neuron.f": "relu"})
    values = [metric.value for metric in reader.at.metric]
    assert values == ["0.399", "50%", "50%", "0.5", "9.77·10⁻⁴"]
    reader.move("neuron.mean", -5.0)
    assert read(reader.at.metric[3].value) < 1e-3


def test_softmax_breaks_only_as_it_is_written(visit):
    reader = visit().follow("activations", lang="en", shift="800")
    rows = table(reader, "Quotient as written")
    assert set(rows["Quotient as written"]) == {"NaN"}
    shares = [read(share) for share in rows["Quotient after subtracting the maximum"][:-1]]
    weights = [math.exp(score) for score in (2.0, 1.0, 0.0)]
    assert shares == pytest.approx([w / sum(weights) for w in weights], rel=0.005)
    assert any("leaves the range of floats" in text for text in shown(reader.at))
    reader.move("shift", 0.0)
    assert "NaN" not in set(table(reader, "Quotient as written")["Quotient as written"])
    assert not any("leaves the range of floats" in text for text in shown(reader.at))


@pytest.mark.parametrize("classes", [2, 6])
def test_softmax_has_a_slider_and_a_row_for_each_class(visit, classes):
    reader = visit().follow("activations", lang="en").move("classes", classes)
    assert [reader.has(f"z{n}") for n in range(1, 7)] == [n <= classes for n in range(1, 7)]
    assert len(table(reader, "Quotient as written")) == classes + 1


@pytest.mark.parametrize("last", ["10", "9.7"])
def test_sums_over_classes_are_told_without_their_rounding(visit, last):
    """0.9999999999999999 is not a sum, and 0 is not 0 but for rounding."""
    scores = {"many.classes": "2", "many.z1": "-10", "many.z2": last}
    reader = visit().follow("losses", lang="en", **scores)
    assert table(reader, "Probability p").iloc[-1]["Probability p"] == "1"
    sums = table(reader, "Gradient p − y").iloc[-1]
    assert sums["Target y"] == "1"
    said = " ".join(shown(reader.at))
    exactly = sums["Gradient p − y"] == "0"
    assert exactly == ("It sums to exactly 0" in said) != ("which is 0 but for rounding" in said)


def test_where_a_true_class_is_not_there_it_says_which_is_taken(visit):
    reader = visit().follow("losses", lang="en", **{"numbers.truth": "e", "many.label": "5"})
    said = " ".join(shown(reader.at))
    assert "instead of class E the last one, class C, is taken" in said
    assert "instead of class 5 the last one, class 3, is taken" in said
    reader.move("numbers.classes", "5").move("many.classes", 5)
    assert "the last one, class" not in " ".join(shown(reader.at))


def test_the_mean_over_places_is_the_frameworks(visit):
    for classes, mean in (("3", "0.667"), ("5", "0.4")):
        reader = visit().follow("losses", lang="en", **{"numbers.classes": classes})
        assert f"takes the mean over the places: {mean})" in " ".join(shown(reader.at))


def test_bars_that_add_up_have_numbers_that_do(visit):
    four = {"entropy.outcomes": "4", "entropy.p4": "10", "entropy.q4": "0.1", "entropy.unit": "nat"}
    near = {"entropy.q1": "5", "entropy.q2": "3", "entropy.q3": "2.1"}
    for link in ({}, four, near):
        said = " ".join(shown(visit().follow("losses", lang="en", **link).at))
        found = re.search(r"H\(p\) = (\S+), KL\(p‖q\) = (\S+), H\(p, q\) = (\S+), in", said)
        entropy, divergence, cross = map(Decimal, found.groups())
        assert entropy + divergence == cross


def test_the_distance_between_infinities_is_no_number(visit):
    reader = visit().follow("losses", lang="en", **{"entropy.q1": "0"})
    rows = table(reader, "Quantity")
    assert rows.iloc[-1].tolist()[1:] == ["–", "–"] and rows.iloc[-2].tolist()[1:] == ["∞", "∞"]


def test_what_differs_little_is_told_apart(visit):
    near = {"entropy.q1": "5", "entropy.q2": "3", "entropy.q3": "2.1"}
    said = " ".join(shown(visit().follow("losses", lang="en", **near).at))
    assert "H(p, q) is 1.48575 at first and 1.48548 at its least on the way" in said


def test_softmax_twice_is_measured_at_the_readers_scores(visit):
    reader = visit().follow("losses", lang="en")
    softened = "the loss is then {} instead of {}, and its gradient with respect to the true"
    assert softened.format("1.22", "1.41") in " ".join(shown(reader.at))
    reader.move("many.z2", -5.0)
    assert softened.format("1.51", "7.13") in " ".join(shown(reader.at))


def test_a_log_axis_finds_the_smallest_slope(visit):
    """What looks like 0 at x = 40 is 4·10⁻¹⁸, and the caption says so."""
    reader = visit().follow("activations", lang="en", f="sigmoid", x="-40,40", slope="log")
    (said,) = [text for text in shown(reader.at) if text.startswith("Measured from x")]
    assert "−40 to 40" in said and "4.25·10⁻¹⁸" in said and "0.25" in said


def test_a_flat_range_says_that_every_slope_is_zero(visit):
    reader = visit().follow("activations", lang="en", f="relu", x="-6,0")
    assert any("the slopes of the chosen functions are all 0" in t for t in shown(reader.at))


def test_a_tiny_mean_output_is_not_written_as_zero(visit):
    tiny = {"neuron.f": "gelu", "neuron.mean": "-10", "neuron.std": "0.1"}
    metric = visit().follow("activations", lang="en", **tiny).at.metric[0]
    assert "10⁻" in metric.value and metric.delta == "leans negative"
    metric = visit().follow("activations", lang="en", **{"neuron.f": "tanh"}).at.metric[0]
    assert (metric.value, metric.delta) == ("0", "centred on 0")
