"""The link holds the whole state: read, written, kept, and mended when it is wrong."""

from __future__ import annotations

import random

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.text import LANGUAGES
from dlbasic.ui.controls import CONTROLS
from tests.pages.settings import (
    CHOSEN,
    LONG,
    PAGE_OF,
    PAGES,
    QUICK,
    another,
    claim_of,
    drawn,
    link_of,
    revealing,
)
from tests.pages.shown import shown

each_page = pytest.mark.parametrize("page", PAGES)


def check_controls(reader, state):
    """What stands on the page is the state; how many of the controls were there to see."""
    seen = [name for name in state if reader.has(name)]
    assert {name: reader.value(name) for name in seen} == {name: state[name] for name in seen}
    return len(seen)


@pytest.fixture(scope="module")
def everything():
    """A reader on a page where this control can be seen, the same one for all such controls."""
    from tests.pages.conftest import Visit

    readers = {}

    def reader(page, name):
        link = revealing(page, name)
        key = page, *link.items()
        if key not in readers:
            readers[key] = Visit().follow(page, lang="en", **link)
        return readers[key]

    return reader


def controls(wanted=lambda page, name: True):
    """Every control of every page, or those that are wanted."""
    rows = [
        (page, name, param)
        for page, table in CONTROLS.items()
        if page in PAGES
        for name, param in table.items()
        if wanted(page, name)
    ]
    return pytest.mark.parametrize(
        ("page", "name", "param"), rows, ids=[f"{page}:{name}" for page, name, _ in rows]
    )


@controls()
def test_every_control_can_be_reached(everything, page, name, param):
    reader = everything(page, name)
    assert reader.has(name) or reader.asks(name)


DECIDING = [
    ("activations", "f"), ("activations", "classes"), ("training", "function"),
    ("losses", "ex.against"), ("losses", "ex.regression"), ("losses", "ex.two_classes"),
    ("losses", "many.classes"), ("losses", "entropy.outcomes"),
]  # fmt: skip


def moved_alone(page, name):
    """Whether a control's move leaves the others on the page, and costs little."""
    buttons = name.endswith((".open", ".run"))  # what they show has tests of its own
    return (page, name) not in DECIDING and claim_of(name) not in LONG and not buttons


@controls(moved_alone)
def test_a_moved_control_is_in_the_link_and_its_default_is_not(everything, page, name, param):
    reader = everything(page, name)
    before, start = reader.link, reader.value(name)
    assert (name in before) == (start != param.default)
    value = another(name, param) if start == param.default else param.default
    reader.move(name, value)
    without = {other: said for other, said in before.items() if other != name}
    assert reader.link == without | link_of(page, {name: value})
    assert (name in reader.link) == (value != param.default)
    assert reader.value(name) == value
    reader.move(name, start)
    assert reader.link == before


@pytest.mark.parametrize("key", LONG)
def test_the_settings_of_a_claim_that_takes_long_move_at_once(everything, key):
    page = PAGE_OF[key]
    reader = everything(page, f"claim.{key}.open")
    before = reader.link
    start = {name: reader.value(name) for name in CONTROLS[page] if claim_of(name) == key}
    moved = {name: another(name, CONTROLS[page][name], but=value) for name, value in start.items()}
    assert all(moved[name] != value for name, value in start.items())
    for state, link in ((moved, before | link_of(page, moved)), (start, before)):
        for name, value in state.items():
            reader.place(name, value)
        reader.run()
        assert reader.link == link
        assert check_controls(reader, state) == len(start) > 1


@pytest.mark.parametrize(("page", "name"), DECIDING)
def test_the_controls_that_decide_what_is_shown(visit, page, name):
    reader = visit().follow(page, lang="ko", **QUICK[page] | CHOSEN.get(name, {}))
    plain, param = reader.link, CONTROLS[page][name]
    value = another(name, param)
    reader.move(name, value)
    assert reader.link == plain | {name: param.write(value)}
    reader.move(name, param.default)
    assert reader.link == plain


