"""Which function a bucket's uploads start: COS takes no second rule that overlaps with the first.

Before anything is changed our own functions are looked at, another stage's for instance. Should
COS refuse the trigger nevertheless, every function of the region is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from deploy.configuration.service import Service
from deploy.errors import NotPermitted, RequestFailed, UploadsTaken
from deploy.functions.model import Found
from deploy.functions.scf import Scf
from deploy.functions.triggers import COS, Rule, overlap, rules_of

_CONFLICTS = ("CosNotifyRuleConflict", "ResourceInUse.Cos")
_UNSEEN = "something that the bucket's page in the console shows"


def check_uploads(scf: Scf, service: Service, found: Mapping[str, Found]) -> None:
    """Whether no other function of ours has a rule that overlaps with one that isn't there yet.

    Somebody who may not list functions learns it from SCF, when it creates the trigger.

    Raises:
        UploadsTaken: names the function that has.
    """
    there = [trigger.rule for one in found.values() for trigger in one.triggers]
    new = [rule for rule in _rules(service) if rule not in there]
    if new:
        with suppress(NotPermitted):
            for rule, holder in _overlapping(scf, service, new, ours=True):
                raise _taken(rule, holder)


@contextmanager
def conflict_explained(scf: Scf, service: Service) -> Iterator[None]:
    """Have the refusal of a trigger name the function that has the other rule.

    Raises:
        UploadsTaken: in place of COS's refusal.
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
    """The rules for whose uploads another function, or one of ours alone, has a trigger."""
    own = {service.function_name(key) for key in service.functions}
    for listed in scf.listed():
        if listed.name in own or (ours and not listed.ours):
            continue
        for trigger in scf.triggers(listed.name):
            for rule in rules:
                if overlap(trigger.rule, rule):
                    yield rule, listed.name


def _taken(rule: Rule, holder: str) -> UploadsTaken:
    _event, prefix, _suffix = rule.values
    return UploadsTaken(rule.name.partition(".")[0], str(prefix), holder)
