"""The reader's own data: a file, a pasted table, cells to fill; kept in this session alone."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from string import punctuation
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.datasets.own import LABEL, Own, Read
from dlbasic.datasets.own_csv import MOST_BYTES, read_csv, write_csv
from dlbasic.datasets.own_rows import (
    MOST_CLASSES,
    MOST_ROWS,
    from_table,
    with_point,
)
from dlbasic.measures.tasks import OWN
from dlbasic.text import Language, Text, harmless
from dlbasic.ui.component import component, pressable
from dlbasic.ui.link import Controls
from dlbasic.ui.panel import Panel

_OPEN = Text(ko="내 데이터", en="Your own data")
_ABOUT = Text(
    ko="행마다 x1, x2, 정답(label)이 있는 표를 파일로 열거나 붙여 넣으십시오. "
    "아래 표에 직접 적어도 됩니다. 행은 {rows:,}개까지 읽습니다. "
    "정답이 낱말이거나 서로 다른 값이 {classes}개 이하인 정수이면 클래스로, "
    "그 밖의 수이면 회귀(regression)에서 예측할 값으로 봅니다.",
    en="Open or paste a table whose rows have x1, x2 and a label, or write into the table below: "
    "at most {rows:,} rows. Labels that are words, or whole numbers with at most {classes} "
    "different values, are classes; other numbers are values to predict (regression).",
)
_PRIVATE = Text(
    ko="데이터는 이 세션에만 있습니다. "
    "링크에는 들어가지 않고, 페이지를 닫거나 새로 고치면 사라집니다.",
    en="Your data stays in this session: it is not in the link, and it is gone when you close or "
    "reload the page.",
)
_NOT_IN_A_LINK = Text(
    ko="내 데이터는 링크에 들어가지 않습니다.", en="Your own data is not in the link."
)
_FILE = Text(ko="CSV 파일 열기", en="Open a CSV file")
_PASTE = Text(ko="붙여 넣기", en="Paste a table")
_EXAMPLE = Text(ko="x1,x2,정답\n0.5,−1,가\n2,1.5,나", en="x1,x2,label\n0.5,−1,a\n2,1.5,b")
_READ = Text(ko="붙여 넣은 표 읽기", en="Read what was pasted")
_TABLE = Text(ko="내 데이터의 표, 점마다 한 행", en="Table of your own data, a row for each point")
_ROW = Text(ko="행", en="Row")
_CLASSES = Text(ko="점 {count:,}개, 클래스별로 {each}", en="Points: {count:,}; by class: {each}")
_EACH = Text(ko="{name} {count:,}개", en="{name} {count:,}")
_VALUES = Text(
    ko="점 {count:,}개, 회귀(regression)로 예측할 값은 {low}부터 {high}까지",
    en="Points: {count:,}; regression, values from {low} to {high}",
)
_FOUND = Text(ko="읽은 표에서 찾은 문제입니다.", en="Problems in what was read:")
_USELESS = Text(
    ko="읽은 표를 쓸 수 없어서 아무것도 바꾸지 않았습니다.",
    en="What was read cannot be used, so nothing has changed:",
)
_SAVE = Text(ko="CSV로 저장", en="Save as CSV")
_CLEAR = Text(ko="모두 지우기", en="Remove all")

_HTML = '<label><input type="file"><span></span></label>'
_CSS = (
    pressable("label")
    + """
label { display: inline-flex; align-items: center; box-sizing: border-box; }
input { position: absolute; width: 1px; height: 1px; opacity: 0; }
"""
)
_open = component("dlbasic_open", ("open.js",), _HTML, _CSS)

_PRESS = Text(ko="그림을 눌러 찍을 점의 정답", en="Label of the point that a press on the map adds")
_LETTERS = "ABCDEFGHIJ"
_NAMES = ("A", "B")  # of the first classes, where there are no data yet
_COLUMNS = ("x1", "x2", "y")
Cells = Sequence[Any]  # of a row of the table: x1, x2, label; None where there is nothing


@dataclass
class _Memory:
    """What a reader's session has of the data, and of the table that shows them."""

    own: Own | None = None
    press: str = ""  # the label that was chosen for what a press on the plane adds
    rows: list[Cells] = field(default_factory=list)  # what the table holds, half empty ones, too
    problems: tuple[Text, ...] = ()
    heading: Text | None = None  # what they are of, where it is not the table
    sent: list[Cells] = field(default_factory=list)  # what the browser lays its edits over
    version: int = 0  # of the table: under another key it begins anew
    key: str = ""


