"""What a reader takes along of each figure: its charts' data, and its Python."""

from __future__ import annotations

import contextlib
import io
import json
import re
from functools import partial

import pandas as pd
import pytest

from dlbasic.charts import sheet
from dlbasic.figures.training.compare.measure import BY
from dlbasic.qr import svg
from dlbasic.text import LANGUAGES, number, percent
from tests.charts.specs import check_sheet
from tests.pages.shown import said
from tests.site import FIGURES

full = pytest.mark.full
# Every figure with each of its parts, and settings that add columns.
PARTS = [
    (place, {name: part})
    for place, figure in FIGURES.items()
    for name, choice in figure.params.items()
    if name.endswith(".part")
    for part in choice.options
]
PARTS += [
    ("activations/explorer", {"explorer.slope": "log", "explorer.functions": "elu,mish"}),
    ("activations/neuron", {}),
    ("activations/softmax", {}),
    ("gradient_flow/microscope", {"microscope.dtype": "float16"}),
    ("losses/explorer", {"explorer.against": "probability", "explorer.slope": "log"}),
    *(("training/compare", {"compare.by": by}) for by in BY),
]
# What the Python prints and the caption says: a link, the part of the words, its slots.
SAID = [
    ("activations/explorer", {"explorer.functions": "elu,relu", "elu.alpha": "2"}, "caption",
     ["steepest"]),
    ("activations/neuron", {"neuron.function": "leaky_relu", "leaky_relu.alpha": "0.3",
                            "neuron.mean": "1"}, "caption", ["mean_output", "mean_slope"]),
    ("activations/softmax", {"softmax.z1": "3"}, "caption", ["largest"]),
    ("losses/explorer", {"explorer.reach": "3"}, "caption-residual", ["slopes"]),
    ("losses/line", {"line.delta": "2.5"}, "caption", ["mae", "mse"]),
    ("losses/two_classes", {"two_classes.score": "-3"}, "caption", ["bce", "squared"]),
    ("losses/many_classes", {"many_classes.z2": "4"}, "caption", ["p", "loss"]),
    ("losses/class_numbers", {"class_numbers.classes": "4"}, "errors", ["largest", "one_hot"]),
    ("losses/entropy", {"entropy.p1": "9", "entropy.unit": "nat"}, "caption",
     ["entropy", "divergence", "cross"]),
    ("training/live", {"lr": "0.1"}, "caption", ["train_loss", "test_loss"]),
    ("gradient_flow/microscope", {"microscope.depth": "8"}, "caption", ["ratios"]),
    ("gradient_flow/training", {"training.depth": "6"}, "caption",
     ["first", "last", "train_loss"]),
    ("gradient_flow/zigzag", {"zigzag.direction": "30"}, "caption-single", ["steps"]),
    ("training/compare", {}, "caption", ["fastest_epochs"]),
    ("training/compare", {"compare.by": "rates", "compare.target": "0.2"}, "caption",
     ["fastest_epochs"]),
    ("training/compare", {"compare.by": "losses"}, "caption-no-loser", ["fastest_epochs"]),
    ("gradient_flow/dying", {}, "caption", ["dead"]),
    ("gradient_flow/cures", {}, "caption", ["learned_he"]),
]  # fmt: skip
LONG = ("losses/class_numbers", "training/compare", "gradient_flow/dying", "gradient_flow/cures")
NUMBER = re.compile(r"−?\d+(?:,\d{3})*(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?%?")
OF_ALL = re.compile(r"/\d+")  # the 5 of 3/5


def arrive(visit, place, language, link):
    page, _, figure = place.partition("/")
    return visit().follow(page, lang=language, fig=figure, **link)


def drawn(reader):
    charts = reader.at.session_state["visit"].charts
    return {key: chart for key, chart in charts.items() if not key.startswith("claim-")}


def opened(reader, place):
    """The reader opens the fold."""
    reader.at.session_state[f"along-{place.partition('/')[2]}"] = True
    return reader.run()


def code_of(reader):
    """Its Python on the package; other scripts, where there are any, come after it."""
    return next(code.value for code in reader.at.code if "import" in code.value)


def printed(code):
    """The numbers that the Python prints, as pages write them."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "example", "exec"), {})
    found = re.findall(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", out.getvalue())
    written = (number, percent, partial(number, digits=4))
    return {short(write(float(value))) for value in found for write in written}


def short(written):
    """A number without the zeros at its end, which show how many digits were rounded to."""
    return re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", written).replace(".%", "%").removesuffix(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("place", "link"), PARTS)
def test_every_column_of_every_file_has_a_name(visit, place, link, language):
    charts = drawn(arrive(visit, place, language, link))
    for chart in charts.values():
        data = chart.csv(language)
        table = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype=str)
        assert data.startswith("\ufeff".encode()) and len(table)
        assert all(chart.pictures(language))
        if hasattr(chart, "specification"):
            specification = json.loads(chart.specification)
            rows = chart.rows.to_pandas()
            check_sheet(specification, rows, sheet.headed(rows, specification, language), language)
    assert charts or link == {"dying.part": "deaths"}


def test_functions_are_called_as_on_the_page_and_numbers_keep_their_digits(visit):
    reader = arrive(visit, "gradient_flow/microscope", "ko", {})
    (chart, _) = drawn(reader).values()
    table = pd.read_csv(io.BytesIO(chart.csv("ko")), encoding="utf-8-sig", dtype=str)
    assert set(table["함수"]) == {"시그모이드", "하이퍼볼릭 탄젠트", "ReLU"}
    found = table["가중 합에 대한 기울기의 크기"].map(float).tolist()
    assert found == chart.rows.column("delta").to_pylist()


def test_only_what_stands_on_the_page_is_taken(visit):
    reader = arrive(visit, "losses/line", "en", {})
    assert list(drawn(reader)) == ["line-fit"]
    reader.move("line.part", "carried")
    assert list(drawn(reader)) == ["line-of_loss", "line-of_gradient"]
    reader.turn("entropy")
    assert list(drawn(reader)) == ["entropy-bars"]


def test_a_closed_fold_holds_nothing_and_an_open_one_the_link(visit):
    reader = arrive(visit, "losses/line", "en", {"line.delta": "2", "view": "projector"})
    assert not reader.at.code
    opened(reader, "losses/line")
    link, _ = (code.value for code in reader.at.code)
    assert "losses?lang=en&fig=line&line.delta=2" in link
    assert reader.address["view"] == "projector" and "view" not in link


def test_a_link_too_long_for_a_qr_code_is_told_in_words(visit, monkeypatch):
    monkeypatch.setattr("dlbasic.ui.share.svg", lambda link, label: svg(3000 * "a", label))
    reader = opened(arrive(visit, "losses/line", "en", {}), "losses/line")
    assert any("losses?lang=en&fig=line" in code.value for code in reader.at.code)
    assert not [part for part in reader.at.get("html") if '<img class="dl-qr"' in part.proto.body]


def test_each_figure_has_its_python():
    assert {place for place, *_ in SAID} == {
        place for place in FIGURES if not place.startswith("overview")
    }


@pytest.mark.parametrize(
    ("place", "link", "part", "slots"),
    [pytest.param(*case, marks=[full] if case[0] in LONG else []) for case in SAID],
)
def test_the_python_gives_the_numbers_of_the_caption(visit, place, link, part, slots):
    reader = opened(arrive(visit, place, "en", link), place)
    told = said(reader, place, part)
    assert told is not None
    numbers = printed(code_of(reader))
    for slot in slots:
        values = {short(value) for value in NUMBER.findall(OF_ALL.sub("", told[slot]))}
        assert values and values <= numbers, slot
