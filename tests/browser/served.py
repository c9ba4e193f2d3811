"""`make up` without its terminal: the real functions as processes, and the page, on a free port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from playwright.sync_api import FilePayload, Page

from coslocal.ci.recognition import CardType, RecognisedField
from local.cloud import SAMPLES, LocalCloud, running_cloud
from local.page.app import Page as PageApp
from local.recognition.scripted import ScriptedRecogniser

OWN = b"a photo of one's own"
"""Behind a sample's last byte this makes another file of it, which shows the same."""


SIDEWAYS = bytes.fromhex("ffe100224578696600004d4d002a00000008000101120003000000010006000000000000")
"""An EXIF segment that says "turn me by a quarter": behind a JPEG's first two bytes."""


class HeldRecogniser:
    """Reads the samples, and files made of them, but no card while it is held."""

    def __init__(self) -> None:
        self._scripted = ScriptedRecogniser.for_samples(SAMPLES)
        self._free = threading.Event()
        self._free.set()

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def recognise(self, image: bytes, card_type: CardType) -> list[RecognisedField]:
        assert self._free.wait(30)
        original = image.removesuffix(OWN).replace(SIDEWAYS, b"", 1)
        return self._scripted.recognise(original, card_type)


class Served:
    """A local cloud with its page, as a test drives it."""

    def __init__(self, cloud: LocalCloud, recogniser: HeldRecogniser) -> None:
        self.cloud = cloud
        self.recogniser = recogniser
        self.url = f"{cloud.setup.url}/"

    def result(self, key: str) -> dict[str, Any]:
        """The one result of a photo, as it lies in the bucket."""

        stored = self.cloud.cos.read_object(self.cloud.setup.bucket, key)
        assert stored is not None
        name = f"ocr/results/{key}.{stored.etag.strip(chr(34))}.json"
        written = self.cloud.cos.read_object(self.cloud.setup.bucket, name)
        assert written is not None
        body: dict[str, Any] = json.loads(written.body)
        return body


@contextmanager
def served(port: int = 0) -> Iterator[Served]:
    """Serve until the block is left."""
    recogniser = HeldRecogniser()
    with running_cloud(recogniser, port=port) as cloud, closing(PageApp(cloud, SAMPLES)):
        try:
            yield Served(cloud, recogniser)
        finally:
            recogniser.release()


def choose(page: Page, *files: FilePayload) -> None:
    """Choose files on the page."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(list(files))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def file(name: str, content: bytes, kind: str = "image/jpeg") -> FilePayload:
    """A file as Playwright puts it into a page."""
    return {"name": name, "mimeType": kind, "buffer": content}
