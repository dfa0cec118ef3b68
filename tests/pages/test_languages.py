"""Every page, whole in both languages: no exception, no word of the other language."""

from __future__ import annotations

import re
import sys

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS
from dlbasic.params import Choice
from dlbasic.text import LANGUAGES, Text
from dlbasic.ui.shell import _said
from dlbasic.words import Words
from tests.pages.settings import (
    FIGURE_PARTS,
    LONG,
    PAGE_OF,
    PAGES,
    PARTS,
    QUICK,
    claim_link,
    has_widget,
    quick,
    revealing,
)
from tests.pages.shown import charts, foreign, shown, without_formulas
from tests.pages.visits import Alone, figures_of
from tests.site import CLAIMS_OF, FIGURES

full = pytest.mark.full
language = pytest.mark.parametrize("language", LANGUAGES)
each_page = pytest.mark.parametrize("page", PAGES)

ALL = ",".join(ACTIVATIONS)
RUNS = {
    "dying.run": "1", "dying.epochs": "20", "dying.seeds": "3", "dying.functions": "relu,elu",
    "cures.run": "1", "cures.epochs": "20", "cures.seeds": "3", "cures.depth": "2",
    "cures.functions": "sigmoid,relu",
}  # fmt: skip
# Links that between them make each page say all that it can say.
VIEWS = {
    "overview": {
        "on the way": {"stage.pair": "tanh-relu", "stage.epoch": "20"},
        "mended": {"stage.pair": "relu", "bogus": "1"},
    },
    "activations": {
        "every function": {
            "explorer.functions": ALL, "explorer.slope": "log", "softmax.classes": "6",
        },
        "formulas": {"explorer.functions": ALL, "explorer.part": "formulas"},
        "facts": {"explorer.functions": ALL, "explorer.part": "facts"},
        "rounded to the ends": {
            "explorer.functions": ALL, "explorer.part": "formulas", "explorer.x": "-1000,1000",
        },
        "flat": {"explorer.functions": "relu", "explorer.x": "-6,0"},
        "far": {"explorer.functions": ALL, "explorer.x": "-1000,1000", "explorer.at": "-1000"},
        "softmax shifted": {"softmax.shift": "10"},
        "softmax broken": {"softmax.shift": "1000", "softmax.temperature": "0.1"},
        "neuron off screen": {
            "explorer.functions": "relu", "neuron.function": "elu", "neuron.mean": "-9",
            "neuron.std": "0.1",
        },
        "all outputs equal": {
            "neuron.function": "relu", "neuron.mean": "-10", "neuron.std": "0.1",
        },
        "zero-centred": {"neuron.function": "tanh"},
        "mended": {"explorer.at": "x", "bogus": "1", "explorer.x": "5,5"},
    },
    "training": {
        "values to predict": {"data": "plane"},
        "a plane without a hidden layer": {"data": "plane", "hidden": "0"},
        "five classes": {"data": "spiral5"},
        "all diverge": {"data": "plane", "lr": "10", "function": "relu", "compare.run": "1"},
        "some diverge": {
            "data": "plane", "lr": "0.3", "function": "prelu", "compare.run": "1",
        },
        "nobody there": {"compare.target": "0.01"},
        "all there": {
            "data": "gaussians", "noise": "0", "lr": "0.3", "compare.target": "0.5",
            "compare.run": "1",
        },
        "an easy target": {
            "data": "plane", "lr": "0.1", "compare.target": "0.5", "compare.run": "1",
        },
        "a function's parameter": {"function": "gelu"},
        "no hidden layer": {"hidden": "0", "compare.run": "1"},
        "from zeros": {"initializer": "zeros", "optimizer": "adam", "compare.run": "1"},
        **{
            f"{by} compared": {
                "compare.by": by, "functions": "relu,elu", "compare.run": "1", **link,
            }
            for by, link in {
                "functions": {}, "initializers": {"function": "gelu"},
                "rates": {"lr": "10", "data": "plane"},
                "optimizers": {"initializer": "zeros", "data": "blobs3"},
                "losses": {"compare.target_accuracy": "0.6"},
            }.items()
        },
        "no own data compared": {"data": "own", "compare.by": "rates"},
        "losses of values compared": {"compare.by": "losses", "data": "plane", "compare.run": "1"},
        "one loss": {"compare.by": "losses", "data": "blobs3"},
        "stuck at zeros, compared": {
            "compare.by": "optimizers", "initializer": "zeros", "compare.run": "1",
        },
        "a function's parameter, compared": {
            "compare.by": "rates", "function": "elu", "elu.alpha": "0.5", "compare.run": "1",
        },
        "from zeros, moving": {"initializer": "zeros", "function": "sigmoid"},
        "classes without a hidden layer": {"layers": "0"},
        "features without a hidden layer": {"layers": "0", "features": "x1_squared"},
        "own data": {"data": "own"},
        "mended": {"bogus": "1"},
    },
    "losses": {
        "scores": {
            "explorer.against": "score", "explorer.label": "0", "explorer.slope": "log",
            "line.shown": "mae",
        },
        "probabilities": {
            "explorer.against": "probability", "explorer.p": "1", "line.shown": "huber",
            "two_classes.label": "0.3",
        },
        "second parts": {
            "explorer.part": "formulas", "line.part": "carried", "two_classes.part": "runs",
            "many_classes.part": "formulas", "class_numbers.part": "runs", "entropy.part": "way",
        },
        "third parts": {
            "explorer.part": "formulas", "explorer.against": "probability",
            "two_classes.part": "surfaces", "many_classes.part": "code",
            "class_numbers.part": "all", "entropy.part": "units",
        },
        "six classes": {
            "many_classes.classes": "6", "many_classes.smoothing": "0.2",
            "class_numbers.classes": "5",
        },
        "six classes in code": {
            "many_classes.part": "code", "many_classes.classes": "6",
            "many_classes.smoothing": "0.2", "class_numbers.part": "runs",
            "class_numbers.classes": "5",
        },
        "classes that are not there": {"class_numbers.truth": "e", "many_classes.label": "5"},
        "exact sums": {
            "many_classes.classes": "2", "many_classes.z1": "-10", "many_classes.z2": "10",
        },
        "the middle class": {"class_numbers.truth": "b"},
        "far on the wrong side": {
            "explorer.against": "score", "explorer.reach": "1000",
            "explorer.two_classes": "sigmoid_mse",
        },
        "all points on the line": {
            "line.part": "carried", "line.x": "1,2,3,4,5,6,7,8", "line.y": "1,2,3,4,5,6,7,8",
        },
        "impossible": {
            "entropy.q1": "0", "entropy.unit": "nat", "two_classes.score": "12",
        },
        "not within the epochs": {
            "two_classes.part": "surfaces", "two_classes.size": "4", "two_classes.angle": "180",
        },
        "learned from the start": {"two_classes.part": "surfaces", "two_classes.angle": "0"},
        "nothing": {"entropy.p1": "0", "entropy.p2": "0", "entropy.p3": "0"},
        "p and q alike": {
            "entropy.part": "way", "entropy.q1": "5", "entropy.q2": "3", "entropy.q3": "2",
        },
        "measured": {
            "class_numbers.part": "all", "class_numbers.run": "1",
            "class_numbers.numbering": "order", "class_numbers.seed": "5",
            "class_numbers.spread": "0.2",
        },
        "mended": {"bogus": "1"},
    },
    "gradient_flow": {
        "larger initial weights": {"microscope.scale": "3"},
        "overflow in the output layer": {
            "microscope.functions": "elu", "microscope.depth": "31", "microscope.width": "16",
            "microscope.scale": "16", "microscope.seeds": "6", "microscope.dtype": "float32",
            "microscope.rule": "he_normal",
        },
        "measured": RUNS,
        "one function": {
            "microscope.functions": "mish", "training.function": "mish", "zigzag.batch": "8",
        },
        "centred": {
            "zigzag.inputs": "centred", "zigzag.step": "0", "zigzag.direction": "45",
        },
        "dying": RUNS | {"dying.lr": "3", "dying.bias": "-3"},
        "nobody dies": RUNS | {
            "dying.functions": "identity,prelu", "dying.lr": "0.003", "dying.part": "deaths",
        },
        "slopes that are learned": RUNS | {
            "dying.functions": "relu,prelu", "dying.lr": "0.003", "dying.part": "loss",
        },
        "who died": RUNS | {"dying.lr": "3", "dying.bias": "-3", "dying.part": "deaths"},
        "all diverge": RUNS | {
            "dying.functions": "prelu", "dying.lr": "3", "dying.part": "loss",
        },
        "Xavier": RUNS | {"cures.part": "xavier"},
        "naive": RUNS | {"cures.part": "naive"},
        "signs": {"zigzag.part": "signs"},
        "factors": {"microscope.part": "factors"},
        "outputs": {"microscope.part": "outputs", "microscope.layer": "2"},
        "saturation": {"microscope.part": "saturation"},
        "long awaited": {
            "microscope.functions": ALL, "microscope.depth": "50", "microscope.width": "32",
            "microscope.seeds": "20", "microscope.run": "1",
        },
        "skipping": RUNS | {"cures.skip": "1", "training.skip": "1", "cures.optimizer": "adam"},
        "overflow": {
            "microscope.depth": "50", "microscope.scale": "16", "microscope.dtype": "float32",
            "microscope.rule": "he_normal", "microscope.functions": "relu,gelu,tanh",
        },
        "all dead": {
            "microscope.width": "2", "microscope.depth": "50", "microscope.functions": "relu",
        },
        "factors of nothing": {
            "microscope.width": "2", "microscope.depth": "50", "microscope.functions": "relu",
            "microscope.part": "factors",
        },
        "mended": {"bogus": "1"},
    },
}  # fmt: skip
for page, keys in CLAIMS_OF.items():
    VIEWS[page]["every card"] = {f"claim.{key}.open": "1" for key in keys}
