"""Delete what the bucket holds.

forget  all of one card, and so that nothing of it comes back
purge   results that are old, and their photos if asked
record  what was deleted: noted before, recorded afterwards
"""
