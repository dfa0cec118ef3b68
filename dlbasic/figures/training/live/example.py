"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.training.live.measure import Live, LiveRun
from dlbasic.measures.replay import Watched

CHANGED: dict[str, dict[str, float]] = {}

settings, shown = Live(), Watched()
f = ACTIVATIONS[settings.function](**CHANGED.get(settings.function, {}))
run = LiveRun(settings, f)
run.seek(shown.epoch)
print("epoch", run.epoch.number)
print("training loss", run.epoch.train_loss[0], "test loss", run.epoch.test_loss[0])
print("accuracy", run.epoch.train_accuracy, run.epoch.test_accuracy)
