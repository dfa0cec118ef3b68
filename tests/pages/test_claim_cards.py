"""The cards of the claims: what is judged, at which settings, and the buttons that set them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlbasic.claims import CLAIMS, SAID, Lap
from dlbasic.params import declared
from dlbasic.ui.claims import _LAPS, COLOURS
from tests.claims.runs import outcome
from tests.pages.settings import LONG, PAGE_OF, QUICK, another, claim_link, claim_of
from tests.pages.shown import shown
from tests.pages.visits import Alone
from tests.site import CLAIMS_OF, CONTROLS, FIGURES

full = pytest.mark.full
# What takes long waits behind a button.
at_once = pytest.mark.parametrize("key", [key for key in PAGE_OF if key not in LONG])


def code_of(reader, key):
    """The Python that the claim's card shows, if it is open."""
    return [code.value for code in reader.at.code if f'CLAIMS["{key}"]' in code.value]


@at_once
def test_an_opened_claim_is_in_the_link_and_a_closed_one_is_not(key):
    reader = Alone(key).follow(lang="en")
    assert code_of(reader, key) == []
    reader.move(f"claim.{key}.open", True)
    assert reader.link == {"lang": "en", f"claim.{key}.open": "1"}
    assert len(code_of(reader, key)) == 1
    reader.move(f"claim.{key}.open", False)
    assert reader.link == {"lang": "en"}
    assert not reader.at.code


# One of each page's in the fast part.
FIRST = {next((key for key in keys if key in LONG), None) for keys in CLAIMS_OF.values()}


@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=[] if key in FIRST else [full]) for key in LONG]
)
def test_a_claim_that_takes_long_is_measured_when_it_is_asked_for_and_never_by_a_slider(key):
    controls = [n for n in CONTROLS[PAGE_OF[key]] if claim_of(n) == key]
    # As few seeds as there can be take the least time.
    name = f"claim.{key}.seeds" if f"claim.{key}.seeds" in controls else controls[0]
    values = [another(name, CONTROLS[PAGE_OF[key]][name])]
    values.append(another(name, CONTROLS[PAGE_OF[key]][name], but=values[0]))
    reader = Alone(key).follow(lang="en", **{f"claim.{key}.open": "1"})
    assert SAID[outcome(key, CLAIMS[key].defaults).verdict.value]["en"] in reader.chip(key)
    assert not reader.asks(f"claim.{key}.run") and not lines(reader), "there from the first visit"
    before = shown(reader.at)
    reader.move(name, values[0])
    (line,) = lines(reader)
    label = declared(CLAIMS[key].defaults)[name.rpartition(".")[2]].label.short["en"]
    assert line.startswith(f"Measured with: {label} ") and line.count("(now ") == 1
    assert code_of(reader, key) == [CLAIMS[key].code(CLAIMS[key].defaults)]
    assert set(before) <= set(shown(reader.at)), "what was measured before stays in sight"
    reader.click(f"button-{PAGE_OF[key]}:claim.{key}.run")
    assert reader.link[f"claim.{key}.run"] == "1" and not lines(reader)
    settings = replace(CLAIMS[key].defaults, **{name.rpartition(".")[2]: values[0]})
    assert code_of(reader, key) == [CLAIMS[key].code(settings)]
    chip = reader.chip(key)
    reader.move(f"claim.{key}.open", False)
    assert reader.chip(key) == chip and not reader.at.code


# Figures below which there are several cards.
SEVERAL = [place for place, figure in FIGURES.items() if len(figure.claims) > 1]


def lines(reader):
    """What is said of the settings of a measurement that are not those of the controls."""
    return [text for text in reader.captions if text.startswith("Measured with: ")]


@pytest.mark.parametrize(
    "place", [pytest.param(p, marks=[] if p.startswith("activations") else full) for p in SEVERAL]
)
def test_a_card_opens_alone_among_the_others(visit, place):
    (page, _, figure), claims = place.partition("/"), FIGURES[place].claims
    reader = visit().follow(page, lang="en", fig=figure, **QUICK[page])
    plain, (*_, key) = reader.link, claims
    assert all(reader.chip(other) for other in claims)
    reader.move(f"claim.{key}.open", True)
    assert reader.link == plain | {f"claim.{key}.open": "1"}
    assert len(reader.at.code) == len(code_of(reader, key)) == 1


