"""The link holds the whole state: read, written and kept."""

from __future__ import annotations

import random
from functools import cache

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures import PAGES as PAGES_OF
from dlbasic.figures.overview.starts.show import STARTS
from dlbasic.params import Mark, Place
from dlbasic.text import LANGUAGES
from tests.pages.settings import (
    FIGURE_PARTS,
    LONG,
    PAGES,
    PARTS,
    QUICK,
    another,
    drawn,
    has_widget,
    link_of,
    page_of,
    quick,
    revealing,
)
from tests.pages.shown import shown
from tests.pages.visits import Address, Alone
from tests.site import CONTROLS, FIGURES

each_page = pytest.mark.parametrize("page", PAGES)
each_part = pytest.mark.parametrize("part", PARTS)
full = pytest.mark.full


def check_controls(reader, state):
    """What stands on the page is the state; how many of the controls were there to see."""
    seen = [name for name in state if reader.has(name)]
    assert {name: reader.value(name) for name in seen} == {name: state[name] for name in seen}
    return len(seen)


@cache
def session(part, link):
    """A reader of a part under this link, in one language or the other."""
    return Alone(part).follow(lang=LANGUAGES[PARTS.index(part) % 2], **dict(link))


def readers(part):
    """Each control of a part, with one reader for all that can be seen under the same link."""
    for name, param in Alone(part).controls.items():
        if has_widget(name, param):
            yield session(part, tuple(revealing(part, name).items())), name, param


def reached(part):
    """The controls that are there, and those that a button stands for."""
    return {name for reader, name, _ in readers(part) if reader.has(name) or reader.asks(name)}


def shared_by(part):
    """The controls that a figure has in common with others."""
    if part not in FIGURES:
        return set()
    own = f"{FIGURES[part].key}."
    return {name for name in FIGURES[part].params if not name.startswith(own)}


# The link, without the page


@each_page
def test_a_moved_control_is_in_the_link_and_its_default_is_not(page):
    reader = Address(page).follow(lang="en")
    for name, param in CONTROLS[page].items():
        value = another(name, param)
        reader.move(name, value)
        assert reader.link == {"lang": "en", name: param.write(value)}
        assert reader.values[name] == value
        reader.move(name, param.default)
        assert reader.link == {"lang": "en"}, name


@each_page
def test_a_link_gives_every_control_its_value(page):
    for seed in range(20):
        first, second = Address(page), Address(page)
        dice = random.Random(seed)
        state = {name: drawn(name, param, dice) for name, param in CONTROLS[page].items()}
        link = {"lang": LANGUAGES[seed % 2], **link_of(page, state)}
        first.follow(**link)
        assert first.notices == []
        assert first.link == link
        assert first.values == state
        # What a reader shares is what the next reader gets.
        assert second.follow(**first.address).values == first.values


@pytest.mark.parametrize(
    ("page", "place", "goes_with", "stays_with"),
    [
        ("training", "live.epoch", {"lr", "function", "elu.alpha", "seed"},
         {"compare.epochs", "claim.nonlinearity.open", "claim.nonlinearity.seed"}),
        ("gradient_flow", "training.epoch", {"training.lr", "training.skip"},
         {"cures.lr", "microscope.depth"}),
        ("overview", "stage.epoch", {"stage.pair"}, set()),
        ("losses", "two_classes.bce_epoch", {"two_classes.angle", "two_classes.seed"},
         {"two_classes.part", "two_classes.score", "two_classes.sigmoid_mse_epoch"}),
        ("losses", "class_numbers.one_hot_epoch",
         {"class_numbers.classes", "class_numbers.numbering", "class_numbers.seed"},
         {"class_numbers.part", "class_numbers.truth", "class_numbers.number_epoch"}),
    ],
)  # fmt: skip
def test_a_run_under_other_settings_begins_at_its_start(page, place, goes_with, stays_with):
    reader = Address(page)
    for name in goes_with | stays_with:
        value = another(name, CONTROLS[page][name])
        reader.follow(lang="en", **{place: "7", "fig": place.partition(".")[0]})
        reader.move(name, value)
        said = link_of(page, {name: value} if name in goes_with else {name: value, place: 7})
        assert reader.link == {"lang": "en", **said}, name


# The controls, each figure and each claim's card alone


@each_part
def test_every_control_can_be_reached(part):
    """What a figure or a claim declares, it shows; of what it shares, all or nothing."""
    declared = {n for n, param in Alone(part).controls.items() if has_widget(n, param)}
    shared = shared_by(part)
    assert declared
    assert reached(part) in (declared, declared - shared)


