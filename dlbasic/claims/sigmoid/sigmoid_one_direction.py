"""Whether all the weights into a unit move the same way: signs of gradients, batch by batch."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.gradient_signs import DirectionSettings, measure_directions
from dlbasic.measures.settings import FUNCTIONS
from dlbasic.text import Text
from dlbasic.words import Words


def judge(medians: Mapping[str, float]) -> Verdict:
    """Almost all units at the chosen batch size, on one sample alone, or not even there."""
    if min(medians[name] for name in ("single", "before", "after")) >= medians["almost"]:
        return Verdict.HOLDS
    return Verdict.CONDITIONAL if medians["single"] >= medians["almost"] else Verdict.CONTRADICTED


def run_directions(settings: DirectionSettings) -> Generator[float, None, Outcome]:
    found = measure_directions(settings, ["tanh"])
    yield 0.9
    measured = found.medians(int(settings.batch))
    measured.setdefault("after_tanh", measured["after"])
    return Outcome(found.frame(), measured, judge(measured))


PLOT = Plot(
    x="batch",
    y="share",
    x_title=Text(ko="배치 크기 (로그 축)", en="batch size (log axis)"),
    y_title=Text(
        ko="가중치가 모두 같은 방향인 유닛의 비율, 띠는 1·3사분위수 사이",
        en="share of units whose weights all move the same way, band: quartiles",
    ),
    names={
        **FUNCTIONS,
        "before": Text(ko="출력 편향을 맞추기 전", en="before the output's bias is fitted"),
        "chance": Text(ko="우연", en="chance"),
    },
    log_x=True,
    y_domain=(0.0, 1.0),
    low="low",
    high="high",
)

QUANTITIES = {
    "single": Text(
        ko="{function}: 데이터 하나에서 가중치가 모두 같은 방향으로 움직이는 유닛 (중앙값)",
        en="{function}: units whose weights all move the same way, one sample (median)",
    ),
    "before": Text(
        ko="{function}: 그런 유닛, 고른 배치, 출력 편향을 맞추기 전 (중앙값)",
        en="{function}: such units, chosen batch, before the output's bias is fitted (median)",
    ),
    "after": Text(
        ko="{function}: 그런 유닛, 고른 배치, 맞춘 뒤 (중앙값)",
        en="{function}: such units, chosen batch, after the fit (median)",
    ),
    **{
        f"after_{key}": Text(
            ko=f"{FUNCTIONS[key].ko}: 그런 유닛, 고른 배치, 맞춘 뒤 (중앙값)",
            en=f"{FUNCTIONS[key].en}: such units, chosen batch, after the fit (median)",
        )
        for key in ("sigmoid", "tanh")
    },
    "counted": Text(
        ko="데이터 하나에서 0이 아닌 기울기가 둘 이상인 유닛의 비율 (평균)",
        en="share of units with two gradients other than 0, one sample (mean)",
    ),
    "layers": Text(
        ko="층 전체의 가중치를 같은 방향으로 움직이는 데이터의 비율 (평균)",
        en="share of single samples that move the whole layer the same way (mean)",
    ),
    "lowest": Text(
        ko="첫 번째 은닉층 출력의 최솟값", en="smallest output of the first hidden layer"
    ),
    "negative": Text(
        ko="첫 번째 은닉층의 출력이 음수인 비율", en="share of its outputs that are negative"
    ),
    "zeros": Text(ko="첫 번째 은닉층의 출력이 0인 비율", en="share of its outputs that are 0"),
    "chance": Text(ko="우연히 부호가 모두 같을 확률", en="chance of agreement"),
    "width": Text(ko="유닛에 들어오는 가중치의 수", en="weights into a unit"),
    "almost": Text(ko="‘모두’로 볼 유닛의 비율", en="share of units that counts as all of them"),
}

CLAIM = Claim(
    key="sigmoid-one-direction",
    words=Words(__file__),
    defaults=DirectionSettings(),
    control=DirectionSettings(function="tanh"),
    subject=("function",),
    expected=Verdict.CONDITIONAL,
    measure=run_directions,
    right=lambda measured: band(measured["after"], {"none": 0.05, "some": 0.9, "all": 1.0}),
    quantities={name: text for name, text in QUANTITIES.items() if name != "after_sigmoid"},
    plot=PLOT,
    thresholds=("EXCEPTIONS",),
)
