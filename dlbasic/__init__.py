"""Measured lessons on activation functions, loss functions and gradient flow."""

import os

# One thread, said before NumPy is first imported: small products gain nothing from more, and on a
# small server the readers share the cores.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
