"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.gradient_flow.cures.measure import STARTS, Cures, compare

settings = Cures()
*_, seen = compare(settings)
for start in STARTS:
    for key in settings.functions:
        print(start, key, "seeds that learned", seen.learned(start, key))
