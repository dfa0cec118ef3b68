"""The comparison on its page: table, caption and chart say what was measured, in every kind."""

from __future__ import annotations

import io
import json
import re
import sys
from collections import deque
from functools import cache

import pandas as pd
import pytest
import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.datasets.own_rows import from_table
from dlbasic.figures.training.compare.measure import (
    BY,
    RATES,
    Compare,
    constant_score,
    run_race,
)
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import declared
from dlbasic.text import LANGUAGES, number, percent
from dlbasic.ui.kept import POOL
from tests.pages.settings import QUICK
from tests.pages.shown import charts, said, shown
from tests.pages.visits import Alone
from tests.site import FIGURES

RACE = "training/compare"
OWN = "\N{NO-BREAK SPACE}\\*"  # behind the name of the reader's own
THINGS = {
    "functions": {"ko": "활성화 함수 {}가지", "en": "{} activation functions"},
    "initializers": {"ko": "초기 가중치 {}가지", "en": "{} kinds of initial weights"},
    "rates": {"ko": "학습률 {}가지", "en": "{} learning rates"},
    "optimizers": {"ko": "옵티마이저 {}가지", "en": "{} optimizers"},
    "losses": {"ko": "손실 함수 {}가지", "en": "{} losses"},
}
SCORES = {
    "loss": {"ko": "테스트 손실", "en": "test loss"},
    "accuracy": {"ko": "테스트 정확도", "en": "test accuracy"},
    "error": {"ko": "테스트 평균 절대 오차", "en": "test mean absolute error"},
}
NOTES = (
    "own-missing", "own", "functions", "initializers", "rates", "optimizers", "losses-accuracy",
    "losses-error", "one-loss", "by-layer", "changed", "easy-target", "no-hidden", "zeros",
    "zeros-still", "zeros-alike",
)  # fmt: skip
each_kind = pytest.mark.parametrize("by", BY)


def compared(language="en", **link):
    return Alone(RACE).follow(lang=language, **{"compare.epochs": "20", "compare.run": "1"} | link)


def link_of(settings):
    """The link that says these settings."""
    own = ("by", "seeds", "epochs", "target", "target_accuracy")
    return {
        f"compare.{name}" if name in own else name: param.write(getattr(settings, name))
        for name, param in declared(settings).items()
    }


@cache
def standings_of(settings):
    (done,) = deque(run_race(settings), maxlen=1)
    return done.standings(settings.goal)


def names_of(by, language):
    """What the variants are called, by key."""
    kinds = {"functions": ACTIVATIONS, "initializers": INITIALIZERS, "optimizers": OPTIMIZERS,
             "losses": LOSSES}  # fmt: skip
    if by == "rates":
        return {f"{rate:g}": number(rate) for rate in RATES}
    return {key: kind.name.short[language] for key, kind in kinds[by].items()}


def table(reader):
    return reader.at.table[0].value


def notes(reader, language="en"):
    """What is told beside the caption, by its part."""
    found = {part: said(reader, RACE, part, language) for part in NOTES}
    return {part: slots for part, slots in found.items() if slots is not None}


def written(score, settings):
    return percent(score) if settings.score == "accuracy" else number(score)


# Table, caption and chart


