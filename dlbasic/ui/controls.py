"""The one table of every page's controls: what a link may say, and each default.

A control's name is its name in the link.  A parameter of a function is ``<function>.<name>``, a
setting of a claim is ``claim.<key>.<name>``.
"""

from __future__ import annotations

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments import EXPERIMENTS
from dlbasic.experiments.class_numbers import NumbersSettings
from dlbasic.experiments.cures import CuresSettings
from dlbasic.experiments.deep import DEPTH, DeepSettings
from dlbasic.experiments.deep_live import DeepLiveSettings
from dlbasic.experiments.information import InformationSettings
from dlbasic.experiments.line_fit import LineSettings
from dlbasic.experiments.live import LiveSettings
from dlbasic.experiments.lives import LivesSettings
from dlbasic.experiments.loss_explorer import LossExplorerSettings
from dlbasic.experiments.many_classes import ManyClassesSettings
from dlbasic.experiments.one_sign import OneSignSettings
from dlbasic.experiments.race import RaceSettings
from dlbasic.experiments.two_classes import Answer, WrongStart
from dlbasic.experiments.zigzag import ZigZag
from dlbasic.params import Choice, Flag, Integer, Param, Real, Several, Span, declared
from dlbasic.text import Text, both

CLAIMS: dict[str, tuple[str, ...]] = {
    "activations": (
        "sigmoid-range", "tanh-range", "relu-definition", "softmax", "gelu", "mish",
    ),
    "training": ("nonlinearity", "sigmoid-classifier"),
    "gradient_flow": (
        "sigmoid-vanishing", "sigmoid-one-direction", "zig-zag", "tanh-zero-centred",
        "tanh-vanishing", "relu-fast", "dying-relu", "relu-zig-zag", "leaky-relu", "prelu", "elu",
        "silu",
    ),
    "losses": (
        "loss-measures-error", "mse", "mse-cancel", "mse-penalty", "bce", "ce-one-hot",
        "integer-labels", "ce-entropy", "softmax-output",
    ),
}  # fmt: skip

ALL_CLAIMS = "claims.run"  # whether a page's claims that take long are all asked for
MAX_CLASSES = 6
RACE_CONTROLS = ("seeds", "epochs", "target")  # the race's other settings are figure 1's

_NAMES = {key: activation.name for key, activation in ACTIVATIONS.items()}
_TICKS = tuple(
    float(sign * tick)
    for sign, ticks in (
        (-1, (1000, 750, 500, 200, 100, 50, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)),
        (1, (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100, 200, 500, 750, 1000)),
    )
    for tick in ticks
)

_SCORES = (2.0, 1.0, 0.0, -1.0, 0.5, -2.0)


def _parameters() -> dict[str, Param]:
    return {
        f"{key}.{name}": param
        for key, activation in ACTIVATIONS.items()
        for name, param in declared(activation).items()
    }


def _claims(page: str) -> dict[str, Param]:
    table: dict[str, Param] = {}
    if any(EXPERIMENTS[key].takes_long for key in CLAIMS[page]):
        table[ALL_CLAIMS] = Flag(Text(ko="모든 문장 측정", en="Every sentence measured"))
    for key in CLAIMS[page]:
        experiment = EXPERIMENTS[key]
        table[f"claim.{key}.open"] = Flag(experiment.claim)
        for name, param in declared(experiment.defaults).items():
            table[f"claim.{key}.{name}"] = param
    return table


