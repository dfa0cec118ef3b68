"""Multilayer perceptrons, a stack of them at once: parameters, forward and backward pass.

A stack holds networks of one shape that may differ in everything else, and passes data through all
of them in the same array operations; a single network is a stack of one.

Arrays are feature-major: ``(networks, units, samples)``.  A layer's bias is the last column of its
weights, met by a row of ones below the layer's input, and all parameters are views of one flat
vector, so that a step of an optimizer is a few operations whatever the depth.
"""

from dlbasic.network.layers import XAVIER, Member
from dlbasic.network.stack import Stack
from dlbasic.network.trace import Masks, Trace

__all__ = ["XAVIER", "Masks", "Member", "Stack", "Trace"]
