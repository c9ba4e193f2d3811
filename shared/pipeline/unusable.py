"""Why an object can't be a photograph of a card: decided before anything is paid for."""

from __future__ import annotations

from typing import NamedTuple

from shared.card import CARD_TYPES, CardType
from shared.jobs.request import fits_xml
from shared.settings.load import Settings
from shared.store import Source

NOT_AN_IMAGE = "NotAnImage"
_NO_IMAGE_TYPES = ("text/", "video/", "audio/", "application/pdf")
_NO_IMAGE_EXTENSIONS = frozenset(
    {
        *("json", "txt", "csv", "xml", "html", "pdf"),
        *("zip", "gz", "tar"),
        *("mp4", "mov", "mp3"),
        *("doc", "docx", "xls", "xlsx", "ppt", "pptx"),
    }
)


class Rejection(NamedTuple):
    """A reason; `message` holds no key."""

    code: str
    message: str


def card_type_of(settings: Settings, source: Source) -> CardType | None:
    """The card type: the photograph's own metadata, else the rules; None where it is unknown."""
    if source.card_type is None:
        return settings.card_type_of(source.key)
    return next((known for known in CARD_TYPES if known == source.card_type), None)


def rejection(
    settings: Settings, source: Source, card_type: CardType | None = None
) -> Rejection | None:
    """Why no job may be sent for this object, or None; `card_type` is its own, where it has one."""
    if (card_type or card_type_of(settings, source)) is None:
        return Rejection(
            "UnknownCardType", f"x-cos-meta-card-type can be {' or '.join(CARD_TYPES)}"
        )
    if source.size == 0:
        return Rejection("EmptyObject", "the object has no content")
    if source.size > settings.max_object_bytes:
        return Rejection(
            "ObjectTooLarge",
            f"{source.size} bytes are more than MAX_OBJECT_BYTES, {settings.max_object_bytes}",
        )
    if not fits_xml(source.key):
        return Rejection("KeyNotXml", "the key has characters that XML can't carry to CI")
    return _no_image(source)


def _no_image(source: Source) -> Rejection | None:
    content_type = source.content_type.strip().lower()
    if content_type.startswith(_NO_IMAGE_TYPES):
        return Rejection(NOT_AN_IMAGE, "the Content-Type is that of something else")
    _, dot, extension = source.key.rpartition("/")[2].lower().rpartition(".")
    if dot and not content_type.startswith("image/") and extension in _NO_IMAGE_EXTENSIONS:
        return Rejection(NOT_AN_IMAGE, f"the extension .{extension} is that of something else")
    return None
