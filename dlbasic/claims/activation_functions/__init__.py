"""The article's heading 활성화 함수(Activation Function): what an activation function is for."""
