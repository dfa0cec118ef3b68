"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.gradient_flow.training.measure import DeepRun, DeepTraining
from dlbasic.measures.replay import Watched

settings, shown = DeepTraining(), Watched()
run = DeepRun(settings)
run.seek(shown.epoch)
print("epoch", run.epoch.number, "training loss", run.epoch.train_loss[0])
print("gradient norms, first hidden layer first", run.noted.tolist())
