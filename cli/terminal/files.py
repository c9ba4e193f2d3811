"""Files that a command writes: whole or not at all, and readable only by this user."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from shared.errors import ConfigurationError

_WORK = ".card-ocr."  # what the folder of a file that is being written begins with


@contextmanager
def replacing(path: Path, option: str = "--out") -> Iterator[Path]:
    """Make a new file that replaces `path` at the end of the block.

    Until then it is in a folder of its own beside `path`, which only this user can read, since it
    can hold values of cards. An error or a signal removes it and leaves `path` as it was.
    If the process is killed, the next call with a `path` beside it cleans up.

    Raises:
        ConfigurationError: names `option` if nothing can be written there.
    """
    if path.exists() and not path.is_file():  # root could take the place of a device
        raise ConfigurationError(option, f"can't write {path}: it is there, and no file")
    _remove_abandoned(path.parent)
    with ExitStack() as stack:
        try:
            folder = _folder_of_its_own(path.parent, stack)
        except OSError as error:
            raise ConfigurationError(option, f"can't write {path}: {error.strerror}") from None
        new = folder / "new"
        new.touch(0o600)
        yield new
        _take_place(new, path, option)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Have libraries put their temporary files there in the block."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def locked(folder: Path, *, waits: bool = False) -> Iterator[bool]:
    """Lock a folder in the block; yield whether that worked. The process's end unlocks it.

    With `waits`, it waits until another process unlocks it.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        is_ours = True
    except OSError:  # locked by another process, or a file system without locks
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(opened)


def _folder_of_its_own(beside: Path, stack: ExitStack) -> Path:
    """Make a folder that is held, and gone at the end of `stack`.

    Before it is held, another run may take it for abandoned: then there is another one.
    """
    while True:
        folder = Path(tempfile.mkdtemp(dir=beside, prefix=_WORK))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        with suppress(FileNotFoundError):
            stack.enter_context(locked(folder, waits=True))
            if folder.exists():
                return folder


def _remove_abandoned(beside: Path) -> None:
    """Remove what killed processes left behind."""
    for folder in beside.glob(f"{_WORK}*"):
        with suppress(OSError), locked(folder) as is_ours:
            if is_ours:
                shutil.rmtree(folder)


def _take_place(new: Path, path: Path, option: str) -> None:
    try:
        new.replace(path)
    except OSError as error:  # such as a folder of that name
        raise ConfigurationError(option, f"can't write {path}: {error.strerror}") from None
