"""Why a photo can't be that of a card: by its size, key, Content-Type and extension."""

from __future__ import annotations

import pytest

from shared.documents import ResultError
from shared.pipeline.attempt import rejection
from shared.settings.load import load
from tests.support.attempts import PHOTO
from tests.support.environment import ENVIRONMENT

SETTINGS = load(ENVIRONMENT, submits=True)
MOST = SETTINGS.max_object_bytes

OTHER_TYPES = "font/woff2 video/mp4 audio/mpeg application/pdf application/json application/xml"
IMAGES = "jpg jpeg jpe jfif png bmp gif webp tif tiff heic heif"
NO_IMAGES = """
json txt csv tsv xml html htm md log yml yaml ini
pdf doc docx xls xlsx ppt pptx rtf odt ods ofd wps
zip gz tgz bz2 xz zst tar rar 7z iso dmg jar apk
mp4 mov avi mkv webm m4v mp3 wav m4a flac ogg amr
ttf otf woff woff2 eot
js mjs ts css py sh bat ps1 php exe dll so sql
wmv flv mpg mpeg 3gp eml msg db sqlite lnk url torrent
aae xmp part partial crdownload download tmp temp bak swp
filepart opdownload xltd td icloud gitkeep
"""
LEFT_BY_FILE_SYSTEMS = (
    ".DS_Store Thumbs.db desktop.ini ehthumbs.db .localized ._photo.jpg ~$photo.jpg photo.jpg~ "
    ".~lock.photo.jpg# .nfs0001"
)


def reason(name: str, content_type: str = "application/octet-stream") -> object:
    key = f"uploads.d/batch.json/{name}"
    return rejection(SETTINGS, PHOTO._replace(key=key, content_type=content_type))


def no_image(message: str) -> object:
    return ResultError("NotAnImage", message, "source")


def test_the_size_has_a_lower_and_an_upper_bound() -> None:
    assert rejection(SETTINGS, PHOTO._replace(size=1)) is None
    assert rejection(SETTINGS, PHOTO._replace(size=MOST)) is None
    empty = rejection(SETTINGS, PHOTO._replace(size=0))
    assert empty == ResultError("EmptyObject", "the object has no content", "source")
    vast = rejection(SETTINGS, PHOTO._replace(size=MOST + 1))
    message = f"{MOST + 1} bytes are more than MAX_OBJECT_BYTES, {MOST}"
    assert vast == ResultError("ObjectTooLarge", message, "source")


@pytest.mark.parametrize("character", ["\r", "\x01", "\ud800", "\ufffe"])
def test_a_key_must_fit_into_xml(character: str) -> None:
    found = reason(f"a{character}.jpg")
    message = "the key has characters that XML can't carry to CI"
    assert found == ResultError("KeyNotXml", message, "source")


@pytest.mark.parametrize(
    "content_type", [*OTHER_TYPES.split(), "application/zip", " APPLICATION/JSON; charset=utf-8"]
)
def test_a_content_type_of_something_else_is_no_image(content_type: str) -> None:
    expected = no_image("the Content-Type is that of something else")
    assert reason("a.jpg", content_type) == expected


@pytest.mark.parametrize("name", ["a", "a.xyz", "a.jpg.xyz"])
def test_text_is_no_image(name: str) -> None:
    assert reason(name, "text/plain") == no_image("the Content-Type is that of something else")


@pytest.mark.parametrize("extension", [*IMAGES.split(), "JPG"])
def test_text_with_the_extension_of_an_image_is_cis_to_decide(extension: str) -> None:
    assert reason(f"a.{extension}", "text/plain") is None


@pytest.mark.parametrize("extension", [*NO_IMAGES.split(), "PDF", "jpg.pdf", "rar "])
def test_an_extension_of_something_else_is_no_image(extension: str) -> None:
    last = extension.rpartition(".")[2].lower().strip()
    expected = no_image(f"the extension .{last} is that of something else")
    assert reason(f"a.{extension}") == expected


@pytest.mark.parametrize("name", LEFT_BY_FILE_SYSTEMS.split())
def test_what_a_file_system_leaves_is_no_image(name: str) -> None:
    text = "the name is that of a file that a system or an editor leaves behind"
    assert reason(name) == no_image(text)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.pdf", "image/jpeg"), ("a.heic", "application/octet-stream"), ("a", ""), ("pdf", "")],
)
def test_what_may_be_an_image_is_cis_to_decide(name: str, content_type: str) -> None:
    assert reason(name, content_type) is None
