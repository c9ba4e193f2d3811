"""This machine's copy of results and pending objects, so that each body is read once from COS.

place    where the file lies
bodies   the file: a body by the object's name and ETag
reader   reads bodies from the index, else from COS, several at a time
opened   the index of a deployment; none with --no-index

It holds personal data, as the objects themselves do: readable by this user alone, never inside the
clone, and what is gone from the bucket is dropped from it by the next whole reading.
"""
