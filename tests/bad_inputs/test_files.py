"""Files that an operator gives to `card-ocr`: what they say, or one sentence that names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cli.bucket.keys import Keys, keys_in, missing_in
from deploy.configuration.env_file import read_env_file
from shared.errors import ConfigurationError
from tests.support.corpus import Case, as_bytes, build, cases


def seen(keys: Keys, path: Path) -> dict[str, Any]:
    try:
        return {"keys": list(keys())}
    except ConfigurationError as error:
        return {"problem": str(error).replace(str(path), "FILE")}


def written(case: Case, folder: Path) -> Path:
    path = folder / "given"
    if case.input == "%FOLDER%":
        path.mkdir()
    elif case.input != "%ABSENT%":
        path.write_bytes(as_bytes(build(case.input)))
    return path


@cases("keys-files")
def test_a_file_of_keys_gives_its_lines(case: Case, tmp_path: Path) -> None:
    path = written(case, tmp_path)
    assert seen(keys_in(path), path) == build(case.expected)


@cases("audit-files")
def test_a_file_of_an_audit_gives_the_keys_it_calls_missing(case: Case, tmp_path: Path) -> None:
    path = written(case, tmp_path)
    assert seen(missing_in(path), path) == case.expected


@cases("env-files")
def test_a_file_of_settings_is_read_as_sls_reads_it(case: Case, tmp_path: Path) -> None:
    path = written(case, tmp_path)
    found: dict[str, Any]
    try:
        found = {"settings": read_env_file(path)}
    except ConfigurationError as error:
        found = {"problem": str(error).replace(str(path), "FILE")}
    assert found == case.expected
