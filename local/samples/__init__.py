"""Drawn specimens, each with its truth file; `draw.py` draws them again.

draw         draws the samples and their truth files again
faces        draws the printed side of a card, flat and clean, and notes the place of each field
people       the people on the samples: invented, and they look so
photos       lays a card on a desk, sets the light, and returns the places of its fields
portraits    draws a figure in place of a portrait
"""
