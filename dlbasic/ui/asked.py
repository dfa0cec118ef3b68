"""What takes seconds to measure: asked for by a button; until then the last measurement stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from dlbasic.params import (
    Choice,
    Declared,
    Flag,
    InOrder,
    Numbers,
    Param,
    Several,
    Span,
    Widths,
    declared,
)
from dlbasic.text import Language, Text, number
from dlbasic.ui.kept import Kept, NotMeasuredError, Progress, again
from dlbasic.ui.panel import Panel

_MEASURE = Text(ko="이 설정으로 측정하기", en="Measure with these settings")
_CANCEL = Text(ko="측정 취소", en="Cancel")
_HINT = Text(
    ko="몇 초 동안 신경망을 학습시켜 측정합니다.",
    en="Takes a few seconds of training to measure.",
)
_OTHERWISE = Text(
    ko="아래 결과는 다음 설정에서 측정했습니다: {settings}.", en="Measured with: {settings}."
)
_EARLIER = Text(
    ko="아래 결과는 마지막으로 바꾸기 전에 측정했습니다.", en="Measured before the last change."
)
_SETTING = Text(ko="{label} {of}(지금 {now})", en="{label} {of} (now {now})")
_NONE = Text(ko="없음", en="none")
_ON, _OFF = Text(ko="켬", en="on"), Text(ko="끔", en="off")

R = TypeVar("R", bound=Progress)
D = TypeVar("D", bound=Declared)


@dataclass
class _Memory:
    """What this reader has asked for, and the settings of what was in sight last."""

    asked: Any = None
    shown: Any = None


def _memory(panel: Panel, name: str) -> _Memory:
    memory: _Memory = st.session_state.setdefault(f"measured-{panel.key(name)}", _Memory())
    return memory


def ask(panel: Panel, settings: Declared, name: str = "run") -> None:
    """Have these settings measured; for a button's callback."""
    _memory(panel, name).asked = settings
    panel.set(name, True)


def measured(
    panel: Panel, kept: Kept[R], settings: D, default: D, waiting: Text, *, name: str = "run",
    keyed: Callable[[D], Hashable] = lambda settings: settings,
    moment: Callable[[D], bool] = lambda _: False, stands: Callable[[D], bool] = lambda _: True,
) -> tuple[R, D] | None:  # fmt: skip
    """A result that takes long, and the settings that it belongs to.

    It is that of ``settings`` if there is one already, if it takes but a ``moment``, or if the
    flag ``name`` says that it is asked for.  Otherwise it is the one that this reader had in sight,
    if it ``stands`` for these, or that of the ``default`` settings, under a line which says so and
    a button that asks; None where there is nothing at all.  What it speaks of are the settings that
    are given back.

    A link with the flag asks; a touch of another setting takes it out, so that a slider never
    trains.  ``keyed(settings)`` is what ``kept`` knows a result by.
    """
    memory = _memory(panel, name)

    def known(of: D) -> R | None:
        return kept.at_once(keyed(of)) if moment(of) else kept.peek(keyed(of))

    if not panel[name]:
        memory.asked = None
    result = known(settings)
    if result is None and panel[name]:
        if memory.asked not in (None, settings):
            memory.asked = None
            panel.set(name, False)
            again()
        result = _measure(panel, name, lambda: kept.get(keyed(settings), waiting, panel.language))
        if result is None:  # why has been said; who touches the next control need not wait for it
            panel.set(name, False)
    if result is not None:
        memory.shown = settings
        memory.asked = settings if panel[name] else None
        return result, settings
    for of in (memory.shown, default):
        if of is not None and stands(of) and (result := known(of)) is not None:
            memory.shown = of
            _offer(panel, name, settings, _differences(of, settings, panel.language))
            return result, of
    _offer(panel, name, settings, _HINT[panel.language])
    return None


def _measure(panel: Panel, name: str, get: Callable[[], R]) -> R | None:
    """The result, under a bar beside which one can cancel; or the reason why there is none."""
    place, result, reason = st.empty(), None, None
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.container()
        st.button(_CANCEL[panel.language], key=f"cancel-{panel.key(name)}", on_click=panel.set,
                  args=(name, False))  # fmt: skip
    with bar:
        try:
            result = get()
        except NotMeasuredError as failed:
            reason = failed.reason
    place.empty()
    if reason:
        st.warning(reason[panel.language])
    return result


def _offer(panel: Panel, name: str, settings: Declared, words: str) -> None:
    """The words, and the button that asks."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"ask-{panel.key(name)}"):
        st.caption(words, width="stretch")
        st.button(_MEASURE[panel.language], key=f"button-{panel.key(name)}", type="primary",
                  on_click=ask, args=(panel, settings, name))  # fmt: skip


def _differences(of: Declared, now: Declared, language: Language) -> str:
    """What was set otherwise when it was measured."""
    differing = [
        _SETTING.fill(language, {
            "label": param.label.short[language],
            "of": in_words(param, getattr(of, name), language),
            "now": in_words(param, getattr(now, name), language),
        })
        for name, param in declared(now).items()
        if getattr(of, name) != getattr(now, name)
    ]  # fmt: skip
    if not differing:  # it is what no setting says, such as the reader's own data
        return _EARLIER[language]
    return _OTHERWISE.fill(language, {"settings": ", ".join(differing)})


def in_words(param: Param, value: Any, language: Language) -> str:
    """A parameter's value as a reader knows it.

    >>> from dlbasic.params import Integer
    >>> in_words(Flag(_HINT), True, "en"), in_words(Integer(_HINT, 1, 0, 9000), 4000, "en")
    ('on', '4,000')
    """
    match param:
        case Choice(options=options):
            return options[value].short[language]
        case Several(options=options) | InOrder(options=options):
            return ", ".join(options[one].short[language] for one in value) or _NONE[language]
        case Flag():
            return (_ON if value else _OFF)[language]
        case Span() | Numbers() | Widths():
            return ", ".join(map(number, value)) or _NONE[language]
    return number(value)
