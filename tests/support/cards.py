"""Specimens: cards that can't be anybody's, as CI would read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.card import CardType, IdInfo, ReadCard
from shared.card.reading import read_card
from shared.jobs import Container, Job

NAME = "样本甲"
ADDRESS = "样例省虚构市测试路1号"
NUMBER = "990101199002300013"  # no such region, and the 30th of February
PERSONAL = (NAME, ADDRESS, NUMBER)

LABELS = {"姓名": NAME, "性别": "男", "民族": "汉", "住址": ADDRESS, "公民身份号码": NUMBER}
# Whole cards of nobody, since no region begins with 99; they need no review.
ID_CARD = {
    "姓名": NAME,
    "性别": "男",
    "民族": "汉",
    "出生": "1990年1月2日",
    "住址": ADDRESS,
    "公民身份号码": "990101199001020014",
}
LICENCE = {
    "证号": "990101199001020014",
    "姓名": NAME,
    "性别": "男",
    "国籍": "中国",
    "住址": ADDRESS,
    "出生日期": "1990-01-02",
    "初次领证日期": "2010-03-15",
    "准驾车型": "C1",
    "有效期限": "2016-03-15至2026-03-15",
    "发证单位": "样例省虚构市公安局交通警察支队",
}
ORDINARY: Mapping[CardType, Mapping[str, str]] = {"IDCard": ID_CARD, "DriverLicense": LICENCE}
CORNERS = ((553.0, 439.0), (553.0, 576.0), (989.0, 576.0), (989.0, 439.0))


AT = "2026-01-02T03:04:05Z"
MINIMUM = 80


def read(
    card_type: CardType, infos: Iterable[IdInfo], *, status: str | None = None, at: str = AT
) -> ReadCard:
    """A card as it is read from what CI read on 2 January 2026, with the usual minimum score."""
    return read_card(card_type, infos, status=status, at=at, minimum_score=MINIMUM)


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
        created_at=AT,
        started_at="2026-01-02T03:04:06Z",
        ended_at="2026-01-02T03:04:07Z",
        key="uploads/a.jpg",
        card_type="IDCard",
        user_data=None,
        container=Container("Success", "Success", None, id_infos(), "1"),
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
                "Status": job.container.status,
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


def failures(
    card_type: CardType = "IDCard", /, at: str = "2026-01-02T03:04:05Z", **texts: str
) -> dict[str, str | None]:
    """What fails on a whole card with these texts in place of its own, and why."""
    infos = id_infos(
        **{label: text for label, text in {**ORDINARY[card_type], **texts}.items() if text}
    )
    return {
        check.name: check.detail
        for check in read(card_type, infos, at=at).checks
        if not check.passed
    }


def licence_failures(**texts: str) -> dict[str, str | None]:
    return failures("DriverLicense", **texts)
