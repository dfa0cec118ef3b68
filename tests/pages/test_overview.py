"""The overview: all sentences under their headings, counted and chosen by verdict; the slips."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from dlbasic.claims import CLAIMS, HEADINGS, SAID
from dlbasic.claims.ledger import ledger
from dlbasic.text import LANGUAGES
from tests.pages.settings import PAGE_OF
from tests.pages.shown import shown
from tests.pages.visits import Alone

each_language = pytest.mark.parametrize("language", LANGUAGES)
ROW = re.compile(
    r'<li><span class="dl-chip dl-\w+">(.*?)</span><div>(.*?)((?:<small>.*?</small>)+)</div>'
    r'<a href="(.*?)"'
)


def listed(reader, name):
    """The HTML of a list of the page."""
    bodies = [html.proto.body for html in reader.at.main.get("html")]
    (found,) = [body for body in bodies if f'"dl-nav {name}"' in body]
    return found


def rows(reader):
    """Verdict, sentence, small print and address of each sentence that is listed."""
    found = [tuple(map(unescape, row)) for row in ROW.findall(listed(reader, "dl-ledger"))]
    assert len(found) == listed(reader, "dl-ledger").count("<li>")
    return found


@each_language
def test_every_sentence_stands_with_its_verdict_number_limit_and_way_to_its_card(language):
    reader = Alone("overview/verdicts").follow(lang=language)
    for (chip, sentence, small, where), (key, claim) in zip(
        rows(reader), CLAIMS.items(), strict=True
    ):
        found = ledger().outcomes[key]
        assert sentence == claim.sentence[language]
        assert chip == SAID[found.said][language]
        brief = claim.brief(claim.defaults, found, language)
        plain = re.sub("<.*?>", "", small)
        for part in brief.keys() - {"slip"}:
            assert brief[part].replace("**", "") in plain
        assert plain.count("{") == 0
        assert where == f"{PAGE_OF[key]}?lang={language}&claim.{key}.open=1"
    headings = re.findall("<h3>(.*?)</h3>", listed(reader, "dl-ledger"))
    assert headings == [heading[language] for heading, _ in HEADINGS]
    said = " ".join(shown(reader.at))
    assert "not measured yet" not in said and "아직 측정하지 않음" not in said
    assert ledger().made["date"] in said and ledger().made["numpy"] in said


@each_language
def test_the_counts_add_up_and_choose_what_is_listed(language):
    reader = Alone("overview/verdicts").follow(lang=language)
    options = reader.widget("verdicts.shown").options
    counts = [int(option.rpartition(" ")[2]) for option in options]
    assert counts[0] == sum(counts[1:]) == len(CLAIMS) == 29
    said = Counter(chip for chip, *_ in rows(reader))
    for option, words in zip(options[1:], SAID.values(), strict=True):
        assert option == f"{words[language]} {said[words[language]]}"
    for key, words in SAID.items():
        reader.move("verdicts.shown", key)
        assert reader.link == {"lang": language, "verdicts.shown": key}
        assert {chip for chip, *_ in rows(reader)} == {words[language]}
        assert len(rows(reader)) == said[words[language]]
    wanted = [heading[language] for heading, keys in HEADINGS if "mish" in keys]
    assert re.findall("<h3>(.*?)</h3>", listed(reader, "dl-ledger")) == wanted
    reader.move("verdicts.shown", "all")
    assert len(rows(reader)) == 29 and reader.link == {"lang": language}


def test_a_link_opens_what_it_chose_and_nonsense_shows_all():
    assert (
        len(rows(Alone("overview/verdicts").follow(lang="en", **{"verdicts.shown": "conditional"})))
        == 4
    )
    reader = Alone("overview/verdicts").follow(lang="en", **{"verdicts.shown": "<b>"})
    assert len(rows(reader)) == 29 and reader.notices


@each_language
def test_each_slip_says_what_is_right_and_links_where_it_is_seen(language):
    body = listed(Alone("overview/slips").follow(lang=language), "dl-slips")
    entries = [unescape(entry) for entry in re.findall("<li>(.*?)</li>", body)]
    wanted = [key for key, claim in CLAIMS.items() if "slip" in claim.words or key == "mish"]
    cards = [card for entry in entries for card in re.findall(r"claim\.([\w-]+)\.open=1", entry)]
    assert cards == wanted and len(entries) == len(wanted) + 1
    for key, entry in zip(wanted, entries, strict=False):
        claim = CLAIMS[key]
        brief = claim.brief(claim.defaults, ledger().outcomes[key], language)
        plain = re.sub("<.*?>", "", entry)
        numbers = re.findall(r"\d\.\d+", brief["deciding"])[:2]
        told = [brief["slip"].replace("**", "")] if "slip" in brief else numbers
        assert told and all(words in plain for words in told)
        assert PAGE_OF[key] in entry
    assert "LSTM" in entries[-1] and "activations?" in entries[-1]


def test_a_row_whose_slip_is_told_says_so():
    reader = Alone("overview/verdicts").follow(lang="en")
    noted = [
        key
        for key, (_, _, small, _) in zip(CLAIMS, rows(reader), strict=True)
        if "Where the article slips" in small
    ]
    assert noted == [key for key, claim in CLAIMS.items() if "slip" in claim.words]
