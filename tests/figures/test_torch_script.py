"""The Playground's network as a PyTorch script: executed, it ends at the same losses."""

from __future__ import annotations

import re

import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, LeakyReLU, PReLU, SiLU
from dlbasic.datasets.own_csv import read_csv, write_csv
from dlbasic.datasets.own_rows import from_table, with_point
from dlbasic.figures.training.live.measure import At, Live, LiveRun
from dlbasic.figures.training.live.torch_script import torch_script
from dlbasic.measures.tasks import SUITED
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.text import LANGUAGES
from tests.executed import executed, losses

pytest.importorskip("torch", reason="PyTorch's scripts are executed where it is installed")

DATA = {"binary": "xor", "classes": "blobs3", "regression": "plane"}
SUITABLE = [(kind, key) for kind, keys in SUITED.items() for key in keys]
CHANGED = [LeakyReLU(0.2), PReLU(-0.5), ELU(0.3), GELU("tanh"), SiLU(1.7)]
EVERYTHING = Live(
    data="spiral", noise=0.2, share=0.7, data_seed=3, features=("x1", "x1x2", "sin_x2"),
    layers=(6, 5, 4), function="silu", functions=("prelu", "softplus"), lr=0.01, batch=30.0,
    initializer="he_uniform", optimizer="adam", loss="focal", l1=0.001, l2=0.003, dropout=0.3,
    seed=7, edits="0:3:1.5,15:40:-0.5,20:87:0.1,25:88:0.4,20:23:0.4,100000:1:9,0:99999:1",
)  # fmt: skip


def script(settings, at, *changed, language="en"):
    functions = {key: ACTIVATIONS[key]() for key in settings.by_layer}
    return torch_script(settings, functions | {f.key: f for f in changed}, at, language)


def check(settings, *changed, epoch=100, step=0, rel=1e-9):
    """Both end at the same losses, and have moved."""
    run = LiveRun(settings, {f.key: f for f in changed})
    before = run.epoch.train_loss[0]
    run.seek(epoch)
    last = run.between(epoch, step) or run.epoch
    expected = [last.train_loss[0], last.test_loss[0]]
    assert expected[0] != before
    found = losses(executed(script(settings, At(epoch, step), *changed)))
    assert found == pytest.approx(expected, rel=rel)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(optimizer):
    check(Live(optimizer=optimizer, lr=0.03, batch=50.0))


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_every_activation(key):
    check(Live(data="moons", function=key, lr=0.1, batch=50.0))


@pytest.mark.parametrize("f", CHANGED, ids=lambda f: f.key)
def test_every_parameter_of_an_activation(f):
    check(Live(data="moons", function=f.key, lr=0.1, batch=50.0), f)


@pytest.mark.parametrize(("kind", "key"), SUITABLE)
def test_every_loss(kind, key):
    given = {"binary": {"loss": key}, "regression": {"error": key}}.get(kind, {})
    check(Live(data=DATA[kind], lr=0.05, batch=50.0, **given))


def test_the_usual_settings():
    check(Live())


def test_features_penalties_dropout_edits_and_a_function_for_each_layer():
    check(EVERYTHING, SiLU(1.7), epoch=100, step=4)


def test_all_points_in_one_batch_keep_their_order_under_dropout():
    check(Live(batch=400.0, dropout=0.5, lr=0.3))


def test_without_a_hidden_layer():
    check(Live(layers=(), features=("x1_squared", "x2_squared"), dropout=0.5, batch=50.0))


@pytest.mark.parametrize("f", [ACTIVATIONS["relu"](), *CHANGED[:3]], ids=lambda f: f.key)
def test_at_its_kink_a_function_has_the_same_slope(f):
    """All sums of the hidden layer are 0 at the first step, and its gradients are not."""
    settings = Live(initializer="zeros", layers=(2,), function=f.key, edits="0:6:1,0:7:-2")
    check(settings, f, epoch=2)


def test_softplus_is_itself_for_large_inputs_too():
    """Around 20, where PyTorch's would by default be the input itself, 2·10⁻⁹ less."""
    edits = "0:0:1,0:2:18,0:3:1,0:4:-18"
    check(Live(layers=(1,), function="softplus", lr=0.001, edits=edits), epoch=2, rel=1e-12)


def test_what_is_not_used_is_left_out():
    usual, all_of_it = script(Live(), At(epoch=100)), script(EVERYTHING, At(4, 3), SiLU(1.7))
    for word in ("penalty", "Dropout", "eval()", "edit", "masks_rng", "step +=", "class "):
        assert word not in usual and word in all_of_it, word
    assert len(usual.splitlines()) <= 45 and len(all_of_it.splitlines()) <= 90
    assert max(map(len, usual.splitlines())) <= 100
    assert "rng" not in script(Live(batch=400.0), At())
    assert "100000" not in all_of_it, "an edit beyond what is shown"


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_comments_are_in_the_language_of_the_page(language):
    code = script(EVERYTHING, At(4, 3), SiLU(1.7), language=language)
    comments = re.findall(r"# (.*)", code)
    assert len(comments) == 9
    assert all(bool(re.search("[가-힣]", said)) == (language == "ko") for said in comments)


def test_own_points_are_read_from_the_file_that_the_page_saves(tmp_path, monkeypatch):
    rows = [(0.1 * k, 0.3 * (k % 7), "ab"[k % 3 > 1]) for k in range(40)]
    own = from_table(rows).points
    (tmp_path / "points.csv").write_text("\ufeff" + write_csv(own), "utf-8")
    monkeypatch.chdir(tmp_path)
    check(Live(data="own", own=own, lr=0.1))
    assert "arranged" not in script(Live(data="own", own=own), At())


def pressed():
    """Points of the second class first, and none of the third that there is."""
    own = None
    for k in range(24):
        own = with_point(own, 0.2 * k - 2, (k % 5) - 2, "BA"[k > 13], ("A", "B")).points
    return with_point(own, 1, 1, "C").points


def edited():
    """A table from which the rows have gone that said how the plane is scaled."""
    rows = [(3.0 * k, (k * k) % 11, "ba"[k % 2]) for k in range(34)]
    return from_table(rows[4:-3], from_table(rows).points).points


def few_values():
    """Values of a regression that were scaled for larger ones."""
    rows = [(k % 7, (k * k) % 11, 0.37 * k) for k in range(40)]
    return from_table(rows[:-9], from_table(rows).points).points


@pytest.mark.parametrize("made", [pressed, edited, few_values])
def test_own_points_stand_as_they_did_while_they_were_made(made, tmp_path, monkeypatch):
    own = made()
    assert read_csv(write_csv(own)).points != own
    (tmp_path / "points.csv").write_text("\ufeff" + write_csv(own), "utf-8")
    monkeypatch.chdir(tmp_path)
    check(Live(data="own", own=own, lr=0.1))


def test_errors_beyond_what_cosh_can_say():
    check(Live(data="plane", error="log_cosh", function="relu", lr=3.0))
