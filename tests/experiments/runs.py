"""Experiments' outcomes, each worked out once for all tests that only look at them."""

from __future__ import annotations

from functools import cache

from dlbasic.experiments import EXPERIMENTS


@cache
def outcome(key, settings):
    """The outcome of an experiment under these settings; read-only."""
    return EXPERIMENTS[key].run(settings)


def presets(experiment):
    """The presets that differ: for most experiments the quick one is the default one."""
    return tuple(dict.fromkeys((experiment.defaults, experiment.quick, experiment.control)))
