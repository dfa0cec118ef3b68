"""The words: the same parts and slots in both languages, each wholly in its own."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import dlbasic
from dlbasic.text import LANGUAGES
from dlbasic.words import Words
from tests.pages.shown import foreign, without_formulas

ROOT = Path(dlbasic.__file__).parent
FILES = sorted({path.parent / path.name.split(".")[0] for path in ROOT.rglob("*.*.md")})
each = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))


def texts(file: Path) -> dict:
    return Words(str(file.with_suffix(".py"))).parts


def marks(file: Path, language: str) -> list[str]:
    text = file.with_name(f"{file.name}.{language}.md").read_text("utf-8")
    return re.findall(r"<!-- *(\S+) *-->", text)


def slots(text: str) -> set[tuple[str, str | None]]:
    """Names and formats; percentage points are a percent sign and a word in Korean."""
    return {
        (name, "%" if spec == "pp" else spec)
        for _, name, spec, _ in Formatter().parse(without_formulas(text))
        if name is not None
    }


def test_words_are_found():
    assert len(FILES) > 40


@each
def test_both_languages_have_the_same_parts_in_the_same_order(file):
    assert marks(file, "ko") == marks(file, "en")
    assert all(text.ko and text.en for text in texts(file).values())


@each
def test_no_part_is_written_twice(file):
    """The later one would silently win."""
    assert marks(file, "ko") == list(texts(file))


@each
def test_both_languages_have_the_same_slots(file):
    for part, text in texts(file).items():
        assert slots(text.ko) == slots(text.en), part


@each
def test_both_languages_have_the_same_headings(file):
    for part, text in texts(file).items():
        levels = [re.findall(r"^#+", text[language], re.MULTILINE) for language in LANGUAGES]
        assert levels[0] == levels[1], part


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_in_its_language(file, language):
    for part, text in texts(file).items():
        words = re.sub(r"\{[^}]*\}", "", without_formulas(text[language]))
        assert foreign(words, language) == [], part
        assert bool(re.search("[가-힣]", words)) == (language == "ko"), part


def pair(folder: Path, korean: str, english: str) -> Words:
    (folder / "words.ko.md").write_text(korean, "utf-8")
    (folder / "words.en.md").write_text(english, "utf-8")
    return Words(str(folder / "__init__.py"), "words")


def test_a_part_that_others_share_is_written_once(tmp_path):
    words = pair(
        tmp_path,
        "<!-- one -->\n\n하나 {>both}\n\n<!-- both -->\n\n둘 다\n",
        "<!-- one -->\n\nOne {>both}\n\n<!-- both -->\n\nBoth\n",
    )
    assert words["one"].en == "One Both" and words["one"].ko == "하나 둘 다"


def test_a_part_in_one_language_alone_is_refused(tmp_path):
    words = pair(tmp_path, "<!-- one -->\n\n하나\n\n<!-- two -->\n\n둘\n", "<!-- one -->\n\nOne\n")
    with pytest.raises(ValueError, match="two in one language only"):
        words["one"]


def test_a_part_that_is_not_there_is_named(tmp_path):
    words = pair(tmp_path, "<!-- one -->\n\n하나\n", "<!-- one -->\n\nOne\n")
    with pytest.raises(KeyError, match="two"):
        words["two"]


def test_a_korean_particle_stays_with_its_word(tmp_path):
    words = pair(tmp_path, "<!-- one -->\n\n{x}는 50%를\n", "<!-- one -->\n\n{x}\n")
    assert words["one"].ko == "{x}\u2060는 50%\u2060를"


def test_a_root_stays_with_its_fraction(tmp_path):
    words = pair(tmp_path, "<!-- one -->\n\n표준편차 {c}/√n\n", "<!-- one -->\n\n1/√n, c/√n, √2\n")
    assert words["one"].ko == "표준편차 {c}/\u2060√\u2060n"
    assert words["one"].en == "1/\u2060√\u2060n, c/\u2060√\u2060n, √\u20602"
