"""Class numbers as targets invent a relation between classes: its errors, and what it does."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import pandas as pd

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.class_numbers import (
    EPOCHS,
    LR,
    NUMBERINGS,
    POINTS,
    SPREAD,
    TRAIN_SHARE,
    WIDTH,
    Trial,
    errors,
    trials,
)
from dlbasic.measures.settings import seed_choice, seeds_choice
from dlbasic.params import Choice, Declared, parameter
from dlbasic.text import Text
from dlbasic.words import Words

COUNTS = {"many": (3, 5), "two": (2,)}


@dataclass(frozen=True)
class IntegerLabels(Declared):
    classes: str = parameter(
        Choice(Text(ko="클래스 수", en="Classes"), default="many",
               options={"many": Text(ko="3개와 5개", en="3 and 5"),
                        "two": Text(ko="2개", en="2")})
    )  # fmt: skip
    width: int = parameter(WIDTH)
    spread: float = parameter(SPREAD)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def error_range(classes: int, column: str) -> tuple[float, float, float]:
    """The least and the largest error of a wrong class, and most that one true class's differ.

    Over every true class and numbering; ``column`` is one of those of ``errors``.

    >>> error_range(3, "number_error"), error_range(3, "one_hot_error")
    ((1.0, 4.0, 3.0), (2.0, 2.0, 0.0))
    """
    wrong = [
        errors(numbers, truth)[column].drop(index=truth)
        for numbers in NUMBERINGS[classes]
        for truth in range(classes)
    ]
    differ = max(float(column.max() - column.min()) for column in wrong)
    return min(map(min, wrong)), max(map(max, wrong)), differ


def run_integer_labels(settings: IntegerLabels) -> Generator[float, None, Outcome]:
    counts = COUNTS[settings.classes]
    work, done = sum(len(NUMBERINGS[count]) for count in counts), 0
    rows: list[tuple[str, float, float, float, float]] = []
    changes: dict[str, list[float]] = {"number": [], "one_hot": []}
    best = {}
    for count in counts:
        found: list[Trial] = []
        for trial in trials(
            count, settings.width, settings.spread, settings.seeds, settings.seed, lr=LR
        ):
            found.append(trial)
            done += 1
            if done < work:
                yield done / work
        for targets, change in changes.items():
            accuracies = [getattr(trial, targets) for trial in found]
            means = [float(accuracy.mean()) for accuracy in accuracies]
            change.append(max(means) - min(means))
            best[targets] = max(means), min(means)
            rows += [
                (
                    f"{targets}-{count}",
                    float(place),
                    mean,
                    float(by_seed.min()),
                    float(by_seed.max()),
                )
                for place, (mean, by_seed) in enumerate(
                    zip(means, accuracies, strict=True), start=1
                )
            ]
    least, largest, differ = error_range(counts[-1], "number_error")
    _, one_hot_error, one_hot_differ = error_range(counts[-1], "one_hot_error")
    _, of_two, two_differ = error_range(2, "number_error")
    tested = float(round(POINTS * (1.0 - TRAIN_SHARE)))
    measured = {
        "least_error": least, "largest_error": largest, "difference": differ,
        "one_hot_error": one_hot_error, "one_hot_differ": one_hot_differ,
        "of_two": of_two, "lr": LR, "tested": tested, "uncertain": 0.5 / math.sqrt(tested),
        "number_least": min(changes["number"]), "number_most": max(changes["number"]),
        "one_hot_most": max(changes["one_hot"]),
        "highest": best["number"][0], "lowest": best["number"][1],
        "one_hot_highest": best["one_hot"][0], "one_hot_lowest": best["one_hot"][1],
        "most_classes": float(counts[-1]), "epochs": float(EPOCHS),
    }  # fmt: skip
    # The sentence speaks of errors; what becomes of the accuracy is told beside them.
    verdict = Verdict.HOLDS if differ > one_hot_differ else Verdict.CONTRADICTED
    columns = ["series", "place", "accuracy", "low", "high"]
    limited = verdict is Verdict.HOLDS and two_differ == 0.0
    return Outcome(pd.DataFrame(rows, columns=columns), measured, verdict, limited)


CLAIM = Claim(
    key="integer-labels",
    words=Words(__file__),
    defaults=IntegerLabels(),
    control=IntegerLabels(classes="two"),
    subject=("classes",),
    expected=Verdict.HOLDS,
    measure=run_integer_labels,
    thresholds=("LR", "spread"),
    right=lambda measured: band(
        measured["highest"] - measured["lowest"], {"none": 0.01, "tenth": 0.3, "half": 1.0}
    ),
    quantities={
        "least_error": Text(ko="번호: 오답의 가장 작은 제곱 오차",
                            en="numbers: least squared error of a wrong class"),
        "largest_error": Text(ko="번호: 오답의 가장 큰 제곱 오차",
                              en="numbers: largest squared error of a wrong class"),
        "difference": Text(ko="번호: 정답이 같을 때 오답끼리의 오차 차이 (최대)",
                           en="numbers: largest difference of two wrong classes' errors"),
        "one_hot_error": Text(ko="원-핫: 오답의 제곱 오차 (최대)",
                              en="one-hot: squared error of a wrong class (largest)"),
        "one_hot_differ": Text(ko="원-핫: 정답이 같을 때 오답끼리의 오차 차이 (최대)",
                               en="one-hot: largest difference of two wrong classes' errors"),
        "number_least": Text(ko="번호: 번호를 바꿀 때 평균 정확도의 차이 (최소)",
                             en="numbers: difference of mean accuracies (least)"),
        "number_most": Text(ko="번호: 번호를 바꿀 때 평균 정확도의 차이 (최대)",
                            en="numbers: difference of mean accuracies (most)"),
        "one_hot_most": Text(ko="원-핫: 번호를 바꿀 때 평균 정확도의 차이 (최대)",
                             en="one-hot: difference of mean accuracies (most)"),
        "of_two": Text(ko="클래스가 둘일 때 오답의 제곱 오차 (번호)",
                       en="squared error of the wrong one of two classes (numbers)"),
        "highest": Text(ko="번호: 가장 높은 평균 정확도 (클래스 {most_classes}개)",
                        en="numbers: highest mean accuracy ({most_classes} classes)"),
        "lowest": Text(ko="번호: 가장 낮은 평균 정확도 (클래스 {most_classes}개)",
                       en="numbers: lowest mean accuracy ({most_classes} classes)"),
        "one_hot_highest": Text(ko="원-핫: 가장 높은 평균 정확도 (클래스 {most_classes}개)",
                                en="one-hot: highest mean accuracy ({most_classes} classes)"),
        "one_hot_lowest": Text(ko="원-핫: 가장 낮은 평균 정확도 (클래스 {most_classes}개)",
                               en="one-hot: lowest mean accuracy ({most_classes} classes)"),
        "most_classes": Text(ko="가장 많은 클래스 수", en="most classes"),
        "epochs": Text(ko="에포크 수", en="epochs"),
        "lr": Text(ko="학습률", en="learning rate"),
        "tested": Text(ko="테스트 데이터의 수", en="test points"),
        "uncertain": Text(ko="정확도의 표준오차 (최대)",
                          en="standard error of an accuracy (largest)"),
    },
    plot=Plot(
        x="place",
        y="accuracy",
        x_title=Text(
            ko="번호를 붙인 방법 (1은 순서대로, 오른쪽일수록 이웃의 번호가 더 멀거나 같음)",
            en="numbering (1 is in order; to the right, neighbours’ numbers lie no closer)",
        ),
        y_title=Text(
            ko="테스트 정확도의 평균, 띠는 시드 전체의 범위",
            en="mean test accuracy, band: all seeds",
        ),
        names={
            f"{targets}-{count}": Text(ko=f"{words.ko} · 클래스 {count}개",
                                       en=f"{words.en} · {count} classes")
            for count in (3, 5, 2)
            for targets, words in (("number", Text(ko="번호", en="numbers")),
                                   ("one_hot", Text(ko="원-핫", en="one-hot")))
        },
        whole_x=True,
        y_domain=(0.0, 1.0),
        low="low",
        high="high",
    ),
)  # fmt: skip
