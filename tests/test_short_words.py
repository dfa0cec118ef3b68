"""What stands beside a picture is short: few words, few sentences, few numbers."""

from __future__ import annotations

import re

import pytest

from dlbasic.claims import CLAIMS
from dlbasic.figures import PAGES
from dlbasic.text import LANGUAGES
from dlbasic.words import Words

FIGURES = [
    pytest.param(figure, id=f"{page.key}-{figure.key}")
    for page in PAGES.values()
    for figure in page.figures
]
UNNAMED = ("errors", "errors-even", "accuracies")  # captions, too
SLOT = re.compile(r"\{[^}]*\}")
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_figure = pytest.mark.parametrize("figure", FIGURES)
each_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))


def plain(text: str) -> str:
    """The text without formulas, its slots as one word."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)
    return SLOT.sub("0", text).replace("\u2060", "")


def count_words(text: str) -> int:
    return len([word for word in plain(text).split() if re.search(r"\w", word)])


def count_sentences(text: str) -> int:
    """Ends of sentences outside of brackets, and what has no end."""
    text = re.sub(r"\([^)]*\)", "", plain(text)).strip()
    return len(re.findall(r"[.!?](?=\s|$)", text)) + (text[-1:] not in ".!?")


@each_language
@each_figure
def test_a_figure_opens_with_few_words_and_captions_of_two_sentences(figure, language):
    parts = figure.words.parts
    assert count_words(parts["opening"][language]) <= 40
    for name, text in parts.items():
        if "caption" in name or name in UNNAMED:
            assert count_sentences(text[language]) <= 2, name
        if "caption" in name or name in ("opening", *UNNAMED):
            assert "float64" not in text[language], name
    if "first" in parts:
        assert count_words(parts["first"][language]) <= 100


@each_language
@each_claim
def test_a_card_gives_its_number_its_limit_and_a_reason_in_two_sentences_each(claim, language):
    words: Words = claim.words
    for name, text in words.parts.items():
        if name in ("slip", "limit") or name.startswith("deciding"):
            assert count_sentences(text[language]) <= 2, name
    for verdict, why in claim.why.items():
        assert count_sentences(why[language]) <= 2, verdict
        assert len(SLOT.findall(why[language])) <= 3, verdict


def test_words_and_sentences_are_counted():
    assert count_words("A $x = 1$ b, {slot:%} – c") == 4
    assert count_sentences("값은 {a}입니다. 크기는 {b}배입니다(시드 20개).") == 2
    assert count_sentences("It is 0.5 (e.g. here): 1, 2. So there") == 2
    assert count_sentences("One. Two! Three?") == 3
