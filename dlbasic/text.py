"""Text in both languages, and numbers written so that they keep their meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter
from typing import Any, Literal, get_args

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: dict[Language, str] = {"ko": "한국어", "en": "English"}

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NAMES = ("Huber",)  # of people, which keep their capital inside a sentence
_REST = Decimal("1e-6")  # of a share: what is nearer to all of it is said to be more than the rest
_NOTHING = 1e-9  # no measured number that is shown among others of the size of 1 is smaller


@dataclass(frozen=True)
class Text:
    """One piece of text in Korean and in English.

    >>> Text(ko="기울기", en="slope")["en"]
    'slope'
    >>> Text(ko="합 {total}", en="sum {total}").fill("ko", {"total": 4.248e-18})
    '합 4.25·10⁻¹⁸'
    """

    ko: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en

    @property
    def short(self) -> Text:
        """The text without what stands in brackets, for where there is little room.

        >>> Text(ko="시그모이드(Sigmoid)", en="Sigmoid (logistic)").short["ko"]
        '시그모이드'
        """
        return Text(ko=self.ko.partition("(")[0].strip(), en=self.en.partition("(")[0].strip())

    @property
    def inside(self) -> Text:
        """The text as it stands inside a sentence: in English without its capital, but for names.

        >>> Text(ko="힌지 손실", en="Hinge loss").inside["en"], both("Huber loss").inside["en"]
        ('hinge loss', 'Huber loss')
        >>> both("ReLU").inside["en"]
        'ReLU'
        """
        first = self.en.partition(" ")[0]
        named = self.en.startswith(_NAMES) or first[1:] != first[1:].lower()
        return Text(ko=self.ko, en=self.en if named else self.en[:1].lower() + self.en[1:])

    def fill(self, language: Language, slots: Mapping[str, Any]) -> str:
        """The text with each ``{slot}`` replaced; numbers are written by :func:`number`."""
        return fill(self[language], slots)

    def filled(self, **slots: Any) -> Text:
        """Both languages with each ``{slot}`` replaced; what stands in it may be a text, too.

        >>> Text(ko="{what}: 점", en="{what}: points").filled(what=Text(ko="평면", en="plane"))
        Text(ko='평면: 점', en='plane: points')
        """
        ko, en = (
            self.fill(language, {
                name: value[language] if isinstance(value, Text) else value
                for name, value in slots.items()
            })
            for language in LANGUAGES
        )  # fmt: skip
        return Text(ko=ko, en=en)


def both(text: str) -> Text:
    """The same words in both languages: names, symbols and formulas.

    >>> both("ReLU")["ko"]
    'ReLU'
    """
    return Text(ko=text, en=text)


def harmless(said: str) -> str:
    """What someone else has written, short and harmless enough to be repeated in any text.

    >>> harmless("<b>0.5</b>"), harmless("한 글자"), harmless("=1+1" * 9), harmless("")
    ('·b·0.5··b·', '한 글자', '·1+1·1+1·1+1·1+1·1+1·1+1…', '∅')
    """
    safe = "".join(
        letter if letter.isalnum() or letter in "+-.,_ " else "·" for letter in said[:24]
    )
    return safe + ("…" if len(said) > 24 else "") or "∅"


def indexed(letter: str, place: int) -> str:
    """A letter with its index, a digit, as formulas have it.

    >>> indexed("z", 1)
    'z₁'
    """
    return letter + chr(ord("₀") + place)


class _Slots(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, float | int | Decimal) and not isinstance(value, bool):
            if not format_spec:
                return number(value)
            if format_spec == "%":
                return percent(value)
            if format_spec == "pp":
                return percent(value).removesuffix("%")
        return super().format_field(value, format_spec)


def fill(template: str, slots: Mapping[str, Any]) -> str:
    """Replace each ``{slot}``: numbers through :func:`number`, ``{slot:%}`` :func:`percent`.

    ``{slot:pp}`` is the same without its sign, for percentage points.  Raises ``KeyError`` for a
    slot that has no value.

    >>> fill("{share:%} of {count}, {mean:.2f}", {"share": 0.5, "count": 2e9, "mean": 1})
    '50% of 2·10⁹, 1.00'
    >>> fill("by {gap:pp} percentage points", {"gap": 0.137})
    'by 13.7 percentage points'
    """
    return _Slots().vformat(template, (), slots)


def number(value: float | Decimal, digits: int = 3) -> str:
    """A number with ``digits`` significant digits that never rounds to nothing.

    A decimal may be smaller than any float.  From 0.001 to 100,000 it is written out, beyond that
    as a power of ten.  Where it has decimals it does not round to a whole number that it is not.

    >>> number(0.25), number(1e5), number(-0.16997120747), number(4.248354255291589e-18)
    ('0.25', '100,000', '−0.17', '4.25·10⁻¹⁸')
    >>> number(0.0), number(float("inf")), number(float("nan")), number(744)
    ('0', '∞', 'NaN', '744')
    >>> number(0.9999877), number(37.04), number(1.0000000000000002), number(744.04)
    ('0.99999', '37.04', '1.0000000000000002', '744')
    >>> number(Decimal("-1.3439e-2174"))
    '−1.34·10⁻²¹⁷⁴'
    """
    if math.isnan(value):
        return "NaN"
    sign = "−" if value < 0 else ""
    size: Any = abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == int(size) and size <= 100_000:
        return f"{sign}{int(size):,}"
    mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -3 <= power < 5:
        decimals = max(digits - 1 - power, 0)
        plain = f"{size:,.{decimals}f}"
        while decimals and set(plain.partition(".")[2]) == {"0"}:
            decimals += 1
            plain = f"{size:,.{decimals}f}"
        return sign + (plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return f"{sign}{mantissa.rstrip('0').rstrip('.')}·10{str(power).translate(_SUPERSCRIPT)}"


def percent(share: float | Decimal) -> str:
    """A share as a percentage that never rounds to nothing, nor up to everything.

    It has three digits, more only above 99.9 %; a zero at the end says that it was rounded to it.
    Of a decimal no more than six digits are written.

    >>> percent(0.7696), percent(0.266), percent(0.77), percent(0.0099999), percent(0.9986)
    ('77.0%', '26.6%', '77%', '1.00%', '99.9%')
    >>> percent(0.0), percent(0.55), percent(0.00042), percent(1e-9), percent(0.99999)
    ('0%', '55%', '0.042%', '1·10⁻⁷%', '99.999%')
    >>> percent(Decimal("0.9999683")), percent(1 - Decimal("1e-20")), percent(Decimal("1e-999"))
    ('99.9968%', '>99.9999%', '1·10⁻⁹⁹⁷%')
    """
    if isinstance(share, Decimal):
        if 0 < 1 - share < _REST:
            return f">{100 * (1 - _REST):.4f}%"
        if share < _REST:
            return f"{number(100 * share)}%"
        share = rounded(float(share), 6)
    hundredths = 100.0 * share
    if hundredths < 99.9:
        hundredths = float(f"{hundredths:.15g}")  # 0.55 is 55 %, not 55.00000000000001 %
    if abs(hundredths) < 99.9 and hundredths % 1 and float(f"{hundredths:.3g}") % 1 == 0:
        return f"{hundredths:#.3g}%".replace("-", "−")  # 76.96 % is not 77 %
    if hundredths in (0.0, 100.0) or not 99.9 < hundredths < 100.0:
        return f"{number(hundredths)}%"
    short = round(hundredths, 12)
    return f"{exact(short if short < 100.0 else hundredths)}%"


def rounded(value: float, digits: int = 12) -> float:
    """A number without its last digits, which rounding errors have decided.

    >>> number(rounded(0.9999999999999999)), number(rounded(1.00004539992976))
    ('1', '1.00005')
    """
    return float(f"{value:.{digits - 1}e}")


def aligned(*values: float, adding: bool = False) -> list[str]:
    """Numbers with equally many decimals: three, or as many as it takes to tell them apart.

    If ``adding``, as many as it takes for the last to be the sum of the others as it is written,
    too.  What rounding errors have left of nothing, and what has no decimals, is written by
    :func:`number`.

    >>> aligned(1.4854753, 0.3965784, 1.8820537), aligned(1.48548, 1.48560)
    (['1.485', '0.397', '1.882'], ['1.48548', '1.48560'])
    >>> aligned(1.2054, 1.7594, 2.9648), aligned(1.2054, 1.7594, 2.9648, adding=True)
    (['1.205', '1.759', '2.965'], ['1.2054', '1.7594', '2.9648'])
    """
    plain = [value for value in values if math.isfinite(value)]
    apart = [abs(one - other) for one in (0.0, *plain) for other in plain]
    least = min((gap for gap in apart if gap > _NOTHING), default=1.0)
    decimals = max(3, 1 - math.floor(math.log10(least)))
    while adding and len(plain) == len(values) and decimals < 15:
        *parts, total = (round(value, decimals) for value in values)
        if round(sum(parts), decimals) == total:
            break
        decimals += 1
    return [
        f"{value:,.{decimals}f}".replace("-", "−")
        if math.isfinite(value) and abs(value) > _NOTHING
        else number(value)
        for value in values
    ]


def exact(value: float) -> str:
    """The shortest decimal that reads back as the same float64, with a typographic exponent.

    >>> exact(0.25), exact(4.248354255291589e-18), exact(-0.0), exact(1e22)
    ('0.25', '4.248354255291589·10⁻¹⁸', '0', '1·10²²')
    """
    if not math.isfinite(value) or value == 0.0:
        return number(value)
    mantissa, _, exponent = (
        repr(float(value)).replace("-", "−", 1 if value < 0 else 0).partition("e")
    )
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPT)}" if exponent else mantissa
