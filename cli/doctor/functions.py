"""The functions in SCF, against this serverless.yml and this `.env`."""

from __future__ import annotations

import json
import secrets

import requests

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok
from deploy.configuration.environment import calls_back, function_environment
from deploy.configuration.service import CALLBACK
from deploy.functions.model import changed_variables
from deploy.functions.triggers import URL, Rule, rules_of

_DEPLOY = "run `npx --no-install sls deploy`"
_SECONDS = 30
_FORBIDDEN = 403


def function(subject: Subject, key: str) -> Verdict:
    """Check that a function is Active, with the memory, time-out and role of serverless.yml."""
    wanted, found = subject.read_service().functions[key], subject.found(key)
    if found.status != "Active":
        reason = f", {found.reason}" if found.reason else ""
        mend = "top up the account's balance" if "Balance" in found.status else _DEPLOY
        return failed(f"{found.name} is {found.status}{reason}: {mend}")
    pairs = (
        ("memory", found.configuration.memory_size, wanted.memory_size),
        ("time-out", found.configuration.timeout, wanted.timeout),
        ("role", found.configuration.role, wanted.role),
    )
    others = [f"{name} {has} and not {should}" for name, has, should in pairs if has != should]
    if others:
        return failed(f"{found.name} has {', '.join(others)}: {_DEPLOY}")
    return ok(f"{found.name} is Active")


def environment(subject: Subject, key: str) -> Verdict:
    """Check that it has this environment. Values are compared and never shown."""
    service, found = subject.read_service(), subject.found(key)
    url = subject.callback_url()
    wanted = function_environment(service, key, subject.deployment.environ, url)
    names = changed_variables(found.configuration.environment, wanted)
    if names:
        return failed(f"{found.name} has another {', '.join(names)} than this .env: {_DEPLOY}")
    return ok(f"{found.name} has this environment, {len(wanted)} variables")


def triggers(subject: Subject, key: str) -> Verdict:
    """Check that its triggers are those of serverless.yml, and open."""
    service, found = subject.read_service(), subject.found(key)
    there = {_unnamed(trigger.rule): trigger for trigger in found.triggers}
    wanted = [_unnamed(rule) for rule in rules_of(service, key)]
    missing = [rule.says() for rule in wanted if rule not in there]
    if missing:
        return failed(f"{found.name} lacks the {'; the '.join(missing)}: {_DEPLOY}")
    closed = [rule.says() for rule in wanted if not there[rule].open]
    if not wanted:
        return ok("none in serverless.yml")
    if closed:
        return failed(
            f"{found.name}'s {'; '.join(closed)} is closed: open it in SCF's console, or {_DEPLOY}"
        )
    return ok("; ".join(rule.says() for rule in wanted) + ": open")


def _unnamed(rule: Rule) -> Rule:
    """Return a rule without a Function URL's name, which may be any."""
    return rule._replace(name="") if rule.type == URL else rule


def function_url(subject: Subject) -> Verdict:
    """Check that the Function URL answers, and refuses a caller without a token."""
    if not calls_back(subject.read_service()):
        return ok(f"CI calls no address: CALLBACK_TYPE is {subject.settings.callback.type}")
    url = subject.callback_url()
    if url is None:
        return failed(f"{subject.found(CALLBACK).name} has no Function URL: {_DEPLOY}")
    try:
        status = subject.session.post(
            url, data=b"{}", timeout=_SECONDS, allow_redirects=False
        ).status_code
    except requests.RequestException:
        return failed("the Function URL doesn't answer, so CI can't call: look at the function")
    if status != _FORBIDDEN:
        return failed(
            f"the Function URL answers HTTP {status} to a stranger and not 403: look at the "
            f"function's log, then {_DEPLOY}"
        )
    return ok("the Function URL answers 403 to a stranger")


def absence(subject: Subject) -> Verdict:
    """Check that submit finds an absent photo absent: COS says 404 to its role, and not 403.

    Only the role itself shows that, and only SCF may assume it. So this invokes submit with an
    event about a photo that isn't there: it does nothing if COS says 404, and fails if COS says
    403.
    """
    name, _, appid = subject.settings.input_bucket.rpartition("-")
    key = f"{subject.settings.input_prefix}card-ocr-doctor/absent-{secrets.token_hex(8)}"
    cos = {
        "cosBucket": {"name": name, "appid": appid},
        "cosObject": {"key": f"/{appid}/{name}/{key}"},
    }
    parameters = {
        "FunctionName": subject.found("submit").name,
        "InvocationType": "RequestResponse",
        "ClientContext": json.dumps({"Records": [{"cos": cos}]}),
    }
    result = subject.deployment.api.call("scf", "Invoke", parameters).part("Result")
    if result.number("InvokeResult") != 0:
        return failed(
            "submit, asked about a photo that isn't there, failed and should do nothing: look at "
            f"its log; if that says AccessDenied or HTTP403, {subject.setup}; the action that "
            "makes the difference is name/cos:GetBucket"
        )
    return ok("submit, asked about a photo that isn't there, finds it absent")
