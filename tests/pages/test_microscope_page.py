"""Figure 1 of the gradient page: what it says is what was measured, whatever the settings."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import microscope
from dlbasic.experiments.deep import DeepSettings
from dlbasic.experiments.microscope import view
from dlbasic.text import LANGUAGES, number
from dlbasic.ui import deep, kept
from dlbasic.ui.controls import CONTROLS
from dlbasic.ui.prose import parts
from tests.pages.shown import charts, foreign, shown

PAGE = "gradient_flow"
SMALL = {"deep.depth": "4", "deep.width": "8", "live.depth": "3"}
NOTES = ("deep-beside", "deep-zero", "deep-overflow", "factors-zero")  # where there is something
HOSTILE = {
    "overflow": {
        "deep.depth": "50", "deep.scale": "16", "deep.dtype": "float32", "deep.rule": "he_normal",
        "deep.f": "relu,gelu,tanh", "deep.layer": "33",
    },
    "one dead seed": {"deep.width": "4", "deep.rule": "he_normal", "deep.f": "relu"},
    "all dead": {"deep.width": "2", "deep.depth": "50", "deep.f": "relu", "deep.layer": "50"},
    "underflow": {"deep.depth": "50", "deep.scale": "0.25", "deep.dtype": "float32"},
    "a seed, a sample": {
        "deep.seeds": "1", "deep.batch": "1", "deep.depth": "1", "deep.dtype": "float32",
    },
}  # fmt: skip
SAID = {
    "overflow": {"deep-beside", "deep-overflow"},
    "one dead seed": {"deep-zero", "factors-zero"},
    "all dead": {"deep-zero", "factors-zero"},
    "underflow": {"deep-beside", "deep-zero", "factors-zero"},
    "a seed, a sample": {"deep-beside"},
}
language = pytest.mark.parametrize("language", LANGUAGES)


def caption(reader, part, language="en"):
    """The caption that this part of the prose has become, or None."""
    words = re.split(r"\{[^}]*\}", parts(PAGE, language)[part])
    wanted = re.compile(".+".join(map(re.escape, words)))
    found = [c.value for c in reader.at.main.get("caption") if wanted.fullmatch(c.value)]
    assert len(found) <= 1
    return found[0] if found else None


def numbers_of_layer(reader):
    """The table of the layer picked, a dictionary a function."""
    (table,) = [table.value for table in reader.at.table if "weight factor" in table.value]
    return {row["Function"]: row for row in table.to_dict("records")}


@language
@pytest.mark.parametrize("view", HOSTILE)
def test_what_is_no_number_has_words(visit, view, language):
    reader = visit().follow(PAGE, lang=language, **{"live.depth": "3"}, **HOSTILE[view])
    assert reader.notices == []
    texts = shown(reader.at)
    assert [text for text in texts if re.search(r"\bnan\b|∞|\binf\b", text, re.IGNORECASE)] == []
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    assert {part for part in NOTES if caption(reader, part, language)} == SAID[view]
    assert len(charts(reader.at)) >= 9


def test_the_captions_ratio_is_the_measurements(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL, **{"deep.f": "sigmoid", "deep.seed": "7"})
    seen = view(DeepSettings(depth=4, width=8, seed=7), ("sigmoid",), 5)
    middle, low, high = seen.of["sigmoid"].ratio()
    written = f"Sigmoid {number(middle)} ({number(low)} – {number(high)})"
    assert written in caption(reader, "deep-caption")
    assert 0 < low <= middle <= high < 0.3


def test_overflow_is_written_as_overflow_and_nowhere_as_0(visit):
    reader = visit().follow(PAGE, lang="en", **HOSTILE["overflow"])
    seen = view(
        DeepSettings(depth=50, scale=16.0, dtype="float32", rule="he_normal"), ("relu", "tanh"), 5
    )
    some, outputs, (first, last) = seen.of["relu"].overflow()
    assert (some, first, last) == (5, 1, 51) and 25 < outputs < 34
    wanted = f"ReLU outputs from hidden layer {outputs} on, gradients in layers 1–51 (5 of 5 seeds)"
    assert wanted in caption(reader, "deep-overflow")
    assert "Tanh" not in caption(reader, "deep-overflow")
    for part in ("deep-caption", "factors-caption"):
        assert re.search("Tanh [0-9].*, ReLU overflow, GELU overflow", caption(reader, part))
    table = numbers_of_layer(reader)
    exact = seen.beside.of["relu"].medians["delta"][32]
    assert table["ReLU"].pop("its norm in float64") == number(exact)
    assert set(table["ReLU"].values()) == {"ReLU", "overflow"}
    assert "overflow" not in table["Tanh"].values()
    alts = [chart.alt for chart in charts(reader.at) if "First and last layer" in chart.alt]
    assert len(alts) == 8 and all("ReLU overflow, overflow" in alt for alt in alts[:4])


def test_dead_seeds_are_counted_and_hide_nothing(visit):
    reader = visit().follow(PAGE, lang="en", **HOSTILE["one dead seed"])
    relu = view(DeepSettings(width=4, rule="he_normal"), ("relu",), 5).of["relu"]
    layers, some = relu.vanished()
    assert f"ReLU {layers} of 21 layers ({some} of 5 seeds)." in caption(reader, "deep-zero")
    slopes, weights = map(number, relu.split())
    assert f"ReLU {slopes} × {weights}." in caption(reader, "factors-caption")
    middle = relu.medians["delta"][0]
    assert middle > 0
    assert numbers_of_layer(reader)["ReLU"]["gradient norm at the weighted sums"] == number(middle)
    assert "(0 – " in caption(reader, "deep-caption")


def test_a_factor_of_a_gradient_that_is_0_already_is_not_0(visit):
    reader = visit().follow(PAGE, lang="en", **HOSTILE["all dead"] | {"deep.layer": "1"})
    row = numbers_of_layer(reader)["ReLU"]
    assert row["gradient norm at the weighted sums"] == "0"
    assert row["slope factor"] == row["weight factor"] == "–"
    assert caption(reader, "factors-caption").endswith("ReLU 0 × –.")


def test_float64_stands_beside_float32(visit):
    reader = visit().follow(PAGE, lang="en", **HOSTILE["underflow"])
    exact = view(DeepSettings(depth=50, scale=0.25), ("sigmoid", "tanh", "relu"), 5)
    middle, low, high = map(number, exact.of["sigmoid"].ratio())
    assert "Sigmoid 0 (0 – 0)" in caption(reader, "deep-caption")
    assert f"Sigmoid {middle} ({low} – {high})" in caption(reader, "deep-beside")
    row = numbers_of_layer(reader)["Sigmoid"]
    assert row["gradient norm at the weighted sums"] == "0"
    assert row["its norm in float64"] == number(exact.of["sigmoid"].medians["delta"][0])
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


def test_where_both_types_agree_it_says_so_and_float64_alone_has_no_other(visit):
    link = SMALL | {"deep.f": "tanh", "deep.dtype": "float32"}
    reader = visit().follow(PAGE, lang="en", **link)
    assert caption(reader, "deep-beside").endswith("otherwise: none.")
    reader.move("deep.dtype", "float64")
    assert caption(reader, "deep-beside") is None
    assert "its norm in float64" not in numbers_of_layer(reader)["Tanh"]
    assert not [chart for chart in charts(reader.at) if "_beside" in chart.spec]


def test_another_layer_is_read_without_another_pass(visit, monkeypatch):
    built = []
    build = microscope.build
    monkeypatch.setattr(microscope, "build", lambda *given: built.append(given) or build(*given))
    link = {**SMALL, "deep.seed": "77", "deep.dtype": "float32"}
    reader = visit().follow(PAGE, lang="en", **link)
    assert len(built) == 6  # three functions in two types
    first = numbers_of_layer(reader)
    for layer in (3, 4, 2):
        reader.move("deep.layer", layer)
        assert numbers_of_layer(reader) != first
    reader.speak("ko")
    assert len(built) == 6


def test_only_what_takes_long_has_a_bar(monkeypatch):
    asked = []

    class Noted:
        def get(self, key, waiting=None):
            asked.append(waiting)

    monkeypatch.setattr(deep, "_VIEWS", Noted())
    table, every = CONTROLS[PAGE], tuple(ACTIVATIONS)
    functions, seeds = table["deep.f"].default, table["deep.seeds"].default
    most = DeepSettings(
        **{name: table[f"deep.{name}"].high for name in ("depth", "width", "batch")}
    )
    for settings in (DeepSettings(), DeepSettings(dtype="float32"), replace(most, depth=20)):
        deep._seen(settings, functions, seeds, "en")
    assert asked == [None] * 3
    for settings in (most, replace(most, dtype="float32"), replace(most, width=32)):
        deep._seen(settings, every, table["deep.seeds"].high, "en")
    assert asked[3:] == ["Sending the batch through the networks…"] * 3


def test_the_first_visit_has_no_bar_and_a_bar_goes(visit, monkeypatch):
    """As the page is drawn, not as it might be."""
    drawn = []
    progress = kept.st.progress
    monkeypatch.setattr(
        kept.st, "progress", lambda *given: drawn.append(given[1]) or progress(*given)
    )
    reader = visit().follow(PAGE, lang="ko", **{"live.depth": "3", "deep.seed": "91"})
    assert drawn == []
    monkeypatch.setattr(deep, "_LONG", 1e5)
    reader.move("deep.seed", 92)
    assert drawn == ["신경망에 배치를 보내고 있습니다…"]
    assert not reader.at.get("progress")
