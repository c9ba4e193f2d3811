"""The manifest of a build: every file's hash, and the packages with versions and licences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from deploy.bundle.compiled import VERSION
from deploy.bundle.contents import Contents

NAME = "manifest.json"


def manifest(built: Contents, zips: Mapping[str, bytes]) -> str:
    """Return the manifest as JSON text. Every build of the same files has the same manifest."""
    document = {
        "schema": "card-ocr.manifest.v1",
        "bytecode": f"CPython {VERSION}" if built.runtime else None,
        "packages": [
            {"name": item.package.name, "version": item.package.version, "licence": item.name}
            for item in built.licences
        ],
        "functions": {
            key: {
                "zip": f"{key}.zip",
                "bytes": len(zips[key]),
                "sha256": _sha256(zips[key]),
                "files": {name: _sha256(content) for name, content in files.items()},
            }
            for key, files in built.functions.items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
