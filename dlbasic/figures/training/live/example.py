"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dataclasses import replace
from pathlib import Path

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets.own_csv import read_csv
from dlbasic.figures.training.live.measure import At, Live, LiveRun

CHANGED: dict[str, dict[str, float]] = {}

settings = Live()
if settings.data == "own":  # saved on the page, under "Your own data"
    settings = replace(settings, own=read_csv(Path("points.csv").read_bytes()).points)
shown = At()
functions = {key: ACTIVATIONS[key](**CHANGED.get(key, {})) for key in settings.by_layer}
run = LiveRun(settings, functions)
run.seek(shown.epoch)
epoch = run.between(shown.epoch, shown.step) or run.epoch
print("epoch", epoch.number)
print("training loss", epoch.train_loss[0], "test loss", epoch.test_loss[0])
print("accuracy", epoch.train_accuracy, epoch.test_accuracy)
