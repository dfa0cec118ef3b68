"""The article's heading 평균 제곱 오차(MSE)."""
