"""Predict, then see: a claim's question, asked before its result is shown."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlbasic.claims import Claim
from dlbasic.claims.ledger import ledger
from dlbasic.text import Text
from dlbasic.ui import room
from dlbasic.ui.page import PREDICT
from dlbasic.ui.panel import Panel
from dlbasic.ui.rooms import RoomError

_RIGHT = Text(ko="✓ 예측이 맞았습니다", en="✓ As you predicted")
_WRONG = Text(ko="✗ 예측과 다릅니다", en="✗ Not as you predicted")
_YOURS = Text(ko="내 예측: ‘{answer}’.", en="Your prediction: “{answer}”.")
_ANSWER = Text(ko="**정답: ‘{answer}’.**", en="**Answer: “{answer}”.**")
_TALLY = Text(
    ko="지금까지 예측한 {of}개 가운데 {right}개를 맞혔습니다.",
    en="So far {right} of your {of} predictions came out right.",
)


def right_answer(claim: Claim[Any]) -> str:
    """The answer that the ledger's numbers bear out: the question is about the defaults."""
    return claim.right(ledger().outcomes[claim.key].measured)


def _filled(panel: Panel, claim: Claim[Any], part: str) -> str:
    outcome = ledger().outcomes[claim.key]
    slots = claim.slots(claim.defaults, outcome, panel.language)
    return claim.words[part].fill(panel.language, slots)


def awaited(panel: Panel, claim: Claim[Any]) -> bool:
    """Whether the reader is to predict first what this card shows.

    In a room it is until the class's answers are shown; alone, unless the card has been shown.
    """
    covered = room.covered(panel.controls, claim)
    if covered is not None:
        return covered
    memory = panel.controls.memory
    return (
        panel.controls[PREDICT]
        and claim.key not in memory.seen
        and not panel["open"]
        and not claim.changed(panel.settings(type(claim.defaults)))
    )


def predict(panel: Panel, claim: Claim[Any]) -> None:
    """The question with its answers; one touch answers it, in a room for the class, too."""
    controls, language, key = panel.controls, panel.language, f"predict-{claim.key}"
    memory, question = controls.memory, _filled(panel, claim, "question")
    in_room = room.covered(controls, claim) is not None
    if in_room and room.hosts(controls):
        room.project(controls, claim, question)
        return
    before = room.chosen(controls, claim) if in_room else None

    def take() -> None:
        answer = st.session_state[key]
        if answer is None:  # deselected
            return
        if in_room:
            try:
                room.send(controls, claim, answer)
            except RoomError as refused:
                memory.refused[claim.key] = refused.reason
                st.session_state[key] = before
                return
        else:
            memory.seen.add(claim.key)
        memory.predicted[claim.key] = answer, answer == right_answer(claim)

    _tell_refusal(panel, claim)
    if st.session_state.get(key) != before:  # it was given in another room
        st.session_state[key] = before
    st.pills(
        question, list(claim.answers), key=key, wrap=True, default=before,
        required=before is not None, on_change=take,
        format_func=lambda name: claim.answers[name][language],
    )  # fmt: skip
    if in_room:
        room.wait(controls, claim, sent=before is not None)


def _tell_refusal(panel: Panel, claim: Claim[Any]) -> None:
    """Why the room has not taken the answer just given, if it has not."""
    reason = panel.controls.memory.refused.pop(claim.key, None)
    if reason:
        st.warning(reason[panel.language])


def answered(panel: Panel, claim: Claim[Any]) -> None:
    """The question once more, what became of the prediction, the answer, and the tally.

    In a room so, too, for who has not answered.
    """
    memory, language = panel.controls.memory, panel.language
    memory.seen.add(claim.key)
    _tell_refusal(panel, claim)
    uncovered = room.covered(panel.controls, claim) is False
    if claim.key not in memory.predicted and not uncovered:
        return
    sentences = [_filled(panel, claim, "question")]
    right = claim.answers[right_answer(claim)][language]
    if claim.key in memory.predicted:
        answer, came_out = memory.predicted[claim.key]
        words, colour = (_RIGHT, "green") if came_out else (_WRONG, "orange")
        sentences.append(f":{colour}-badge[{words[language]}]")
        if not came_out:
            sentences.append(_YOURS.fill(language, {"answer": claim.answers[answer][language]}))
            sentences.append(_filled(panel, claim, f"wrong-{answer}"))
    sentences.append(_ANSWER.fill(language, {"answer": right}))
    if "because" in claim.words:
        sentences.append(_filled(panel, claim, "because"))
    st.markdown(" ".join(sentences))
    # What a room still covers would show in the count.
    all_right = [one for key, (_, one) in memory.predicted.items() if key in memory.seen]
    if all_right:
        st.caption(_TALLY.fill(language, {"of": len(all_right), "right": sum(all_right)}))
    room.answers(panel.controls, claim, right_answer(claim))
