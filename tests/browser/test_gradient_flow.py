"""The gradient page in a browser: played, clicked, measured when asked, and found by its link."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.claims import CLAIMS, SAID
from dlbasic.figures import PAGES
from dlbasic.figures.gradient_flow.microscope.measure import PARTS, Microscope, view
from dlbasic.figures.gradient_flow.training.measure import DeepRun, DeepTraining
from dlbasic.figures.gradient_flow.training.show import DECADES
from dlbasic.params import Choice, Flag, Integer, Place, Real, Several, Tick
from dlbasic.text import LANGUAGES, fill, number, percent
from dlbasic.ui.encoding import norms
from tests.browser.board import (
    board,
    button,
    goes_back_and_on,
    reach,
    says,
    shown,
    stands_at,
)
from tests.browser.reader import (
    press,
    said,
    seen,
    settle,
    table,
    turn,
    value,
    visit,
    wait_for_link,
)
from tests.site import CONTROLS, FIGURES, words
from tests.test_text import read

pytestmark = pytest.mark.browser

TABLE = CONTROLS["gradient_flow"]
MICROSCOPE = Microscope(depth=5, width=8)
LIVE = DeepTraining(depth=4, function="tanh", lr=0.01)
LIVE_LINK = (
    "/gradient_flow?lang=en&fig=training&training.function=tanh&training.depth=4&training.lr=0.01"
)
LOOK = "/gradient_flow?lang=en&fig=microscope&microscope.depth=5&microscope.width=8"


def address(figure, *links, language="en"):
    said = {"lang": language, "fig": figure, "training.depth": "4"}
    for link in links:
        said |= link
    return "/gradient_flow?" + "&".join(f"{name}={value}" for name, value in said.items())


def figure_of(claim):
    """The name of the figure that has a claim's card."""
    (name,) = [f.name["en"] for f in PAGES["gradient_flow"].figures if claim in f.claims]
    return name


def caption(page, figure, language="en"):
    """The caption of a figure, whatever fills its slots."""
    between = re.split(r"\{[^}]*\}", words(f"gradient_flow/{figure}", "caption", language))
    caption = re.compile(".+".join(re.sub(r"([.()×*])", r"\\\1", some) for some in between))
    return page.get_by_test_id("stCaptionContainer").filter(has_text=caption)


def agrees(page):
    """The player, its pictures' alternatives and the server's caption say what the run is."""
    epoch = stands_at(page)
    run = DeepRun(LIVE)
    run.seek(epoch)
    assert run.epoch.number == epoch
    losses = [float(loss[0]) for loss in (run.epoch.train_loss, run.epoch.test_loss)]
    says(page, epoch, losses)
    first, last = run.notes[-1][[0, -1]].tolist()
    slots = {
        "epoch": epoch, "first": first, "last": last, "ratio": first / last,
        "train_loss": losses[0], "points": len(run.train), "width": 16, "batch": 10,
    }  # fmt: skip
    told_by = words("gradient_flow/training", "caption", "en")
    expect(caption(page, "training")).to_have_text(fill(told_by, slots))
    for norm, said_of_it in zip((first, last), told(page), strict=True):
        assert said_of_it.startswith("≈ 10")
        power = read(said_of_it.replace("≈ 10", "1·10"))
        assert norm / 4 < power < norm * 4, "half a power of ten, and half a step of the colours"
    return epoch


def told(page):
    """What the heat map's alternative says of the first and of the last hidden layer."""
    alternative = board(page).locator(".figure [role=img]").get_attribute("aria-label")
    told = re.search(
        r"(?:first hidden layer|첫 번째 은닉층) (.+?), "
        r"(?:last hidden layer|마지막 은닉층) (.+?), ", alternative,
    )  # fmt: skip
    return told.groups()


def heat_map(page, depth=LIVE.depth):
    """The colours of the layers at each epoch up to the one shown, the first layer first."""
    pixels = board(page).evaluate(
        """board => { const canvas = board.querySelector('.figure canvas[role=img]');
          const {width, height} = canvas;
          const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
          return Array.from({length: Number(board.dataset.epoch) + 1}, (_, x) =>
            Array.from({length: height}, (_, layer) => {
              const start = 4 * (width * (height - 1 - layer) + x);
              return String(data.slice(start, start + 3)); })); }"""
    )
    assert all(len(column) == depth for column in pixels)
    return pixels


