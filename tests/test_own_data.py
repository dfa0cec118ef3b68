"""A reader's own points: what is read, what is refused and why, how they come onto the plane."""

from __future__ import annotations

import dataclasses
import itertools
import re

import numpy as np
import pytest

from dlbasic.datasets import EXTENT
from dlbasic.datasets.own import Scaling
from dlbasic.datasets.own_csv import MOST_BYTES, read_csv, write_csv
from dlbasic.datasets.own_rows import (
    LISTED,
    MOST_CLASSES,
    MOST_ROWS,
    from_table,
    number_in,
    with_point,
)
from dlbasic.text import LANGUAGES
from tests.pages.shown import foreign

SQUARE = [(0.0, 0.0, "a"), (0.0, 3.0, "b"), (3.0, 0.0, "b"), (3.0, 3.0, "a")]
LINES = "0,0,a\n0,3,b\n3,0,b\n3,3,a\n"


def read(raw, *problems):
    """The points of a text in which exactly this is wrong, by the beginnings of the sentences."""
    got = read_csv(raw)
    said = [problem["en"] for problem in got.problems]
    assert len(said) == len(problems), said
    assert all(one.startswith(begins) for one, begins in zip(said, problems, strict=True)), said
    return got.points


def rows(raw, *problems):
    return read(raw, *problems).rows()


def square(points):
    """Four points that are enough to learn from, before others."""
    return [*SQUARE, *points]


# How it is written.


