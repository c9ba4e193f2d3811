"""What is declared in JavaScript and in Python, serverless.yml's keys above all, is the same."""

from __future__ import annotations

import json
import subprocess
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
from tests.support.serverless_yml import ROOT

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
