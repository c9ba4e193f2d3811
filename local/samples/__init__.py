"""Drawn specimens, each with its truth file; `draw.py` draws them again.

draw         draws the samples and their truth files again
faces        draws the printed side of a card, flat and clean, and remembers where each field
             stands
people       the people on the samples: invented, and meant to look it
photos       lays a card on a desk, sets the light, and tells where its fields are
portraits    draws what stands where a portrait would be
"""
