"""Measurements beside what people would use instead: `make bench`.

ratio      what a measurement is, and when its goal is met
timing     two sides in turn
results    results.json and the table
ratios/    one module for each measurement
peers/     what people would use instead

Only ratios are quoted: the two sides of each run in turn on the same machine.
"""
