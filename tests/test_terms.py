"""One word for one thing: no text uses a word that docs/terms.md has another for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dlbasic
from dlbasic.text import LANGUAGES

ROOT = Path(dlbasic.__file__).parent
WORDS = sorted([*ROOT.rglob("*.*.md"), *(ROOT.parent / "docs").glob("*.*.md")])
MODULES = sorted(ROOT.rglob("*.py"))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def not_used(language: str) -> list[str]:
    lines = (ROOT.parent / "docs" / "terms.md").read_text("utf-8").splitlines()
    table = [cells(line) for line in lines if line.startswith("| ")][1:]
    column = 3 + LANGUAGES.index(language)
    return [word.strip() for row in table for word in row[column].split(",") if word.strip()]


def pattern(word: str) -> re.Pattern[str]:
    """A Korean word goes on with its particle, an English one ends."""
    if re.search("[가-힣]", word):
        return re.compile(r"(?<![가-힣])" + re.escape(word))
    plural = re.sub(r"\w\b(?!-)", r"\g<0>(?:s|es)?", re.escape(word).replace("\\ ", " "))
    return re.compile(rf"(?<![\w-]){plural}(?![\w-])", re.IGNORECASE)


def said(file: Path, language: str) -> list[str]:
    """The texts of a file in this language: of Markdown all, of a module its ``Text(ko=, en=)``."""
    if file.suffix == ".md":
        return [file.read_text("utf-8")] if file.name.endswith(f".{language}.md") else []
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            found += [
                "{}".join(
                    part.value
                    for part in ast.walk(given.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
                for given in node.keywords
                if given.arg == language
            ]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_for_one_thing(language):
    words = [(word, pattern(word)) for word in not_used(language)]
    found = [
        f"{file.relative_to(ROOT.parent)}: {word}: "
        f"…{text[max(0, hit.start() - 20) : hit.end() + 20]}…"
        for file in WORDS + MODULES
        for text in said(file, language)
        for word, form in words
        for hit in form.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_the_table_and_the_texts_are_found():
    assert len(not_used("ko")) > 40 and len(not_used("en")) > 10
    assert sum(len(said(file, "ko")) for file in MODULES) > 500
    assert not pattern("재는").search("현재는") and pattern("재는").search("오차를 재는")
    assert pattern("gradient at the weights").search("Gradients at the weights are 0")
    assert not pattern("race").search("traces") and pattern("race").search("the Race of")
