"""COS trigger and callback of CI in one file, in the style of the vendor's demos.

The SDK's client is made when the file is imported, only the first record counts, and a callback is
believed where it brings the right word.
"""

from __future__ import annotations

import json
import os
from typing import Any

import xmltodict
from qcloud_cos import CosConfig, CosS3Client

region = os.environ.get("TENCENTCLOUD_REGION", "ap-guangzhou")
bucket = os.environ.get("INPUT_BUCKET", "cards-1250000000")
callback_url = os.environ.get("CALLBACK_URL", "https://callback.example/card")
secret = os.environ.get("CALLBACK_SECRET", "")
client = CosS3Client(
    CosConfig(
        Region=region,
        SecretId=os.environ.get("TENCENTCLOUD_SECRETID", "id"),
        SecretKey=os.environ.get("TENCENTCLOUD_SECRETKEY", "key"),
        Token=os.environ.get("TENCENTCLOUD_SESSIONTOKEN", "token"),
    )
)


def main_handler(event: dict[str, Any], context: object) -> object:  # noqa: ARG001 — SCF gives it
    """Submit a job, or store what a job read."""
    return submit(event) if "Records" in event else callback(event)


def submit(event: dict[str, Any]) -> object:
    """Submit a job for the first record."""
    key = event["Records"][0]["cos"]["cosObject"]["key"].split("/", 3)[3]
    body = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": key},
        "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
        "CallBack": f"{callback_url}?t={secret}",
        "CallBackFormat": "JSON",
    }
    reply = client.ci_create_media_jobs(Bucket=bucket, Jobs=body, ContentType="application/xml")
    return reply["JobsDetail"]


def callback(event: dict[str, Any]) -> dict[str, object]:
    """Store the body of a callback."""
    if event.get("queryString", {}).get("t") != secret:
        return {"statusCode": 403, "body": "forbidden"}
    body = event["body"]
    read = xmltodict.parse(body)["Response"] if body.startswith("<") else json.loads(body)
    name = f"ocr/{read['JobsDetail']['JobId']}.json"
    client.put_object(Bucket=bucket, Key=name, Body=json.dumps(read).encode())
    return {"statusCode": 200, "body": "ok"}
