"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.diagnostics import neuron_response
from dlbasic.figures.activations.neuron.measure import Neuron

CHANGED: dict[str, dict[str, float]] = {}

settings = Neuron()
f = ACTIVATIONS[settings.function](**CHANGED.get(settings.function, {}))
response = neuron_response(f, settings.mean, settings.std, settings.threshold)
print("mean output", response.mean_output)
print("share with a small slope", response.small_slope)
print("share at zero slope", response.zero_slope)
print("mean slope", response.mean_slope)
print("after several layers", response.after_layers)
