"""A job as CI describes it, in JSON and in XML."""

from __future__ import annotations

import json
from typing import Any

import xmltodict

from shared.jobs import Container
from shared.jobs.reply import job_in_callback
from tests.support.cards import finished_job, job_node

JOB = finished_job(key=" uploads/ 样本 .jpg", user_data="v1.a.b")


def as_json(document: object) -> bytes:
    return json.dumps(document).encode()


def as_xml(node: dict[str, Any], **more: Any) -> bytes:
    document: str = xmltodict.unparse(
        {"Response": {**more, "JobsDetail": node}}, full_document=True
    )
    return document.encode()


def result_in(node: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = node["Operation"]["ImageLicenseRecResult"]
    return result


NODE = job_node(JOB)


def of_job(**members: object) -> bytes:
    """A callback's body whose job has these members in its result."""
    node = job_node(JOB)
    result_in(node).update(members)
    return as_json({"JobsDetail": node})


def container_of(body: bytes) -> Container:
    """What a callback's body says that CI read."""
    container = job_in_callback(body)[0].container
    assert container is not None
    return container
