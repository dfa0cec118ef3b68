"""The article's heading ReLU = max(0, x)."""
