"""Makes bytecode for SCF's runtime, if the machine has a CPython 3.10.

A module is compiled under the path that it has in the zip, so the bytecode holds no build folder.
Python never checks this bytecode against the source: it holds no time stamp, and SCF reads no
source at a cold start.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.configuration.environment import without_secrets
from deploy.errors import BundleFailed

VERSION = "3.10"
_TAG = "cpython-310"
_IS_RUNTIME = (
    "import sys; sys.exit(sys.version_info[:2] != (3, 10) or sys.implementation.name != 'cpython')"
)
# CPython 3.10 runs this, even if another version runs this module.
_COMPILE = """
import base64, json, sys
from importlib import _bootstrap_external as external, util
files = json.load(sys.stdin)
compiled = {}
for name in sorted(files):
    source = base64.b64decode(files[name])
    # Without asserts, and without docstrings: a third of the bytecode, and nobody reads them there.
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    bytecode = external._code_to_hash_pyc(code, util.source_hash(source), False)
    compiled[name] = base64.b64encode(bytecode).decode()
json.dump(compiled, sys.stdout)
"""


def find_runtime() -> str | None:
    """Return an interpreter of SCF's runtime: this one, one on PATH, pyenv's newest; or None."""
    return next(filter(_is_runtime, _candidates()), None)


def compiled(sources: Mapping[str, bytes], runtime: str) -> dict[str, bytes]:
    """Return the bytecode of modules. Modules and bytecode are named by their paths in the zip.

    Raises:
        BundleFailed: the interpreter couldn't compile one of them.
    """
    run = subprocess.run(  # noqa: S603 — the interpreter that was just found
        [runtime, "-s", "-S", "-c", _COMPILE],
        input=json.dumps(
            {name: base64.b64encode(source).decode() for name, source in sources.items()}
        ),
        # The hash seed decides the order of a set in bytecode.
        env={
            **without_secrets(os.environ),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        reason = run.stderr.strip().rpartition("\n")[2]
        raise BundleFailed(f"{runtime} could not compile the functions: {reason}")
    bytecode = json.loads(run.stdout)
    return {_cached(name): base64.b64decode(bytecode[name]) for name in sources}


def _candidates() -> Iterator[str]:
    yield sys.executable
    on_path = shutil.which(f"python{VERSION}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = pyenv.glob(f"versions/{VERSION}.*/bin/python{VERSION}")
    yield from map(str, sorted(found, key=_patch_version, reverse=True))


def _patch_version(interpreter: Path) -> tuple[int, ...]:
    parts = interpreter.parents[1].name.split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def _is_runtime(interpreter: str) -> bool:
    try:
        run = subprocess.run(  # noqa: S603 — a candidate of ours
            [interpreter, "-c", _IS_RUNTIME],
            env=without_secrets(os.environ),
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return run.returncode == 0


def _cached(name: str) -> str:
    """Return the path at which CPython 3.10 looks for a module's bytecode."""
    folder, _, file = name.rpartition("/")
    cached = f"__pycache__/{file.removesuffix('.py')}.{_TAG}.pyc"
    return f"{folder}/{cached}" if folder else cached
