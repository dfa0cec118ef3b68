"""What the networks of the training page learn: data, its loss, and the way they are trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbasic.activations import Activation
from dlbasic.arrays import Float64s
from dlbasic.datasets import (
    DATASETS,
    FEATURES,
    NOISE,
    SEED,
    TRAIN_SHARE,
    Dataset,
    Points,
    features,
    split,
)
from dlbasic.datasets import Task as Kind
from dlbasic.datasets.own import Own
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES, Loss
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.network import Member, Stack
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import (
    Choice,
    Declared,
    InOrder,
    Integer,
    Real,
    Several,
    Tick,
    Widths,
    parameter,
)
from dlbasic.text import Text
from dlbasic.training import Training

OWN = "own"  # the data that the reader gives
POINTS = 400  # half of them to train on, unless the share says otherwise
MOST_LAYERS, MOST_UNITS = 6, 32
PLANE_DATA = {key: data.name for key, data in DATASETS.items() if data.dimensions == 2}
# The losses that fit a kind of problem, the usual one first.
SUITED: dict[Kind, tuple[str, ...]] = {
    "binary": ("bce", "sigmoid_mse", "focal"),
    "classes": ("cross_entropy",),
    "regression": ("mse", "mae", "huber", "log_cosh"),
}

# The setting that says which loss; for several classes there is but one.
LOSS_SETTINGS: dict[Kind, str] = {"binary": "loss", "regression": "error"}
# What the drawing of a network sets.
DRAWN = ("features", "layers", "functions")
LAST_SEED = 9999  # that a page offers


def _loss_choice(label: Text, kind: Kind) -> Choice:
    keys = SUITED[kind]
    return Choice(
        label, default=keys[0], options={key: LOSSES[key].name.short for key in keys},
        help=Text(ko="학습이 줄이려고 하는 값입니다.", en="What training tries to make small."),
    )  # fmt: skip


def _penalty(label: Text, meaning: Text) -> Tick:
    ticks = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    return Tick(label, default=0.0, ticks=ticks, help=meaning)


@dataclass(frozen=True)
class Task(Declared):
    """Data, a network with ``layers`` of hidden units, and the way that it is trained on it.

    ``function`` is that of every hidden layer; ``functions`` says others, layer by layer from the
    inputs' side, as far as it goes.  ``loss`` is that for two classes, ``error`` that for
    regression.  ``own`` are the points of the data ``"own"``, which no link says; until there are
    some that a network can learn from, those of the circle take their place.
    """

    data: str = parameter(
        Choice(
            Text(ko="데이터", en="Data"),
            default="circle",
            options={**PLANE_DATA, OWN: Text(ko="내 데이터", en="Your own data")},
        )
    )
    noise: float = parameter(NOISE)
    share: float = parameter(TRAIN_SHARE)
    data_seed: int = parameter(SEED)
    features: tuple[str, ...] = parameter(
        Several(
            Text(ko="입력 특성(feature)", en="Input features"), default=("x1", "x2"),
            options={key: feature.label for key, feature in FEATURES.items()},
        )
    )  # fmt: skip
    layers: tuple[int, ...] = parameter(
        Widths(Text(ko="은닉층(hidden layer)마다 유닛(unit) 수", en="Units in each hidden layer"),
               default=(8, 8), low=1, high=MOST_UNITS, most=MOST_LAYERS, allowed=(256, 64))
    )  # fmt: skip
    function: str = parameter(function_choice("tanh"))
    functions: tuple[str, ...] = parameter(
        InOrder(
            Text(ko="층마다 다른 함수", en="Functions layer by layer"), options=FUNCTIONS,
            most=MOST_LAYERS, of=("function",),
        )
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="학습률(learning rate)", en="Learning rate"), default=0.03,
             ticks=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
             allowed=(1e-9, 1e6))
    )  # fmt: skip
    batch: float = parameter(
        Tick(Text(ko="배치 크기(batch size)", en="Batch size"), default=10.0,
             ticks=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 400.0, 2000.0),
             allowed=(1.0, 1e6),
             help=Text(ko="가중치를 한 번 바꾸는 데 쓰는 데이터의 수입니다. 훈련 데이터 수보다 "
                          "크면 훈련 데이터 전체가 한 배치입니다.",
                       en="How many points each step learns from. Above the number of training "
                          "points, all of them are one batch."))
    )  # fmt: skip
    initializer: str = parameter(
        Choice(
            Text(ko="초기 가중치(initial weights)", en="Initial weights"), default="xavier_normal",
            options={key: rule.name.short for key, rule in INITIALIZERS.items()},
            help=Text(ko="학습을 시작할 때의 가중치를 뽑는 방법입니다.",
                      en="How the weights that training starts from are drawn."),
        )
    )  # fmt: skip
    optimizer: str = parameter(
        Choice(
            Text(ko="옵티마이저(optimizer)", en="Optimizer"), default="sgd",
            options={key: optimizer.name for key, optimizer in OPTIMIZERS.items()},
            help=Text(ko="기울기를 써서 가중치를 바꾸는 방법입니다.",
                      en="How the gradient is used to change the weights."),
        )
    )  # fmt: skip
    loss: str = parameter(_loss_choice(Text(ko="손실 함수", en="Loss"), "binary"))
    error: str = parameter(_loss_choice(Text(ko="손실 함수(회귀)", en="Loss (regression)"),
                                        "regression"))  # fmt: skip
    l1: float = parameter(
        _penalty(
            Text(ko="L1 규제", en="L1 penalty"),
            Text(ko="가중치의 절댓값을 모두 더하고 이 수를 곱해 손실에 더합니다.",
                 en="This times the sum of the weights' absolute values is added to the loss."),
        )
    )  # fmt: skip
    l2: float = parameter(
        _penalty(
            Text(ko="L2 규제", en="L2 penalty"),
            Text(ko="가중치의 제곱을 모두 더한 값의 절반에 이 수를 곱해 손실에 더합니다.",
                 en="This times half the sum of the weights' squares is added to the loss."),
        )
    )  # fmt: skip
    dropout: float = parameter(
        Real(Text(ko="드롭아웃(dropout) 비율", en="Dropout"), default=0.0, low=0.0, high=0.8,
             step=0.05,
             help=Text(ko="학습하는 동안 은닉층 유닛의 출력을 이 확률로 0으로 만듭니다.",
                       en="The probability with which each hidden unit's output is set to 0 while "
                          "training."))
    )  # fmt: skip
    seed: int = parameter(
        Integer(
            Text(ko="시드(초기 가중치, 배치 순서, 드롭아웃)",
                 en="Seed (initial weights, batches, dropout)"),
            default=0, low=0, high=LAST_SEED, allowed=(0, float("inf")), free=True,
            help=Text(ko="무작위 수를 뽑기 시작하는 번호입니다. 시드가 같으면 결과도 같습니다.",
                      en="The number that random draws start from: the same seed gives the same "
                         "run."),
        )
    )  # fmt: skip

    own: Own | None = None

    @property
    def by_layer(self) -> tuple[str, ...]:
        """The key of each hidden layer's function."""
        count = len(self.layers)
        return (*self.functions, *(self.function,) * count)[:count]

    @property
    def given(self) -> Own | None:
        """The reader's own points where these are learned."""
        usable = self.own is not None and self.own.missing is None
        return self.own if self.data == OWN and usable else None

    @property
    def _dataset(self) -> type[Dataset]:
        return DATASETS["circle" if self.data == OWN else self.data]

    @property
    def kind(self) -> Kind:
        """What is learned: two classes, several, or values."""
        return self.given.task if self.given else self._dataset.task

    @property
    def classes(self) -> int:
        """How many classes there are, 0 for values."""
        if self.kind == "regression":
            return 0
        return len(self.given.names) if self.given else self._dataset.classes

    @property
    def measured(self) -> Loss:
        """The loss that the network is trained with."""
        setting = LOSS_SETTINGS.get(self.kind)
        return LOSSES[getattr(self, setting) if setting else SUITED[self.kind][0]]()

    @property
    def outputs(self) -> int:
        """How many outputs it takes: a probability or a value, or a score for each class."""
        return self.classes if self.kind == "classes" else 1

    def points(self) -> tuple[Points, Points]:
        """The points to train on and those to test on, the same for all networks."""
        if self.given:
            return self.given.split(self.share, self.data_seed)
        points = self._dataset(self.noise).sample(POINTS, seed=self.data_seed)
        return split(points, self.share, seed=self.data_seed)

    def shown(self) -> tuple[Points, Points]:
        """The points with their features, as the network is shown them."""
        train, test = (Points(self.inputs(part.inputs), part.targets) for part in self.points())
        return train, test

    def inputs(self, points: Float64s) -> Float64s:
        """What the network is shown of points of the plane: their features."""
        return features(points, self.features)


def begin(
    task: Task,
    networks: Iterable[tuple[Activation | tuple[Activation, ...], int]],
    dtype: Any = np.float64,
    shown: tuple[Points, Points] | None = None,
) -> Training:
    """The training of networks, each an activation and a seed, before its first step.

    Every bias starts at 0.  ``shown`` are the features of the points, where they are known already.
    """
    initializer = INITIALIZERS[task.initializer]()
    members = [Member(activation, initializer, seed) for activation, seed in networks]
    sizes = (len(task.features), *task.layers, task.outputs)
    train, test = shown or task.shown()
    return Training(
        Stack(sizes, members, dtype), train, test, task.measured,
        optimizer=OPTIMIZERS[task.optimizer](), lr=task.lr, batch_size=int(task.batch),
        l1=task.l1, l2=task.l2, dropout=task.dropout, seed=task.seed,
    )  # fmt: skip