@pytest.mark.parametrize(
    ("by", "data"),
    [
        ("functions", "gaussians"), ("functions", "spiral5"), ("functions", "plane"),
        ("initializers", "moons"), ("rates", "gaussians"), ("optimizers", "blobs3"),
        ("losses", "gaussians"), ("losses", "plane"),
    ],
)  # fmt: skip
def test_table_caption_and_chart_are_what_was_measured(by, data):
    settings = Compare(by=by, data=data, lr=0.1, batch=20.0, epochs=20, target=0.2, seed=3)
    reader, standings = compared(**link_of(settings)), standings_of(settings)
    score = {"gaussians": "accuracy", "plane": "error"}[data] if by == "losses" else "loss"
    assert settings.score == score
    for language in LANGUAGES:
        names = names_of(by, language)
        rows = table(reader.speak(language))
        marked = [f"{names[s.variant]}{OWN}" if s.variant == settings.chosen else names[s.variant]
                  for s in standings]  # fmt: skip
        assert list(rows.iloc[:, 0]) == marked and settings.chosen in [s.variant for s in standings]
        assert list(rows.iloc[:, 1]) == [
            f"{'–' if s.epochs is None else number(s.epochs)} ({s.reached}/24)" for s in standings
        ]
        assert SCORES[score][language] in rows.columns[2]
        for cell, s in zip(rows.iloc[:, 2], standings, strict=True):
            middle, low, high = (
                written(value, settings) for value in (s.score, s.score_low, s.score_high)
            )
            assert cell == f"{middle} ({low} – {high})"
        diverged = [number(s.diverged) for s in standings]
        some = set(diverged) != {"0"}
        further = by != "losses" and data != "plane"
        assert rows.shape[1] == 3 + further + some, "no accuracy of predicted values, or twice"
        if further:
            assert list(rows.iloc[:, 3]) == [percent(s.accuracy) for s in standings]
        assert not some or list(rows.iloc[:, -1]) == diverged
        check_caption(reader, language, settings, standings)
        (chart,) = charts(reader.at)
        assert all(f"{names[s.variant]} {s.reached}/24" in chart.alt for s in standings)
        assert SCORES[score][language] in chart.alt
        assert THINGS[by][language].format(len(names)) in chart.alt or by == "losses"
        assert notes(reader, language)["own"] == {"name": names[settings.chosen]}


def check_caption(reader, language, settings, standings):
    """Who was there first, and who never."""
    names = names_of(settings.by, language)
    winners = [s for s in standings if s.reached == 24]
    none = [names[s.variant] for s in standings if not s.reached]
    expected = {
        "things": THINGS[settings.by][language].format(len(standings)), "seeds": "24",
        "epochs": "20", "goal": f"{SCORES[settings.score][language]} "
        f"{written(settings.goal, settings)}",
    }  # fmt: skip
    if not winners:
        part = "caption-no-winner"
        expected |= {"none_count": number(len(none))}
    else:
        first = [names[s.variant] for s in winners if s.epochs == winners[0].epochs]
        part = "caption" if none else "caption-no-loser"
        expected |= {
            "all_count": number(len(winners)), "fastest": ", ".join(first),
            "fastest_epochs": number(winners[0].epochs),
        }  # fmt: skip
        if none:
            expected |= {"none": ", ".join(none)}
    assert said(reader, RACE, part, language) == expected


@each_kind
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_there_from_the_first_visit_on(by, language):
    reader = Alone(RACE).follow(lang=language, **{"compare.by": by})
    assert not [button for button in reader.at.button if "button-" in (button.key or "")]
    names = names_of(by, language)
    (chart,) = charts(reader.at)
    variants = Compare(by=by).variants
    assert len(table(reader)) == len(variants)
    assert all(names[key] in chart.alt for key in variants)
    (drawn,) = reader.at.session_state["visit"].charts.values()
    sheet = pd.read_csv(io.BytesIO(drawn.csv(language)), encoding="utf-8-sig", dtype=str)
    title = declared(Compare)[Compare(by=by).varied].label.short.inside[language]
    assert list(sheet[title].unique()) == [names[key] for key in variants], "without a mark"


def test_another_kind_stands_under_its_own_result():
    """What was in sight of one kind says nothing of another."""
    reader = compared(seed="4241", **{"compare.by": "optimizers"})
    assert len(table(reader)) == len(OPTIMIZERS)
    reader.move("compare.by", "rates")
    assert len(table(reader)) == len(RATES)
    assert [text for text in reader.captions if "0 (now 4,241)" in text]
    assert "rates" in notes(reader) and "optimizers" not in notes(reader)


