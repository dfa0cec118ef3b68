"""What holds for every claim's experiment: verdicts, controls, words, charts, code."""

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

from dlbasic.experiments import EXPERIMENTS, Verdict
from dlbasic.params import Choice, Declared, Flag, Integer, Real, Span, Tick, declared
from dlbasic.text import LANGUAGES
from tests.experiments.runs import outcome as known
from tests.experiments.runs import presets

PRESETS = ("defaults", "quick", "control")
SLOW = ("relu-fast", "silu")  # a run takes more than a second: of their choices, both ends
ROOT = Path(__file__).parents[2]
every = pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
seeded = pytest.mark.parametrize(
    "experiment", [e for e in EXPERIMENTS.values() if "seed" in declared(e.defaults)]
)
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


def coarse_grid(experiment):
    """Settings that reach every corner: all combinations; where it trains, one change at a time."""
    if "seeds" in declared(experiment.defaults):
        start = replace(experiment.quick, seeds=declared(experiment.defaults)["seeds"].low)
        for name, values in coarse_values(start, few=experiment.key in SLOW).items():
            for value in values:
                yield replace(start, **{name: value})
        return
    values = coarse_values(experiment.defaults)
    for combination in itertools.product(*values.values()):
        yield replace(experiment.defaults, **dict(zip(values, combination, strict=True)))


