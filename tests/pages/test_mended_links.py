"""Links that say what cannot be: the nearest value, a notice, and a page that works."""

from __future__ import annotations

import pytest

from dlbasic.params import (
    Choice,
    Flag,
    InOrder,
    Integer,
    Mark,
    Numbers,
    Real,
    Several,
    Span,
    Tick,
    Widths,
)
from dlbasic.text import LANGUAGES
from tests.pages.settings import PAGES, QUICK, costs, link_of, part_of
from tests.pages.visits import Address, Alone, figures_of
from tests.site import CONTROLS

each_page = pytest.mark.parametrize("page", PAGES)
full = pytest.mark.full
# A move, or a link, that is not wrong.
MOVES = {
    "overview": ("stage.pair", "tanh-relu"),
    "activations": ("softmax.z2", 3.0),
    "training": ("noise", 0.3),  # a control of both figures
    "gradient_flow": ("zigzag.step", 5),
    "losses": ("many_classes.z2", 3.0),
}


def beyond(param):
    """What a link may say out of range, and the value that it becomes."""
    match param:
        case Real(low=low, high=high) | Integer(low=low, high=high):
            yield str(high + 1), high
            yield str(low - 1), low
            yield "nan", param.default
            yield "1e400", high
        case Tick(ticks=ticks):
            yield f"{ticks[-1] + 1:g}", ticks[-1]
            yield f"{min(-1.0, ticks[0] - 1.0):g}", ticks[0]
            yield "nan", param.default
            yield f"{ticks[1] + 0.1 * (ticks[2] - ticks[1]):g}", ticks[1]
        case Span(ticks=ticks):
            yield f"{ticks[0] - 7:g},{ticks[1]:g}", ticks[:2]
            yield f"{ticks[1]:g},nan", param.default
        case Numbers(default=default, low=low, high=high):
            yield ",".join([str(high + 1), *map(str, default[1:])]), (high, *default[1:])
            yield ",".join(["nan", *map(str, default[1:-1]), str(low - 1)]), (*default[:-1], low)
            yield param.write(default[1:]), default
        case Widths(low=low, high=high, most=most):
            yield f"{high + 1},{low - 1},{low}", (high, low, low)
            yield ",".join(["3"] * (most + 1)), (3,) * most
            yield "bogus", param.default
            yield "", param.default
        case InOrder(options=options, most=most):
            yield "bogus", ()
            yield ",".join([*options][:1] * (most + 1)), (*options,)[:1] * most
        case Mark():
            yield "0:1", ""
            yield "1:2:nan", ""
            yield ",".join(["1:2:3"] * 21), ""
        case Choice() | Several() | Flag():
            yield "bogus", param.default


# The link, without the page


@each_page
def test_what_is_out_of_range_becomes_the_nearest_value(page):
    """One after the other in one session: each in a notice of its own."""
    reader, defaults = Address(page), {n: p.default for n, p in CONTROLS[page].items()}
    for name, param in CONTROLS[page].items():
        for raw, nearest in beyond(param):
            reader.follow(lang="en", **{name: raw})
            shown = part_of(page, name)
            link = {"lang": "en"} | link_of(page, {name: nearest}) | shown
            assert reader.link == link, (name, raw)
            assert reader.values == defaults | {name: nearest} | shown
            (notice,) = reader.notices
            assert notice.count("=") == 1 and f" {name}=" in notice, (name, raw)
            assert notice.endswith(f"→ {param.write(nearest) or '∅'}"), (name, raw)


@each_page
def test_a_link_that_is_right_takes_the_last_ones_notice_away(page):
    reader = Address(page).follow(lang="en", bogus="1")
    assert len(reader.notices) == 1
    name, value = MOVES[page]
    assert reader.go(lang="en", **link_of(page, {name: value})).notices == []
    assert len(reader.go(lang="en", bogus="1").notices) == 1
    default = CONTROLS[page][name].default
    another = value if reader.values[name] == default else default
    assert reader.move(name, another).notices == []


