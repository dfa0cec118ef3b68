"""What holds for every claim: verdicts, controls, words, charts, code."""

import contextlib
import io
import itertools
import math
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.params import Choice, Declared, Flag, Integer, Real, Span, Tick, declared
from dlbasic.text import LANGUAGES
from tests.claims.runs import (
    RUNS,
    cheap,
    every_claim,
    every_run,
    few_seeds,
    outcome,
    presets,
    run,
)

SLOW = ("relu-fast", "silu", "softmax-output")  # a run takes a second: of choices, both ends
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("error")


def coarse_values(settings, few=False):
    """The options, or the ``few`` at the ends, and ends and defaults of ranges of each setting."""
    values = {}
    for name, param in declared(settings).items():
        match param:
            case Choice():
                options = list(param.options)
                values[name] = [options[0], options[-1]] if few else options
            case Flag():
                values[name] = [False, True]
            case Real() | Integer():
                values[name] = sorted({param.low, param.default, param.high})
            case Tick(ticks=ticks):
                values[name] = sorted({ticks[0], param.default, ticks[-1]})
            case Span(ticks=ticks):
                values[name] = [param.default, ticks[:2], ticks[-2:], (ticks[0], ticks[-1])]
            case _:
                values[name] = [param.default]
        if name == "seed":
            values[name] = [param.default]
    return values


def coarse_grid(claim):
    """Settings that reach every corner: all combinations; where it trains, one change at a time."""
    if "seeds" in declared(claim.defaults):
        start = few_seeds(claim, claim.defaults)
        for name, values in coarse_values(start, few=claim.key in SLOW).items():
            for value in values:
                many = name == "seeds" and value > start.seeds
                yield replace(cheap(claim, start) if many else start, **{name: value})
        return
    values = coarse_values(claim.defaults)
    for combination in itertools.product(*values.values()):
        yield replace(claim.defaults, **dict(zip(values, combination, strict=True)))


