"""Texts that stand in the code: each is in its two languages, with the same slots."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from string import Formatter
from typing import Any

import pytest

import dlbasic
from dlbasic.claims import SAID
from dlbasic.figures.overview import verdicts
from dlbasic.text import LANGUAGES, Text
from tests.pages.shown import foreign

MODULES = sorted(found.name for found in pkgutil.walk_packages(dlbasic.__path__, "dlbasic."))


def texts_in(value: Any) -> Any:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


@pytest.mark.parametrize("module", MODULES)
def test_every_text_is_in_its_language(module):
    for name, value in vars(import_module(module)).items():
        for text in texts_in(value):
            for language in LANGUAGES:
                words = re.sub(r"\{[^}]*\}", "", text[language])
                assert foreign(words, language) == [], (name, text)
            slots = [
                {slot for _, slot, _, _ in Formatter().parse(text[language])} - {None}
                for language in LANGUAGES
            ]
            assert slots[0] == slots[1], (name, text)


def test_texts_are_found():
    found = [text for name in MODULES for text in texts_in([*vars(import_module(name)).values()])]
    assert len({id(text) for text in found}) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_verdicts_says_what_each_of_their_signs_means(language):
    meanings = verdicts.FIGURE.words["meanings"][language]
    quoted = [name.lower() for name in re.findall("[‘“](.+?)[’”]", meanings)]
    for meant, words in zip(quoted, SAID.values(), strict=True):
        assert re.fullmatch(rf"\S+ (.* )?{meant}", words[language])
