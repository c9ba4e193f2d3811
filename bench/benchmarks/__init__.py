"""The benchmarks; each is a `Benchmark`.

new_instance   cold-import, forged-callback, zip-size: the zips beside the naive one
submit_cpu     what submit costs around the SDK's calls
result_cpu     what it takes to make a result of a callback's body
sending_cpu    what sweep takes of a core while it sends
waiting        help-cpu, make-test: what a person waits for
"""

from __future__ import annotations

from bench.benchmarks.new_instance import COLD_IMPORT, FORGED_CALLBACK, ZIP_SIZE
from bench.benchmarks.result_cpu import RESULT_CPU
from bench.benchmarks.sending_cpu import SENDING_CPU
from bench.benchmarks.submit_cpu import SUBMIT_CPU
from bench.benchmarks.waiting import HELP_CPU, MAKE_TEST

BENCHMARKS = (
    *(COLD_IMPORT, FORGED_CALLBACK, ZIP_SIZE),
    *(SUBMIT_CPU, RESULT_CPU, SENDING_CPU, HELP_CPU, MAKE_TEST),
)
