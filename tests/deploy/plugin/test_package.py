"""`sls package` as a user runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.environment import SECRET
from tests.support.serverless_yml import ENVIRON, ROOT, configuration
from tests.support.sls import inherited, service_folder, sls

PACKAGED = {"submit.zip", "callback.zip", "sweep.zip", "manifest.json"}
# A proxy that nobody is: whatever asks the network for anything fails.
NO_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")


def copied(folder: Path) -> Path:
    """A clean checkout: what git would bring, and what `npm ci` adds to it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def test_a_clean_checkout_without_keys_packages_and_does_so_again(tmp_path: Path) -> None:
    # Given a checkout with neither .env nor .venv
    folder = copied(tmp_path / "a folder with spaces")

    def package(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["npx", "--no-install", "sls", "package"],  # noqa: S607
            cwd=folder,
            env={**inherited(), **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    # When it is packaged
    first = package()
    # Then the three zips are there, and what a deployment needs besides is said
    assert first.returncode == 0, first.stderr
    assert {path.name for path in (folder / ".serverless").iterdir()} == PACKAGED
    assert "Not set: INPUT_BUCKET and CALLBACK_SECRET." in first.stdout
    before = {path.name: path.read_bytes() for path in (folder / ".serverless").iterdir()}
    # And a second time needs no network and gives the same bytes
    second = package(**NO_NETWORK)
    assert second.returncode == 0, second.stderr
    assert {path.name: path.read_bytes() for path in (folder / ".serverless").iterdir()} == before


def test_a_secret_from_the_env_file_is_in_no_file_and_no_output(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "service")
    lines = [f"{name}={value}\n" for name, value in ENVIRON.items()]
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    shown = [sls(folder, "package"), sls(folder, "print")]
    assert [run.returncode for run in shown] == [0, 0]
    assert "cards-1250000000" in shown[1].stdout  # .env was read
    assert not any(SECRET in run.stdout + run.stderr for run in shown)
    for path in (folder / ".serverless").iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_another_folder_can_be_packaged_into(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "service")
    assert sls(folder, "package", "--package", "elsewhere").returncode == 0
    assert {path.name for path in (folder / "elsewhere").iterdir()} == PACKAGED


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("info", "--conceal"), "sls info has no option --conceal here; leave it out"),
        (
            ("deploy", "--force"),
            "sls deploy has no option --force here; there can be --dry-run, --p",
        ),
        (("invoke", "-f", "submit", "--raw"), "sls invoke has no option --raw here; there can be"),
    ],
)
def test_an_option_for_another_cloud_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    run = sls(service_folder(tmp_path / "service"), *arguments)
    assert run.returncode == 1
    assert sentence in run.stdout + run.stderr


def test_help_is_shown_whatever_the_configuration_says(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "service", configuration({"provider.environnement": {}}))
    run = sls(folder, "deploy", "--help")
    assert run.returncode == 0
    assert "--dry-run" in run.stdout


@pytest.mark.parametrize("option", ["--stage", "-s"])
def test_a_stage_of_the_command_line_is_the_one_that_is_packaged(
    tmp_path: Path, option: str
) -> None:
    # The stage shows in the name that is refused for its length.
    stage = "t" * 60
    run = sls(service_folder(tmp_path / "service"), "package", option, stage)
    assert run.returncode == 1
    assert f"functions.submit: would be named card-ocr-{stage}-submit" in run.stderr


@pytest.mark.serverless3
@pytest.mark.timeout(600)  # npm may have to begin four times
def test_serverless_3_packages_the_same(tmp_path: Path) -> None:
    # Given the last release of the framework that takes other providers
    prefix = ROOT / "build" / "serverless-3.40.0"
    program = prefix / "node_modules" / "serverless" / "bin" / "serverless.js"
    if not program.exists():
        # npm waits for ever on some connections that stall: it is begun anew, with what it has.
        options = ["--no-save", "--no-audit", "--ignore-scripts", "--fetch-timeout=30000"]
        for _ in range(4):
            with suppress(subprocess.TimeoutExpired):
                subprocess.run(
                    ["npm", "install", *options, f"--prefix={prefix}", "serverless@3.40.0"],  # noqa: S607
                    cwd=tmp_path,
                    capture_output=True,
                    check=True,
                    timeout=90,
                )
                break
    folder = service_folder(tmp_path / "service")
    run = sls(folder, "package", program=program)
    assert run.returncode == 0, run.stdout + run.stderr
    by_serverless_3 = json.loads((folder / ".serverless/manifest.json").read_bytes())
    assert sls(folder, "package").returncode == 0
    assert json.loads((folder / ".serverless/manifest.json").read_bytes()) == by_serverless_3


def test_what_installs_packages_has_no_secret_in_its_environment(tmp_path: Path) -> None:
    # Given an installer that shows its environment, and a user with keys
    folder = service_folder(tmp_path / "service")
    (folder / "requirements").unlink()
    (folder / "requirements").mkdir()
    (folder / "requirements/install.sh").write_text("env\nexit 3\n", encoding="utf-8")
    names = ["CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS", "TENCENTCLOUD_SECRET_ID"]
    names += ["TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"]
    # When something is to be installed
    run = sls(folder, "package", environ={**dict.fromkeys(names, SECRET), "PLAIN": "shown"})
    # Then it sees what is no secret, and says it where no data go
    assert run.returncode == 3
    assert "PLAIN=shown" in run.stderr
    assert run.stdout == ""
    assert SECRET not in run.stdout + run.stderr
