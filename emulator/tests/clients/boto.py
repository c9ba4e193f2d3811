"""boto3, by path and by host, with signatures of both versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.clients.world import BUCKET, ENDPOINT, KEY, MEBIBYTE, REGION, Running


class Boto:
    """boto3 at the emulator's own address, or at COS's hosts with the emulator as a proxy."""

    def __init__(self, world: Running, *, by_host: bool, version: str) -> None:
        options: dict[str, Any] = {"signature_version": version}
        if by_host:
            options |= {"proxies": {"http": world.url}, "s3": {"addressing_style": "virtual"}}
        self.s3 = boto3.client(
            "s3",
            endpoint_url=f"http://{ENDPOINT}" if by_host else world.url,
            region_name=REGION,
            aws_access_key_id=world.emulator.uploader.secret_id,
            aws_secret_access_key=world.emulator.uploader.secret_key,
            config=Config(**options, retries={"max_attempts": 1}),
        )
        self._parts = TransferConfig(
            multipart_threshold=5 * MEBIBYTE, multipart_chunksize=8 * MEBIBYTE
        )

    def make_bucket(self) -> None:
        try:
            self.s3.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
                raise

    def copy(self, source: Path, target: Path) -> None:
        self.s3.upload_file(str(source), BUCKET, KEY)
        copied = "copied/" + KEY.rpartition("/")[2]
        self.s3.copy_object(Bucket=BUCKET, Key=copied, CopySource={"Bucket": BUCKET, "Key": KEY})
        self.s3.download_file(BUCKET, copied, str(target))

    def sync(self, folder: Path) -> None:
        wanted = {
            f"synced/{one.relative_to(folder)}": one for one in folder.rglob("*") if one.is_file()
        }
        for key, path in wanted.items():
            self.s3.upload_file(str(path), BUCKET, key)
        for key in self.listed("synced/") - wanted.keys():
            self.s3.delete_object(Bucket=BUCKET, Key=key)

    def listed(self, prefix: str) -> set[str]:
        found: set[str] = set()
        for listing in ("list_objects", "list_objects_v2"):
            pages = self.s3.get_paginator(listing).paginate(
                Bucket=BUCKET, Prefix=prefix, PaginationConfig={"PageSize": 1}
            )
            keys = {one["Key"] for page in pages for one in page.get("Contents", [])}
            assert not found or found == keys
            found = keys
        return found

    def presigned(self, key: str) -> str:
        where = {"Bucket": BUCKET, "Key": key}
        url: str = self.s3.generate_presigned_url("get_object", where, ExpiresIn=3600)
        return url

    def upload(self, source: Path, key: str) -> None:
        self.s3.upload_file(str(source), BUCKET, key, Config=self._parts)

    def download(self, key: str, target: Path) -> None:
        self.s3.download_file(BUCKET, key, str(target), Config=self._parts)

    def delete(self, prefix: str) -> None:
        keys = [{"Key": key} for key in self.listed(prefix)]
        assert "Errors" not in self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})

    def publish(self, key: str) -> None:
        self.s3.put_object_acl(Bucket=BUCKET, Key=key, ACL="public-read")
        grants = self.s3.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
        assert grants[1]["Grantee"]["URI"].endswith("/AllUsers")
