"""Files that a command writes: whole or not at all, and for this user alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import ConfigurationError


@contextmanager
def replacing(path: Path, option: str = "--out") -> Iterator[Path]:
    """A new file, which takes the place of `path` when everything has been written to it.

    Its mode is 0600, since it can hold what cards say. After an error or Ctrl-C, nothing of it is
    left and what lay at `path` still does.

    Raises:
        ConfigurationError: names `option` where nothing can be written there.
    """
    if path.exists() and not path.is_file():  # root could take the place of a device
        raise ConfigurationError(option, f"can't write {path}: it is there, and no file")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
    except OSError as error:
        raise ConfigurationError(option, f"can't write {path}: {error.strerror}") from None
    try:
        yield Path(name)
        _take_place(Path(name), path, option)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _take_place(new: Path, path: Path, option: str) -> None:
    try:
        new.replace(path)
    except OSError as error:  # such as a folder of that name
        raise ConfigurationError(option, f"can't write {path}: {error.strerror}") from None