@pytest.mark.parametrize(
    ("page", "seed"),
    [("activations", seed) for seed in range(12)]
    + [("training", seed) for seed in range(6)]
    + [("gradient_flow", seed) for seed in range(4)],
)
def test_a_link_restores_every_control(visit, page, seed):
    dice = random.Random(seed)
    state = {name: drawn(name, param, dice) for name, param in CONTROLS[page].items()}
    language = LANGUAGES[seed % 2]
    reader = visit().follow(page, lang=language, **link_of(page, state))
    assert reader.notices == []
    assert reader.link == {"lang": language, **link_of(page, state)}
    assert check_controls(reader, state) >= 10
    # What a reader shares is what the next reader gets.
    again = visit().follow(page, **reader.link)
    assert again.link == reader.link
    assert shown(again.at) == shown(reader.at)


LINKS = {
    "activations": ({"f": "mish", "z1": "3", "neuron.f": "elu"}, {"f": "relu", "shift": "800"}),
    "training": (
        {"data": "plane", "function": "elu", "elu.alpha": "0.5", "race.seeds": "16"},
        {"data": "xor", "rate": "0.1", "race.epochs": "20"},
    ),
    "gradient_flow": (
        {"deep.f": "mish", "deep.seed": "3", "live.skip": "1", "zz.batch": "8", "lives.rate": "3"},
        {"deep.depth": "4", "zz.inputs": "centred", "cures.optimizer": "adam"},
    ),
    "losses": (
        {"ex.regression": "mae,huber", "ex.delta": "2", "two.score": "3", "entropy.unit": "nat"},
        {"line.shown": "mae", "many.classes": "5", "numbers.classes": "5"},
    ),
}


@each_page
def test_a_second_link_replaces_the_first_one_wholly(visit, page):
    first, second = LINKS[page]
    reader = visit().follow(page, lang="en", **QUICK[page] | first)
    reader.follow(page, lang="en", **second)
    assert reader.link == {"lang": "en", **second}
    check_controls(reader, {
        name: param.read(second[name])[0] if name in second else param.default
        for name, param in CONTROLS[page].items()
    })  # fmt: skip


@pytest.mark.parametrize(
    ("page", "fixed", "moved", "values"),
    [
        ("activations", {"f": tuple(ACTIVATIONS)}, "temperature", (0.5, 1.5)),
        ("training", {"function": "gelu"}, "noise", (0.3, 0.0)),
        ("gradient_flow", {}, "zz.direction", (30, 0)),
    ],
)
def test_moving_one_control_leaves_the_others(visit, page, fixed, moved, values):
    """Each control is set by a link and must survive the run after another one moves."""
    state = {
        name: another(name, param)
        for name, param in CONTROLS[page].items()
        if not name.endswith(".open")
    }
    state |= fixed
    reader = visit().follow(page, lang="en", **link_of(page, state))
    for value in values:
        state[moved] = value
        reader.move(moved, value)
        assert reader.link == {"lang": "en", **link_of(page, state)}
        check_controls(reader, state)


def test_an_address_that_comes_late_undoes_nothing(visit):
    """A quick second move is sent with the address from before the first one was answered."""
    reader = visit().follow("activations", lang="en")
    reader.move("temperature", 2.0)
    reader.at.query_params = {"lang": "en"}
    reader.move("shift", 10.0)
    assert reader.link == {"lang": "en", "temperature": "2", "shift": "10"}
    assert reader.value("temperature") == 2.0


def test_a_session_emptied_while_it_runs_starts_anew(visit):
    """Any client may ask Streamlit to clear its session."""
    reader = visit().follow("activations", lang="en", temperature="2")
    del reader.at.session_state["visit"]
    reader.run()
    assert reader.value("temperature") == 2.0


