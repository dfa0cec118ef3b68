"""The article's heading 크로스 엔트로피(CrossEntropy)."""
