"""Tencent COS on one machine: moto's S3 behind COS's hosts, signatures, headers and errors.

A request is read (`requests`, `hosts`; `forms`, those of browsers), believed (`local.signature`),
carried out (`operations`, after the `checks` and under the `conditions` and `cors` that moto leaves
out, in the `dialect` of S3, by `moto_s3`), answered (`errors`, `listing`, `uploads`, with a
`checksum`) and told of (`events`); `settings` keeps what is set of a bucket and has no effect;
`service` puts these in order. Services in one process share no data, but take turns: moto does one
thing at a time. Importing this package makes moto's clock that of the request being carried out.

What differs from COS is listed in docs/cos-operations.md. A request must be signed, but one that
reads an object whose ACL is public, and a browser's question whether it may send one.
"""

from __future__ import annotations

from local.cos.errors import CosError
from local.cos.events import ObjectCreated, StoredObject
from local.cos.requests import CosRequest
from local.cos.service import CosService

__all__ = ["CosError", "CosRequest", "CosService", "ObjectCreated", "StoredObject"]
