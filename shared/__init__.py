"""What the functions have in common: it ships in every bundle and imports no other folder.

settings    every environment variable
events      SCF's event shapes as typed values
card        fields, normalisation and checks of a card
jobs        the ImageLicenseRec request, its replies and callbacks, and the service that takes them
store       COS: create-once and the key layout
documents   the bodies of pending objects and results
pipeline    the decisions, in the order that makes them safe
runtime     the pipeline on the real cloud
"""

from __future__ import annotations

import gc

# What an instance imports stays. By default garbage is looked for among it at every 700th object,
# which is a twentieth of a cold start and finds nothing.
gc.set_threshold(50_000)
