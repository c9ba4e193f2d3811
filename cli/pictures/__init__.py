"""Photographs, read with the operator's own keys, and what is drawn from them.

photographs   the content of a photograph, which the functions never read
score         the band of a score, for its colour
drawing       boxes on a photograph
thumbnail     a small JPEG of one
"""
