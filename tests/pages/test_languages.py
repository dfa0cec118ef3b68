"""Both pages, whole in both languages: no exception, no word of the other language."""

from __future__ import annotations

import re

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import EXPERIMENTS
from dlbasic.params import Choice, declared
from dlbasic.text import LANGUAGES
from dlbasic.ui.controls import CLAIMS, CONTROLS
from tests.pages.shown import charts, foreign, shown

ALL = ",".join(ACTIVATIONS)
EVERY_CLAIM = {f"claim.{key}.open": "1" for key in CLAIMS["activations"]}
VIEWS = {
    "first visit": {},
    "every function": {"f": ALL, "slope": "log", "classes": "6"},
    "flat": {"f": "relu", "x": "-6,0"},
    "far": {"f": ALL, "x": "-1000,1000", "at": "-1000"},
    "softmax broken": {"shift": "1000", "temperature": "0.1"},
    "neuron off screen": {"f": "relu", "neuron.f": "elu", "neuron.mean": "-9", "neuron.std": "0.1"},
    "claims": EVERY_CLAIM,
    "mended": {"at": "x", "bogus": "1", "x": "5,5"},
}
language = pytest.mark.parametrize("language", LANGUAGES)


def check_language(visit, language):
    texts = shown(visit.at)
    assert len(texts) > 15
    assert {text: words for text in texts if (words := foreign(text, language))} == {}
    assert any(re.search("[가-힣]", text) for text in texts) == (language == "ko")
    # What is filled in is filled in, and with something.
    unfilled = re.compile(r"\{\w*[:}]|\bnan\b|(?<!=)\bNone\b")
    assert [text for text in texts if unfilled.search(text)] == []


@language
@pytest.mark.parametrize("page", ["overview", "activations"])
def test_every_page_speaks_one_language(visit, page, language):
    check_language(visit().follow(page, lang=language), language)


@language
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_speaks_one_language(visit, view, language):
    check_language(visit().follow("activations", lang=language, **VIEWS[view]), language)


@language
@pytest.mark.parametrize("preset", ["quick", "control"])
@pytest.mark.parametrize("key", EXPERIMENTS)
def test_every_verdicts_words_speak_one_language(visit, key, preset, language):
    settings = getattr(EXPERIMENTS[key], preset)
    link = {
        f"claim.{key}.{name}": param.write(getattr(settings, name))
        for name, param in declared(settings).items()
    }
    reader = visit().follow("activations", lang=language, **link, **{f"claim.{key}.open": "1"})
    check_language(reader, language)


def test_the_check_of_languages_sees_the_other_one(visit):
    """A page in English is full of words that a Korean page must not have, and the reverse."""
    texts = shown(visit().follow("activations", lang="en").at)
    assert sum(bool(foreign(text, "ko")) for text in texts) > 50
    texts = shown(visit().follow("activations", lang="ko").at)
    assert sum(bool(foreign(text, "en")) for text in texts) > 50


@language
@pytest.mark.parametrize("view", VIEWS)
def test_every_chart_has_its_words_in_a_text_alternative(visit, view, language):
    reader = visit().follow("activations", lang=language, **VIEWS[view])
    found = charts(reader.at)
    assert len(found) >= 4
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
    (name, option)
    for name, param in CONTROLS["activations"].items()
    if isinstance(param, Choice)
    for option in param.options
]


@pytest.mark.parametrize(("name", "option"), CHOICES)
def test_every_option_of_every_choice_can_be_chosen(visit, name, option):
    claim = name.split(".")[1] if name.startswith("claim.") else "mish"
    link = {"f": ALL, f"claim.{claim}.open": "1", name: option}
    reader = visit().follow("activations", lang="en", **link)
    assert reader.notices == []
    assert reader.value(name) == option
    assert reader.value(f"claim.{claim}.open") is True


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
