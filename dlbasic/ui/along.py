"""What a reader takes along of a figure: its pictures, their data, its Python, a page to print."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from dlbasic.text import Language, Text
from dlbasic.ui.component import component
from dlbasic.ui.example import example
from dlbasic.ui.kept import NotMeasuredError
from dlbasic.ui.lesson_link import absolute
from dlbasic.ui.link import Controls, Portable
from dlbasic.ui.own_data import say_what_a_link_lacks
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


class File(NamedTuple):
    """A file that is written when it is asked for."""

    kind: str
    title: str
    write: Callable[[], str]


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
        panel = Panel(controls, figure.key, figure.words)
        others = [
            File(offer.kind, offer.title(panel), partial(offer.write, panel))
            for offer in figure.offers
            if offer.kind != "python"
        ]
        key, title = f"files-{figure.key}", figure.name[language]
        files(key, own, name, title, language, others=others, whole=True)
        _handout(controls)
        scripts = [(_CODE[language], example(panel, figure))]
        scripts += [
            (offer.title(panel), offer.write(panel))
            for offer in figure.offers
            if offer.kind == "python"
        ]
        for heading, code in scripts:
            if code:
                st.markdown(f"**{heading}**")
                st.code(code, language="python")


def files(
    key: str, charts: Mapping[str, Portable], name: str, title: str, language: Language, *,
    others: Sequence[File] = (), whole: bool = False,
) -> None:  # fmt: skip
    """A row of buttons for each picture, SVG, PNG and CSV, and for each of the other files.

    ``name`` is that of the files, ``title`` what an only picture is called.  With ``whole``, for a
    figure, there is Print, too, and the browser tells when the page's address has changed.
    """
    rows: list[dict[str, Any]] = []
    written: dict[str, Callable[[], str]] = {}  # by row, what is written when it is asked for
    for place, (chart, shown) in enumerate(charts.items()):
        *pictures, last = shown.pictures(language)
        if pictures:  # a player; of charts the browser knows their order alone
            rows += [{"of": chart, "place": 0, "title": one, "kinds": ["png"]} for one in pictures]
            rows.append({"of": chart, "place": 1, "title": last, "kinds": ["png", "csv"]})
        else:
            kinds = ["svg", "png", "csv"]
            rows.append({"of": chart, "place": place, "title": last, "kinds": kinds})
        written[chart] = partial(_csv, shown, language)
    for place, file in enumerate(others):
        rows.append({"of": f"other-{place}", "title": file.title, "kinds": [file.kind]})
        written[f"other-{place}"] = file.write
    for number, row in enumerate(rows, start=1):
        row["file"] = f"{name}-{number}" if len(rows) > 1 else name
        if len(rows) == 1:
            row["title"] = title
        else:
            row["number"] = f"{number}."
    _mount(
        key=key,
        data={
            "rows": rows,
            "whole": whole,
            "words": {name: text[language] for name, text in _WORDS.items()},
            "written": _asked_for(key, written, language),
        },
        on_asked_change=lambda: None,
        on_moved_change=lambda: None,
    )


def _csv(shown: Portable, language: Language) -> str:
    return shown.csv(language).decode()


def _asked_for(
    key: str, written: Mapping[str, Callable[[], str]], language: Language
) -> dict[str, Any] | None:
    """The file that the browser has asked for: of which row, and its text.

    While it is being written a touch may begin this anew, see :func:`~dlbasic.ui.kept.again`:
    until it is there it stays asked for.
    """
    memory, said = f"{key}-asked", (st.session_state.get(key) or {}).get("asked")
    if isinstance(said, str):
        st.session_state[memory] = said
    asked, text = st.session_state.get(memory, ""), None
    with st.container():  # always there: the buttons keep their place while a bar stands above them
        if asked in written:
            try:
                text = written[asked]()
            except NotMeasuredError as failed:
                st.warning(failed.reason[language])
    st.session_state.pop(memory, None)
    # Streamlit keeps from the browser what is as it was: asked for twice, it must differ.
    return None if text is None else {"of": asked, "text": text, "at": time.time()}


def _handout(controls: Controls) -> None:
    """The link as text and as a QR code, which goes on the printed page, too."""
    language = controls.language
    said = {name: text for name, text in controls.link().items() if name not in (VIEW, HOST)}
    link = absolute(controls.site, controls.page, said)
    st.markdown(f"**{_LINK[language]}**")
    picture, text = st.columns([1, 4], gap="medium", vertical_alignment="center")
    with text:
        st.code(link, language=None, wrap_lines=True)
        say_what_a_link_lacks(controls)
    with picture, suppress(ValueError):  # a link may be longer than any QR code
        st.html(qr_code(link, _QR[language]))
