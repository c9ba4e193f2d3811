"""The page of `make up`: a user uploads photos and sees what happens to them.

It uploads and reads through the official SDK, as a user and an auditor of the bucket would. They
couldn't see the time of every step, so the page gets that from the local COS and CI themselves.
Its own files are in files/. cli/viewer shows a card in a browser, here and in the report, and knows
which requests are the page's own.

album     all cards in the local bucket; which are specimens; when objects were first written
app       the page as a WSGI app: its files, the cards, and uploads
bucket    uploads to the local bucket as a user, reads it as an auditor, and parses objects' names
cards     makes cards of listings and documents, and what the page shows of one, values masked
feed      sends changes to every open page: server-sent events
"""