@each_page
def test_every_shared_control_is_shown_by_one_that_shares_it(page):
    parts = [part for part in FIGURE_PARTS if page_of(part) == page and shared_by(part)]
    table = CONTROLS[page]
    declared = {n for n in set().union(*map(shared_by, parts)) if has_widget(n, table[n])}
    assert declared - set().union(*map(reached, parts)) == set()
    assert bool(declared) == (page in ("activations", "training"))


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, marks=[] if part in FIGURES else [full])
        for part in PARTS
        if part not in LONG
    ],
)
def test_a_control_on_the_page_moves_alone_and_back(part):
    for reader, name, param in readers(part):
        if not reader.has(name):
            continue  # a button, or left to another figure
        before, start = reader.link, reader.value(name)
        assert (name in before) == (start != param.default)
        value = another(name, param) if start == param.default else param.default
        reader.move(name, value)
        without = {other: said for other, said in before.items() if other != name}
        assert reader.link == without | link_of(reader.page, {name: value}), name
        assert reader.value(name) == value, name
        reader.move(name, start)
        assert reader.link == before, name
        assert reader.value(name) == start, name


@full
@pytest.mark.parametrize("key", LONG)
def test_the_settings_of_a_claim_that_takes_long_move_at_once(key):
    link = quick(key) | {f"claim.{key}.open": "1"}
    reader = Alone(key).follow(lang="en", **link)
    before, table = reader.link, reader.controls
    names = [
        name for name in table if name.startswith("claim.") and not name.endswith((".open", ".run"))
    ]
    start = {name: reader.value(name) for name in names}
    moved = {name: another(name, table[name], but=value) for name, value in start.items()}
    assert all(moved[name] != value for name, value in start.items())
    for state, said in ((moved, before | link_of(reader.page, moved)), (start, before)):
        for name, value in state.items():
            reader.place(name, value)
        reader.run()
        assert reader.link == said
        assert check_controls(reader, state) == len(start) > 1


# Pages as they are


@pytest.mark.parametrize(
    ("page", "seed"),
    [pytest.param(page, seed, marks=[full] if seed else []) for page in PAGES for seed in range(3)],
)
def test_a_link_restores_the_page(visit, page, seed):
    dice = random.Random(seed)
    state = {name: drawn(name, param, dice) for name, param in CONTROLS[page].items()}
    language = LANGUAGES[seed % 2]
    reader = visit().follow(page, lang=language, **link_of(page, state))
    assert reader.notices == []
    assert reader.link == {"lang": language, **link_of(page, state)}
    assert check_controls(reader, state) >= (4 if page in PAGES else 1)
    again = visit().follow(page, **reader.address)
    assert again.address == reader.address
    assert shown(again.at) == shown(reader.at)