ANYWHERE = [
    {"bogus": "1"},
    {"": ""},
    {"claim.bogus.open": "1"},
    {"activations:explorer.functions": "relu"},
    {"lang": "de"},
    {"lang": ""},
    {"lang": "KO"},
    {"lang": "<b>ko</b>"},
    {f"k{n}": str(n) for n in range(300)},
    {"page": "overview", "written": "1", "notice": "gotcha", "language": "xx"},
]
HOSTILE = {
    "overview": [
        {"stage.pair": "relu-sigmoid"},
        {"stage.pair": "<script>alert(1)</script>"},
        {"stage.epoch": "61"},
        {"stage.epoch": "1e400"},
        {"explorer.functions": "relu"},  # known, but on another page
        {"stage-player": "1", "fig": "stage"},
    ],
    "activations": [
        {"explorer.functions": ""},
        {"explorer.functions": ","},
        {"explorer.functions": "relu,relu"},
        {"explorer.functions": "relu,,mish"},
        {"explorer.functions": "relu;mish"},
        {"explorer.functions": "sigmoid,bogus," + "x" * 5000},
        {"explorer.functions": ["relu", "mish", "bogus"]},
        {"explorer.functions": "__class__"},
        {"explorer.x": "5"},
        {"explorer.x": "5,5"},
        {"explorer.x": "6,-6"},
        {"explorer.x": "-5.5,5.5"},
        {"explorer.x": "nan,nan"},
        {"explorer.x": "inf,-inf"},
        {"explorer.x": "1,2,3"},
        {"explorer.x": "-1e308,1e308"},
        {"explorer.x": "a,b"},
        {"explorer.at": "1e400"},
        {"explorer.at": "-Infinity"},
        {"explorer.at": "nan"},
        {"explorer.at": "<script>alert(1)</script>"},
        {"explorer.at": "**bold** [link](https://example.org) $x$ :red[x]"},
        {"explorer.at": "![](https://example.org/x.png)"},
        {"explorer.at": "{claim} {0} %s %d"},
        {"explorer.at": "'; DROP TABLE users; --"},
        {"explorer.at": "%31%30"},
        {"explorer.at": "\0\x01\x7f"},
        {"explorer.at": "\u202e10"},
        {"explorer.at": "9" * 9000},
        {"explorer.at": "🎲" * 30},
        {"explorer.slope": "log "},
        {"explorer.slope": "LOG"},
        {"explorer.slope": "quadratic"},
        {"softmax.classes": "0"},
        {"softmax.classes": "3.5"},
        {"softmax.classes": "1e9"},
        {"softmax.z1": "--1"},
        {"softmax.temperature": "0"},
        {"softmax.temperature": "-1"},
        {"softmax.shift": "5"},
        {"neuron.function": "relu,mish"},
        {"neuron.std": "0"},
        {"neuron.threshold": "1e-9"},
        {"prelu.alpha": "1e9"},
        {"relu.alpha": "0.5"},
        {"claim.mish.open": "yes"},
        {"claim.gelu.draws": "-5"},
        {"claim.gelu.draws": "1e12"},
        {"claim.gelu.seed": "1e12"},
        {"claim.softmax.classes": "1000000"},
    ],
    "training": [
        {"data": ""},
        {"data": "Circle"},
        {"data": "sine"},  # one-dimensional: known, but not offered here
        {"data": ["plane", "xor", "bogus"]},
        {"data": "__class__"},
        {"data": "../../etc/passwd"},
        {"function": "relu,mish"},
        {"function": "<script>alert(1)</script>"},
        {"function": "🎲" * 30},
        {"lr": "0"},
        {"lr": "-0.03"},
        {"lr": "1e400"},
        {"lr": "0.02"},
        {"lr": "0x10"},
        {"lr": "nan"},
        {"batch": "0"},
        {"batch": "7.5"},
        {"batch": "-Infinity"},
        {"batch": "{claim} {0} %s %d"},
        {"noise": "-1"},
        {"noise": "**bold** [link](https://example.org) $x$ :red[x]"},
        {"width": "2.5"},
        {"width": "9" * 9000},
        {"layers": "8;8"},
        {"layers": "-3,1e400,nan"},
        {"layers": ",".join("8" * 900)},
        {"features": "x3,x1"},
        {"functions": "relu,<b>,tanh"},
        {"functions": ["mish,bogus"]},
        {"share": "0"},
        {"dropout": "1"},
        {"loss": "mse"},
        {"error": "bce"},
        {"l1": "-1"},
        {"live.speed": "1e9"},
        {"live.edits": "1:2:1e999,"},
        {"live.edits": "0:0:" + "9" * 5000},
        {"live.stop_epoch": "7"},
        {"live.step": "-1"},
        {"seed": "-1"},
        {"seed": "1e12"},
        {"seed": "\0\x01\x7f"},
        {"elu.alpha": "1e9", "function": "elu"},
        {"compare.seeds": "9"},
        {"compare.seeds": "1e9"},
        {"compare.epochs": "0"},
        {"compare.target": "0"},
        {"compare.target": "'; DROP TABLE users; --"},
        {"claim.nonlinearity.open": "yes"},
        {"claim.nonlinearity.seeds": "-5"},
        {"claim.sigmoid-classifier.steps": "1"},
        {"claim.sigmoid-classifier.data": "plane"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"training-player": "1", "problem": "1"},
    ],
    "gradient_flow": [
        {"microscope.functions": "bogus"},
        {"microscope.functions": ["relu", "mish", "bogus"]},
        {"microscope.depth": "1e9"},
        {"microscope.width": "-3"},
        {"microscope.rule": "zeros"},  # known, but not offered here
        {"microscope.scale": "nan"},
        {"microscope.layer": "51"},
        {"microscope.dtype": "float16"},
        {"training.lr": "1e400"},
        {"training.skip": "<script>alert(1)</script>"},
        {"zigzag.batch": "3"},
        {"zigzag.step": "-1"},
        {"zigzag.direction": "7"},
        {"dying.bias": "-Infinity"},
        {"dying.run": "yes"},
        {"dying.epochs": "1e12", "dying.run": "0"},
        {"cures.functions": ","},
        {"cures.run": "\u202e1"},
        {"claim.zig-zag.batch": "0"},
        {"claim.elu.open": "2"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"deep-player": "1", "measure-elu": "1"},
    ],
    "losses": [
        {"explorer.against": "sigma"},
        {"explorer.regression": ","},
        {"explorer.two_classes": "bce,relu"},
        {"explorer.delta": "0"},
        {"explorer.gamma": "-1"},
        {"explorer.at": "1e400"},
        {"explorer.p": "1.5"},
        {"line.x": ""},
        {"line.x": "1,2,3"},
        {"line.y": "1,2,3,4,5,6,7,nan"},
        {"line.y": "1e300,2,3,4,5,6,7,-1e300"},
        {"line.y": ",".join("9" * 900)},
        {"line.point": "0"},
        {"two_classes.score": "<script>alert(1)</script>"},
        {"two_classes.label": "2"},
        {"two_classes.lr": "0"},
        {"two_classes.noise": "inf"},
        {"many_classes.classes": "1"},
        {"many_classes.smoothing": "2"},
        {"many_classes.z1": "--1"},
        {"class_numbers.numbering": "3 2 1"},
        {"class_numbers.spread": "-0.8"},
        {"class_numbers.run": "yes"},
        {"entropy.outcomes": "1e9"},
        {"entropy.p1": "-5"},
        {"entropy.unit": "byte"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"numbers-player-number": "1", "line-table": "1"},
    ],
}


