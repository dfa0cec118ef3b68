"""A reader's own points from rows of a table, and one by one.

A row that cannot be used is left out, and told by its number as the reader counts.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dlbasic.arrays import Float64s
from dlbasic.datasets.base import EXTENT
from dlbasic.datasets.own import LABEL, REACH, TARGETS, Own, Read, Scaling, few, kind
from dlbasic.text import Text, both, harmless

R = TypeVar("R")
Wrong = tuple[int, Text]  # the row that it is of, 0 where it is of all, and what is wrong

MOST_ROWS, MOST_CLASSES = 2000, 5
LARGEST = 1e12  # a value beyond it is a slip, and would leave nothing to see of the others
LISTED = 8  # problems; of more their number is told

_COLUMNS = (both("x1"), both("x2"), LABEL)

_LEFT_OUT = Text(
    ko="{row:,}행은 {column}의 값이 {reason} 뺐습니다: ‘{said}’",
    en="Row {row:,} is left out: {column} is ‘{said}’, {reason}",
)
_NO_NUMBER = Text(ko="숫자가 아니어서", en="not a number")
_NO_SIZE = Text(ko="−10¹²과 10¹² 사이의 수가 아니어서", en="not a number between −10¹² and 10¹²")
_EMPTY = Text(
    ko="{row:,}행은 {column}의 값이 없어서 뺐습니다",
    en="Row {row:,} is left out: it has no {column}",
)
_MANY_ROWS = Text(
    ko="행이 {count:,}개입니다. 처음 {most:,}개만 씁니다",
    en="There are {count:,} rows: the first {most:,} are used",
)
_MANY_CLASSES = Text(
    ko="서로 다른 정답이 {count}가지인데 클래스는 {most}개까지 쓸 수 있습니다. "
    "{row:,}행의 ‘{said}’부터 넘칩니다",
    en="There are {count} different labels, and {most} classes are the most that there can be: "
    "‘{said}’ in row {row:,} is one too many",
)
_MORE = Text(ko="이런 문제가 {count:,}개 더 있습니다", en="and {count:,} more")
_OFF_PLANE = Text(ko="평면 밖에는 점을 추가하지 않습니다", en="No point is added outside the plane")
_FULL = Text(
    ko="점은 {most:,}개까지 쓸 수 있어서 더 추가하지 않았습니다",
    en="No point was added: {most:,} are the most that there can be",
)
_NO_CLASS = Text(
    ko="클래스는 {most}개까지 쓸 수 있어서 ‘{said}’의 점을 추가하지 않았습니다",
    en="No point of ‘{said}’ was added: {most} classes are the most that there can be",
)
_NUMBER = re.compile(r"[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|nan|inf(inity)?)", re.IGNORECASE)
LONGEST = 400  # letters of a number: a float64 in full before its point has 309


class _Row(NamedTuple):
    """A row that can be used: its number, coordinates and label, and this as a number if it is."""

    number: int
    x1: float
    x2: float
    label: str
    value: float | None


def from_table(rows: Iterable[Sequence[Any]], before: Own | None = None) -> Read:
    """The points of a table's rows ``(x1, x2, label)``, numbered from 1; None and NaN are empty.

    Labels that are words, or up to 5 different whole numbers, are classes, other numbers are values
    of a regression.
    The classes of ``before``, the data that the table has had, keep their order, and its points
    their place on the plane while all of them lie on it.  Data that are not enough to learn from,
    see ``missing``, are given nevertheless: a table is filled row by row.

    >>> read = from_table([(1.0, 2.0, "a"), (3.0, None, "b")])
    >>> len(read.points), [problem["en"] for problem in read.problems]
    (1, ['Row 2 is left out: it has no x2'])
    """
    numbered = [(number, [*map(_cell, row)]) for number, row in enumerate(rows, start=1)]
    used, wrong = first([row for row in numbered if any(row[1])])
    return taken(used, wrong, before=before)


def with_point(
    own: Own | None, x1: float, x2: float, label: str, names: Sequence[str] = ()
) -> Read:
    """The data and one more point at a place of the plane; without it, and why, if it cannot be.

    Where there are no data yet, the classes are ``names``.  In a regression ``label`` is a number,
    as the reader would give it.

    >>> own = with_point(None, -1.0, 2.0, "b", names=("a", "b")).points
    >>> own.inputs.tolist(), own.targets.tolist(), own.missing["en"]
    ([[-1.0, 2.0]], [1], 'It takes 4 points to learn from; so far: 1')
    """
    begun = own or Own(np.zeros((0, 2)), np.zeros(0, np.int64), tuple(map(tidy, names)), "binary")
    label, task, number = tidy(label), begun.task, len(begun) + 1
    if not (abs(x1) <= EXTENT and abs(x2) <= EXTENT):  # NaN is nowhere, either
        return Read(own, (_OFF_PLANE,))
    if number > MOST_ROWS:
        return Read(own, (_FULL.filled(most=MOST_ROWS),))
    if not label:
        return Read(own, (_EMPTY.filled(row=number, column=LABEL),))
    if task == "regression":
        names, target = (), number_in(label, comma=True)
        if reason := _wrong(target):
            return Read(own, (_left_out(number, LABEL, label, reason),))
    else:
        names = begun.names if label in begun.names else (*begun.names, label)
        target, task = names.index(label), kind(names)
        if len(names) > MOST_CLASSES:
            return Read(own, (_NO_CLASS.filled(most=MOST_CLASSES, said=harmless(label)),))
    far = EXTENT - 0.01  # no point leaves the plane when its number is rounded
    place = [
        scaling.near(min(max(at, -far), far))
        for scaling, at in zip(begun.scalings, (x1, x2), strict=False)
    ]
    inputs = np.vstack([begun.inputs, [place]])
    targets = np.append(begun.targets, np.array([target], begun.targets.dtype))
    return Read(Own(inputs, targets, names, task, begun.scalings))


def taken(
    rows: Iterable[tuple[int, Sequence[str]]], wrong: Iterable[Wrong] = (), *,
    comma: bool = False, before: Own | None = None, whole: bool = False,
) -> Read:  # fmt: skip
    """The points of rows, each its number and its three fields, see :func:`from_table`.

    Numbers may have a ``comma`` before their decimals.  What is ``wrong`` already is told with
    what is found here, row by row.  With ``whole``, points are None, too, where they are not enough
    to learn from.
    """
    found, usable = list(wrong), list[_Row]()
    for number, fields in rows:
        row = _row(number, [tidy(field) for field in fields], comma)
        if isinstance(row, _Row):
            usable.append(row)
        else:
            found.append((number, row))
    usable, slips = _without_slips(usable)
    own = _points(usable, before) if usable else few(0)
    if whole and isinstance(own, Own):
        own = own.missing or own
    if isinstance(own, Text):
        return Read(None, _listed([(0, own), *found, *slips]))
    return Read(own, _listed([*found, *slips]))


def first(rows: Sequence[R]) -> tuple[Sequence[R], list[Wrong]]:
    """As many of the rows as there can be, and what that leaves out."""
    many = _MANY_ROWS.filled(count=len(rows), most=MOST_ROWS)
    return rows[:MOST_ROWS], [(0, many)] if len(rows) > MOST_ROWS else []


def tidy(said: str) -> str:
    """A field without what one does not see: spaces around it, the way its letters are composed.

    >>> tidy("  two\\n words "), tidy("\\u1112\\u1161\\u11ab")
    ('two words', '한')
    """
    whole = said.encode("utf-8", "replace").decode()  # half a character cannot be shown
    return " ".join(unicodedata.normalize("NFC", whole).split())


def number_in(said: str, comma: bool = False) -> float | None:
    """The number that a field says, if it does; with ``comma`` also one with a decimal comma.

    >>> number_in("−1.5e2"), number_in("1,5"), number_in("1,5", comma=True), number_in("1_5")
    (-150.0, None, 1.5, None)
    """
    said = said.replace("−", "-")
    if comma:
        said = said.replace(",", ".")
    return float(said) if len(said) <= LONGEST and _NUMBER.fullmatch(said) else None


def _left_out(row: int, column: Text, said: str, reason: Text) -> Text:
    """That a row is left out, and which of its values is the reason."""
    return _LEFT_OUT.filled(row=row, column=column, said=harmless(said), reason=reason)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))  # of NumPy's the repr is another
    return "" if value is None else str(value)


def _wrong(value: float | None) -> Text | None:
    """Why a value cannot be used as a number."""
    if value is None:
        return _NO_NUMBER
    return None if abs(value) <= LARGEST else _NO_SIZE  # NaN is not, either


def _row(number: int, fields: Sequence[str], comma: bool) -> _Row | Text:
    """The row of these fields, or why there is none."""
    values = [number_in(said, comma) for said in fields]
    for column, said, value in zip(_COLUMNS, fields, values, strict=True):
        if not said:
            return _EMPTY.filled(row=number, column=column)
        reason = _wrong(value)
        if reason and not (column is LABEL and value is None):  # a label may be a word
            return _left_out(number, column, said, reason)
    x1, x2, value = values
    assert x1 is not None and x2 is not None
    return _Row(number, x1, x2, fields[2], value)


def _without_slips(rows: list[_Row]) -> tuple[list[_Row], list[Wrong]]:
    """The rows without words among labels that are mostly numbers, and too many to be classes."""
    words = [row for row in rows if row.value is None]
    if len({row.label for row in rows}) <= MOST_CLASSES or 2 * len(words) >= len(rows):
        return rows, []
    slips = [(row.number, _left_out(row.number, LABEL, row.label, _NO_NUMBER)) for row in words]
    return [row for row in rows if row.value is not None], slips


def _points(rows: Sequence[_Row], before: Own | None) -> Own | Text:
    """The points of at least one row; a text where they have too many classes."""
    inputs = np.array([(row.x1, row.x2) for row in rows])
    values = [row.value for row in rows if row.value is not None]
    numbers = len(values) == len(rows)
    whole = {int(value) for value in values if value == int(value)}
    if numbers and not (len(set(values)) <= MOST_CLASSES and whole.issuperset(values)):
        targets: NDArray[Any] = np.array(values)
        return Own(inputs, targets, (), "regression", _scalings(inputs, targets, before))
    said = [str(int(value)) for value in values] if numbers else [row.label for row in rows]
    present = [str(value) for value in sorted(whole)] if numbers else [*dict.fromkeys(said)]
    known = [name for name in (before.names if before else ()) if name in present]
    names = (*known, *(name for name in present if name not in known))
    if len(names) > MOST_CLASSES:
        name = names[MOST_CLASSES]
        return _MANY_CLASSES.filled(row=rows[said.index(name)].number, said=harmless(name),
                                    count=len(names), most=MOST_CLASSES)  # fmt: skip
    targets = np.array([names.index(name) for name in said], np.int64)
    return Own(inputs, targets, names, kind(names), _scalings(inputs, None, before))


def _scalings(
    inputs: Float64s, targets: Float64s | None, before: Own | None
) -> tuple[Scaling, Scaling, Scaling]:
    x1, x2, y = before.scalings if before else (None, None, None)
    return (
        Scaling.of(inputs[:, 0], EXTENT, REACH, x1),
        Scaling.of(inputs[:, 1], EXTENT, REACH, x2),
        Scaling() if targets is None else Scaling.of(targets, TARGETS, TARGETS, y),
    )


def _listed(found: Iterable[Wrong]) -> tuple[Text, ...]:
    """What is wrong in the order of its rows; no more of it than one reads."""
    problems = [problem for _, problem in sorted(found, key=lambda wrong: wrong[0])]
    more = len(problems) - LISTED
    return (*problems[:LISTED], *([_MORE.filled(count=more)] if more > 0 else ()))
