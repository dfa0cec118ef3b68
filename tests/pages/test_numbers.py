"""The numbers in tables and captions are those of the functions at the controls' values."""

from __future__ import annotations

import math

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
