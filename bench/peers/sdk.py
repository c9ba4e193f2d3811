"""The official SDK as its documentation shows it: one call after the other, nothing around them."""

from __future__ import annotations

import contextlib

import requests
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from shared.cloud import LocalCloudAdapter
from tests.support.environment import BUCKET, ENVIRONMENT, REGION

_TOKEN = "v1." + "A" * 107 + "." + "A" * 43  # as long as ours are
_CLAIM = b"{}" + b" " * 600  # as large as ours are


def client(address: str) -> CosS3Client:
    """The SDK's client, on a session as the SDK would open it, to the cloud at this address."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", LocalCloudAdapter(address))
    configuration = CosConfig(
        Region=REGION,
        SecretId=ENVIRONMENT["TENCENTCLOUD_SECRETID"],
        SecretKey=ENVIRONMENT["TENCENTCLOUD_SECRETKEY"],
        Token=ENVIRONMENT["TENCENTCLOUD_SESSIONTOKEN"],
    )
    return CosS3Client(configuration, session=session)


class Calls:
    """The requests that our functions make, by the SDK's own methods."""

    def __init__(self, sdk: CosS3Client) -> None:
        self.sdk = sdk

    def submit(self, key: str) -> None:
        """The five of submit for a new photo."""
        self.head(key)
        self.create(f"ocr/pending/{key}.0001.json")
        self.head(f"ocr/results/{key}.json")
        self.send(key)
        self.put(f"ocr/pending/{key}.0001.json")

    def send_again(self, key: str, waiting: str) -> None:
        """The six of sweep for a card that waits under that name."""
        self.read(waiting)
        self.create(f"ocr/pending/{key}.0002.json")
        self.head(f"ocr/results/{key}.json")
        self.head(key)
        self.send(key)
        self.put(f"ocr/pending/{key}.0002.json")

    def put(self, name: str, body: bytes = _CLAIM) -> None:
        """Write an object."""
        self._put(name, body, {})

    def create(self, name: str, body: bytes = _CLAIM) -> None:
        """Write an object unless it is there."""
        self._put(name, body, {"x-cos-forbid-overwrite": "true"})

    def head(self, name: str) -> None:
        """Look at an object that may be absent."""
        with contextlib.suppress(CosServiceError):
            self.sdk.head_object(Bucket=BUCKET, Key=name)

    def read(self, name: str) -> bytes:
        """Read an object."""
        found: bytes = self.sdk.get_object(Bucket=BUCKET, Key=name)["Body"].get_raw_stream().read()
        return found

    def send(self, key: str) -> None:
        """Submit a job."""
        job = {
            "Tag": "ImageLicenseRec",
            "Input": {"Object": key},
            "Operation": {
                "ImageLicenseRec": {"CardType": "IDCard"},
                "UserData": _TOKEN,
                "JobLevel": "0",
            },
            "CallBack": f"{ENVIRONMENT['CALLBACK_URL']}?t={_TOKEN}",
            "CallBackFormat": "JSON",
        }
        self.sdk.ci_create_media_jobs(Bucket=BUCKET, Jobs=job, ContentType="application/xml")

    def _put(self, name: str, body: bytes, headers: dict[str, str]) -> None:
        self.sdk.put_object(
            Bucket=BUCKET,
            Key=name,
            Body=body,
            ContentType="application/json; charset=utf-8",
            Metadata=headers,
            ServerSideEncryption="AES256",
        )
