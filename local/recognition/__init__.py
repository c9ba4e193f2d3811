"""Reading a card from a picture: what the CI service of the local cloud asks a recogniser for."""

from local.recognition.interface import CardType, RecognisedField, Recogniser, UnreadableImage

__all__ = ["CardType", "RecognisedField", "Recogniser", "UnreadableImage"]
