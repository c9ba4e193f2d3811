"""Uploads files to the bucket and reads the results, as a user does: only with the official SDK."""

from __future__ import annotations

import json
import mimetypes
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qcloud_cos import CosClientError, CosS3Client, CosServiceError

from local.page.bucket import Bucket, version_in_names
from local.recognition.truth import Truth, read_truths


class NoCards(Exception):
    """There is nothing to upload; the message says why."""


@dataclass(frozen=True)
class Card:
    """One file to upload under `key`; `truth` is what it shows, known for samples only."""

    path: Path
    key: str
    truth: Truth | None = None


def sample_cards(folder: Path) -> list[Card]:
    """Return the samples below `folder`, from its folders `id` and `driver`."""
    return [
        Card(picture, f"uploads/{picture.relative_to(folder).as_posix()}", truth)
        for picture, truth in read_truths(folder)
    ]


def cards_in(folder: Path) -> list[Card]:
    """Return every file below `folder`, without hidden ones.

    A file in a folder whose name begins with "driver" is a driving licence. Others are ID cards.

    Raises:
        NoCards: There is no such folder, or it holds no file.
    """
    if not folder.is_dir():
        raise NoCards(f"there is no folder {folder}")
    cards = [
        Card(path, f"uploads/{_kind(folder, path)}/{path.relative_to(folder).as_posix()}")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(folder))
    ]
    if not cards:
        raise NoCards(f"there are no files in {folder}")
    return cards


def _kind(folder: Path, path: Path) -> str:
    folders = (folder.resolve().name, *path.relative_to(folder).parts[:-1])
    return "driver" if any(name.lower().startswith("driver") for name in folders) else "id"


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


POLL_SECONDS: Final = 0.2
POLLED_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Upload:
    """A card that is in the bucket, and the key that its result will have."""

    card: Card
    etag: str
    result_key: str


@dataclass(frozen=True)
class Result:
    """An upload's result. `body` is None if there was no result in time."""

    upload: Upload
    body: dict[str, Any] | None


class UploadFailed(Exception):
    """A file could not be uploaded; the message says why."""


class UsersBucket:
    """One bucket, as its user sees it."""

    def __init__(self, client: CosS3Client, name: str) -> None:
        self._client = client
        self._read_by = Bucket(client, name, "uploads/")
        self.name = name

    def create(self) -> None:
        """Create the bucket and enable CI's recognition for it."""
        self._client.create_bucket(Bucket=self.name)
        self._client.ci_open_ai_bucket(Bucket=self.name)

    def upload(self, card: Card) -> Upload:
        """Upload one card.

        Raises:
            UploadFailed: COS refused it, or its name can't be a key.
        """
        content_type = mimetypes.guess_type(card.path.name)[0] or "application/octet-stream"
        try:
            card.key.encode()
            self._client.put_object_from_local_file(
                Bucket=self.name,
                Key=card.key,
                LocalFilePath=str(card.path),
                ContentType=content_type,
            )
            etag = self._client.head_object(Bucket=self.name, Key=card.key)["ETag"].strip('"')
        except CosServiceError as error:
            raise UploadFailed(f"COS refused it: {error.get_error_code()}") from error
        except UnicodeError as error:
            raise UploadFailed("its name is not UTF-8 text, as a key must be") from error
        except (CosClientError, OSError) as error:
            raise UploadFailed(f"it can't be uploaded: {type(error).__name__}") from error
        return Upload(card, etag, result_key(card.key, etag))

    def results(self, uploads: Sequence[Upload], patience: float) -> Iterator[Result]:
        """Yield each upload's result when it appears.

        If no result appears for `patience` seconds, yield the other uploads without a result.
        """
        deadline = time.monotonic() + patience
        waiting = list(uploads)
        while waiting and time.monotonic() < deadline:
            found = []
            for upload in waiting[:POLLED_AT_ONCE]:
                body = self._read(upload.result_key)
                if body is not None:
                    found.append(upload)
                    yield Result(upload, body)
            waiting = [upload for upload in waiting if upload not in found]
            if found:
                deadline = time.monotonic() + patience
            else:
                time.sleep(POLL_SECONDS)
        for upload in waiting:
            yield Result(upload, self._read(upload.result_key))

    def pending(self, upload: Upload) -> dict[str, Any] | None:
        """Return the card's newest pending object. Return None if there is none."""
        prefix = f"ocr/pending/{version_in_names(upload.card.key, upload.etag).key}.{upload.etag}."
        names = [entry.name for entry in self._read_by.list(prefix)]
        return self._read(max(names)) if names else None

    def _read(self, key: str) -> dict[str, Any] | None:
        content = self._read_by.content(key)
        body: dict[str, Any] | None = None if content is None else json.loads(content)
        return body


def result_key(key: str, etag: str) -> str:
    """Return the key of the result for this version of the object `key`."""
    return f"ocr/results/{version_in_names(key, etag).key}.{etag}.json"
