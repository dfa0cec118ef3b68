"""Links for a class: what they fix, hide and say, and what they cannot break."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from dlbasic.figures import PAGES
from dlbasic.figures.training.live.measure import Live
from dlbasic.params import Mark, declared
from dlbasic.ui.drawing import ENLARGED
from dlbasic.ui.lesson_link import absolute
from tests.pages.visits import APP, Alone, Visit


def training(**link):
    return Visit().follow("training", lang="en", fig="live", **link)


def composed(reader, **said):
    """The link that the dialog shows where this is chosen in it."""
    for key, value in said.items():
        reader.at.session_state[f"class-{key}"] = value
    reader.click("for-class")
    (code,) = reader.at.code
    place = urlsplit(code.value)
    return place.path, dict(parse_qsl(place.query))


def test_what_is_fixed_stands_there_and_cannot_be_moved_and_what_is_hidden_is_not_there():
    reader = training(lr="0.1", fix="lr,data", hide="batch,seed")
    assert reader.widget("lr").disabled
    assert reader.widget("data").disabled and not reader.widget("function").disabled
    assert not reader.has("batch") and not reader.has("seed")
    assert "seed" in reader.player[0]["scene"]["network"]["fixed"], (
        "its player has no button for it"
    )
    assert reader.value("lr") == 0.1 and "seed 0" not in " ".join(reader.captions)
    assert reader.address["fix"] == "lr,data" and reader.address["hide"] == "batch,seed"
    reader.move("function", "relu")
    assert reader.address["hide"] == "batch,seed" and not reader.has("batch")


def test_hiding_every_control_leaves_the_whole_result():
    names = [n for n, param in declared(Live).items() if not isinstance(param, Mark)]
    every = ",".join(names)
    plain, bare = training(), training(hide=every)
    assert not any(bare.has(name) for name in every.split(","))
    assert bare.player[1] == plain.player[1]
    assert bare.captions == plain.captions


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_dialog_composes_the_link_of_what_is_on_the_screen(lang):
    reader = Alone("training/live").follow(lang="en", lr="0.1", **{"live.epoch": "3"})
    path, link = composed(reader, fix=["lr"], hide=["seed"], lang=lang, predict=False, view=True)
    assert path.endswith("training")
    assert link == {
        "lang": lang, "fig": "live", "lr": "0.1", "fix": "lr", "hide": "seed", "predict": "0",
        "view": "projector", "live.epoch": "3",
    }  # fmt: skip
    other = Visit().follow("training", **link)
    assert other.address == link and other.widget("lr").disabled


def test_two_who_follow_one_link_see_the_same():
    link = {"lang": "en", "fig": "live", "data": "moons", "seed": "7", "fix": "seed,data"}
    one, other = (Visit().follow("training", **link) for _ in range(2))
    assert one.player == other.player and one.captions == other.captions
    assert (one.value("data"), one.value("seed")) == ("moons", 7)
    assert one.player != training().player


def test_names_that_no_control_has_are_told_and_left_out():
    reader = training(fix="lr,nonsense", hide="fig,<script>")
    (notice,) = reader.notices
    assert "nonsense" in notice and "fig" in notice and "<" not in notice
    assert reader.address["fix"] == "lr" and "hide" not in reader.address
    assert reader.figure == "live"


def test_the_projector_enlarges_charts_and_one_leaves_it_where_one_is():
    plain = Visit().follow("activations", lang="en", fig="explorer")
    large = Visit().follow("activations", lang="en", fig="explorer", view="projector")

    def size(reader):
        spec = json.loads(reader.at.get("vega_lite_chart")[0].proto.spec)
        return spec["config"]["axis"]["labelFontSize"]

    assert size(large) == pytest.approx(ENLARGED * size(plain))
    style = (APP.parent / "static" / "page.css").read_text("utf-8")
    assert f"--dl-enlarged: {ENLARGED};" in style
    large.click("leave-projector")
    assert size(large) == size(plain) and "view" not in large.address


def test_a_button_that_sets_what_is_fixed_is_not_there():
    name = "claim.mish"
    reader = Alone("mish").follow(lang="en", fix=f"{name}.function", **{f"{name}.open": "1"})
    assert not [button for button in reader.at.button if button.key == "Show the control-mish"]
    free = Alone("mish").follow(lang="en", **{f"{name}.open": "1"})
    assert [button for button in free.at.button if button.key == "Show the control-mish"]


@pytest.mark.parametrize(
    ("here", "page", "path"),
    [
        ("http://school", "overview", "http://school/?lang=ko"),
        ("http://school/dlbasic", "overview", "http://school/dlbasic/?lang=ko"),
        ("http://school/dlbasic/overview", "overview", "http://school/dlbasic/?lang=ko"),
        ("http://school/dlbasic/losses", "losses", "http://school/dlbasic/losses?lang=ko"),
        ("https://a.app/~/+/losses", "losses", "https://a.app/losses?lang=ko"),
    ],
)
def test_a_whole_link_leads_to_the_page_wherever_the_app_is(monkeypatch, here, page, path):
    monkeypatch.setattr("dlbasic.ui.lesson_link.st.context", SimpleNamespace(url=here))
    assert absolute(PAGES, PAGES[page], {"lang": "ko"}) == path
