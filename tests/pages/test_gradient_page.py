"""The gradient page: whole in both languages, its figures asked for, its links and its numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.experiments import EXPERIMENTS
from dlbasic.experiments.deep import DeepSettings
from dlbasic.experiments.deep_live import DeepLiveRun, DeepLiveSettings
from dlbasic.experiments.microscope import view
from dlbasic.text import LANGUAGES, number
from dlbasic.ui.controls import ALL_CLAIMS, CLAIMS, CONTROLS
from tests.pages.settings import QUICK
from tests.pages.shown import charts, foreign, shown

PAGE = "gradient_flow"
SMALL = {"deep.depth": "4", "deep.width": "8", "live.depth": "3"}
RUNS = {
    "lives.run": "1", "lives.epochs": "20", "lives.seeds": "3", "lives.functions": "relu,elu",
    "cures.run": "1", "cures.epochs": "20", "cures.seeds": "3", "cures.depth": "2",
    "cures.functions": "sigmoid,relu",
}  # fmt: skip
VIEWS = {
    "first visit": {},
    "small": SMALL,
    "measured": SMALL | RUNS,
    "float32, deep": {"deep.depth": "50", "deep.width": "8", "deep.dtype": "float32"},
    "one function": SMALL | {"deep.f": "mish", "live.function": "mish", "zz.batch": "8"},
    "centred": SMALL | {"zz.inputs": "centred", "zz.step": "0", "zz.direction": "45"},
    "dying": SMALL | RUNS | {"lives.rate": "3", "lives.bias": "-3"},
    "skipping": SMALL | RUNS | {"cures.skip": "1", "live.skip": "1", "cures.optimizer": "adam"},
}
language = pytest.mark.parametrize("language", LANGUAGES)


@language
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_speaks_one_language_without_an_error(visit, view, language):
    reader = visit().follow(PAGE, lang=language, **VIEWS[view])
    texts = shown(reader.at)
    assert len(texts) > 40 and reader.notices == []
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    unfilled = re.compile(r"\{\w*[:}]|\bnan\b|(?<!=)\bNone\b")
    assert [text for text in texts if unfilled.search(text)] == []
    found = charts(reader.at)
    assert len(found) >= 8
    assert all(len(chart.alt) > 15 for chart in found)


@language
@pytest.mark.parametrize("key", CLAIMS[PAGE])
def test_every_claim_opens_in_both_languages(visit, key, language):
    reader = visit().follow(PAGE, lang=language, **SMALL, **{f"claim.{key}.open": "1"})
    texts = shown(reader.at)
    assert any(EXPERIMENTS[key].claim[language] in text for text in texts)
    assert {text: words for text in texts if (words := foreign(text, language))} == {}


def test_what_takes_long_waits_until_it_is_asked_for(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL)
    assert not [text for text in shown(reader.at) if "came back:" in text]
    long = [key for key in CLAIMS[PAGE] if EXPERIMENTS[key].takes_long]
    assert long
    reader.at.button("button-gradient_flow:lives.run").click()
    reader.run()
    assert reader.link["lives.run"] == "1"
    assert [text for text in shown(reader.at) if "Share of units dead" in text]


@pytest.mark.parametrize("name", [name for name in CONTROLS[PAGE] if name.endswith(".run")])
def test_a_button_asks_for_what_takes_long_and_the_link_says_so(visit, name):
    small = QUICK[PAGE] | {key: value for key, value in RUNS.items() if not key.endswith(".run")}
    reader = visit().follow(PAGE, lang="en", **small)
    before, waiting = reader.link, shown(reader.at)
    reader.click(f"button-{PAGE}:{name}")
    assert reader.link == before | {name: "1"}
    assert not reader.asks(name)
    measured = shown(reader.at)
    assert measured != waiting
    assert name != ALL_CLAIMS or not [text for text in measured if "not measured yet" in text]
    again = visit().follow(PAGE, **reader.link)
    assert not again.asks(name)
    assert shown(again.at) == measured


def test_a_claim_is_measured_once_and_can_be_closed(visit):
    reader = visit().follow(PAGE, lang="en", **QUICK[PAGE], **{"claim.zig-zag.seed": "77"})
    before = reader.link
    assert "not measured yet" in reader.chip("zig-zag")
    assert not reader.has("claim.zig-zag.open")
    reader.click("measure-zig-zag")
    assert reader.link == before | {"claim.zig-zag.open": "1"}
    assert reader.value("claim.zig-zag.open") is True
    chip = reader.chip("zig-zag")
    reader.move("claim.zig-zag.open", False)
    assert reader.link == before
    assert reader.chip("zig-zag") == chip and "not measured" not in chip


def test_the_captions_ratio_is_the_measurements(visit):
    reader = visit().follow(PAGE, lang="en", **SMALL, **{"deep.f": "sigmoid", "deep.seed": "7"})
    seen = view(DeepSettings(depth=4, width=8, seed=7), ("sigmoid",), 5)
    middle, low, high = seen.ratio("sigmoid")
    written = f"Sigmoid {number(middle)} ({number(low)} – {number(high)})"
    assert [text for text in shown(reader.at) if written in text]
    assert 0 < low <= middle <= high < 0.3


def test_the_microscope_splits_the_gradient_and_keeps_the_zeros():
    seen = view(DeepSettings(depth=12, width=16), ("sigmoid", "relu"), 3)
    for key in ("sigmoid", "relu"):
        for seed in range(3):
            one = view(DeepSettings(depth=12, width=16), (key,), 3)
            own = one.profile
            ratio = own.delta[0, seed] / own.delta[-2, seed]
            product = np.prod(own.slope_factor[:-1, seed]) * np.prod(own.weight_factor[:-1, seed])
            assert product == pytest.approx(ratio, rel=1e-10)
    assert seen.vanished("sigmoid") == 0
    small = view(DeepSettings(depth=50, width=8, dtype="float32", scale=0.25), ("sigmoid",), 2)
    assert small.vanished("sigmoid") > 0  # underflow: float64 still has them
    big = view(DeepSettings(depth=50, width=8, scale=0.25), ("sigmoid",), 2)
    assert big.vanished("sigmoid") == 0 and big.profile.delta.min() < 1e-40
    shares = seen.distribution(3).groupby("function")["share"].sum()
    assert np.allclose(shares, 1.0)


def test_the_heat_map_has_a_byte_a_layer_and_comes_back_the_same():
    run = DeepLiveRun(DeepLiveSettings(depth=5, function="tanh", rate=0.01))
    start = run.column()
    run.seek(6)
    later = run.column()
    run.seek(0)
    assert run.column() == start and len(start) == 5 and later != start
    run.seek(6)
    assert run.column() == later
