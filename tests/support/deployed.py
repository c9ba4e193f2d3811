"""What was uploaded to the stand-in, run: each function's zip, unpacked where nothing is written.

`run_for` lets the stand-in's Invoke run it; `functions_of` makes the functions of a local cloud
of it, so that uploads, callbacks and timers reach the deployed code as they would in the cloud.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.bundle.compiled import find_runtime
from local.functions import Failure, ProcessFunction
from local.functions.interface import LogLine, WriteLog, discard
from tests.support.tencent_api.state import Document, StoredFunction


def runtime() -> str:
    """A CPython of the cloud's version where there is one, else the one the tests run on."""
    return find_runtime() or sys.executable