@each_page
def test_a_hostile_link_is_mended_and_said_once(page):
    reader = Address(page)
    for link in ANYWHERE + HOSTILE[page]:
        mended = reader.follow(**{"lang": "en"} | link).link
        assert mended.pop("lang") in LANGUAGES
        assert set(mended) <= set(CONTROLS[page])
        for name, raw in mended.items():
            value, as_said = CONTROLS[page][name].read(raw)
            assert as_said and value == reader.values[name] != CONTROLS[page][name].default
        (notice,) = reader.notices
        assert len(notice) < 400
        # What the link said may be repeated, but neither as markup nor as a link.
        said = notice.partition(":")[2]
        assert not set("<>[]()*`$\\{}%'\";:!") & set(said), said
        assert not any(ord(letter) < 32 or letter == "\u202e" for letter in notice)


@full
@each_page
def test_what_no_widget_can_have_said_is_put_right(page):
    """A modified browser may send anything."""
    reader = Address(page).follow(lang="en")
    defaults = {name: param.default for name, param in CONTROLS[page].items()}
    for name, param in CONTROLS[page].items():
        for nonsense in (None, "bogus", 1e9, ["bogus"], (1, 2, 3)):
            reader.at.session_state[f"{page}:{name}"] = nonsense
            value = reader.run().values[name]
            assert reader.values == defaults | {name: value}, (name, nonsense)
            assert param.check(name, value) == value, (name, nonsense)
            assert reader.link == {"lang": "en"} | link_of(page, {name: value})
        reader.move(name, param.default)


