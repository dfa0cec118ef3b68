"""A class's room on the page: joining it, its questions, and what was answered once uncovered."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from typing import Any

import streamlit as st

from dlbasic.claims import CLAIMS, Claim
from dlbasic.text import Language, Text, percent
from dlbasic.ui.link import Controls
from dlbasic.ui.page import HOST, ROOM
from dlbasic.ui.rooms import NOT_YOURS, RoomError, Rooms
from dlbasic.ui.share import qr_code

OFTEN = 2.0  # s between two looks: the projector's for answers, a student's for the result

_OPEN = Text(ko="학생의 예측을 받을 방 열기", en="Open a room for your class's predictions")
_YOURS = Text(ko="방 **{code}**", en="Room **{code}**")
_JOINED = Text(ko="방 {code}에 들어와 있습니다.", en="You are in room {code}.")
_JOIN = Text(ko="참여 링크와 QR 코드", en="Link and QR code to join")
_QR = Text(ko="방에 들어오는 링크의 QR 코드", en="QR code of the link that joins the room")
_LEAVE = Text(ko="방에서 나가기", en="Leave the room")
_CLOSE = Text(ko="방 닫기", en="Close the room")
_SEND = Text(
    ko="고르면 바로 전해집니다. 공개되기 전에는 바꿀 수 있습니다.",
    en="Your choice is sent at once. You can change it until the answers are shown.",
)
_SENT = Text(
    ko="답을 보냈습니다. 공개되기 전에는 바꿀 수 있고, 공개되면 결과가 나타납니다.",
    en="Sent. You can change it until the answers are shown; the result then appears here.",
)
_CLOSING = Text(
    ko="방을 닫으면 모은 답이 사라집니다.", en="Closing the room deletes the answers in it."
)
_COUNT = Text(ko="지금까지 {total}명이 답했습니다.", en="{total} have answered so far.")
_UNCOVER = Text(ko="답과 측정 결과 공개하기", en="Show the answers and the measurement")
_ANSWERS = Text(ko="학급의 예측 ({total}명)", en="What the class predicted ({total})")

_made: list[Rooms] = []
_making = threading.Lock()


def rooms() -> Rooms:
    """The rooms of this process."""
    with _making:
        if not _made:
            questions = {key: tuple(claim.answers) for key, claim in CLAIMS.items()}
            _made.append(Rooms(questions, st.get_option("server.port")))
        return _made[0]


def offer(controls: Controls) -> None:
    """The button that opens a room, in the dialog for a class."""
    language = controls.language
    if controls[ROOM] or not st.button(_OPEN[language], key="open-room"):
        return
    try:
        code, secret = rooms().open()
    except RoomError as refused:
        st.warning(refused.reason[language])
        return
    controls.set(ROOM, code)
    controls.set(HOST, secret)
    st.rerun()


def hosts(controls: Controls) -> bool:
    """Whether this reader has the key to the room."""
    return bool(controls[HOST])


def joined(controls: Controls) -> bool:
    """Whether this reader is in a room that is there."""
    return bool(controls[ROOM]) and rooms().holds(controls[ROOM])


def bar(controls: Controls, link: Callable[[], str]) -> None:
    """Which room one is in, the way in for others, the way out; or why there is no such room."""
    if not controls[ROOM]:
        return
    language, code = controls.language, controls[ROOM]
    try:
        opens = rooms().opens(code, controls[HOST])
        if hosts(controls) and not opens:
            controls.keep(HOST, "")
            st.warning(NOT_YOURS[language])
    except RoomError as refused:
        st.warning(refused.reason[language])
    host, there = hosts(controls), joined(controls)
    with st.container(horizontal=True, vertical_alignment="center", key="room"):
        if there:
            words = (_YOURS if host else _JOINED).fill(language, {"code": code})
            st.markdown(words, width="content")
            if host:
                _join(language, link)
        if host and there:
            with st.popover(_CLOSE[language], key="closing"):
                st.markdown(_CLOSING[language])
                st.button(_CLOSE[language], key="close-room", on_click=_leave, args=(controls,))
        else:
            st.button(_LEAVE[language], key="leave-room", on_click=_leave, args=(controls,))


@st.fragment
def _join(language: Language, link: Callable[[], str]) -> None:
    """The link as it is when it is asked for, and its QR code, unless it is too long for one."""
    way_in = st.popover(_JOIN[language], icon=":material/qr_code_2:", key="join", on_change="rerun")
    if way_in.open:
        with way_in:
            leads = link()
            with suppress(ValueError):
                st.html(qr_code(leads, _QR[language]))
            st.code(leads, language=None, wrap_lines=True)


def _leave(controls: Controls) -> None:
    """Go out; who opened the room closes it."""
    if hosts(controls):
        with suppress(RoomError):  # it has ended
            rooms().close(controls[ROOM], controls[HOST])
    for name in (ROOM, HOST):
        controls.set(name, "")


def covered(controls: Controls, claim: Claim[Any]) -> bool | None:
    """Whether the answers of the class are still covered; None where there is no room."""
    if not controls[ROOM]:
        return None
    try:
        return rooms().counts(controls[ROOM], claim.key).each is None
    except RoomError:
        return None


def _student() -> str:
    """Who answers, as far as the room knows: a random id of this session."""
    student: str = st.session_state.setdefault("student", secrets.token_hex(8))
    return student


def send(controls: Controls, claim: Claim[Any], answer: str) -> None:
    """Give this reader's answer to the room; raises ``RoomError`` where it is refused."""
    rooms().answer(controls[ROOM], _student(), claim.key, answer)


