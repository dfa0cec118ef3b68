"""What the teacher's documents say of the lesson is what the lesson says and measures."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.figures import PAGES
from dlbasic.figures.lesson import STEPS
from dlbasic.text import LANGUAGES
from tests.claims.runs import outcome

DOCS = {
    language: (Path(__file__).parents[1] / "docs" / f"teaching.{language}.md").read_text("utf-8")
    for language in LANGUAGES
}
each_language = pytest.mark.parametrize("language", LANGUAGES)


def rows(language):
    """The timetable's rows, cell by cell."""
    lines = [line for line in DOCS[language].splitlines() if re.match(r"\| \d+\. ", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def plain(text):
    return text.replace("\u2060", "").replace("|", "\\|")


@each_language
def test_the_timetable_is_the_lessons(language):
    assert [row[:3] for row in rows(language)] == [
        [f"{place}. {step.name[language]}", f"`lesson?fig={step.key}`", str(step.minutes)]
        for place, step in enumerate(STEPS, start=1)
    ]
    total = {"ko": "모두 {}분입니다.", "en": "Together {} minutes."}[language]
    assert total.format(sum(step.minutes for step in STEPS)) in DOCS[language]


@each_language
@pytest.mark.parametrize(
    "place",
    [
        pytest.param(n, id=s.key, marks=pytest.mark.xdist_group(s.claim))
        for n, s in enumerate(STEPS)
        if CLAIMS[s.claim].right
    ],
)
def test_its_answers_are_those_that_the_measurement_bears_out(place, language):
    claim = CLAIMS[STEPS[place].claim]
    found = outcome(claim.key, claim.defaults)
    question = claim.words["question"].fill(language, claim.slots(claim.defaults, found, language))
    answer = claim.answers[claim.right(found.measured)][language]
    assert rows(language)[place][3:] == [plain(question), plain(answer)]


@each_language
def test_every_address_opens_what_it_names(language):
    pages = "|".join(PAGES)
    addresses = re.findall(rf"`({pages})\?([^`]*)`", DOCS[language])
    assert len(addresses) >= len(STEPS) + 6
    for key, query in addresses:
        for name, raw in parse_qsl(query, strict_parsing=True):
            if name == "lang":
                assert raw == language
            else:
                assert PAGES[key].params[name].read(raw)[1], f"{key}?{query}"


@each_language
def test_each_step_has_its_section_with_what_to_answer_and_what_to_write(language):
    sections = re.split(r"^### ", DOCS[language], flags=re.MULTILINE)[1:]
    headings = [section.partition("\n")[0] for section in sections]
    assert headings == [
        f"{place}. {step.name[language]}" for place, step in enumerate(STEPS, start=1)
    ]
    told = {"ko": ("흔한 오개념", "이렇게 답합니다", "칠판"),
            "en": ("Misconceptions", "Respond", "Board")}[language]  # fmt: skip
    for section in sections:
        assert re.findall(r"^- \*\*(.*)\.\*\*", section, flags=re.MULTILINE) == list(told)


def test_the_sentences_to_be_put_right_are_those_of_these_steps():
    wrong = [n for n, step in enumerate(STEPS, start=1)
             if CLAIMS[step.claim].expected is not Verdict.HOLDS]  # fmt: skip
    first, second = wrong
    assert f"({first}단계와 {second}단계)" in DOCS["ko"]
    assert f"(steps {first} and {second})" in DOCS["en"]
