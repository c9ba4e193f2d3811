"""Measurements of this project and of what people would use instead: `make bench`.

measurement     what a benchmark is, and when its goal is met
timing          two sides in turn
bundles         the zips that are deployed, and the naive handler's
cards_in_line   a light cloud in a process of its own, with cards to send
results         results.json and the table
benchmarks/     one module for each benchmark
peers/          what people would use instead

Most benchmarks quote ratios: the two sides of each run in turn on the same machine.
"""