def chosen(controls: Controls, claim: Claim[Any]) -> str | None:
    """What this reader has answered in the room."""
    with suppress(RoomError):
        return rooms().chosen(controls[ROOM], _student(), claim.key)
    return None


def wait(controls: Controls, claim: Claim[Any], sent: bool) -> None:
    """Under a student's question: whether the answer is there; the result comes by itself."""
    st.caption((_SENT if sent else _SEND)[controls.language])
    if sent:
        st.fragment(_uncovered, run_every=OFTEN)(controls, claim)


def _uncovered(controls: Controls, claim: Claim[Any]) -> None:
    if not covered(controls, claim):
        st.rerun()


def project(controls: Controls, claim: Claim[Any], question: str) -> None:
    """The question on the projector, and how many have answered it."""
    language = controls.language
    st.markdown(question)
    st.markdown("\n".join(f"- {answer[language]}" for answer in claim.answers.values()))
    st.fragment(_count, run_every=OFTEN)(controls, claim)


def _count(controls: Controls, claim: Claim[Any]) -> None:
    """How many have answered so far, and the button that shows what."""
    language = controls.language
    try:
        total = rooms().counts(controls[ROOM], claim.key).total
        st.markdown(_COUNT.fill(language, {"total": total}))
        if st.button(_UNCOVER[language], key=f"uncover-{claim.key}", type="primary"):
            rooms().uncover(controls[ROOM], controls[HOST], claim.key)
            st.rerun()
    except RoomError:  # it has ended: the page says so
        st.rerun()


def answers(controls: Controls, claim: Claim[Any], right: str) -> None:
    """What the class has answered, as bars, where it is in a room; the right answer is marked."""
    if not controls[ROOM]:
        return
    with suppress(RoomError):
        counts = rooms().counts(controls[ROOM], claim.key)
        if counts.each is not None:
            st.html(_bars(claim, counts.each, right, controls.language))


def _bars(claim: Claim[Any], each: Mapping[str, int], right: str, language: Language) -> str:
    total = sum(each.values())
    rows = []
    for name, count in each.items():
        share = count / total if total else 0.0
        mark = "✓ " if name == right else ""
        rows.append(
            f"<li><span>{mark}{escape(claim.answers[name][language])}</span>"
            f'<i style="width:{100 * share:.3g}%"></i><b>{count} ({percent(share)})</b></li>'
        )
    heading = _ANSWERS.fill(language, {"total": total})
    bars = f"<figcaption>{heading}</figcaption><ul>{''.join(rows)}</ul>"
    return f'<figure class="dl-bars">{bars}</figure>'