CONTROLS: dict[str, dict[str, Param]] = {
    "overview": {},
    "activations": {
        "f": Several(
            Text(ko="함수", en="Functions"), default=("sigmoid", "tanh", "relu"), options=_NAMES
        ),
        "x": Span(Text(ko="x의 범위", en="Range of x"), default=(-6.0, 6.0), ticks=_TICKS),
        "slope": Choice(
            Text(ko="기울기의 축", en="Slope axis"),
            default="linear",
            options={"linear": Text(ko="선형", en="linear"), "log": Text(ko="로그", en="log")},
        ),
        "at": Real(
            Text(ko="값을 읽을 x", en="Read the values at x"),
            default=1.0, low=-1000.0, high=1000.0, step=0.5, free=True,
        ),
        **_parameters(),
        "neuron.f": Choice(
            Text(ko="뉴런의 함수", en="The neuron's function"), default="sigmoid", options=_NAMES
        ),
        "neuron.mean": Real(
            Text(ko="가중 합의 평균", en="Mean of the weighted sum"),
            default=0.0, low=-10.0, high=10.0, step=0.1,
        ),
        "neuron.std": Real(
            Text(ko="가중 합의 표준편차", en="Standard deviation of the weighted sum"),
            default=1.0, low=0.1, high=10.0, step=0.1,
        ),
        "neuron.threshold": Real(
            Text(ko="포화로 볼 기울기", en="Slope that counts as saturated"),
            default=0.05, low=0.005, high=0.5, step=0.005,
        ),
        "classes": Integer(
            Text(ko="클래스 수", en="Number of classes"), default=3, low=2, high=MAX_CLASSES
        ),
        **{
            f"z{place}": Real(both(f"z{place}"), default=score, low=-10.0, high=10.0, step=0.1)
            for place, score in enumerate(_SCORES, start=1)
        },
        "temperature": Real(
            Text(ko="온도 T", en="Temperature T"), default=1.0, low=0.1, high=10.0, step=0.1
        ),
        "shift": Real(
            Text(ko="모든 점수에 더할 상수 c", en="Constant c added to every score"),
            default=0.0, low=-1000.0, high=1000.0, step=10.0,
        ),
        **_claims("activations"),
    },
    "training": {
        **declared(LiveSettings),
        **_parameters(),
        **{f"race.{name}": declared(RaceSettings)[name] for name in RACE_CONTROLS},
        **_claims("training"),
    },
    "gradient_flow": {
        "deep.f": Several(
            Text(ko="함수", en="Functions"), default=("sigmoid", "tanh", "relu"), options=_NAMES
        ),
        **{f"deep.{name}": param for name, param in declared(DeepSettings).items()},
        "deep.seeds": Integer(Text(ko="시드 수", en="Seeds"), default=5, low=1, high=20),
        "deep.layer": Integer(
            Text(ko="숫자를 볼 층", en="Layer to read"), default=1, low=1, high=DEPTH.high
        ),
        **{f"live.{name}": param for name, param in declared(DeepLiveSettings).items()},
        **{
            f"zz.{name}": declared(ZigZag)[name]
            for name in ("inputs", "direction", "batch", "rate")
        },
        "zz.seed": Integer(Text(ko="시드", en="Seed"), default=0, low=0, high=99),
        "zz.step": Integer(Text(ko="보여 줄 스텝", en="Step shown"), default=40, low=0, high=400),
        **{f"signs.{name}": param for name, param in declared(OneSignSettings).items()},
        **{f"lives.{name}": param for name, param in declared(LivesSettings).items()},
        "lives.run": Flag(Text(ko="죽는 유닛 측정", en="Dying units measured")),
        **{f"cures.{name}": param for name, param in declared(CuresSettings).items()},
        "cures.run": Flag(Text(ko="해결책 측정", en="Cures measured")),
        **_claims("gradient_flow"),
    },
    "losses": {
        **{f"ex.{name}": param for name, param in declared(LossExplorerSettings).items()},
        **{f"line.{name}": param for name, param in declared(LineSettings).items()},
        **{
            f"two.{name}": param
            for settings in (Answer, WrongStart)
            for name, param in declared(settings).items()
        },
        **{f"many.{name}": param for name, param in declared(ManyClassesSettings).items()},
        **{f"numbers.{name}": param for name, param in declared(NumbersSettings).items()},
        "numbers.run": Flag(Text(ko="번호별 정확도 측정", en="Accuracies by numbering measured")),
        **{f"entropy.{name}": param for name, param in declared(InformationSettings).items()},
        **_claims("losses"),
    },
}  # fmt: skip
