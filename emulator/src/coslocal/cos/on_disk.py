"""Objects too large to be kept in memory: moto's, in files of the temporary folder.

A file has no name there, so that nothing of it is left if the process is killed. moto makes an
object of one text of all its bytes; what follows has it take those of an upload in parts one after
the other, and has the answer to a GET read the file as it is sent.
"""

from __future__ import annotations

import binascii
import contextlib
import contextvars
import ctypes
import hashlib
import os
import resource
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

from moto.s3 import models
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML
from moto.s3.models import FakeKey, FakeMultipart

MAX_IN_MEMORY: Final = 1024 * 1024
"""Bytes of an object, or of a part, that are kept in memory."""
BLOCK_BYTES: Final = 1024 * 1024

_M_MMAP_THRESHOLD: Final = -3
"""glibc's number of it, in malloc.h."""

_models: Final[Any] = models
_sends_files: Final[contextvars.ContextVar[bool]] = contextvars.ContextVar("files", default=False)


class FileBody:
    """The content of an object that is in a file, read when it is asked for.

    It stays as it is when the object is overwritten or deleted.
    """

    def __init__(self, file: int, start: int, stop: int) -> None:
        self._file = os.dup(file)
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, part: slice) -> FileBody:
        start, stop, _ = part.indices(len(self))
        return FileBody(self._file, self._start + start, self._start + max(start, stop))

    def __iter__(self) -> Iterator[bytes]:
        for start in range(self._start, self._stop, BLOCK_BYTES):
            yield os.pread(self._file, min(BLOCK_BYTES, self._stop - start), start)

    def __bytes__(self) -> bytes:
        return b"".join(self)

    def __copy__(self) -> FileBody:
        """Return the same content with a descriptor of its own: each is closed once."""
        return FileBody(self._file, self._start, self._stop)

    def __deepcopy__(self, _memo: object) -> FileBody:
        """Copy it as `__copy__` does: moto copies each key that it lists with its versions."""
        return self.__copy__()

    def __del__(self) -> None:
        os.close(self._file)


def blocks_of(stored: FakeKey) -> Iterable[bytes]:
    """Return an object's content in blocks, without all of it in memory."""
    with sent_from_files():
        content: bytes | FileBody = stored.value
    return [content] if isinstance(content, bytes) else content


@contextlib.contextmanager
def sent_from_files() -> Iterator[None]:
    """Have moto hand out `FileBody` in place of bytes for a large object, inside the block."""
    token = _sends_files.set(True)
    try:
        yield
    finally:
        _sends_files.reset(token)


class _Parts:
    """The content of an upload in parts, in their order."""

    def __init__(self, parts: list[FakeKey]) -> None:
        self._parts = parts

    def dispose(self) -> None:
        for part in self._parts:
            part.dispose()

    def __len__(self) -> int:
        return sum(part.size for part in self._parts)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield from blocks_of(part)


class _StoredKey:
    """What takes the place of `FakeKey.value`."""

    @staticmethod
    def get(key: Any) -> bytes | FileBody:  # noqa: ANN401 - moto's, from the inside
        with key.lock:
            file = key._value_buffer  # noqa: SLF001
            if key.contentsize > MAX_IN_MEMORY and _sends_files.get():
                file.flush()
                return FileBody(file.fileno(), 0, key.contentsize)
            file.seek(0)
            return bytes(file.read())

    @staticmethod
    def set(key: Any, content: bytes | str | FileBody | _Parts) -> None:  # noqa: ANN401
        if isinstance(content, str):
            content = content.encode()
        key._value_buffer.close()  # noqa: SLF001
        key._value_buffer = tempfile.SpooledTemporaryFile(MAX_IN_MEMORY)  # noqa: SIM115, SLF001
        for block in (content,) if isinstance(content, bytes) else content:
            key._value_buffer.write(block)  # noqa: SLF001
        key.contentsize = len(content)
        if isinstance(content, _Parts):
            content.dispose()


def _complete(upload: FakeMultipart, wanted: Iterable[tuple[int, str]]) -> tuple[_Parts, str, None]:
    """Put an upload together, as `FakeMultipart.complete` does, without a checksum of S3's.

    Raises:
        InvalidPart, EntityTooSmall, MalformedXML: As there.
    """
    parts: list[FakeKey] = []
    for number, etag in wanted:
        part = upload.parts.get(number)
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart
        if parts and parts[-1].size < _models.S3_UPLOAD_PART_MIN_SIZE:
            raise EntityTooSmall
        parts.append(part)
    if not parts:
        raise MalformedXML
    upload.parts = {}  # which moto would close before the object is written
    digests = b"".join(binascii.unhexlify(part.etag.strip('"')) for part in parts)
    etag = hashlib.md5(digests, usedforsecurity=False).hexdigest()
    return _Parts(parts), f"{etag}-{len(parts)}", None


def _allow_files() -> None:
    """Let the process open as many files as it may: each large object is one."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # a system's own limit may be lower still
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, min(most, 65_536)), most))


def _return_memory() -> None:
    """Have glibc give large blocks back to the system as soon as they are free.

    It learns from the first such blocks to keep those that follow.
    """
    with contextlib.suppress(AttributeError, OSError):  # another libc has no such setting
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, MAX_IN_MEMORY)


_of_keys: Any = FakeKey
_of_keys.value = property(_StoredKey.get, _StoredKey.set)
_of_uploads: Any = FakeMultipart
_of_uploads.complete = _complete
_allow_files()
_return_memory()
