"""The microscope: what it says is what was measured, whatever the settings."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.gradient_flow.microscope import measure as microscope
from dlbasic.figures.gradient_flow.microscope.chart import PICK
from dlbasic.figures.gradient_flow.microscope.measure import Microscope, view
from dlbasic.figures.gradient_flow.microscope.show import _overflow, _pick
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, number
from tests.pages.settings import link_of, quick
from tests.pages.shown import charts, foreign, shown, table
from tests.pages.shown import said as slots_of
from tests.pages.visits import Alone
from tests.site import FIGURES

full = pytest.mark.full
PART = "gradient_flow/microscope"
SMALL = {"microscope.depth": "4", "microscope.width": "8"}
NOTES = ("beside", "zero", "overflow", "factors-zero")  # where there is something
CHARTS = {"gradients": 2, "factors": 2, "outputs": 3, "saturation": 2}  # by what is shown
HOSTILE = {
    "overflow": {
        "microscope.depth": "50", "microscope.scale": "16", "microscope.dtype": "float32",
        "microscope.rule": "he_normal", "microscope.functions": "relu,gelu,tanh",
        "microscope.layer": "33", "microscope.run": "1",
    },
    "one dead seed": {
        "microscope.width": "4", "microscope.rule": "he_normal", "microscope.functions": "relu",
    },
    "all dead": {
        "microscope.width": "2", "microscope.depth": "50", "microscope.functions": "relu",
        "microscope.layer": "50",
    },
    "underflow": {
        "microscope.depth": "50", "microscope.scale": "0.25", "microscope.dtype": "float32",
        "microscope.run": "1",
    },
    "a seed, a sample": {
        "microscope.seeds": "1", "microscope.batch": "1", "microscope.depth": "1",
        "microscope.dtype": "float32",
    },
}  # fmt: skip
SAID = {
    "overflow": {"beside", "overflow"},
    "one dead seed": {"zero", "factors-zero"},
    "all dead": {"zero", "factors-zero"},
    "underflow": {"beside", "zero", "factors-zero"},
    "a seed, a sample": {"beside"},
}


def follow(**link):
    return Alone(PART).follow(lang="en", **link)


def said(reader, part, language="en"):
    return slots_of(reader, PART, part, language)


def parts(reader):
    """The reader looks at each part in turn."""
    for part in CHARTS:
        yield part, reader.move("microscope.part", part)


def numbers_of_layer(reader):
    """The table of the layer picked in the part shown, a dictionary a function."""
    return {row["Function"]: row for row in table(reader, "Function").to_dict("records")}


def all_numbers_of_layer(reader):
    """The same of every part."""
    rows = {}
    for _, shown_now in parts(reader):
        for key, row in numbers_of_layer(shown_now).items():
            rows.setdefault(key, {}).update(row)
    return rows


@pytest.mark.parametrize(
    "name",
    ["one dead seed", "a seed, a sample"]
    + [pytest.param(name, marks=full) for name in ("overflow", "all dead", "underflow")],
)
def test_what_is_no_number_has_words(name):
    reader = Alone(PART)
    for language in LANGUAGES:
        reader.follow(lang=language, **HOSTILE[name])
        assert reader.notices == []
        infinite = re.compile(r"\bnan\b|∞|\binf\b", re.IGNORECASE)
        noted = set()
        for part, _ in parts(reader):
            texts = shown(reader.at)
            assert [text for text in texts if infinite.search(text)] == []
            assert {text: words for text in texts if (words := foreign(text, language))} == {}
            noted |= {note for note in NOTES if said(reader, note, language) is not None}
            assert len(charts(reader.at)) == CHARTS[part]
        assert noted == SAID[name]


def test_the_captions_ratio_is_the_measurements():
    reader = follow(**SMALL, **{"microscope.functions": "sigmoid", "microscope.seed": "7"})
    seen = view(Microscope(functions=("sigmoid",), depth=4, width=8, seed=7))
    middle, low, high = seen.passes["sigmoid"].ratio()
    assert said(reader, "caption") == {
        "ratios": f"Sigmoid {number(middle)} ({number(low)} – {number(high)})",
        "depth": "4", "seeds": "5",
    }  # fmt: skip
    assert 0 < low <= middle <= high < 0.3


def test_it_says_which_initial_weights_each_function_has_and_what_lecuns_would_do_to_relu():
    functions = "sigmoid,tanh,relu,elu"
    reader = follow(**{"microscope.functions": functions, "microscope.depth": "4"})
    slots = said(reader, "suited")
    assert slots["rules"] == (
        "He (variance 2/n) for ReLU, ELU; LeCun (variance 1/n) for Sigmoid, Tanh"
    )
    assert said(reader, "halved") == {"halved": "0.354"}, "√½ three times"
    assert said(reader, "scaled") is None
    reader.move("microscope.functions", ["relu"])
    assert said(reader, "suited")["rules"] == "He (variance 2/n) for ReLU"
    reader.move("microscope.scale", 3.0)
    assert said(reader, "scaled") == {"scale": "3", "square": "9"}
    reader.move("microscope.functions", ["tanh"])
    assert said(reader, "halved") is None, "of ReLU nothing is told where there is none"
    reader.move("microscope.rule", "lecun_normal")
    assert said(reader, "suited") is said(reader, "scaled") is None, "the reader has chosen"


def test_with_one_hidden_layer_nothing_is_told_of_what_layers_halve():
    reader = follow(**{"microscope.functions": "relu", "microscope.depth": "1"})
    assert said(reader, "suited") and said(reader, "halved") is None


def test_overflow_is_written_as_overflow_and_nowhere_as_0():
    reader = follow(**HOSTILE["overflow"])
    settings = Microscope(functions=("tanh", "relu"), depth=50, scale=16.0, dtype="float32",
                          rule="he_normal")  # fmt: skip
    seen = view(settings)
    some, outputs, (first, last) = seen.passes["relu"].overflow()
    assert (some, first, last) == (5, 1, 51) and 25 < outputs < 34
    overflown = said(reader, "overflow")["overflown"].split("; ")
    wanted = f"outputs from hidden layer {outputs} on, gradients in layers 1–51 (5 of 5 seeds)"
    assert f"ReLU {wanted}" in overflown
    assert [of.split()[0] for of in overflown] == ["ReLU", "GELU"]
    alts = [chart.alt for chart in charts(reader.at)]
    for part, words, slot in (
        ("gradients", "caption", "ratios"), ("factors", "factors-caption", "splits"),
    ):  # fmt: skip
        written = said(reader.move("microscope.part", part), words)[slot]
        assert re.fullmatch("Tanh [0-9].*, ReLU overflow, GELU overflow", written)
    alts += [chart.alt for chart in charts(reader.at)]
    assert len(alts) == 4 and all("ReLU overflow, overflow" in alt for alt in alts)
    rows = all_numbers_of_layer(reader)
    exact = seen.beside.passes["relu"].medians["delta"][32]
    assert rows["ReLU"].pop("its norm in float64") == number(exact)
    assert set(rows["ReLU"].values()) == {"ReLU", "overflow"}
    assert "overflow" not in rows["Tanh"].values()


def test_dead_seeds_are_counted_and_hide_nothing():
    reader = follow(**HOSTILE["one dead seed"])
    relu = view(Microscope(functions=("relu",), width=4, rule="he_normal")).passes["relu"]
    layers, some = relu.vanished()
    assert 0 < some < 5
    assert said(reader, "zero")["vanished"] == f"ReLU {layers} of 21 layers ({some} of 5 seeds)"
    middle = relu.medians["delta"][0]
    assert middle > 0
    assert numbers_of_layer(reader)["ReLU"]["gradient norm, weighted sums"] == number(middle)
    assert "(0 – " in said(reader, "caption")["ratios"]
    slopes, weights = map(number, relu.split())
    reader.move("microscope.part", "factors")
    assert said(reader, "factors-caption")["splits"] == f"ReLU {slopes} × {weights}"


def test_a_factor_of_a_gradient_that_is_0_already_is_not_0():
    reader = follow(**HOSTILE["all dead"] | {"microscope.layer": "1"})
    assert numbers_of_layer(reader)["ReLU"]["gradient norm, weighted sums"] == "0"
    reader.move("microscope.part", "factors")
    row = numbers_of_layer(reader)["ReLU"]
    assert row["slope factor"] == row["weight factor"] == "–"
    assert said(reader, "factors-caption")["splits"] == "ReLU 0 × –"


def test_float64_stands_beside_float32():
    reader = follow(**HOSTILE["underflow"])
    exact = view(Microscope(depth=50, scale=0.25)).passes
    middle, low, high = map(number, exact["sigmoid"].ratio())
    assert "Sigmoid 0 (0 – 0)" in said(reader, "caption")["ratios"]
    assert f"Sigmoid {middle} ({low} – {high})" in said(reader, "beside")["beside"]
    row = numbers_of_layer(reader)["Sigmoid"]
    assert row["gradient norm, weighted sums"] == "0"
    assert row["its norm in float64"] == number(exact["sigmoid"].medians["delta"][0])
    reads = [f"{field}_beside" for field in ("delta", "weight")]
    specs = [json.loads(chart.spec) for chart in charts(reader.at)]
    for field in reads:
        (spec,) = [spec for spec in specs if f"'{field}'" in json.dumps(spec)]
        (thin,) = [
            layer for layer in spec["layer"]
            if layer["encoding"].get("y", {}).get("field") == field
        ]  # fmt: skip
        assert thin["mark"]["type"] == "line" and thin["mark"]["strokeWidth"] == 1
        assert {"color", "strokeDash"} <= set(thin["encoding"])


def test_where_both_types_agree_it_says_so_and_float64_alone_has_no_other():
    link = SMALL | {"microscope.functions": "tanh", "microscope.dtype": "float32"}
    reader = follow(**link)
    assert said(reader, "beside") == {"dtype": "float32", "beside": "none"}
    reader.move("microscope.dtype", "float64")
    assert said(reader, "beside") is None
    assert "its norm in float64" not in numbers_of_layer(reader)["Tanh"]
    assert not [chart for chart in charts(reader.at) if "_beside" in chart.spec]


def test_another_layer_is_read_without_another_pass(monkeypatch):
    built = []
    build = microscope.build
    monkeypatch.setattr(microscope, "build", lambda *given: built.append(given) or build(*given))
    reader = follow(**SMALL, **{"microscope.seed": "77", "microscope.dtype": "float32"})
    assert len(built) == 6  # three functions in two types
    first = numbers_of_layer(reader)
    for layer in (3, 4, 2):
        reader.move("microscope.layer", layer)
        assert numbers_of_layer(reader) != first
    reader.speak("ko")
    assert len(built) == 6


@pytest.fixture
def bars(monkeypatch):
    """The words of each bar that is drawn, from its first length on."""
    drawn, progress = [], st.progress
    monkeypatch.setattr(
        st, "progress", lambda share, words: drawn.append(words) or progress(share, words)
    )
    return drawn


# Each more work than the one before; a first visit's is the first.
LONGER = {
    "first": {},
    "float32": {"dtype": "float32"},
    "large": {"depth": 20, "width": 64, "batch": 64},
    "every function": {"functions": tuple(ACTIVATIONS), "depth": 50, "width": 32, "seeds": 20},
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name == "first" else [full]) for name in LONGER],
)
def test_only_what_takes_long_has_a_bar_and_it_goes(bars, name):
    assert set(LONGER[name]) <= set(declared(Microscope))
    state = {f"microscope.{setting}": value for setting, value in LONGER[name].items()}
    reader = Alone(PART).follow(
        lang="ko",
        **link_of("gradient_flow", state) | {"microscope.seed": "91", "microscope.run": "1"},
    )
    assert reader.notices == []
    waiting = "신경망에 배치를 보내고 있습니다…"
    assert bars == ([waiting] if name in ("float32", "every function") else [])
    assert not reader.at.get("progress")


def test_the_page_draws_no_bar_at_a_first_visit(bars, visit):
    visit().follow("gradient_flow", lang="en", **quick(PART), **{"microscope.seed": "93"})
    assert bars == []


@pytest.mark.parametrize(("slider", "layer"), [(3, 5), (4, 4)])
def test_a_click_told_once_more_does_not_undo_what_the_slider_says(monkeypatch, slider, layer):
    """Who moves the slider while the clicked chart leaves the page sends both at once."""
    state = {"layer": slider, "clicked": {"selection": {PICK: [{"layer": 5}]}}}
    monkeypatch.setattr(st, "session_state", state)
    param = FIGURES["gradient_flow/microscope"].params["microscope.layer"]

    class Panel(dict):
        key = staticmethod(str)
        param = staticmethod(lambda name: param)
        set = staticmethod(state.__setitem__)

    _pick(Panel(layer=3), "clicked", 8)
    assert state["layer"] == layer


@pytest.mark.parametrize(
    ("gradients", "en", "ko"),
    [((5, 5), "gradients in layer 5", "기울기는 층 5"), ((4, 5), "gradients in layers 4–5", "4–5")],
)
def test_one_layer_or_several_whose_gradients_are_too_large_are_named(gradients, en, ko):
    result = SimpleNamespace(overflow=lambda: (2, None, gradients), seeds=6)
    assert en in _overflow(result, "en") and ko in _overflow(result, "ko")
