"""How the deployment knows what it made, and which code a function has.

A trigger on a function of ours is ours by its Description. SCF's pages show one for a Function URL
alone. If SCF shows none of a type, a trigger is ours if this service creates such a one: uploads to
its bucket, its Function URL, a topic, a timer of that name. A COS trigger that nobody removes makes
paid jobs.

SCF shows no digest of a function's code that could be relied on: CodeSize is the same for two
zips of one length, and what GetFunctionAddress calls CodeSha256 isn't said to be the upload's. So
the zip's SHA-256 stands in the function's Description. Unlike a tag, that can be changed after
creation, by the request that changes the configuration; it is sent after the code, so a run that
ends between the two uploads the code once more. A Description may hold letters, digits, spaces,
commas and full stops.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from deploy.functions.triggers import QUALIFIER, FoundTrigger, Rule

_OURS, _CODE = "Card OCR on upload.", "Code sha256"
# Whatever stands between the two: another version may word it otherwise.
_TIMERS = {"sweep", "reconcile"}  # as serverless.yml came
_PATTERN = re.compile(rf"{re.escape(_OURS)}.*\s{_CODE} ([0-9a-f]{{64}})\.", re.DOTALL)


def description_of(code_sha256: str) -> str:
    """The Description of a function of ours with that code."""
    return f"{_OURS} Deployed from serverless.yml, so change that. {_CODE} {code_sha256}."


def code_in(description: str) -> str | None:
    """The digest of the code of a function of ours; None if the function is none."""
    match = _PATTERN.fullmatch(description.strip())
    return match[1] if match else None


def is_ours(
    trigger: FoundTrigger,
    there: Collection[FoundTrigger],
    created: Collection[Rule],
    environment: Mapping[str, str],
) -> bool:
    """Whether a trigger of a function of ours was made by this service.

    Args:
        trigger: as SCF shows it.
        there: all triggers of the function.
        created: what serverless.yml asks for now.
        environment: the function's, which says what it asked for when it was deployed.
    """
    if trigger.marked is not None:
        return trigger.marked
    rule = trigger.rule
    if any(one.marked and one.rule.type == rule.type for one in there):
        return False  # SCF shows Descriptions of this type, and this one has none
    names = {one.name for one in created if one.type == rule.type}
    match rule.type:
        case "cos":
            buckets = {name.partition(".")[0] for name in names} | {environment.get("INPUT_BUCKET")}
            creates = str(rule.values[0]).startswith("cos:ObjectCreated:")
            return creates and rule.name.partition(".")[0] in buckets
        case "timer":
            return rule.name in names | _TIMERS
        case "http" | "cmq":
            return trigger.qualifier == QUALIFIER
    return False
