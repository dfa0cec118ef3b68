"""A reader's own points as text: read from whatever a spreadsheet saves, written as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from dlbasic.datasets.own import Own, Read
from dlbasic.datasets.own_rows import first, number_in, taken, tidy
from dlbasic.text import Text, harmless

MOST_BYTES = 2**20
MOST_COLUMNS = 100  # in which names and numbers are looked for

# What a header may call x1, x2 and the label, the likeliest first, whatever stands behind it in
# brackets.
_NAMES = (
    ("x1", "x₁", "x_1"),
    ("x2", "x₂", "x_2"),
    ("label", "정답", "라벨", "레이블", "class", "클래스", "target", "value", "값", "y"),
)
_DELIMITERS = ("\t", ";", ",")  # where two do as well: numbers may have commas
_FILLED = re.compile(r"[^\s,;]")

_TOO_BIG = Text(ko="1 MB가 넘어서 읽지 않았습니다", en="Nothing was read, as it has more than 1 MB")
_NO_TEXT = Text(
    ko="글자로 읽을 수 없는 파일입니다. CSV(UTF-8)로 저장한 파일을 열어 주십시오",
    en="This is not a text file: please save the data as CSV (UTF-8)",
)
_WORKBOOK = Text(
    ko="Excel 통합 문서입니다. CSV(UTF-8)로 저장한 파일을 열어 주십시오",
    en="This is an Excel workbook: please save its sheet as CSV (UTF-8)",
)
_MANY_COLUMNS = Text(
    ko="열이 {count:,}개입니다. 처음 세 열을 x1, x2, 정답(label)으로 읽었습니다",
    en="There are {count:,} columns: the first three are read as x1, x2 and label",
)
_FEW_FIELDS = Text(
    ko="{row:,}행은 값이 {needed}개가 아니라 {count}개여서 뺐습니다: ‘{said}’",
    en="Row {row:,} is left out: it has {count} of {needed} values, ‘{said}’",
)


def read_csv(raw: bytes | str) -> Read:
    """The points of a CSV text or file, and what is wrong with it, row by row.

    Comma, semicolon or tab stand between x1, x2 and label, with or without a header; one that names
    all three may have them in any order.  Bytes are UTF-8, UTF-16 with its mark, or CP949.  What
    labels mean is told at :func:`~dlbasic.datasets.own_rows.from_table`.  Points are None where
    they are not enough to learn from.

    >>> read = read_csv("x1;x2;label\\n0,5;1;a\\n2;abc;b\\n1;1;b\\n2;2;a\\n0;0;b\\n")
    >>> read.points.rows()[0], [problem["en"] for problem in read.problems]
    ((0.5, 1.0, 'a'), ['Row 3 is left out: x2 is ‘abc’, not a number'])
    """
    text = _decoded(raw)
    if isinstance(text, Text):
        return Read(None, (text,))
    lines = [(row, line) for row, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1)
             if _FILLED.search(line)]  # fmt: skip
    delimiter = max(_DELIMITERS, key=lambda delimiter: _fits(lines, delimiter))
    columns, named = (0, 1, 2), False
    header = _fields(lines[0][1], delimiter)[:MOST_COLUMNS] if lines else []
    if _width(header) >= 3 and not any(map(_is_number, header)):
        found = _columns(header)
        columns, named = found or columns, found is not None
        del lines[0]
    used, wrong = first(lines)
    records = [(row, _fields(line, delimiter)) for row, line in used]
    widest = max((_width(fields) for _, fields in records), default=0)
    if widest > len(columns) and not named:
        wrong.append((0, _MANY_COLUMNS.filled(count=widest)))
    needed, rows = max(columns) + 1, []
    for row, fields in records:
        if len(fields) >= needed:
            rows.append((row, [fields[column] for column in columns]))
        else:
            said = harmless(delimiter.join(fields))
            few = _FEW_FIELDS.filled(row=row, count=len(fields), needed=needed, said=said)
            wrong.append((row, few))
    return taken(rows, wrong, comma=delimiter != ",", whole=True)


def write_csv(own: Own) -> str:
    r"""The points as a CSV text that :func:`read_csv` reads as the same points.

    What it does not tell is their :attr:`~Own.arrangement`: in which order classes came, and how
    the plane was scaled then.

    >>> own = read_csv("0,1,a\n2,0.1,b\n1,1,b\n2,2,a").points
    >>> write_csv(own).splitlines()[:3], read_csv(write_csv(own)).points == own
    (['x1,x2,label', '0.0,1.0,a', '2.0,0.1,b'], True)
    """
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["x1", "x2", "label"])
    sheet.writerows(own.rows())
    return text.getvalue()


def _decoded(raw: bytes | str) -> str | Text:
    """The text, without a mark at its beginning; or why there is none."""
    size = len(raw.encode("utf-8", "replace") if isinstance(raw, str) else raw)
    if size > MOST_BYTES:
        return _TOO_BIG
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    if raw.startswith(b"PK\x03\x04"):
        return _WORKBOOK
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _NO_TEXT


def _fields(line: str, delimiter: str) -> list[str]:
    """What stands in a line."""
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a field is longer than the reader takes
        return [line]


def _width(fields: Sequence[str]) -> int:
    """How many cells there are up to the last that is filled."""
    return max((place for place, field in enumerate(fields, start=1) if field.strip()), default=0)


def _is_number(field: str) -> bool:
    return number_in(tidy(field), comma=True) is not None


def _fits(lines: Sequence[tuple[int, str]], delimiter: str) -> tuple[int, int]:
    """In how many lines it parts numbers, and in how many three fields at all."""
    parted = [_fields(line, delimiter) for _, line in first(lines)[0]]
    wide = [fields for fields in parted if len(fields) >= 3]
    numbers = [sum(map(_is_number, fields[:MOST_COLUMNS])) for fields in wide]
    return sum(count >= 2 for count in numbers), len(wide)


def _columns(header: Sequence[str]) -> tuple[int, int, int] | None:
    """Where x1, x2 and the label stand, if the header names all three."""
    names = [tidy(name).partition("(")[0].strip().casefold() for name in header]
    found = [next((names.index(name) for name in known if name in names), None) for known in _NAMES]
    x1, x2, label = found
    return None if x1 is None or x2 is None or label is None else (x1, x2, label)
