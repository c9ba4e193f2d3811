"""Reading a card from a picture: what the CI service of the local cloud asks a recogniser for.

forms      the printed forms of the cards
geometry   points and quadrilaterals in a picture
interface  what a recogniser is, in the terms of CI's `ImageLicenseRecResult`
layout     finds a card's fields among lines of text
lines      lines of text, as an OCR engine finds them in an upright picture
ocr        A recogniser that really reads
scripted   A recogniser that follows a script
truth      truth files: what a sample shows, in a JSON file beside the picture
"""

from local.recognition.interface import CardType, RecognisedField, Recogniser, UnreadableImage

__all__ = ["CardType", "RecognisedField", "Recogniser", "UnreadableImage"]
