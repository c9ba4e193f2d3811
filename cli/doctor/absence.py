"""Whether an absent object reads as 404 and not as 403, in the role of each function.

Only the role itself shows it. It trusts SCF alone, as it should, so it can rarely be taken on from
outside; `submit` can be asked all the same: invoked about a photo that isn't there, it does
nothing if COS says 404, and fails if COS says 403.
"""

from __future__ import annotations

import json
import secrets

from qcloud_cos import CosClientError, CosServiceError

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok, unchecked
from deploy.errors import CredentialsRefused, NoAnswer, RequestFailed
from deploy.roles.grants import GRANTS, HEAD, LIST
from shared.cloud import Cloud
from shared.settings.load import Credentials

_SESSION_SECONDS = 900
_NOT_FOUND = 404
_ADVICE = "the action that makes the difference is name/cos:GetBucket"


def absent_objects(subject: Subject, function: str) -> Verdict:
    """HEAD what isn't there, in the function's role if that can be taken on from here."""
    credentials = _taken_on(subject, function)
    if credentials is not None:
        return _asked_in_role(subject, function, credentials)
    if function == "submit":
        return _asked_of_submit(subject)
    return unchecked(
        f"the role of {function} trusts SCF alone, as it should; what its policies say is "
        "compared above, and `card-ocr doctor --upload` shows the whole at work"
    )


def _taken_on(subject: Subject, function: str) -> Credentials | None:
    found = subject.cam.find_role(subject.roles[function].name)
    if found is None:
        return None
    parameters = {
        "RoleArn": found.arn,
        "RoleSessionName": "card-ocr-doctor",
        "DurationSeconds": _SESSION_SECONDS,
    }
    try:
        reply = subject.deployment.api.call("sts", "AssumeRole", parameters).part("Credentials")
    except (CredentialsRefused, NoAnswer):
        raise
    except RequestFailed:
        return None
    return Credentials(reply.text("TmpSecretId"), reply.text("TmpSecretKey"), reply.text("Token"))


def _asked_in_role(subject: Subject, function: str, credentials: Credentials) -> Verdict:
    settings = subject.settings
    cloud = Cloud(settings.region, credentials, subject.session)
    folders = {
        "PHOTOS": (settings.input_bucket, settings.input_prefix),
        "PENDING": (settings.output_bucket, f"{settings.output_prefix}pending/"),
        "RESULTS": (settings.output_bucket, f"{settings.output_prefix}results/"),
    }
    for grant in GRANTS[function]:
        if not {HEAD, LIST} <= set(grant.actions):
            continue
        bucket, folder = folders[grant.place.name]
        status = _status(cloud, bucket, f"{folder}{_absent_name()}")
        if status != _NOT_FOUND:
            return failed(
                f"an absent object under {folder} reads as {status}: {subject.setup}; {_ADVICE}"
            )
    return ok(f"an absent object reads as 404 in the role of {function}")


def _status(cloud: Cloud, bucket: str, key: str) -> int:
    try:
        cloud.idempotent.head_object(Bucket=bucket, Key=key)
    except CosServiceError as error:
        return int(error.get_status_code())
    except CosClientError:
        return 0
    return 200


def _asked_of_submit(subject: Subject) -> Verdict:
    name, _, appid = subject.settings.input_bucket.rpartition("-")
    key = f"{subject.settings.input_prefix}{_absent_name()}"
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
            "submit, asked about a photo that isn't there, failed and should do nothing: "
            f"look at its log; if that says AccessDenied or HTTP403, {subject.setup}; {_ADVICE}"
        )
    return ok("submit, asked about a photo that isn't there, finds it absent")


def _absent_name() -> str:
    return f"card-ocr-doctor/absent-{secrets.token_hex(8)}"
