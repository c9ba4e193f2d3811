"""`python -m bench.peers.s3_ocr DOCUMENTS`: simonw/s3-ocr on moto, started by two people at once.

It prints the jobs that are paid for, a document. It has a process of its own, since the local cloud
changes moto.

It keeps its state in the bucket as we do, one object beside each document, written after the job.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import boto3
from click.testing import CliRunner
from moto import mock_aws
from s3_ocr import cli as s3_ocr

_BUCKET = "documents"
_REGION = "eu-central-1"
_KEYS = {"AWS_ACCESS_KEY_ID": "invented", "AWS_SECRET_ACCESS_KEY": "invented"}


def jobs_a_document(documents: int) -> float:
    """Jobs a document, where a second person starts it after the first one has listed the bucket.

    Raises:
        RuntimeError: it ended with an error.
    """
    jobs = 0
    start_job = s3_ocr.start_document_text_extraction

    def counted(textract: object, **options: object) -> object:
        nonlocal jobs
        jobs += 1
        if jobs == 1:
            _start()
        return start_job(textract, **options)

    with _bucket(documents), mock.patch.object(s3_ocr, start_job.__name__, counted):
        _start()
    return jobs / documents


def _start() -> None:
    ended = CliRunner().invoke(s3_ocr.cli, ["start", _BUCKET, "--all"])
    if ended.exit_code:
        raise RuntimeError(f"s3-ocr ended with {ended.exit_code}")


@contextmanager
def _bucket(documents: int) -> Iterator[None]:
    environment = _KEYS | {"AWS_DEFAULT_REGION": _REGION}
    with mock.patch.dict(os.environ, environment), mock_aws():
        s3 = boto3.client("s3")
        where = {"LocationConstraint": _REGION}
        s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration=where)
        for number in range(documents):
            s3.put_object(Bucket=_BUCKET, Key=f"{number:04}.pdf", Body=b"%PDF")
        yield


if __name__ == "__main__":
    sys.stdout.write(f"{jobs_a_document(int(sys.argv[1]))}\n")
