"""What a reader takes along: pictures, data, a printed page with the link as a QR code."""

from __future__ import annotations

import io
import json
import re
import struct
from xml.etree import ElementTree

import pandas as pd
import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.claims import CLAIMS
from dlbasic.figures.training.live.measure import Live, LiveRun
from tests.browser.reader import press, settle, small, visit
from tests.browser.test_every_figure import (
    LOOKS,
    arrive,
    barriers,
    link,
    needs_axe,
)
from tests.site import FIGURES

pytestmark = pytest.mark.browser
TO_TAKE = [place for place in FIGURES if not place.startswith("overview")]
SVG = "{http://www.w3.org/2000/svg}"
NAMES = {"en": "Take it along", "ko": "가져가기"}


def fold(page, place):
    return page.locator(f".st-key-along-{place.partition('/')[2]}")


def open_fold(page, place):
    fold(page, place).locator("summary").first.click()
    fold(page, place).get_by_role("button", name=re.compile("PNG")).first.wait_for()
    return settle(page)


def saved(page, button):
    """The name and the bytes of the file that a button gives."""
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def size_of_png(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def inked(page, data):
    """How many colours there are in a picture."""
    return page.evaluate(
        """async bytes => {
          const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
          context.drawImage(image, 0, 0);
          const {data} = context.getImageData(0, 0, image.width, image.height);
          return new Set(new Uint32Array(data.buffer)).size; }""",
        list(data),
    )


@pytest.mark.parametrize(
    ("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(16, 21, 28)")]
)
def test_a_chart_is_an_svg_of_its_own_and_the_same_as_png(new_page, scheme, ground):
    page = new_page(color_scheme=scheme)
    visit(page, "/losses?lang=en&fig=line")
    open_fold(page, "losses/line")
    chart = page.locator(".stVegaLiteChart svg")
    width, height = (float(chart.get_attribute(name)) for name in ("width", "height"))
    name, data = saved(page, page.get_by_role("button", name="A line to fit: save as SVG"))
    assert name == "losses-line.svg"
    picture = ElementTree.fromstring(data)
    assert picture.tag == f"{SVG}svg"
    assert (float(picture.get("width")), float(picture.get("height"))) == (width, height)
    assert picture.find(f"{SVG}title").text == "A line to fit"
    assert "8 points" in picture.find(f"{SVG}desc").text
    assert picture.find(f"{SVG}rect").get("fill") == ground
    shown = chart.locator(".mark-line path").evaluate_all(
        "all => all.map(path => path.getAttribute('d'))"
    )
    lines = picture.findall(f".//{SVG}g[@class='mark-line role-mark layer_1_marks']/{SVG}path")
    drawn = {path.get("d") for path in picture.iter(f"{SVG}path")}
    assert len(shown) == 3 and set(shown) <= drawn, lines
    ink = page.evaluate("getComputedStyle(document.querySelector('.stApp')).color")
    words = list(picture.iter(f"{SVG}text"))
    assert {"Squared error", "15", "x"} <= {part.text for part in words}
    assert {part.get("fill") for part in words} == {ink}
    assert all("sans-serif" in part.get("font-family") for part in words)
    assert not [path for path in picture.iter(f"{SVG}path") if path.get("opacity") == "0"]
    name, data = saved(page, page.get_by_role("button", name="A line to fit: save as PNG"))
    assert name == "losses-line.png"
    assert size_of_png(data) == (round(2 * width), round(2 * height))
    assert inked(page, data) > 50


def test_what_a_chart_refers_to_is_in_its_file(page):
    visit(page, "/losses?lang=en&fig=two_classes&two_classes.part=surfaces")
    open_fold(page, "losses/two_classes")
    _, data = saved(page, page.get_by_role("button", name=re.compile(r"^2\. .*save as SVG")))
    picture = ElementTree.fromstring(data)
    known = {part.get("id") for part in picture.iter() if part.get("id")}
    named = re.findall(r"url\(([^)]*)\)", data.decode())
    assert any("gradient" in name for name in named)
    assert {name.removeprefix("#") for name in named} <= known


def test_the_data_of_a_chart_is_a_sheet_in_the_language_of_the_page(page):
    visit(page, "/gradient_flow?lang=ko&fig=microscope")
    open_fold(page, "gradient_flow/microscope")
    buttons = page.get_by_role("button", name=re.compile("CSV 파일로 저장"))
    assert buttons.count() == 2
    for number, title in enumerate(
        ("가중 합에 대한 기울기의 크기", "가중치에 대한 기울기의 크기"), 1
    ):
        name, data = saved(page, buttons.nth(number - 1))
        assert name == f"gradient_flow-microscope-{number}.csv"
        assert data.startswith("\ufeff".encode())
        sheet = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")
        assert sheet.columns[:3].tolist() == ["함수", "층 (1은 입력 쪽)", title]
        assert (
            set(sheet["함수"]) == {"시그모이드", "하이퍼볼릭 탄젠트", "ReLU"} and len(sheet) == 63
        )


