"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.losses.explorer.measure import Explorer, curve, frame

settings = Explorer()
for x in (settings.point, settings.wrong_end):
    for key in settings.chosen:
        value, slope = curve(settings, key, x)
        print(key, "at", x, "loss", float(value), "gradient", float(slope))
print(frame(settings).to_string(index=False))
