"""An operator at a terminal: the command line, in this process, on a local cloud."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pytest

from cli.app import main
from tests.support.clouds import Cloud
from tests.support.privacy import SHOWN, WRITTEN, keep_secret, seen

# What is personal is shown only on demand.
_DEMANDS = {"--reveal", "--image", "--images"}


class Answer(NamedTuple):
    status: int
    out: str
    err: str

    def document(self) -> Any:
        return json.loads(self.out)


class Operator:
    """Calls `card-ocr` with the settings of a cloud."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capture = capture
        self._secrets: list[str] = []

    def serves(self, cloud: Cloud, **changes: str) -> None:
        local = cloud.local
        keys = {
            "TENCENTCLOUD_SECRET_ID": local.uploader.secret_id,
            "TENCENTCLOUD_SECRET_KEY": local.uploader.secret_key,
        }
        environ = {**local.environment("sweep"), **keys, **changes}
        for name, value in environ.items():
            self._patch.setenv(name, value)
        self._secrets = [environ["CALLBACK_SECRET"], environ["TENCENTCLOUD_SECRET_KEY"]]

    def answers(self, reply: str, *arguments: str) -> Answer:
        """Call it at a terminal where somebody types this."""
        typed = io.StringIO(reply)
        typed.isatty = lambda: True  # type: ignore[method-assign]
        with mock.patch.object(sys, "stdin", typed):
            return self.calls(*arguments)

    def calls(self, *arguments: str) -> Answer:
        self._capture.readouterr()
        keep_secret(*filter(None, self._secrets))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = self._capture.readouterr()
        if not _DEMANDS.intersection(arguments):
            seen(SHOWN, out, err)
            seen(WRITTEN, *_written(arguments))
        return Answer(int(ended.value.code or 0), out, err)


def _written(arguments: tuple[str, ...]) -> Iterator[str]:
    """What the file of `--out` holds: the parts of a workbook, or the text."""
    for option, value in pairwise(arguments):
        path = Path(value)
        if option != "--out" or not path.is_file():
            continue
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name).decode() for name in archive.namelist())
        else:
            yield path.read_text("utf-8")
