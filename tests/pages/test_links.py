"""The link holds the whole state: read, written, kept, and mended when it is wrong."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import EXPERIMENTS
from dlbasic.params import Choice, Flag, Integer, Real, Several, Span, declared
from dlbasic.text import LANGUAGES
from dlbasic.ui.claim import CHIPS
from dlbasic.ui.controls import CLAIMS, CONTROLS
from tests.pages.shown import shown

TABLE = CONTROLS["activations"]
ALL_SHOWN = {
    "f": ",".join(ACTIVATIONS), "classes": "6",
    **{f"claim.{key}.open": "1" for key in CLAIMS["activations"]},
}  # fmt: skip


def another(param):
    """An allowed value that is not the default, as far from it as the control goes."""
    match param:
        case (
            Real(default=default, low=low, high=high) | Integer(default=default, low=low, high=high)
        ):
            return max(low, high, key=lambda end: abs(end - default))
        case Choice(default=default, options=options):
            return [option for option in options if option != default][-1]
        case Several(options=options):
            return (list(options)[-1],)
        case Span(ticks=ticks):
            return (ticks[1], ticks[-1])
        case Flag(default=default):
            return not default


def drawn(param, dice):
    """Any allowed value."""
    match param:
        case Real(low=low, high=high, step=step):
            return round(low + dice.randrange(round((high - low) / step) + 1) * step, 10) + 0.0
        case Integer(low=low, high=high, step=step):
            return dice.randrange(low, high + 1, step)
        case Choice(options=options):
            return dice.choice(list(options))
        case Several(options=options):
            return tuple(key for key in options if dice.random() < 0.4) or (
                dice.choice([*options]),
            )
        case Span(ticks=ticks):
            return tuple(sorted(dice.sample(ticks, 2)))
        case Flag():
            return dice.random() < 0.3


def link_of(state):
    return {k: TABLE[k].write(value) for k, value in state.items() if value != TABLE[k].default}


def check_controls(reader, state):
    """What stands on the page is the state; how many of the controls were there to see."""
    seen = [name for name in state if reader.has(name)]
    assert {name: reader.value(name) for name in seen} == {name: state[name] for name in seen}
    return len(seen)


@pytest.fixture(scope="module")
def everything():
    """A page on which every control can be seen."""
    from tests.pages.conftest import Visit

    return Visit().follow("activations", lang="en", **ALL_SHOWN)


def test_every_control_can_be_reached(everything):
    assert [name for name in TABLE if not everything.has(name)] == []


MOVABLE = [name for name in TABLE if name not in ("f", "classes") and not name.endswith(".open")]


@pytest.mark.parametrize("name", MOVABLE)
def test_a_moved_control_is_in_the_link_and_its_default_is_not(everything, name):
    before = everything.link
    assert name not in before
    value = another(TABLE[name])
    everything.move(name, value)
    assert everything.link == before | {name: TABLE[name].write(value)}
    assert everything.value(name) == value
    everything.move(name, TABLE[name].default)
    assert everything.link == before


@pytest.mark.parametrize("key", CLAIMS["activations"])
def test_an_opened_claim_is_in_the_link_and_a_closed_one_is_not(visit, key):
    reader = visit().follow("activations", lang="en")
    assert not any(f'EXPERIMENTS["{key}"]' in code.value for code in reader.at.code)
    reader.move(f"claim.{key}.open", True)
    assert reader.link == {"lang": "en", f"claim.{key}.open": "1"}
    assert any(f'EXPERIMENTS["{key}"]' in code.value for code in reader.at.code)
    reader.move(f"claim.{key}.open", False)
    assert reader.link == {"lang": "en"}
    assert not reader.at.code


@pytest.mark.parametrize("name", ["f", "classes"])
def test_the_controls_that_decide_what_is_shown(visit, name):
    reader = visit().follow("activations", lang="ko")
    value = another(TABLE[name])
    reader.move(name, value)
    assert reader.link == {"lang": "ko", name: TABLE[name].write(value)}
    reader.move(name, TABLE[name].default)
    assert reader.link == {"lang": "ko"}


@pytest.mark.parametrize("seed", range(12))
def test_a_link_restores_every_control(visit, seed):
    dice = random.Random(seed)
    state = {name: drawn(param, dice) for name, param in TABLE.items()}
    language = LANGUAGES[seed % 2]
    reader = visit().follow("activations", lang=language, **link_of(state))
    assert reader.notices == []
    assert reader.link == {"lang": language, **link_of(state)}
    assert check_controls(reader, state) > 12
    # What a reader shares is what the next reader gets.
    again = visit().follow("activations", **reader.link)
    assert again.link == reader.link
    assert shown(again.at) == shown(reader.at)


def test_a_second_link_replaces_the_first_one_wholly(visit):
    reader = visit().follow("activations", lang="en", f="mish", **{"z1": "3", "neuron.f": "elu"})
    reader.follow("activations", lang="en", f="relu", shift="800")
    assert reader.link == {"lang": "en", "f": "relu", "shift": "800"}
    check_controls(reader, {name: p.default for name, p in TABLE.items()} | {
        "f": ("relu",), "shift": 800.0})  # fmt: skip


def test_moving_one_control_leaves_the_others(visit):
    """Each control is set by a link and must survive the run after another one moves."""
    state = {name: another(TABLE[name]) for name in TABLE if not name.endswith(".open")}
    state["f"] = tuple(ACTIVATIONS)
    reader = visit().follow("activations", lang="en", **link_of(state))
    for value in (0.5, 1.5):
        state["temperature"] = value
        reader.move("temperature", value)
        assert reader.link == {"lang": "en", **link_of(state)}
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


def test_page_changes_keep_the_controls(visit):
    state = {"f": ("elu", "mish"), "elu.alpha": 0.5, "x": (-3.0, 100.0), "z2": -4.0}
    reader = visit().follow("activations", lang="en", **link_of(state))
    reader.move("shift", 800.0)
    said = reader.link
    reader.follow("overview")
    assert reader.link == {"lang": "en"}
    reader.follow("activations")
    assert reader.link == said
    check_controls(reader, state | {"shift": 800.0})
    assert reader.notices == []


def test_hidden_controls_keep_their_values(visit):
    """A function's slider goes with the function and comes back with it."""
    reader = visit().follow("activations", lang="en", f="elu")
    reader.move("elu.alpha", 0.5).move("f", ("relu",))
    assert not reader.has("elu.alpha")
    reader.move("f", ("elu",))
    assert reader.value("elu.alpha") == 0.5


