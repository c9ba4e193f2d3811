"""The light cloud answers the official SDK as COS and CI do, as far as a backfill asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.cloud import Cloud, open_session
from shared.jobs import Accepted, NewJob
from shared.jobs.service import CiJobService
from shared.settings.load import load
from shared.store.cos import CosStore
from tests.load.light_cloud import LightCloud, served
from tests.support.environment import ENVIRONMENT, REGION

NAME = "ocr/pending/uploads/a b&甲.jpg.e1.0001.json"


class Client:
    def __init__(self, address: str) -> None:
        self.settings = load(ENVIRONMENT | {"CALLBACK_TYPE": "NONE"}, submits=True)
        self._session = open_session(address)
        cloud = Cloud(REGION, self.settings.credentials, self._session)
        self.store = CosStore(cloud, self.settings)
        self.jobs = CiJobService(cloud, self.settings)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def cloud() -> LightCloud:
    return LightCloud()


@pytest.fixture
def client(cloud: LightCloud) -> Iterator[Client]:
    with served(cloud, 0) as address:
        client = Client(address)
        yield client
        client.close()


def test_an_object_is_created_once(cloud: LightCloud, client: Client) -> None:
    created = client.store.create_once(NAME, b"{}")
    assert created is not None
    assert created.at is not None
    assert client.store.create_once(NAME, b"other") is None
    assert cloud.objects[NAME].body == b"{}"


def test_an_object_is_read_until_it_is_deleted(client: Client) -> None:
    client.store.replace(NAME, b"{}")
    assert (client.store.exists(NAME), client.store.read(NAME)) == (True, b"{}")
    client.store.delete(NAME)
    assert (client.store.exists(NAME), client.store.read(NAME)) == (False, None)


def test_a_listing_has_pages(cloud: LightCloud, client: Client) -> None:
    for number in range(1001):
        cloud.put(f"uploads/{number:04}甲.jpg", b"a card")
    cloud.put("uploadt", b"")
    first = client.store.list_photos("uploads/", None)
    last = client.store.list_photos("uploads/", first.next)
    keys = [listed.key for listed in (*first.objects, *last.objects)]
    assert (len(first.objects), last.next) == (1000, None)
    assert keys == [f"uploads/{number:04}甲.jpg" for number in range(1001)]


def test_a_job_is_made_described_and_listed(cloud: LightCloud, client: Client) -> None:
    request = NewJob("uploads/a&b.jpg", "IDCard", "v1.p.m")
    now = cloud.now()
    submission = client.jobs.submit(request, now + 60, now + 70)
    assert submission == Accepted("j1")
    described = client.jobs.describe(["j1"])
    (job,) = described.jobs
    assert (job.key, job.user_data, job.state) == ("uploads/a&b.jpg", "v1.p.m", "Success")
    assert client.jobs.list_created(now - 60, None).jobs == described.jobs
    assert client.jobs.list_created(now + 60, None).jobs == ()


def test_its_clock_can_be_moved_on(cloud: LightCloud, client: Client) -> None:
    before = client.store.list_objects("ocr/", None).at
    cloud.move(1000)
    assert client.store.list_objects("ocr/", None).at >= before + 1000
