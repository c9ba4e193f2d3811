"""A cloud on one port to deploy into for real: COS, CI, and the API, whose functions then run.

What `sls deploy` uploads is what answers the local cloud's uploads, callbacks and timers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import requests

from coslocal.client import official_client
from coslocal.credentials import CredentialStore
from coslocal.server import LocalServer
from local.cloud import SAMPLES, LocalCloud, Setup
from local.demo.bucket import Card, sample_cards
from local.recognition.scripted import ScriptedRecogniser
from tests.support.deployed import make_deployed
from tests.support.deployments import DEPLOYER, new_api
from tests.support.environment import BUCKET, REGION
from tests.support.schema import validate_result
from tests.support.tencent_api import TencentApi, on_one_port

FUNCTIONS = ("submit", "callback", "sweep")
WAIT_SECONDS = 240


class Served(NamedTuple):
    """The cloud, the API of its account, and where both are served."""

    cloud: LocalCloud
    api: TencentApi
    url: str

    def run_specimens(self) -> None:
        """Upload every specimen; each must end in the result that its drawing asks for."""
        cards = sample_cards(SAMPLES)
        for card, result in zip(cards, self._results(cards), strict=True):
            truth = card.truth
            validate_result(result)
            assert truth is not None
            assert (result["outcome"], result["card_type"]) == (truth.outcome, truth.card_type)
            if truth.outcome == "recognised":
                assert result["fields"] == dict(truth.fields)
            assert result["evidence"]["delivered_by"] == "callback"
        assert [delivery.status for delivery in self.cloud.callbacks] == [200] * len(cards)

    def _results(self, cards: Sequence[Card]) -> list[dict[str, Any]]:
        client = official_client(self.url, self.cloud.uploader, REGION)
        etags = {card.key: self._upload(client, card) for card in cards}
        assert self.cloud.agenda.wait_until_idle(WAIT_SECONDS), "the functions are still at work"
        return [_document(client, f"ocr/results/{key}.{etag}.json") for key, etag in etags.items()]

    def _upload(self, client: Any, card: Card) -> str:
        body = card.path.read_bytes()
        reply = client.put_object(Bucket=BUCKET, Key=card.key, Body=body, ContentType="image/jpeg")
        return str(reply["ETag"].strip('"'))


@contextmanager
def served_deployment(folder: Path) -> Iterator[Served]:
    """Serve a cloud into which nothing was deployed yet; code is unpacked below `folder`."""
    server, session = LocalServer(), requests.Session()
    session.trust_env = False
    api = new_api(CredentialStore())
    cloud = LocalCloud(
        ScriptedRecogniser.for_samples(SAMPLES),
        Setup(url=server.url, functions=FUNCTIONS, bucket=BUCKET, region=REGION),
        make_function=make_deployed(api.account, "card-ocr-prod-", folder),
        session=session,
    )
    cloud.credentials.add(DEPLOYER)
    api.credentials = cloud.credentials
    api.account.url_of = lambda _function: f"{server.url}/functions/callback"
    server.serve(on_one_port(api, cloud.app))
    cloud.start(workers=4)
    try:
        yield Served(cloud, api, server.url)
    finally:
        cloud.stop()
        server.stop()


def _document(client: Any, name: str) -> dict[str, Any]:
    body = client.get_object(Bucket=BUCKET, Key=name)["Body"].get_raw_stream().read()
    document: dict[str, Any] = json.loads(body)
    return document
