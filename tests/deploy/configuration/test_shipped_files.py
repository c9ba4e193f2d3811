from __future__ import annotations

import re

import pytest

from deploy.api.connection import BUNDLE
from deploy.configuration.access import API_DOMAIN
from shared.settings.variables import VARIABLES, Variable
from tests.support.serverless_yml import ROOT, configuration

# SCF or the deployment sets these, or nobody does in the cloud.
_NOT_THE_USERS = {"CALLBACK_URL", "LOCAL_CLOUD"}
_SECRETS = ["CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS"]
_USERS = [
    variable
    for variable in VARIABLES
    if variable.name not in _NOT_THE_USERS and not variable.name.startswith("TENCENTCLOUD_")
]
_API_KEYS = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"]


def example() -> dict[str, str]:
    """The lines of .env.example, commented ones with their `#`."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^(#?[A-Z_]+)=(.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("variable", _USERS, ids=lambda variable: variable.name)
def test_serverless_yml_takes_every_variable_of_the_users_from_the_environment(
    variable: Variable,
) -> None:
    provider = configuration()["provider"]
    if variable.name in _SECRETS:
        assert variable.name in provider["secrets"]
        assert variable.name not in provider["environment"]
    else:
        assert provider["environment"][variable.name] == f"${{env:{variable.name}, ''}}"


def test_serverless_yml_names_no_other_variable() -> None:
    provider = configuration()["provider"]
    names = [*provider["environment"], *provider["secrets"]]
    assert sorted(names) == sorted(variable.name for variable in _USERS)


@pytest.mark.parametrize("variable", _USERS, ids=lambda variable: variable.name)
def test_the_example_has_every_variable_with_its_default(variable: Variable) -> None:
    if variable.default is None:
        assert example()[variable.name] == ""
    else:
        assert example()[f"#{variable.name}"] == variable.default


def test_the_example_has_the_way_to_the_cloud_and_nothing_else() -> None:
    names = {name.removeprefix("#") for name in example()}
    others = names - {variable.name for variable in _USERS}
    assert others == {*_API_KEYS, "TENCENTCLOUD_REGION", API_DOMAIN, BUNDLE}


def test_the_example_holds_no_secret() -> None:
    assert not any(value for name, value in example().items() if "SECRET" in name)
