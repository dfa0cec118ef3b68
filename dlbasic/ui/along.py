"""What a reader takes along of a figure: its pictures, their data, its Python, a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from dlbasic.text import Language, Text
from dlbasic.ui.component import component
from dlbasic.ui.example import example
from dlbasic.ui.lesson_link import absolute
from dlbasic.ui.link import Controls, Portable
from dlbasic.ui.page import HOST, VIEW, Figure
from dlbasic.ui.panel import Panel
from dlbasic.ui.share import qr_code

_OPEN = Text(ko="가져가기", en="Take it along")
_LINK = Text(ko="지금 화면을 여는 링크", en="Link to what is on the screen now")
_QR = Text(ko="링크의 QR 코드", en="QR code of the link")
_CODE = Text(
    ko="이 그림의 수를 다시 계산하는 Python 코드", en="Python that computes the figure’s numbers"
)
_WORDS = {
    "print": Text(ko="인쇄하기", en="Print"),
    "printed": Text(
        ko="그림과 설명, 수를 A4 한 장에 인쇄합니다. 링크와 QR 코드도 함께 들어갑니다.",
        en="The figure, its words and numbers on one A4 page, with the link and its QR code.",
    ),
    "save": Text(ko="{title}: {kind} 파일로 저장", en="{title}: save as {kind}"),
    "failed": Text(ko="그림을 저장하지 못했습니다", en="The picture could not be saved"),
}

_HTML = '<div class="files"></div>'
_mount = component("dlbasic_export", ("export.js", "export.css"), _HTML)


@st.fragment
def along(controls: Controls, figure: Figure) -> None:
    """The fold at the end of a figure; what is in it is made once it is opened."""
    language = controls.language
    key = f"along-{figure.key}"
    fold = st.expander(_OPEN[language], key=key, icon=":material/download:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        own = {name: chart for name, chart in controls.memory.charts.items()
               if not name.startswith("claim-")}  # fmt: skip
        name = f"{controls.page.key}-{figure.key}"
        files(f"files-{figure.key}", own, name, figure.name[language], language, whole=True)
        _handout(controls)
        code = example(Panel(controls, figure.key, figure.words), figure)
        if code:
            st.markdown(f"**{_CODE[language]}**")
            st.code(code, language="python")


def files(
    key: str, charts: Mapping[str, Portable], name: str, title: str, language: Language, *,
    whole: bool = False,
) -> None:  # fmt: skip
    """A row of buttons for each picture: SVG, PNG, and CSV, which is made when it is pressed.

    ``name`` is that of the files, ``title`` what an only picture is called.  With ``whole``, for a
    figure, there is Print, too, and the browser tells when the page's address has changed.
    """
    rows: list[dict[str, Any]] = []
    for place, (chart, shown) in enumerate(charts.items()):
        *others, last = shown.pictures(language)
        if others:  # a player; of charts the browser knows their order alone
            rows += [{"chart": chart, "place": 0, "title": one, "kinds": ["png"]} for one in others]
            rows.append({"chart": chart, "place": 1, "title": last, "kinds": ["png", "csv"]})
        else:
            kinds = ["svg", "png", "csv"]
            rows.append({"chart": chart, "place": place, "title": last, "kinds": kinds})
    for number, row in enumerate(rows, start=1):
        row["file"] = f"{name}-{number}" if len(rows) > 1 else name
        if len(rows) == 1:
            row["title"] = title
        else:
            row["number"] = f"{number}."
    pressed = (st.session_state.get(key) or {}).get("csv")
    wanted = charts.get(pressed) if isinstance(pressed, str) else None
    _mount(
        key=key,
        data={
            "rows": rows,
            "whole": whole,
            "words": {name: text[language] for name, text in _WORDS.items()},
            "csv": wanted and {"chart": pressed, "text": wanted.csv(language).decode()},
        },
        on_csv_change=lambda: None,
        on_moved_change=lambda: None,
    )


def _handout(controls: Controls) -> None:
    """The link as text and as a QR code, which goes on the printed page, too."""
    language = controls.language
    said = {name: text for name, text in controls.link().items() if name not in (VIEW, HOST)}
    link = absolute(controls.site, controls.page, said)
    st.markdown(f"**{_LINK[language]}**")
    picture, text = st.columns([1, 4], gap="medium", vertical_alignment="center")
    with text:
        st.code(link, language=None, wrap_lines=True)
    with picture, suppress(ValueError):  # a link may be longer than any QR code
        st.html(qr_code(link, _QR[language]))