def test_the_settings_of_the_result_are_named_with_layers_and_features():
    reader = Alone(RACE).follow(lang="en", layers="0", features="x1,x1x2")
    (told,) = [text for text in reader.captions if text.startswith("Measured with")]
    assert "8, 8 (now none)" in told and "x₁, x₂ (now x₁, x₁x₂)" in told
    other = Alone(RACE).follow(lang="ko", functions="relu,elu", **{"compare.by": "optimizers"})
    assert [text for text in other.captions if "없음(지금 ReLU, ELU)" in text]


def test_the_legend_marks_the_readers_own(visit):
    spec = [json.loads(charts(compared(**{"compare.by": by, "lr": lr}).at)[0].spec)
            for by, lr in (("rates", "0.3"), ("rates", "10"), ("functions", "0.3"))]  # fmt: skip
    own = [param["value"] for part in spec for param in part["params"] if param["name"] == "own"]
    assert own == ["0.3", "", "tanh"]
    labels = [layer["encoding"]["color"]["legend"]["labelExpr"]
              for layer in spec[0]["layer"] if "color" in layer.get("encoding", {})]  # fmt: skip
    assert labels and all("(datum.label == own ? ' *' : '')" in label for label in labels)


# What there is to know of the variants


def test_where_functions_are_compared_those_of_single_layers_do_not_apply():
    link = {"functions": "relu,sigmoid"}
    assert notes(compared(**link)) == {"functions": {"names": "ReLU, Sigmoid"}}
    assert not any(OWN in cell for cell in table(compared(**link)).iloc[:, 0])
    assert notes(compared(functions="relu,relu")) == {"own": {"name": "ReLU"}}
    others = notes(compared(**link, **{"compare.by": "optimizers"}))
    assert others["by-layer"] == {"names": "ReLU, Sigmoid"} and "functions" not in others


def test_the_readers_parameters_of_functions_are_measured_with_and_named(visit):
    link = {"lang": "en", "function": "elu", "fig": "compare", "compare.run": "1",
            "compare.epochs": "20", "compare.seeds": "8"}  # fmt: skip
    changed = {"elu.alpha": "0.5", "silu.beta": "2.0"}
    for by, named in (("functions", "ELU, SiLU"), ("optimizers", "ELU")):
        usual = visit().follow("training", **link, **{"compare.by": by})
        reader = visit().follow("training", **link, **changed, **{"compare.by": by})
        assert "changed" not in notes(usual) and notes(reader)["changed"] == {"names": named}
        scores = dict(zip(table(reader).iloc[:, 0], table(reader).iloc[:, 2], strict=True))
        before = dict(zip(table(usual).iloc[:, 0], table(usual).iloc[:, 2], strict=True))
        own = [name for name in scores if scores[name] != before[name]]
        assert len(own) == (2 if by == "functions" else len(OPTIMIZERS))
        assert by == "optimizers" or {name.split("\N{NO-BREAK SPACE}")[0] for name in own} == {
            "ELU", "SiLU"}  # fmt: skip


def test_optimizers_share_the_readers_rate_and_the_page_says_so():
    assert notes(compared(lr="0.1", **{"compare.by": "optimizers"})) == {
        "own": {"name": "SGD"}, "optimizers": {"lr": "0.1"},
    }  # fmt: skip


def test_losses_are_compared_on_one_measure_and_the_page_says_why():
    for data, part in (("circle", "losses-accuracy"), ("plane", "losses-error")):
        assert part in notes(compared(data=data, **{"compare.by": "losses"}))
    for language in LANGUAGES:
        reader = compared(language, data="blobs3", **{"compare.by": "losses"})
        assert notes(reader, language) == {"one-loss": {}}
        assert not charts(reader.at) and not reader.at.table
        assert reader.has("data"), "and other data can be chosen"
    reader.move("data", "xor")
    assert len(table(reader)) == 3


