"""`sls` with the plugin, as a user runs it; each test needs Node.js."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from deploy.configuration.document import (
    EVENT_KEYS,
    FUNCTION_KEYS,
    LOGS_KEYS,
    PROVIDER_KEYS,
    QUEUE_KEYS,
)
from deploy.configuration.environment import NOT_INHERITED
from tests.support.deployed import invoker, written_beside
from tests.support.deployments import DEPLOYER
from tests.support.environment import REGION, SECRET
from tests.support.served_deployments import served_deployment
from tests.support.serverless_yml import ENVIRON, ROOT, configuration
from tests.support.settings_lines import LINES
from tests.support.sls import OSLS, inherited, service_folder, sls
from tests.support.sls_user import User
from tests.support.wrong_configurations import WRONG_CONFIGURATIONS, WrongCase

pytestmark = pytest.mark.node


@pytest.fixture(scope="module", autouse=True)
def _framework() -> None:
    assert OSLS.exists(), "the Serverless Framework isn't installed: run `make test-deploy`"


# `sls deploy` and what belongs to it, as a user runs it, into a cloud on this machine.


CODE, CONFIGURATION = "UpdateFunctionCode", "UpdateFunctionConfiguration"


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    with served_deployment(tmp_path / "code") as served:
        served.api.account.busy_polls = 0  # or each would be waited for, in real time
        yield User(served, tmp_path / "service")


def test_a_service_is_deployed_changed_and_removed(user: User) -> None:
    # Given SCF as it is, where a function isn't ready at once
    user.served.api.account.busy_polls = 1
    # When the service is deployed
    made = user.does("deploy")
    # Then everything is there, and a second deployment changes nothing
    assert [made.count(action) for action in ("CreateFunction", "CreateTrigger")] == [3, 4]
    first = user.deployed()
    assert user.does("deploy") == []
    assert user.deployed() == first
    user.served.api.account.busy_polls = 0

    # When a cron, the prefix and a memory are changed
    timers = {"functions.sweep.events.0.timer.cron": "0 */3 * * * * *"}
    user.writes({**timers, "functions.submit.memorySize": 256})
    user.reads("cards/")
    before = user.deployed()
    user.does("deploy", "--dry-run")
    assert user.deployed() == before
    assert sorted(user.does("deploy")) == [
        "CreateTrigger",
        "DeleteTrigger",
        "PutReservedConcurrencyConfig",  # it is in MB, and submit's memory changed
        *[CONFIGURATION] * 3,
        "UpdateTrigger",
    ]
    (rule,) = user.deployed()["card-ocr-prod-submit"]["triggers"]
    assert json.loads(rule["TriggerDesc"])["filter"]["Prefix"] == "cards/"
    assert user.does("deploy") == []

    # When everything is as it was again, but for one more timer, which then goes
    user.reads("uploads/")
    user.writes({})
    user.does("deploy")
    assert user.deployed() == first
    events = configuration()["functions"]["sweep"]["events"]
    noon = {"timer": {"name": "noon", "cron": "0 0 12 * * * *"}}
    user.writes({"functions.sweep.events": [*events, noon]})
    assert user.does("deploy") == ["CreateTrigger"]
    user.writes({})
    assert user.does("deploy") == ["DeleteTrigger"]
    assert user.deployed() == first

    # When one function is deployed by itself
    user.writes({"functions.sweep.timeout": 280, "functions.submit.timeout": 90})
    assert user.does("deploy", "function", "--function", "sweep") == [CONFIGURATION]

    # When it is removed, and removed again
    assert user.does("remove", "--force", "--dry-run") == []
    assert "DeleteFunction" in user.does("remove")
    assert user.deployed() == {}
    assert user.does("remove") == []


def test_a_function_can_be_left_out_if_ci_calls_nobody(user: User) -> None:
    user.does("deploy")
    # The others need it while CI calls back
    left_out = configuration()
    del left_out["functions"]["callback"]
    (user.folder / "serverless.yml").write_text(json.dumps(left_out), encoding="utf-8")
    before = user.deployed()
    sentence = user.is_refused("deploy")
    assert sentence == "functions.callback: is missing; write it, since the others need it"
    assert user.deployed() == before
    # Then it goes
    user.environ["CALLBACK_TYPE"] = "NONE"
    assert user.does("deploy") == [CONFIGURATION, CONFIGURATION, "DeleteTrigger", "DeleteFunction"]
    assert sorted(user.deployed()) == ["card-ocr-prod-submit", "card-ocr-prod-sweep"]


def test_what_was_deployed_is_shown_invoked_and_processes_the_specimens(
    user: User, tmp_path: Path
) -> None:
    # Given a deployment, whose uploads run for real
    user.does("deploy")
    added = {
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_SECRETID": DEPLOYER.secret_id,
        "TENCENTCLOUD_SECRETKEY": DEPLOYER.secret_key,
        "LOCAL_CLOUD": user.served.url,
    }
    user.served.api.account.invoke = invoker(tmp_path / "code", added)
    # Then the specimens become results, and nothing is written beside the code
    user.served.run_specimens()
    assert written_beside(tmp_path / "code") == set()
    # And the deployment can be looked at
    shown = user.runs("info").stdout
    assert f"Function URL, AuthType NONE  {user.served.url}/functions/callback" in shown
    assert "?t=" not in shown
    # And a function be invoked, in the cloud and here
    swept = user.runs("invoke", "--function", "sweep", "--data", '{"Message": "reconcile"}')
    assert swept.returncode == 0, swept.stderr
    assert sum(json.loads(swept.stdout)["pending"].values()) == 0
    here = user.runs("invoke", "local", "--function", "sweep")
    assert sum(json.loads(here.stdout)["pending"].values()) == 0
    assert '"event": "swept"' in user.runs("logs", "--function", "sweep").stdout


# `sls package` as a user runs it.


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


# A wrong configuration through the real command line: all that the framework itself refuses, and
# one of each kind that Python refuses. tests/deploy/test_configuration.py has every one of those.


_OF_PYTHON = {"memory-scf-lacks", "prefixes-overlap", "secret-too-short"}
_OTHERS = {"function-missing", "dollar-in-env-file", "topic-of-another-name"}
WRONG = [one for one in WRONG_CONFIGURATIONS if one.framework or one.name in _OF_PYTHON | _OTHERS]

Runs = Mapping[str, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """What `sls package` said to each of them."""
    folder = tmp_path_factory.mktemp("wrong")

    def run(wrong: WrongCase) -> subprocess.CompletedProcess[str]:
        service = service_folder(folder / wrong.name, configuration(wrong.change, wrong.remove))
        if wrong.settings is not None:
            (service / ".env").write_text(wrong.settings, encoding="utf-8")
        return sls(service, "package", environ=wrong.environ)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {one.name: ran for one, ran in zip(WRONG, pool.map(run, WRONG), strict=True)}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_sls_package_refuses_it_with_the_sentence(runs: Runs, wrong: WrongCase) -> None:
    ran = runs[wrong.name]
    said = ran.stdout + ran.stderr
    assert ran.returncode == 1
    assert (wrong.framework or wrong.sentence) in said
    assert SECRET not in said
    assert "Traceback" not in said
    assert "\n    at " not in said, "a stack trace"


@pytest.mark.parametrize("name", sorted(_OF_PYTHON))
def test_what_python_refuses_is_said_once_and_nothing_else(runs: Runs, name: str) -> None:
    (wrong,) = (wrong for wrong in WRONG if wrong.name == name)
    assert (runs[name].stdout, runs[name].stderr) == ("", f"{wrong.sentence}\n")


def test_nothing_is_packaged_from_a_wrong_configuration(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "service", configuration({"provider.runtime": "Python2.7"}))
    assert sls(folder, "package").returncode == 1
    assert not (folder / ".serverless").exists()


# The Serverless Framework's own reading of `.env`, which `card-ocr` and the deployer share.


_READ = "require('osls/lib/cli/load-dotenv')('prod'); console.log(JSON.stringify(process.env))"


@pytest.mark.parametrize(("line", "value"), LINES.items())
def test_the_functions_get_the_same_value(line: str, value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(f"{line}\n".encode())
    read = subprocess.run(
        ["node", "-e", _READ],  # noqa: S607 — whichever Node is in use
        cwd=tmp_path,
        env={**inherited(), "NODE_PATH": str(ROOT / "node_modules")},
        capture_output=True,
        check=True,
    )
    assert json.loads(read.stdout)["QUEUE_ID"] == value


def test_the_file_of_the_stage_is_the_one_that_counts(tmp_path: Path) -> None:
    # Given two files that are wrong, each in its own way
    folder = service_folder(tmp_path / "service")
    (folder / ".env").write_text("CALLBACK_SECRT=a\n", encoding="utf-8")
    (folder / ".env.test").write_text("INPUT_BUCKT=a\n", encoding="utf-8")
    # Then each stage is refused for its own
    refusals: tuple[tuple[list[str], str], ...] = (
        (["--stage", "test"], "INPUT_BUCKT: is in .env.test, but is not a variable of card-ocr"),
        ([], "CALLBACK_SECRT: is in .env, but is not a variable of card-ocr"),
    )
    for arguments, refusal in refusals:
        run = sls(folder, "package", *arguments)
        assert run.returncode == 1
        assert run.stderr.startswith(refusal)


# What is declared in JavaScript and in Python, serverless.yml's keys above all, is the same.


_DECLARED = """
    const { declare } = require('./deploy/plugin/schema');
    declare({ defineProvider: (_name, schema) => console.log(JSON.stringify(schema)) });