# Where a computation that breaks is what is shown: a view, or a claim's key.
NAN_IS_MEANT = {"softmax broken", "softmax", "ce-one-hot", "every card"}


def check_language(reader, language, part=""):
    texts = shown(reader.at)
    assert len(texts) > 15
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    assert any(re.search("[가-힣]", text) for text in texts) == (language == "ko")
    # What is filled in is filled in, and with something; {1} is a set, and formulas have braces.
    unfilled = re.compile(r"(?<![\\A-Za-z])\{(?!\d)\w*[:}]|\bnan\b|(?<!=)\bNone\b")
    assert [text for text in texts if unfilled.search(without_formulas(text))] == []
    if part not in NAN_IS_MEANT:
        assert [text for text in texts if "NaN" in text] == []
    assert all(len(chart.alt) > 15 for chart in charts(reader.at))


def pictures(reader):
    """The charts and players of a figure."""
    return charts(reader.at) + reader.players


@language
@pytest.mark.parametrize("place", FIGURES)
def test_every_figure_speaks_one_language(visit, place, language):
    page, _, figure = place.partition("/")
    fig = {"fig": figure} if page in PAGES else {}
    reader = visit().follow(page, lang=language, **fig)
    assert reader.figure == fig.get("fig") and reader.notices == []
    check_language(reader, language)
    assert pictures(reader)