@each_kind
def test_what_is_compared_has_no_control_and_all_else_has(by):
    reader = compared(**{"compare.by": by})
    shared = {name for name in FIGURES[RACE].params if not name.startswith("compare.")}
    varied = {"functions": "function", "initializers": "initializer", "rates": "lr",
              "optimizers": "optimizer", "losses": "loss"}[by]  # fmt: skip
    gone = {"functions", "error", varied}  # the first is set in the drawing of figure 1
    assert {name for name in shared if reader.has(name)} == shared - gone
    accuracy = by == "losses"
    assert reader.has("compare.target_accuracy") is accuracy
    assert reader.has("compare.target") is not accuracy


def test_a_target_that_asks_for_nothing_is_called_easy():
    reader = compared(data="plane", **{"compare.target": "0.5"})
    baseline = constant_score(Compare(data="plane"))
    assert baseline < 0.5
    assert notes(reader)["easy-target"] == {
        "goal": "test loss 0.5", "baseline": number(baseline),
    }  # fmt: skip
    assert "easy-target" not in notes(reader.move("compare.target", 0.05))
    assert "easy-target" not in notes(compared(**{"compare.by": "losses"})), "half is no 95 %"


def test_where_all_diverge_table_and_caption_say_so():
    reader = compared(data="plane", lr="10")
    for language in LANGUAGES:
        rows = table(reader.speak(language))
        assert len(rows) == len(ACTIVATIONS)
        assert set(rows.iloc[:, -1]) == {"24"}
        assert set(rows.iloc[:, 2]) == {"∞ (∞ – ∞)"}
        slots = {
            "things": THINGS["functions"][language].format(11), "seeds": "24", "epochs": "20",
        }  # fmt: skip
        assert said(reader, RACE, "caption-diverged", language) == slots


def test_where_some_diverge_the_table_counts_them():
    reader = compared(data="xor", lr="3")
    diverged = [s.diverged for s in standings_of(Compare(data="xor", lr=3.0, epochs=20))]
    assert 0 < sum(diverged) < 24 * len(ACTIVATIONS)
    assert list(table(reader)["Seeds that diverged"]) == [str(count) for count in diverged]
    assert said(reader, RACE, "caption-diverged") is None


def test_a_comparison_without_a_hidden_layer_or_from_zeros_says_so():
    reader = compared(data="gaussians", layers="0")
    assert notes(reader) == {"own": {"name": "Tanh"}, "no-hidden": {}}
    assert table(reader).iloc[:, 1:].drop_duplicates().shape[0] == 1, "all functions alike"
    zeros = {"data": "gaussians", "initializer": "zeros"}
    still = notes(compared(**zeros))["zeros"]["names"]
    names = function_names("en")
    assert still == ", ".join(names[f] for f in ACTIVATIONS if f not in ("sigmoid", "softplus"))
    alike = standings_of(Compare(**zeros, epochs=20))
    assert all(s.score_low == s.score == s.score_high for s in alike), "seeds differ in nothing"
    assert notes(compared(data="gaussians")) == {"own": {"name": "Tanh"}}
    for link, part in (
        ({}, {"zeros-still": {"name": "Tanh"}}), ({"function": "sigmoid"}, {"zeros-alike": {}}),
        ({"functions": "relu"}, {"zeros-alike": {}}), ({"dropout": "0.2"}, {}),
        ({"layers": "0"}, {}),
    ):  # fmt: skip
        found = notes(compared(**zeros, **link, **{"compare.by": "optimizers"}))
        assert {name: found[name] for name in found if name.startswith("zeros")} == part, link
    assert "zeros" not in "".join(notes(compared(**zeros, **{"compare.by": "initializers"})))


# What is measured anew, and what is not


