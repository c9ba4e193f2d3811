from __future__ import annotations

import os

import hypothesis

pytest_plugins = ["coslocal.testing"]

# `ci` tries the same examples every time. `dev` tries new ones; a failure prints the seed that
# brings them back (`--hypothesis-seed`).
hypothesis.settings.register_profile("ci", derandomize=True, print_blob=True, deadline=None)
hypothesis.settings.register_profile("dev", print_blob=True, deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")
