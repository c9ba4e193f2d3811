"""What must be there before a deployment: the run roles, and CI on the bucket.

It imports errors, api and roles; its command is `card-ocr setup`, so that nothing here imports it.

changes   what is missing or differs; nothing is changed by looking
on_paper  the same for an administrator: documents, commands, and what to click
"""
