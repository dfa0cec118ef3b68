"""Every activation at its defaults and at other parameters, for all tests of this folder."""

from __future__ import annotations

import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, Activation, LeakyReLU, PReLU, SiLU

DEFAULTS = [make() for make in ACTIVATIONS.values()]
OTHERS: list[Activation] = [
    LeakyReLU(0.0),
    LeakyReLU(0.2),
    LeakyReLU(1.0),
    PReLU(-0.5),
    PReLU(0.0),
    PReLU(1.5),
    ELU(0.0),
    ELU(0.3),
    ELU(2.0),
    ELU(1000.0),
    GELU("tanh"),
    SiLU(0.0),
    SiLU(0.1),
    SiLU(0.5),
    SiLU(1.7),
    SiLU(2.0),
    SiLU(100.0),
]
# Parameters at which a plain formula gives NaN or overflows.
HOSTILE: list[Activation] = [PReLU(1e300), PReLU(-1e-320), SiLU(1e-310), SiLU(5e-324)]


@pytest.fixture(scope="session", params=DEFAULTS + OTHERS, ids=repr)
def activation(request: pytest.FixtureRequest) -> Activation:
    return request.param


@pytest.fixture(scope="session", params=DEFAULTS + OTHERS + HOSTILE, ids=repr)
def any_activation(request: pytest.FixtureRequest) -> Activation:
    return request.param
