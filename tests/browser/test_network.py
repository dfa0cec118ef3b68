"""The Playground's network: computed in the browser as in Python, changed by mouse and keyboard."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import MAP, grid
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.figures.training.live.show import _scene
from dlbasic.ui.player import described
from tests.browser.board import board, button, play_to, reach
from tests.browser.reader import said, settle, visit, wait_for_link

pytestmark = pytest.mark.browser

LINK = "/training?lang=en&fig=live"
DATA = {"identity": "plane", "sigmoid": "circle", "softmax": "blobs5"}  # by the output's head

COMPUTE = """async ([scene, numbers]) => {
  const script = performance.getEntriesByType('resource')
    .map(({name}) => name).find(name => /player-forward\\.js/.test(name));
  const {Planes} = await import(script);
  const planes = new Planes(scene);
  planes.run(Float32Array.from(numbers));
  const bytes = new Uint8ClampedArray(scene.size ** 2);
  planes.outputs(bytes);
  return {columns: planes.columns.map(planes => planes.map(plane => [...plane])),
    bytes: [...bytes]}; }"""


@pytest.fixture(scope="module")
def computes(contexts, address):
    """Computes a run's network in the browser: every neuron's values over the plane."""
    page = contexts(base_url=address, locale="en-US").new_page()
    visit(page, LINK)

    def compute(run):
        scene = json.loads(described(_scene(run, "en", ()), "en"))
        numbers = run.state().astype(np.float32).tolist()
        computed = page.evaluate(COMPUTE, [scene, numbers])
        return [np.array(column) for column in computed["columns"]], np.array(computed["bytes"])

    yield compute
    page.close()


def agree(run, columns, every):
    """The browser's planes are Python's, neuron by neuron."""
    settings, stack = run.settings, run.training.stack
    inputs = settings.inputs(grid(MAP))
    used = [every.index(key) for key in settings.features]
    assert columns[0][used] == pytest.approx(inputs.T, abs=1e-5)
    trace = stack.forward(inputs)
    assert len(columns) == len(trace.a) + 2
    for column, a in zip(columns[1:-1], trace.a, strict=True):
        assert column == pytest.approx(a[0], abs=1e-4, rel=1e-4)
    loss = settings.measured
    outputs = loss.predictions(stack.outputs(inputs)[0].T).T
    assert columns[-1] == pytest.approx(outputs, abs=1e-4, rel=1e-4)
    return outputs


@pytest.mark.parametrize("function", ACTIVATIONS)
@pytest.mark.parametrize("head", DATA)
def test_the_browser_computes_what_python_does(computes, function, head):
    features = ("x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2")
    settings = Live(data=DATA[head], function=function, layers=(5, 8, 3), features=features,
                    lr=0.01)  # fmt: skip
    run = LiveRun(settings)
    run.seek(3)
    columns, bytes_ = computes(run)
    outputs = agree(run, columns, features)
    assert np.ptp(bytes_) > 1
    if head == "softmax":
        sure = np.sort(outputs, axis=0)
        clear = sure[-1] - sure[-2] > 1e-3  # where rounding cannot choose another class
        assert (bytes_ // 50 == outputs.argmax(axis=0))[clear].all()
    else:
        levels = 255 * outputs[0] if head == "sigmoid" else 127.5 * (np.clip(outputs[0], -1, 1) + 1)
        assert np.abs(bytes_ - levels).max() < 0.52


@pytest.mark.parametrize("layers", [(), (1,), (32, 32), (8,) * 6], ids=str)
def test_networks_of_any_depth(computes, layers):
    features = ("x2", "x1x2", "sin_x1")
    functions = ("prelu", "tanh", "relu", "prelu", "gelu", "identity")[: len(layers)]
    run = LiveRun(Live(layers=layers, features=features, functions=functions))
    run.seek(2)
    columns, _ = computes(run)
    agree(run, columns, ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"])


def neuron(page, name):
    return board(page).get_by_role("button", name=name, exact=True)


def panel(page):
    return board(page).locator(".unit")


def large(page):
    """The map that is shown large, as it is drawn."""
    return board(page).locator(".figure canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_a_layer_is_added_and_taken_away_by_keyboard_alone(page):
    visit(page, LINK)
    more = board(page).get_by_role("button", name="Add a hidden layer")
    board(page).get_by_role("button", name="Play", exact=True).focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if more.evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    wait_for_link(page, layers="8,8,8")
    neuron(page, "Hidden layer 3, unit 8").wait_for()
    assert more.evaluate("button => button.getRootNode().activeElement === button")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    settle(page)
    expect(neuron(page, "Hidden layer 3, unit 1")).to_have_count(0)
    assert "layers" not in said(page)


def test_units_functions_and_features_are_set_in_the_drawing(page):
    visit(page, LINK)
    board(page).get_by_role("button", name="Take away a unit of hidden layer 2").click()
    wait_for_link(page, layers="8,7")
    board(page).get_by_label("Activation function of hidden layer 1").select_option("relu")
    wait_for_link(page, functions="relu,tanh")
    feature = neuron(page, "Input feature x₁x₂")
    expect(feature).to_have_attribute("aria-pressed", "false")
    feature.click()
    wait_for_link(page, features="x1,x2,x1x2")
    expect(feature).to_have_attribute("aria-pressed", "true")


def test_pointing_at_a_neuron_shows_it_large_with_its_numbers(page):
    visit(page, LINK)
    play_to(page, 3)
    output, title = large(page), board(page).locator(".title")
    expect(title).to_have_text("Network output")
    neuron(page, "Hidden layer 1, unit 2").hover()
    expect(title).to_have_text("Hidden layer 1, unit 2")
    assert large(page) != output
    run = LiveRun(Live())
    run.seek(int(board(page).get_attribute("data-epoch")))
    w, v, b = run.training.stack.weights[0][0, 1]
    said_ = panel(page).locator(".formula").inner_text()
    found = re.fullmatch(r"a₂⁽¹⁾ = tanh\((−?[\d.]+)·x₁ ([+−]) ([\d.]+)·x₂ ([+−]) ([\d.]+)\)", said_)
    numbers = [float(part.replace("−", "-")) for part in (
        found[1], found[2] + found[3], found[4] + found[5])]  # fmt: skip
    assert numbers == pytest.approx([w, v, b], rel=0.005)
    page.mouse.move(1, 1)
    expect(title).to_have_text("Network output")
    expect(panel(page)).to_be_hidden()
    assert large(page) == output
    # The keyboard does the same: one stop, then arrows.
    neuron(page, "Hidden layer 1, unit 1").focus()
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Hidden layer 2, unit 1")


def test_a_weight_is_set_and_the_run_goes_on_from_there(page):
    visit(page, LINK)
    play_to(page, 5)
    epoch = int(board(page).get_attribute("data-epoch"))
    wait_for_link(page, **{"live.epoch": str(epoch)})
    neuron(page, "Hidden layer 2, unit 3").focus()
    page.keyboard.press("Enter")
    weight = panel(page).get_by_label("Weight a₂⁽¹⁾")
    expect(panel(page).get_by_label("Weight a₁⁽¹⁾")).to_be_focused()
    page.keyboard.press("Tab")
    expect(weight).to_be_focused()
    weight.fill("2.5")
    page.keyboard.press("Enter")
    # 20 steps an epoch; the first layer has 8·3 parameters, a unit of the second 9.
    edit = f"{20 * epoch}:{8 * 3 + 2 * 9 + 1}:2.5"
    wait_for_link(page, **{"live.edits": edit, "live.epoch": str(epoch)})
    expect(panel(page).locator(".formula")).to_contain_text("+ 2.50·a₂⁽¹⁾")
    expect(weight).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page).get_by_role("spinbutton")).to_have_count(0)
    expect(neuron(page, "Hidden layer 2, unit 3")).to_be_focused()
    button(page, "+1 epoch").click()
    run = LiveRun(replace(Live(), edits=edit))
    run.seek(epoch + 1)
    expect(board(page)).to_have_attribute("data-epoch", str(epoch + 1))
    loss = board(page).locator(".loss1 dd")
    assert float(loss.inner_text()) == pytest.approx(run.epoch.train_loss[0], rel=0.005)


def test_pressing_a_line_opens_the_neuron_that_it_goes_to(page):
    visit(page, LINK)
    place = board(page).locator(".field").evaluate(
        """field => {
          const middle = (column, unit) => {
            const {left, top, width, height} = field.querySelector(
              `[data-column='${column}'][data-unit='${unit}']`).getBoundingClientRect();
            return [left + width / 2, top + height / 2]; };
          const [a, b] = [middle(0, 0), middle(1, 0)];
          return {x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2}; }"""
    )  # fmt: skip
    page.mouse.click(place["x"], place["y"])
    expect(panel(page)).to_contain_text("Hidden layer 1, unit 1")
    expect(panel(page).get_by_label("Weight x₁")).to_be_focused()


def test_the_confusion_matrix_counts_the_points(page):
    visit(page, f"{LINK}&data=blobs3&noise=0.4")
    play_to(page, 4)
    run = LiveRun(Live(data="blobs3", noise=0.4))
    run.seek(int(board(page).get_attribute("data-epoch")))
    counts = run.state()[-2 * 9 :].astype(int).reshape(2, 3, 3)
    table = board(page).get_by_role("table", name="Confusion matrix")
    for test, name in enumerate(("training", "test")):
        board(page).get_by_role("button", name=name, exact=True).click()
        rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
        assert [[int(cell) for cell in row] for row in rows] == counts[test].tolist()
    assert table.get_by_role("rowheader").all_inner_texts() == ["class 0", "class 1", "class 2"]


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("live.stop_loss=0.3", r"Stopped at epoch (\d+): the training loss is at most 0.3\."),
        ("live.stop_accuracy=0.9",
         r"Stopped at epoch (\d+): the training accuracy is at least 90%\."),
        ("live.stop_epoch=20", r"Stopped at epoch (20), as set\."),
    ],
)  # fmt: skip
def test_playing_stops_where_it_was_told_to(page, link, says):
    visit(page, f"{LINK}&{link}&live.speed=max")
    button(page, "Play").click()
    status = board(page).get_by_role("status")
    expect(status).to_have_text(re.compile(says))
    epoch = int(re.fullmatch(says, status.inner_text())[1])
    assert int(board(page).get_attribute("data-epoch")) == epoch
    run = LiveRun(Live())
    run.seek(epoch)
    name, limit = link.removeprefix("live.stop_").split("=")
    if name == "loss":
        reached = [e.number for e in run.epochs if e.train_loss[0] <= float(limit)]
        assert reached[0] == epoch
    if name == "accuracy":
        reached = [e.number for e in run.epochs if e.train_accuracy[0] >= float(limit)]
        assert reached[0] == epoch
    # Play goes on beyond what has stopped it.
    button(page, "Play").click()
    reach(page, epoch + 2)


def test_a_batch_at_a_time(page):
    visit(page, LINK)
    loss, seen = board(page).locator(".loss1 dd"), []
    for batch in (1, 2):
        button(page, "+1 batch").click()
        expect(board(page)).to_have_attribute("data-batch", str(batch))
        expect(board(page)).to_have_attribute("data-state", "paused")
        run = LiveRun(Live())
        measured = run.between(0, batch)
        assert float(loss.inner_text()) == pytest.approx(measured.train_loss[0], rel=0.005)
        seen.append(large(page))
        wait_for_link(page, **{"live.step": str(batch)})
    assert seen[0] != seen[1]
    status = board(page).get_by_role("status")
    expect(status).to_have_text("Paused 2 of 20 batches after epoch 0.")
    page.reload()
    settle(page)
    expect(status).to_have_text("Paused 2 of 20 batches after epoch 0.")
    assert large(page) == seen[1]
    button(page, "+1 epoch").click()
    expect(board(page)).to_have_attribute("data-epoch", "1")
    expect(board(page)).to_have_attribute("data-batch", "0")


def test_the_curve_tells_exact_losses(page):
    visit(page, LINK)
    play_to(page, 8)
    run = LiveRun(Live())
    run.seek(3)
    curve, told = board(page).locator(".curve canvas"), board(page).locator(".read")
    expect(told).to_be_hidden()
    curve.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("Epoch 3: ")
    losses = [float(number) for number in re.findall(r"\d+\.\d+", told.inner_text())]
    assert losses == pytest.approx([run.epoch.train_loss[0], run.epoch.test_loss[0]], rel=0.005)
    box = curve.bounding_box()
    curve.hover(position={"x": 47, "y": box["height"] / 2})
    expect(told).to_contain_text("Epoch 0: ")


def test_a_dead_unit_and_a_layer_without_gradient_are_said(page):
    # Every unit of the first layer is dead: its biases keep all sums below 0.
    edits = ",".join(f"0:{3 * unit + 2}:-100" for unit in range(8))
    visit(page, f"{LINK}&function=relu&live.edits={edits}")
    neuron(page, "Hidden layer 1, unit 1, dead").wait_for()
    expect(board(page).locator(".dead p")).to_have_text(re.compile(r"^(8|9|1[0-6]) of 16$"))
    norm = board(page).get_by_role("group", name="Hidden layer 1").locator(".term").last
    expect(norm).to_have_text("dead |∇| 0")
    norm.focus()
    expect(board(page).locator(".tip")).to_contain_text("All units of this layer are dead")
    assert "▾" not in board(page).locator(".heads").inner_text()
    assert "vanished" not in board(page).locator(".gradients").inner_text()


def test_words_are_explained_on_hover_and_focus(page):
    visit(page, LINK)
    tip = board(page).locator(".tip")
    expect(tip).to_be_hidden()
    term = board(page).locator("dt .term", has_text="Training loss")
    term.hover()
    expect(tip).to_contain_text("on the training data")
    page.mouse.move(1, 1)
    expect(tip).to_be_hidden()
    term.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
