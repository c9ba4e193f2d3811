"""Requests of the official SDK, signed by it and checked here."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests
import xmltodict
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from coslocal.ci.authentication import authenticate_with
from coslocal.credentials import Credential, CredentialStore
from coslocal.wsgi_adapter import WsgiAdapter
from tests.ci.world import BUCKET, KEY, World

PERMANENT = Credential("AKIDpermanent", "invented-key")
TEMPORARY = Credential("AKIDtemporary", "invented-key-2", "invented-token")
JOB = {
    "Tag": "ImageLicenseRec",
    "Input": {"Object": KEY},
    "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
}


def client(
    world: World, credential: Credential, clock: Callable[[], float] = time.time
) -> CosS3Client:
    store = CredentialStore(PERMANENT, TEMPORARY)
    world.service._authenticate = authenticate_with(store, clock)  # noqa: SLF001
    session = requests.Session()
    session.mount("https://", WsgiAdapter(world.service))
    config = CosConfig(
        Region="ap-guangzhou",
        SecretId=credential.secret_id,
        SecretKey=credential.secret_key,
        Token=credential.token,
    )
    return CosS3Client(config, retry=0, session=session)


def submit(sdk: CosS3Client) -> str:
    reply = sdk.ci_create_media_jobs(Bucket=BUCKET, Jobs=JOB, ContentType="application/xml")
    return str(reply["JobsDetail"][0]["JobId"])


@pytest.mark.parametrize("credential", [PERMANENT, TEMPORARY])
def test_the_sdk_can_do_all_that_jobs_need(world: World, credential: Credential) -> None:
    sdk = client(world, credential)
    sdk.ci_open_ai_bucket(Bucket=BUCKET)
    job_id, other = submit(sdk), submit(sdk)
    sdk.ci_cancel_jobs(Bucket=BUCKET, JobID=other)
    world.agenda.run_until_idle()
    described = sdk.ci_get_media_jobs(Bucket=BUCKET, JobIDs=f"{job_id},{other}")
    assert [job["State"] for job in described["JobsDetail"]] == ["Success", "Cancel"]
    listed = sdk.ci_list_media_jobs(
        Bucket=BUCKET,
        Tag="ImageLicenseRec",
        StartCreationTime="2023-11-15T06:13:20+0800",
        States="Success",
        Size=100,
    )
    assert [job["JobId"] for job in listed["JobsDetail"]] == [job_id]


@pytest.mark.parametrize(
    ("credential", "seconds", "code"),
    [
        (Credential("AKIDunknown", "invented-key"), 0, "SecretidNotExist"),
        (Credential("AKIDpermanent", "another-key"), 0, "InvalidAuthorization"),
        (Credential("AKIDtemporary", "invented-key-2"), 0, "InvalidAuthorization"),
        (Credential("AKIDtemporary", "invented-key-2", "other"), 0, "InvalidAuthorization"),
        (PERMANENT, 86_400, "SignatureExpired"),
        (PERMANENT, -86_400, "SignatureExpired"),
    ],
)
def test_a_request_of_nobody_known_is_refused(
    world: World, credential: Credential, seconds: int, code: str
) -> None:
    sdk = client(world, credential, lambda: time.time() + seconds)
    with pytest.raises(CosServiceError) as refusal:
        submit(sdk)
    assert refusal.value.get_status_code() == 401
    assert xmltodict.parse(refusal.value.get_origin_msg())["Error"]["Code"] == code
    assert world.service.jobs() == []


def test_an_unsigned_request_is_refused(world: World) -> None:
    client(world, PERMANENT)
    answer = world.get("/jobs")
    assert answer.status_code == 401
    assert b"MissingAuthorization" in answer.data
