"""The article's heading Softmax."""
