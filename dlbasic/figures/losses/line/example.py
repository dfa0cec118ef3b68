"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.line.measure import LineFit, shares, summary

settings = LineFit()
print(summary(settings).to_string(index=False))
print(shares(settings).to_string(index=False))
