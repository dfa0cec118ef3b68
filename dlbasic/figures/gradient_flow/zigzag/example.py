"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.gradient_flow.zigzag.measure import Path, Signs, one_sign, path
from dlbasic.measures.two_weights import INPUTS, measure, target

settings, signs = Path(), Signs()
for inputs in INPUTS:
    walk = path(settings.descent(inputs), settings.seed)
    found = measure(walk[..., None], target(settings.direction)[:, None])
    print(inputs, "steps", found.steps[0], "longer than the straight line by", found.detour[0])
print(one_sign(signs).to_string(index=False))
