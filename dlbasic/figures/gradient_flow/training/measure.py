"""A deep network that is trained while the gradient in each of its layers is watched."""

from __future__ import annotations

from dataclasses import dataclass

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Float64s
from dlbasic.datasets import DATASETS, split
from dlbasic.diagnostics import delta_norms
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import BCE
from dlbasic.measures.deep_networks import RULE, SCALE, rescale
from dlbasic.measures.replay import Replay
from dlbasic.measures.settings import FUNCTIONS, function_choice, seed_choice
from dlbasic.network import Member, Stack, Trace
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import Choice, Declared, Flag, Integer, Tick, parameter
from dlbasic.text import Text, both
from dlbasic.training import Training

WIDTH, POINTS, BATCH = 16, 400, 10


@dataclass(frozen=True)
class DeepTraining(Declared):
    """``depth`` hidden layers of 16 units on the circle, trained with batches of 10."""

    function: str = parameter(function_choice("sigmoid", FUNCTIONS))
    depth: int = parameter(
        Integer(Text(ko="은닉층의 수", en="Hidden layers"), default=8, low=1, high=30,
                allowed=(1, 64))
    )  # fmt: skip
    rule: str = parameter(Choice(RULE.label, default="xavier_normal", options=RULE.options))
    scale: float = parameter(SCALE)
    skip: bool = parameter(Flag(Text(ko="잔차 연결", en="Skip connections")))
    optimizer: str = parameter(
        Choice(Text(ko="옵티마이저", en="Optimizer"), default="adam",
               options={"sgd": both("SGD"), "adam": both("Adam")})
    )  # fmt: skip
    lr: float = parameter(
        Tick(Text(ko="학습률(learning rate)", en="Learning rate"), default=0.003,
             ticks=(0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))
    )  # fmt: skip
    seed: int = parameter(seed_choice())


class DeepRun(Replay):
    """A run under these settings; its notes are the gradient's norms at the hidden layers.

    >>> run = DeepRun(DeepTraining(depth=3))
    >>> run.seek(2)
    >>> [note.shape for note in run.notes]
    [(3,), (3,), (3,)]
    """

    def __init__(self, settings: DeepTraining) -> None:
        self.settings = settings
        self.train, self.test = split(DATASETS["circle"]().sample(POINTS, seed=0), 0.5, seed=0)
        super().__init__()

    def begin(self) -> Training:
        settings = self.settings
        member = Member(
            ACTIVATIONS[settings.function](), INITIALIZERS[settings.rule](), settings.seed
        )
        sizes = (2, *(WIDTH,) * settings.depth, 1)
        stack = Stack(sizes, [member], skip=settings.skip)
        rescale(stack, settings.scale)
        self._trace: Trace | None = None
        return Training(
            stack, self.train, self.test, BCE(), optimizer=OPTIMIZERS[settings.optimizer](),
            lr=settings.lr, batch_size=BATCH, seed=settings.seed,
        )  # fmt: skip

    def note(self) -> Float64s:
        """The norm of the gradient at each hidden layer's weighted sums, ``(hidden,)``.

        Of the mean loss over all training points, at the parameters as they now are.
        """
        if self._trace is None:
            self._trace = Trace(self.training.stack, len(self.train))
        self.training.stack.backpropagate(self.train, BCE(), self._trace)
        return delta_norms(self._trace)[:-1, 0]

    def rest(self) -> None:
        super().rest()
        self._trace = None
