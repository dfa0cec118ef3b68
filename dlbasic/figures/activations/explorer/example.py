"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.activations.explorer.measure import Explorer, curves

CHANGED: dict[str, dict[str, float]] = {}

settings = Explorer()
functions = {key: ACTIVATIONS[key](**CHANGED.get(key, {})) for key in settings.functions}
for key, f in functions.items():
    print(
        key, "at", settings.at, "value", float(f(settings.at)), "slope", float(f.grad(settings.at))
    )
rows = curves(tuple(functions.items()), *settings.x)
for key in functions:
    size = rows[f"{key}_slope"].abs()
    print(key, "largest slope", size.max(), "at the ends", size.iloc[0], size.iloc[-1])