"""
_OF_THE_FRAMEWORK = {"region"}  # of the provider: handed over beside it
_ADDED_BY_IT = {"events"}  # of a function: the framework declares them by itself


def _said(program: str) -> Any:
    """The JSON that a program of Node's writes."""
    ran = subprocess.run(
        ["node", "-e", program],  # noqa: S607 — whichever Node is in use
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def schema() -> Any:
    """What the plugin declares, as JSON Schema by provider, function and event."""
    return _said(_DECLARED)


def test_the_secrets_that_no_installer_gets_are_the_same() -> None:
    told = _said("console.log(JSON.stringify(require('./deploy/plugin/hand-over').NOT_INHERITED))")
    assert set(told) == NOT_INHERITED


def test_the_provider_has_the_same_keys(schema: Any) -> None:
    declared = schema["provider"]["properties"]
    assert declared.keys() - _OF_THE_FRAMEWORK == set(PROVIDER_KEYS)
    assert declared["logs"]["properties"].keys() == set(LOGS_KEYS)


def test_a_function_has_the_same_keys(schema: Any) -> None:
    declared = schema["function"]["properties"]
    assert declared.keys() | _ADDED_BY_IT == set(FUNCTION_KEYS)
    assert declared["deadLetterQueue"]["properties"].keys() == set(QUEUE_KEYS)


def test_every_event_has_the_same_keys(schema: Any) -> None:
    declared = {kind: set(event["properties"]) for kind, event in schema["functionEvents"].items()}
    assert declared == {kind: set(keys) for kind, keys in EVENT_KEYS.items()}
