"""The lesson: each step asks first, then shows its figure as it was prepared."""

from __future__ import annotations

import re

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.figures import PAGES
from dlbasic.figures.lesson import STEPS
from dlbasic.text import LANGUAGES
from tests.pages.visits import Visit

LESSON = PAGES["lesson"]
each_step = pytest.mark.parametrize("step", STEPS, ids=[step.key for step in STEPS])
each_asked = pytest.mark.parametrize(
    "step", [pytest.param(s, id=s.key) for s in STEPS if CLAIMS[s.claim].right]
)
each_language = pytest.mark.parametrize("language", LANGUAGES)
VANISHING = LESSON.figure("vanishing")
TRY = {"ko": "**해 보세요.**", "en": "**Try this.**"}


class Predicting(Visit):
    predicts = True


def at(step, lang="en", **link):
    return Predicting().follow("lesson", lang=lang, fig=step.key, **link)


def question(reader, step):
    return [g for g in reader.at.button_group if g.key == f"predict-{step.claim}"]


def shows(reader, step):
    """Whether the step's figure is there: its controls, its picture and what to try, or none."""
    controls = any(reader.has(name) for name in step.params)
    picture = bool(reader.at.get("vega_lite_chart") or reader.players)
    tried = any(part.value.startswith(TRY[reader.link["lang"]]) for part in reader.at.markdown)
    assert controls == picture == tried
    return controls


def turns(reader):
    """Where the ways back and on lead to, by their ``rel``."""
    (html,) = [h.proto.body for h in reader.at.get("html") if "dl-nav dl-turn" in h.proto.body]
    return {rel: where for where, rel in re.findall(r'href="([^"]*)"[^>]* rel="(\w+)"', html)}


@each_language
@each_asked
def test_a_step_asks_first_and_an_answer_brings_its_figure(step, language):
    reader = at(step, language)
    assert question(reader, step) and not shows(reader, step)
    question(reader, step)[0].set_value(next(iter(CLAIMS[step.claim].answers)))
    reader.run()
    assert not question(reader, step) and shows(reader, step)
    assert reader.address == {"lang": language, "fig": step.key}


@each_language
@each_step
def test_a_step_shows_its_figure_as_prepared_and_says_so_in_no_link(step, language):
    reader = at(step, language, predict="0")
    assert shows(reader, step)
    assert reader.link == {"lang": language} and reader.notices == []
    for name, value in step.prepared.items():
        if reader.has(f"{step.key}.{name}"):
            assert reader.value(f"{step.key}.{name}") == value
    assert reader.at.subheader == [] and reader.at.title[0].value == LESSON.title[language]
    said = " ".join(part.value for part in reader.at.markdown)
    assert f"## {LESSON.heading(step)[language]}" in said
    assert CLAIMS[step.claim].sentence[language] in said


def test_who_does_not_want_to_predict_or_comes_by_an_open_card_sees_the_figure():
    assert shows(at(VANISHING, **{f"claim.{VANISHING.claim}.open": "1"}), VANISHING)
    reader = at(VANISHING)
    reader.at.toggle(key="lesson:predict").set_value(False)
    assert shows(reader.run(), VANISHING)


def test_a_link_can_prepare_a_step_otherwise():
    reader = Predicting().follow("lesson", lang="en", predict="0", **{"vanishing.depth": "4"})
    assert reader.figure == "vanishing" and reader.value("vanishing.depth") == 4
    assert reader.value("vanishing.functions") == ("sigmoid",)
    assert reader.link == {"lang": "en", "vanishing.depth": "4"}
    reader.move("vanishing.functions", ("sigmoid", "relu"))
    assert reader.link["vanishing.functions"] == "sigmoid,relu"
    reader.move("vanishing.functions", ("sigmoid",)).move("vanishing.depth", 20)
    assert reader.link == {"lang": "en"}


def test_a_steps_settings_are_its_own():
    """Also those that figures of one page have in common."""
    names = [name for step in STEPS for name in step.params if name.startswith(f"{step.key}.")]
    assert len(set(names)) == len(names)
    assert {"nonlinear.data", "fast.data", "nonlinear.lr", "fast.lr"} <= set(names)
    assert {"data", "lr"}.isdisjoint(LESSON.params)
    reader = at(LESSON.figure("nonlinear"), predict="0").move("nonlinear.data", "circle")
    assert reader.turn("fast").value("fast.data") == "circle" == reader.link["nonlinear.data"]
    assert reader.move("fast.data", "moons").turn("nonlinear").value("nonlinear.data") == "circle"


def test_one_goes_on_and_back_within_the_lesson_and_past_it_outside():
    keys = [step.key for step in STEPS]
    for place, step in enumerate(STEPS):
        ways = {rel: where.rpartition("fig=")[2] for rel, where in turns(at(step)).items()}
        assert ways.get("prev") == (keys[place - 1] if place else None)
        assert ways.get("next") == (keys[place + 1] if place + 1 < len(keys) else None)
    last = Visit().follow("gradient_flow", lang="en", fig="cures")
    assert turns(last).keys() == {"prev"}


def test_the_steps_follow_the_article_and_fill_a_class_hour():
    claims = [step.claim for step in STEPS]
    assert claims == [key for key in CLAIMS if key in claims] and 8 <= len(claims) <= 10
    minutes = sum(step.minutes for step in STEPS)
    assert 45 <= minutes <= 55
    for language in LANGUAGES:
        assert re.findall(r"\d+", LESSON.words["promise"][language]) == [str(minutes)]
    assert set(LESSON.words.parts) == {"promise"} | {
        part for step in STEPS for part in (step.key, f"{step.key}-try")
    }
