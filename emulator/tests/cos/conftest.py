from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client

from coslocal.cos import CosService
from coslocal.credentials import Credential, CredentialStore
from coslocal.wsgi_adapter import WsgiAdapter

REGION = "ap-guangzhou"
BUCKET = "examples-1250000000"
CREDENTIAL = Credential("AKIDinvented", "invented-secret", "invented-token")

pytest.register_assert_rewrite("tests.cos.operations")

Connect = Callable[[CosService], CosS3Client]


@pytest.fixture(autouse=True)
def _quiet_sdk() -> Iterator[None]:
    logger = logging.getLogger("qcloud_cos")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    yield
    logger.setLevel(before)


@pytest.fixture
def new_cos() -> Iterator[Callable[..., CosService]]:
    """Makes services of their own, each with the bucket; they forget everything afterwards."""
    made: list[CosService] = []

    def make(clock: Callable[[], float] = time.time) -> CosService:
        service = CosService(
            credentials=CredentialStore(CREDENTIAL),
            region=REGION,
            clock=clock,
            signature_clock=time.time,
        )
        service.create_bucket(BUCKET)
        made.append(service)
        return service

    yield make
    for service in made:
        service.reset()


@pytest.fixture
def cos(new_cos: Callable[[], CosService]) -> CosService:
    return new_cos()


@pytest.fixture
def connect() -> Connect:
    """Makes clients of the official SDK whose requests a service answers in this process."""

    def make(service: CosService) -> CosS3Client:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", WsgiAdapter(service))
        configuration = CosConfig(
            Region=REGION,
            SecretId=CREDENTIAL.secret_id,
            SecretKey=CREDENTIAL.secret_key,
            Token=CREDENTIAL.token,
        )
        return CosS3Client(configuration, retry=0, session=session)

    return make


@pytest.fixture
def client(cos: CosService, connect: Connect) -> CosS3Client:
    return connect(cos)
