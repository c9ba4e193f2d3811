"""What each method and path of the CI service does. Returns what stands inside `Response`.

Only the binding has no such node: it is JSON, or one node of XML.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Request

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Job, ci_time
from coslocal.ci.listing import page_of, parse_listing
from coslocal.ci.queue import JobQueue
from coslocal.ci.replies import XML_TYPE, job_detail
from coslocal.ci.requests_xml import parse_job_request, parse_queue_request

if TYPE_CHECKING:
    from coslocal.ci.service import CiService

MAX_IDS: Final = 10

Content = dict[str, Any]


def answer(service: CiService, bucket: str | None, request: Request) -> Content | str | None:
    """Carry a request out; None stands for an empty body, a text for one of JSON.

    Raises:
        CiError: It is refused.
    """
    if bucket is None:
        if (request.method, request.path) == ("GET", "/ai_bucket"):
            return _ai_buckets(service.queues(), request)
        raise CiError("InvalidArgument", "the host names no bucket")
    if request.path == "/":
        return _binding(service, bucket, request)
    if request.path == "/ai_bucket":
        return _ai_bucket(service, bucket, request)
    queue = service.queue_of(bucket)
    if request.path == "/jobs":
        return _jobs(service, queue, request)
    if (match := re.fullmatch(r"/jobs/([^/]+)", request.path)) is not None:
        return _some_jobs(service, queue, request, match[1])
    if (match := re.fullmatch(r"/ai_queue(?:/([^/]+))?", request.path)) is not None:
        return _ai_queue(service, queue, request, match[1])
    raise _no_such_url()


def _jobs(service: CiService, queue: JobQueue, request: Request) -> Content:
    if request.method == "POST":
        if request.mimetype != XML_TYPE:
            raise CiError("InvalidArgument", f"Content-Type must be {XML_TYPE}")
        asked = parse_job_request(request.get_data(), service.runner.job_types)
        if service.runner.object_of(queue.bucket, asked.object_key) is None:
            raise CiError("ResourceNotFound", "the input object does not exist")
        job = queue.submit(asked, service.agenda.clock())
        service.runner.schedule(queue)
        return {"JobsDetail": job_detail(job)}
    if request.method == "GET":
        page, next_token = parse_listing(request.args).page(queue.jobs())
        return {"JobsDetail": _details(service, page), "NextToken": next_token}
    raise _no_such_url()


def _some_jobs(service: CiService, queue: JobQueue, request: Request, ids: str) -> Content | None:
    if request.method == "PUT" and request.query_string.rstrip(b"=") == b"cancel":
        queue.cancel(ids, service.agenda.clock())
        return None
    if request.method != "GET":
        raise _no_such_url()
    asked = ids.split(",")
    if len(asked) > MAX_IDS:
        raise CiError("InvalidArgument", f"at most {MAX_IDS} jobs can be described at once")
    jobs = {job_id: queue.find(job_id) for job_id in asked}
    missing = ",".join(job_id for job_id, job in jobs.items() if job is None)
    found = [job for job in jobs.values() if job is not None]
    return {"JobsDetail": _details(service, found), "NonExistJobIds": missing or None}


def _details(service: CiService, jobs: list[Job]) -> list[Content]:
    shown = service.runner.behaviour.describe_holds_result
    return [job_detail(job, with_result=shown) for job in jobs]


def _binding(service: CiService, bucket: str, request: Request) -> Content | str:
    """Show (460/97481, 1003/30109) or make (1045/33701) the binding of a bucket to CI."""
    if request.method == "GET":
        status = {"CIStatus": "on" if service.is_bound(bucket) else "off"}
        return status if service.binding_format == "xml" else json.dumps(status)
    if request.method != "PUT" or request.query_string:
        raise _no_such_url()
    if service.role_missing:
        raise CiError("CIRoleNotExist", "the role CI_QCSRole does not exist")
    service.bind(bucket)
    return {"RequestId": "", "CIBucket": {"BucketId": bucket, "Region": service.region}}


def _ai_bucket(service: CiService, bucket: str, request: Request) -> Content:
    if request.method == "GET":
        return _ai_buckets(service.queues(), request)
    if request.method == "DELETE":
        service.disable(bucket)
        return {"RequestId": "", "BucketName": bucket}
    if request.method != "POST":
        raise _no_such_url()
    return {"RequestId": "", "AiBucket": _bucket_detail(service.enable(bucket))}


def _ai_buckets(queues: list[JobQueue], request: Request) -> Content:
    names = [name for name in request.args.get("bucketNames", "").split(",") if name]
    prefix = request.args.get("bucketName", "")
    found = [
        queue
        for queue in queues
        if queue.bucket.startswith(prefix) and (not names or queue.bucket in names)
    ]
    page, told = page_of(found, request.args)
    return {**told, "AiBucketList": [_bucket_detail(queue) for queue in page]}


def _bucket_detail(queue: JobQueue) -> Content:
    return {
        "BucketId": queue.bucket,
        "Name": queue.bucket.rpartition("-")[0],
        "Region": queue.region,
        "CreateTime": ci_time(queue.created_at),
    }


def _ai_queue(
    service: CiService, queue: JobQueue, request: Request, queue_id: str | None
) -> Content:
    if request.method == "GET" and queue_id is None:
        ids = [one for one in request.args.get("queueIds", "").split(",") if one]
        wanted = request.args.get("state") or "All"
        if wanted not in ("All", "Active", "Paused"):
            raise CiError("InvalidArgument", "state must be one of All, Active, Paused")
        if len(ids) > MAX_IDS:
            raise CiError("InvalidArgument", f"at most {MAX_IDS} queues can be asked for at once")
        shown = wanted in ("All", queue.state) and (not ids or queue.queue_id in ids)
        page, told = page_of([queue] if shown else [], request.args)
        missing = [one for one in ids if one != queue.queue_id]
        listed = [_queue_detail(one) for one in page]
        return {**told, "QueueList": listed, "NonExistPIDs": missing or None}
    if request.method == "PUT" and queue_id is not None:
        if queue_id != queue.queue_id:
            raise CiError("QueueNotFound", "there is no queue of this QueueId")
        asked = parse_queue_request(request.get_data())
        queue.name = asked.name or queue.name
        queue.callback = asked.callback or queue.callback
        if asked.state is not None:
            service.set_queue_state(queue, asked.state)
        return {"RequestId": "", "Queue": _queue_detail(queue)}
    raise _no_such_url()


def _queue_detail(queue: JobQueue) -> Content:
    callback = queue.callback
    mq = callback.message_queue
    notify = {
        "Url": callback.url,
        "Event": "TaskFinish",
        "Type": "TDMQ" if mq else "Url",
        "State": "On" if mq or callback.url else "Off",
        "ResultFormat": callback.format,
        "MqRegion": mq.region if mq else None,
        "MqMode": mq.mode if mq else None,
        "MqName": mq.name if mq else None,
    }
    return {
        "QueueId": queue.queue_id,
        "Name": queue.name,
        "State": queue.state,
        "NotifyConfig": notify,
        "MaxSize": queue.max_size,
        "MaxConcurrent": queue.max_concurrent,
        "CreateTime": ci_time(queue.created_at),
        "UpdateTime": ci_time(queue.updated_at),
        "Category": "AIProcess",
        "BucketId": queue.bucket,
    }


def _no_such_url() -> CiError:
    return CiError("InvalidUrl", "the service has no such method and path")
