"""Jobs that are answered at once: `GET /<key>?ci-process=…` to a host of COS (1045/72929)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from coslocal.cam.calls import Call, bucket_resource, object_resource
from coslocal.ci.errors import CiError
from coslocal.ci.job_types import JobType
from coslocal.ci.recognition import UnreadableImage
from coslocal.ci.requests_xml import Node
from coslocal.ci.runner import UNREADABLE
from coslocal.cos.hosts import parse_host
from coslocal.signature import SIGNATURE_PARAMETERS

if TYPE_CHECKING:
    from coslocal.ci.service import CiService

NAME = "ci-process"


def is_processing(request: Request) -> bool:
    """Tell whether a request to a host of COS is for CI."""
    return request.method == "GET" and NAME in request.args


def process(service: CiService, request: Request, secret_id: str) -> dict[str, Any]:
    """Return the nodes of the result, for what a key asks that may sign.

    Raises:
        CiError: It is refused, or the object can't be read as what it is asked for.
    """
    address = parse_host(request.host)
    if address is None or address.bucket is None or address.region not in (service.region, None):
        raise CiError("InvalidHost", f"this is CI of {service.region}")
    bucket, key = address.bucket, request.path[1:]
    job_type, action = _asked_type(service, request.args[NAME])
    service.authorise(
        request,
        secret_id,
        [
            Call("cos:GetObject", object_resource(service.region, bucket, key)),
            Call(action, bucket_resource(service.region, bucket)),
        ],
    )
    service.queue_of(bucket)  # assumed: refused as a job is, if recognition isn't enabled
    given = {
        name: value
        for name, value in request.args.items()
        if name != NAME and name not in SIGNATURE_PARAMETERS
    }
    if "detect-url" in given:
        raise CiError("NotImplemented", "detect-url is not emulated: nothing is fetched from here")
    defaults = job_type.process.defaults if job_type.process else {}
    parameters = job_type.parse(Node("", {**defaults, **given}))
    stored = service.runner.object_of(bucket, key)
    if stored is None:
        raise CiError("NoSuchKey", "the object does not exist", 404)
    if stored.hindrance is not None:
        raise CiError(UNREADABLE, stored.hindrance)
    try:
        return dict(job_type.run(stored.body, parameters))
    except UnreadableImage as error:
        raise CiError(error.code, error.message) from error


def _asked_type(service: CiService, name: str) -> tuple[JobType, str]:
    for job_type in service.runner.job_types.values():
        if job_type.process is not None and job_type.process.name == name:
            return job_type, job_type.process.action
    known = [one.process.name for one in service.runner.job_types.values() if one.process]
    raise CiError("InvalidArgument", f"ci-process is one of {', '.join(known)} here")
