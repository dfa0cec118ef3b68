"""The losses that the tests of the losses run over, each at the ends of its parameters too."""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.losses import BCE, MAE, MSE, CrossEntropy, Focal, Hinge, Huber, LogCosh, SigmoidMSE

REGRESSIONS = [MSE(), MAE(), Huber(), Huber(0.3), Huber(1e-6), Huber(1e6), LogCosh()]
TWO_CLASSES = [BCE(), SigmoidMSE(), Hinge(), Focal(), Focal(0.0), Focal(0.3), Focal(10.0)]
ELEMENTWISE = [*REGRESSIONS, *TWO_CLASSES]
ALL = [*ELEMENTWISE, CrossEntropy()]
SCORES = [0.0, *np.geomspace(1e-300, 1e300, 121), *np.geomspace(1e-3, 1e3, 61)]
SCORES += [-score for score in SCORES]

every_loss = pytest.mark.parametrize("loss", ALL, ids=repr)
elementwise = pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
regression = pytest.mark.parametrize("loss", REGRESSIONS, ids=repr)
two_classes = pytest.mark.parametrize("loss", TWO_CLASSES, ids=repr)
