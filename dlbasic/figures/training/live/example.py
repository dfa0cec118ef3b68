"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.training.live.measure import At, Live, LiveRun

CHANGED: dict[str, dict[str, float]] = {}

settings = Live()
shown = At()
functions = {key: ACTIVATIONS[key](**CHANGED.get(key, {})) for key in settings.by_layer}
run = LiveRun(settings, functions)
run.seek(shown.epoch)
epoch = run.between(shown.epoch, shown.step) or run.epoch
print("epoch", epoch.number)
print("training loss", epoch.train_loss[0], "test loss", epoch.test_loss[0])
print("accuracy", epoch.train_accuracy, epoch.test_accuracy)