def test_the_chosen_function_does_not_change_the_comparison_of_functions(visit, monkeypatch):
    """Nor is it measured again: all readers share what has been."""
    run, begin = [], POOL.begin
    monkeypatch.setattr(POOL, "begin", lambda given: run.append(given) or begin(given))
    link = QUICK["training"] | {"seed": "4242", "compare.run": "1"}

    def plain(rows):  # without the mark
        return rows.replace(re.escape(OWN), "", regex=True)

    reader = visit().follow("training", lang="en", fig="compare", **link)
    before = plain(table(reader))
    assert len(run) == 1
    reader.turn("live").move("function", "elu").move("elu.alpha", 0.5)
    assert plain(table(reader.turn("compare"))).equals(before)
    again = visit().follow("training", lang="en", fig="compare", **link, **{"function": "mish"})
    assert plain(table(again)).equals(before)
    # Nor does another target, which only reads it otherwise.
    assert not plain(table(again.move("compare.target", 0.5))).equals(before)
    again.move("seed", 4243)
    assert len(run) == 1, "nor does a slider measure anew"


def test_a_waiting_reader_sees_a_bar_and_then_none(monkeypatch):
    drawn, progress = [], st.progress
    monkeypatch.setattr(st, "progress", lambda *given: drawn.append(given) or progress(*given))
    reader = compared(seed="4244")
    assert [share for share, _ in drawn] == [0.0]
    assert not reader.at.get("progress")
    reader.run()
    assert len(drawn) == 1, "what is known needs none"


def test_one_link_says_the_same_to_everyone():
    link = {"compare.by": "optimizers", "seed": "77", "layers": "6,4", "dropout": "0.1"}
    first, second = (shown(compared(**link).at) for _ in range(2))
    assert first == second and first != shown(compared(**link | {"seed": "78"}).at)


def test_layers_and_features_can_be_typed_and_pressed_here_too():
    reader = compared(**{"compare.by": "optimizers", "compare.run": "0"})
    reader.move("layers", (5, 3)).move("features", ("x1", "x1_squared"))
    assert reader.link["layers"] == "5,3" and reader.link["features"] == "x1,x1_squared"
    at = reader.at
    at.session_state["training:layers"] = "99, x, 2.6"
    assert reader.run().link["layers"] == "32,3", "what is no width is mended"
    settings = Compare(by="optimizers", layers=(32, 3), features=("x1", "x1_squared"), epochs=20)
    reader.click("button-training:compare.run")
    assert list(table(reader).iloc[:, 2].str.partition(" ")[0]) == [
        number(s.score) for s in standings_of(settings)
    ]


def test_the_readers_own_data_are_compared_on_and_kept_apart(monkeypatch):
    link = {"data": "own", "compare.by": "optimizers"}
    module, given = sys.modules[FIGURES[RACE].show.__module__], [None]
    monkeypatch.setattr(module, "own_points", lambda: given[0])
    circle = standings_of(Compare(by="optimizers", epochs=20))
    reader = compared(**link)
    assert "own-missing" in notes(reader)
    assert list(table(reader).iloc[:, 3]) == [percent(s.accuracy) for s in circle]
    rows = [(x1, x2, "ab"[x1 * x2 > 0]) for x1 in (-2, -1, 1, 2) for x2 in (-2, -1, 1, 2)]
    for place in (0, 1):
        given[0] = from_table(rows[place:]).points
        reader.run()
        before = "before the last change" if place else "with: Data Circle (now Your own data)"
        assert f"Measured {before}." in reader.captions
        reader.click("button-training:compare.run")
        settings = Compare(by="optimizers", epochs=20, data="own", own=given[0])
        standings = standings_of(settings.as_measured)
        assert standings != circle and "own-missing" not in notes(reader)
        assert list(table(reader).iloc[:, 2].str.partition(" ")[0]) == [
            number(s.score) for s in standings
        ]
    given[0] = from_table([(x1, x2, "ab"[x1 == x2 == 1]) for x1, x2, _ in rows]).points
    easy = {"data": "own", "compare.by": "losses", "compare.target_accuracy": "0.6"}
    assert notes(compared(**easy))["easy-target"]["goal"] == "test accuracy 60%"
