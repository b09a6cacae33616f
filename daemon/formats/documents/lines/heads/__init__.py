"""The beginnings of a text's lines: which time and which name stand there."""
