"""Links that say what cannot be: the nearest value, a notice, and a page that works."""

from __future__ import annotations

import pytest

from dlbasic.params import Choice, Flag, Integer, Numbers, Real, Several, Span, Tick
from dlbasic.text import LANGUAGES
from dlbasic.ui.controls import CONTROLS
from tests.pages.settings import PAGES, QUICK, link_of, revealing

each_page = pytest.mark.parametrize("page", PAGES)


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
        case Choice() | Several() | Flag():
            yield "bogus", param.default


HARMLESS = {
    "activations": {"shift": "800"},
    "training": {"race.epochs": "20"},
    "losses": {"many.z1": "3"},
}
# These would make the page work for long; that they are read alike, the kinds' own tests say.
LONG = {("training", "batch", "-1")} | {("training", "claim.sigmoid-classifier.steps", "5001")}


# The gradient page has too many controls for this: see below.
@pytest.mark.parametrize("page", [page for page in PAGES if page != "gradient_flow"])
def test_what_is_out_of_range_becomes_the_nearest_value(visit, page):
    """One after the other in one session: a notice for each, and none left from the last one."""
    reader = visit().follow(page, lang="en", **QUICK[page])
    for name, param in CONTROLS[page].items():
        for raw, nearest in beyond(param):
            if (page, name, raw) in LONG:
                continue
            link = revealing(page, name) | {name: raw}
            reader.follow(page, lang="en", **link)
            expected = {"lang": "en", **link, name: param.write(nearest)}
            if nearest == param.default:
                del expected[name]
            assert reader.link == expected, (name, raw)
            assert len(reader.notices) == 1 and f"{name}=" in reader.notices[0], (name, raw)
            if reader.has(name):
                assert reader.value(name) == nearest, (name, raw)
            reader.follow(page, lang="en", **HARMLESS[page])
            assert reader.notices == []


@pytest.mark.parametrize("place", range(4))
def test_all_that_is_out_of_range_at_once_becomes_the_nearest(visit, place):
    """Each control of the gradient page with one of its impossible values."""
    page, wrong, mended = "gradient_flow", {}, {}
    for number, (name, param) in enumerate(CONTROLS[page].items()):
        values = list(beyond(param))
        # Staggered, so that not all that multiplies the work is at its largest together.
        wrong[name], mended[name] = values[(place + number) % len(values)]
    reader = visit().follow(page, lang="en", **wrong)
    assert reader.link == {"lang": "en", **link_of(page, mended)}
    (notice,) = reader.notices
    assert [name for name in wrong if f"{name}=" not in notice] == []
    shown = [name for name in mended if reader.has(name)]
    assert {name: reader.value(name) for name in shown} == {name: mended[name] for name in shown}
    assert len(shown) > 40


