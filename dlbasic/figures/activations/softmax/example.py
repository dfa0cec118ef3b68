"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.activations.softmax.measure import Softmax, forms

settings = Softmax()
found = forms(settings)
print("scores", found.scaled.tolist())
print("exponentials", found.exponentials.tolist())
print("quotient as written", found.naive.tolist())
print("after subtracting the maximum", found.stable.tolist())
