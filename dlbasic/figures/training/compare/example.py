"""The numbers of this figure in Python; the page puts the reader's settings into it."""

from dlbasic.figures.training.compare.measure import Compare, run_race

settings = Compare()
*_, race = run_race(settings)
for standing in race.standings(settings.goal):
    print(standing)
