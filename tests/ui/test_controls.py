"""The table of controls: everything that can be set, once, with a sound declaration."""

from __future__ import annotations

import re

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.claims import CLAIMS
from dlbasic.params import Choice, Integer, Numbers, Real, Several, Span, Tick, declared
from dlbasic.text import LANGUAGES
from tests.site import CLAIMS_OF, CONTROLS

ROWS = [(page, name, param) for page, table in CONTROLS.items() for name, param in table.items()]
each = pytest.mark.parametrize(
    ("page", "name", "param"), ROWS, ids=[f"{page}:{name}" for page, name, _ in ROWS]
)


@each
def test_the_default_is_allowed(page, name, param):
    param.check(name, param.default)
    assert param.nearest(param.default) == param.default


@each
def test_the_name_can_stand_in_a_link(page, name, param):
    assert re.fullmatch(r"[a-z0-9_.-]+", name)
    assert name != "lang"
    assert "%" not in param.write(param.default)


def test_no_two_controls_share_a_style_class():
    """Streamlit writes dots and colons of a key as hyphens in its class."""
    for page, table in CONTROLS.items():
        classes = [re.sub(r"[^A-Za-z0-9_-]", "-", f"{page}:{name}") for name in table]
        assert len(set(classes)) == len(classes)


@each
def test_the_range_is_a_whole_number_of_steps(page, name, param):
    """A slider cannot reach its end otherwise, and the nearest value could lie beyond it."""
    match param:
        case (
            Real(low=low, high=high, step=step)
            | Integer(low=low, high=high, step=step)
            | Numbers(low=low, high=high, step=step)
        ):
            assert (high - low) / step == pytest.approx(round((high - low) / step), abs=1e-9)
            assert low < high and step > 0
        case Span(ticks=ticks) | Tick(ticks=ticks):
            assert list(ticks) == sorted(set(ticks)) and len(ticks) > 2
        case Choice(options=options) | Several(options=options):
            assert len(options) > 1


@each
def test_labels_are_in_both_languages(page, name, param):
    texts = [param.label, *getattr(param, "options", {}).values(), param.help or param.label]
    for text in texts:
        assert text.ko.strip() and text.en.strip()
        assert not re.search("[가-힣]", text.en)


def test_every_parameter_of_every_function_has_a_control():
    names = {f"{key}.{name}" for key, f in ACTIVATIONS.items() for name in declared(f)}
    assert names <= set(CONTROLS["activations"]) & set(CONTROLS["training"])
    assert all(CONTROLS["activations"]["explorer.functions"].options[key] for key in ACTIVATIONS)


def test_every_setting_of_every_claim_has_a_control_on_one_page():
    shown = [key for keys in CLAIMS_OF.values() for key in keys]
    assert sorted(shown) == sorted(CLAIMS)
    for page, keys in CLAIMS_OF.items():
        for key in keys:
            settings = declared(CLAIMS[key].defaults)
            assert {f"claim.{key}.{name}" for name in settings} <= set(CONTROLS[page])
            assert f"claim.{key}.open" in CONTROLS[page]


def test_every_class_has_a_score():
    logits = {name for name in CONTROLS["activations"] if re.fullmatch(r"softmax\.z\d", name)}
    most = CONTROLS["activations"]["softmax.classes"].high
    assert logits == {f"softmax.z{place}" for place in range(1, most + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_names_stay_apart(language):
    """A chart's names leave out what stands in brackets."""
    names = function_names(language)
    assert len(set(names.values())) == len(names)
    assert all(names.values())