LINKS = {
    "activations": (
        {"explorer.functions": "mish", "softmax.z1": "3", "neuron.function": "elu"},
        {"explorer.functions": "relu", "softmax.shift": "800"},
    ),
    "training": (
        {"data": "plane", "function": "elu", "elu.alpha": "0.5", "compare.seeds": "16"},
        {"data": "xor", "lr": "0.1", "compare.epochs": "20"},
    ),
    "gradient_flow": (
        {
            "microscope.functions": "mish", "microscope.seed": "3", "training.skip": "1",
            "zigzag.batch": "8", "dying.lr": "3",
        },
        {"microscope.depth": "4", "zigzag.inputs": "centred", "cures.optimizer": "adam"},
    ),
    "losses": (
        {
            "explorer.regression": "mae,huber", "explorer.delta": "2", "two_classes.score": "3",
            "entropy.unit": "nat",
        },
        {"line.shown": "mae", "many_classes.classes": "5", "class_numbers.classes": "5"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_second_link_sets_its_figure_wholly_and_leaves_the_others(visit, page):
    first, second = LINKS[page]
    reader = visit().follow(page, lang="en", **QUICK[page] | first)
    reader.follow(page, lang="en", **second)
    shown = PAGES_OF[page].figure(reader.figure).controls
    assert reader.figure == PAGES_OF[page].shows(next(iter(second)))
    kept = {name: said for name, said in (QUICK[page] | first).items() if name not in shown}
    assert reader.link == {"lang": "en", **kept, **second}
    assert kept
    check_controls(reader, {
        name: param.read(second[name])[0] if name in second else param.default
        for name, param in shown.items()
    })  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_turning_to_a_figure_keeps_what_was_set_in_it(visit, page):
    first, _ = LINKS[page]
    reader = visit().follow(page, lang="ko", **QUICK[page] | first)
    said, start = reader.link, reader.figure
    for figure in (*PAGES_OF[page].figures, PAGES_OF[page].figure(start)):
        reader.turn(figure.key)
        assert (reader.figure, reader.link) == (figure.key, said)
        check_controls(reader, {
            name: param.read(said[name])[0] if name in said else param.default
            for name, param in figure.controls.items()
        })  # fmt: skip
    reader.follow(page)
    assert (reader.figure, reader.link) == (start, said)


def test_a_link_names_its_figure_or_a_control_of_it(visit):
    reader = visit()
    for link, figure in (
        ({}, "explorer"),
        ({"fig": "line"}, "line"),
        ({"line.shown": "mae"}, "line"),
        ({"entropy.unit": "nat", "line.shown": "mae"}, "entropy"),
        ({"fig": "line", "entropy.unit": "nat"}, "line"),
        ({"claim.ce-entropy.open": "1"}, "entropy"),
        ({"predict": "0", "fix": "line.shown", "line.shown": "mae"}, "line"),
        ({"two.score": "2"}, "two_classes"),  # an old name
    ):
        reader.follow("losses", lang="en", **link)
        assert (reader.figure, reader.notices) == (figure, []), link
    reader.follow("losses", lang="en", fig="nothing")
    assert reader.figure == "explorer"
    assert "fig=nothing → explorer" in reader.notices[0]


def test_a_link_names_a_part_or_a_control_of_it(visit):
    """One that names its figure is as the app writes it: there a part not named is the first."""
    reader = visit()
    for link, part in (
        ({"two_classes.score": "2"}, "answer"),
        ({"two.lr": "0.3"}, "runs"),  # an old name
        ({"two_classes.lr": "0.3", "two_classes.score": "2"}, "runs"),
        ({"two_classes.score": "2", "two_classes.lr": "0.3"}, "answer"),
        ({"two_classes.lr": "0.3", "two_classes.part": "surfaces"}, "surfaces"),
        ({"two_classes.lr": "0.3", "fig": "two_classes"}, "answer"),
        ({"line.delta": "2", "two_classes.lr": "0.3"}, "answer"),
    ):
        reader.follow("losses", lang="en", **link)
        assert reader.notices == []
        reader.turn("two_classes")
        assert reader.value("two_classes.part") == part, link
        assert reader.link.get("two_classes.part", "answer") == part
        assert reader.has("two_classes.lr") == (part != "answer")


def test_parts_hold_what_their_figure_declares():
    for place, figure in FIGURES.items():
        names = [name for names in figure.parts.values() for name in names]
        assert {f"{figure.key}.{name}" for name in names} <= set(figure.params), place
        if figure.parts:
            part = figure.params[f"{figure.key}.part"]
            assert set(figure.parts) <= set(part.options) - {part.default}


@pytest.mark.parametrize(
    ("page", "fixed", "moved", "values"),
    [
        ("activations", {"explorer.functions": tuple(ACTIVATIONS)}, "softmax.temperature",
         (0.5, 1.5)),
        ("training", {"function": "gelu"}, "noise", (0.3, 0.0)),
        pytest.param("gradient_flow", {"zigzag.part": "path"}, "zigzag.direction", (30, 0),
                     marks=full),
        pytest.param("losses", {"explorer.against": "residual", "explorer.regression": ("huber",)},
                     "entropy.p1", (0.5, 3.0), marks=full),
    ],
)  # fmt: skip
def test_moving_one_control_leaves_the_others(visit, page, fixed, moved, values):
    """Each control is set by a link and must survive the run after another one moves."""
    state = {
        name: another(name, param)
        for name, param in CONTROLS[page].items()
        if not name.endswith((".open", ".run")) and not isinstance(param, Place | Mark)
    }
    state |= fixed
    reader = visit().follow(page, lang="en", **link_of(page, state))
    for value in values:
        state[moved] = value
        reader.move(moved, value)
        assert reader.link == {"lang": "en", **link_of(page, state)}
        assert check_controls(reader, state) >= 5


def test_an_address_that_comes_late_undoes_nothing(visit):
    """A quick second move is sent with the address from before the first one was answered."""
    reader = visit().follow("activations", lang="en", fig="softmax")
    reader.move("softmax.temperature", 2.0)
    reader.at.query_params = {"lang": "en", "fig": "softmax"}
    reader.move("softmax.shift", 10.0)
    assert reader.link == {"lang": "en", "softmax.temperature": "2", "softmax.shift": "10"}
    assert reader.value("softmax.temperature") == 2.0


def test_a_session_emptied_while_it_runs_starts_anew(visit):
    """Any client may ask Streamlit to clear its session."""
    reader = visit().follow("activations", lang="en", **{"softmax.temperature": "2"})
    del reader.at.session_state["visit"]
    reader.run()
    assert reader.value("softmax.temperature") == 2.0


@pytest.mark.parametrize(
    ("page", "state", "moved", "value"),
    [
        ("activations", {
            "explorer.functions": ("elu", "mish"), "elu.alpha": 0.5, "explorer.x": (-3.0, 100.0),
            "softmax.z2": -4.0,
        }, "softmax.shift", 800.0),
        ("training", {
            "function": "elu", "elu.alpha": 0.5, "lr": 0.3, "compare.epochs": 20,
        }, "batch", 50.0),
        pytest.param("gradient_flow", {
            "microscope.depth": 3, "microscope.functions": ("elu", "mish"),
            "zigzag.direction": 30, "training.skip": True, "dying.run": True,
            "dying.functions": ("relu",), "dying.epochs": 20,
        }, "cures.skip", True, marks=full),
        pytest.param("losses", {
            "explorer.against": "score", "explorer.gamma": 3.0, "line.point": 3,
            "many_classes.classes": 4, "many_classes.z4": 2.0,
        }, "entropy.unit", "nat", marks=full),
    ],
    ids=["activations", "training", "gradient_flow", "losses"],
)  # fmt: skip
def test_page_changes_keep_the_controls(visit, page, state, moved, value):
    reader = visit().follow(page, lang="en", **link_of(page, state))
    reader.move(moved, value)
    said = reader.link
    for other in (other for other in PAGES if other != page):
        reader.follow(other)
        assert reader.link == {"lang": "en"}
    reader.follow(page)
    assert reader.link == said
    assert check_controls(reader, state | {moved: value}) >= 1
    assert reader.notices == []


@pytest.mark.parametrize(
    ("part", "chooser", "own", "other", "hidden", "value"),
    [
        ("activations/explorer", "explorer.functions", ("elu",), ("relu",), "elu.alpha", 0.5),
        ("activations/neuron", "neuron.function", "elu", "relu", "elu.alpha", 0.5),
        ("activations/softmax", "softmax.classes", 4, 3, "softmax.z4", 7.0),
        ("training/live", "function", "elu", "relu", "elu.alpha", 0.5),
        ("losses/explorer", "explorer.against", "score", "residual", "explorer.gamma", 3.0),
        ("losses/many_classes", "many_classes.classes", 4, 3, "many_classes.z4", 7.0),
        ("losses/entropy", "entropy.outcomes", 4, 3, "entropy.q4", 7.0),
    ],
)
def test_hidden_controls_keep_their_values(part, chooser, own, other, hidden, value):
    """A function's slider goes with the function and comes back with it."""
    reader = Alone(part).follow(lang="en").move(chooser, own)
    reader.move(hidden, value).move(chooser, other)
    assert not reader.has(hidden)
    reader.move(chooser, own)
    assert reader.value(hidden) == value


SPOKEN = {
    "activations": {
        "explorer.functions": ("gelu",), "gelu.approximate": "tanh", "explorer.x": (-2.0, 2.0),
        "softmax.z1": 9.9, "claim.mish.open": True, "claim.mish.reference": "gelu",
    },
    "training": {
        "data": "spiral5", "function": "gelu", "gelu.approximate": "tanh",
        "compare.epochs": 20, "claim.sigmoid-classifier.open": True,
        "claim.sigmoid-classifier.data": "moons",
    },
    "gradient_flow": {
        "microscope.functions": ("gelu",), "microscope.depth": 4, "training.skip": True,
        "zigzag.inputs": "centred", "dying.run": True, "dying.functions": ("relu", "prelu"),
        "dying.epochs": 20, "claim.elu.open": True, "claim.elu.epochs": 20, "claim.elu.seeds": 5,
    },
    "losses": {
        "explorer.against": "score", "explorer.gamma": 3.0, "line.shown": "huber", "line.point": 3,
        "two_classes.angle": 90, "many_classes.smoothing": 0.1, "class_numbers.run": True,
        "entropy.q2": 0.0, "claim.ce-one-hot.open": True,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("activations", "ko"), ("losses", "en"),
        *(pytest.param(page, "en", marks=full) for page in ("activations", "training")),
        *(pytest.param(page, "ko", marks=full) for page in ("losses", "training")),
        *(pytest.param("gradient_flow", first, marks=full) for first in LANGUAGES),
    ],
)  # fmt: skip
def test_the_language_switch_keeps_the_state(visit, page, first):
    (second,) = set(LANGUAGES) - {first}
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
    reader = visit().follow("activations", lang="en", **{"explorer.functions": "relu"})
    before = shown(reader.at)
    reader.move("explorer.functions", ())
    assert reader.link == {"lang": "en", "explorer.functions": "relu"}
    assert reader.value("explorer.functions") == ("relu",)
    assert shown(reader.at) == before
    reader.move("explorer.functions", ("relu", "mish"))
    assert reader.link == {"lang": "en", "explorer.functions": "relu,mish"}


def test_every_starting_point_is_a_link_without_mistakes(visit):
    for page, _, query in STARTS:
        reader = visit().follow(page, lang="en", **query)
        assert reader.notices == []
        assert reader.link == {"lang": "en", **query}
