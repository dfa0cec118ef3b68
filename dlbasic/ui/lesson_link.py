"""For a class: a link that fixes or hides controls, with or without predictions; the projector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.params import Param
from dlbasic.text import LANGUAGE_NAMES, LANGUAGES, Language, Text
from dlbasic.ui import room
from dlbasic.ui.contents import address
from dlbasic.ui.link import Controls
from dlbasic.ui.own_data import say_what_a_link_lacks
from dlbasic.ui.page import (
    EVERYWHERE,
    FIX,
    HIDE,
    PREDICT,
    ROOM,
    SHOWN,
    VIEW,
    Figure,
    Page,
    Site,
    is_moved,
)

_OPEN = Text(ko="수업에 쓰기", en="For your class")
_ABOUT = Text(
    ko="지금 화면을 그대로 여는 링크입니다. 학생이 바꾸지 않을 설정은 고정하거나 숨길 수 있습니다.",
    en="This link opens what is on the screen now. Fix or hide what students should leave alone.",
)
_LINK = Text(ko="학생에게 줄 링크", en="Link for your students")
_PROJECTOR = Text(ko="프로젝터 화면", en="Projector view")
_PROJECT = Text(ko="지금 프로젝터 화면으로 보기", en="Show this on the projector now")
_LEAVE = Text(ko="프로젝터 화면 끝내기", en="Leave the projector view")
_LANGUAGE = Text(ko="링크의 언어", en="Language of the link")


def offer(controls: Controls, figure: Figure | None) -> None:
    """The button that opens all this."""
    language = controls.language
    if st.button(_OPEN[language], key="for-class", icon=":material/co_present:"):
        st.dialog(_OPEN[language], width="medium")(_compose)(controls, figure)


def leave(controls: Controls) -> None:
    """On the projector, the way back to the page."""
    if controls[VIEW] == "projector":
        st.button(_LEAVE[controls.language], key="leave-projector", type="tertiary",
                  on_click=controls.set, args=(VIEW, "page"))  # fmt: skip


def link(controls: Controls, language: Language, **said: Any) -> str:
    """The link to the figure on the screen, with these values of what holds on every page."""
    own = controls.figure.controls if controls.figure else controls.page.params
    query = {"lang": language} | {
        name: text for name, text in controls.link().items()
        if name == SHOWN or (name in own and name not in EVERYWHERE)
    } | {
        name: EVERYWHERE[name].write(value)
        for name, value in said.items()
        if value != EVERYWHERE[name].default
    }  # fmt: skip
    return absolute(controls.site, controls.page, query)


def joining(controls: Controls) -> str:
    """The link by which a class joins the room at this figure, under the settings it stands at."""
    kept = {name: controls[name] for name in (PREDICT, FIX, HIDE, ROOM)}
    return link(controls, controls.language, **kept)


def absolute(site: Site, page: Page, query: Mapping[str, str]) -> str:
    """The whole link to a page with these controls set, as the browser's own address has it."""
    here = urlsplit((st.context.url or "").replace("/~/+/", "/"))
    folder, _, last = here.path.rpartition("/")
    root = folder if last in site else here.path.rstrip("/")
    return urljoin(f"{here.scheme}://{here.netloc}{root}/", address(site, page, query))


def _compose(controls: Controls, figure: Figure | None) -> None:
    language = controls.language
    st.markdown(_ABOUT[language])
    said: dict[str, Any] = {ROOM: controls[ROOM]}
    if figure:
        names = [name for name, param in figure.params.items() if is_moved(name, param)]
        for place in (FIX, HIDE):
            others = [name for name in controls[place] if name not in names]
            said[place] = (*others, *st.pills(
                EVERYWHERE[place].label[language], names, selection_mode="multi", wrap=True,
                default=[name for name in controls[place] if name in names], key=f"class-{place}",
                format_func=lambda name: _label(name, figure.params[name], language),
            ))  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        spoken = st.segmented_control(
            _LANGUAGE[language], LANGUAGES, required=True, default=language, key="class-lang",
            format_func=LANGUAGE_NAMES.__getitem__,
        )  # fmt: skip
        said[PREDICT] = st.toggle(EVERYWHERE[PREDICT].label[language], controls[PREDICT],
                                  key="class-predict")  # fmt: skip
        projector = st.toggle(_PROJECTOR[language], key="class-view")
        said[VIEW] = "projector" if projector else "page"
    st.markdown(f"**{_LINK[language]}**")
    st.code(link(controls, spoken, **said), language=None, wrap_lines=True)
    say_what_a_link_lacks(controls)
    with st.container(horizontal=True):
        room.offer(controls)
        if st.button(_PROJECT[language], key="project", icon=":material/fullscreen:"):
            controls.set(VIEW, "projector")
            st.rerun()


def _label(name: str, param: Param, language: Language) -> str:
    """What a control is called where it stands alone."""
    function = name.partition(".")[0]
    label = param.label.short[language]
    return f"{function_names(language)[function]} · {label}" if function in ACTIVATIONS else label