def test_play_trains_and_pause_stops_at_one_epoch_everywhere(page):
    visit(page, LIVE_LINK)
    assert agrees(page) == 0
    start = shown(page)
    button(page, "Play").click()
    expect(board(page)).to_have_attribute("data-state", "playing")
    reach(page, 30)  # beyond the frames that came with the page
    later = shown(page)
    assert later["state"] == "playing"
    assert all(
        one != other for one, other in zip(start["pictures"], later["pictures"], strict=True)
    )
    button(page, "Pause").click()
    expect(board(page)).to_have_attribute("data-state", "paused")
    epoch = agrees(page)
    assert epoch >= later["epoch"]
    # One colour for one size of the gradient, and another for another.
    run, colours = DeepRun(LIVE), {}
    for there, column in enumerate(heat_map(page)):
        run.seek(there)
        for size, colour in zip(norms(run.notes[-1], DECADES), column, strict=True):
            colours.setdefault(size, set()).add(colour)
    assert all(len(of_one) == 1 for of_one in colours.values())
    assert len({colour for (colour,) in colours.values()}) > 0.8 * len(colours) > 10


def test_going_back_shows_the_same_and_goes_on_the_same(page):
    visit(page, LIVE_LINK)
    goes_back_and_on(page, agrees)


SWATCHES = """board => [...board.querySelectorAll('.legend i')].map(swatch => {
  const style = getComputedStyle(swatch);
  const painted = style.backgroundImage === 'none' ? style.backgroundColor : style.backgroundImage;
  return [...painted.matchAll(/rgb\\(([^)]+)\\)/g)].map(([, rgb]) => rgb.replaceAll(' ', '')); })"""
