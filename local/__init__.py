"""This product on one machine: the emulator with the functions deployed on it, and a page.

cloud        the local cloud: the emulator with this product's functions deployed on it
demo         photos uploaded to a local cloud, and the JSON they become
page         the page where photos go in, and what became of them is seen
recognition  reading a card from a picture
running      a local cloud that runs in real time
samples      drawn specimens, each with its truth file; `draw.py` draws them again
up           the local cloud, kept running until Ctrl-C
"""
