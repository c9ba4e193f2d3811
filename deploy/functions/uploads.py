"""Finds the function that a bucket's uploads start. COS takes no second rule that overlaps with it.

Before it changes anything, the deployment looks at our other functions, for example another
stage's. If COS still refuses the trigger, it looks at every function of the region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from deploy.configuration.service import Service
from deploy.errors import AccountUnfit, NotPermitted, RequestFailed
from deploy.functions.model import Found
from deploy.functions.scf import Scf
from deploy.functions.triggers import COS, Rule, overlap, rules_of

_CONFLICTS = ("CosNotifyRuleConflict", "ResourceInUse.Cos")
_UNSEEN = "something that the bucket's page in the console shows"


def check_uploads(scf: Scf, service: Service, found: Mapping[str, Found]) -> None:
    """Check that no other function of ours has a rule that overlaps with a new rule.

    If the key may not list functions, SCF finds it out when it creates the trigger.

    Raises:
        AccountUnfit: names the function that has such a rule.
    """
    there = [trigger.rule for one in found.values() for trigger in one.triggers]
    new = [rule for rule in _rules(service) if rule not in there]
    if new:
        with suppress(NotPermitted):
            for rule, holder in _overlapping(scf, service, new, ours=True):
                raise _taken(rule, holder)


@contextmanager
def conflict_explained(scf: Scf, service: Service) -> Iterator[None]:
    """Turn COS's refusal of a trigger into an error that names the function with the other rule.

    Raises:
        AccountUnfit: replaces COS's refusal.
    """
    try:
        yield
    except RequestFailed as failure:
        if not failure.code.endswith(_CONFLICTS):
            raise
        rules = _rules(service)
        with suppress(RequestFailed):
            for rule, holder in _overlapping(scf, service, rules, ours=False):
                raise _taken(rule, holder) from None
        raise _taken(rules[0], _UNSEEN) from None


def _rules(service: Service) -> list[Rule]:
    rules = (rule for key in service.functions for rule in rules_of(service, key))
    return [rule for rule in rules if rule.type == COS]


def _overlapping(
    scf: Scf, service: Service, rules: list[Rule], *, ours: bool
) -> Iterator[tuple[Rule, str]]:
    """Yield the rules that overlap with a trigger of another function; of ours only if `ours`."""
    own = {service.function_name(key) for key in service.functions}
    for listed in scf.listed():
        if listed.name in own or (ours and not listed.ours):
            continue
        for trigger in scf.triggers(listed.name):
            for rule in rules:
                if overlap(trigger.rule, rule):
                    yield rule, listed.name


def _taken(rule: Rule, holder: str) -> AccountUnfit:
    _event, prefix, _suffix = rule.values
    return AccountUnfit(
        f"uploads to {rule.name.partition('.')[0]} under {prefix} already start {holder}, and COS "
        "takes no second rule that overlaps: delete that trigger (run `sls remove` with its "
        "service name and --stage), or choose another INPUT_PREFIX or INPUT_BUCKET"
    )
