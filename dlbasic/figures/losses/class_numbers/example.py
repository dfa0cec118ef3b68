"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, try_numberings
from dlbasic.measures.class_numbers import errors

settings = ClassNumbers()
print(errors(settings.numbers, settings.true_class).to_string(index=False))
*_, trials = try_numberings(settings.tried)
print(trials.frame().to_string(index=False))
