"""Every page, whole in both languages: no exception, no word of the other language."""

from __future__ import annotations

import re

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import EXPERIMENTS
from dlbasic.params import Choice, declared
from dlbasic.text import LANGUAGES
from dlbasic.ui.controls import CONTROLS
from dlbasic.ui.shell import PAGES
from tests.pages.settings import LONG, OPEN, PAGE_OF, QUICK, claim_of, revealing
from tests.pages.shown import charts, foreign, shown

ALL = ",".join(ACTIVATIONS)
VIEWS = {
    "activations": {
        "first visit": {},
        "every function": {"f": ALL, "slope": "log", "classes": "6"},
        "flat": {"f": "relu", "x": "-6,0"},
        "far": {"f": ALL, "x": "-1000,1000", "at": "-1000"},
        "softmax broken": {"shift": "1000", "temperature": "0.1"},
        "neuron off screen": {
            "f": "relu", "neuron.f": "elu", "neuron.mean": "-9", "neuron.std": "0.1",
        },
        "claims": OPEN["activations"],
        "mended": {"at": "x", "bogus": "1", "x": "5,5"},
    },
    "training": {
        "first visit": {},
        "values to predict": {"data": "plane"},
        "five classes": {"data": "spiral5"},
        "all diverge": {"data": "plane", "rate": "10", "function": "relu"},
        "some diverge": {"data": "plane", "rate": "0.3", "function": "prelu"},
        "nobody there": {"race.target": "0.01"},
        "all there": {"data": "gaussians", "noise": "0", "rate": "0.3", "race.target": "0.5"},
        "a function's parameter": {"function": "gelu"},
        "claims": OPEN["training"],
        "mended": {"bogus": "1"},
    },
    "losses": {
        "first visit": {},
        "scores": {"ex.against": "score", "ex.label": "0", "ex.slope": "log", "line.shown": "mae"},
        "probabilities": {"ex.against": "probability", "ex.p": "1", "line.shown": "huber"},
        "six classes": {"many.classes": "6", "many.smoothing": "0.2", "numbers.classes": "5"},
        "impossible": {"entropy.q1": "0", "entropy.unit": "nat", "two.score": "12"},
        "measured": {"numbers.run": "1", "numbers.numbering": "order"},
        "claims": OPEN["losses"],
        "mended": {"bogus": "1"},
    },
}  # fmt: skip
view = pytest.mark.parametrize(
    ("page", "view"), [(page, view) for page, views in VIEWS.items() for view in views]
)
language = pytest.mark.parametrize("language", LANGUAGES)


# Where a computation that breaks is what is shown: a view, or a claim's key.
NAN_IS_MEANT = {"softmax broken", "softmax", "ce-one-hot"}


def check_language(visit, language, part=""):
    texts = shown(visit.at)
    assert len(texts) > 15
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    assert any(re.search("[가-힣]", text) for text in texts) == (language == "ko")
    # What is filled in is filled in, and with something.
    unfilled = re.compile(r"(?<![\\A-Za-z])\{\w*[:}]|\bnan\b|(?<!=)\bNone\b")
    assert [text for text in texts if unfilled.search(text)] == []
    if part not in NAN_IS_MEANT:
        assert [text for text in texts if "NaN" in text] == []


@language
@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_one_language(visit, page, language):
    check_language(visit().follow(page, lang=language), language)


@language
@view
def test_every_view_speaks_one_language(visit, page, view, language):
    link = QUICK[page] | VIEWS[page][view]
    meant = "softmax" if (page, view) == ("activations", "claims") else view  # one of its claims
    check_language(visit().follow(page, lang=language, **link), language, meant)


@language
@pytest.mark.parametrize("preset", ["quick", "control"])
@pytest.mark.parametrize("key", EXPERIMENTS)
def test_every_verdicts_words_speak_one_language(visit, key, preset, language):
    settings = getattr(EXPERIMENTS[key], preset)
    link = {
        f"claim.{key}.{name}": param.write(getattr(settings, name))
        for name, param in declared(settings).items()
    }
    link = QUICK[PAGE_OF[key]] | link | {f"claim.{key}.open": "1"}
    reader = visit().follow(PAGE_OF[key], lang=language, **link)
    check_language(reader, language, key)


def test_the_check_of_languages_sees_the_other_one(visit):
    """A page in English is full of words that a Korean page must not have, and the reverse."""
    for page in VIEWS:
        texts = shown(visit().follow(page, lang="en").at)
        assert sum(bool(foreign(text, "ko")) for text in texts) > 50
        texts = shown(visit().follow(page, lang="ko").at)
        assert sum(bool(foreign(text, "en")) for text in texts) > 50


@language
@view
def test_every_chart_has_its_words_in_a_text_alternative(visit, page, view, language):
    reader = visit().follow(page, lang=language, **QUICK[page] | VIEWS[page][view])
    found = charts(reader.at)
    assert len(found) >= {"activations": 4, "training": 1, "losses": 8}[page]
    assert all(len(chart.alt) > 15 for chart in found)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_every_function_can_be_shown_alone(visit, key):
    reader = visit().follow("activations", lang="en", f=key, **{"neuron.f": key})
    name = ACTIVATIONS[key].name["en"]
    texts = shown(reader.at)
    assert any(text == f"#### {name}" for text in texts)
    assert reader.notices == []
    assert reader.value("f") == (key,) and reader.value("neuron.f") == key


CHOICES = [
    (page, name, option)
    for page, table in CONTROLS.items()
    for name, param in table.items()
    if isinstance(param, Choice) and (page != "gradient_flow" or claim_of(name) not in LONG)
    for option in param.options
]


@pytest.mark.parametrize(("page", "name", "option"), CHOICES)
def test_every_option_of_every_choice_can_be_chosen(visit, page, name, option):
    reader = visit().follow(page, lang="en", **revealing(page, name) | {name: option})
    assert reader.notices == []
    assert reader.value(name) == option
    assert not name.startswith("claim.") or reader.at.code, "the claim is open"


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
