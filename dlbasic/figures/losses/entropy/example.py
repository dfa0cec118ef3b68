"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.entropy.measure import Entropy, information, terms

settings = Entropy()
found = information(settings.p, settings.q, settings.base)
print("H(p)", found.entropy)
print("KL(p||q)", found.divergence)
print("H(p, q)", found.cross)
print(terms(settings.p, settings.q, settings.base).to_string(index=False))
