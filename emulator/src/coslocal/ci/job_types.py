"""What kinds of job there are: the service knows their frame, a `JobType` the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coslocal.ci.requests_xml import Node

Parameters = Mapping[str, Any]
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Process:
    """The synchronous form of a job type: `GET /<key>?ci-process=<name>`.

    Attributes:
        action: What CAM calls it, as `ci:CreateAILicenseRecognitionJob`.
        defaults: Parameters that a request may leave out.
    """

    name: str
    action: str
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JobType:
    """One kind of job.

    Attributes:
        tag: What `Tag` calls it. Its parameters are the node of this name in `Operation`, its
            result is the node `<tag>Result` there.
        parse: Checks the parameters' node and returns them as replies show them: a mapping of
            nodes to texts, or to mappings and lists of such. It raises `CiError`.
        run: Returns the result's nodes, of an object's content and the parameters; a value of None
            is left out. Several threads may call it at once. It raises `UnreadableImage`, with
            which the job fails.
        process: Its synchronous form, which uses the same `parse` and `run`; None if it has none.
    """

    tag: str
    parse: Callable[[Node], Parameters]
    run: Callable[[bytes, Parameters], Content]
    process: Process | None = None