def slots(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def words(experiment, verdict):
    return {
        "claim": experiment.claim,
        "reading": experiment.reading,
        "deciding": experiment.deciding,
        "why": experiment.why[verdict],
        "suggestion": experiment.suggestion,
    }


def check_outcome(experiment, settings, outcome):
    """The words can be filled with sound numbers, and the chart can be drawn."""
    assert all(type(value) is float for value in outcome.measured.values())
    for place, text in words(experiment, outcome.verdict).items():
        for slot in slots(text.ko):
            if slot in outcome.measured:
                assert math.isfinite(outcome.measured[slot]), f"{slot} in {place}"
            else:
                assert slot in declared(settings), f"{slot} in {place}"
        for language in LANGUAGES:
            filled = text.fill(language, experiment.slots(settings, outcome, language))
            assert "{" not in filled
    for name in outcome.measured:
        for language in LANGUAGES:
            filled = experiment.slots(settings, outcome, language)
            assert "{" not in experiment.quantities[name].fill(language, filled)
    frame, plot = outcome.frame, experiment.plot
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


def test_order_and_keys():
    first = ["sigmoid-range", "tanh-range", "relu-definition", "softmax", "gelu", "mish"]
    assert [key for key in EXPERIMENTS if key in first] == first
    assert all(key == experiment.key for key, experiment in EXPERIMENTS.items())


@every
def test_defaults_give_the_expected_verdict(experiment):
    assert known(experiment.key, experiment.defaults).verdict is experiment.expected


@every
def test_quick_gives_the_same_verdict(experiment):
    assert known(experiment.key, experiment.quick).verdict is experiment.expected


@every
def test_control_gives_another_verdict(experiment):
    assert known(experiment.key, experiment.control).verdict is not experiment.expected


@every
def test_settings_are_one_frozen_dataclass_of_declared_parameters(experiment):
    kind = type(experiment.defaults)
    assert issubclass(kind, Declared) and kind.__dataclass_params__.frozen
    assert {field.name for field in fields(kind)} == set(declared(kind))
    # What a link leaves out or garbles falls back to the declared defaults.
    assert kind() == experiment.quick
    assert all(type(getattr(experiment, preset)) is kind for preset in PRESETS)
    assert hash(experiment.quick) == hash(kind())


@every
def test_settings_out_of_range_are_refused(experiment):
    for name in declared(experiment.defaults):
        with pytest.raises(ValueError, match=name):
            replace(experiment.defaults, **{name: "nonsense"})


@every
def test_same_settings_give_identical_outcomes(experiment):
    settings = experiment.quick
    one, two = known(experiment.key, settings), experiment.run(settings)
    pd.testing.assert_frame_equal(one.frame, two.frame, check_exact=True)
    assert one.measured == two.measured and one.verdict is two.verdict


@seeded
@pytest.mark.parametrize("seed", [1, 2**70])  # any whole number is a seed
def test_verdicts_survive_other_seeds(experiment, seed):
    for settings in presets(experiment):
        outcome = known(experiment.key, settings)
        other = known(experiment.key, replace(settings, seed=seed))
        assert other.verdict is outcome.verdict
        # A control may measure nothing but zeros, whatever the seed.
        assert settings == experiment.control or not other.frame.equals(outcome.frame)


@every
def test_both_languages_say_something_with_the_same_slots(experiment):
    for verdict in experiment.why:
        for place, text in words(experiment, verdict).items():
            assert text.ko.strip() and text.en.strip(), place
            assert slots(text.ko) == slots(text.en), place
    titles = [experiment.plot.x_title, experiment.plot.y_title, *experiment.plot.names.values()]
    assert all(title.ko and title.en for title in titles)


@every
def test_every_reachable_outcome_has_words_and_a_chart(experiment):
    reached = set()
    for settings in [*coarse_grid(experiment), experiment.control, experiment.quick]:
        outcome = known(experiment.key, settings)
        reached.add(outcome.verdict)
        check_outcome(experiment, settings, outcome)
    assert reached == set(experiment.why)


@every
def test_every_name_of_the_chart_is_used(experiment):
    drawn = set()
    for settings in coarse_grid(experiment):
        drawn |= set(known(experiment.key, settings).frame[experiment.plot.series])
    assert drawn == set(experiment.plot.names)


@every
def test_code_gives_the_verdict_and_the_numbers(experiment):
    settings = experiment.control
    code = experiment.code(settings)
    assert len(code.splitlines()) <= 8
    said = io.StringIO()
    namespace = {}
    with contextlib.redirect_stdout(said):
        exec(code, namespace)
    outcome = known(experiment.key, settings)
    assert namespace["settings"] == settings
    assert said.getvalue() == f"{outcome.verdict.value}\n{dict(outcome.measured)}\n"


def test_code_names_only_what_differs_from_the_defaults():
    mish = EXPERIMENTS["mish"]
    settings = replace(mish.defaults, window=(-2.0, -1.5))
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(mish.code(settings), namespace)
    assert namespace["settings"] == settings
    assert "replace(experiment.defaults, window=(-2.0, -1.5))" in mish.code(settings)
    assert "replace" not in mish.code(mish.defaults)


def test_code_runs_on_its_own():
    codes = [e.code(e.quick) for e in EXPERIMENTS.values()]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(codes)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    runs = [known(key, e.quick) for key, e in EXPERIMENTS.items()]
    assert done.stdout.splitlines()[::2] == [run.verdict.value for run in runs]


def test_verdicts_are_the_three():
    assert [verdict.value for verdict in Verdict] == ["holds", "conditional", "contradicted"]


@every
@pytest.mark.parametrize("preset", PRESETS)
def test_every_measured_number_is_named(experiment, preset):
    measured = known(experiment.key, getattr(experiment, preset)).measured
    assert set(measured) <= set(experiment.quantities)
    assert all(text.ko and text.en for text in experiment.quantities.values())


@every
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_of_one_name_are_one_number(experiment, language):
    """The card lists each name once."""
    for settings in presets(experiment):
        outcome, named = known(experiment.key, settings), {}
        for name, value in outcome.measured.items():
            said = experiment.slots(settings, outcome, language)
            words = experiment.quantities[name].fill(language, said)
            assert named.setdefault(words, value) == value, words


@every
def test_settings_are_not_listed_as_measured(experiment):
    """They fill the words by their own names, and stand on the card as controls."""
    settings = experiment.quick
    measured = known(experiment.key, settings).measured
    assert {name for name in set(measured) & set(declared(settings))
            if measured[name] == getattr(settings, name)} == set()  # fmt: skip


@every
def test_the_subject_names_settings_that_the_control_changes(experiment):
    assert set(experiment.subject) <= set(declared(experiment.defaults))
    assert set(experiment.changed(experiment.control)) & set(experiment.subject)
    assert experiment.changed(experiment.defaults) == ()


@every
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_is_named_as_its_option_without_brackets(experiment, language):
    outcome = known(experiment.key, experiment.quick)
    for settings in coarse_grid(experiment):
        said = experiment.slots(settings, outcome, language)
        for name, param in declared(settings).items():
            if isinstance(param, Choice):
                full = param.options[getattr(settings, name)][language]
                assert full.startswith(said[name]) and said[name] and "(" not in said[name]


PARTICLE = re.compile(r"\{[^}]*\}(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")


@every
def test_no_korean_particle_that_depends_on_the_word_follows_a_slot(experiment):
    for verdict in experiment.why:
        for place, text in words(experiment, verdict).items():
            assert not PARTICLE.search(text.ko), place


def test_particles_are_found():
    assert PARTICLE.search("{exp_limit}을 넘을 때") and PARTICLE.search("{function:.1f}는")
    assert not PARTICLE.search("{function}의 값은 {low}이므로")


@pytest.mark.parametrize("f", ["elu", "gelu", "silu", "mish"])
def test_a_function_beside_itself_is_said_not_to_bend_less(f):
    mish = EXPERIMENTS["mish"]
    settings = replace(mish.defaults, function=f, rival=f)
    outcome = mish.run(settings)
    said = mish.slots(settings, outcome, "en")
    assert "is no smaller than that of" in mish.why[outcome.verdict].fill("en", said)
    assert said["function"] == said["rival"] and said["mean"] == said["rival_mean"]
