"""The clients that are commands: s3cmd, rclone, the AWS CLI and coscmd."""

from __future__ import annotations

import re
from pathlib import Path

from tests.clients.world import BUCKET, ENDPOINT, KEY, REGION, Running, run

COPIED = "copied/" + KEY.rpartition("/")[2]


class S3cmd:
    """s3cmd, with the bucket in the path, or at COS's hosts with the emulator as a proxy."""

    def __init__(self, world: Running, folder: Path, tools: Path, *, old: bool) -> None:
        """With signatures of version 2 at COS's hosts if `old`, else of version 4 by path."""
        self._command, self._folder = str(tools / "s3cmd"), folder
        by_host = old
        host, port = world.address.split(":")
        lines = [
            "[default]",
            f"access_key = {world.emulator.uploader.secret_id}",
            f"secret_key = {world.emulator.uploader.secret_key}",
            "use_https = False",
            f"bucket_location = {REGION}",
            f"signature_v2 = {old}",
            f"host_base = {ENDPOINT if by_host else world.address}",
            f"host_bucket = {'%(bucket)s.' + ENDPOINT if by_host else world.address}",
            *([f"proxy_host = {host}", f"proxy_port = {port}"] if by_host else []),
        ]
        (folder / "s3cfg").write_text("\n".join(lines), encoding="utf-8")

    def _run(self, *arguments: str) -> str:
        options = ("-c", str(self._folder / "s3cfg"), "--no-progress")
        return run(self._command, *options, *arguments, folder=self._folder)

    def make_bucket(self) -> None:
        try:
            self._run("mb", f"s3://{BUCKET}")
        except AssertionError as error:
            if "BucketAlreadyOwnedByYou" not in str(error) and "already own" not in str(error):
                raise

    def copy(self, source: Path, target: Path) -> None:
        self._run("put", str(source), f"s3://{BUCKET}/{KEY}")
        self._run("cp", f"s3://{BUCKET}/{KEY}", f"s3://{BUCKET}/{COPIED}")
        self._run("get", f"s3://{BUCKET}/{COPIED}", str(target))

    def sync(self, folder: Path) -> None:
        self._run("sync", "--delete-removed", f"{folder}/", f"s3://{BUCKET}/synced/")

    def listed(self, prefix: str) -> set[str]:
        printed = self._run("ls", "--recursive", f"s3://{BUCKET}/{prefix}")
        return set(re.findall(rf"s3://{BUCKET}/(.+)$", printed, re.MULTILINE))

    def presigned(self, key: str) -> str:
        return self._run("signurl", f"s3://{BUCKET}/{key}", "+3600").strip()

    def upload(self, source: Path, key: str) -> None:
        self._run("put", "--multipart-chunk-size-mb=15", str(source), f"s3://{BUCKET}/{key}")

    def download(self, key: str, target: Path) -> None:
        self._run("get", f"s3://{BUCKET}/{key}", str(target))

    def delete(self, prefix: str) -> None:
        self._run("del", "--recursive", "--force", f"s3://{BUCKET}/{prefix}")

    def publish(self, key: str) -> None:
        self._run("setacl", "--acl-public", f"s3://{BUCKET}/{key}")
        assert "*anon*: READ" in self._run("info", f"s3://{BUCKET}/{key}")


class Rclone:
    """rclone's S3 with the provider TencentCOS, at COS's hosts with the emulator as a proxy."""

    def __init__(self, world: Running, folder: Path, tools: Path) -> None:
        self._command, self._folder = str(tools / "rclone"), folder
        lines = [
            "[cos]",
            "type = s3",
            "provider = TencentCOS",
            f"access_key_id = {world.emulator.uploader.secret_id}",
            f"secret_access_key = {world.emulator.uploader.secret_key}",
            f"endpoint = http://{ENDPOINT}",
        ]
        (folder / "rclone.conf").write_text("\n".join(lines), encoding="utf-8")
        self._environment = {"HTTP_PROXY": world.url, "http_proxy": world.url}

    def _run(self, *arguments: str) -> str:
        options = ("--config", str(self._folder / "rclone.conf"), "--retries=1")
        command = (self._command, *options, *arguments)
        return run(*command, folder=self._folder, environment=self._environment)

    def make_bucket(self) -> None:
        self._run("mkdir", f"cos:{BUCKET}")

    def copy(self, source: Path, target: Path) -> None:
        self._run("copyto", str(source), f"cos:{BUCKET}/{KEY}")
        self._run("copyto", f"cos:{BUCKET}/{KEY}", f"cos:{BUCKET}/{COPIED}")
        self._run("copyto", f"cos:{BUCKET}/{COPIED}", str(target))

    def sync(self, folder: Path) -> None:
        self._run("sync", str(folder), f"cos:{BUCKET}/synced")

    def listed(self, prefix: str) -> set[str]:
        printed = self._run("lsf", "--recursive", "--files-only", f"cos:{BUCKET}/{prefix}")
        return {prefix + line for line in printed.splitlines()}

    def presigned(self, key: str) -> str:
        return self._run("link", "--expire", "1h", f"cos:{BUCKET}/{key}").strip()

    def upload(self, source: Path, key: str) -> None:
        small = "--s3-upload-cutoff=5M"
        self._run("copyto", small, "--s3-chunk-size=8M", str(source), f"cos:{BUCKET}/{key}")

    def download(self, key: str, target: Path) -> None:
        self._run("copyto", f"cos:{BUCKET}/{key}", str(target))

    def delete(self, prefix: str) -> None:
        self._run("delete", f"cos:{BUCKET}/{prefix}")

    def publish(self, key: str) -> None:
        """It has no command for an ACL: it gives one with an upload."""
        (self._folder / "published").write_bytes(b"changed")
        acl = ("--s3-acl=public-read", "--ignore-times")
        self._run("copyto", *acl, str(self._folder / "published"), f"cos:{BUCKET}/{key}")


