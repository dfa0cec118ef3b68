"""The article's heading 바이너리 크로스 엔트로피(Binary CrossEntropy)."""
