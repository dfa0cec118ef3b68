"""Links that open a page with something worth seeing already set."""

from __future__ import annotations

import streamlit as st

from dlbasic.text import Text
from dlbasic.ui import Panel, link_to

STARTS: tuple[tuple[str, Text, dict[str, str]], ...] = (
    (
        "training",
        Text(ko="신경망이 나선을 나누는 법을 배우는 모습 보기",
             en="Watch a network learn to part a spiral"),
        {"data": "spiral", "live.function": "gelu", "lr": "0.1", "width": "16"},
    ),
    (
        "gradient_flow",
        Text(ko="20개 층을 거슬러 온 기울기는 얼마나 남을까요?",
             en="How much of a gradient is left after 20 layers?"),
        {"microscope.rule": "he_normal"},
    ),
    (
        "losses",
        Text(ko="크게 틀릴수록 기울기가 사라지는 손실은 무엇일까요?",
             en="Which loss loses its slope where it is most wrong?"),
        {"explorer.against": "score", "explorer.reach": "10", "explorer.at": "-6"},
    ),
    (
        "activations",
        Text(ko="기울기는 정말 0이 될까요? 로그 축에서 보기",
             en="Does the slope become 0? See the log axis"),
        {
            "explorer.functions": "sigmoid,tanh", "explorer.x": "-40,40", "explorer.slope": "log",
        },
    ),
    (
        "activations",
        Text(ko="꺾인 함수와 매끄러운 함수 비교하기",
             en="Kinked against smooth functions"),
        {"explorer.functions": "relu,gelu,silu,mish", "explorer.x": "-5,3"},
    ),
    (
        "activations",
        Text(ko="소프트맥스 계산이 깨지는 순간",
             en="Where computing softmax breaks"),
        {"softmax.shift": "800"},
    ),
)  # fmt: skip


def show(panel: Panel) -> None:
    """Links that open a page with something worth seeing already set."""
    language = panel.language
    st.html(
        '<nav class="dl-nav dl-list"><ul>'
        + "".join(
            f"<li>{link_to(panel, page, label[language], **query)}</li>"
            for page, label, query in STARTS
        )
        + "</ul></nav>"
    )
