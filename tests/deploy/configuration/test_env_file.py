"""`.env` is read as `sls` reads it; tests/deploy/plugin holds both readings against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.configuration.env_file import read_env_file
from shared.errors import ConfigurationError
from tests.support.serverless_yml import ROOT
from tests.support.settings_lines import LINES, REFUSED


def written(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(("line", "value"), LINES.items())
def test_a_value_is_the_one_that_the_functions_get(line: str, value: str, tmp_path: Path) -> None:
    assert read_env_file(written(tmp_path, f"{line}\n"))["QUEUE_ID"] == value


@pytest.mark.parametrize("line", REFUSED)
def test_a_dollar_is_refused_without_the_value(line: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_env_file(written(tmp_path, f"{line}\n"))
    assert str(refused.value) == (
        "QUEUE_ID: has a $ in .env, which sls would take for the beginning of a variable's name; "
        "write a value without one"
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CALLBACK_SECRT", "CALLBACK_SECRET"),
        ("input_bucket", "INPUT_BUCKET"),
        ("CARDTYPE", "CARD_TYPE"),
        ("TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SECRET_KEY"),
        ("TENCENTCLOUD_SESSIONTOKEN", "TENCENTCLOUD_TOKEN"),
    ],
)
def test_a_name_that_must_be_a_typo_is_refused_with_the_nearest(
    name: str, meant: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_env_file(written(tmp_path, f"{name}=invented\n"))
    sentence = f"{name}: is no variable of card-ocr, and stands in .env; write {meant}"
    assert str(refused.value) == sentence


def test_variables_of_others_may_stand_in_the_file(tmp_path: Path) -> None:
    others = ("PIP_INDEX_URL", "HTTPS_PROXY", "NODE_ENV", "CLS_TOPIC", "LANG", "VENV")
    lines = "".join(f"{name}=invented\n" for name in others)
    assert set(read_env_file(written(tmp_path, lines))) == set(others)


def test_every_line_of_the_example_is_taken(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = read_env_file(written(tmp_path, text.replace("\n#", "\n"))).keys()
    assert {"INPUT_BUCKET", "CALLBACK_SECRET_PREVIOUS", "LOG_KEYS"} <= names


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == {}
