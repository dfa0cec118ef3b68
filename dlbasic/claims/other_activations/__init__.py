"""The article's heading 그 외의 활성화 함수: ELU, GELU, SiLU, Mish."""