@pytest.mark.parametrize(("first", "second"), [("ko", "en"), ("en", "ko")])
def test_the_language_switch_keeps_the_state(visit, first, second):
    state = {"f": ("gelu",), "gelu.approximate": "tanh", "x": (-2.0, 2.0), "z1": 9.9,
             "claim.mish.open": True, "claim.mish.reference": "gelu"}  # fmt: skip
    state = {name: value for name, value in state.items() if name in TABLE}
    reader = visit().follow("activations", lang=first, **link_of(state))
    before = shown(reader.at)
    reader.speak(second)
    assert reader.link == {"lang": second, **link_of(state)}
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


@pytest.mark.parametrize("key", CLAIMS["activations"])
def test_the_control_settings_change_the_verdict(visit, key):
    experiment = EXPERIMENTS[key]
    settings = experiment.control
    reader = visit().follow("activations", lang="en")
    assert CHIPS[experiment.expected][0]["en"] in reader.chip(key)
    reader.move(f"claim.{key}.open", True)
    for name, param in declared(settings).items():
        if getattr(settings, name) != param.default:
            reader.move(f"claim.{key}.{name}", getattr(settings, name))
    verdict = experiment.run(settings).verdict
    chip = reader.chip(key)
    assert "gray" in chip and "Control: " in chip, "the sentence itself is not judged any more"
    assert CHIPS[verdict][0]["en"][0] in chip
    assert CHIPS[experiment.expected][0]["en"] not in reader.chip(key)


@pytest.mark.parametrize("key", CLAIMS["activations"])
def test_a_button_sets_the_control_and_another_the_defaults(visit, key):
    control = EXPERIMENTS[key].control
    reader = visit().follow("activations", lang="en", **{f"claim.{key}.open": "1"})
    plain = dict(reader.link)
    reader.at.button(key=f"Show the control-{key}").click()
    reader.run()
    assert {name: reader.value(f"claim.{key}.{name}") for name in declared(control)} == {
        name: getattr(control, name) for name in declared(control)
    }
    assert reader.link != plain
    assert "Control: " in reader.chip(key)
    reader.at.button(key=f"Back to the defaults-{key}").click()
    reader.run()
    assert reader.link == plain
    assert "Control: " not in reader.chip(key)


SUBJECTS = [
    (key, name, option)
    for key in CLAIMS["activations"]
    for name in EXPERIMENTS[key].subject
    for option in declared(EXPERIMENTS[key].defaults)[name].options
]


@pytest.mark.parametrize(("key", "name", "option"), SUBJECTS)
def test_a_verdict_is_coloured_on_the_sentences_own_subject_alone(visit, key, name, option):
    reader = visit().follow("activations", lang="en", **{f"claim.{key}.{name}": option})
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
    expected = [CHIPS[e.expected][0]["en"] for e in EXPERIMENTS.values()]
    assert all(e in v for v, e in zip(verdicts, expected, strict=True))


