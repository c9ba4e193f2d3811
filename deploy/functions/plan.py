"""Plans the steps from what SCF has to what is wanted. This module makes no request.

A run may be interrupted at any step: a new plan goes on from there. The order of the steps:

1. callback, then its address or topic, so that CI can call back from the first job on;
2. sweep, then submit: the function that finishes cards comes before the one that starts them;
3. for each function: the code, then the configuration with the code's digest, then how often events
   are repeated and how many instances may run at once;
4. the COS trigger when all else is ready, then the timers: if COS refuses the trigger, no timer
   runs;
5. delete what isn't wanted any more, triggers before their function.

A COS trigger is deleted before its replacement is created, since COS refuses rules that overlap. An
upload between the two has no event; reconcile finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploy.configuration.environment import calls_back
from deploy.configuration.service import CALLBACK, Service, TopicTrigger, UrlTrigger
from deploy.errors import AccountUnfit, NotOurs
from deploy.functions import steps
from deploy.functions.model import Found, Wanted
from deploy.functions.steps import Step
from deploy.functions.triggers import BY_CI, COS, FoundTrigger, counterpart, overlap

ORDER = (CALLBACK, "sweep", "submit")
_FIRST = ORDER[-1]  # the function that starts cards
_BUCKET = "INPUT_BUCKET"


class Plan(NamedTuple):
    """The steps, and notes on what stays as it is."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    def noting(self, notes: Iterable[str]) -> Plan:
        """Return the same plan with more notes."""
        return self._replace(notes=(*self.notes, *notes))


def deployment(wanted: Sequence[Wanted], found: Mapping[str, Found], service: Service) -> Plan:
    """Return the plan of `deploy`.

    Args:
        wanted: the functions of serverless.yml.
        found: what SCF has, by name in serverless.yml.
        service: what serverless.yml says.

    Raises:
        NotOurs: somebody else made a function or a trigger of the same name.
        AccountUnfit: a function would need another runtime, or works for another bucket, for
            example another clone's.
    """
    ordered = sorted(wanted, key=lambda one: ORDER.index(one.key))
    keys = [one.key for one in ordered]
    unwanted = {key: one for key, one in found.items() if key not in keys and one.ours}
    planned: list[Step] = []
    for one in ordered:
        planned += function_steps(one, found.get(one.key))
        planned += _trigger_steps(one, found.get(one.key), by_ci=True)
    for one in reversed(ordered):
        planned += _trigger_steps(one, found.get(one.key), by_ci=False)
    removed = removal(unwanted, service)
    there = [found[key] for key in keys if key in found]
    notes = (*_tag_notes(ordered, found), *_notes(there), *removed.notes, *delivery_notes(service))
    return Plan((*planned, *removed.steps), notes)


def _tag_notes(wanted: Iterable[Wanted], found: Mapping[str, Found]) -> Iterator[str]:
    """Yield a note on missing tags, since SCF's API sets tags only when it creates a function."""
    for one in wanted:
        there = found.get(one.key)
        missing = dict(one.tags.items() - there.tags.items()) if there else {}
        if missing:
            tags = ", ".join(f"{key}: {value}" for key, value in sorted(missing.items()))
            yield (
                f"{one.name} lacks the tags {tags}: SCF sets them when a function is created, so "
                "set them in the console"
            )


def delivery_notes(service: Service) -> Iterator[str]:
    """Yield a note on an address that CI won't call, and on messages that no trigger brings.

    The user may want either, so neither is refused.
    """
    if calls_back(service):
        return
    callback = service.functions.get(CALLBACK)
    kinds = {type(trigger) for trigger in callback.triggers} if callback else set()
    chosen = service.environment["CALLBACK_TYPE"]
    if UrlTrigger in kinds:
        yield (
            f"with CALLBACK_TYPE {chosen} CI calls no address: take url out of serverless.yml, and "
            "so the address off the internet, when no job from before is pending"
        )
    if chosen == "TDMQ" and TopicTrigger not in kinds:
        yield (
            "no event in serverless.yml brings CI's messages to callback: unless a trigger of "
            "EventBridge does, sweep fetches every result"
        )


def function_steps(wanted: Wanted, found: Found | None) -> Iterator[Step]:
    """Yield a function's own steps, without its triggers.

    Raises:
        NotOurs: somebody else made it.
        AccountUnfit: it would need another runtime, or works for another bucket.
    """
    if found is None or _must_be_made_anew(wanted, found):
        if found is not None:
            yield steps.delete_function(wanted.key, wanted.name)
        yield steps.create_function(wanted)
        yield steps.update_asynchronous(wanted)
        if wanted.concurrency is not None:
            yield steps.update_concurrency(wanted)
        return
    yield from _changes(wanted, found)