@pytest.mark.parametrize(
    ("page", "view"),
    [
        pytest.param(page, view, marks=[full] if place else [])
        for page, views in VIEWS.items()
        for place, view in enumerate(views)
    ],
)
def test_every_view_speaks_one_language(visit, page, view):
    for language in LANGUAGES:
        link = QUICK[page] | VIEWS[page][view]
        reader = visit().follow(page, lang=language, **link)
        assert bool(reader.notices) == (view == "mended")
        for figure in figures_of(page, VIEWS[page][view]):
            if figure != reader.figure:
                reader.turn(figure)
            check_language(reader, language, view)
            none = view == "one loss" or VIEWS[page][view].get(f"{figure}.part") == "deaths"
            assert pictures(reader) or none


@full
@each_page
def test_the_views_are_of_all_that_a_page_can_say(visit, page, monkeypatch):
    """Words that no view has would be in no test, and perhaps on no page."""
    _said.cache_clear()  # what stands around a figure is put together once
    said, texts, part_of, in_language = set(), set(), Words.__getitem__, Text.__getitem__
    monkeypatch.setattr(
        Words, "__getitem__", lambda words, part: said.add((words, part)) or part_of(words, part)
    )
    monkeypatch.setattr(
        Text, "__getitem__", lambda text, lang: texts.add(id(text)) or in_language(text, lang)
    )
    for link in ({}, *VIEWS[page].values()):
        reader = visit().follow(page, lang="en", **QUICK[page] | link)
        for figure in figures_of(page, link):
            if figure != reader.figure:
                reader.turn(figure)
    for place in [part for part in FIGURE_PARTS if part.startswith(f"{page}/")]:
        figure = FIGURES[place]
        words, module = figure.words, sys.modules[figure.show.__module__]
        assert [part for part in words.parts if (words, part) not in said] == [], place
        own = {name: text for name, text in vars(module).items() if isinstance(text, Text)}
        own.pop("_WAITING", None)  # stands at the bar of what nobody has measured yet
        own.pop("_BACK_ONE", None)  # where rounding decides: test_microscope_page has it
        assert [name for name, text in own.items() if id(text) not in texts] == [], place


