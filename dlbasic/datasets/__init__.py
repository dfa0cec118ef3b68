"""Seeded toy data to learn from, each set one class: the noise, the points, the facts.

>>> points = DATASETS["xor"](noise=0.0).sample(200, seed=0)
>>> points.inputs.shape, points.targets.shape
((200, 2), (200,))
"""

from dlbasic.datasets.base import (
    COUNT,
    EXTENT,
    MAP,
    NOISE,
    SEED,
    TRAIN_SHARE,
    Dataset,
    Points,
    Task,
    split,
)
from dlbasic.datasets.classification import (
    Blobs3,
    Blobs5,
    Circle,
    Classification,
    Gaussians,
    Moons,
    Spiral,
    Spiral3,
    Spiral5,
    Xor,
)
from dlbasic.datasets.features import FEATURES, Feature, features, grid
from dlbasic.datasets.own import Own
from dlbasic.datasets.own_csv import read_csv, write_csv
from dlbasic.datasets.own_rows import from_table, with_point
from dlbasic.datasets.regression import Absolute, ManyGaussians, Plane, Regression, Sine, Step

DATASETS: dict[str, type[Dataset]] = {
    dataset.key: dataset
    for dataset in (
        Circle,
        Xor,
        Gaussians,
        Spiral,
        Moons,
        Blobs3,
        Blobs5,
        Spiral3,
        Spiral5,
        Plane,
        ManyGaussians,
        Sine,
        Step,
        Absolute,
    )
}

__all__ = [
    "COUNT",
    "DATASETS",
    "EXTENT",
    "FEATURES",
    "MAP",
    "NOISE",
    "SEED",
    "TRAIN_SHARE",
    "Absolute",
    "Blobs3",
    "Blobs5",
    "Circle",
    "Classification",
    "Dataset",
    "Feature",
    "Gaussians",
    "ManyGaussians",
    "Moons",
    "Own",
    "Plane",
    "Points",
    "Regression",
    "Sine",
    "Spiral",
    "Spiral3",
    "Spiral5",
    "Step",
    "Task",
    "Xor",
    "features",
    "from_table",
    "grid",
    "read_csv",
    "split",
    "with_point",
    "write_csv",
]