def _memory() -> _Memory:
    memory: _Memory = st.session_state.setdefault("own", _Memory())
    return memory


def own_points() -> Own | None:
    """The points that this reader has given, as they are in this run.

    They may be too few to learn from as yet: their ``missing`` says so.
    """
    return _memory().own


def say_what_a_link_lacks(controls: Controls) -> None:
    """Where the page learns the own points, that a link does not have them."""
    if "data" in controls.params and controls["data"] == OWN:
        st.caption(_NOT_IN_A_LINK[controls.language])


def add_point(x1: float, x2: float, label: str, names: Sequence[str] = ()) -> None:
    """Add a point where the reader has clicked into the plane; for a callback.

    Where there are no data yet, the classes are ``names``.
    """
    memory = _memory()
    if memory.own is None and memory.rows:  # a table that cannot be used: the point is one row more
        memory.heading, rows = None, [*memory.rows, (x1, x2, label)]
        own, problems = from_table(rows)
        _keep(memory, own, rows)
        memory.problems = problems
        return
    own, problems = with_point(memory.own, x1, x2, label, names)
    if own is not memory.own and own is not None:
        _keep(memory, own, [*memory.rows, own.rows()[-1]])
    memory.problems, memory.heading = problems, None


def press(x1: float, x2: float) -> None:
    """Add a point where the reader has pressed the plane, of the class that is chosen."""
    add_point(x1, x2, _pressed(_memory()), _NAMES)


def _pressed(memory: _Memory) -> str:
    """The label of the point that a press adds: the one chosen last, if it still can be."""
    own = memory.own
    if own is not None and own.task == "regression":
        return memory.press or "0"
    choices = _choices(own)
    return memory.press if memory.press in choices else choices[0]


def _choices(own: Own | None) -> list[str]:
    """The classes that a press may add a point to: those there are, and a new one."""
    names = own.names if own is not None else _NAMES
    following = next(name for name in _LETTERS if name not in names)
    return [*names, following][:MOST_CLASSES]


def _choose() -> None:
    _memory().press = st.session_state["own-press"]


def _pressing(memory: _Memory, language: Language) -> None:
    """What a press on the plane adds."""
    own, label = memory.own, _pressed(memory)
    st.session_state["own-press"] = label
    if own is not None and own.task == "regression":
        st.text_input(_PRESS[language], key="own-press", on_change=_choose)
    else:
        st.segmented_control(_PRESS[language], _choices(own), key="own-press", required=True,
                             wrap=True, on_change=_choose, format_func=_plain)  # fmt: skip


def _plain(name: str) -> str:
    """A class's name where Markdown would be read."""
    return "".join(f"\\{letter}" if letter in punctuation else letter for letter in harmless(name))


def own_data_fold(panel: Panel) -> None:
    """What a press on the map adds, what was made of the data, and the fold with the other ways."""
    language = panel.language
    _pressing(_memory(), language)
    fold = st.expander(_OPEN[language], key="own-fold", icon=":material/table:", on_change="rerun")
    if not fold.open:
        _told(_memory(), language)
        return
    with fold:
        slots = {"rows": MOST_ROWS, "classes": MOST_CLASSES}
        st.markdown(_ABOUT.fill(language, slots) + " " + _PRIVATE[language])
        _open(key="own-file", data={"label": _FILE[language], "most": MOST_BYTES + 1},
              on_file_change=_opened)  # fmt: skip
        with st.form("own-paste", border=False):
            st.text_area(_PASTE[language], key="own-text", height=110,
                         placeholder=_EXAMPLE[language])  # fmt: skip
            st.form_submit_button(_READ[language], on_click=_pasted)
        _told(_memory(), language)
        _table(_memory(), language)


