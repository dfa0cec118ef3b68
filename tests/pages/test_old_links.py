"""Links from before controls were renamed: read as they were meant, and written anew.

``old_links.json`` has every control that there was, by page: its name then, its name today, and two
values as such a link says them.  What is in it stays in it: readers have kept such links.  What
there is no more has a test of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlbasic.ui.old_links import today
from tests.pages.settings import part_of
from tests.pages.shown import shown
from tests.pages.visits import Address
from tests.site import CONTROLS

OLD = json.loads(Path(__file__).with_name("old_links.json").read_text("utf-8"))
each_page = pytest.mark.parametrize("page", OLD)


@each_page
def test_every_old_name_is_read_under_todays(page):
    reader = Address(page)
    defaults = {name: param.default for name, param in CONTROLS[page].items()}
    for old, (name, value, _) in OLD[page].items():
        meant, exact = CONTROLS[page][name].read(value)
        assert exact and meant != defaults[name], "another value than the default is said"
        reader.follow(lang="en", **{old: value})
        shown = part_of(page, name)
        assert reader.link == {"lang": "en", name: value} | shown, old
        assert reader.values == defaults | {name: meant} | shown, old
        assert reader.notices == [], old


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        ("training", {"claims.run": "1"}),
        ("losses", {"claims.run": "1"}),
        ("gradient_flow", {"claims.run": "1", "claim.silu.depths": "ends"}),
    ],
)
def test_what_there_is_no_more_is_left_out_without_a_word(page, gone):
    reader = Address(page).follow(lang="en", **gone)
    assert reader.link == {"lang": "en"} and reader.notices == []


@pytest.mark.parametrize(
    ("old", "layers"),
    [
        ({"width": "4"}, "4,4"),
        ({"hidden": "1"}, "8"),
        ({"hidden": "3", "width": "16"}, "16,16,16"),
        ({"hidden": "0"}, "0"),
        ({"hidden": "0", "width": "5"}, "0"),
        ({"width": "4", "layers": "3"}, "3"),
    ],
)
def test_layers_of_one_width_were_how_many_and_how_wide(old, layers):
    reader = Address("training").follow(lang="en", **old)
    assert reader.link == {"lang": "en", "layers": layers} and reader.notices == []


@pytest.mark.parametrize("hidden", ["x", "-1", "99", "9" * 5000, ""])
@pytest.mark.parametrize("width", ["x", "0", "9" * 5000, ""])
def test_nonsense_of_them_is_mended_and_said(hidden, width):
    reader = Address("training").follow(lang="en", hidden=hidden, width=width)
    layers = reader.values["layers"]
    assert 1 <= len(layers) <= 6 and all(1 <= width <= 32 for width in layers)


@each_page
def test_a_link_that_says_both_has_todays(page):
    reader = Address(page)
    moved = {old: row for old, row in OLD[page].items() if old != row[0]}
    assert moved
    for old, (name, value, other) in moved.items():
        for link in ({old: value, name: other}, {name: other, old: value}):
            reader.follow(lang="en", **link)
            assert reader.link == {"lang": "en", name: other} | part_of(page, name)
            assert reader.notices == []


@each_page
def test_todays_names_are_nobodys_old_ones(page):
    link = {name: param.write(param.default) for name, param in CONTROLS[page].items()}
    assert today(page, link) == link
    assert len({name for name, *_ in OLD[page].values()}) == len(OLD[page])


@each_page
def test_an_old_link_opens_the_page_that_todays_opens(visit, page):
    """Every control at once, but for those that ask for what takes long."""
    said = {old: row for old, row in OLD[page].items() if not old.endswith((".open", ".run"))}
    before = visit().follow(page, lang="ko", **{old: row[1] for old, row in said.items()})
    now = visit().follow(page, lang="ko", **{row[0]: row[1] for row in said.values()})
    assert before.link == now.link == {"lang": "ko", **{row[0]: row[1] for row in said.values()}}
    assert shown(before.at) == shown(now.at)
    assert before.notices == []


def test_what_was_wrong_in_an_old_link_is_said_under_todays_name():
    reader = Address("activations").follow(lang="en", f="relu,bogus", shift="4000", rate="1")
    assert reader.link == {"lang": "en", "explorer.functions": "relu", "softmax.shift": "1000"}
    (notice,) = reader.notices
    assert "explorer.functions=relu,bogus → relu" in notice
    assert "softmax.shift=4000 → 1000" in notice
    assert "1" in notice.rpartition(" · ")[2], "a rate was never a control of this page"


def test_an_old_name_says_nothing_on_another_page():
    reader = Address("losses").follow(lang="en", **{"deep.depth": "3", "f": "relu"})
    assert reader.link == {"lang": "en"}
    assert len(reader.notices) == 1 and "2" in reader.notices[0]


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ({"many.z2": "3", "claim.bce.open": "1"}, "losses:claim.bce.open"),
        ({"many.z2": "3", "line.point": "3"}, None),  # a figure is on the first screen
    ],
)
def test_an_old_link_takes_its_reader_to_the_card_that_it_names(visit, link, target):
    reader = visit().follow("losses", lang="en", **link)
    data = [json.loads(part.proto.json) for part in reader.at.sidebar.get("bidi_component")]
    assert [part["target"] for part in data if "target" in part] == [target]