def test_capitals_and_blanks_in_a_list_are_forgiven():
    reader = Address("activations").follow(lang="en", **{"explorer.functions": "MISH, relu"})
    assert reader.link == {"lang": "en", "explorer.functions": "relu,mish"}


def test_unknown_entries_alone_change_no_value():
    reader = Address("activations")
    (notice,) = reader.follow(lang="en", bogus="1").notices
    assert "ignored" in notice and "nearest" not in notice
    (notice,) = reader.follow(lang="en", bogus="1", **{"explorer.x": "5,5"}).notices
    assert "ignored" in notice and "nearest" in notice


# Pages as they are


def mixed(page, turn):
    """Each control of a page with one of its impossible values, and what these become.

    Staggered, so that not all that multiplies the work is at its largest together; of what would
    take long even so the default is left.
    """
    wrong, mended = {}, {}
    for number, (name, param) in enumerate(CONTROLS[page].items()):
        values = list(beyond(param))
        raw, nearest = values[(turn + number) % len(values)]
        if not costs(name, nearest):
            wrong[name], mended[name] = raw, nearest
    return wrong, mended


@each_page
@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=full) for turn in (1, 2, 3))])
def test_all_that_is_out_of_range_at_once_becomes_the_nearest(visit, page, turn):
    wrong, mended = mixed(page, turn)
    reader = visit().follow(page, lang="en", **wrong)
    assert reader.link == {"lang": "en", **link_of(page, mended)}
    (notice,) = reader.notices
    assert [name for name in wrong if f"{name}=" not in notice] == []
    seen = set()
    for figure in figures_of(page, wrong):
        reader.turn(figure)
        shown = [name for name in mended if reader.has(name)]
        assert {name: reader.value(name) for name in shown} == {
            name: mended[name] for name in shown
        }
        seen |= set(shown)
    assert len(seen) > {"gradient_flow": 40, "training": 5, "overview": 0}.get(page, 15)


# Links of which each control is in one at most: as many as the control has the most of.
def rounds(page):
    links = []
    for wrong in HOSTILE[page]:
        for link in links:
            if not set(link) & set(wrong):
                link |= wrong
                break
        else:
            links.append(dict(wrong))
    return links


@pytest.mark.parametrize(
    ("page", "turn"),
    [
        pytest.param(page, turn, marks=[full] if turn else [])
        for page in PAGES
        for turn in range(len(rounds(page)))
    ],
)
def test_a_page_can_be_used_whatever_its_link_said(visit, page, turn):
    link = rounds(page)[turn]
    reader = visit().follow(page, **{"lang": "en"} | QUICK[page] | link)
    assert reader.link["lang"] == "en" and len(reader.notices) == 1
    assert set(reader.link) <= {"lang", *CONTROLS[page]}
    # The notice goes with the next move.
    name, value = MOVES[page]
    reader.move(name, value)
    assert reader.link[name] == CONTROLS[page][name].write(value)
    assert reader.notices == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_links_to_the_overview(visit, language):
    reader = visit().follow("overview", lang=language, **{"explorer.functions": "relu", "<b>": "1"})
    assert reader.link == {"lang": language}
    assert len(reader.notices) == 1 and "2" in reader.notices[0]


def test_a_notice_does_not_follow_to_another_page(visit):
    reader = visit().follow("activations", lang="en", **{"explorer.x": "5,5"})
    assert len(reader.notices) == 1
    assert reader.follow("overview").notices == []
    assert reader.follow("activations").notices == []


def test_a_notice_goes_with_the_language_that_it_is_in():
    reader = Alone("losses/line").follow(lang="ko", bogus="1")
    assert len(reader.notices) == 1
    assert reader.speak("en").notices == []


@each_page
def test_every_mistake_in_one_link(visit, page):
    link = dict.fromkeys(CONTROLS[page], "bogus") | {"lang": "bogus", "more": "1"}
    reader = visit().follow(page, **link)
    assert reader.link == {"lang": "en"}
    assert len(reader.notices) == 1
