"""One module for each measurement; each gives a `Ratio`."""

from __future__ import annotations

from bench.ratios.audit_cpu import AUDIT_CPU
from bench.ratios.ceiling import CEILING
from bench.ratios.cold_import import COLD_IMPORT
from bench.ratios.forged_callback import FORGED_CALLBACK
from bench.ratios.growth import GROWTH
from bench.ratios.jobs_per_card import JOBS_PER_CARD
from bench.ratios.local_loop import LOCAL_LOOP
from bench.ratios.requests_per_card import REQUESTS_PER_CARD
from bench.ratios.result_cpu import RESULT_CPU
from bench.ratios.submit_cpu import SUBMIT_CPU
from bench.ratios.sweep_speed import SWEEP_SPEED
from bench.ratios.zip_size import ZIP_SIZE

RATIOS = (
    COLD_IMPORT,
    FORGED_CALLBACK,
    ZIP_SIZE,
    SUBMIT_CPU,
    REQUESTS_PER_CARD,
    RESULT_CPU,
    SWEEP_SPEED,
    CEILING,
    AUDIT_CPU,
    LOCAL_LOOP,
    JOBS_PER_CARD,
    GROWTH,
)
