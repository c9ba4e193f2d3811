"""Photos, read with the operator's own keys, and what is drawn from them.

photos   the content of a photo, which the functions never read
score         the band of a score, for its colour
drawing       boxes on a photo
thumbnail     a small JPEG of one
"""