def test_a_player_gives_its_pictures_and_its_losses(page):
    visit(page, "/training?lang=en&fig=live&live.epoch=3")
    page.wait_for_selector(".board[data-epoch='3']")
    open_fold(page, "training/live")
    assert page.get_by_role("button", name="save as SVG").count() == 0
    for number, part in ((1, ".figure"), (2, ".curve canvas")):
        button = page.get_by_role("button", name=re.compile(rf"^{number}\. .*PNG"))
        name, data = saved(page, button)
        box = page.locator(part).bounding_box()
        assert name == f"training-live-{number}.png"
        assert size_of_png(data) == (round(2 * box["width"]), round(2 * box["height"]))
        assert inked(page, data) > 20
    name, data = saved(page, page.get_by_role("button", name=re.compile("CSV")))
    sheet = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")
    assert sheet["epoch"].tolist()[:4] == [0, 1, 2, 3]
    shown = page.locator("dd").all_inner_texts()
    assert f"{sheet['Training loss'][3]:.3g}" in shown and len(shown) == 5


def test_the_playground_gives_its_weights_where_it_has_stopped(page):
    visit(page, "/training?lang=ko&fig=live&data=moons&optimizer=adam&live.epoch=4&live.step=7")
    page.wait_for_selector(".board[data-epoch='4']")
    open_fold(page, "training/live")
    button = page.get_by_role("button", name=re.compile("JSON"))
    name, data = saved(page, button)
    network = json.loads(data)
    settings = Live(data="moons", optimizer="adam")
    run = LiveRun(settings)
    epoch = run.between(4, 7)
    assert name == "training-live-3.json" and network["at"] == {"epoch": 4, "batches": 7}
    assert network["loss"]["test"] == epoch.test_loss[0]
    expected = [w[0, :, :-1].tolist() for w in run.training.stack.weights]
    assert [layer["weights"] for layer in network["layers"]] == expected
    assert saved(page, button) == (name, data)  # a second time, too
    expect(fold(page, "training/live").get_by_test_id("stCode").last).to_contain_text("Adam(")


def test_link_and_python_follow_what_is_set_while_the_fold_is_open(page):
    visit(page, "/losses?lang=en&fig=line")
    open_fold(page, "losses/line")
    code = fold(page, "losses/line").get_by_test_id("stCode")
    expect(code.last).to_contain_text("LineFit()")
    press(page, "δ of the Huber loss", "ArrowRight", times=2)
    expect(code.last).to_contain_text(re.compile(r"LineFit\(delta=1\.\d"))
    expect(code.first).to_contain_text(re.compile(r"line\.delta=1\.\d"))
    given = page.locator(".dl-qr").get_attribute("data-link")
    assert given == page.url.replace("%2C", ",")


def test_a_claim_has_its_files_the_same_way(page):
    visit(page, "/activations?lang=en&claim.softmax.open=1")
    page.get_by_text("How this was judged").click()
    name, data = saved(page, page.get_by_role("button", name=re.compile("CSV")))
    frame = CLAIMS["softmax"].run(CLAIMS["softmax"].defaults).frame
    assert name == "softmax.csv" and data.startswith("\ufeff".encode())
    assert len(pd.read_csv(io.BytesIO(data), encoding="utf-8-sig")) == len(frame)
    name, data = saved(page, page.get_by_role("button", name=re.compile("SVG")))
    assert name == "softmax.svg" and ElementTree.fromstring(data).tag == f"{SVG}svg"


@pytest.mark.parametrize("place", TO_TAKE)
def test_a_figure_is_taken_along_and_printed_with_its_link(page, place):
    visit(page, link(place, "en", opened=False))
    open_fold(page, place)
    button = fold(page, place).get_by_role("button", name=re.compile("PNG")).first
    _, data = saved(page, button)
    assert min(size_of_png(data)) > 100 and inked(page, data) > 20
    given = page.locator(".dl-qr").get_attribute("data-link")
    sheets = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".dl-printed")).to_contain_text(given)
    expect(page.locator(".dl-printed img")).to_be_visible()
    expect(fold(page, place)).to_be_hidden()
    page.emulate_media(media="screen")


@needs_axe
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("place", "settings", "kind"),
    [
        ("losses/two_classes", "&two_classes.part=surfaces", "SVG"),
        ("training/live", "&l1=0.001&dropout=0.2", "JSON"),
    ],
)
def test_the_fold_is_for_everyone(new_page, place, settings, kind, language):
    locale = {"ko": "ko-KR", "en": "en-US"}[language]
    # Code keeps the colours of the theme that it was drawn in: a page for each.
    for size, scheme in reversed(LOOKS[language]):
        page = new_page(locale=locale, viewport=size, color_scheme=scheme)
        arrive(page, link(place, language, opened=False) + settings)
        open_fold(page, place)
        assert barriers(page) == []
    assert small(page, text=14, target=44) == []
    button = fold(page, place).get_by_role("button", name=re.compile(kind)).first
    button.focus()
    with page.expect_download():
        page.keyboard.press("Enter")
