"""How the deployment knows what it made, and which code a function has.

A trigger on a function of ours is ours if its Description says so. SCF's pages show a Description
only for a Function URL. If SCF shows no Description for a type of trigger, such a trigger is ours
if this service creates one like it: uploads to its bucket, its Function URL, a topic, a timer of
that name. This matters because a COS trigger that nobody removes makes paid jobs.

SCF shows no reliable digest of a function's code: CodeSize is the same for two zips of one length,
and no page says that GetFunctionAddress's CodeSha256 is the uploaded zip's. So the function's
Description holds the zip's SHA-256. A tag can't be changed after creation, but the request that
changes the configuration also changes the Description. It is sent after the code. If a run ends
between the two, the next run uploads the code again. A Description may hold letters, digits,
spaces, commas and full stops.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from deploy.functions.triggers import QUALIFIER, FoundTrigger, Rule

_OURS, _CODE = "Card OCR on upload.", "Code sha256"
_TIMERS = {"sweep", "reconcile"}  # the names in serverless.yml as we ship it
# Any text may come between the two parts, since another version may word it differently.
_PATTERN = re.compile(rf"{re.escape(_OURS)}.*\s{_CODE} ([0-9a-f]{{64}})\.", re.DOTALL)


def description_of(code_sha256: str) -> str:
    """Return the Description of a function of ours with that code."""
    return f"{_OURS} Deployed from serverless.yml, so change that. {_CODE} {code_sha256}."


def code_in(description: str) -> str | None:
    """Return the code's digest, from a function's Description. Return None if it isn't ours."""
    match = _PATTERN.fullmatch(description.strip())
    return match[1] if match else None


def is_ours(
    trigger: FoundTrigger,
    there: Collection[FoundTrigger],
    created: Collection[Rule],
    environment: Mapping[str, str],
) -> bool:
    """Return whether this service made a trigger that a function of ours has.

    Args:
        trigger: the trigger, as SCF shows it.
        there: all triggers of the function.
        created: the triggers in serverless.yml now.
        environment: the deployed function's, which names the bucket it was deployed for.
    """
    if trigger.marked is not None:
        return trigger.marked
    rule = trigger.rule
    if any(one.marked and one.rule.type == rule.type for one in there):
        return False  # SCF shows Descriptions for this type, but this trigger has none
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
