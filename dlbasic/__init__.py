"""Measured lessons on activation functions, loss functions and gradient flow."""
