"""What the README's figures come from: ``python -m benchmarks <name>``."""

import os

# One thread, said before NumPy is first imported: small products gain nothing from more.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
