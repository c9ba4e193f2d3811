"""Tencent COS on one machine: moto's S3 behind COS's hosts, signatures, headers and errors."""

from __future__ import annotations

from local.cos.errors import CosError
from local.cos.events import ObjectCreated, StoredObject
from local.cos.requests import CosRequest
from local.cos.service import CosService

__all__ = ["CosError", "CosRequest", "CosService", "ObjectCreated", "StoredObject"]
