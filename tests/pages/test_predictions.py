"""Predict, then see: what a reader is asked, what is said of the answer, and how to be spared."""

from __future__ import annotations

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.text import LANGUAGES
from tests.claims.runs import outcome
from tests.pages.visits import Alone, Visit

KEY = "sigmoid-vanishing"
NAME = f"claim.{KEY}"


class Predicting(Alone):
    predicts = True


class PredictingVisit(Visit):
    predicts = True


def said(reader):
    """What the claim's card says."""
    (card,) = [block for block in reader.at.main if getattr(block, "key", None) == f"card-{KEY}"]
    return " ".join(part.value for part in card.markdown)


def right():
    return CLAIMS[KEY].right(outcome(KEY, CLAIMS[KEY].defaults).measured)


def answer(reader, name):
    reader.at.button_group(key=f"predict-{KEY}").set_value(name)
    return reader.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_is_shown_once_it_is_predicted(language):
    claim, reader = CLAIMS[KEY], Predicting(KEY).follow(lang=language)
    assert said(reader) == f"### {claim.sentence[language]}"
    assert reader.at.button_group(key=f"predict-{KEY}").options == [
        text[language] for text in claim.answers.values()
    ]
    for name in claim.answers:
        told = said(answer(Predicting(KEY).follow(lang=language), name))
        assert claim.answers[name][language] in told
        assert ("✗" in told) == (name != right())
    told = said(answer(reader, right()))
    assert "✗" not in told and reader.captions[-1].count("1") == 2


def test_a_wrong_answer_is_told_its_misconception_and_lowers_the_tally():
    reader = Predicting(KEY).follow(lang="en")
    wrong = next(name for name in CLAIMS[KEY].answers if name != right())
    told = said(answer(reader, wrong))
    assert "✗ Not as you predicted" in told
    assert CLAIMS[KEY].words[f"wrong-{wrong}"]["en"].split("{")[0][:30] in told
    assert reader.captions[-1] == "So far 0 of your 1 predictions came out right."


@pytest.mark.parametrize("link", [{"predict": "0"}, {f"{NAME}.open": "1"}, {f"{NAME}.depth": "4"}])
def test_who_came_by_a_link_to_a_result_is_not_asked(link):
    reader = Predicting(KEY).follow(lang="en", **link)
    assert "badge" in reader.chip(KEY)
    assert not [group for group in reader.at.button_group if group.key == f"predict-{KEY}"]


def test_switched_off_on_one_page_it_is_off_on_the_others_and_in_the_link():
    reader = PredictingVisit().follow("gradient_flow", lang="en", fig="microscope")
    assert "badge" not in reader.chip(KEY) and "predict" not in reader.address
    reader.at.toggle(key="gradient_flow:predict").set_value(False)
    reader.run()
    assert "badge" in reader.chip(KEY) and reader.address["predict"] == "0"
    reader.follow("losses", fig="explorer")
    assert reader.address["predict"] == "0"
    assert reader.at.toggle(key="losses:predict").value is False


def test_a_card_whose_result_was_shown_does_not_ask_when_it_is_closed():
    reader = Predicting(KEY).follow(lang="en", **{f"{NAME}.open": "1"})
    reader.move(f"{NAME}.open", False)
    assert "badge" in reader.chip(KEY)
    assert not [group for group in reader.at.button_group if group.key == f"predict-{KEY}"]


def test_going_back_undoes_what_holds_everywhere():
    reader = PredictingVisit().follow("gradient_flow", lang="en", fig="microscope")
    before = reader.address
    reader.at.toggle(key="gradient_flow:predict").set_value(False)
    reader.run()
    assert reader.address != before
    reader.at.query_params = before
    assert reader.run().address == before
    assert reader.at.toggle(key="gradient_flow:predict").value is True
