"""The article's heading 손실 함수: what a loss function says."""
