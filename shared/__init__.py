"""Code that the functions share: it ships in every bundle and imports no other folder.

settings    every environment variable
events      SCF's event shapes as typed values
card        fields, normalisation and checks of a card
jobs        the ImageLicenseRec request, CI's replies and callbacks, and the service that asks CI
store       what the pipeline needs of COS, and the names of our objects
documents   the bodies of pending objects, results and deletion records
pipeline    the decisions about cards, and one place that acts on them
workers     how many cards a run works on at once
callback_token  proof that a callback is about a job that we submitted
cloud       the SDK's clients, for the cloud or a local one; opens the context of an invocation
errors      every error that the functions raise
log         one line of JSON per event
times       times in the cloud's forms and in ours
"""

from __future__ import annotations

import gc
import warnings

RELEASE = "0.1.0"
"""The version of this project; each result names the version that wrote it."""

# Imported modules stay in memory. By default, Python searches for garbage after every 700 new
# objects. That takes a twentieth of a cold start and finds nothing.
gc.set_threshold(50_000)

# The bundle has no charset_normalizer (see deploy.bundle.dependencies), so `requests` warns.
warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
