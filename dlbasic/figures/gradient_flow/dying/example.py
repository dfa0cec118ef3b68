"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.gradient_flow.dying.measure import Dying, dying_units

settings = Dying()
*_, seen = dying_units(settings)
for key in settings.functions:
    print(key, seen.totals(key))
print(seen.rows.to_string(index=False))