def _must_be_made_anew(wanted: Wanted, found: Found) -> bool:
    """Return whether SCF failed to create the function, which then never ran."""
    if not found.ours:
        raise NotOurs(f"the function {found.name}")
    serves, bucket = (one.configuration.environment.get(_BUCKET) for one in (found, wanted))
    if serves and serves != bucket:
        raise AccountUnfit(
            f"{found.name} works for {serves}, but {_BUCKET} names another bucket: choose another "
            "stage with --stage; or, to change this deployment's bucket, run `sls remove`, then "
            "`sls deploy`"
        )
    if found.status == "CreateFailed":
        return True
    if found.runtime != wanted.runtime:
        raise AccountUnfit(
            f"{found.name} runs on {found.runtime} and SCF can't change that to {wanted.runtime}: "
            "run `sls remove`, then `sls deploy`"
        )
    return False


def _changes(wanted: Wanted, found: Found) -> Iterator[Step]:
    other_code = found.failed or found.code_sha256 != wanted.code_sha256
    if other_code:
        yield steps.update_code(wanted)
    if other_code or steps.differs(found.configuration, wanted.configuration):
        yield steps.update_configuration(wanted, found)
    if found.asynchronous != wanted.asynchronous:
        yield steps.update_asynchronous(wanted)
    if found.concurrency != wanted.concurrency:
        yield steps.update_concurrency(wanted)


def _trigger_steps(wanted: Wanted, found: Found | None, *, by_ci: bool) -> Iterator[Step]:
    """Yield the steps for the triggers that bring CI's calls (`by_ci`), or for all others."""
    there = found.triggers if found is not None and found.status != "CreateFailed" else ()
    rules = [rule for rule in wanted.rules if (rule.type in BY_CI) == by_ci]
    there = tuple(one for one in there if (one.rule.type in BY_CI) == by_ci)
    kept = [one for one in (counterpart(rule, there) for rule in rules) if one is not None]
    for trigger in there:
        if trigger.ours and trigger not in kept:
            yield steps.delete_trigger(wanted.key, wanted.name, trigger)
    for rule in sorted(rules, key=lambda rule: rule.type == COS):
        existing = counterpart(rule, there)
        if existing is None:
            for trigger in there:
                if not trigger.ours and overlap(trigger.rule, rule):
                    raise NotOurs(f"{wanted.name}'s {trigger.rule.says()}")
            yield steps.create_trigger(wanted, rule)
        elif not existing.does(rule):
            if not existing.ours:
                raise NotOurs(f"{wanted.name}'s {existing.rule.says()}")
            # A Function URL is ours under any name. SCF changes it by the name that it has there.
            yield steps.update_trigger(wanted, rule._replace(name=existing.rule.name))


def removal(found: Mapping[str, Found], service: Service, *, everything: bool = False) -> Plan:
    """Return the plan of `remove`: triggers before functions, and the COS trigger first of all.

    A failed step ends the plan. So if a COS trigger stays, its functions stay too, with sweep. A
    function stays if somebody else gave it a trigger. If submit stays, the others stay as they are.

    Args:
        found: what SCF has, by name in serverless.yml.
        service: what serverless.yml says.
        everything: also delete triggers that somebody else gave our functions.

    Raises:
        NotOurs: a COS trigger that starts cards would stay.
    """
    ours = {key: found[key] for key in reversed(ORDER) if key in found and found[key].ours}
    stay = {} if everything else {key: one for key, one in ours.items() if _foreign(one)}
    for one in (*stay.values(), *(one for one in found.values() if not one.ours)):
        _refuse_cards_without_end(one)
    strangers = [one for one in found.values() if not one.ours]
    notes = [f"the function {one.name} stays: it was not made by this service" for one in strangers]
    notes += _notes(stay.values(), "; so {name} stays too, unless you run `sls remove --force`")
    if _FIRST in stay:
        ours = {_FIRST: ours[_FIRST]}
    triggers = [
        (key, trigger)
        for key, one in ours.items()
        for trigger in one.triggers
        if trigger.ours or everything
    ]
    triggers.sort(key=lambda pair: pair[1].rule.type != COS)
    planned = [
        steps.delete_trigger(key, service.function_name(key), trigger) for key, trigger in triggers
    ]
    planned += [
        steps.delete_function(key, one.name) for key, one in ours.items() if key not in stay
    ]
    return Plan(tuple(planned), tuple(notes))


def _refuse_cards_without_end(left: Found) -> None:
    """Refuse to leave a function whose COS trigger makes jobs that no function would fetch."""
    for trigger in left.triggers:
        if trigger.rule.type == COS and trigger.open and not (left.ours and trigger.ours):
            raise NotOurs(
                f"{left.name}'s {trigger.rule.says()}",
                "close or delete it on the function's page in SCF's console"
                + (", or run `sls remove --force`" if left.ours else ""),
            )


def _foreign(found: Found) -> list[FoundTrigger]:
    return [trigger for trigger in found.triggers if not trigger.ours]


def _notes(found: Iterable[Found], consequence: str = "") -> tuple[str, ...]:
    return tuple(
        f"{one.name}'s {trigger.rule.says()} stays: it was not made by this service"
        + consequence.format(name=one.name)
        for one in found
        for trigger in _foreign(one)
    )
