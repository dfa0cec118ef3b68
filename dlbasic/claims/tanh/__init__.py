"""The article's heading 하이퍼볼릭 탄젠트 = Tanh."""
