from __future__ import annotations

from pathlib import Path

import pytest

import cli.connect.environment
from cli.connect.environment import deployment_environment
from shared.errors import ConfigurationError

KEYS = {"TENCENTCLOUD_SECRET_ID": "AKIDinvented", "TENCENTCLOUD_SECRET_KEY": "invented"}


def written(folder: Path, text: str) -> Path:
    path = folder / "some.env"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("is_named", "counts"), [(True, "file-1"), (False, "environment-1")])
def test_a_named_file_stands_over_the_environment_which_stands_over_the_clones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_named: bool, counts: str
) -> None:
    path = written(tmp_path, "INPUT_BUCKET=file-1\nINPUT_PREFIX=file/\n")
    monkeypatch.setattr(cli.connect.environment, "ENV_FILE", path)
    environ = KEYS | {"INPUT_BUCKET": "environment-1"}
    found = deployment_environment(path if is_named else None, environ)
    assert (found["INPUT_BUCKET"], found["INPUT_PREFIX"]) == (counts, "file/")


WHOLE_KEY = "TENCENTCLOUD_SECRET_ID=AKIDfile\nTENCENTCLOUD_SECRET_KEY=invented"


@pytest.mark.parametrize(
    ("lines", "lacks", "keeps"),
    [
        ("INPUT_BUCKET=file-1", "OUTPUT_BUCKET LOCAL_CLOUD CALLBACK_URL", "CALLBACK_SECRET"),
        ("QUEUE_ID=p1", "OUTPUT_BUCKET LOCAL_CLOUD", "CALLBACK_SECRET TENCENTCLOUD_TOKEN"),
        ("CALLBACK_SECRET=invented", "CALLBACK_SECRET_PREVIOUS", "OUTPUT_BUCKET"),
        ("CALLBACK_SECRET_PREVIOUS=invented", "CALLBACK_SECRET", "OUTPUT_BUCKET"),
        (WHOLE_KEY, "TENCENTCLOUD_TOKEN", "OUTPUT_BUCKET CALLBACK_SECRET"),
    ],
)
def test_what_a_named_file_leaves_out_is_not_another_deployments(
    lines: str, lacks: str, keeps: str, tmp_path: Path
) -> None:
    names = "OUTPUT_BUCKET LOCAL_CLOUD CALLBACK_URL CALLBACK_SECRET CALLBACK_SECRET_PREVIOUS"
    around = dict.fromkeys([*names.split(), "TENCENTCLOUD_TOKEN"], "the shell's")
    found = deployment_environment(written(tmp_path, f"{lines}\n"), KEYS | around)
    assert not found.keys() & set(lacks.split())
    assert found.keys() >= set(keeps.split())


@pytest.mark.parametrize("text", ["", "QUEUE_ID=p1\n", "INPUT_BUCKET=\n", f"{WHOLE_KEY}\n"])
def test_a_named_file_without_a_bucket_takes_none_from_the_environment(
    text: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=r"^INPUT_BUCKET: some\.env lacks it"):
        deployment_environment(written(tmp_path, text), KEYS | {"INPUT_BUCKET": "environment-1"})


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("TENCENTCLOUD_SECRET_ID=AKIDfile", "TENCENTCLOUD_SECRET_KEY"),
        ("TENCENTCLOUD_SECRET_KEY=invented", "TENCENTCLOUD_SECRET_ID"),
        ("TENCENTCLOUD_TOKEN=invented", "TENCENTCLOUD_SECRET_ID"),
    ],
)
def test_the_environment_does_not_complete_a_named_files_api_key(
    line: str, missing: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=r"set the API key in some\.env") as caught:
        deployment_environment(written(tmp_path, f"INPUT_BUCKET=file-1\n{line}\n"), KEYS)
    assert caught.value.variable == missing


@pytest.mark.parametrize(
    ("is_named", "place"),
    [
        (True, r"some\.env or in the environment$"),
        (False, r"\.env or in the environment \(cp \.env\.example \.env begins one\)$"),
    ],
)
def test_a_missing_api_key_is_to_be_set_in_the_file_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_named: bool, place: str
) -> None:
    monkeypatch.setattr(cli.connect.environment, "ENV_FILE", tmp_path / ".env")
    path = written(tmp_path, "INPUT_BUCKET=file-1\n")
    with pytest.raises(ConfigurationError, match=f"set the API key in {place}"):
        deployment_environment(path if is_named else None, {})


@pytest.mark.parametrize(
    ("mode", "line", "told"),
    [
        (0o600, "CALLBACK_SECRET=invented", False),
        (0o640, "CALLBACK_SECRET=invented", True),
        (0o604, "CALLBACK_SECRET_PREVIOUS=invented", True),
        (0o644, "INPUT_BUCKET=file-1", False),
    ],
)
def test_a_file_with_secrets_that_others_can_read_is_reported(
    mode: int,
    line: str,
    told: bool,  # noqa: FBT001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = written(tmp_path, line)
    path.chmod(mode)
    deployment_environment(path, KEYS)
    said = f"card-ocr: others on this machine can read the secrets: chmod 600 {path}\n"
    assert (said in capsys.readouterr().err) == told


@pytest.mark.parametrize("stage", ["", "../prod", "a b"])
def test_a_stage_that_can_be_none_is_refused(stage: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a stage's name"):
        deployment_environment(None, KEYS, stage)


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
    ("line", "names", "given"),
    [
        ("CALLBACK_SECRT=a", "CALLBACK_SECRT: ", KEYS),  # as `sls` refuses it
        ("QUEUE_ID=$a", "QUEUE_ID: ", KEYS),
        *(("", f"{name}: is missing", {**KEYS, name: ""}) for name in KEYS),
        ("INPUT_BUCKET=卡-1".encode("gbk"), "is not text in UTF-8", KEYS),
        (None, "is not a file", KEYS),
    ],
)
def test_a_file_that_can_not_be_used_is_one_sentence(
    line: str | bytes | None, names: str, given: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "some.env"
    if line is not None:
        path.write_bytes(line if isinstance(line, bytes) else line.encode())
    with pytest.raises(ConfigurationError, match=names):
        deployment_environment(path, given)
