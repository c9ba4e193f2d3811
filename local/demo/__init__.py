"""`make demo`: uploads photos to a local cloud and shows their results.

bucket   uploads files to the bucket and reads the results, as a user does
display  prints plain lines, in colour on a terminal
"""
