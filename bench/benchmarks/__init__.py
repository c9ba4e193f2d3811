"""One module for each benchmark; each gives a `Benchmark`.

cold_import       what a new instance of submit takes to import its code
forged_callback   what a forged callback costs a new instance
zip_size          how large the zips are
submit_cpu        what submit costs around the SDK's calls
result_cpu        what it takes to make a result of a callback's body
sending_cpu       what sweep takes of a core while it sends
help_cpu          what `card-ocr --help` takes to start
make_test         how long `make test` takes
"""

from __future__ import annotations

from bench.benchmarks.cold_import import COLD_IMPORT
from bench.benchmarks.forged_callback import FORGED_CALLBACK
from bench.benchmarks.help_cpu import HELP_CPU
from bench.benchmarks.make_test import MAKE_TEST
from bench.benchmarks.result_cpu import RESULT_CPU
from bench.benchmarks.sending_cpu import SENDING_CPU
from bench.benchmarks.submit_cpu import SUBMIT_CPU
from bench.benchmarks.zip_size import ZIP_SIZE

BENCHMARKS = (
    COLD_IMPORT,
    FORGED_CALLBACK,
    ZIP_SIZE,
    SUBMIT_CPU,
    RESULT_CPU,
    SENDING_CPU,
    HELP_CPU,
    MAKE_TEST,
)
