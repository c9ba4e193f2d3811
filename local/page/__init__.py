"""The page of `make up`: a user uploads photos and sees what happens to them.

It uploads and reads through the official SDK, as a user and an auditor of the bucket would. They
couldn't see the time of every step, so the page gets that from the local COS and CI themselves.
Its own files are in files/. cli/viewer shows a card in a browser, here and in the report.

album     all cards in the local bucket
app       the page as a WSGI app: its files, the cards, and uploads
bucket    uploads to the local bucket as a user does, and reads it as an auditor does
cards     makes cards of the bucket's listings and documents
feed      sends changes to every open page: server-sent events
guard     which requests the page answers
journal   when objects were first written
names     names of uploaded files, and of the objects in the output
samples   the repository's specimens, for users who have no card to upload
summary   what the page shows of a card, with values masked
"""