@pytest.mark.parametrize(
    ("page", "state", "moved", "value"),
    [
        ("activations", {"f": ("elu", "mish"), "elu.alpha": 0.5, "x": (-3.0, 100.0), "z2": -4.0},
         "shift", 800.0),
        ("training", {"function": "elu", "elu.alpha": 0.5, "rate": 0.3, "race.epochs": 20},
         "batch", 50.0),
        ("gradient_flow",
         {"deep.depth": 3, "deep.f": ("elu", "mish"), "zz.direction": 30, "live.skip": True,
          "lives.run": True, "lives.functions": ("relu",), "lives.epochs": 20},
         "cures.skip", True),
    ],
)  # fmt: skip
def test_page_changes_keep_the_controls(visit, page, state, moved, value):
    reader = visit().follow(page, lang="en", **link_of(page, state))
    reader.move(moved, value)
    said = reader.link
    for other in (other for other in ("overview", *PAGES) if other != page):
        reader.follow(other)
        assert reader.link == {"lang": "en"}
    reader.follow(page)
    assert reader.link == said
    check_controls(reader, state | {moved: value})
    assert reader.notices == []


@pytest.mark.parametrize(
    ("page", "chooser", "own", "other"),
    [("activations", "f", ("elu",), ("relu",)), ("training", "function", "elu", "relu")],
)
def test_hidden_controls_keep_their_values(visit, page, chooser, own, other):
    """A function's slider goes with the function and comes back with it."""
    reader = visit().follow(page, lang="en", **QUICK[page]).move(chooser, own)
    reader.move("elu.alpha", 0.5).move(chooser, other)
    assert not reader.has("elu.alpha")
    reader.move(chooser, own)
    assert reader.value("elu.alpha") == 0.5


SPOKEN = {
    "activations": {
        "f": ("gelu",), "gelu.approximate": "tanh", "x": (-2.0, 2.0), "z1": 9.9,
        "claim.mish.open": True, "claim.mish.reference": "gelu",
    },
    "training": {
        "data": "spiral5", "function": "gelu", "gelu.approximate": "tanh", "race.epochs": 20,
        "claim.sigmoid-classifier.open": True, "claim.sigmoid-classifier.data": "moons",
    },
    "gradient_flow": {
        "deep.f": ("gelu",), "deep.depth": 4, "live.skip": True, "zz.inputs": "centred",
        "lives.run": True, "lives.functions": ("relu", "prelu"), "lives.epochs": 20,
        "claim.elu.open": True, "claim.elu.epochs": 20, "claim.elu.seeds": 5,
    },
    "losses": {
        "ex.against": "score", "ex.gamma": 3.0, "line.shown": "huber", "line.point": 3,
        "two.angle": 90, "many.smoothing": 0.1, "numbers.run": True, "entropy.q2": 0.0,
        "claim.ce-one-hot.open": True,
    },
}  # fmt: skip


@each_page
@pytest.mark.parametrize(("first", "second"), [("ko", "en"), ("en", "ko")])
def test_the_language_switch_keeps_the_state(visit, page, first, second):
    state = {name: value for name, value in SPOKEN[page].items() if name in CONTROLS[page]}
    reader = visit().follow(page, lang=first, **link_of(page, state))
    before = shown(reader.at)
    reader.speak(second)
    assert reader.link == {"lang": second, **link_of(page, state)}
    check_controls(reader, state)
    assert shown(reader.at) != before
    reader.speak(first)
    assert shown(reader.at) == before


def test_the_language_is_kept_on_other_pages(visit):
    reader = visit("en-US").follow("activations", lang="en").speak("ko")
    assert reader.follow("overview").link == {"lang": "ko"}
    assert reader.at.title[0].value == "개요"


def test_deselecting_the_last_function_keeps_it(visit):
    reader = visit().follow("activations", lang="en", f="relu")
    before = shown(reader.at)
    reader.move("f", ())
    assert reader.link == {"lang": "en", "f": "relu"}
    assert reader.value("f") == ("relu",)
    assert shown(reader.at) == before
    reader.move("f", ("relu", "mish"))
    assert reader.link == {"lang": "en", "f": "relu,mish"}


def test_every_starting_point_is_a_link_without_mistakes(visit):
    from dlbasic.ui.overview import _STARTS

    for name, _, query in _STARTS:
        reader = visit().follow(name, lang="en", **query)
        assert reader.notices == []
        assert reader.link == {"lang": "en", **query}
