"""What is in a deployment's buckets.

listing       listings, page by page, and the objects of one card
cards         the objects of all cards, listed and grouped by card
documents     the bodies of our objects
reading       many bodies, read several at a time and given in order
results       the results of many cards
reviews       reviews, and what counts of a card because of them
refusals      objects that COS refuses to show
keys          the keys that an operator names
input_bucket  photos: read, and deleted
holds         who holds sending, since when and why
"""
