"""Photos, read with the operator's own keys, and what is drawn from them.

photos     the content of a photo, which the functions never read
decoding   its pixels, within bounds whatever the file says of itself
score      the band of a score, for its colour
drawing    boxes on a photo
thumbnail  a small JPEG of one
"""
