"""How CI's results reach `callback`, and what of it a deployment would do without a word."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.configuration.environment import calls_back
from deploy.configuration.service import CALLBACK, Service, TopicTrigger, UrlTrigger


def delivery_notes(service: Service) -> Iterator[str]:
    """An address that nobody calls, and messages that nothing brings: both can be meant."""
    if calls_back(service):
        return
    callback = service.functions.get(CALLBACK)
    kinds = {type(trigger) for trigger in callback.triggers} if callback else set()
    chosen = service.environment["CALLBACK_TYPE"]
    if UrlTrigger in kinds:
        yield (
            f"with CALLBACK_TYPE {chosen} CI calls no address: take url out of serverless.yml, and "
            "the address off the internet, once no job from before is pending"
        )
    if chosen == "TDMQ" and TopicTrigger not in kinds:
        yield (
            "nothing in serverless.yml brings CI's messages to callback: unless a trigger of "
            "EventBridge does, sweep delivers every result"
        )
