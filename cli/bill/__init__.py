"""`card-ocr bill`: the jobs that the objects of the bucket name, each counted once.

ledger      the attempts that had a job or may have had one, in a temporary database
gathering   pending objects, results and deletion records, read into the ledger
comparison  CI's own list beside the ledger
screen      the counts, for people and for programs
"""
