"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.two_classes.measure import (
    Answer,
    UnitRun,
    WrongStart,
    answers,
    learned_at,
    walk,
)

answer = Answer()
print("probability", answer.probability, "slope", answer.sigmoid_slope)
start = WrongStart()
for key, (loss, gradient) in answers(answer).items():
    print(key, "loss", loss, "gradient", gradient)
    path = walk(start, key)
    print(key, "learned at epoch", learned_at(path, UnitRun(start, key).train))
    print(key, "weights at the end", path[-1].tolist())
