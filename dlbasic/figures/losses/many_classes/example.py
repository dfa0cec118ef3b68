"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.many_classes.measure import ManyClasses, chain

settings = ManyClasses()
links = chain(settings)
print("p", links.p.tolist())
print("y", links.y.tolist())
print("loss", links.loss)
print("gradient", links.gradient.tolist())
