"""The article's heading Sigmoid."""
