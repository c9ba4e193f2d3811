"""Things that can be broken about a deployment, and what the doctor says of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.cli.deployed import Deployment
from tests.support.clouds import BUCKET, LOCK


def policy_of(deployment: Deployment, name: str) -> dict[str, Any]:
    policies = deployment.api.account.policies.values()
    return next(policy for policy in policies if policy["PolicyName"] == name)


def _variable(deployment: Deployment, key: str, name: str, value: str) -> None:
    configuration = deployment.function(key).configuration
    variables = configuration["Environment"]["Variables"]
    kept = [one for one in variables if one["Key"] != name]
    configuration["Environment"] = {"Variables": [*kept, {"Key": name, "Value": value}]}


def wrong_region(there: Deployment) -> None:
    there.operator.serves(there.cloud, TENCENTCLOUD_REGION="ap-beijing")


def bucket_not_there(there: Deployment) -> None:
    there.operator.serves(there.cloud, INPUT_BUCKET="others-1250000000", OUTPUT_BUCKET=BUCKET)


def slow_clock(there: Deployment) -> None:
    there.clock.move(120)


def versioning_suspended(there: Deployment) -> None:
    there.cloud.user.put_bucket_versioning(Bucket=BUCKET, Status="Suspended")


def locked(there: Deployment) -> None:
    there.cloud.user.put_bucket_object_lock(BUCKET, LOCK)


def archiving_rule(there: Deployment) -> None:
    rule = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": "",
        "Transition": {"Days": "30", "StorageClass": "ARCHIVE"},
    }
    there.cloud.user.put_bucket_lifecycle(BUCKET, {"Rule": [rule]})


def policy_for_everybody(there: Deployment) -> None:
    statement = {
        "Principal": {"qcs": ["qcs::cam::anyone:anyone"]},
        "Effect": "allow",
        "Action": ["name/cos:GetObject"],
        "Resource": [f"qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/*"],
    }
    policy = {"version": "2.0", "Statement": [statement]}
    there.cloud.user.put_bucket_policy(BUCKET, policy)


def public_bucket(there: Deployment) -> None:
    there.cloud.user.put_bucket_acl(BUCKET, ACL="public-read")


def role_missing(there: Deployment) -> None:
    del there.api.account.roles["card-ocr-prod-sweep"]


def role_for_others(there: Deployment) -> None:
    role = there.api.account.roles["card-ocr-prod-submit"].document
    role["PolicyDocument"] = role["PolicyDocument"].replace("scf.", "cvm.")


def policy_differs(there: Deployment) -> None:
    policy = policy_of(there, "card-ocr-prod-callback")
    policy["PolicyDocument"] = policy["PolicyDocument"].replace("name/cos:GetObject", "name/x:y")


def policy_besides(there: Deployment) -> None:
    role = there.api.account.roles["card-ocr-prod-callback"]
    role.policies.append(policy_of(there, "card-ocr-prod-sweep")["PolicyId"])


def ci_role_missing(there: Deployment) -> None:
    del there.api.account.roles["CI_QCSRole"]


def ci_role_for_others(there: Deployment) -> None:
    role = there.api.account.roles["CI_QCSRole"].document
    role["PolicyDocument"] = role["PolicyDocument"].replace("ci.", "cvm.")


def not_bound(there: Deployment) -> None:
    there.local.ci._bound.clear()  # noqa: SLF001 — CI has no call here that unbinds


def not_enabled(there: Deployment) -> None:
    there.local.ci._queues.clear()  # noqa: SLF001 — nor one that disables


def queue_paused(there: Deployment) -> None:
    there.local.ci.set_queue_state(there.local.ci.queue_of(BUCKET), "Paused")


def another_queue(there: Deployment) -> None:
    there.operator.serves(there.cloud, QUEUE_ID="p0")


def function_missing(there: Deployment) -> None:
    del there.api.account.functions["ap-guangzhou", "card-ocr-prod-submit"]


def function_failed(there: Deployment) -> None:
    there.function("submit").busy = 10**6
    there.function("submit").status = "UpdateFailed"


def another_timeout(there: Deployment) -> None:
    there.function("sweep").configuration["Timeout"] = 3


def another_variable(there: Deployment) -> None:
    _variable(there, "callback", "MIN_SCORE", "99")


def another_secret(there: Deployment) -> None:
    _variable(there, "submit", "CALLBACK_SECRET", "another-invented-secret-of-many-characters")


def no_timer(there: Deployment) -> None:
    triggers = there.function("sweep").triggers
    triggers[:] = [one for one in triggers if one["TriggerName"] != "reconcile"]


def closed_trigger(there: Deployment) -> None:
    there.function("submit").triggers[0]["Enable"] = 0


def no_url(there: Deployment) -> None:
    there.function("callback").triggers.clear()


def url_answers_all(there: Deployment) -> None:
    there.local.functions["callback"].environment["CALLBACK_SECRET"] = ""


def no_sweep_yet(there: Deployment) -> None:
    there.cloud.user.delete_object(Bucket=BUCKET, Key="ocr/state/status.json")


def old_sweep(there: Deployment) -> None:
    change_status(there, at="2026-01-02T03:04:05Z")


def sweep_sends_nothing(there: Deployment) -> None:
    change_status(there, sending="the output bucket has versioning")


def sending_paused(there: Deployment) -> None:
    change_status(there, sending="held")
    _state(there, "holds/pause.json", {"by": "somebody@here", "why": "the bill"})


def change_status(there: Deployment, **changes: Any) -> None:
    _state(there, "status.json", there.cloud.document("ocr/state/status.json") | changes)


def _state(there: Deployment, name: str, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    there.cloud.user.put_object(Bucket=BUCKET, Key=f"ocr/state/{name}", Body=body)


BROKEN: tuple[tuple[Callable[[Deployment], None], str, str], ...] = (
    (wrong_region, "input bucket", "is not in ap-beijing"),
    (bucket_not_there, "input bucket", "others-1250000000 is not in ap-guangzhou"),
    (slow_clock, "clock", "this clock differs from COS's by -1"),
    (versioning_suspended, "versioning", "versioning of cards-1250000000 is Suspended"),
    (versioning_suspended, "create-once", "created twice"),
    (locked, "retention", "cards-1250000000 has object lock, 30 days for every object, so COS"),
    (archiving_rule, "lifecycle", "old archives ocr/state/, ocr/pending/, ocr/results/, ocr/rev"),
    (policy_for_everybody, "policy", "statement number 1 allows everybody GetObject on uploads/"),
    (public_bucket, "ACL", "the ACL of cards-1250000000 grants everybody READ: make it private"),
    (role_missing, "role of sweep", "card-ocr-prod-sweep does not exist: run `card-ocr setup`"),
    (
        role_for_others,
        "role of submit",
        "can't be assumed by SCF, or not only by SCF: run `card-ocr setup`",
    ),
    (policy_differs, "role of callback", "no policy of card-ocr-prod-callback allows exactly what"),
    (policy_besides, "role of callback", "allows more than it needs: detach card-ocr-prod-sweep"),
    (ci_role_missing, "role CI_QCSRole", "CI_QCSRole does not exist"),
    (ci_role_for_others, "role CI_QCSRole", "Cloud Infinite (CI) can't assume CI_QCSRole"),
    (not_bound, "CI", "is not bound to CI: run `card-ocr setup`"),
    (not_enabled, "recognition", "AI recognition is not enabled"),
    (queue_paused, "queue", "is Paused, so no job starts"),
    (another_queue, "queue", "no queue p0: correct QUEUE_ID"),
    (function_missing, "function of submit", "card-ocr-prod-submit is not deployed"),
    (function_failed, "function of submit", "is UpdateFailed"),
    (another_timeout, "function of sweep", "time-out 3 and not 270"),
    (another_variable, "environment of callback", "another MIN_SCORE than this .env"),
    (another_secret, "environment of submit", "another CALLBACK_SECRET than this .env"),
    (no_timer, "triggers of sweep", "lacks the timer reconcile"),
    (closed_trigger, "triggers of submit", "is closed: open it"),
    (no_url, "Function URL", "has no Function URL"),
    (url_answers_all, "Function URL", "answers HTTP 500 to a stranger and not 403"),
    (no_sweep_yet, "heartbeat", "sweep has not run yet"),
    (old_sweep, "heartbeat", "minutes ago, and should be every 5"),
    (sweep_sends_nothing, "sending", "sweep sends nothing: the output bucket has versioning"),
    (sending_paused, "sending", "nothing is sent: held by somebody@here: the bill"),
)
