"""This product on one machine: the emulator with the functions deployed on it, and a page.

cloud        the emulator with this product's functions deployed on it, in tests and in real time
demo         uploads photos to a local cloud and shows their results
page         the page on which a user uploads photos and sees their results
recognition  reads a card from a picture
samples      drawn specimens, each with its truth file; `draw.py` draws them again
up           runs the local cloud until Ctrl-C
"""