EXTREMES = {  # what the caption and the alternative say of the first and of the last layer
    "explodes": (
        {"training.function": "relu", "training.rule": "he_normal", "training.scale": "6",
         "training.depth": "20"},
        ("5.49·10¹³", "0.269"), ("≥ 10¹²", "≈ 10⁻¹"),
    ),
    "vanishes": (
        {"training.function": "sigmoid", "training.depth": "30"},
        ("2·10⁻²¹", "0.0116"), ("≤ 10⁻¹²", "≈ 10⁻²"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("extreme", EXTREMES)
def test_the_heat_map_its_legend_its_alternative_and_the_caption_tell_extremes(
    page, extreme, language
):
    link, measured, alternative = EXTREMES[extreme]
    visit(page, address("training", link, language=language))
    legend = board(page).locator(".legend")
    zero = {"en": "exactly 0", "ko": "정확히 0"}[language]
    words = [span.inner_text() for span in legend.locator("> span").all()]
    assert [re.sub(r"\s+", " ", some) for some in words[1:]] == ["≤ 10⁻¹² 10⁰ ≥ 10¹²", zero]
    said = caption(page, "training", language).inner_text()
    assert all(number in said for number in measured)
    assert told(page) == alternative
    (least, one), (same, most), (none,) = board(page).evaluate(SWATCHES)
    assert one == same and len({least, one, most, none}) == 4
    first, *_, last = heat_map(page, int(link["training.depth"]))[0]
    assert first == {"explodes": most, "vanishes": least}[extreme]
    assert last not in (least, one, most, none)


def test_a_gradient_of_exactly_0_has_its_own_colour(page):
    visit(
        page,
        address(
            "training", {"training.function": "relu", "training.depth": "16", "training.lr": "1"}
        ),
    )
    button(page, "Step").click()  # in which so many units die that nothing gets through
    expect(board(page)).to_have_attribute("data-epoch", "1")
    assert told(page) == ("exactly 0", "exactly 0")
    *_, (none,) = board(page).evaluate(SWATCHES)
    assert set(heat_map(page, 16)[1]) == {none}
    red, _, blue = map(int, none.split(","))
    assert red > blue + 100, "not one of the blues"


def chart(page, field):
    return page.locator(f"[class*='st-key-microscope-{field}-'] [data-testid=stVegaLiteChart]")


POINTS = "g.mark-symbol.role-mark path"
MIDDLES = """(chart, selector) => [...chart.querySelectorAll(selector)].map(mark => {
  const box = mark.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, box.height]; })"""


def columns(chart):
    """Where each layer stands in the chart, from the first on: a point of it in the window."""
    points = {}
    for x, y, _ in chart.evaluate(MIDDLES, POINTS):
        points.setdefault(round(x), (x, y))
    return [points[x] for x in sorted(points)]


def rule_at(page, field, layer):
    """Wait until the vertical rule stands at this layer; the chart may just be drawn anew."""
    page.wait_for_function(
        f"""([field, layer]) => {{
          const middles = {MIDDLES};
          const chart = document.querySelector(
            `[class*='st-key-microscope-${{field}}-'] [data-testid=stVegaLiteChart]`);
          if (!chart) return false;
          const places = [...new Set(middles(chart, '{POINTS}').map(([x]) => Math.round(x)))];
          const x = places.sort((one, other) => one - other)[layer - 1];
          const rules = middles(chart, 'g.mark-rule.role-mark line').filter(
            ([, , height]) => height > 60);
          return rules.length && rules.every(([there]) => Math.abs(there - x) < 1.5); }}""",
        arg=[field, layer],
    )


HEADERS = {  # a column of the table under each pair of charts
    "delta": "gradient norm, weighted sums", "slope_factor": "slope factor",
    "mean": "mean output", "saturated": "share with a small slope",
}  # fmt: skip


def numbers_of(page, layer, field="delta"):
    """Wait until the table holds the layer's numbers, and no other layer's."""
    rows = view(MICROSCOPE).rows
    measured = rows.loc[rows["layer"] == layer, field]
    wanted = [(percent if field == "saturated" else number)(value) for value in measured]
    read = page.get_by_test_id("stTableStyledTable").filter(has_text=HEADERS[field])
    expect(read).to_contain_text(wanted[0])
    assert len(wanted) == 3
    for row, written in zip(table(page, HEADERS[field]), wanted, strict=True):
        assert written in row
    return wanted


def look_at(page, part):
    """Show another part of the microscope."""
    name = TABLE["microscope.part"].options[part]["en"]
    page.locator(".st-key-gradient_flow-microscope-part").get_by_text(name, exact=True).click()
    chart(page, PARTS[part][0]).wait_for()
    return settle(page)


# Of each part the field whose numbers are looked for, the chart that is clicked, and the layer.
CLICKED = {
    "gradients": ("delta", "delta", 4), "factors": ("slope_factor", "weight_factor", 2),
    "outputs": ("mean", "std", 5), "saturation": ("saturated", "saturated", 3),
}  # fmt: skip


def test_a_click_on_a_layer_reads_it_and_moves_nothing(page):
    visit(page, LOOK)
    numbers_of(page, 1)
    main = page.get_by_test_id("stMain")
    for part, (field, clicked, layer) in CLICKED.items():
        if part != "gradients":
            look_at(page, part)
        there = chart(page, clicked)
        rule_at(page, clicked, int(value(page, "microscope.layer")[0]))
        scrolled, box = main.evaluate("main => main.scrollTop"), there.bounding_box()
        page.mouse.click(*columns(there)[layer - 1])
        wait_for_link(page, **{"microscope.layer": str(layer)})
        numbers_of(page, layer, field)
        assert value(page, "microscope.layer") == [str(layer)]
        for other in PARTS[part]:
            rule_at(page, other, layer)
        assert main.evaluate("main => main.scrollTop") == scrolled
        assert there.bounding_box() == box
        read = page.get_by_test_id("stTableStyledTable").filter(has_text=HEADERS[field])
        read = read.bounding_box()
        assert read["y"] - box["y"] < 600, "what was clicked is read where it was clicked"
    look_at(page, "gradients")
    for layer in ("4", "5"):
        press(page, "Layer to read", "ArrowRight")
        wait_for_link(page, **{"microscope.layer": layer})
    numbers_of(page, 5)
    rule_at(page, "delta", 5)
    # A layer that this chart picked before, and the output's, which is no hidden layer.
    for field, place, layer in (("weight", 3, 3), ("delta", 4, 4), ("delta", 6, 5)):
        there = chart(page, field)
        rule_at(page, field, int(value(page, "microscope.layer")[0]))
        page.mouse.click(*columns(there)[place - 1])
        wait_for_link(page, **{"microscope.layer": str(layer)})
        numbers_of(page, layer)
        rule_at(page, "weight", layer)


WALKED = """chart => [...chart.querySelectorAll('.mark-line.role-mark path')]
  .map(path => path.getAttribute('d').length)"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_path_of_two_weights_is_played_by_keyboard_and_stops_where_the_link_says(
    page, language
):
    play, pause = {"en": ("Play", "Pause"), "ko": ("재생", "일시정지")}[language]
    page.emulate_media(reduced_motion="reduce")
    visit(page, f"/gradient_flow?lang={language}&fig=zigzag")
    button = page.locator(".steps").get_by_role("button")
    slider = page.locator(".steps").get_by_role("slider", name=TABLE["zigzag.step"].label[language])
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(button).to_have_text(play)
    expect(slider).to_have_value("40")  # nothing moves by itself
    expect(page.locator(".vega-bindings")).to_be_hidden()
    before, rows = chart.evaluate(WALKED), chart.get_attribute("aria-label")
    button.press("Space")
    expect(button).to_have_text(pause)
    page.wait_for_function("slider => slider.value > 80", arg=slider.element_handle())
    assert sum(chart.evaluate(WALKED)) > sum(before)
    assert chart.get_attribute("aria-label") == rows, "the server is not asked"
    button.press("Enter")
    expect(button).to_have_text(play)
    stopped = slider.input_value()
    wait_for_link(page, **{"zigzag.step": stopped})
    expect(chart).to_have_attribute("aria-label", re.compile(rf"\b{stopped}\b"))
    expect(slider).to_have_value(stopped)
    slider.press("ArrowRight")
    wait_for_link(page, **{"zigzag.step": str(int(stopped) + 1)})
    slider.press("Home")
    wait_for_link(page, **{"zigzag.step": "0"})


RICH = {
    "microscope.functions": "relu,mish", "microscope.depth": "6", "microscope.width": "12",
    "microscope.rule": "he_uniform", "microscope.scale": "2", "microscope.batch": "20",
    "microscope.dtype": "float32", "microscope.seed": "11", "microscope.seeds": "3",
    "microscope.layer": "4",
    "training.function": "elu", "training.depth": "3", "training.rule": "he_normal",
    "training.scale": "1.5", "training.skip": "1", "training.optimizer": "sgd",
    "training.lr": "0.1", "training.seed": "12", "training.epoch": "27",
    "zigzag.inputs": "centred", "zigzag.direction": "45", "zigzag.batch": "8", "zigzag.lr": "0.5",
    "zigzag.seed": "13", "zigzag.step": "7", "zigzag.data": "moons", "zigzag.seeds": "3",
    "zigzag.signs_seed": "14",
    "dying.functions": "relu,gelu", "dying.lr": "0.3", "dying.bias": "-0.5",
    "dying.epochs": "20", "dying.seeds": "3", "dying.seed": "15", "dying.run": "1",
    "cures.functions": "tanh,mish", "cures.depth": "2", "cures.skip": "1",
    "cures.optimizer": "adam", "cures.lr": "0.01", "cures.epochs": "20", "cures.seeds": "3",
    "cures.seed": "16", "cures.run": "1",
    "claim.zig-zag.open": "1", "claim.zig-zag.direction": "15", "claim.zig-zag.lr": "0.5",
}  # fmt: skip


def shows(page, name, value_said):
    """Whether the control shows the value that the link says."""
    param = TABLE[name]
    wanted, exact = param.read(value_said)
    assert exact and wanted != param.default
    if isinstance(param, Place):  # the player is its control
        expect(page.locator(".board[data-state=paused]")).to_have_attribute(
            "data-epoch", str(wanted)
        )
        return True
    there = value(page, name)
    match param:
        case Several():
            return there == [param.options[key]["en"] for key in wanted]
        case Choice():
            return there == [param.options[wanted]["en"]]
        case Flag():
            return there == ["on"]
        case Integer() | Real() | Tick():
            return list(map(float, there)) == [wanted]


def test_a_link_opens_every_figure_as_it_says(new_page):
    link = "/gradient_flow?lang=en&" + "&".join(f"{name}={said}" for name, said in RICH.items())
    figures = {name.partition(".")[0] for name in TABLE} - {"claims"}  # that is all of them at once
    assert {name.partition(".")[0] for name in RICH} == figures
    one, other = visit(new_page(), link), new_page(locale="ko-KR")
    expect(one.get_by_text("Some settings in the link")).to_have_count(0)
    assert said(one) == {"lang": "en", **RICH}
    for figure in PAGES["gradient_flow"].figures:
        turn(one, figure.name["en"])
        elsewhere = [f"{figure.key}.{name}" for names in figure.parts.values() for name in names]
        here = {n: RICH[n] for n in figure.controls if n in RICH and n not in elsewhere}
        # Figures 4 and 5 and the card are measured and have no control that says so.
        asked = [name for name in here if name.endswith((".run", ".open"))]
        assert [n for n in here if n not in asked and not shows(one, n, RICH[n])] == []
        visit(other, one.url)
        assert said(other) == said(one) == {"lang": "en", **RICH}
        if figure.places:  # the caption follows on the player
            for reader in (one, other):
                expect(caption(reader, figure.key)).to_contain_text("at epoch 27")
        assert seen(other) == seen(one)
        assert len(seen(other)) > 1500


WATCH = """() => {
  window.bars = new Set();
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll('[data-testid=stProgress]')) {
      bars.add(bar.innerText.trim());
    }
  }).observe(document.body, {childList: true, subtree: true});
}"""


def bars(page):
    """The words of the progress bars seen since the last time."""
    return page.evaluate("() => { const seen = [...bars]; bars.clear(); return seen; }")


def test_a_measurement_can_be_cancelled_and_what_was_there_stays(page):
    visit(page, "/gradient_flow?lang=ko&cures.depth=30&cures.epochs=100&cures.seeds=10")
    asking = page.locator(".st-key-button-gradient_flow-cures-run").get_by_role("button")
    expect(asking).to_have_text("이 설정으로 측정하기")
    asking.click()
    page.get_by_role("button", name="측정 취소").click()
    expect(asking).to_be_visible()
    expect(
        page.get_by_text("아래 결과는 다음 설정에서 측정했습니다: 은닉층의 수 10(지금 30)")
    ).to_be_visible()
    wait_for_link(page, **{"cures.run": None})


def numbers(text):
    """All numbers of a text, without the full stop or the comma that follows one."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", text))


