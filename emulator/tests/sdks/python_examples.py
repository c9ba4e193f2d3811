"""The examples that the official SDK for Python documents itself with, run as they stand there.

They are read from the docstrings of the SDK that is installed: one for each of its methods for
objects and buckets. What an example leaves to its reader is filled in: the bucket's name, an upload
that was begun, local files, objects that are there. For methods without an example, the calls of
the SDK's pages are written here.
"""

from __future__ import annotations

import inspect
import io
import logging
import os
import re
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, Final

from qcloud_cos import CosConfig, CosS3Client, get_date

from coslocal import Emulator, Settings
from tests.cos.operations.unlike import LIVE, NO_STORAGE

BUCKET: Final = "examples-1250000000"
SOURCE: Final = "source-1250000000"
LOGS: Final = "logging-beijing-1250000000"
REGION: Final = "ap-guangzhou"

_FILLED_IN: Final = (
    (re.compile(r"\bBucket=(['\"]).*?\1"), "Bucket=bucket"),
    (re.compile(r"'Bucket': '(?!qcs)[^']*'"), "'Bucket': source_bucket"),
    (re.compile(r"'Region': '[^']*'"), "'Region': region"),
    (re.compile(r"\bUploadId='[^']*'"), "UploadId=upload_id"),
    (re.compile(r"^bucket = .*$", re.MULTILINE), ""),
    (re.compile(r"^(config|client) = .*$", re.MULTILINE), ""),
)
"""Whatever stands for the reader's own, as every example has it."""

_MISPRINTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "upload_part": (("Key='test.txt'", "Key='test.txt', PartNumber=1, UploadId=upload_id"),),
    "create_bucket": (("Bucket=bucket", "Bucket=new_bucket()"),),
    "put_bucket_website": (("'http'|'https'", "'https'"),),
    "put_bucket_inventory": (("},\n    'IsEnabled'", "}},\n    'IsEnabled'"),),
    "get_bucket_inventory": (("Bucket=bucket", "Bucket=bucket, Id='list1'"),),
    "delete_bucket_inventory": (
        ("delete_bucket_origin(\n    Bucket=bucket", "delete_bucket_inventory(bucket, 'list1'"),
    ),
    "post_bucket_inventory": (
        ("},\n    'Filter'", "}},\n    'Filter'"),
        ("put_bucket_inventory", "post_bucket_inventory"),
    ),
    "put_bucket_domain_certificate": (
        ("domain_cert_config = {}", "domain_cert_config = certificate"),
    ),
    "put_bucket_intelligenttiering_v2": (
        ("put_bucket_intelligenttiering(", "put_bucket_intelligenttiering_v2(Id='id', "),
    ),
    "put_bucket_object_lock": (("objeck_lock_conf", "object_lock_conf"),),
}
"""What makes an example fail wherever it is run: a brace or an argument too few, a wrong name, or
two buckets of one name."""

_WRITTEN_HERE: Final[Mapping[str, str]] = {
    "restore_object": """
client.restore_object(Bucket=bucket, Key='archived.txt', RestoreRequest={
    'Days': 100, 'CASJobParameters': {'Tier': 'Expedited'}})
""",
    "select_object_content": """
found = client.select_object_content(
    Bucket=bucket, Key='test.csv', Expression='Select * from COSObject', ExpressionType='SQL',
    InputSerialization={'CompressionType': 'NONE', 'CSV': {'FileHeaderInfo': 'NONE'}},
    OutputSerialization={'CSV': {}})
assert b''.join(
    one['Records']['Payload'] for one in found['Payload'] if 'Records' in one) == b'a,b\\n'
""",
    "download_file": """
client.download_file(Bucket=bucket, Key='test.txt', DestFilePath='local_file.txt')
assert Path('local_file.txt').read_bytes() == content
""",
    "upload_file_from_buffer": """
client.upload_file_from_buffer(Bucket=bucket, Key='test.txt', Body=io.BytesIO(content))
""",
    "append_object": """
response = client.append_object(Bucket=bucket, Key='grows.txt', Position=0, Data=b'bytes')
position = int(response['x-cos-next-append-position'])
client.append_object(Bucket=bucket, Key='grows.txt', Position=position, Data=b'bytes')
""",
    "put_bucket_encryption": """
rule = {'Rule': [{'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}}]}
client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rule)
""",
    "get_bucket_encryption": "client.get_bucket_encryption(Bucket=bucket)",
    "delete_bucket_encryption": "client.delete_bucket_encryption(Bucket=bucket)",
}

NOT_THERE: Final = {"post_bucket_inventory": "NotImplemented"}
"""What the emulator refuses, with the code that it does."""

