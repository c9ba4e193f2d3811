"""Drawn specimens, each with its truth file; `draw.py` draws them again."""