def test_every_starting_point_is_a_link_without_mistakes(visit):
    from dlbasic.ui.overview import _STARTS

    for name, _, query in _STARTS:
        reader = visit().follow(name, lang="en", **query)
        assert reader.notices == []
        assert reader.link == {"lang": "en", **query}


def beyond():
    for name, param in TABLE.items():
        match param:
            case Real(low=low, high=high) | Integer(low=low, high=high):
                yield name, str(high + 1), high
                yield name, str(low - 1), low
                yield name, "nan", param.default
                yield name, "1e400", high
            case Span(ticks=ticks):
                yield name, f"{ticks[0] - 7:g},{ticks[1]:g}", ticks[:2]
                yield name, f"{ticks[1]:g},nan", param.default
            case Choice() | Several() | Flag():
                yield name, "bogus", param.default


def test_what_is_out_of_range_becomes_the_nearest_value(visit):
    """One after the other in one session: a notice for each, and none left from the last one."""
    reader = visit().follow("activations", lang="en")
    for name, raw, nearest in list(beyond()):
        reader.follow("activations", lang="en", **ALL_SHOWN | {name: raw})
        expected = {"lang": "en", **ALL_SHOWN} | {name: TABLE[name].write(nearest)}
        if nearest == TABLE[name].default:
            del expected[name]
        assert reader.link == expected, (name, raw)
        assert len(reader.notices) == 1 and f"{name}=" in reader.notices[0], (name, raw)
        if reader.has(name):
            assert reader.value(name) == nearest, (name, raw)
        reader.follow("activations", lang="en", shift="800")
        assert reader.notices == []


HOSTILE = [
    {"bogus": "1"},
    {"": ""},
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
    {"claim.bogus.open": "1"},
    {"activations:f": "relu"},
    {"lang": "de"},
    {"lang": ""},
    {"lang": "KO"},
    {"lang": "<b>ko</b>"},
    {f"k{n}": str(n) for n in range(300)},
    {"page": "overview", "written": "1", "notice": "gotcha", "language": "xx"},
]


@pytest.mark.parametrize("link", HOSTILE, ids=lambda link: ascii(link)[:50])
def test_a_hostile_link_is_mended_and_said_once(visit, link):
    reader = visit().follow("activations", **{"lang": "en", **link})
    mended = reader.link
    assert mended.pop("lang") in LANGUAGES
    assert set(mended) <= set(TABLE)
    for name, raw in mended.items():
        value, as_said = TABLE[name].read(raw)
        assert as_said and value != TABLE[name].default
    (notice,) = reader.notices
    assert len(notice) < 400
    # What the link said may be repeated, but neither as markup nor as a link.
    said = notice.partition(":")[2]
    assert not set("<>[]()*`$\\{}%'\";:!") & set(said), said
    assert not any(ord(letter) < 32 or letter == "\u202e" for letter in notice)
    # The page can be used, the notice goes with the next move.
    reader.move("z2", 3.0)
    assert reader.link["z2"] == "3"
    assert reader.notices == []


def test_capitals_and_blanks_in_a_list_are_forgiven(visit):
    reader = visit().follow("activations", lang="en", f="MISH, relu")
    assert reader.link == {"lang": "en", "f": "relu,mish"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_links_to_the_overview(visit, language):
    reader = visit().follow("overview", lang=language, f="relu", **{"<b>": "1"})
    assert reader.link == {"lang": language}
    assert len(reader.notices) == 1 and "2" in reader.notices[0]


def test_a_notice_does_not_follow_to_another_page(visit):
    reader = visit().follow("activations", lang="en", x="5,5")
    assert len(reader.notices) == 1
    assert reader.follow("overview").notices == []
    assert reader.follow("activations").notices == []


def test_every_mistake_in_one_link(visit):
    link = dict.fromkeys(TABLE, "bogus") | {"lang": "bogus", "more": "1"}
    reader = visit().follow("activations", **link)
    assert reader.link == {"lang": "en"}
    assert len(reader.notices) == 1


def test_settings_of_claims_reach_the_code_shown(visit):
    settings = replace(EXPERIMENTS["mish"].defaults, window=(-2.0, -1.5))
    link = {"claim.mish.open": "1", "claim.mish.window": "-2,-1.5"}
    reader = visit().follow("activations", lang="en", **link)
    (code,) = [code.value for code in reader.at.code]
    assert code == EXPERIMENTS["mish"].code(settings)
