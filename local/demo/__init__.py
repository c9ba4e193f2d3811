"""`make demo`: photos uploaded to a local cloud, and the JSON they become.

bucket   what a user does with the bucket
cards    the files to upload, and the key each gets
display  what the demo prints: plain lines, in colour on a terminal
"""