@pytest.mark.parametrize("delimiter", [",", ";", "\t", ", ", " ;  "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", ["", "x1,x2,label\n", "가로,세로,종류\n", "a,b,c\n"])
def test_every_delimiter_end_of_line_and_header(delimiter, end, header):
    text = (header + LINES).replace(",", delimiter).replace("\n", end)
    assert rows(text) == SQUARE
    assert rows(text.rstrip()) == SQUARE  # nothing behind the last line


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_decimal_comma_where_no_comma_parts_fields(delimiter):
    text = "1,5;2,25;a\n-1,5;2,5;b\n1;2;a\n3;0,5;b\n".replace(";", delimiter)
    expected = [(1.5, 2.25, "a"), (-1.5, 2.5, "b"), (1.0, 2.0, "a"), (3.0, 0.5, "b")]
    assert rows(text) == expected
    values = read(text.replace("a", "0,5").replace("b", "-1,25"))
    assert values.task == "regression" and values.targets.tolist() == [0.5, -1.25, 0.5, -1.25]
    # Commas part such numbers from one another as well.
    decimals = "1,5;2,5;0,5\n" * 4
    assert rows(decimals.replace(";", delimiter)) == [(1.5, 2.5, "0.5")] * 4
    thousands = f"1,234,5{delimiter}2{delimiter}a\n1.234,5{delimiter}2{delimiter}a\n"
    left = ("Row 5 is left out: x1 is", "Row 6 is left out: x1 is")
    assert len(rows(text + thousands, *left)) == 4


def test_labels_keep_the_signs_that_part_fields_in_others():
    expected = [(x1, x2, f"{label};{label};{label}\t{label}\t{label}") for x1, x2, label in SQUARE]
    text = "".join(f"{x1:g},{x2:g},{label}\n" for x1, x2, label in expected)
    shown = [(x1, x2, label.replace("\t", " ")) for x1, x2, label in expected]
    assert rows(text) == shown
    quoted = "".join(f'{x1:g}, {x2:g}, "{label},""{label}"""\n' for x1, x2, label in SQUARE)
    assert rows(quoted)[0] == (0.0, 0.0, 'a,"a"')


@pytest.mark.parametrize(
    "number", ["1.5", "+1.5", "15e-1", "1.5E0", ".15e1", "１.５", " 1.5 ", '"1.5"', '" 1.5"']
)
def test_numbers_as_people_write_them(number):
    assert rows(f"{number},−2,a\n" + LINES)[0] == (1.5, -2.0, "a")


@pytest.mark.parametrize("word", ["1_0", "0x10", "1.5.", "1e", "e1", ".", "-", "1,5", "1 5", "5%"])
def test_what_is_no_number(word):
    assert rows(f'{LINES}"{word}",1,a\n', "Row 5 is left out: x1 is") == SQUARE


def test_blank_lines_and_spaces_do_not_count_but_are_counted():
    text = "\n  \n x1 , x2 , label \n,,\n 0 , 0 , a \n\t\n0,3,b  \n3,0,b\n ;\n3,3,a\n?,1,b\n\n"
    assert rows(text, "Row 11 is left out: x1 is ‘·’, not a number") == SQUARE


@pytest.mark.parametrize(
    "header",
    ["label,x2,x1", "정답(label), X2, X1", "클래스,x₂,x₁", "값,x_2,x_1", "CLASS,x2 (m),x1 (cm)"],
)
def test_a_header_that_names_all_three_may_have_them_anywhere(header):
    turned = "".join(f"{label},{x2:g},{x1:g}\n" for x1, x2, label in SQUARE)
    assert rows(f"{header}\n{turned}") == SQUARE
    numbered = "".join(f"{k},{line}\n" for k, line in enumerate(turned.splitlines()))
    assert rows(f"number,{header}\n{numbered}") == SQUARE


def test_a_row_that_ends_before_the_named_columns():
    text = "x1,x2,n,m,label\n" + LINES.replace("a", "7,8,a").replace("b", "7,8,b") + "1,1,1\n"
    assert rows(text, "Row 6 is left out: it has 3 of 5 values") == SQUARE


def test_of_other_columns_the_first_three_are_read_and_it_says_so():
    wide = LINES.replace("\n", ",7,8\n")
    assert rows(wide, "There are 5 columns: the first three") == SQUARE
    assert rows(f"x1,x2,kind,b,n\n{wide}", "There are 5 columns: the first three") == SQUARE
    assert rows(LINES.replace("\n", ",,\n")) == SQUARE  # empty cells of a wider sheet
    assert rows(LINES.replace("a", "a,") + "\n") == SQUARE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_in_every_encoding(encoding):
    text = "x1,x2,클래스\n" + LINES.replace("a", "강아지").replace("b", "똠방각하")
    assert read(text.encode(encoding)).names == ("강아지", "똠방각하")


def test_marks_and_ways_to_compose_letters_make_no_difference():
    assert rows("\ufeff" + LINES) == SQUARE
    assert rows(b"\xef\xbb\xbf" + LINES.encode()) == SQUARE
    assert rows(b"\xfe\xff" + LINES.encode("utf-16-be")) == SQUARE
    apart = LINES.replace("a", "\u1112\u1161\u11ab", 1).replace("a", "한")
    assert read("x1,x2,\u1100\u1161\u11b9\n" + apart).names == ("한", "b")
    assert read("\u1100\u1161\u11b9,x2,x1\n" + "한,0,1\nb,2,3\n한,1,1\nb,0,0").names == ("한", "b")


@pytest.mark.parametrize(
    ("raw", "begins"),
    [
        (b"\xff\xfe\x00", "This is not a text file"),
        (b"\x81\xff" * 9, "This is not a text file"),
        (b"PK\x03\x04" + b"x" * 99, "This is an Excel workbook"),
        (b"1,1,a\n" * 200_000, "Nothing was read, as it has more than 1 MB"),
        ("가" * (MOST_BYTES // 3 + 1), "Nothing was read, as it has more than 1 MB"),
        (b"", "It takes 4 points to learn from; so far: 0"),
        ("x1,x2,label\n", "It takes 4 points to learn from; so far: 0"),
    ],
)
def test_what_is_no_table(raw, begins):
    assert read(raw, begins) is None


def test_just_1_MB_is_read():  # noqa: N802
    filled = LINES.encode() + b"\n" * (MOST_BYTES - len(LINES))
    assert rows(filled) == SQUARE
    assert read(filled + b"\n", "Nothing was read") is None


# What is wrong with a row.


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,abc,a", "x2 is ‘abc’, not a number"),
        ("abc,def,a", "x1 is ‘abc’, not a number"),
        (",1,a", "it has no x1"),
        ('1,"",a', "it has no x2"),
        ("1,2,", "it has no label"),
        ("1,2", "it has 2 of 3 values, ‘1,2’"),
        ("<b>,2", "it has 2 of 3 values, ‘·b·,2’"),
        ("1 2 a", "it has 1 of 3 values, ‘1 2 a’"),
        ("nan,2,a", "x1 is ‘nan’, not a number between"),
        ("1,-inf,a", "x2 is ‘-inf’, not a number between"),
        ("1e300,2,a", "x1 is ‘1e300’, not a number between"),
        ("1,-1000000000001,a", "x2 is ‘-1000000000001’, not a number between"),
        ("1,2,NaN", "label is ‘NaN’, not a number between"),
        ("1,2,Infinity", "label is ‘Infinity’, not a number between"),
        ("1,2,1e999", "label is ‘1e999’, not a number between"),
        ("=1+1,2,a", "x1 is ‘·1+1’, not a number"),
        ("<b>1</b>,2,a", "x1 is ‘·b·1··b·’, not a number"),
        ("[x](y),2,a", "x1 is ‘·x··y·’, not a number"),
        ("\u202e1,2,a", "x1 is ‘·1’, not a number"),
        (f"{'9' * 40},2,a", f"x1 is ‘{'9' * 24}…’, not a number between"),
        (f"{'word' * 20},2,a", "x1 is ‘wordwordwordwordwordword…’, not a number"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_left_out(row, said):
    before, after = LINES[:12], LINES[12:]
    assert rows(f"{before}{row}\n{after}", f"Row 3 is left out: {said}") == SQUARE
    headed = f"x1,x2,label\n{before}{row}\n{after}".replace("\n", "\r\n")
    assert rows(headed, f"Row 4 is left out: {said}") == SQUARE


def test_a_row_as_long_as_a_book_is_named():
    long = LINES + "1" * 200_000 + ",2,a\n" + "1," * 200_000 + "\n9e999,0," + "x" * 100_000
    many = "There are 200,000 columns"
    points = rows(long, many, *(f"Row {row} is left out: " for row in (5, 7)))
    assert points == square([(1.0, 1.0, "1")])


def test_a_number_as_long_as_a_book_is_none_and_soon_known_to_be():
    assert number_in("1" * 130_000 + "x") is None, "its pattern meets each digit once"
    assert number_in("1" * 300) == float("1" * 300) and number_in("0" * 401) is None


def test_the_likeliest_name_is_the_labels():
    for header in ("x1,x2,y,label", "x1,x2,value,class", "label,x1,x2,y"):
        places = [header.split(",").index(name) for name in ("x1", "x2")]
        label = next(k for k, name in enumerate(header.split(",")) if name in ("label", "class"))
        fields = [["7"] * 4 for _ in SQUARE]
        for row, (x1, x2, name) in zip(fields, SQUARE, strict=True):
            row[places[0]], row[places[1]], row[label] = str(x1), str(x2), name
        assert rows(header + "\n" + "\n".join(map(",".join, fields))) == SQUARE


def test_an_open_quotation_mark_does_not_swallow_what_follows():
    assert rows('1,1,"a\n' + LINES) == [(1.0, 1.0, "a"), *SQUARE]
    assert rows('"1,1,a\n' + LINES, "Row 1 is left out: it has 1 of 3 values") == SQUARE
    broken = '1,1,"two\nlines"\n' + LINES
    assert rows(broken, "Row 2 is left out")[0] == (1.0, 1.0, "two")


def test_the_largest_number_is_read():
    assert rows("1e12,-1e12,a\n" + LINES)[0] == (1e12, -1e12, "a")


@pytest.mark.parametrize(("wrong", "more"), [(8, 0), (9, 1), (1500, 1492)])
def test_few_problems_are_told_and_how_many_more_there_are(wrong, more):
    said = [problem["en"] for problem in read_csv(LINES + "?,1,a\n" * wrong).problems]
    assert said[:LISTED] == [
        f"Row {row} is left out: x1 is ‘·’, not a number" for row in range(5, 13)
    ]
    assert said[LISTED:] == ([f"and {more:,} more"] if more else [])


def test_problems_come_in_the_order_of_their_rows():
    text = "".join(f"{k},{k / 3},{k / 7}\n" for k in range(7)) + "1,2,word\n1,2\n?,1,1\n"
    assert len(rows(text, "Row 8 is", "Row 9 is", "Row 10 is")) == 7


def test_rows_beyond_the_most_are_left_and_it_says_so():
    lines = (LINES * (MOST_ROWS // 4 + 1)).splitlines(keepends=True)
    assert len(read("".join(lines[:MOST_ROWS]))) == MOST_ROWS
    for header in ("", "x1,x2,label\n"):
        assert len(read(header + "".join(lines), "There are 2,004 rows: the first")) == MOST_ROWS
    # Also where some of the first cannot be used.
    some = read("?,1,a\n" + "".join(lines[:MOST_ROWS]), "There are 2,001 rows", "Row 1 is left out")
    assert len(some) == MOST_ROWS - 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_points_are_refused(count):
    text = LINES[: 6 * count] + "?,0,b\n"
    said = f"It takes 4 points to learn from; so far: {count}"
    assert read(text, said, f"Row {count + 1} is left out") is None


# What labels mean.


@pytest.mark.parametrize(
    ("labels", "task", "names", "targets"),
    [
        ("b a b a", "binary", ("b", "a"), [0, 1, 0, 1]),
        ("c a b a", "classes", ("c", "a", "b"), [0, 1, 2, 1]),
        ("e d c b a", "classes", ("e", "d", "c", "b", "a"), [0, 1, 2, 3, 4]),
        ("1 0 1 0", "binary", ("0", "1"), [1, 0, 1, 0]),
        ("1.0 -1 1 -1.0", "binary", ("-1", "1"), [1, 0, 1, 0]),
        ("10 2 2 1e1 3", "classes", ("2", "3", "10"), [2, 0, 0, 2, 1]),
        ("4 3 2 1 0", "classes", ("0", "1", "2", "3", "4"), [4, 3, 2, 1, 0]),
        ("5 4 3 2 1 0", "regression", (), [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]),
        ("0.5 1 1 0.5", "regression", (), [0.5, 1.0, 1.0, 0.5]),
        ("0 x 1 0", "classes", ("0", "x", "1"), [0, 1, 2, 0]),
        ("A a A a", "binary", ("A", "a"), [0, 1, 0, 1]),
        ("=1+1 <b> =1+1 <b>", "binary", ("=1+1", "<b>"), [0, 1, 0, 1]),
    ],
)
def test_what_labels_mean(labels, task, names, targets):
    own = read("".join(f"{k},0,{label}\n" for k, label in enumerate(labels.split())))
    assert (own.task, own.names, own.targets.tolist()) == (task, names, targets)
    assert own.targets.dtype == (np.float64 if task == "regression" else np.int64)
    assert own.inputs.dtype == np.float64 and own.inputs[:, 0].tolist() == [*range(len(targets))]


@pytest.mark.parametrize("label", ["a", "7"])
def test_one_class_is_refused(label):
    text = LINES.replace("a", label).replace("b", label)
    assert read(text, f"Every point has the label ‘{label}’: it takes two classes") is None


def test_a_sixth_class_is_refused_and_named():
    text = "x1,x2,label\n" + "".join(f"{k},0,{label}\n" for k, label in enumerate("abacde<g"))
    said = "There are 7 different labels, and 5 classes are the most that there can be: ‘·’ in row"
    assert read(text, said) is None


def test_a_word_among_values_is_a_slip():
    text = "".join(f"{k},0,{k / 4}\n" for k in range(8)) + "8,0,abc\n9,0,\n"
    own = read(
        text, "Row 9 is left out: label is ‘abc’, not a number", "Row 10 is left out: it has"
    )
    assert own.task == "regression" and len(own) == 8
    # What is left may be few whole numbers.
    text = "".join(f"{k},0,{k % 2}\n" for k in range(8)) + "8,0,x\n8,0,y\n8,0,z\n8,0,w\n"
    own = read(text, *(f"Row {row} is left out: label" for row in range(9, 13)))
    assert own.names == ("0", "1")
    # With as many words as numbers it is none.
    text = "".join(f"{k},0,{k}\n{k},0,w{k}\n" for k in range(4))
    assert read(text, "There are 8 different labels, and 5 classes") is None


# How they come onto the plane.


def test_data_that_lie_on_the_plane_stay_as_they_are():
    own = read("-6,0,0.5\n6,1,-1\n0,2,0\n1,2,1\n")
    points = own.points()
    assert points.inputs.tobytes() == own.inputs.tobytes() and own.notes == ()
    assert points.targets.tobytes() == own.targets.tobytes()


def test_what_lies_beyond_the_plane_is_centred_and_scaled_by_axis():
    own = read("100,-1,a\n300,2,b\n150,0,b\n200,1,a\n")
    points = own.points()
    np.testing.assert_array_equal(points.inputs[:, 0], [-5.0, 5.0, -2.5, 0.0])
    np.testing.assert_array_equal(points.inputs[:, 1], own.inputs[:, 1])
    assert points.targets is own.targets
    assert [note["en"] for note in own.notes] == [
        "x₁ from 80 to 320 is moved to −6 to 6, for the network, too"
    ]
    assert own.notes[0]["ko"] == "x₁의 80부터 320까지를 −6부터 6까지로 옮겨 학습하고 보여 줍니다"
    np.testing.assert_allclose(own.scalings[0].undo(points.inputs[:, 0]), own.inputs[:, 0])


def test_what_would_be_a_speck_on_the_plane_is_enlarged():
    own = read("0,0,a\n1,2,b\n0.5,1,b\n0,2,a\n")
    assert own.points().inputs.tolist() == [[-5.0, 0.0], [5.0, 2.0], [0.0, 1.0], [-5.0, 2.0]]
    assert [note["en"] for note in own.notes] == [
        "x₁ from −0.1 to 1.1 is moved to −6 to 6, for the network, too"
    ]


def test_targets_of_a_regression_are_scaled_to_the_colours():
    own = read("0,0,10\n1,3,30.5\n2,1,20\n3,2,51\n")
    points = own.points()
    np.testing.assert_allclose(points.targets, [-1.0, 0.0, -21 / 41, 1.0], rtol=1e-15)
    (note,) = own.notes
    assert note["en"].startswith(
        "label from 10 to 51 is moved to −1 to 1, for the network, too; loss"
    )
    assert own.targets.tolist() == [10.0, 30.5, 20.0, 51.0]


@pytest.mark.parametrize("value", [3.0, 7.0, 1e12, -1e9, 0.0])
def test_values_that_are_all_the_same_are_centred_at_most(value):
    own = read("".join(f"{value!r},{k},{'ab'[k % 2]}\n" for k in range(4)))
    assert own.points().inputs[:, 0].tolist() == [value if abs(value) <= EXTENT else 0.0] * 4


def test_rounding_errors_are_not_spread_over_the_plane():
    apart = np.nextafter(1e12, 0.0)
    own = read(f"1e12,0,a\n{float(apart)!r},3,b\n1e12,3,a\n1e12,0,b\n")
    assert np.abs(own.points().inputs[:, 0]).max() < 0.001


def test_names_are_shown_short_and_harmless():
    own = from_table(
        [(0, 0, "<script>alert(1)</script>"), (1, 1, "한 글자"), (2, 2, "x" * 99)]
    ).points
    assert own.shown_names == ("·script·alert·1···script…", "한 글자", "x" * 24 + "…")
    assert own.names[0] == "<script>alert(1)</script>"


# What is the same.


def test_equal_data_are_equal_and_others_are_not():
    own = read(LINES)
    assert own == read(LINES.replace(",", ";")) and hash(own) == hash(read("x1,x2,y\n" + LINES))
    others = [
        read(LINES.replace("3,3", "3,4")),
        read(LINES.replace("3,3,a", "3,3,b")),
        read(LINES.replace("a", "c")),
        read(LINES.replace("a", "c").replace("b", "a").replace("c", "b")),
        read(LINES.replace("a", "0.5").replace("b", "1")),
        dataclasses.replace(own, scalings=(Scaling(1.0), Scaling(), Scaling())),
        read(LINES + LINES),
    ]
    assert len({one.digest for one in (own, *others)}) == 8
    assert all(one != own for one in others) and own != SQUARE
    # Also for what knows a run by how its settings are written, however many points there are.
    many = "".join(f"{k},0,{k % 2}\n" for k in range(1500))
    assert repr(read(many)) != repr(read(many.replace("700,0,0", "700,1,0")))


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        "0,0,1\n1,1,0\n2,0.1,1\n-0,1e-9,0\n",
        "0,0,0.1\n1,1,-1e9\n2,0,0.30000000000000004\n5,5,5\n",
        '1,1,"a,b"\n2,2,"c ""d"""\n3,3,=1+1\n4,4,x1\n',
        "100,-1e6,고양이\n300,2,개\n150,0,개\n200,1,고양이\n",
    ],
)
def test_what_is_written_reads_as_the_same(text):
    own = read(text)
    assert write_csv(own).startswith("x1,x2,label\r\n")
    assert read(write_csv(own)) == own
    assert read(b"\xef\xbb\xbf" + write_csv(own).encode()) == own
    assert from_table(own.rows()) == (own, ())


# A table.


def test_a_table_is_read_as_a_file_is():
    cells = [(np.float64(0.5), 1, "a"), (2, 3.0, " b "), ("1", "2", "a"), (0, 0, "b")]
    own = from_table(cells).points
    assert own.rows() == [(0.5, 1.0, "a"), (2.0, 3.0, "b"), (1.0, 2.0, "a"), (0.0, 0.0, "b")]
    assert from_table([(0, 0, 1.5), (1, 1, -2), (2, 2, 0)]).points.task == "regression"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((1.0, 2.0, None), "Row 5 is left out: it has no label"),
        ((1.0, None, "a"), "Row 5 is left out: it has no x2"),
        ((float("nan"), 2.0, "a"), "Row 5 is left out: it has no x1"),
        ((1.0, 2.0, "  "), "Row 5 is left out: it has no label"),
        ((float("inf"), 2.0, "a"), "Row 5 is left out: x1 is ‘inf’, not a number between"),
        ((10**400, 2.0, "a"), "Row 5 is left out: x1 is ‘1000"),
        ((True, 2.0, "a"), "Row 5 is left out: x1 is ‘True’, not a number"),
        ((1.0, 2.0, "nan"), "Row 5 is left out: label is ‘nan’"),
    ],
)
def test_rows_of_a_table_that_are_half_empty_or_wrong_are_named(row, said):
    points, (problem,) = from_table([*SQUARE, row, (None, float("nan"), "")])
    assert points.rows() == SQUARE and problem["en"].startswith(said)


def test_half_a_character_is_shown_as_a_question_mark():
    own = from_table(square([(1, 1, "a\ud800")])).points
    assert own.names == ("a", "b", "a?") and read(write_csv(own).encode()) == own
    assert rows(LINES + "\ud800,1,a\n", "Row 5 is left out: x1 is ‘·’") == SQUARE


def test_a_table_is_given_before_there_is_enough_to_learn_from():
    own, problems = from_table(SQUARE[:3])
    assert problems == () and own.missing["en"] == "It takes 4 points to learn from; so far: 3"
    own = from_table([(x1, x2, "a") for x1, x2, _ in SQUARE]).points
    assert own.missing["en"].startswith("Every point has the label ‘a’")
    assert from_table(SQUARE).points.missing is None
    for empty in ([], [(None, None, None)]):
        assert from_table(empty).points is None


def test_a_table_has_at_most_as_many_rows_and_classes_as_a_file():
    own, (problem,) = from_table(SQUARE * 501)
    assert len(own) == MOST_ROWS and problem["en"].startswith("There are 2,004 rows")
    own, (problem,) = from_table([(0, 0, label) for label in "abcdef"])
    assert own is None and problem["en"].endswith("‘f’ in row 6 is one too many")


def test_classes_keep_their_colours_while_a_table_is_edited():
    own = from_table(SQUARE).points
    turned = from_table(SQUARE[::-1][1:], before=own).points
    assert turned.names == ("a", "b") and turned.targets.tolist() == [1, 1, 0]
    assert from_table(SQUARE[::-1][1:]).points.names == ("b", "a")
    more = from_table([(0, 0, "c"), *SQUARE], before=own).points
    assert more.names == ("a", "b", "c") and more.task == "classes"
    assert from_table([(0, 0, "c"), *SQUARE[1:3]], before=more).points.names == ("b", "c")


def test_points_keep_their_place_while_a_table_is_edited():
    own = read("0,0,a\n100,3,b\n50,0,b\n20,3,a\n")
    assert own.scalings[0] == Scaling(50.0, 10.0)
    fewer = from_table(own.rows()[2:], before=own).points
    assert fewer.scalings == own.scalings
    wider = from_table([*own.rows(), (110.0, 0.0, "a")], before=own).points
    assert wider.scalings == own.scalings
    values = read("0,0,10\n1,3,30.5\n2,1,20\n3,2,51\n")
    assert from_table(values.rows()[1:], before=values).points.scalings == values.scalings
    beyond = from_table([*own.rows(), (120.0, 0.0, "a")], before=own).points
    assert beyond.scalings[0] == Scaling(60.0, 12.0) and beyond.scalings[1] == Scaling()


# Points that are clicked into the plane.


def test_points_are_added_one_by_one():
    own = None
    for x1, x2, label in SQUARE:
        own, problems = with_point(own, x1, x2, label, names=("b", "a"))
        assert problems == ()
    assert own.rows() == SQUARE and own.names == ("b", "a") and own.task == "binary"
    assert own.missing is None and own.targets.dtype == np.int64
    own = with_point(own, 1.23456, -6.0, "c").points
    assert own.rows()[-1] == (1.23, -5.99, "c") and own.task == "classes"
    assert with_point(None, 0, 0, "a").points.names == ("a",)


def test_one_class_of_several_is_not_enough():
    own = None
    for x1, x2, _ in SQUARE:
        own = with_point(own, x1, x2, "b", names=("a", "b")).points
    assert own.missing["en"] == "Every point has the label ‘b’: it takes two classes to learn from"


def test_a_click_is_undone_to_what_the_reader_s_numbers_would_be():
    own = read("0,0,10\n100,3,20\n50,1,30.5\n20,3,40\n")
    more, problems = with_point(own, 3.0, 2.0, "25")
    assert problems == () and more.rows()[-1] == (80.0, 2.0, "25.0")
    np.testing.assert_array_equal(more.points().inputs[:-1], own.points().inputs)
    assert more.points().inputs[-1].tolist() == [3.0, 2.0]
    assert more.points().targets[-1] == 0.0
    # It stays there in the table.
    assert from_table(more.rows(), before=more).points == more


@pytest.mark.parametrize("size", [1e-6, 1.0, 1.01, 9.99, 10.0, 33.3, 99.9, 1e9])
def test_a_click_gives_the_numbers_of_its_place(size):
    scaling = Scaling(0.0, size)
    for place in (5.432109876, -1.234567, 0.004999):
        assert abs(scaling.near(place) * (1.0 / size) - place) <= 0.00500001


@pytest.mark.parametrize("place", [(6.0, -6.0), (-6.0, 6.0), (5.999, 0.001)])
@pytest.mark.parametrize("span", [1.0, 9.99, 10.0, 33.3, 1e-6, 1e9])
def test_a_click_at_the_edge_moves_no_other_point(place, span):
    own = from_table([(0.1, 0.1, "a"), (span, span, "b"), (span / 3, 0.1, "b")]).points
    more = with_point(own, *place, "a").points
    assert np.abs(more.points().inputs[-1] - place).max() <= 0.016
    assert from_table(more.rows(), before=more).points.scalings == own.scalings


@pytest.mark.parametrize(
    ("place", "label", "said"),
    [
        ((6.1, 0.0), "a", "No point is added outside the plane"),
        ((0.0, -7.0), "a", "No point is added outside the plane"),
        ((float("nan"), 0.0), "a", "No point is added outside the plane"),
        ((0.0, float("inf")), "a", "No point is added outside the plane"),
        ((0.0, 0.0), " ", "Row 5 is left out: it has no label"),
    ],
)
def test_a_click_that_adds_no_point(place, label, said):
    own = read(LINES)
    same, (problem,) = with_point(own, *place, label)
    assert same is own and problem["en"] == said
    assert with_point(None, *place, label).points is None


def test_clicks_keep_the_limits():
    own = from_table([(0, 0, label) for label in "abcde"]).points
    same, (problem,) = with_point(own, 0.0, 0.0, "f")
    assert same is own and problem["en"].startswith("No point of ‘f’ was added: 5 classes")
    assert len(with_point(own, 0.0, 0.0, "e").points) == MOST_CLASSES + 1
    full = from_table(SQUARE * (MOST_ROWS // 4)).points
    same, (problem,) = with_point(full, 0.0, 0.0, "a")
    assert same is full and problem["en"].startswith("No point was added: 2,000")
    values = from_table([(0, 0, 0.5), (1, 1, 0.7)]).points
    for label in ("a", "nan", "1e13"):
        same, (problem,) = with_point(values, 0.0, 0.0, label)
        assert same is values and problem["en"].startswith(f"Row 3 is left out: label is ‘{label}’")


# All of it.


def test_own_points_are_split_class_by_class():
    own = read("x1,x2,label\n" + LINES * 25)
    train, test = own.split(0.3, seed=1)
    assert np.bincount(train.targets).tolist() == [15, 15]
    assert len(train) == 30 and len(test) == 70
    assert {*train.targets.tolist()} == {*test.targets.tolist()} == {0, 1}
    together = np.concatenate([train.inputs, test.inputs])
    assert sorted(map(tuple, together)) == sorted(map(tuple, own.points().inputs))


def test_every_sentence_is_in_both_languages():
    texts = [LINES.replace("a", "b"), "x1,x2,x3,x4\n1,2,3,4\n1,2\n", b"\x81\xff", b"PK\x03\x04"]
    texts += ["x\n" * 99, "1" * (MOST_BYTES + 1), "100,0,1\n0,0,nan\n5,9,1.5\n3,3,\n7,1,5\n1,2,?"]
    texts += ["".join(f"{k},0,{label}\n" for k, label in enumerate("abcdef")), LINES * 501]
    reads = [read_csv(text) for text in texts]
    reads += [with_point(read(LINES), *at) for at in ((9, 0, "a"), (0, 0, ""))]
    own = from_table(SQUARE * 500).points
    five = from_table([(0, 0, label) for label in "abcde"]).points
    reads += [with_point(own, 0, 0, "a"), with_point(five, 0, 0, "f"), from_table([])]
    notes = read("0,0,10\n100,9,20\n50,1,30.5\n20,3,40\n").notes
    said = [*notes, *itertools.chain(*(one.problems for one in reads))]
    assert len({problem["en"] for problem in said}) > 25
    for problem in said:
        for language in LANGUAGES:
            own_words = re.sub("‘.*?’", "", problem[language])
            assert foreign(own_words, language) == []
            assert "{" not in problem[language] and problem[language]
        assert problem["ko"].endswith(("다", "’", "주십시오")), problem


@pytest.mark.parametrize("counts", [(2, 2), (5, 5), (98, 2), (1, 30), (4, 4, 4, 4, 4)])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_every_class_is_trained_on_and_no_point_is_lost(counts, share):
    labels = [name for name, count in zip("abcde", counts, strict=False) for _ in range(count)]
    own = from_table([(0.01 * k, k % 5, label) for k, label in enumerate(labels)]).points
    for seed in range(20):
        train, test = own.split(share, seed)
        assert set(train.targets.tolist()) == set(range(len(counts))) and len(test)
        places = np.concatenate([train.inputs, test.inputs])
        assert sorted(map(tuple, places)) == sorted(map(tuple, own.points().inputs))
        for name, count in enumerate(counts):
            mine = int((train.targets == name).sum())
            assert mine == (min(max(round(share * count), 1), count - 1) if count > 1 else 1)


def test_values_are_split_like_any_others():
    own = from_table([(0.1 * k, k % 5, 0.37 * k) for k in range(20)]).points
    train, test = own.split(0.7, 3)
    assert (len(train), len(test)) == (14, 6)
