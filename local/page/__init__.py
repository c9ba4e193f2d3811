"""The page of `make up`: photos go in, and what became of them is seen.

It uploads and reads through the official SDK, as a user and an auditor of the bucket would. What
they couldn't see, the moment of every step, it learns from the local COS and CI themselves.
Its own files are in files/; what shows a card in a browser is cli/viewer, which the report has too.

album     all cards in the local bucket, as they stand when asked
app       the page as a WSGI app: its files, what is in the bucket, and uploads
bucket    the local bucket as a user uploads to it and an auditor reads it
cards     cards as the bucket tells them
feed      what changes, to everybody who looks: server-sent events
guard     who may ask the page for what
journal   when objects were first written
masking   what of a result stays hidden until the user asks for it
names     names of uploaded files, and of the objects in the output
pictures  which contents are shown as pictures
samples   the repository's specimens, which the page offers to whoever has no card at hand
summary   what the page shows of a card
"""