# What takes long is measured at its least first.
PRESETS = [(key, "least") for key in LONG] + [
    pytest.param(key, preset, marks=[full] if key in LONG else [])
    for key in PAGE_OF
    for preset in ("defaults", "control")
]


@pytest.mark.parametrize(("key", "preset"), PRESETS)
def test_every_verdicts_words_speak_one_language(key, preset):
    claim = CLAIMS[key]
    link = quick(key) if preset == "least" else claim_link(key, getattr(claim, preset))
    reader = Alone(key).follow(lang="ko", **link | {f"claim.{key}.open": "1"})
    check_language(reader, "ko", key)
    check_language(reader.speak("en"), "en", key)
    assert any(claim.sentence["en"] in text for text in shown(reader.at))
    assert len(charts(reader.at)) == 1


@each_page
def test_the_check_of_languages_sees_the_other_one(visit, page):
    """A page in English is full of words that a Korean page must not have, and the reverse."""
    reader = visit().follow(page, lang="en")
    assert sum(bool(foreign(text, "ko")) for text in shown(reader.at)) > 30
    reader.speak("ko")
    assert sum(bool(foreign(text, "en")) for text in shown(reader.at)) > 30


def test_every_function_can_be_shown_alone():
    explorer = Alone("activations/explorer").follow(lang="en", **{"explorer.part": "formulas"})
    neuron = Alone("activations/neuron").follow(lang="en")
    for key, kind in ACTIVATIONS.items():
        explorer.move("explorer.functions", (key,))
        assert explorer.value("explorer.functions") == (key,)
        assert kind.name["en"] in [fold.label for fold in explorer.at.expander]
        neuron.move("neuron.function", key)
        assert neuron.value("neuron.function") == key


SLOW = ("relu-fast", "silu")  # what they measure under every option, their own tests say


@full
@pytest.mark.parametrize("part", [part for part in PARTS if part not in SLOW])
def test_every_option_of_every_choice_can_be_chosen(part):
    reader = Alone(part)
    names = [name for name, param in reader.controls.items() if isinstance(param, Choice)]
    for name in names:
        reader.follow(lang="en", **revealing(part, name))
        if not reader.has(name):
            # Its task is chosen in another figure, or the drawing sets it.
            assert part == "training/compare" or not has_widget(name, reader.controls[name])
            continue
        for option in reader.controls[name].options:
            reader.move(name, option)
            assert reader.value(name) == option
            assert reader.link.get(name, reader.controls[name].default) == option
            assert part in FIGURES or reader.at.code, "the claim is open"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko-KR", "ko"), ("ko", "ko"), ("KO-kr", "ko"), ("en-US", "en"), ("fr-FR", "en"), ("", "en")],
)
def test_the_browsers_language_decides_the_first_visit(visit, locale, language):
    reader = visit(locale).run()
    assert reader.link == {"lang": language}
    check_language(reader, language)


def test_a_link_decides_over_the_browser(visit):
    assert visit("ko-KR").follow("activations", lang="en").link == {"lang": "en"}