def slots(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def words(claim, verdict):
    return {
        "sentence": claim.sentence,
        "reading": claim.words["reading"],
        "deciding": claim.deciding(verdict),
        "why": claim.why[verdict],
        "suggestion": claim.words["suggestion"],
        **{part: claim.words[part] for part in ("slip", "limit") if part in claim.words},
    }


def check_outcome(claim, settings, found):
    """The words can be filled with sound numbers, and the chart can be drawn."""
    assert all(type(value) is float for value in found.measured.values())
    assert not found.limited or (found.verdict is Verdict.HOLDS and "limit" in claim.words)
    for place, text in words(claim, found.verdict).items():
        if place == "limit" and not found.limited:
            continue
        for slot in slots(text.ko):
            if slot in claim.constants:
                continue
            if slot in found.measured:
                assert math.isfinite(found.measured[slot]), f"{slot} in {place}"
            else:
                assert slot in declared(settings), f"{slot} in {place}"
        for language in LANGUAGES:
            filled = text.fill(language, claim.slots(settings, found, language))
            assert "{" not in filled
    for name in found.measured:
        for language in LANGUAGES:
            filled = claim.slots(settings, found, language)
            assert "{" not in claim.quantities[name].fill(language, filled)
    frame, plot = found.frame, claim.plot
    assert 0 < len(frame) <= 600
    columns = [plot.x, plot.y, *filter(None, [plot.low, plot.high])]
    numbers = frame[columns]
    assert all(dtype.kind == "f" for dtype in numbers.dtypes)
    assert numbers.map(math.isfinite).all(axis=None)
    assert not plot.log_x or (frame[plot.x] > 0).all()
    assert not plot.log_y or (frame[columns[1:]] > 0).all(axis=None)
    assert set(frame[plot.series]) <= set(plot.names)
    if plot.low is not None and plot.high is not None:
        assert (frame[plot.low] <= frame[plot.y]).all()
        assert (frame[plot.y] <= frame[plot.high]).all()


# What comes out


@every_run
def test_the_verdict_is_the_one_expected_and_the_controls_another(claim, settings):
    verdict = outcome(claim.key, settings).verdict
    assert (verdict is claim.expected) == (settings != claim.control)


@every_run
def test_words_can_be_filled_and_the_chart_be_drawn(claim, settings):
    check_outcome(claim, settings, outcome(claim.key, settings))


@pytest.mark.full
@every_claim
def test_every_reachable_outcome_has_words_and_a_chart(claim):
    reached, drawn = set(), set()
    for settings in {*coarse_grid(claim), claim.control, claim.defaults}:
        found = outcome(claim.key, settings)
        reached.add(found.verdict)
        drawn |= set(found.frame[claim.plot.series])
        check_outcome(claim, settings, found)
    assert reached == set(claim.why)
    assert drawn == set(claim.plot.names), "a name that no chart uses"


@pytest.mark.full
@pytest.mark.parametrize(
    ("claim", "settings"), [run for run in RUNS if "seed" in declared(run.values[1])]
)
def test_verdicts_survive_another_seed(claim, settings):
    found, other = (outcome(claim.key, s) for s in (settings, replace(settings, seed=2**70)))
    assert other.verdict is found.verdict
    # A control may measure nothing but zeros, whatever the seed.
    assert settings == claim.control or not other.frame.equals(found.frame)


@pytest.mark.full
@every_claim
def test_a_quarter_more_or_less_changes_no_verdict(claim, monkeypatch):
    """Of each threshold, and of each setting such as the learning rate that was chosen."""
    usual = outcome(claim.key, claim.defaults)
    for name, factor in itertools.product(claim.thresholds, (0.75, 1.25)):
        if name in declared(claim.defaults):
            moved = getattr(claim.defaults, name) * factor
            found = run(claim, replace(claim.defaults, **{name: moved}))
        else:
            module = sys.modules[type(claim.defaults).__module__]
            with monkeypatch.context() as changed:
                changed.setattr(module, name, scaled(getattr(module, name), factor))
                found = run(claim, claim.defaults)
            assert found.measured != usual.measured, f"{name} is not what it is judged by"
        assert found.verdict is usual.verdict, f"{factor} times {name} turns the verdict"


def scaled(value, factor):
    return tuple(one * factor for one in value) if isinstance(value, tuple) else value * factor


def test_verdicts_are_the_three():
    assert [verdict.value for verdict in Verdict] == ["holds", "conditional", "contradicted"]


# How it is declared


def test_order_and_keys():
    first = ["sigmoid-range", "tanh-range", "relu-definition", "softmax", "gelu", "mish"]
    assert [key for key in CLAIMS if key in first] == first
    assert all(key == claim.key for key, claim in CLAIMS.items())


@every_claim
def test_settings_are_one_frozen_dataclass_of_declared_parameters(claim):
    kind = type(claim.defaults)
    assert issubclass(kind, Declared) and kind.__dataclass_params__.frozen
    assert {field.name for field in fields(kind)} == set(declared(kind))
    # What a link leaves out or garbles falls back to the declared defaults.
    assert kind() == claim.defaults
    assert all(type(settings) is kind for settings in presets(claim).values())
    assert hash(claim.defaults) == hash(kind())


@every_claim
def test_settings_out_of_range_are_refused(claim):
    for name in declared(claim.defaults):
        with pytest.raises(ValueError, match=name):
            replace(claim.defaults, **{name: "nonsense"})


@every_claim
def test_the_subject_names_settings_that_the_control_changes(claim):
    assert set(claim.subject) <= set(declared(claim.defaults))
    assert set(claim.changed(claim.control)) & set(claim.subject)
    assert claim.changed(claim.defaults) == ()


# What it says


@every_claim
def test_both_languages_say_something_with_the_same_slots(claim):
    for verdict in claim.why:
        for place, text in words(claim, verdict).items():
            assert text.ko.strip() and text.en.strip(), place
            assert slots(text.ko) == slots(text.en), place
    titles = [claim.plot.x_title, claim.plot.y_title, *claim.plot.names.values()]
    assert all(title.ko and title.en for title in [*titles, *claim.quantities.values()])


@every_run
def test_every_measured_number_is_named_and_numbers_of_one_name_are_one(claim, settings):
    """The card lists each name once."""
    found = outcome(claim.key, settings)
    assert set(found.measured) <= set(claim.quantities)
    for language in LANGUAGES:
        named = {}
        for name, value in found.measured.items():
            said = claim.slots(settings, found, language)
            title = claim.quantities[name].fill(language, said)
            assert named.setdefault(title, value) == value, title


@every_claim
def test_settings_are_not_listed_as_measured(claim):
    """They fill the words by their own names, and stand on the card as controls."""
    settings = claim.defaults
    measured = outcome(claim.key, settings).measured
    assert {name for name in set(measured) & set(declared(settings))
            if measured[name] == getattr(settings, name)} == set()  # fmt: skip


@every_claim
def test_a_choice_is_named_as_its_option_without_brackets(claim):
    found = outcome(claim.key, claim.defaults)
    for settings, language in itertools.product({*coarse_grid(claim)}, LANGUAGES):
        said = claim.slots(settings, found, language)
        for name, param in declared(settings).items():
            if isinstance(param, Choice):
                full = param.options[getattr(settings, name)][language]
                assert full.startswith(said[name]) and said[name] and "(" not in said[name]


# A percentage always ends in the same word; what words are joined with is not seen.
PARTICLE = re.compile(r"\{[^}%]*\}\u2060?(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")


@every_claim
def test_no_korean_particle_that_depends_on_the_word_follows_a_slot(claim):
    for verdict in claim.why:
        for place, text in words(claim, verdict).items():
            assert not PARTICLE.search(text.ko), place


def test_particles_are_found():
    assert PARTICLE.search("{exp_limit}을 넘을 때") and PARTICLE.search("{function:.1f}는")
    assert PARTICLE.search("{rate}\u2060로 학습하면")
    assert not PARTICLE.search("{function}의 값은 {low}이므로 {share:%}\u2060를 넘습니다")


# Its Python


def printed(found):
    """What the code of a card prints."""
    return f"{found.verdict.value}\n{dict(found.measured)}\n"


@every_claim
def test_code_gives_the_verdict_and_the_numbers_and_a_second_run_is_the_same(claim):
    settings = cheap(claim, claim.control)
    code = claim.code(settings)
    assert len(code.splitlines()) <= 8
    said = io.StringIO()
    namespace = {}
    with contextlib.redirect_stdout(said):
        exec(code, namespace)
    one, two = outcome(claim.key, settings), namespace["outcome"]
    assert one is not two and namespace["settings"] == settings
    assert said.getvalue() == printed(one)
    pd.testing.assert_frame_equal(one.frame, two.frame, check_exact=True)
    assert one.measured == two.measured and one.verdict is two.verdict


def test_code_names_only_what_differs_from_the_defaults():
    mish = CLAIMS["mish"]
    settings = replace(mish.defaults, window=(-2.0, -1.5))
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(mish.code(settings), namespace)
    assert namespace["settings"] == settings
    assert "replace(claim.defaults, window=(-2.0, -1.5))" in mish.code(settings)
    assert "replace" not in mish.code(mish.defaults)


@pytest.mark.parametrize(
    "keys", [("mish",), pytest.param(tuple(CLAIMS), marks=pytest.mark.full)], ids=["one", "all"]
)
def test_code_runs_on_its_own(keys):
    runs = {key: cheap(CLAIMS[key], CLAIMS[key].defaults) for key in keys}
    codes = [CLAIMS[key].code(settings) for key, settings in runs.items()]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(codes)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(printed(outcome(*run)) for run in runs.items())
