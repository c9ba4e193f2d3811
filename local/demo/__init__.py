"""`make demo`: uploads photos to a local cloud and shows their results.

bucket   uploads to the bucket and reads the results, as a user does
cards    the files to upload, and the key of each
display  prints plain lines, in colour on a terminal
"""
