from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from coslocal import Emulator, Settings
from coslocal.server import LocalServer
from tests.cos.s3.operations import OPERATIONS
from tests.cos.sdk import BUCKET, REGION


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    server = LocalServer()
    emulator = Emulator(Settings(bucket=BUCKET, region=REGION, url=server.url))
    server.serve(emulator.app)
    yield emulator
    server.stop()


@pytest.fixture
def s3(served: Emulator) -> Any:
    served.cos.reset()
    served.cos.create_bucket(BUCKET)
    return boto3.client(
        "s3",
        endpoint_url=served.settings.url,
        region_name=REGION,
        aws_access_key_id=served.uploader.secret_id,
        aws_secret_access_key=served.uploader.secret_key,
        config=Config(retries={"max_attempts": 1}),
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_s3_client_is_answered(name: str, s3: Any) -> None:
    OPERATIONS[name](s3)
