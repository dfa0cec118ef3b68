"""The cards of the claims: what is judged, at which settings, and the buttons that set them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlbasic.experiments import EXPERIMENTS
from dlbasic.params import declared
from dlbasic.ui.claims import CHIPS
from tests.experiments.runs import outcome
from tests.pages.settings import PAGE_OF, QUICK
from tests.pages.shown import shown

# What takes long waits behind a button, which the gradient page's own tests press.
AT_ONCE = [key for key in PAGE_OF if not EXPERIMENTS[key].takes_long]
each_claim = pytest.mark.parametrize("key", AT_ONCE)


@each_claim
def test_an_opened_claim_is_in_the_link_and_a_closed_one_is_not(visit, key):
    reader = visit().follow(PAGE_OF[key], lang="en", **QUICK[PAGE_OF[key]])
    plain = reader.link
    assert not any(f'EXPERIMENTS["{key}"]' in code.value for code in reader.at.code)
    reader.move(f"claim.{key}.open", True)
    assert reader.link == plain | {f"claim.{key}.open": "1"}
    assert any(f'EXPERIMENTS["{key}"]' in code.value for code in reader.at.code)
    reader.move(f"claim.{key}.open", False)
    assert reader.link == plain
    assert not reader.at.code


@each_claim
def test_the_control_settings_change_the_verdict(visit, key):
    experiment = EXPERIMENTS[key]
    settings = experiment.control
    reader = visit().follow(PAGE_OF[key], lang="en")
    assert CHIPS[experiment.expected][0]["en"] in reader.chip(key)
    reader.move(f"claim.{key}.open", True)
    for name, param in declared(settings).items():
        if getattr(settings, name) != param.default:
            reader.move(f"claim.{key}.{name}", getattr(settings, name))
    verdict = outcome(key, settings).verdict
    chip = reader.chip(key)
    assert "gray" in chip and "Control: " in chip, "the sentence itself is not judged any more"
    assert CHIPS[verdict][0]["en"][0] in chip
    assert CHIPS[experiment.expected][0]["en"] not in reader.chip(key)


@each_claim
def test_a_button_sets_the_control_and_another_the_defaults(visit, key):
    control = EXPERIMENTS[key].control
    reader = visit().follow(PAGE_OF[key], lang="en", **{f"claim.{key}.open": "1"})
    plain = dict(reader.link)
    reader.click(f"Show the control-{key}")
    assert {name: reader.value(f"claim.{key}.{name}") for name in declared(control)} == {
        name: getattr(control, name) for name in declared(control)
    }
    assert reader.link != plain
    assert "Control: " in reader.chip(key)
    reader.click(f"Back to the defaults-{key}")
    assert reader.link == plain
    assert "Control: " not in reader.chip(key)


SUBJECTS = [
    (key, name, option)
    for key in AT_ONCE
    for name in EXPERIMENTS[key].subject
    for option in declared(EXPERIMENTS[key].defaults)[name].options
]


@pytest.mark.parametrize(("key", "name", "option"), SUBJECTS)
def test_a_verdict_is_coloured_on_the_sentences_own_subject_alone(visit, key, name, option):
    page = PAGE_OF[key]
    reader = visit().follow(page, lang="en", **QUICK[page], **{f"claim.{key}.{name}": option})
    chip = reader.chip(key)
    own = option == getattr(EXPERIMENTS[key].defaults, name)
    assert ("gray-badge" in chip) != own
    assert any(f"{colour}-badge" in chip for colour in ("green", "orange", "red")) == own


def test_a_verdict_at_other_settings_says_so(visit):
    reader = visit().follow("activations", lang="en")
    assert "at your settings" not in {caption.value for caption in reader.at.caption}
    reader.follow("activations", lang="en", **{"claim.mish.window": "-2,0"})
    assert "at your settings" in {caption.value for caption in reader.at.caption}
    assert "contradicted" in reader.chip("mish")


def test_the_overview_shows_every_claim_with_its_verdict(visit):
    reader = visit().follow("overview", lang="en")
    texts = shown(reader.at)
    for experiment in EXPERIMENTS.values():
        assert experiment.claim["en"] in texts
    verdicts = [text for text in texts if "badge[" in text]
    for verdict, key in zip(verdicts, PAGE_OF, strict=True):
        waiting = EXPERIMENTS[key].takes_long and "not measured yet" in verdict
        assert waiting or CHIPS[EXPERIMENTS[key].expected][0]["en"] in verdict


@pytest.mark.parametrize(
    ("key", "change"), [("mish", {"window": (-2.0, -1.5)}), ("nonlinearity", {"seeds": 5})]
)
def test_settings_of_claims_reach_the_code_shown(visit, key, change):
    settings = replace(EXPERIMENTS[key].defaults, **change)
    link = {f"claim.{key}.{n}": declared(settings)[n].write(v) for n, v in change.items()}
    reader = visit().follow(PAGE_OF[key], lang="en", **link, **{f"claim.{key}.open": "1"})
    (code,) = [code.value for code in reader.at.code]
    assert code == EXPERIMENTS[key].code(settings)