ANYWHERE = [
    {"bogus": "1"},
    {"": ""},
    {"claim.bogus.open": "1"},
    {"activations:f": "relu"},
    {"lang": "de"},
    {"lang": ""},
    {"lang": "KO"},
    {"lang": "<b>ko</b>"},
    {f"k{n}": str(n) for n in range(300)},
    {"page": "overview", "written": "1", "notice": "gotcha", "language": "xx"},
]
HOSTILE = {
    "activations": [
        {"f": ""},
        {"f": ","},
        {"f": "relu,relu"},
        {"f": "relu,,mish"},
        {"f": "relu;mish"},
        {"f": "sigmoid,bogus," + "x" * 5000},
        {"f": ["relu", "mish", "bogus"]},
        {"f": "__class__"},
        {"x": "5"},
        {"x": "5,5"},
        {"x": "6,-6"},
        {"x": "-5.5,5.5"},
        {"x": "nan,nan"},
        {"x": "inf,-inf"},
        {"x": "1,2,3"},
        {"x": "-1e308,1e308"},
        {"x": "a,b"},
        {"at": "1e400"},
        {"at": "-Infinity"},
        {"at": "nan"},
        {"at": "<script>alert(1)</script>"},
        {"at": "**bold** [link](https://example.org) $x$ :red[x]"},
        {"at": "![](https://example.org/x.png)"},
        {"at": "{claim} {0} %s %d"},
        {"at": "'; DROP TABLE users; --"},
        {"at": "%31%30"},
        {"at": "\0\x01\x7f"},
        {"at": "\u202e10"},
        {"at": "9" * 9000},
        {"at": "🎲" * 30},
        {"slope": "log "},
        {"slope": "LOG"},
        {"slope": "quadratic"},
        {"classes": "0"},
        {"classes": "3.5"},
        {"classes": "1e9"},
        {"z1": "--1"},
        {"temperature": "0"},
        {"temperature": "-1"},
        {"shift": "5"},
        {"neuron.f": "relu,mish"},
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
        {"rate": "0"},
        {"rate": "-0.03"},
        {"rate": "1e400"},
        {"rate": "0.02"},
        {"rate": "0x10"},
        {"rate": "nan"},
        {"batch": "0"},
        {"batch": "7.5"},
        {"batch": "-Infinity"},
        {"batch": "{claim} {0} %s %d"},
        {"noise": "-1"},
        {"noise": "**bold** [link](https://example.org) $x$ :red[x]"},
        {"width": "0"},
        {"width": "2.5"},
        {"width": "9" * 9000},
        {"seed": "-1"},
        {"seed": "1e12"},
        {"seed": "\0\x01\x7f"},
        {"elu.alpha": "1e9", "function": "elu"},
        {"race.seeds": "9"},
        {"race.seeds": "1e9"},
        {"race.epochs": "0"},
        {"race.target": "0"},
        {"race.target": "'; DROP TABLE users; --"},
        {"claim.nonlinearity.open": "yes"},
        {"claim.nonlinearity.seeds": "-5"},
        {"claim.sigmoid-classifier.steps": "1"},
        {"claim.sigmoid-classifier.data": "plane"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"training-player": "1", "new-seed": "1"},
    ],
    "gradient_flow": [
        {"deep.f": "bogus"},
        {"deep.f": ["relu", "mish", "bogus"]},
        {"deep.depth": "1e9"},
        {"deep.width": "-3"},
        {"deep.rule": "zeros"},  # known, but not offered here
        {"deep.scale": "nan"},
        {"deep.layer": "51"},
        {"deep.dtype": "float16"},
        {"live.rate": "1e400"},
        {"live.skip": "<script>alert(1)</script>"},
        {"zz.batch": "3"},
        {"zz.step": "-1"},
        {"zz.direction": "7"},
        {"lives.bias": "-Infinity"},
        {"lives.run": "yes"},
        {"lives.epochs": "1e12", "lives.run": "0"},
        {"cures.functions": ","},
        {"cures.run": "\u202e1"},
        {"claim.zig-zag.batch": "0"},
        {"claim.elu.open": "2"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"deep-player": "1", "measure-elu": "1"},
    ],
    "losses": [
        {"ex.against": "sigma"},
        {"ex.regression": ","},
        {"ex.two_classes": "bce,relu"},
        {"ex.delta": "0"},
        {"ex.gamma": "-1"},
        {"ex.at": "1e400"},
        {"ex.p": "1.5"},
        {"line.x": ""},
        {"line.x": "1,2,3"},
        {"line.y": "1,2,3,4,5,6,7,nan"},
        {"line.y": "1e300,2,3,4,5,6,7,-1e300"},
        {"line.y": ",".join("9" * 900)},
        {"line.point": "0"},
        {"two.score": "<script>alert(1)</script>"},
        {"two.label": "2"},
        {"two.rate": "0"},
        {"two.noise": "inf"},
        {"many.classes": "1"},
        {"many.smoothing": "2"},
        {"many.z1": "--1"},
        {"numbers.numbering": "3 2 1"},
        {"numbers.spread": "-0.8"},
        {"numbers.run": "yes"},
        {"entropy.outcomes": "1e9"},
        {"entropy.p1": "-5"},
        {"entropy.unit": "byte"},
        {"claim.mish.open": "1"},  # known, but on another page
        {"numbers-player-number": "1", "line-table": "1"},
    ],
}
MOVES = {
    "activations": ("z2", 3.0),
    "training": ("function", "relu"),
    "gradient_flow": ("zz.step", 5),
    "losses": ("many.z2", 3.0),
}


@pytest.mark.parametrize(
    ("page", "link"),
    [(page, link) for page in PAGES for link in ANYWHERE + HOSTILE[page]],
    ids=lambda part: ascii(part)[:50],
)
def test_a_hostile_link_is_mended_and_said_once(visit, page, link):
    reader = visit().follow(page, **{"lang": "en", **QUICK[page], **link})
    mended = reader.link
    assert mended.pop("lang") in LANGUAGES
    assert set(mended) <= set(CONTROLS[page])
    for name, raw in mended.items():
        value, as_said = CONTROLS[page][name].read(raw)
        assert as_said and value != CONTROLS[page][name].default
    (notice,) = reader.notices
    assert len(notice) < 400
    # What the link said may be repeated, but neither as markup nor as a link.
    said = notice.partition(":")[2]
    assert not set("<>[]()*`$\\{}%'\";:!") & set(said), said
    assert not any(ord(letter) < 32 or letter == "\u202e" for letter in notice)
    # The page can be used, the notice goes with the next move.
    name, value = MOVES[page]
    reader.move(name, value)
    assert reader.link[name] == CONTROLS[page][name].write(value)
    assert reader.notices == []


def test_capitals_and_blanks_in_a_list_are_forgiven(visit):
    reader = visit().follow("activations", lang="en", f="MISH, relu")
    assert reader.link == {"lang": "en", "f": "relu,mish"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_links_to_the_overview(visit, language):
    reader = visit().follow("overview", lang=language, f="relu", **{"<b>": "1"})
    assert reader.link == {"lang": language}
    assert len(reader.notices) == 1 and "2" in reader.notices[0]


def test_unknown_entries_alone_change_no_value(visit):
    (notice,) = visit().follow("activations", lang="en", bogus="1").notices
    assert "left out" in notice and "nearest" not in notice
    (notice,) = visit().follow("activations", lang="en", bogus="1", x="5,5").notices
    assert "left out" in notice and "nearest" in notice


def test_a_notice_does_not_follow_to_another_page(visit):
    reader = visit().follow("activations", lang="en", x="5,5")
    assert len(reader.notices) == 1
    assert reader.follow("overview").notices == []
    assert reader.follow("activations").notices == []


@each_page
def test_every_mistake_in_one_link(visit, page):
    link = dict.fromkeys(CONTROLS[page], "bogus") | {"lang": "bogus", "more": "1"}
    reader = visit().follow(page, **link)
    assert reader.link == {"lang": "en"}
    assert len(reader.notices) == 1