_FIRST: Final[Mapping[str, str]] = {
    "list_bucket_inventory_configurations": "put_bucket_inventory",
    "list_bucket_intelligenttiering_configurations": "put_bucket_intelligenttiering_v2",
}
"""What is run first, if it is no put of the same name."""

_CERTIFICATE: Final = {
    "CertificateInfo": {"CertType": "CustomCert", "CustomCert": {"Cert": "x", "PrivateKey": "x"}},
    "DomainList": {"DomainName": "domain-name"},
}
_POLICY: Final = {
    "version": "2.0",
    "statement": [
        {
            "principal": {"qcs": ["qcs::cam::uin/100000000001:uin/100000000001"]},
            "effect": "allow",
            "action": ["name/cos:GetObject"],
            "resource": [f"qcs::cos:{REGION}:uid/1250000000:{BUCKET}/*"],
        }
    ],
}
_CONTENT: Final = bytes(range(256)) * 4


def methods() -> list[str]:
    """The SDK's methods for objects and buckets."""
    return [
        name
        for name, one in vars(CosS3Client).items()
        if callable(one) and not name.startswith(("_", "ci_"))
        if name not in NO_STORAGE and not LIVE.fullmatch(name)
    ]


def is_documented(method: str) -> bool:
    """Tell whether the SDK has an example of a method."""
    return bool(_documented(method))


def example(method: str) -> str:
    """The code of a method's example, with what it leaves to its reader filled in."""
    code = _documented(method) or _WRITTEN_HERE[method]
    for placeholder, filled_in in _FILLED_IN:
        code = placeholder.sub(filled_in, code)
    for misprint, meant in _MISPRINTS.get(method, ()):
        assert misprint in code, f"{method}: its example no longer has {misprint}"
        code = code.replace(misprint, meant)
    return code


def run() -> dict[str, str | None]:
    """Run every example on a bucket of its own; returns what was raised, None for nothing."""
    logger, known = logging.getLogger("qcloud_cos"), methods()
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        return {method: _ending(method, known) for method in known}
    finally:
        logger.setLevel(before)


def _documented(method: str) -> str:
    found = inspect.getdoc(getattr(CosS3Client, method)) or ""
    return textwrap.dedent(found.partition("code-block:: python")[2]).strip("\n")


def _ending(method: str, known: list[str]) -> str | None:
    put = _FIRST.get(method, re.sub("^(get|delete|list)_", "put_", method))
    steps = [put] if put != method and put in known else []
    emulator = Emulator(Settings(bucket=BUCKET, buckets=[LOGS, SOURCE], region=REGION))
    try:
        with _in_a_folder(), redirect_stdout(io.StringIO()):
            names = _names(emulator, method)
            for step in (*steps, method):
                exec(example(step), names)  # noqa: S102 - it is the example that is tried
    except Exception as error:  # noqa: BLE001 - the table tells of it
        return f"{type(error).__name__}: {error}"
    finally:
        emulator.cos.reset()
    return None


def _names(emulator: Emulator, method: str) -> dict[str, Any]:
    """The names that an example finds, and what is there before it."""
    config = CosConfig(
        Region=REGION,
        SecretId=emulator.uploader.secret_id,
        SecretKey=emulator.uploader.secret_key,
    )
    client = CosS3Client(config, retry=0, session=emulator.client_session())
    if method != "delete_bucket":
        client.put_object(SOURCE, _CONTENT, "test.txt")
        client.put_object(SOURCE, _CONTENT, "thread_1MB")
        for key in ("test.txt", "multipartfile.txt", "file_name1", "file_name2"):
            client.put_object(BUCKET, _CONTENT, key)
        client.put_object(BUCKET, b"a,b\n", "test.csv")
        client.put_object(BUCKET, b"x", "archived.txt", StorageClass="ARCHIVE")
    for name in ("test.txt", "local.txt", "thread_1GB_test"):
        Path(name).write_bytes(_CONTENT)
    named = re.search(r"Key='([^']*)'", example(method))
    upload_id, parts = "", []
    if "upload_id" in example(method) and named is not None:
        upload_id = client.create_multipart_upload(BUCKET, named[1])["UploadId"]
        part = client.upload_part(BUCKET, named[1], _CONTENT, 1, upload_id)
        parts = [{"ETag": part["ETag"], "PartNumber": 1}]
    numbers = iter(range(9))
    return {
        "Path": Path,
        "bucket": BUCKET,
        "certificate": _CERTIFICATE,
        "client": client,
        "content": _CONTENT,
        "get_date": get_date,
        "io": io,
        "logging_bucket": LOGS,
        "logging_client": client,
        "lst": parts,
        "new_bucket": lambda: f"new{next(numbers)}-1250000000",
        "policy": _POLICY,
        "region": REGION,
        "source_bucket": SOURCE,
        "upload_id": upload_id,
    }


@contextmanager
def _in_a_folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
