"""A bucket with results, reviews and deletion records, which is sealed and audited in memory."""

from __future__ import annotations

import json
from typing import Any

from cli.audit.judgement import AuditFinding
from cli.audit.run import AuditScope, audit
from cli.delete.forget import Forgetting
from cli.review.decision import ReviewTarget, review_from
from cli.seal.chain import SealMade
from cli.seal.sealing import make_seal
from shared.card import Check
from shared.documents import Evidence, ResultError, encode
from shared.store.layout import result_name, review_name
from tests.support.cards import AT, LICENCE, id_infos
from tests.support.memory import etag_of_body
from tests.support.pipelines import World
from tests.support.results import card_result
from tests.support.reviews import draft

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
SOURCE_UNCHANGED = (Check("source.unchanged", passed=True, detail=None),)
KEYS = {
    "card": "uploads/a.jpg",
    "licence": "uploads/driver/b.jpg",
    "nothing": "uploads/c.jpg",
    "failed": "uploads/d.jpg",
    "rejected": "uploads/e.jpg",
    "long": f"uploads/{'f' * 800}.jpg",
}


class _Findings:
    """A report that keeps every finding."""

    def __init__(self) -> None:
        self.findings: list[AuditFinding] = []

    def found(self, finding: AuditFinding) -> None:
        self.findings.append(finding)

    def end(self, *_: object) -> None:
        raise AssertionError("nobody prints here")


class SealedWorld(World):
    """A bucket whose objects are written by the clock."""

    def write(self, name: str, body: bytes) -> str:
        self.store.replace(name, body)
        return name

    def result(self, kind: str = "card", version: str = "e1", **changes: Any) -> str:
        """Write a result of one of the `KEYS`, as the functions would. Return its name."""
        key = KEYS.get(kind, kind)
        given: dict[str, Any] = {"checks": SOURCE_UNCHANGED}
        error = ResultError("SourceArchived", "it is archived", "source")
        if kind == "licence":
            given |= {"card_type": "DriverLicense", "id_infos": id_infos(**LICENCE)}
        elif kind == "nothing":
            given |= {"outcome": "nothing_found", "id_infos": ()}
        elif kind == "failed":
            given |= {"outcome": "failed", "error": error, "checks": (), "id_infos": ()}
        elif kind == "rejected":
            evidence = Evidence("submit", "api", verified=True, received_at=AT)
            none: dict[str, Any] = {"error": error, "checks": (), "id_infos": (), "job": None}
            none["evidence"] = evidence
            given |= {"outcome": "rejected", **none}
        card = card_result(key, version, **{**given, **changes})
        return self.write(result_name("ocr/", key, version), card.body())

    def review(self, kind: str = "card", number: int = 1, version: str = "e1") -> str:
        """Write a review that confirms a result. Return its name."""
        key = KEYS.get(kind, kind)
        result = self.store.objects[result_name("ocr/", key, version)]
        target = ReviewTarget(key, version, etag_of_body(result))
        review = review_from(json.loads(result), target, draft(seen=number - 1, keeps=True), AT)
        return self.write(review_name("ocr/", key, version, number), review.body())

    def forget(self, kind: str, why: str | None = None) -> str:
        """Delete a card as `card-ocr forget` does. Return the name of the record."""
        before = set(self.store.names("deleted"))
        forgetting = Forgetting(self.context(), KEYS.get(kind, kind), self.store, why)
        while (next_at := forgetting.go_on()) is not None:
            self.clock.now = next_at
        (record,) = set(self.store.names("deleted")) - before
        return record

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    def seal(self, *, deep: bool = False) -> SealMade:
        return make_seal(self.context(), lambda _count: None, deep=deep)

    def audit(
        self, *, deep: bool = False, seals: bool = True, expect: str | None = None
    ) -> list[AuditFinding]:
        """What an audit finds, but what it says of photos: there are none here."""
        report = _Findings()
        scope = AuditScope(deep=deep, seals=seals or expect is not None, expect=expect)
        self.audited = audit(self.context(), scope, report, lambda _count: None)
        return [one for one in report.findings if one.kind not in {"orphan", "failed"}]

    def edit(self, name: str, **members: object) -> None:
        """Change members of a JSON object in place, now."""
        document = json.loads(self.store.objects[name])
        for path, value in members.items():
            *parents, last = path.split("__")
            node = document
            for parent in parents:
                node = node[int(parent) if isinstance(node, list) else parent]
            node[int(last) if isinstance(node, list) else last] = value
        self.write(name, encode(document))

    def edit_keeping_time(self, name: str, **members: object) -> None:
        """The same, so that it looks as if nobody had written it since."""
        written = self.store.written_at[name]
        self.edit(name, **members)
        self.store.written_at[name] = written

    def swap(self, one: str, other: str) -> None:
        """Put the body of each object in the other's place."""
        objects = self.store.objects
        objects[one], objects[other] = objects[other], objects[one]

    def remove(self, name: str) -> bytes:
        self.store.written_at.pop(name)
        return self.store.objects.pop(name)

    def move(self, name: str, to: str) -> None:
        """Rename an object, or put it back under its own name."""
        self.write(to, self.remove(name))

    def cut_off(self, *numbers: int) -> None:
        """Remove seals with their parts."""
        for name in self.store.names("seals"):
            if any(f"seals/{number}{end}" in name for number in numbers for end in ("/", ".json")):
                self.remove(name)

    def backdate(self, name: str, seconds: float) -> None:
        """Make it look as if it were written earlier than it was."""
        self.store.written_at[name] -= seconds


def named(finding: AuditFinding) -> str:
    """A finding in one line, as a person reads it."""
    return " ".join(part for part in (finding.kind, finding.key, finding.detail) if part)
