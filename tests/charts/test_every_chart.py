"""Every figure's charts in both languages: valid, every word in the page's language."""

from __future__ import annotations

import importlib
import inspect
import itertools
from functools import cache

import pytest
from jsonschema import ValidationError

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import curves
from dlbasic.charts.lines import Measure
from dlbasic.figures import PAGES
from dlbasic.figures.activations.explorer import chart as explorer
from dlbasic.figures.activations.neuron import chart as neuron
from dlbasic.figures.activations.softmax import chart as softmax
from dlbasic.figures.gradient_flow.dying import chart as dying
from dlbasic.figures.gradient_flow.microscope import chart as microscope
from dlbasic.figures.gradient_flow.zigzag import chart as zigzag
from dlbasic.figures.losses.class_numbers import chart as class_numbers
from dlbasic.figures.losses.entropy import chart as entropy
from dlbasic.figures.losses.explorer import chart as loss_explorer
from dlbasic.figures.losses.explorer.measure import REGRESSION, TWO_CLASSES
from dlbasic.figures.losses.line import chart as line
from dlbasic.figures.losses.many_classes import chart as many_classes
from dlbasic.figures.losses.two_classes import chart as two_classes
from dlbasic.figures.training.compare import chart as compare
from dlbasic.figures.training.compare.measure import BY, Compare
from dlbasic.measures.sigmoid_losses import COMPARED
from dlbasic.text import LANGUAGES, Text
from tests.charts.specs import check_difference, check_language, check_validity

KEYS = tuple(ACTIVATIONS)
SIDES = {"residual": tuple(REGRESSION), "score": tuple(TWO_CLASSES)}
SIDES["probability"] = SIDES["score"]
# Titles that a page gives, whose own tests read them.
TITLE = Text(ko="제목", en="title")
WHOLE = [(keys, log) for keys in (KEYS, ("relu",)) for log in ("linear", "log")]

CHARTS = {
    **{f"explorer-{len(keys)}-{log}": (explorer.chart, keys, log == "log") for keys, log in WHOLE},
    **{f"histogram-{key}": (neuron.histogram, key, TITLE) for key in KEYS},
    **{f"probabilities-{n}": (softmax.probabilities, n) for n in (2, 6)},
    **{
        f"race-{settings.by}-{settings.score}": (
            compare.race, settings.varied, tuple(settings.variants), settings.score,
        )
        for settings in (
            *(Compare(by=by) for by in BY), Compare(by="losses", data="plane"),
        )
    },
    "race-one": (compare.race, "function", ("relu",), "loss"),
    **{
        f"loss-explorer-{against}-{len(keys)}-{log}": (
            loss_explorer.chart, keys, against, log == "log",
        )
        for against, every in SIDES.items()
        for keys in (every, every[:1])
        for log in ("linear", "log")
    },
    **{f"chain-{n}": (many_classes.chain, n) for n in range(2, 7)},
    **{
        f"{draw.__name__}-{unit}": (draw, unit)
        for draw in (entropy.bars, entropy.way)
        for unit in ("bit", "nat")
    },
    "fitted": (line.fitted,),
    **{f"carried-{share}": (line.carried, share) for share in ("of_loss", "of_gradient")},
    "gradients": (two_classes.gradients,),
    **{f"surface-{key}": (two_classes.surface, key) for key in COMPARED},
    "errors": (class_numbers.errors,),
    "accuracies": (class_numbers.accuracies, 3, "A B C"),
    **{
        f"layers-{len(keys)}-{log}-{'more' if more else 'plain'}-{place}": (
            microscope.layers, keys, ("delta", TITLE, log), more, more, place,
        )
        for keys, log in ((KEYS, "log"), (("relu",), "share"))
        for more, place in ((False, "upper"), (True, "upper"), (True, "lower"))
    },
    "outputs": (microscope.outputs, KEYS),
    "path": (zigzag.path,),
    "signs": (zigzag.signs,),
    "learned-slopes": (dying.learned_slopes, 2),
    **{
        f"curves-{scale}-{place}": (curves, KEYS, ("dead", TITLE, scale), place)
        for scale in ("log", "share")
        for place in ("alone", "upper", "lower")
    },
}  # fmt: skip


@cache
def build(name, language):
    """The chart's specification; read-only."""
    draw, *shape = CHARTS[name]

    def spoken(part):
        if part is TITLE:
            return part[language]
        if isinstance(part, tuple) and TITLE in part:
            return Measure(*map(spoken, part))
        return part

    return draw(*map(spoken, shape), language).to_dict()


every = pytest.mark.parametrize("name", CHARTS)


@every
def test_it_is_valid_without_rows_and_differs_in_words_alone(name):
    korean, english = (build(name, language) for language in LANGUAGES)
    check_validity(english)
    check_difference(korean, english)


@pytest.mark.parametrize(("name", "language"), list(itertools.product(CHARTS, LANGUAGES)))
def test_every_word_is_in_the_language(name, language):
    check_language(build(name, language), language)


def test_no_chart_is_left_out():
    """Whatever a figure's ``chart.py`` gives as a chart is among those that are looked at."""
    known = {draw for draw, *_ in CHARTS.values()}
    for page in PAGES.values():
        for figure in page.figures:
            try:
                module = importlib.import_module(f"dlbasic.figures.{page.key}.{figure.key}.chart")
            except ModuleNotFoundError:
                continue
            for name, draw in inspect.getmembers(module, inspect.isfunction):
                given = str(inspect.signature(draw).return_annotation)
                if draw.__module__ == module.__name__ and given.endswith("Chart"):
                    assert draw in known or name.startswith("_"), f"{module.__name__}.{name}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda layer: layer["mark"].update(type="lines"),
        lambda layer: layer["encoding"]["y"].update(title={"text": 3}),
        lambda layer: layer["encoding"].update(x={"field": "x", "type": "number"}),
        lambda layer: layer["encoding"].update(hue={"field": "x"}),
    ],
    ids=["mark", "title", "type", "channel"],
)
def test_what_is_not_valid_is_seen(spoil):
    draw, *shape = CHARTS["race-one"]
    spec = draw(*shape, "en").to_dict()
    check_validity(spec)
    spoil(next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line"))
    with pytest.raises(ValidationError):
        check_validity(spec)


def test_a_word_and_a_shape_of_the_other_language_are_seen():
    korean, english = (build("explorer-1-log", language) for language in LANGUAGES)
    with pytest.raises(AssertionError):
        check_language(korean, "en")
    with pytest.raises(AssertionError):
        check_language(english, "ko")
    with pytest.raises(AssertionError):
        check_difference(korean, build("explorer-1-linear", "en"))
    with pytest.raises(AssertionError):
        check_difference(english, english)
