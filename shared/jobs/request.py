"""The body of POST /jobs, node by node as the API page lists them."""

from __future__ import annotations

import re

import xmltodict

from shared.card import CardType
from shared.settings.load import Callback, Settings

# What XML 1.0 has no way to carry unchanged: control characters but tab and line feed (a carriage
# return arrives as a line feed), lone surrogates, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def fits_xml(key: str) -> bool:
    """Return whether XML carries an object key to CI unchanged."""
    return not _NOT_XML.search(key)


def job_request(settings: Settings, key: str, card_type: CardType, token: str) -> bytes:
    """Return the request for a card. `token` is its UserData and, for a URL callback, its `?t=`."""
    request = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": key},
        "Operation": {
            "ImageLicenseRec": {"CardType": card_type},
            "UserData": token,
            "JobLevel": settings.job_level,
        },
        **({"QueueId": settings.queue_id} if settings.queue_id else {}),
        **_callback_nodes(settings.callback, token),
    }
    document: str = xmltodict.unparse({"Request": request})
    return document.encode()


def _callback_nodes(callback: Callback, token: str) -> dict[str, object]:
    if callback.type == "NONE":
        return {"CallBack": "no"}
    if callback.type == "TDMQ":
        return {
            "CallBackFormat": callback.format,
            "CallBackType": "TDMQ",
            "CallBackMqConfig": {
                "MqRegion": callback.mq_region,
                "MqMode": callback.mq_mode,
                "MqName": callback.mq_name,
            },
        }
    return {
        "CallBackFormat": callback.format,
        "CallBack": callback_address(callback.url or "", token),
    }


def callback_address(url: str, token: str) -> str:
    """Return the callback URL with its token, one more parameter if it has a query."""
    return f"{url}{'&' if '?' in url else '?'}t={token}"
