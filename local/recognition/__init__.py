"""Reads a card from a picture: the recogniser that the emulator's CI gets.

layout     the printed forms of the cards; finds a card's fields among lines of text
lines      lines of text and their places, as an OCR engine finds them in an upright picture
ocr        a recogniser that really reads
scripted   a recogniser that follows a script
truth      truth files: what a sample shows, in a JSON file beside the picture
"""
