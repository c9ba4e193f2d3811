"""What the buckets' lifecycle rules do to the photos and to our objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from cli.doctor.subject import Folder, Kind, Reach, Subject, each_bucket
from cli.doctor.verdict import Verdict, all_of, failed, ok
from deploy.bucket.settings import read_xml

_LONGEST_ID = 64
_NEVER = {
    "archives": "what is archived can't be read again",
    "deletes": "cards would be paid twice, holds end, and records and seals be lost",
}


class LifecycleRule(NamedTuple):
    """A rule that is enabled. It archives or deletes from an age in days on, None for never."""

    name: str
    prefix: str
    excluded: Sequence[str]
    archives: int | None
    deletes: int | None

    def touches(self, folder: str) -> bool:
        """Return whether it concerns a folder, by its prefix. The tags make no difference."""
        overlaps = folder.startswith(self.prefix) or self.prefix.startswith(folder)
        return overlaps and not any(folder.startswith(prefix) for prefix in self.excluded)


def lifecycle(subject: Subject) -> Verdict:
    """Check that the rules don't touch the objects that must stay as they are."""
    client, days = subject.deployment.cloud.idempotent, subject.settings.reconcile_days

    def look(reach: Reach) -> Verdict:
        found = read_xml(client, reach.bucket, "lifecycle")
        rules = () if found is None else rules_in(found)
        return judged_rules(rules, reach, days)

    return each_bucket(subject, "cos:GetBucketLifecycle", look)


def rules_in(found: ET.Element) -> Iterator[LifecycleRule]:
    """Yield the rules of a LifecycleConfiguration (436/8280) that are enabled."""
    for number, rule in enumerate(found.iterfind("{*}Rule"), start=1):
        if rule.findtext("{*}Status") == "Enabled":
            yield _rule(rule, number)


def _rule(rule: ET.Element, number: int) -> LifecycleRule:
    places = ("{*}Prefix", "{*}Filter/{*}Prefix", "{*}Filter/{*}And/{*}Prefix")
    archives = [
        _days(one)
        for one in rule.iterfind("{*}Transition")
        if (one.findtext("{*}StorageClass") or "").endswith("ARCHIVE")
    ]
    deletes = [
        _days(one)
        for one in rule.iterfind("{*}Expiration")
        if one.find("{*}ExpiredObjectDeleteMarker") is None
    ]
    name = rule.findtext("{*}ID") or ""
    is_shown = name.isprintable() and 0 < len(name) <= _LONGEST_ID
    return LifecycleRule(
        name if is_shown else f"number {number}",
        next(filter(None, map(rule.findtext, places)), ""),
        [one.text for one in rule.iterfind("{*}Filter//{*}PrefixNotEquals") if one.text],
        min(archives, default=None),
        min(deletes, default=None),
    )


def _days(action: ET.Element) -> int:
    """Return from which age on it acts. A Date concerns objects of any age."""
    days = action.findtext("{*}Days") or ""
    return int(days) if days.isascii() and days.isdigit() else 0


def judged_rules(rules: Iterable[LifecycleRule], reach: Reach, reconcile_days: int) -> Verdict:
    """Return what the rules of a bucket do to its folders, each with its name."""
    verdicts = [
        verdict
        for rule in rules
        for verb, age in (("archives", rule.archives), ("deletes", rule.deletes))
        if age is not None
        for verdict in _judged(rule, verb, age, reach.folders, reconcile_days)
    ]
    return all_of(verdicts or [ok(f"no lifecycle rule of {reach.bucket} is about this deployment")])


def _judged(
    rule: LifecycleRule, verb: str, age: int, folders: Sequence[Folder], reconcile_days: int
) -> Iterator[Verdict]:
    never = []
    for kind, prefix in folders:
        if not rule.touches(prefix):
            continue
        earliest = _earliest(verb, kind, reconcile_days)
        says = f"the rule {rule.name} {verb} {prefix} after {age} days"
        if earliest is None:
            never.append(prefix)
        elif age < earliest:
            yield failed(
                f"{says}, while RECONCILE_DAYS is {reconcile_days}: let it wait {earliest} days"
            )
        else:
            yield ok(says)
    if never:
        yield failed(
            f"the rule {rule.name} {verb} {', '.join(never)}: exclude them from it, since "
            f"{_NEVER[verb]}"
        )


def _earliest(verb: str, kind: Kind, reconcile_days: int) -> int | None:
    """Return from which age on a rule may do that to a folder, None if it never may.

    Reconcile claims photos of up to RECONCILE_DAYS that have no result, so a result that is deleted
    before is paid again, and a photo that is archived before comes to nothing. A review that is
    deleted before its result makes the card await a person again. An audit reads deletion records
    and seals.
    """
    if verb == "archives":
        return reconcile_days if kind == "photos" else None
    return {"photos": 0, **dict.fromkeys(("results", "reviews"), reconcile_days + 1)}.get(kind)
