"""The page of `make up`: photographs go in, and what became of them is seen.

It uploads and reads through the official SDK, as a user and an auditor of the bucket would. What
they couldn't see, the moment of every step, it learns from the local COS and CI themselves.
"""
