"""What CI says about jobs, as nested dicts, and those as XML.

One dict per job serves the replies and the callbacks in both formats, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import xmltodict

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Job, JobResult, ci_time

XML_TYPE: Final = "application/xml"


def job_detail(job: Job, *, with_result: bool = True) -> dict[str, Any]:
    """Return `JobsDetail` of the API page, numbers as numbers.

    The result container stands only where the job has ended with one: the page's sample of a
    submitted job with a result is a mistake of the page.
    """
    tag = job.request.tag
    operation: dict[str, Any] = {tag: dict(job.request.parameters)}
    if job.result is not None and with_result:
        operation[f"{tag}Result"] = _result(job, job.result)
    if job.request.user_data is not None:
        operation["UserData"] = job.request.user_data
    operation["JobLevel"] = job.request.job_level
    return {
        "Code": job.code,
        "Message": job.message,
        "JobId": job.job_id,
        "State": job.state,
        "CreationTime": ci_time(job.created_at),
        "StartTime": ci_time(job.started_at),
        "EndTime": ci_time(job.ended_at),
        "QueueId": job.queue_id,
        "Tag": tag,
        "Input": {
            "BucketId": job.bucket,
            "Object": job.request.object_key,
            "Region": job.region,
        },
        "Operation": operation,
    }


def response_xml(content: Mapping[str, Any]) -> bytes:
    """Return `content` inside a `Response` node; lists are repeated nodes, None leaves one out.

    CIStatus is a document of its own (1003/30109).
    """
    return _xml(content if content.keys() == {"CIStatus"} else {"Response": content})


def error_xml(error: CiError, request_id: str, trace_id: str) -> bytes:
    """Return CI's error body: no Resource, unlike COS's."""
    return _xml(
        {
            "Error": {
                "Code": error.code,
                "Message": error.message,
                "RequestId": request_id,
                "TraceId": trace_id,
            }
        }
    )


def _xml(document: Mapping[str, Any]) -> bytes:
    text = xmltodict.unparse(_without_none(document), short_empty_elements=True)
    return str(text).encode()


def _without_none(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    if isinstance(value, Mapping):
        return {name: _without_none(child) for name, child in value.items() if child is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_none(child) for child in value]
    return value


def _result(job: Job, ended: JobResult) -> dict[str, Any]:
    state = "Success" if ended.code == "Success" else "Failed"
    key = job.request.object_key
    container: dict[str, Any] = {
        "Code": ended.code,
        "Message": ended.message or None,
        "State": state,
        "InputObjectName": key,
        "InputObjectUrl": f"https://{job.bucket}.cos.{job.region}.myqcloud.com/{quote(key)}",
        **(ended.content if state == "Success" else {}),
    }
    return {name: value for name, value in container.items() if value is not None}