def _told(memory: _Memory, language: Language) -> None:
    """What the data are, where they stand, what is missing, what was wrong."""
    own = memory.own
    if own is not None:
        said = [_summary(own, language), *(note[language] for note in own.notes)]
        st.markdown("\n".join(f"- {one}" for one in said))
    missing = [own.missing] if own is not None and own.missing else []
    wrong = [text[language] for text in (*missing, *memory.problems)]
    if wrong:
        heading = f"{memory.heading[language]}\n\n" if memory.heading else ""
        st.warning(heading + "\n".join(f"- {one}" for one in wrong))


def _summary(own: Own, language: Language) -> str:
    if own.task == "regression":
        low, high = float(own.targets.min()), float(own.targets.max())
        return _VALUES.fill(language, {"count": len(own), "low": low, "high": high})
    counts = np.bincount(own.targets, minlength=len(own.names)).tolist()
    each = ", ".join(
        _EACH.fill(language, {"name": name, "count": count})
        for name, count in zip(own.shown_names, counts, strict=True)
    )
    return _CLASSES.fill(language, {"count": len(own), "each": each})


def _table(memory: _Memory, language: Language) -> None:
    """The rows as cells that can be edited, and what can be done with all of them."""
    memory.key = f"own-table-{language}-{memory.version}"
    if memory.key not in st.session_state:
        # It was not on the page: what the browser knew of it is gone, or tells of other rows.
        memory.version += 1
        memory.key = f"own-table-{language}-{memory.version}"
        memory.sent = list(memory.rows)
    frame = pd.DataFrame(memory.sent, columns=_COLUMNS, index=range(1, len(memory.sent) + 1))
    st.data_editor(
        frame.astype({"x1": float, "x2": float, "y": "str"}), num_rows="dynamic",
        hide_index=False, key=memory.key, on_change=_edited, args=(memory.key,),
        alt=_TABLE[language],
        column_config={"_index": st.column_config.Column(_ROW[language]),
                       "y": st.column_config.TextColumn(LABEL[language])},
    )  # fmt: skip
    if memory.rows:
        with st.container(horizontal=True):
            if memory.own is not None:
                text = "\ufeff" + write_csv(memory.own)
                st.download_button(_SAVE[language], text.encode(), "points.csv", "text/csv",
                                   key="own-save", on_click="ignore")  # fmt: skip
            st.button(_CLEAR[language], key="own-clear", on_click=_cleared)


def _keep(memory: _Memory, own: Own | None, rows: Sequence[Cells]) -> None:
    """Have these data, and a table that begins anew with their rows."""
    memory.own, memory.rows, memory.key = own, list(rows), ""
    memory.version += 1


def _take(read: Read) -> None:
    """Keep what was read; what cannot be used at all leaves what there was."""
    memory = _memory()
    if read.points is not None:
        memory.press = ""
        _keep(memory, read.points, read.points.rows())
    memory.problems = read.problems
    memory.heading = _USELESS if read.points is None else _FOUND


def _opened() -> None:
    """Read the file that the browser has sent, as a ``data:`` address."""
    said = st.session_state["own-file"].get("file")
    if isinstance(said, str):
        with suppress(ValueError):  # of what is no file's address
            _take(read_csv(b64decode(said.partition(",")[2], validate=True)))


def _pasted() -> None:
    _take(read_csv(st.session_state["own-text"]))


def _cleared() -> None:
    memory = _memory()
    _keep(memory, None, [])
    memory.problems, memory.heading = (), None


def _edited(key: str) -> None:
    memory = _memory()
    if key != memory.key:
        return  # a table that has left the page tells its edits once more
    memory.rows = _over(memory.sent, st.session_state[key])
    memory.own, memory.problems = from_table(memory.rows, memory.own)
    memory.heading = None


def _over(rows: Sequence[Cells], edits: Mapping[str, Any]) -> list[Cells]:
    """The rows as they are with what was edited in them."""
    cells = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    for place, changed in edits["edited_rows"].items():
        if place < len(cells):
            cells[place].update(changed)
    gone = set(edits["deleted_rows"])
    left = [row for place, row in enumerate(cells) if place not in gone]
    return [tuple(row.get(column) for column in _COLUMNS) for row in (*left, *edits["added_rows"])]
