"""What the functions have in common: it ships in every bundle and imports no other folder.

settings    every environment variable
events      SCF's event shapes as typed values
card        fields, normalisation and checks of a card
jobs        the ImageLicenseRec request, its replies and callbacks, and the service that takes them
store       COS: create-once and the key layout
documents   the bodies of pending objects, results and deletion records
pipeline    the decisions about cards, and one place that acts on them
workers     how many cards a run works on at once
callback_token  proof that a callback speaks of a job we submitted
cloud       the way to the cloud, or to a local one; opens the context of an invocation
errors      every error that the functions raise
log         one line of JSON per event
times       times as the cloud writes them and as we do
"""

from __future__ import annotations

import gc
import warnings

RELEASE = "0.1.0"
"""The version of this project; each result names the one that wrote it."""

# What an instance imports stays. By default, Python searches it for garbage after every 700
# objects, which is a twentieth of a cold start and finds nothing.
gc.set_threshold(50_000)

# The bundle has no charset_normalizer (see deploy.bundle.dependencies), and requests says so.
warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
