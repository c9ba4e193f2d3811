from __future__ import annotations

from pathlib import Path

import pytest

from cli.environment import deployment_environment
from shared.errors import ConfigurationError

KEYS = {"TENCENTCLOUD_SECRET_ID": "AKIDinvented", "TENCENTCLOUD_SECRET_KEY": "invented"}


def written(folder: Path, text: str) -> Path:
    path = folder / "some.env"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "INPUT_BUCKET=file-1\nINPUT_PREFIX=file/\n")
    found = deployment_environment(path, KEYS | {"INPUT_BUCKET": "environment-1"})
    assert (found["INPUT_BUCKET"], found["INPUT_PREFIX"]) == ("environment-1", "file/")


def test_an_empty_variable_is_an_unset_one(tmp_path: Path) -> None:
    path = written(tmp_path, "INPUT_BUCKET=file-1\nQUEUE_ID=\n")
    found = deployment_environment(path, KEYS | {"INPUT_BUCKET": ""})
    assert found["INPUT_BUCKET"] == "file-1"
    assert "QUEUE_ID" not in found


def test_api_keys_get_the_names_that_the_functions_have(tmp_path: Path) -> None:
    environ = KEYS | {"TENCENTCLOUD_TOKEN": "a-token"}
    found = deployment_environment(written(tmp_path, ""), environ)
    names = ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN")
    assert [found[name] for name in names] == ["AKIDinvented", "invented", "a-token"]


@pytest.mark.parametrize(
    ("name", "line"), [("CALLBACK_SECRT", "CALLBACK_SECRT=a"), ("QUEUE_ID", "QUEUE_ID=$a")]
)
def test_what_sls_would_refuse_in_the_file_is_refused(name: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        deployment_environment(written(tmp_path, f"{line}\n"), KEYS)
    assert caught.value.variable == name


@pytest.mark.parametrize("name", KEYS)
def test_a_missing_api_key_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        deployment_environment(written(tmp_path, ""), {**KEYS, name: ""})
    assert caught.value.variable == name


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is no file"):
        deployment_environment(tmp_path / "absent.env", KEYS)


def test_a_file_in_another_charset_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "some.env"
    path.write_bytes("INPUT_BUCKET=卡-1\n".encode("gbk"))
    with pytest.raises(ConfigurationError, match="is no text in UTF-8"):
        deployment_environment(path, KEYS)
