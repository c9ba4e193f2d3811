"""Drawn specimens, each with its truth file; `draw.py` draws them again.

draw         draws the samples again, as their truth files say
faces        draws the printed side of a card, flat and clean, and notes the place of each field
photos       lays a card on a desk, sets the light, and returns the places of its fields
"""
