"""What the overview shows: where to start, and the sentences with their verdicts."""

from __future__ import annotations

import streamlit as st

from dlbasic.experiments import EXPERIMENTS
from dlbasic.text import Text
from dlbasic.ui.claims import chip, known_outcome, not_measured
from dlbasic.ui.controls import CLAIMS
from dlbasic.ui.link import Page
from dlbasic.ui.shell import link_to

_STARTS: tuple[tuple[str, Text, dict[str, str]], ...] = (
    (
        "training",
        Text(ko="신경망이 나선을 나누는 법을 배우는 모습 보기",
             en="Watch a network learn to part a spiral"),
        {"data": "spiral", "function": "gelu", "rate": "0.1", "width": "16"},
    ),
    (
        "gradient_flow",
        Text(ko="20개 층을 거슬러 온 기울기는 얼마나 남을까요?",
             en="How much of a gradient is left after 20 layers?"),
        {"deep.rule": "he_normal"},
    ),
    (
        "losses",
        Text(ko="크게 틀릴수록 기울기가 사라지는 손실은 무엇일까요?",
             en="Which loss loses its slope where it is most wrong?"),
        {"ex.against": "score", "ex.reach": "10", "ex.at": "-6"},
    ),
    (
        "activations",
        Text(ko="기울기는 정말 0이 될까요? 로그 축에서 보기",
             en="Does the slope become 0? See the log axis"),
        {"f": "sigmoid,tanh", "x": "-40,40", "slope": "log"},
    ),
    (
        "activations",
        Text(ko="꺾인 함수와 매끄러운 함수 비교하기",
             en="Kinked against smooth functions"),
        {"f": "relu,gelu,silu,mish", "x": "-5,3"},
    ),
    (
        "activations",
        Text(ko="소프트맥스 계산이 깨지는 순간",
             en="Where computing softmax breaks"),
        {"shift": "800"},
    ),
)  # fmt: skip
_OPEN = Text(ko="실험 보기", en="See the experiment")


def starting_points(page: Page) -> None:
    """Links that open a page with something worth seeing already set."""
    for name, label, query in _STARTS:
        link_to(name, label[page.language], **query)


def verdicts(page: Page) -> None:
    """Each claim: its verdict if it is known, its sentence, a link to its card."""
    for name, keys in CLAIMS.items():
        for key in keys:
            experiment = EXPERIMENTS[key]
            verdict, sentence, link = st.columns([2, 7, 3], vertical_alignment="center")
            with verdict:
                result = known_outcome(page, key, experiment.quick)
                if result is None:
                    not_measured(page)
                else:
                    chip(result.verdict, page)
            with sentence:
                st.markdown(experiment.claim[page.language])
            with link:
                link_to(name, _OPEN[page.language], **{f"claim.{key}.open": "1"})
