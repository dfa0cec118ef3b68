"""Links that open a page with something worth seeing already set."""

from __future__ import annotations

import streamlit as st

from dlbasic.text import Text
from dlbasic.ui import Panel, link_to

STARTS: tuple[tuple[str, Text, dict[str, str]], ...] = (
    (
        "lesson",
        Text(ko="한 시간 수업: 예측하고 확인하며 원문 전체 따라가기",
             en="A lesson of one class hour: predict and check, through the whole article"),
        {},
    ),
    (
        "training",
        Text(ko="신경망이 나선 데이터를 분류해 가는 과정 보기",
             en="Watch a network learn to separate two spirals"),
        {"data": "spiral", "function": "gelu", "lr": "0.1", "layers": "16,16"},
    ),
    (
        "gradient_flow",
        Text(ko="20개 층을 거슬러 온 기울기는 얼마나 남을까요?",
             en="How much of a gradient is left 20 layers back?"),
        {"microscope.rule": "he_normal"},
    ),
    (
        "losses",
        Text(ko="크게 틀릴수록 기울기가 사라지는 손실은 무엇일까요?",
             en="Which loss has hardly any gradient left where the network is most wrong?"),
        {"explorer.against": "score", "explorer.reach": "10", "explorer.at": "-6"},
    ),
    (
        "activations",
        Text(ko="미분값은 정말 0이 될까요? 로그 축에서 보기",
             en="Does the slope ever become 0? See the log axis"),
        {
            "explorer.functions": "sigmoid,tanh", "explorer.x": "-40,40", "explorer.slope": "log",
        },
    ),
    (
        "activations",
        Text(ko="꺾인 함수와 매끄러운 함수 비교하기",
             en="Compare kinked and smooth functions"),
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
