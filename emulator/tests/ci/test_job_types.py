"""A job type that is no recognition, through the same door; and the synchronous form of one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from qcloud_cos import CosConfig, CosS3Client, CosServiceError
from qcloud_cos.ai_recognition import AIRecognitionClient

from coslocal import Emulator, JobType, Settings, image_license_rec
from coslocal.ci.recognition import UnreadableImage
from coslocal.ci.requests_xml import Node
from tests.contents import ContentRecogniser, content_of, unreadable
from tests.cos.sdk import CUSTOMER_KEY

JOB = {
    "Tag": "FileHash",
    "Input": {"Object": "a.txt"},
    "Operation": {"FileHash": {"Type": "SHA256"}, "UserData": "mine"},
}
FOUND = {"姓名": "样本甲"}


def parse(node: Node) -> Mapping[str, Any]:
    return {"Type": node.only("Type").choice("Type", ("MD5", "SHA256"))}


def run(content: bytes, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    if not content:
        raise UnreadableImage("InvalidContent", "the file is empty")
    digest = hashlib.new(parameters["Type"].lower(), content).hexdigest()
    return {"FileSize": len(content), parameters["Type"]: digest, "LastModified": None}


@pytest.fixture
def emulator_job_types() -> list[JobType]:
    return [JobType("FileHash", parse, run), image_license_rec(ContentRecogniser())]


@pytest.fixture
def client(emulator: Emulator) -> CosS3Client:
    uploader = emulator.uploader
    config = CosConfig(
        Region="ap-guangzhou", SecretId=uploader.secret_id, SecretKey=uploader.secret_key
    )
    return CosS3Client(config, retry=0)


@contextmanager
def refused(said: str) -> Iterator[None]:
    with pytest.raises(CosServiceError) as raised:
        yield
    assert said in raised.value.get_origin_msg()


def submit(client: CosS3Client, **nodes: Any) -> str:
    answer = client.ci_create_media_jobs(
        Bucket=Settings.bucket, Jobs={**JOB, **nodes}, ContentType="application/xml"
    )
    return str(answer["JobsDetail"][0]["JobId"])


def described(client: CosS3Client, job_id: str) -> dict[str, Any]:
    answer = client.ci_get_media_jobs(Bucket=Settings.bucket, JobIDs=job_id)
    detail: dict[str, Any] = answer["JobsDetail"][0]
    return detail


def test_a_job_of_another_type_runs_and_is_described(
    emulator: Emulator, client: CosS3Client
) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.txt", Body=b"text")
    job_id = submit(client)
    emulator.run_until_idle()
    detail = described(client, job_id)
    assert (detail["Tag"], detail["State"]) == ("FileHash", "Success")
    assert detail["Operation"]["FileHash"] == {"Type": "SHA256"}
    result = detail["Operation"]["FileHashResult"]
    assert (result["FileSize"], result["SHA256"]) == ("4", hashlib.sha256(b"text").hexdigest())
    assert "LastModified" not in result
    (shown,) = emulator.client_session().get(f"{emulator.settings.url}/control/jobs").json()
    assert (shown["tag"], shown["parameters"]) == ("FileHash", {"Type": "SHA256"})


def test_a_job_fails_with_what_its_type_raises(emulator: Emulator, client: CosS3Client) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.txt", Body=b"")
    job_id = submit(client)
    emulator.run_until_idle()
    detail = described(client, job_id)
    assert (detail["State"], detail["Code"]) == ("Failed", "InvalidContent")


def test_an_archived_object_is_read_once_it_is_restored(
    emulator: Emulator, client: CosS3Client
) -> None:
    named = {"Bucket": Settings.bucket, "Key": "a b/卡.jpg"}
    client.put_object(**named, Body=content_of(FOUND), StorageClass="ARCHIVE")
    input_object = {"Input": {"Object": named["Key"]}}
    jobs = [submit(client, **input_object)]
    emulator.run_until_idle()
    with refused("ResourceDownloadFailed"):
        recognise(client)
    client.restore_object(**named, RestoreRequest={"Days": 1})
    jobs.append(submit(client, **input_object))
    emulator.run_until_idle()
    ended = [described(client, one) for one in jobs]
    assert [one["State"] for one in ended] == ["Failed", "Success"]
    assert ended[0]["Code"] == "ResourceDownloadFailed"
    assert recognise(client)["Status"] == "1"


@pytest.mark.parametrize("kind", ["link", "encrypted"])
def test_what_cos_would_not_show_is_not_read(
    emulator: Emulator, client: CosS3Client, kind: str
) -> None:
    named = {"Bucket": Settings.bucket, "Key": "a b/卡.jpg"}
    if kind == "link":
        client.put_object(Bucket=Settings.bucket, Key="target", Body=content_of(FOUND))
        client.put_symlink(Settings.bucket, named["Key"], "target")
    else:
        client.put_object(**named, Body=content_of(FOUND), **CUSTOMER_KEY)
    job = submit(client, Input={"Object": named["Key"]})
    emulator.run_until_idle()
    with refused("ResourceDownloadFailed"):
        recognise(client)
    assert described(client, job)["Code"] == "ResourceDownloadFailed"


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ({"Operation": {"FileHash": {"Type": "SHA3"}}}, "Type must be one of MD5, SHA256"),
        ({"Operation": {"ImageLicenseRec": {}}}, "ImageLicenseRec is not a known node"),
        ({"Tag": "Translation"}, "Request.Tag must be one of ImageLicenseRec, FileHash"),
    ],
)
def test_a_request_is_checked_by_its_type(
    client: CosS3Client, nodes: dict[str, Any], said: str
) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.txt", Body=b"text")
    with refused(said):
        submit(client, **nodes)


def test_jobs_are_listed_by_their_tag(emulator: Emulator, client: CosS3Client) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.txt", Body=b"text")
    submit(client)
    card = {"ImageLicenseRec": {"CardType": "IDCard"}}
    submit(client, Tag="ImageLicenseRec", Operation=card)
    queue = client.ci_get_ai_queue(Bucket=Settings.bucket)["QueueList"][0]["QueueId"]
    listed = client.ci_list_media_jobs(Bucket=Settings.bucket, QueueId=queue, Tag="FileHash")
    assert [one["Tag"] for one in listed["JobsDetail"]] == ["FileHash"]
    emulator.run_until_idle()
    assert [job.state for job in emulator.jobs] == ["Success", "Success"]


def recognise(client: CosS3Client, **more: Any) -> Any:
    options: dict[str, Any] = {"CardType": "IDCard", "ObjectKey": "a b/卡.jpg", **more}
    recognition = AIRecognitionClient(client.get_conf(), retry=0)
    return recognition.cos_ai_license_rec(Bucket=Settings.bucket, **options)[1]


def test_a_card_is_recognised_at_once_by_the_same_recogniser(client: CosS3Client) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a b/卡.jpg", Body=content_of(FOUND))
    found = recognise(client)
    assert found["Status"] == "1"
    assert found["IdInfo"]["DetectedText"] == "样本甲"
    assert len(found["IdInfo"]["Location"]["Point"]) == 4


@pytest.mark.parametrize(
    ("content", "asked", "code"),
    [
        (None, {}, "NoSuchKey"),
        (unreadable(), {}, "ResourceNotSupported"),
        (b"x", {"CardType": "Passport"}, "InvalidArgument"),
        (b"x", {"DetectUrl": "http://example.com/a.jpg"}, "NotImplemented"),
    ],
)
def test_what_can_not_be_recognised_at_once_is_refused(
    client: CosS3Client, content: bytes | None, asked: dict[str, Any], code: str
) -> None:
    if content is not None:
        client.put_object(Bucket=Settings.bucket, Key="a b/卡.jpg", Body=content)
    with refused(f"<Code>{code}</Code>"):
        recognise(client, **asked)


def test_recognising_at_once_takes_a_signature_and_a_right(
    emulator: Emulator, client: CosS3Client
) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.jpg", Body=content_of(FOUND))
    host = f"http://{Settings.bucket}.cos.ap-guangzhou.myqcloud.com"
    unsigned = emulator.client_session().get(f"{host}/a.jpg?ci-process=AILicenseRec")
    assert unsigned.status_code == 401
    reads_only = {"effect": "allow", "action": "cos:GetObject", "resource": "*"}
    emulator.access.attach("reader", {"version": "2.0", "statement": [reads_only]})
    key = emulator.credential_of_role("reader")
    config = CosConfig(
        Region="ap-guangzhou", SecretId=key.secret_id, SecretKey=key.secret_key, Token=key.token
    )
    with refused("CreateAILicenseRecognitionJob is not allowed"):
        recognise(CosS3Client(config, retry=0), ObjectKey="a.jpg")


def test_a_process_that_is_not_known_is_refused(client: CosS3Client) -> None:
    client.put_object(Bucket=Settings.bucket, Key="a.jpg", Body=b"x")
    with refused("ci-process is one of AILicenseRec here"):
        client.ci_process(Bucket=Settings.bucket, Key="a.jpg", CiProcess="IDCardOCR")


def test_a_queue_is_renamed_and_listed_in_pages(client: CosS3Client) -> None:
    (queue,) = client.ci_get_ai_queue(Bucket=Settings.bucket)["QueueList"]
    assert queue["Name"] == "queue-ai-process-1"
    change = {"Name": "cards", "State": "Active"}
    client.ci_update_ai_queue(Bucket=Settings.bucket, QueueId=queue["QueueId"], Request=change)
    first = client.ci_get_ai_queue(Bucket=Settings.bucket, PageNumber=1, PageSize=1)
    assert (first["TotalCount"], first["PageSize"]) == ("1", "1")
    assert [one["Name"] for one in first["QueueList"]] == ["cards"]
    second = client.ci_get_ai_queue(Bucket=Settings.bucket, PageNumber=2, PageSize=1)
    assert (second["TotalCount"], second["PageNumber"], second.get("QueueList")) == ("1", "2", None)


@pytest.mark.parametrize("asked", [{"PageNumber": 0}, {"PageSize": 101}, {"State": "Gone"}])
def test_a_page_that_can_not_be_is_refused(client: CosS3Client, asked: dict[str, Any]) -> None:
    with refused("InvalidArgument"):
        client.ci_get_ai_queue(Bucket=Settings.bucket, **asked)


def test_buckets_with_recognition_are_listed_in_pages(
    emulator: Emulator, client: CosS3Client
) -> None:
    for number in range(3):
        emulator.ci.enable(f"more{number}-1250000000")
    answer = client.ci_get_ai_bucket(PageNumber=2, PageSize=3)
    assert (answer["TotalCount"], answer["PageNumber"]) == ("4", "2")
    assert answer["AiBucketList"]["BucketId"] == "more2-1250000000"
