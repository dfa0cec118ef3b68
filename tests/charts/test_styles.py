"""Functions can be told apart: contrast to the page, and to each other in every colour vision."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import GREY, PAIRS, STYLES, Style, function_scales, own_styles, styles

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text("utf-8"))
BACKGROUNDS = {kind: CONFIG["theme"][kind]["backgroundColor"] for kind in ("light", "dark")}
COLOURS = sorted({pair.colour for pair in PAIRS})
MANY = [f"function {place}" for place in range(3 * len(PAIRS))]

# Machado, Oliveira & Fernandes (2009), "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", severity 1.0, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def linear(colour: str) -> np.ndarray:
    """sRGB as #rrggbb to linear light."""
    srgb = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    lights = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson (2020): linear RGB to OKLab."""
    lms = (
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ rgb
    )
    return np.array([
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(lms)  # fmt: skip


def distance(one: str, other: str, vision: str) -> float:
    """How far apart two colours look to someone with this vision."""
    seen = [oklab(np.clip(VISION[vision] @ linear(colour), 0, 1)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measures_themselves():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert distance("#000000", "#ffffff", "normal") == pytest.approx(1.0, abs=1e-3)
    # Red and green of one lightness are what protanopia and deuteranopia confuse.
    for vision in ("protanopia", "deuteranopia"):
        assert distance("#b0552e", "#6b7a1f", vision) < distance("#b0552e", "#6b7a1f", "normal") / 2


def test_every_function_has_a_pair_of_its_own():
    assert list(STYLES) == list(ACTIVATIONS)
    assert len(set(STYLES.values())) == min(len(STYLES), len(PAIRS))


def test_every_colour_comes_with_every_dash_once():
    dashes = {pair.dash for pair in PAIRS}
    assert sorted(PAIRS) == sorted(Style(*pair) for pair in itertools.product(COLOURS, dashes))
    assert {*STYLES.values()} <= {*PAIRS}


@pytest.mark.parametrize("chosen", [{}, STYLES], ids=["none", "today's"])
def test_a_function_that_chose_none_gets_the_next_free_pair_by_its_place(chosen):
    keys = [*chosen, *MANY]
    given = own_styles(keys, chosen)
    assert list(given) == keys and chosen.items() <= given.items()
    assert len({*list(given.values())[: len(PAIRS)]}) == len(PAIRS)
    assert {*given.values()} == {*PAIRS}  # beyond that they share, and nobody is grey
    for count in range(len(keys)):  # whoever comes later changes nothing
        first = keys[:count]
        assert own_styles(first, chosen) == {key: given[key] for key in first}


def test_a_pair_that_was_chosen_is_given_to_nobody_else():
    chosen = {MANY[5]: PAIRS[0], MANY[7]: PAIRS[2]}
    given = own_styles(MANY[: len(PAIRS)], chosen)
    assert chosen.items() <= given.items()
    assert len({*given.values()}) == len(PAIRS)


@pytest.mark.parametrize("page", BACKGROUNDS)
@pytest.mark.parametrize("colour", [*COLOURS, GREY])
def test_lines_stand_out_from_the_page(colour, page):
    assert contrast(colour, BACKGROUNDS[page]) >= 3.0


@pytest.mark.parametrize("vision", VISION)
def test_lines_with_one_dash_differ_in_colour(vision):
    near = {
        (one, other): gap
        for one, other in itertools.combinations(COLOURS, 2)
        if (gap := distance(one, other, vision)) < 0.08
    }
    assert near == {}


def test_beside_functions_only_functions_have_colours():
    assert [style.colour == GREY for style in styles(["quotient", "tanh", "slope"])] == [
        True, False, True,
    ]  # fmt: skip
    assert GREY not in {style.colour for style in styles(["stable", "naive"])}


def test_without_functions_lines_that_coincide_differ_in_colour_and_dash():
    one, other = styles(["stable", "naive"])
    assert one.colour != other.colour and one.dash != other.dash


@pytest.mark.parametrize(
    "names", [[*STYLES], ["quotient", "relu", "reciprocal"], ["mse", "a", "b", "c"], MANY]
)
def test_a_chart_gives_two_lines_one_pair_only_when_it_has_no_more(names):
    pairs = styles(names)
    assert len(set(pairs)) == min(len(names), len(PAIRS))
    assert all(
        pair == STYLES[name] for name, pair in zip(names, pairs, strict=True) if name in STYLES
    )
    colours, dashes = (scale.to_dict() for scale in function_scales(names))
    assert colours["domain"] == dashes["domain"] == names
    drawn = zip(colours["range"], map(tuple, dashes["range"]), strict=True)
    assert list(drawn) == [tuple(pair) for pair in pairs]


def test_beside_functions_any_number_of_lines_is_grey():
    alone, *others = styles(["relu", *MANY])
    assert alone == STYLES["relu"] and {style.colour for style in others} == {GREY}
    assert {style.dash for style in others} == {pair.dash for pair in PAIRS}
