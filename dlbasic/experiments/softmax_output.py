"""Softmax where it belongs: its gradient below cross-entropy, and what it does in hidden layers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS, split
from dlbasic.experiments.base import SEEDS, Experiment, Outcome, Plot, Verdict, seed_choice
from dlbasic.experiments.hidden_softmax import SOFTMAX, train
from dlbasic.params import Choice, Declared, Integer, parameter
from dlbasic.softmax import softmax, softmax_vjp
from dlbasic.text import Text

Float64s = NDArray[np.float64]

RIVAL = "tanh"
WIDTH, BATCH, POINTS = 8, 20, 400
DEPTHS = {"all": (1, 2, 3, 5), "few": (1, 2), "many": (5, 6)}
RATES = (0.01, 0.03, 0.1)
TUNING = 4  # seeds on which the rate is chosen; the accuracies are of others
ENOUGH = 0.15  # the difference in mean accuracy that counts as much
# From this many standard errors on the mean over the depths is below tanh's.  Chance alone takes
# ten seeds or more so far in less than one of a hundred runs.
SURE = 3.0
DRAWS, CLASSES, SCORE = 1000, 10, 5.0  # scores, up to SCORE in size, to compare gradients on
# The chain's terms are at most 1 and its sums have CLASSES of them, each rounded a few times.
TOLERANCE = 4 * CLASSES * float(np.finfo(float).eps)


@dataclass(frozen=True)
class SoftmaxOutput(Declared):
    function: str = parameter(
        Choice(
            Text(ko="은닉층의 함수", en="Hidden layers' function"), default=SOFTMAX,
            options={
                SOFTMAX: Text(ko="소프트맥스(Softmax)", en="Softmax"),
                **{key: ACTIVATIONS[key].name for key in ("sigmoid", "relu")},
            },
        )
    )  # fmt: skip
    data: str = parameter(
        Choice(Text(ko="데이터", en="Data"), default="spiral3",
               options={key: DATASETS[key].name for key in ("spiral3", "spiral5", "blobs5")})
    )  # fmt: skip
    depths: str = parameter(
        Choice(Text(ko="은닉층의 수", en="Hidden layers"), default="all",
               options={"all": Text(ko="얕은 것부터 깊은 것까지", en="few to many"),
                        "few": Text(ko="적을 때만", en="few only"),
                        "many": Text(ko="많을 때만", en="many only")})
    )  # fmt: skip
    epochs: int = parameter(
        Integer(Text(ko="에포크 수", en="Epochs"), default=60, low=20, high=100, step=20,
                allowed=(1, 1000))
    )  # fmt: skip
    seeds: int = parameter(
        Integer(Text(ko="시드 수", en="Seeds"), default=10, low=5, high=40, step=5,
                allowed=(2, 999))
    )  # fmt: skip
    seed: int = parameter(seed_choice())


def chain(scores: Float64s, labels: NDArray[Any]) -> tuple[Float64s, Float64s]:
    """Cross-entropy's gradient at the scores, by the chain rule through softmax; and ``p - y``.

    The first is ``-y/p``, the gradient at the probabilities, times softmax's matrix.
    """
    p = softmax(scores).astype(np.float64)
    y = np.eye(scores.shape[-1])[labels]
    return softmax_vjp(p, -y / p).astype(np.float64), p - y


def _chain_gap(seed: int) -> float:
    rng = np.random.default_rng(seed)
    scores = rng.uniform(-SCORE, SCORE, (DRAWS, CLASSES))
    through, short = chain(scores, rng.integers(CLASSES, size=DRAWS))
    return float(np.abs(through - short).max())


def run_softmax_output(settings: SoftmaxOutput) -> Generator[float, None, Outcome]:
    states = np.random.SeedSequence(settings.seed).generate_state(TUNING + settings.seeds)
    tuning, raced = states[:TUNING].tolist(), states[TUNING:].tolist()
    data = DATASETS[settings.data](0.1)
    points = split(data.sample(POINTS, seed=settings.seed), 0.5, seed=settings.seed)
    depths = DEPTHS[settings.depths]
    how = (*points, settings.epochs, BATCH, settings.seed)
    rows, means, shrink = [], {}, {}
    differences = np.zeros(settings.seeds)  # tanh's accuracy minus the function's, over the depths
    done, work = 0, 2 * sum(depths)
    for depth in depths:
        sizes = (2, *(WIDTH,) * depth, data.classes)
        for series, function in (("function", settings.function), ("rival", RIVAL)):
            tried, _ = train(sizes, function, RATES, tuning, *how)
            rate = RATES[int(tried.mean(axis=1).argmax())]
            accuracy, shrinking = train(sizes, function, [rate], raced, *how)
            means[series, depth] = float(accuracy.mean())
            differences += (accuracy[0] if series == "rival" else -accuracy[0]) / len(depths)
            shrink[series] = float(np.median(shrinking))  # the deepest's is the last
            rows.append((series, float(depth), means[series, depth],
                         float(accuracy.min()), float(accuracy.max())))  # fmt: skip
            done += depth
            if done < work:
                yield done / work
    gaps = [means["rival", depth] - means["function", depth] for depth in depths]
    measured = {
        "chain_gap": _chain_gap(settings.seed), "tolerance": TOLERANCE,
        "shallow": means["function", depths[0]],
        "rival_shallow": means["rival", depths[0]],
        "deep": means["function", depths[-1]], "rival_deep": means["rival", depths[-1]],
        "least_gap": min(gaps), "most_gap": max(gaps), "mean_gap": float(differences.mean()),
        "error": float(differences.std(ddof=1) / np.sqrt(settings.seeds)), "sure": SURE,
        "shrink": shrink["function"],
        "rival_shrink": shrink["rival"],
        "shallowest": float(depths[0]), "deepest": float(depths[-1]),
        "width": float(WIDTH), "enough": ENOUGH,
    }  # fmt: skip
    lower = measured["mean_gap"] > SURE * measured["error"] or max(gaps) >= ENOUGH
    if measured["chain_gap"] > TOLERANCE or not lower:
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.HOLDS if min(gaps) >= ENOUGH else Verdict.CONDITIONAL
    columns = ["series", "depth", "accuracy", "low", "high"]
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict)


SOFTMAX_OUTPUT = Experiment(
    key="softmax-output",
    claim=Text(
        ko="소프트맥스는 주로 출력층의 활성화 함수로 씁니다.",
        en="Softmax is mostly the activation of the output layer.",
    ),
    reading=Text(
        ko="얼마나 자주 쓰는지가 아니라 그럴 이유를 봅니다. 먼저 출력층에서 크로스 엔트로피의 "
        "기울기를 소프트맥스를 거쳐 연쇄 법칙으로 구한 값이 p − y와 반올림 오차({tolerance}) "
        "안에서 같은지 확인합니다. 다음으로 유닛 {width}개짜리 은닉층의 함수만 바꾸어 "
        "{epochs}에포크씩 학습하고 테스트 정확도의 평균을 tanh와 비교합니다. 학습률은 저마다 가장 "
        "좋은 것을 "
        f"다른 시드 {TUNING}개에서 골랐습니다. 측정한 은닉층의 수 모두에서 tanh보다 "
        "{enough:%}포인트 이상 낮으면 맞음, 일부에서만 그렇거나 모두를 평균했을 때 표준오차의 "
        "{sure}배 넘게 낮으면 조건부, tanh보다 낮다고 할 수 없으면 틀림입니다.",
        en="Not how often it is used, but whether there is reason to. First: at the output, is the "
        "gradient of cross-entropy by the chain rule through softmax p − y to within rounding, "
        "{tolerance}? Then only the function of the hidden layers, of {width} units each, is "
        "exchanged, and the mean test accuracy after {epochs} epochs compared with that of tanh, "
        f"each at its best learning rate, chosen on {TUNING} other seeds. Taken to hold if it is "
        "{enough:pp} percentage points or more below for every number of hidden layers measured; "
        "if only for some, or if it is below by more than {sure} standard errors on average over "
        "them, it depends; if it cannot be told to be below, it is contradicted.",
    ),
    defaults=SoftmaxOutput(seeds=SEEDS),
    quick=SoftmaxOutput(),
    control=SoftmaxOutput(function="relu"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_softmax_output,
    deciding=Text(
        ko="출력층의 기울기: p − y와의 차이 최대 {chain_gap}. 은닉층의 함수 {function} / tanh의 "
        "정확도: 은닉층 {shallowest}개에서 {shallow:%} / {rival_shallow:%}, {deepest}개에서 "
        "{deep:%} / {rival_deep:%} (시드 {seeds}개의 평균)",
        en="Gradient at the output: within {chain_gap} of p − y. In hidden layers, accuracy of "
        "{function} / tanh: {shallow:%} / {rival_shallow:%} at depth {shallowest}, {deep:%} / "
        "{rival_deep:%} at depth {deepest} (means over {seeds} seeds)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="출력층의 소프트맥스는 점수를 확률로 바꾸고, 크로스 엔트로피와 함께 쓰면 기울기가 p "
            "− y로 간단합니다. 은닉층에서는 사정이 다릅니다. 소프트맥스는 한 층의 출력을 모두 "
            "더하면 1이어서 값도 기울기도 작습니다. 은닉층에 {function} 함수를 쓰면 학습 전의 "
            "기울기가 은닉층 {deepest}개를 거슬러 오는 동안 {shrink}배가 되고(tanh "
            "{rival_shrink}배), 정확도는 차이가 가장 작은 곳에서도 tanh보다 {least_gap:%}포인트 "
            "낮습니다.",
            en="At the output softmax makes probabilities of scores, and with cross-entropy the "
            "gradient is simply p − y. Hidden layers are another matter: softmax's outputs share a "
            "total of 1 in each, so that they and their slopes are small. With {function} in the "
            "hidden layers the gradient before training shrinks to {shrink} of its size on its way "
            "back through {deepest} of them (tanh: {rival_shrink}), and the accuracy is below that "
            "of tanh by {least_gap:pp} percentage points even where the gap is least.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="출력층의 소프트맥스는 크로스 엔트로피와 함께 쓰면 기울기가 p − y로 간단합니다. "
            "은닉층에서 얼마나 손해인지는 깊이에 달려 있습니다. {function}: tanh의 정확도와의 "
            "차이가 가장 작은 곳에서 {least_gap:%}포인트, 가장 큰 곳에서 {most_gap:%}포인트, 평균 "
            "{mean_gap:%}포인트(표준오차 {error:%}포인트)입니다. 은닉층 {deepest}개에서 학습 전의 "
            "기울기는 마지막 은닉층에서 첫째 은닉층으로 오는 동안 {shrink}배가 됩니다(tanh "
            "{rival_shrink}배). 소프트맥스는 한 층의 출력을 모두 더하면 1이어서 값도 기울기도 "
            "작습니다.",
            en="At the output softmax's gradient with cross-entropy is simply p − y. What it costs "
            "in hidden layers depends on how many there are. {function}: tanh's accuracy minus its "
            "own is {least_gap:pp} percentage points where that is least, {most_gap:pp} where it "
            "is most, {mean_gap:pp} on average (standard error {error:pp}). With {deepest} hidden "
            "layers the gradient before training shrinks from the last to the first to {shrink} of "
            "its size (tanh: {rival_shrink}). Softmax's outputs share a total of 1 in each layer, "
            "so that both they and their slopes are small.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}: 은닉층에 써도 tanh보다 낮다고 할 수 없습니다. tanh의 정확도에서 "
            "{function}의 정확도를 뺀 값은 측정한 은닉층의 수를 평균해 {mean_gap:%}포인트"
            "(표준오차 {error:%}포인트)이고, 가장 클 때에도 {most_gap:%}포인트로 "
            "{enough:%}포인트에 못 미칩니다. 이 설정의 정확도만 보아서는 출력층에만 쓸 이유가 "
            "없습니다. 학습 전의 기울기는 은닉층 {deepest}개에서 {shrink}배가 "
            "됩니다(tanh {rival_shrink}배).",
            en="{function}: in hidden layers it cannot be told to be below tanh. Tanh's accuracy "
            "minus its own is {mean_gap:pp} percentage points on average over the numbers of "
            "hidden layers measured (standard error {error:pp}) and at most {most_gap:pp}, less "
            "than {enough:pp}. At these settings the accuracy gives no reason to keep it for the "
            "output. The gradient before training shrinks to {shrink} of its size over {deepest} "
            "hidden layers (tanh: {rival_shrink}).",
        ),
    },
    suggestion=Text(
        ko="은닉층이 적을 때와 많을 때를 따로 보세요. 함수를 시그모이드나 ReLU로 바꾸면 깊은 "
        "신경망에서 무엇이 잘 배우지 못하는지 비교할 수 있습니다.",
        en="Look at few and at many hidden layers by themselves. Sigmoid and ReLU show what else "
        "learns poorly, or well, in deep networks.",
    ),
    quantities={
        "chain_gap": Text(
            ko="연쇄 법칙의 기울기와 p − y의 최대 차이", en="largest gap of the chain rule to p − y"
        ),
        "tolerance": Text(ko="반올림으로 생길 수 있는 차이", en="gap that rounding can bring"),
        "shallow": Text(
            ko="{function}: 은닉층 {shallowest}개의 정확도",
            en="{function}: accuracy at depth {shallowest}",
        ),
        "rival_shallow": Text(
            ko="비교한 tanh: 은닉층 {shallowest}개의 정확도",
            en="tanh beside it: accuracy at depth {shallowest}",
        ),
        "deep": Text(
            ko="{function}: 은닉층 {deepest}개의 정확도",
            en="{function}: accuracy at depth {deepest}",
        ),
        "rival_deep": Text(
            ko="비교한 tanh: 은닉층 {deepest}개의 정확도",
            en="tanh beside it: accuracy at depth {deepest}",
        ),
        "least_gap": Text(ko="tanh의 정확도 − {function}의 정확도 (최소)",
                          en="tanh's accuracy − that of {function} (least)"),
        "most_gap": Text(ko="tanh의 정확도 − {function}의 정확도 (최대)",
                         en="tanh's accuracy − that of {function} (largest)"),
        "mean_gap": Text(ko="tanh의 정확도 − {function}의 정확도 (은닉층의 수에 걸친 평균)",
                         en="tanh's accuracy − that of {function} (mean over the depths)"),
        "error": Text(ko="그 평균의 표준오차", en="standard error of this mean"),
        "sure": Text(ko="낮다고 볼 표준오차의 배수", en="standard errors that count as below"),
        "shrink": Text(
            ko="{function}: 첫째 ÷ 마지막 은닉층의 기울기 (중앙값)",
            en="{function}: gradient of the first hidden layer / of the last (median)",
        ),
        "rival_shrink": Text(
            ko="비교한 tanh: 첫째 ÷ 마지막 은닉층의 기울기 (중앙값)",
            en="tanh beside it: gradient of the first hidden layer / of the last (median)",
        ),
        "shallowest": Text(ko="가장 적은 은닉층의 수", en="fewest hidden layers"),
        "deepest": Text(ko="가장 많은 은닉층의 수", en="most hidden layers"),
        "width": Text(ko="은닉층마다의 유닛 수", en="units in each hidden layer"),
        "enough": Text(ko="많이 낮다고 볼 정확도의 차이", en="difference that counts as much"),
    },
    plot=Plot(
        x="depth",
        y="accuracy",
        x_title=Text(ko="은닉층의 수", en="hidden layers"),
        y_title=Text(
            ko="테스트 정확도의 평균, 띠는 시드 전체의 범위",
            en="mean test accuracy, band: all seeds",
        ),
        names={
            "function": Text(ko="고른 함수", en="the function chosen"),
            "rival": Text(ko="Tanh", en="Tanh"),
        },
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)  # fmt: skip