@at_once
def test_the_control_settings_change_the_verdict(key):
    claim = CLAIMS[key]
    settings = claim.control
    reader = Alone(key).follow(lang="en", **{f"claim.{key}.open": "1"})
    assert SAID[claim.expected.value]["en"] in reader.chip(key)
    for name, param in declared(settings).items():
        if getattr(settings, name) != param.default:
            reader.place(f"claim.{key}.{name}", getattr(settings, name))
    reader.run()
    verdict = outcome(key, settings).verdict
    assert verdict is not claim.expected
    chip = reader.chip(key)
    assert "gray" in chip and "Control: " in chip, "the sentence itself is not judged any more"
    assert SAID[verdict.value]["en"][0] in chip
    assert SAID[claim.expected.value]["en"] not in reader.chip(key)


@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=[full] if key in LONG else []) for key in PAGE_OF]
)
def test_a_button_sets_the_control_and_another_the_defaults(key):
    control = CLAIMS[key].control
    if key in LONG:  # measured once for all tests of it
        _LAPS._keep((key, control), Lap(1.0, outcome(key, control)), 0)
    reader = Alone(key).follow(lang="en", **{f"claim.{key}.open": "1"})
    plain = reader.link
    reader.click(f"Show the control-{key}")
    assert {name: reader.value(f"claim.{key}.{name}") for name in declared(control)} == {
        name: getattr(control, name) for name in declared(control)
    }
    assert reader.link != plain
    assert (f"claim.{key}.run" in reader.link) == (key in LONG), "who asks for it has it measured"
    assert "Control: " in reader.chip(key)
    reader.click(f"Back to the defaults-{key}")
    reader.link.pop(f"claim.{key}.run", None)
    assert {**reader.link, f"claim.{key}.run": "1"} == {**plain, f"claim.{key}.run": "1"}
    assert "Control: " not in reader.chip(key)


def test_fewer_seeds_than_a_verdict_needs_show_a_picture_and_no_verdict():
    reader = Alone("nonlinearity").follow(
        lang="en", **{"claim.nonlinearity.seeds": "5", "claim.nonlinearity.run": "1"}
    )
    assert reader.chip("nonlinearity").startswith("### :gray-badge[too few seeds for a verdict]")
    assert "at your settings" not in reader.captions


@at_once
def test_a_verdict_is_coloured_on_the_sentences_own_subject_alone(key):
    claim, reader = CLAIMS[key], Alone(key)
    assert claim.subject
    for name in claim.subject:
        for option in declared(claim.defaults)[name].options:
            chip = reader.follow(lang="en", **{f"claim.{key}.{name}": option}).chip(key)
            own = option == getattr(claim.defaults, name)
            assert ("gray-badge" in chip) != own, option
            assert any(f"{colour}-badge" in chip for colour in COLOURS.values()) == own, option


def test_a_verdict_at_other_settings_says_so():
    reader = Alone("mish").follow(lang="en")
    assert "at your settings" not in reader.captions
    reader.follow(lang="en", **{"claim.mish.window": "-2,0"})
    assert "at your settings" in reader.captions
    assert "contradicted" in reader.chip("mish")


@pytest.mark.parametrize(
    ("key", "change"), [("mish", {"window": (-2.0, -1.5)}), ("nonlinearity", {"seeds": 5})]
)
def test_settings_of_claims_reach_the_code_shown(key, change):
    settings = replace(CLAIMS[key].defaults, **change)
    asked = {f"claim.{key}.run": "1"} if CLAIMS[key].takes_long else {}
    reader = Alone(key).follow(lang="en", **claim_link(key, settings), **asked)
    assert [code.value for code in reader.at.code] == [CLAIMS[key].code(settings)]
