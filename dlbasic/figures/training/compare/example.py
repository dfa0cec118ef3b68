"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dataclasses import replace
from pathlib import Path

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets.own_csv import read_csv
from dlbasic.figures.training.compare.measure import Compare, run_race

CHANGED: dict[str, dict[str, float]] = {}

settings = Compare()
if settings.data == "own":  # saved on the page, under "Your own data"
    settings = replace(settings, own=read_csv(Path("points.csv").read_bytes()).points)
changed = tuple(ACTIVATIONS[key](**given) for key, given in CHANGED.items())
*_, race = run_race(replace(settings, changed=changed))
for standing in race.standings(settings.goal):
    print(standing)
