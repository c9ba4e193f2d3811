"""Why an object can't be the photo of a card, before anything is paid for."""

from __future__ import annotations

from typing import NamedTuple

from shared.card import CARD_TYPES, CardType
from shared.jobs.request import fits_xml
from shared.settings.load import Settings
from shared.store import Photo

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


def card_type_of(settings: Settings, photo: Photo) -> CardType | None:
    """Return the card type: by the photo's metadata, else by the rules. None if it is unknown."""
    if photo.card_type is None:
        return settings.card_type_of(photo.key)
    return next((known for known in CARD_TYPES if known == photo.card_type), None)


def rejection(
    settings: Settings, photo: Photo, card_type: CardType | None = None
) -> Rejection | None:
    """Return why no job may be sent for the photo, None if one may. `card_type` is the claim's."""
    if (card_type or card_type_of(settings, photo)) is None:
        return Rejection(
            "UnknownCardType", f"x-cos-meta-card-type can be {' or '.join(CARD_TYPES)}"
        )
    if photo.size == 0:
        return Rejection("EmptyObject", "the object has no content")
    if photo.size > settings.max_object_bytes:
        return Rejection(
            "ObjectTooLarge",
            f"{photo.size} bytes are more than MAX_OBJECT_BYTES, {settings.max_object_bytes}",
        )
    if not fits_xml(photo.key):
        return Rejection("KeyNotXml", "the key has characters that XML can't carry to CI")
    return _no_image(photo)


def _no_image(photo: Photo) -> Rejection | None:
    content_type = photo.content_type.strip().lower()
    if content_type.startswith(_NO_IMAGE_TYPES):
        return Rejection(NOT_AN_IMAGE, "the Content-Type is that of something else")
    _, dot, extension = photo.key.rpartition("/")[2].lower().rpartition(".")
    if dot and not content_type.startswith("image/") and extension in _NO_IMAGE_EXTENSIONS:
        return Rejection(NOT_AN_IMAGE, f"the extension .{extension} is that of something else")
    return None
