"""What the README's figures come from: ``python -m benchmarks <name>``."""

import dlbasic as dlbasic  # NumPy's threads are set before it is first imported