class AwsCli:
    """The AWS CLI, with the bucket in the path."""

    def __init__(self, world: Running, folder: Path, tools: Path) -> None:
        self._command, self._folder = str(tools / "aws"), folder
        self._endpoint = f"--endpoint-url={world.url}"
        self._environment = {
            "AWS_ACCESS_KEY_ID": world.emulator.uploader.secret_id,
            "AWS_SECRET_ACCESS_KEY": world.emulator.uploader.secret_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": str(folder / "none"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _run(self, *arguments: str) -> str:
        command = (self._command, self._endpoint, *arguments)
        return run(*command, folder=self._folder, environment=self._environment)

    def make_bucket(self) -> None:
        try:
            self._run("s3", "mb", f"s3://{BUCKET}")
        except AssertionError as error:
            if "BucketAlreadyOwnedByYou" not in str(error):
                raise

    def copy(self, source: Path, target: Path) -> None:
        self._run("s3", "cp", str(source), f"s3://{BUCKET}/{KEY}")
        self._run("s3", "cp", f"s3://{BUCKET}/{KEY}", f"s3://{BUCKET}/{COPIED}")
        self._run("s3", "cp", f"s3://{BUCKET}/{COPIED}", str(target))

    def sync(self, folder: Path) -> None:
        self._run("s3", "sync", "--delete", str(folder), f"s3://{BUCKET}/synced")

    def listed(self, prefix: str) -> set[str]:
        printed = self._run("s3", "ls", "--recursive", f"s3://{BUCKET}/{prefix}")
        return {line.split(maxsplit=3)[3] for line in printed.splitlines()}

    def presigned(self, key: str) -> str:
        return self._run("s3", "presign", f"s3://{BUCKET}/{key}").strip()

    def upload(self, source: Path, key: str) -> None:
        self._run("s3", "cp", str(source), f"s3://{BUCKET}/{key}")

    def download(self, key: str, target: Path) -> None:
        self._run("s3", "cp", f"s3://{BUCKET}/{key}", str(target))

    def delete(self, prefix: str) -> None:
        self._run("s3", "rm", "--recursive", f"s3://{BUCKET}/{prefix}")

    def publish(self, key: str) -> None:
        named = ("--bucket", BUCKET, "--key", key)
        self._run("s3api", "put-object-acl", *named, "--acl", "public-read")


class Coscmd:
    """coscmd, which speaks COS's own words, with the emulator as a proxy."""

    def __init__(self, world: Running, folder: Path, tools: Path) -> None:
        self._command, self._folder = str(tools / "coscmd"), folder
        lines = [
            "[common]",
            f"secret_id = {world.emulator.uploader.secret_id}",
            f"secret_key = {world.emulator.uploader.secret_key}",
            f"bucket = {BUCKET}",
            f"region = {REGION}",
            "max_thread = 5",
            "part_size = 8",
            "multiupload_threshold = 20",
            "schema = http",
            "verify = md5",
        ]
        (folder / "cos.conf").write_text("\n".join(lines), encoding="utf-8")
        self._environment = {"HTTP_PROXY": world.url, "http_proxy": world.url}

    def _run(self, *arguments: str) -> str:
        options = ("-c", str(self._folder / "cos.conf"), "-l", str(self._folder / "cos.log"))
        command = (self._command, *options, *arguments)
        return run(*command, folder=self._folder, environment=self._environment)

    def make_bucket(self) -> None:
        try:
            self._run("createbucket")
        except AssertionError as error:
            if "BucketAlreadyOwnedByYou" not in str(error):
                raise

    def copy(self, source: Path, target: Path) -> None:
        self._run("upload", str(source), KEY)
        self._run("copy", f"{BUCKET}.{ENDPOINT}/{KEY}", COPIED)
        self._run("download", COPIED, str(target))

    def sync(self, folder: Path) -> None:
        self._run("upload", "-rs", "--delete", "-y", "-f", f"{folder}/", "synced/")

    def listed(self, prefix: str) -> set[str]:
        printed = self._run("list", "-r", prefix)
        return set(re.findall(rf"^\s*({prefix}.*?)\s{{2,}}", printed, re.MULTILINE))

    def presigned(self, key: str) -> str:
        """It prints the URL as Python shows bytes."""
        return str(re.findall(r"http[^'\s]+", self._run("signurl", key))[0])

    def upload(self, source: Path, key: str) -> None:
        self._run("upload", str(source), key)

    def download(self, key: str, target: Path) -> None:
        self._run("download", key, str(target))

    def delete(self, prefix: str) -> None:
        self._run("delete", "-r", "-f", prefix)

    def publish(self, key: str) -> None:
        self._run("putobjectacl", "--grant-read", "anyone", key)
        assert "anyone" in self._run("getobjectacl", key)
