"""The article's heading Leaky ReLU, and PReLU, which learns its slope."""
