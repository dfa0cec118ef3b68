"""The questions before the results: their answers, and the one that the numbers bear out."""

import re

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.text import LANGUAGES
from tests.claims.runs import outcome

each = pytest.mark.parametrize("key", CLAIMS)


@each
def test_one_answer_is_right_and_every_other_is_told_what_lies_behind_it(key):
    claim = CLAIMS[key]
    assert claim.right, "every claim is asked"
    assert len(claim.answers) in (3, 4)
    right = claim.right(outcome(key, claim.defaults).measured)
    assert right in claim.answers
    wrong = {part.removeprefix("wrong-") for part in claim.words.parts if part.startswith("wrong-")}
    assert wrong == claim.answers.keys() - {right}


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_short_and_gives_nothing_away(key, language):
    claim = CLAIMS[key]
    slots = claim.slots(claim.defaults, outcome(key, claim.defaults), language)
    question = claim.words["question"].fill(language, slots)
    assert question.endswith("?") and len(question) <= (90 if language == "ko" else 160)
    answers = [text[language] for text in claim.answers.values()]
    assert len(set(answers)) == len(answers) and max(map(len, answers)) <= 48
    assert not any(answer.endswith(".") for answer in answers)
    for name in claim.answers.keys() - {claim.right(outcome(key, claim.defaults).measured)}:
        said = claim.words[f"wrong-{name}"].fill(language, slots)
        assert len(re.findall(r"[.?!](?=\s|$)", said)) <= 2


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_behind_an_answer_is_one_sentence_with_its_number(key, language):
    if "because" in (words := CLAIMS[key].words):
        because = words["because"][language]
        assert "{" in because
        assert len(re.findall(r"[.?!](?=\s|$)", because)) == 1
