"""What claims and figures both measure with."""
