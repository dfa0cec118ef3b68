"""The two losses that a sigmoid unit is compared under."""

from __future__ import annotations

from dlbasic.losses import BCE, Loss, SigmoidMSE
from dlbasic.params import Tick
from dlbasic.text import Text

COMPARED: dict[str, Loss] = {loss.key: loss for loss in (BCE(), SigmoidMSE())}

NAMES = {  # short enough to stand side by side
    "bce": Text(ko="바이너리 크로스 엔트로피", en="Binary cross-entropy"),
    "sigmoid_mse": Text(ko="시그모이드 제곱 오차", en="Squared error"),
}

LEARNED = 0.9  # the accuracy that counts as having learned
LR = Tick(Text(ko="학습률", en="Learning rate"), default=0.1, ticks=(0.03, 0.1, 0.3, 1.0))
