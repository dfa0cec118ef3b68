"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.gradient_flow.microscope.measure import Microscope, view

settings = Microscope()
seen = view(settings)
for key, result in seen.passes.items():
    print(key, "first layer's gradient by the last's: median, lowest, highest", result.ratio())
print(seen.rows.to_string(index=False))
