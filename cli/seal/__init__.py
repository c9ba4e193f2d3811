"""Seals: the results, reviews and deletion records up to a moment, each seal naming the one before.

manifest  a seal, its parts and their entries as they are stored
chain     the seals of a bucket, read and compared with each other
sealing   make the next seal, or go on with the one that was begun
"""
