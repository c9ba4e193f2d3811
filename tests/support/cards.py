"""Specimens: cards that can't be anybody's, as CI would read them."""

from __future__ import annotations

from typing import Any

from shared.card import IdInfo
from shared.jobs import Container, Job

NAME = "样本甲"
ADDRESS = "样例省虚构市测试路1号"
NUMBER = "990101199002300013"  # no such region, and the 30th of February
PERSONAL = (NAME, ADDRESS, NUMBER)

LABELS = {"姓名": NAME, "性别": "男", "民族": "汉", "住址": ADDRESS, "公民身份号码": NUMBER}
CORNERS = ((553.0, 439.0), (553.0, 576.0), (989.0, 576.0), (989.0, 439.0))


def id_infos(**labels: str) -> tuple[IdInfo, ...]:
    return tuple(IdInfo(label, text, 99, CORNERS) for label, text in (labels or LABELS).items())


def finished_job(**changes: Any) -> Job:
    """A job that read a card; a test says what is different."""
    job = Job(
        job_id="a1b2c3",
        state="Success",
        code="Success",
        message=None,
        queue_id="p1",
        created_at="2026-01-02T03:04:05Z",
        started_at="2026-01-02T03:04:06Z",
        ended_at="2026-01-02T03:04:07Z",
        key="uploads/a.jpg",
        card_type="IDCard",
        user_data=None,
        container=Container("Success", "Success", None, id_infos()),
    )
    return job._replace(**changes)


def job_node(job: Job) -> dict[str, Any]:
    """A job as a JobsDetail node with the API page's names."""
    result: dict[str, Any] = {}
    if job.container is not None:
        infos = [
            {
                "Name": info.label,
                "DetectedText": info.text,
                "Score": info.score,
                "Location": {"Point": [f"{x:.0f},{y:.0f}" for x, y in info.polygon]},
            }
            for info in job.container.id_infos
        ]
        result = {
            "ImageLicenseRecResult": {
                "Code": job.container.code,
                "State": job.container.state,
                "Status": 1 if infos else 0,
                "IdInfo": infos,
            }
        }
    return {
        "Code": job.code,
        "Message": job.message or "",
        "JobId": job.job_id,
        "State": job.state,
        "CreationTime": "2026-01-02T11:04:05+0800",
        "StartTime": "2026-01-02T11:04:06+0800",
        "EndTime": "2026-01-02T11:04:07+0800",
        "QueueId": job.queue_id,
        "Tag": "ImageLicenseRec",
        "Input": {"BucketId": "cards-1250000000", "Object": job.key, "Region": "ap-guangzhou"},
        "Operation": {
            "ImageLicenseRec": {"CardType": job.card_type},
            **result,
            **({"UserData": job.user_data} if job.user_data is not None else {}),
            "JobLevel": 0,
        },
    }
