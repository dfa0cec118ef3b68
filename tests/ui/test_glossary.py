"""The glossary: few terms, each explained in both languages and linked where it is first used."""

from __future__ import annotations

import re

import pytest

from dlbasic.figures import PAGES
from dlbasic.text import LANGUAGES
from dlbasic.ui.glossary import WORDS, linked, terms
from dlbasic.ui.shell import _said
from tests.pages.shown import foreign

LINK = re.compile(r"\[([^\]]*)\]\(#term-([\w-]+)\)")
each_language = pytest.mark.parametrize("language", LANGUAGES)
VIEWS = [
    pytest.param(page, figure, id=f"{page.key}-{figure.key}")
    for page in PAGES.values()
    for figure in page.figures
]


def words_of(page, figure, language):
    """What a page says around its figure, in its order."""
    parts = [figure.words[part] for part in ("opening", "more", "first") if part in figure.words]
    return [text[language] for text in (page.words["promise"], *parts)]


@each_language
def test_there_are_at_most_forty_terms_each_with_its_meaning(language):
    assert 25 <= len(terms(language)) <= 40 and set(terms(language)) == set(WORDS.parts)
    for key, term in terms(language).items():
        assert term.meaning.endswith(("다.", "니다.")) or language == "en", key
        assert 3 <= len(term.meaning.split()) <= 40 and term.meaning[-1] in ".)", key
        assert not foreign(term.meaning, language), key


@each_language
@pytest.mark.parametrize(("page", "figure"), VIEWS)
def test_the_first_use_on_a_page_is_a_link_and_no_other(page, figure, language):
    texts = words_of(page, figure, language)
    said, used = linked(texts, language)
    assert [LINK.sub(r"\1", text) for text in said] == texts, "nothing else is changed"
    links = LINK.findall("\n".join(said))
    assert sorted(key for _, key in links) == sorted(used), "each once"
    for written, key in links:
        assert terms(language)[key].found.match(
            written + ("" if language == "en" else f"({terms(language)[key].name.split('(')[1]}")
        )
        before = "\n".join(said).partition(f"](#term-{key})")[0].removesuffix(f"[{written}")
        plain = re.sub(r"\$[^$]*\$|\[[^\]]*\]\([^)]*\)", " ", before)
        assert not terms(language)[key].found.search(plain), f"{key} is used before its link"


@each_language
def test_every_term_is_used_on_some_page(language):
    used = set()
    for page in PAGES.values():
        for figure in page.figures:
            used |= set(linked(words_of(page, figure, language), language)[1])
    assert used == set(terms(language))


@each_language
def test_a_term_is_linked_in_sight_and_again_in_what_is_to_be_known_first(language):
    page = PAGES["training"]
    said, meant = _said(page, page.figure("live"), language)
    for part in ("first", "opening"):
        assert "(#term-epoch)" in " ".join([said["promise"]] * (part == "opening") + [said[part]])
    keys = [key for part in said.values() for _, key in LINK.findall(part)]
    assert set(keys) == set(meant) and max(map(keys.count, keys)) == 2


def test_formulas_code_and_links_are_left_alone():
    texts = ["$epoch$ and `epoch` and [epoch](https://example.org), an **Epoch**."]
    assert linked(texts, "en")[0] == [texts[0].replace("**Epoch**", "**[Epoch](#term-epoch)**")]
    assert linked(["배치(batch)하다"], "ko")[1].keys() == {"batch"}
    assert not linked(["배치하다, 시드니"], "ko")[1]
    twice = ["A cross-entropy, another cross-entropy."]
    assert linked(twice, "en")[1].keys() == {"cross-entropy"}, "no part of a longer term"
    assert linked(["vanishing gradients"], "en")[1].keys() == {"vanishing-gradient"}
