"""The prose files: the same parts and slots in both languages, each wholly in its own."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.text import LANGUAGES
from dlbasic.ui.prose import FOLDER, parts
from dlbasic.ui.shell import PAGES
from tests.pages.shown import foreign

page = pytest.mark.parametrize("page", PAGES)


def slots(text: str) -> set[tuple[str, str | None]]:
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None}


def test_every_page_has_its_prose_in_both_languages():
    found = {path.name for path in FOLDER.glob("*.md")}
    assert found == {f"{name}.{language}.md" for name in PAGES for language in LANGUAGES}


@page
def test_both_languages_have_the_same_parts_in_the_same_order(page):
    korean, english = (parts(page, language) for language in LANGUAGES)
    assert list(korean) == list(english)
    assert all(korean.values()) and all(english.values())


@page
def test_no_part_is_written_twice(page):
    """The later one would silently win."""
    for language in LANGUAGES:
        text = (FOLDER / f"{page}.{language}.md").read_text("utf-8")
        marks = re.findall(r"<!-- *(\S+) *-->", text)
        assert marks == list(parts(page, language))


@page
def test_both_languages_have_the_same_slots(page):
    korean, english = (parts(page, language) for language in LANGUAGES)
    for part in korean:
        assert slots(korean[part]) == slots(english[part]), part


@page
def test_both_languages_have_the_same_headings(page):
    levels = [
        {part: re.findall(r"^#+", text, re.MULTILINE) for part, text in parts(page, lang).items()}
        for lang in LANGUAGES
    ]
    assert levels[0] == levels[1]


@page
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_in_its_language(page, language):
    for part, text in parts(page, language).items():
        words = re.sub(r"\{[^}]*\}", "", text)
        assert foreign(words, language) == [], part
        assert bool(re.search("[가-힣]", words)) == (language == "ko"), part


def test_every_function_has_a_part():
    assert set(ACTIVATIONS) <= set(parts("activations", "ko"))
