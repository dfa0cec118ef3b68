"""Numbers keep their meaning when they are written, and slots are filled in both languages."""

from __future__ import annotations

import math
import random
import re
from decimal import Decimal

import pytest

from dlbasic.text import (
    LANGUAGES,
    Text,
    aligned,
    both,
    exact,
    fill,
    number,
    percent,
    rounded,
)

NUMBERS = [
    5e-324, 2.2250738585072014e-308, 4.248354255291589e-18, 1e-7, 9.99e-4, 0.00099999, 0.001,
    0.0010049, 0.1, 0.25, 1 / 3, 0.9994, 0.9996, 0.99999, 1.0, 1.5, 9.995, 99.95, 744.0, 999.9,
    9999.5, 12345.678, 99_999.4, 99_999.6, 100_000.0, 100_000.5, 123_456.0, 1e16, 2.5e17, 1e22,
    1.7e308,
]  # fmt: skip
SIGNED = [sign * size for size in NUMBERS for sign in (1, -1)]


def read(written: str) -> float:
    """Read a number as a reader would: minus sign, commas for thousands, a power of ten."""
    plain = written.replace("−", "-").replace(",", "")
    mantissa, _, power = plain.partition("·10")
    power = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(f"{mantissa}e{power or 0}")


@pytest.mark.parametrize("value", SIGNED)
def test_number_stays_within_half_of_its_last_digit(value):
    assert read(number(value)) == pytest.approx(value, rel=0.005, abs=0.0)


@pytest.mark.parametrize("value", SIGNED)
def test_only_zero_is_written_as_zero(value):
    assert re.search("[1-9]", number(value))
    assert re.search("[1-9]", exact(value))
    assert abs(value) > 1.0 or re.search("[1-9]", percent(value))


@pytest.mark.parametrize("digits", [1, 2, 3, 6])
def test_number_has_at_most_the_asked_digits(digits):
    for value in (1 / 3, 2 / 3e7, 12345.6789, 6.02214076e23):
        mantissa = number(value, digits).partition("·")[0]
        written = mantissa.replace(",", "").partition(".")
        significant = (written[0] + written[2]).lstrip("0")
        # Whole digits before the point are never cut off: 12,346 stays readable.
        assert len(significant) <= max(digits, len(written[0]))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN"),
        (-2.0, "−2"), (6201.0, "6,201"), (999.9, "1,000"), (1e6, "1·10⁶"),
    ],
)  # fmt: skip
def test_number_in_special_cases(value, written):
    assert number(value) == written


@pytest.mark.parametrize("value", [*SIGNED, 1.7976931348623157e308])
def test_exact_reads_back_as_the_same_float(value):
    assert read(exact(value)) == value


@pytest.mark.parametrize("written", [number, exact, percent])
def test_signs_and_powers_are_typographic(written):
    for value in SIGNED:
        assert not re.search("[-eE]", written(value))


@pytest.mark.parametrize(
    "share", [0.9985, 0.9994, 0.99951, 0.9999999, 1 - 1e-12, 1 - 2.0**-40, 1 - 2.0**-53]
)
def test_percent_never_rounds_up_to_everything(share):
    """17,000 of 17,000 vectors is a different finding from 16,999 of them."""
    written = read(percent(share).removesuffix("%"))
    assert written < 100.0
    assert written == pytest.approx(100.0 * share, rel=1e-3)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.5, "50%"),
        (1 / 3, "33.3%"),
        (1e-5, "0.001%"),
        (0.76959, "77.0%"),
        (0.45796, "45.8%"),
        (0.040003, "4.00%"),
        (-0.12004, "−12.0%"),
        (0.99896, "99.9%"),
        (0.0999999, "10.0%"),
        (2.5, "250%"),
    ],
)
def test_percent_in_plain_cases(share, written):
    assert percent(share) == written


def draws():
    """Two numbers near 1, of very different distance and size."""
    dice = random.Random(2)
    for _ in range(300):
        yield dice.uniform(0.05, 3.0), 10 ** dice.uniform(-8, 0.5)


def test_aligned_numbers_add_up_as_they_are_written():
    for one, other in draws():
        written = aligned(one, other, one + other, adding=True)
        first, second, total = map(Decimal, written)
        assert first + second == total and second > 0
        assert len({len(number.partition(".")[2]) for number in written}) == 1
        assert float(first) == pytest.approx(one, abs=5.1e-4)


def test_aligned_numbers_can_be_told_apart():
    for one, apart in draws():
        first, second = aligned(one, one + apart)
        assert read(second) - read(first) == pytest.approx(apart, rel=0.1)


def test_aligned_numbers_keep_what_has_no_decimals_and_what_is_rounding():
    assert aligned(0.0, math.inf, 1.5) == ["0", "∞", "1.500"]
    assert aligned(1.0, 2.0**-53, adding=True)[1] == number(2.0**-53)
    assert aligned(0.4, math.inf, math.inf, adding=True) == ["0.400", "∞", "∞"]


@pytest.mark.parametrize("value", [0.0, 1.0, -0.25, 1.00004539992976, 1e-300, 20.00026033143651])
def test_rounded_takes_off_rounding_errors_alone(value):
    assert rounded(math.nextafter(value, math.inf) if value else value) == rounded(value)
    assert rounded(value) == pytest.approx(value, rel=1e-11)


def test_fill_writes_numbers_and_shares_and_leaves_words():
    template = "{name}: {count} of {total:.1f}, {share:%}; {flag}; {{kept}}"
    slots = {"name": "ReLU", "count": 6201, "total": 2.0, "share": 1e-9, "flag": True}
    assert fill(template, slots) == "ReLU: 6,201 of 2.0, 1·10⁻⁷%; True; {kept}"


def test_fill_does_not_fill_what_a_slot_brings():
    assert fill("{name}", {"name": "{other}"}) == "{other}"


def test_fill_refuses_a_slot_without_a_value():
    with pytest.raises(KeyError, match="mean"):
        fill("{mean}", {"median": 1.0})


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_gives_the_language_asked_for(language):
    text = Text(ko="합 {total}", en="sum {total}")
    assert text.fill(language, {"total": 0.5}) == {"ko": "합 0.5", "en": "sum 0.5"}[language]
    assert both("ReLU")[language] == "ReLU"
