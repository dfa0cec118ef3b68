"""Every activation at its defaults and at other parameters, for all tests of this folder."""

from __future__ import annotations

import pytest

from dlbasic.activations import Activation
from tests.activations.every_activation import EVERY, HOSTILE


@pytest.fixture(scope="session", params=EVERY, ids=repr)
def activation(request: pytest.FixtureRequest) -> Activation:
    return request.param


@pytest.fixture(scope="session", params=EVERY + HOSTILE, ids=repr)
def any_activation(request: pytest.FixtureRequest) -> Activation:
    return request.param