def test_what_takes_long_shows_its_progress_and_is_kept(page):
    claim = CLAIMS["elu"]
    settings = replace(claim.defaults, seeds=40, seed=31)
    # Seeds of its own, as what has been measured once is there for everyone; and seconds of work
    # for the bar to be seen, as the browser is busy with the page at first.
    links = {
        "dying": {"dying.seed": "32", "dying.seeds": "20", "dying.epochs": "200"},
        "cures": {"cures.seed": "33", "cures.depth": "9", "cures.epochs": "60"},
    }
    of_elu = {"claim.elu.seeds": "40", "claim.elu.seed": "31"}
    visit(page, address("dying", *links.values(), of_elu))
    page.evaluate(WATCH)
    for figure, name in (("dying", "Dying units"), ("cures", "Cures compared")):
        turn(page, name)
        page.locator(f".st-key-button-gradient_flow-{figure}-run").get_by_role("button").click()
        wait_for_link(page, **{f"{figure}.run": "1"})
        caption(page, figure).wait_for()
        settle(page)
        assert bars(page) == ["Training the networks…"]

    turn(page, figure_of("elu"))
    of_claim = page.locator(".st-key-card-elu")
    expect(of_claim).to_contain_text("Measured with:")
    of_claim.get_by_role("button", name="Measure with these settings").click()
    wait_for_link(page, **{"claim.elu.run": "1"})
    expect(of_claim).not_to_contain_text("Measured with:")
    settle(page)
    assert bars(page) == ["Measuring…"]
    outcome = claim.run(settings)
    deciding = claim.words["deciding"].fill("en", claim.slots(settings, outcome, "en"))
    expect(of_claim.get_by_text(deciding)).to_be_visible()
    expect(of_claim).to_contain_text(SAID[outcome.verdict.value]["en"])
    expect(page.get_by_test_id("stProgress")).to_have_count(0)

    before = {}
    for figure, name in (("dying", "Dying units"), ("cures", "Cures compared")):
        turn(page, name)
        before[figure] = numbers(caption(page, figure).inner_text())
    page.get_by_text("한국어", exact=True).click()
    wait_for_link(page, lang="ko")
    for figure in before:
        turn(page, FIGURES[f"gradient_flow/{figure}"].name["ko"])
        after = numbers(caption(page, figure, "ko").inner_text())
        assert after == before[figure] and len(after) > 5
    assert bars(page) == [], "measured once"
