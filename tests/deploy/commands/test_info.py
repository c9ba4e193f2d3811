"""`info`: what is deployed, as SCF has it."""

from __future__ import annotations

from tests.support.deployments import Deployment
from tests.support.environment import BUCKET

ADDRESS = "https://1250000000-callback.ap-guangzhou.tencentscf.com"


def test_info_shows_functions_triggers_and_the_callbacks_address(deployment: Deployment) -> None:
    deployment.deployed()
    lines = deployment.deployed("info").out.splitlines()
    assert lines == [
        "card-ocr, stage prod, ap-guangzhou",
        "  card-ocr-prod-submit  Active  Python3.10, 128 MB, 60 s  changed 2026-01-31 08:15:00",
        f"    COS trigger cos:ObjectCreated:* of {BUCKET}, uploads/*",
        "  card-ocr-prod-callback  Active  Python3.10, 128 MB, 60 s  changed 2026-01-31 08:15:00",
        f"    Function URL, AuthType NONE  {ADDRESS}",
        "  card-ocr-prod-sweep  Active  Python3.10, 128 MB, 270 s  changed 2026-01-31 08:15:00",
        "    timer sweep, 0 */5 * * * * *",
        "    timer reconcile, 30 17 3 * * * *, message reconcile",
    ]


def test_info_shows_what_is_not_as_it_was_deployed(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").triggers[0]["Enable"] = 0
    deployment.function("sweep").triggers[1]["Description"] = "by hand"
    deployment.function("submit").configuration["Description"] = "of somebody else"
    out = deployment.deployed("info").out
    assert "timer sweep, 0 */5 * * * * *, closed\n" in out
    assert "message reconcile, not made by this service\n" in out
    assert "changed 2026-01-31 08:15:00  not made by this service\n" in out


def test_info_of_nothing_says_so(deployment: Deployment) -> None:
    assert deployment.deployed("info").out.count("not deployed") == 3
